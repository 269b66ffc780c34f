package lsp

import (
	"context"
	"strings"
	"testing"
)

// lookingFirst are the options of a server that looks first at documents whose text does not
// say "import": the fake analysis then knows nothing else.
func lookingFirst(w *world) Options {
	return Options{firstLook: func(_ context.Context, roots []string, path, content string) (workspace, bool) {
		return newWorld(map[string]string{path: content}).fill(roots), !strings.Contains(content, "import")
	}}
}

// TestFirstLook holds the load back: what a first look finds is published meanwhile, and what
// the whole workspace says follows.
func TestFirstLook(t *testing.T) {
	w := newWorld(map[string]string{"/ws/b.cue": "bad"})
	begun, release := holdLoads(w)
	e := start(t, setup{world: w, Options: lookingFirst(w)})
	e.initialize(`{}`)
	<-begun
	e.open("/ws/a.cue", 1, "bad bad")
	e.expect("/ws/a.cue@1: 2")
	e.open("/ws/c.cue", 1, "bad import") // nobody knows yet
	e.open("/ws/d.cue", 1, "right")
	e.expect("/ws/d.cue@1: 0") // that nothing is wrong as far as is known is worth knowing
	release <- nil
	found := map[string]bool{}
	for range 4 {
		found[e.published().summary()] = true
	}
	for _, want := range []string{"/ws/a.cue@1: 2", "/ws/b.cue@disk: 1", "/ws/c.cue@1: 1", "/ws/d.cue@1: 0"} {
		if !found[want] {
			t.Errorf("%q was not published when all was read, but %v", want, found)
		}
	}
}

// TestFirstLookAnswers asks for diagnostics while the load is held back.
func TestFirstLookAnswers(t *testing.T) {
	w := newWorld(map[string]string{"/ws/b.cue": "bad"})
	begun, release := holdLoads(w)
	e := start(t, setup{world: w, Options: lookingFirst(w)})
	e.initialize(asks)
	<-begun
	e.open("/ws/a.cue", 1, "bad bad")
	if got := e.pull("/ws/a.cue", "").summary(); got != "full 2" {
		t.Errorf("a first look answers %s", got)
	}
	e.open("/ws/c.cue", 1, "bad import")
	later := e.send("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": "file:///ws/c.cue"}})
	release <- nil
	if got := strings.Count(string(e.answer(later).Result), `"severity"`); got != 1 {
		t.Errorf("%d diagnostics are answered when all is read, want 1", got)
	}
}
