package lsp

import (
	"strings"
	"testing"
	"time"
)

func TestCounters(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "a", "/ws/b.cue": "bad"})
	w.onHover = func(_ *fake, path string) {
		if path == "/ws/b.cue" {
			panic("b")
		}
	}
	counters := new(Counters)
	if got := counters.Report(); got.Files != 0 || got.Messages != nil {
		t.Errorf("before a server runs the counters are %+v", got)
	}
	e := start(t, setup{world: w, Options: Options{Counters: counters}})
	e.initialize(`{}`)
	e.expect("/ws/b.cue@disk: 1")
	e.open("/ws/a.cue", 1, "bad")
	e.expect("/ws/a.cue@1: 1")
	for range 3 {
		e.text("/ws/a.cue")
	}
	e.call("textDocument/hover", at("/ws/b.cue", 0, 0))

	got := counters.Report()
	if n := got.Messages["textDocument/hover"]; n.Count != 4 || n.TotalTime < n.MostTime {
		t.Errorf("hover is counted as %+v", n)
	}
	if n := got.Messages["textDocument/didOpen"].Count; n != 1 {
		t.Errorf("didOpen is counted %d times", n)
	}
	if got.Panics != 1 || got.Files != 2 || got.Open != 1 || got.Published < 3 || got.Slow != 0 || got.Evaluated.Releases != 2 {
		t.Errorf("the counters are %+v", got)
	}
}

// TestSlowTurn makes everything slow, and looks at what the log says of it.
func TestSlowTurn(t *testing.T) {
	w := newWorld(map[string]string{"/ws/dir/a.cue": "a secret", "/ws/b.cue": "bad dir"})
	counters := new(Counters)
	e := start(t, setup{world: w, Options: Options{Counters: counters, slowTurn: time.Nanosecond}})
	e.initialize(`{}`)
	e.expect("/ws/b.cue@disk: 1")
	e.open("/ws/dir/a.cue", 1, "bad secret")
	e.expect("/ws/dir/a.cue@1: 1")
	e.text("/ws/dir/a.cue")
	e.replace("/ws/dir/a.cue", 2, "bad bad secret")
	e.expect("/ws/dir/a.cue@2: 2")
	e.text("/ws/b.cue")

	log := e.log.String()
	for _, want := range []string{
		`"slow","what":"textDocument/hover","took":`,
		`"file":"dir/a.cue","releases evaluated":`,
		`"what":"diagnostics"`,
		`"what":"finding the affected files"`,
		`"what":"textDocument/didChange"`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	if strings.Contains(log, "secret") {
		t.Error("the log has a value")
	}
	if t.Failed() {
		t.Log(log)
	}
	if counters.Report().Slow == 0 {
		t.Error("slow turns are not counted")
	}
}
