package lsp

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func TestCancel(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "a", "/ws/b.cue": "b"})
	entered, release := make(chan struct{}, 10), make(chan struct{})
	w.onHover = func(_ *fake, path string) {
		if path == "/ws/a.cue" {
			entered <- struct{}{}
			<-release
		}
	}
	defer close(release)
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	for _, id := range []string{`1001`, `"word"`, `1.5`, `9007199254740993`} {
		e.frame(`{"jsonrpc":"2.0","id":` + id + `,"method":"textDocument/hover","params":` + encode(t, at("/ws/a.cue", 0, 0)) + `}`)
		<-entered
		// Beside the one that takes its time, others are served.
		if got := e.text("/ws/b.cue"); got != "b" {
			t.Errorf("text is %q", got)
		}
		e.notify("$/cancelRequest", map[string]any{"id": json.RawMessage(id)})
		if got := e.answer(id).answer(); got != "error -32800" { // while the analysis still works
			t.Errorf("the cancelled request %s gets %s", id, got)
		}
	}
}

// TestCancelStopsSearching holds that what looks through a workspace hears of it when nobody wants
// the answer any more.
func TestCancelStopsSearching(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "a"})
	entered, ended := make(chan struct{}), make(chan error)
	w.onSearch = func(ctx context.Context) {
		entered <- struct{}{}
		<-ctx.Done()
		ended <- ctx.Err()
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	references, rename := at("/ws/a.cue", 0, 0), at("/ws/a.cue", 0, 0)
	references["context"] = map[string]any{"includeDeclaration": true}
	rename["newName"] = "b"
	for method, params := range map[string]any{
		"textDocument/references": references,
		"textDocument/rename":     rename,
		"codeLens/resolve":        map[string]any{"range": map[string]any{"start": map[string]any{"line": 0, "character": 0}, "end": map[string]any{"line": 0, "character": 0}}, "data": map[string]any{"uri": "file:///ws/a.cue", "kind": "uses"}},
	} {
		id := e.send(method, params)
		<-entered
		e.notify("$/cancelRequest", map[string]any{"id": json.RawMessage(id)})
		if got := e.answer(id).answer(); got != "error -32800" {
			t.Errorf("%s, cancelled, gets %s", method, got)
		}
		if err := <-ended; err != context.Canceled {
			t.Errorf("%s ends with %v", method, err)
		}
	}
}

func TestPanicIsAnswered(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "a", "/ws/b.cue": "b"})
	w.onHover = func(ws *fake, path string) {
		if path == "/ws/a.cue" {
			panic("a secret")
		}
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	for range 2 {
		m := e.call("textDocument/hover", at("/ws/a.cue", 0, 0))
		if m.Error == nil || m.Error.Code != -32603 || !strings.Contains(m.Error.Message, "textDocument/hover") || strings.Contains(m.Error.Message, "secret") {
			t.Errorf("a panic is answered with %+v", m.Error)
		}
	}
	if got := e.text("/ws/b.cue"); got != "b" {
		t.Errorf("after a panic hover says %q", got)
	}
	log := e.log.String()
	if !strings.Contains(log, `"panics":2`) || !strings.Contains(log, "onHover") && !strings.Contains(log, "fake_test.go") {
		t.Errorf("the log lacks the count or the stack:\n%s", log)
	}
	if strings.Contains(log, "a secret") {
		t.Error("the log quotes what was thrown")
	}
}

func TestRuntimePanicIsNamed(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "a"})
	w.onHover = func(*fake, string) {
		var nothing []int
		_ = nothing[len(nothing)]
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.call("textDocument/hover", at("/ws/a.cue", 0, 0))
	if !strings.Contains(e.log.String(), "index out of range") {
		t.Errorf("the log does not say what happened:\n%s", e.log)
	}
}

// TestMethods holds that every row of the table can be served.
func TestMethods(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range methods() {
		kinds := 0
		for _, set := range []bool{m.notified != nil, m.changed != nil, m.asked != nil} {
			if set {
				kinds++
			}
		}
		if kinds != 1 {
			t.Errorf("%s is handled in %d ways, want one", m.name, kinds)
		}
		if seen[m.name] {
			t.Errorf("%s is in the table twice", m.name)
		}
		seen[m.name] = true
	}
}
