package lsp

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// largeOf returns a large text that begins with another one.
func largeOf(content string) string { return content + strings.Repeat("\n", largeText) }

// held makes a world in which each large text waits to be read until somebody says so.
func held(files map[string]string) (w *world, begun chan string, goOn chan struct{}) {
	w = newWorld(files)
	begun, goOn = make(chan string, 100), make(chan struct{})
	w.onParse = func(_, content string) {
		if len(content) > largeText {
			begun <- strings.TrimRight(content, "\n")
			<-goOn
		}
	}
	return w, begun, goOn
}

// TestLargeText holds that a text which takes long to be read holds up who asks about it, and
// nobody else.
func TestLargeText(t *testing.T) {
	w, begun, goOn := held(map[string]string{"/ws/b.cue": "b"})
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, "a")
	e.expect("/ws/a.cue@1: 0")
	e.replace("/ws/a.cue", 2, largeOf("bad"))
	if got := <-begun; got != "bad" {
		t.Fatalf("%q is read", got)
	}
	about := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	everywhere := e.send("textDocument/references", map[string]any{
		"textDocument": map[string]any{"uri": "file:///ws/b.cue"}, "position": map[string]any{"line": 0, "character": 0},
		"context": map[string]any{"includeDeclaration": true}})
	if got := e.text("/ws/b.cue"); got != "b" {
		t.Errorf("the other file is %q", got)
	}
	e.open("/ws/c.cue", 1, "bad bad")
	e.expect("/ws/c.cue@1: 2")
	for _, m := range e.waiting("") {
		t.Errorf("answered too early: %s", m.ID)
	}
	goOn <- struct{}{}
	if got := strings.TrimRight(shortHover(e.answer(about)), `\n`); got != "bad" {
		t.Errorf("hover says %q", got)
	}
	e.answer(everywhere)
	e.expect("/ws/a.cue@2: 1")
}

// TestLargeTexts holds that of edits which come faster than they can be read those between are
// left out, unless somebody asked about them.
func TestLargeTexts(t *testing.T) {
	w, begun, goOn := held(nil)
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, largeOf("first"))
	if got := <-begun; got != "first" {
		t.Fatalf("%q is read", got)
	}
	e.replace("/ws/a.cue", 2, largeOf("second"))
	asked := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	e.replace("/ws/a.cue", 3, largeOf("third"))
	e.replace("/ws/a.cue", 4, largeOf("bad"))
	e.open("/ws/b.cue", 1, "bad") // all of that has arrived when this is told
	e.expect("/ws/b.cue@1: 1")
	close(goOn)
	if got := strings.TrimRight(shortHover(e.answer(asked)), `\n`); got != "second" {
		t.Errorf("hover says %q, for the text as it was when it was asked", got)
	}
	e.expect("/ws/a.cue@4: 1")
	close(begun)
	for got := range begun {
		if got == "third" {
			t.Error("a text that nobody asked about any more was read")
		}
	}
}

// TestLargeTextClosed closes a document while its text is read.
func TestLargeTextClosed(t *testing.T) {
	w, begun, goOn := held(map[string]string{"/ws/a.cue": "bad on disk"})
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, largeOf("bad bad"))
	<-begun
	e.close("/ws/a.cue")
	asked := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	close(goOn)
	if got := shortHover(e.answer(asked)); got != "bad on disk" {
		t.Errorf("hover says %q", got)
	}
	for {
		if e.published().summary() == "/ws/a.cue@disk: 1" {
			break
		}
	}
}

func TestPanicInParseOfLargeText(t *testing.T) {
	w := newWorld(nil)
	w.onParse = func(_, content string) {
		if strings.HasPrefix(content, "boom") {
			panic("boom, and a secret")
		}
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, "fine")
	e.expect("/ws/a.cue@1: 0")
	e.replace("/ws/a.cue", 2, largeOf("boom"))
	e.replace("/ws/a.cue", 3, largeOf("bad"))
	for {
		if e.published().summary() == "/ws/a.cue@3: 1" {
			break
		}
	}
	if strings.Contains(e.log.String(), "secret") {
		t.Error("the log quotes the document")
	}
}

// TestLargeAndShort edits texts that grow and shrink, closes and opens them, in the order of a
// random walk: what is known in the end is what was sent last.
func TestLargeAndShort(t *testing.T) {
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(map[string]string{"/ws/a.cue": "disk", "/ws/b.cue": "disk"})
		e := start(t, setup{world: w})
		e.initialize(`{}`)
		texts := map[string]string{"/ws/a.cue": "disk", "/ws/b.cue": "disk"}
		open := map[string]bool{}
		for version := range 60 {
			path := []string{"/ws/a.cue", "/ws/b.cue"}[random.IntN(2)]
			content := fmt.Sprint("text ", version)
			sent := content
			if random.IntN(2) == 0 {
				sent = largeOf(content)
			}
			switch {
			case !open[path]:
				e.open(path, version, sent)
				open[path], texts[path] = true, content
			case random.IntN(5) == 0:
				e.close(path)
				open[path], texts[path] = false, "disk"
			default:
				e.replace(path, version, sent)
				texts[path] = content
			}
			if random.IntN(4) == 0 {
				if got := strings.TrimRight(e.text(path), "\n"); got != texts[path] {
					t.Fatalf("seed %d, version %d: %s is %q, want %q", seed, version, path, got, texts[path])
				}
			}
		}
		for path, want := range texts {
			if got := strings.TrimRight(e.text(path), "\n"); got != want {
				t.Errorf("seed %d: %s is %q in the end, want %q", seed, path, got, want)
			}
		}
	}
}

// TestLane holds that a lane lets no more in than it has room for, and keeps nobody who gave up.
func TestLane(t *testing.T) {
	l := make(lane, 1)
	leave := l.enter(context.Background())
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	l.enter(ended)()
	var order []string
	var others sync.WaitGroup
	others.Go(func() {
		defer l.enter(context.Background())()
		order = append(order, "second")
	})
	order = append(order, "first")
	leave()
	others.Wait()
	if got := strings.Join(order, " "); got != "first second" {
		t.Error(got)
	}
	lane(nil).enter(context.Background())()
}
