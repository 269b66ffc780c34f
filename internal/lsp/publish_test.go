package lsp

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const related = `{"textDocument":{"publishDiagnostics":{"relatedInformation":true}}}`

func TestPublishing(t *testing.T) {
	w := newWorld(map[string]string{
		"/ws/b.cue":    "bad bad",
		"/ws/good.cue": "good",
		"/ws/uses.cue": "uses a.cue",
	})
	e := start(t, setup{world: w})
	e.initialize(related)
	e.expect("/ws/b.cue@disk: 2") // closed and clean files are not mentioned

	e.open("/ws/a.cue", 1, "fine")
	e.expect("/ws/a.cue@1: 0")

	e.replace("/ws/a.cue", 2, "now bad")
	p := e.expect("/ws/a.cue@2: 1")
	d := p.Diagnostics[0]
	if d.Source != "opm" || d.Code != "test/bad" || d.Severity != 1 || d.Message != "This is bad." ||
		d.Range.Start.Character != 4 || d.Range.End.Character != 7 {
		t.Errorf("published %+v", d)
	}
	p = e.expect("/ws/uses.cue@disk: 1") // moved although it is not open
	if got := p.Diagnostics[0].RelatedInformation; len(got) != 1 || got[0].Location.URI != "file:///ws/a.cue" || got[0].Message != "This is bad." {
		t.Errorf("related information is %+v", got)
	}

	e.replace("/ws/a.cue", 3, "now bad") // the same, but the client counts on the version
	e.expect("/ws/a.cue@3: 1")

	e.replace("/ws/a.cue", 4, "fine")
	e.expect("/ws/a.cue@4: 0")
	e.expect("/ws/uses.cue@disk: 0")

	e.replace("/ws/a.cue", 5, "bad")
	e.expect("/ws/a.cue@5: 1")
	e.expect("/ws/uses.cue@disk: 1")
	e.close("/ws/a.cue") // there is no such file on disk
	e.expect("/ws/a.cue@disk: 0")
	e.expect("/ws/uses.cue@disk: 0")

	// Everything that was to be said was said.
	e.open("/ws/last.cue", 1, "bad")
	e.expect("/ws/last.cue@1: 1")
}

func TestCloseWithoutDifference(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/a.cue": "bad"})})
	e.initialize(`{}`)
	e.expect("/ws/a.cue@disk: 1")
	e.open("/ws/a.cue", 1, "bad")
	e.expect("/ws/a.cue@1: 1")
	e.close("/ws/a.cue") // the client has these diagnostics
	e.open("/ws/a.cue", 7, "bad")
	e.expect("/ws/a.cue@7: 1")
}

func TestWithoutRelatedInformation(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/a.cue": "\n\nbad", "/ws/uses.cue": "a.cue"})})
	e.initialize(`{}`)
	e.expect("/ws/a.cue@disk: 1")
	d := e.expect("/ws/uses.cue@disk: 1").Diagnostics[0]
	if want := "What this names is bad.\nThis is bad. (a.cue:3)"; d.Message != want || d.RelatedInformation != nil {
		t.Errorf("the message is %q, want %q", d.Message, want)
	}
}

// TestNewerSupersedesOlder holds the first computation until two edits have
// arrived. What it computed must never be seen, nor anything of the edit between.
func TestNewerSupersedesOlder(t *testing.T) {
	w := newWorld(nil)
	computing, release := make(chan string, 100), make(chan struct{})
	w.onDiagnostics = func(ws *fake, path string) {
		if content := ws.Text(path).Content(); strings.HasPrefix(content, "first") {
			computing <- content
			<-release
		}
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, "first bad")
	<-computing
	e.replace("/ws/a.cue", 2, "second bad bad")
	e.replace("/ws/a.cue", 3, "third bad bad bad")
	e.text("/ws/a.cue") // the edits have been taken over
	close(release)
	e.expect("/ws/a.cue@3: 3")
	e.open("/ws/b.cue", 1, "")
	e.expect("/ws/b.cue@1: 0")
}

// TestOrder holds the computation of the first file, makes many files dirty, and
// looks at the order in which they are computed then.
func TestOrder(t *testing.T) {
	w := newWorld(map[string]string{"/ws/c.cue": "bad a.cue", "/ws/d.cue": "bad a.cue"})
	held, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.onDiagnostics = func(ws *fake, path string) {
		if path == "/ws/hold.cue" {
			once.Do(func() {
				close(held)
				<-release
			})
		}
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.expect("/ws/c.cue@disk: 1")
	e.expect("/ws/d.cue@disk: 1")
	e.open("/ws/hold.cue", 1, "bad")
	<-held
	e.open("/ws/a.cue", 1, "bad")
	e.open("/ws/z.cue", 1, "bad")
	e.open("/ws/b.cue", 1, "bad")
	e.replace("/ws/z.cue", 2, "bad z")
	e.replace("/ws/hold.cue", 2, "bad, edited last")
	e.text("/ws/a.cue")
	close(release)
	for _, want := range []string{
		"/ws/hold.cue@2: 1", "/ws/z.cue@2: 1", "/ws/b.cue@1: 1", "/ws/a.cue@1: 1", "/ws/c.cue@disk: 2", "/ws/d.cue@disk: 2",
	} {
		e.expect(want)
	}
}

// TestOpenFirst holds that nobody who has a file open waits until all that an edit affects is
// found.
func TestOpenFirst(t *testing.T) {
	w := newWorld(map[string]string{"/ws/closed.cue": "uses a.cue"})
	var edited atomic.Bool
	release := make(chan struct{})
	w.onAffected = func(path string) {
		if path == "/ws/a.cue" && edited.Load() {
			<-release
		}
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, "fine")
	e.expect("/ws/a.cue@1: 0")
	e.open("/ws/reader.cue", 1, "uses a.cue")
	e.expect("/ws/reader.cue@1: 0")
	e.open("/ws/other.cue", 1, "")
	e.expect("/ws/other.cue@1: 0")

	edited.Store(true)
	e.replace("/ws/a.cue", 2, "bad")
	e.expect("/ws/a.cue@2: 1")
	e.expect("/ws/reader.cue@1: 1")
	close(release)
	e.expect("/ws/closed.cue@disk: 1")
}

// TestUndoneMeanwhile holds that what was told of a file while the effects of an edit were still to
// be sought is looked at again, although it depends on the edited file neither before nor after.
func TestUndoneMeanwhile(t *testing.T) {
	w := newWorld(map[string]string{"/ws/c.cue": "bad"})
	reached, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.onDiagnostics = func(ws *fake, path string) {
		if a := ws.Text("/ws/a.cue"); path == "/ws/b.cue" && a != nil && strings.Contains(a.Content(), "feeds") {
			once.Do(func() {
				close(reached)
				<-release
			})
		}
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.expect("/ws/c.cue@disk: 1") // all is loaded
	e.open("/ws/b.cue", 1, "fine")
	e.expect("/ws/b.cue@1: 0")
	e.open("/ws/a.cue", 1, "fine")
	e.expect("/ws/a.cue@1: 0")
	e.replace("/ws/a.cue", 2, "bad feeds b.cue")
	e.expect("/ws/a.cue@2: 1")
	<-reached
	e.replace("/ws/a.cue", 3, "fine")
	e.text("/ws/a.cue") // the edit has been taken over
	close(release)
	e.expect("/ws/b.cue@1: 1")
	e.expect("/ws/a.cue@3: 0")
	e.expect("/ws/b.cue@1: 0")
}

func TestPanicInDiagnostics(t *testing.T) {
	w := newWorld(nil)
	boom := make(chan struct{})
	w.onDiagnostics = func(ws *fake, path string) {
		if strings.Contains(ws.Text(path).Content(), "boom") {
			close(boom)
			panic("boom, and a secret")
		}
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, "boom bad")
	<-boom
	e.open("/ws/b.cue", 1, "bad")
	e.expect("/ws/b.cue@1: 1")
	e.replace("/ws/a.cue", 2, "bad")
	e.expect("/ws/a.cue@2: 1")
	if log := e.log.String(); !strings.Contains(log, `"panics":1`) || strings.Contains(log, "secret") {
		t.Errorf("the panic is not counted, or quoted:\n%s", log)
	}
}

func TestPanicInParse(t *testing.T) {
	e := start(t, setup{})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, "fine")
	e.expect("/ws/a.cue@1: 0")
	e.replace("/ws/a.cue", 2, "panic in Parse")
	e.replace("/ws/a.cue", 3, "bad")
	for {
		if p := e.published(); p.summary() == "/ws/a.cue@3: 1" {
			break
		}
	}
	if strings.Contains(e.log.String(), "must not show") {
		t.Error("the log quotes the document")
	}
}

func TestShutdownEndsPublishing(t *testing.T) {
	w := newWorld(nil)
	held, release := make(chan struct{}), make(chan struct{})
	w.onDiagnostics = func(*fake, string) {
		close(held)
		<-release
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, "bad")
	<-held
	if got := e.call("shutdown", nil).answer(); got != "null" {
		t.Errorf("shutdown while diagnostics are computed: %s", got)
	}
	close(release)
	e.frame(`{"jsonrpc":"2.0","method":"exit"}`)
	if code := e.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := e.waiting("textDocument/publishDiagnostics"); len(got) > 0 {
		t.Errorf("published after shutdown: %s", got[0].Params)
	}
}

func TestWatchedFiles(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "fine", "/ws/dir/x.cue": "bad", "/ws/dir/y.cue": "bad"})
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.expect("/ws/dir/x.cue@disk: 1")
	e.expect("/ws/dir/y.cue@disk: 1")
	event := func(paths ...string) {
		var changes []any
		for _, path := range paths {
			changes = append(changes, map[string]any{"uri": "file://" + path, "type": 2})
		}
		e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": changes})
	}
	w.write("/ws/a.cue", "bad")
	event("/ws/a.cue", "/ws/a.cue", "/ws/notes.md")
	e.expect("/ws/a.cue@disk: 1")

	e.open("/ws/a.cue", 1, "fine in the editor")
	e.expect("/ws/a.cue@1: 0")
	w.write("/ws/a.cue", "bad bad")
	event("/ws/a.cue") // the editor's text counts
	e.replace("/ws/a.cue", 2, "bad")
	e.expect("/ws/a.cue@2: 1")
	e.close("/ws/a.cue")
	e.expect("/ws/a.cue@disk: 2")

	w.remove("/ws/dir/x.cue")
	w.remove("/ws/dir/y.cue")
	event("/ws/dir") // a directory is gone
	e.expect("/ws/dir/x.cue@disk: 0")
	e.expect("/ws/dir/y.cue@disk: 0")

	w.write("/ws/new.cue", "bad")
	e.notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": "file:///ws/new.cue"}})
	e.expect("/ws/new.cue@disk: 1")
}
