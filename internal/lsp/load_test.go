package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// holdLoads makes the world's loads wait until the test lets each of them go.
func holdLoads(w *world) (begun chan []string, release chan error) {
	begun, release = make(chan []string), make(chan error)
	w.onLoad = func(ctx context.Context, roots []string, progress func(int, int)) error {
		select {
		case begun <- roots:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case err := <-release:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return begun, release
}

// TestRequestsWaitForTheLoad holds the load back, and lets requests and edits
// arrive in turn. Each request is answered for the text at its place.
func TestRequestsWaitForTheLoad(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "disk", "/ws/b.cue": "uses a.cue"})
	begun, release := holdLoads(w)
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	<-begun
	disk := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	e.open("/ws/a.cue", 1, "one")
	one := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	e.replace("/ws/a.cue", 2, "two bad")
	two := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	cancelled := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	e.notify("$/cancelRequest", map[string]any{"id": json.RawMessage(cancelled)})
	if got := e.answer(cancelled).answer(); got != "error -32800" {
		t.Errorf("a request that is cancelled while it waits gets %s", got)
	}
	if got := e.call("no/such", nil).answer(); got != "error -32601" {
		t.Errorf("the server does not serve while it loads: %s", got)
	}
	release <- nil
	for id, want := range map[string]string{disk: "disk", one: "one", two: "two bad"} {
		if got := between(string(e.answer(id).Result), `"value":"`, `"`); got != want {
			t.Errorf("a question before the end of the load is answered for %q, want %q", got, want)
		}
	}
	e.expect("/ws/a.cue@2: 1")
	e.expect("/ws/b.cue@disk: 1")
}

// TestDiskWhileLoading changes files that the load may have read already.
func TestDiskWhileLoading(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "a", "/ws/b.cue": "b"})
	begun, release := holdLoads(w)
	w.readsFirst = true
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	<-begun
	e.open("/ws/b.cue", 1, "editor")
	e.close("/ws/b.cue")
	w.write("/ws/a.cue", "bad")
	e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": "file:///ws/a.cue", "type": 2}}})
	release <- nil
	e.expect("/ws/a.cue@disk: 1")
	if got := e.text("/ws/b.cue"); got != "b" {
		t.Errorf("a document that was closed while loading has the text %q", got)
	}
}

func TestShutdownWhileLoading(t *testing.T) {
	w := newWorld(nil)
	begun, _ := holdLoads(w)
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	<-begun
	waiting := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	if got := e.call("shutdown", nil).answer(); got != "null" {
		t.Errorf("shutdown while loading: %s", got)
	}
	if got := e.answer(waiting).answer(); got != "error -32800" {
		t.Errorf("who waited for the load gets %s", got)
	}
	e.frame(`{"jsonrpc":"2.0","method":"exit"}`)
	if code := e.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestLoadFails(t *testing.T) {
	w := newWorld(nil)
	w.onLoad = func(_ context.Context, roots []string, _ func(int, int)) error {
		if len(roots) > 0 {
			return errors.New("the folder /ws does not exist")
		}
		return nil
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	m := e.take("a message", func(m message) bool { return m.Method == "window/showMessage" })
	if !strings.Contains(string(m.Params), "the folder /ws does not exist") {
		t.Errorf("the client is told %s", m.Params)
	}
	e.open("/ws/a.cue", 1, "bad")
	for e.published().summary() != "/ws/a.cue@1: 1" {
	}
}

// TestOneFolderFails opens two folders, of which one is not there.
func TestOneFolderFails(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "bad"})
	w.onLoad = func(_ context.Context, roots []string, _ func(int, int)) error {
		if slices.Contains(roots, "/gone") {
			return errors.New("the folder /gone does not exist")
		}
		return nil
	}
	e := start(t, setup{world: w})
	e.call("initialize", json.RawMessage(`{"workspaceFolders":[{"uri":"file:///ws","name":""},{"uri":"file:///gone","name":""}],"capabilities":{}}`))
	e.notify("initialized", struct{}{})
	e.expect("/ws/a.cue@disk: 1")
}

func TestLoadFailsTwice(t *testing.T) {
	w := newWorld(nil)
	w.onLoad = func(context.Context, []string, func(int, int)) error { return errors.New("no disk") }
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	for range 2 {
		if m := e.call("textDocument/hover", at("/ws/a.cue", 0, 0)); m.Error == nil || m.Error.Code != -32803 || !strings.Contains(m.Error.Message, "no disk") {
			t.Errorf("hover gets %s", m.answer())
		}
	}
}

func TestLoadPanics(t *testing.T) {
	w := newWorld(nil)
	w.onLoad = func(_ context.Context, roots []string, _ func(int, int)) error {
		if len(roots) > 0 {
			panic("a secret")
		}
		return nil
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 1, "bad")
	for e.published().summary() != "/ws/a.cue@1: 1" {
	}
	if strings.Contains(e.log.String(), "a secret") {
		t.Error("the log quotes what was thrown")
	}
}

func TestSkippedFiles(t *testing.T) {
	w := newWorld(nil)
	for i := range maxSkipped + 5 {
		w.skipped = append(w.skipped, fmt.Errorf("file %d may not be read", i))
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	for i := range maxSkipped + 1 {
		want := fmt.Sprintf("file %d may not be read", i)
		if i == maxSkipped {
			want = "5 more files could not be read"
		}
		m := e.take("a log message", func(m message) bool { return m.Method == "window/logMessage" })
		if !strings.Contains(string(m.Params), want) {
			t.Errorf("message %d is %s, want %q", i, m.Params, want)
		}
	}
}

func TestProgress(t *testing.T) {
	w := newWorld(nil)
	w.skipped = []error{errors.New("cannot read a"), errors.New("cannot read b")}
	step := make(chan int)
	w.onLoad = func(_ context.Context, _ []string, progress func(int, int)) error {
		for n := range step {
			progress(n, 701)
		}
		return nil
	}
	e := start(t, setup{world: w})
	e.initialize(`{"window":{"workDoneProgress":true}}`)
	next := func() string {
		t.Helper()
		m := e.take("progress", func(m message) bool { return m.Method == "$/progress" || m.Method == "window/workDoneProgress/create" })
		return m.Method + string(m.Params)
	}
	expect := func(want string) {
		t.Helper()
		if got := next(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	expect(`window/workDoneProgress/create{"token":"opm-lsp/1"}`)
	expect(`$/progress{"token":"opm-lsp/1","value":{"kind":"begin","title":"Reading the OPM workspace","percentage":0}}`)
	step <- 1
	step <- 250
	expect(`$/progress{"token":"opm-lsp/1","value":{"kind":"report","message":"250 of 701 files","percentage":35}}`)
	step <- 251
	step <- 700
	expect(`$/progress{"token":"opm-lsp/1","value":{"kind":"report","message":"700 of 701 files","percentage":99}}`)
	step <- 701
	close(step)
	expect(`$/progress{"token":"opm-lsp/1","value":{"kind":"end","message":"701 files, 2 could not be read"}}`)
}

// TestSilentClient holds that a client that answers none of the server's
// requests gets everything else.
func TestSilentClient(t *testing.T) {
	e := start(t, setup{silent: true, world: newWorld(map[string]string{"/ws/a.cue": "bad"})})
	e.initialize(`{"window":{"workDoneProgress":true},"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true}}}`)
	e.expect("/ws/a.cue@disk: 1")
	e.take("a registration", func(m message) bool { return m.Method == "client/registerCapability" })
	e.call("shutdown", nil)
	e.frame(`{"jsonrpc":"2.0","method":"exit"}`)
	if code := e.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestRegistration(t *testing.T) {
	e := start(t, setup{})
	e.initialize(`{"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true}}}`)
	m := e.take("a registration", func(m message) bool { return m.Method == "client/registerCapability" })
	const want = `{"registrations":[{"id":"opm-lsp/files","method":"workspace/didChangeWatchedFiles",` +
		`"registerOptions":{"watchers":[{"globPattern":"**/*.cue"},{"globPattern":"**/cue.mod/module.cue"}]}}]}`
	if string(m.Params) != want {
		t.Errorf("registered %s, want %s", m.Params, want)
	}
}

func TestWorkspaceFolders(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "bad", "/other/b.cue": "bad", "/third/c.cue": "bad"})
	begun, release := holdLoads(w)
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	loads := func(want ...string) {
		t.Helper()
		if got := <-begun; !slices.Equal(got, want) {
			t.Errorf("loads %q, want %q", got, want)
		}
	}
	change := func(added, removed string) {
		e.notify("workspace/didChangeWorkspaceFolders", json.RawMessage(fmt.Sprintf(`{"event":{"added":[%s],"removed":[%s]}}`, added, removed)))
	}
	loads("/ws")
	// While the first load runs, the folders change twice; the last word counts.
	change(`{"uri":"file:///third","name":"third"}`, ``)
	change(`{"uri":"file:///other","name":"other"},{"uri":"file:///other/inside","name":"inside"},{"uri":"git:/x","name":"git"}`, `{"uri":"file:///third","name":"third"}`)
	change(``, `{"uri":"file:///unknown","name":"unknown"}`)
	e.call("no/such", nil)
	release <- nil
	loads("/other", "/ws")
	e.expect("/ws/a.cue@disk: 1") // the old workspace answers while the new one is read
	e.open("/other/mine.cue", 1, "bad bad")
	e.expect("/other/mine.cue@1: 2")
	release <- nil
	e.expect("/other/b.cue@disk: 1")
	change(``, `{"uri":"file:///ws","name":"ws"}`)
	loads("/other")
	release <- nil
	e.expect("/ws/a.cue@disk: 0")
	if got := e.text("/other/mine.cue"); got != "bad bad" {
		t.Errorf("a document that was opened during a load has the text %q", got)
	}
}

// TestNoFolder opens documents in a client that names no folder.
func TestNoFolder(t *testing.T) {
	top := t.TempDir()
	for _, directory := range []string{"module/cue.mod", "module/releases/deep", "plain"} {
		if err := os.MkdirAll(filepath.Join(top, directory), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	path := func(name string) string { return filepath.Join(top, filepath.FromSlash(name)) }
	for _, params := range []string{
		`{"processId":null,"rootPath":"/elsewhere","rootUri":null,"workspaceFolders":[],"capabilities":{}}`,
		`{"processId":null,"rootUri":null,"workspaceFolders":null,"capabilities":{}}`,
		`{"capabilities":{}}`,
	} {
		w := newWorld(map[string]string{path("module/other.cue"): "bad"})
		begun, release := holdLoads(w)
		e := start(t, setup{world: w})
		e.call("initialize", json.RawMessage(params))
		e.notify("initialized", struct{}{})
		if got := e.call("textDocument/hover", at("/ws/a.cue", 0, 0)).answer(); got != "null" {
			t.Errorf("hover without a workspace: %s", got)
		}
		e.open(path("module/releases/deep/a.cue"), 1, "bad")
		if got := <-begun; !slices.Equal(got, []string{path("module")}) {
			t.Errorf("loads %q", got)
		}
		release <- nil
		e.expect(path("module/releases/deep/a.cue") + "@1: 1")
		e.expect(path("module/other.cue") + "@disk: 1")
		e.open(path("module/b.cue"), 1, "") // loads nothing anew
		e.expect(path("module/b.cue") + "@1: 0")
		e.open(path("plain/c.cue"), 1, "bad")
		if got := <-begun; !slices.Equal(got, []string{path("module"), path("plain")}) {
			t.Errorf("loads %q", got)
		}
		release <- nil
		e.expect(path("plain/c.cue") + "@1: 1")
		// From here on the client has folders.
		e.notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{
			"added": []any{map[string]any{"uri": "file:///ws", "name": "ws"}}, "removed": []any{}}})
		if got := <-begun; !slices.Equal(got, []string{"/ws"}) {
			t.Errorf("loads %q", got)
		}
		release <- nil
		e.expect(path("module/other.cue") + "@disk: 0")
	}
}

func TestRootOf(t *testing.T) {
	if got := rootOf(filepath.FromSlash("/a.cue")); got != "" {
		t.Errorf("the root of a file at the top is %q, want none", got)
	}
}

func TestOlderClients(t *testing.T) {
	for params, want := range map[string][]string{
		`{"rootUri":"file:///a","rootPath":"/b","capabilities":{}}`:                                                {"/a"},
		`{"rootUri":null,"rootPath":"/b/","capabilities":{}}`:                                                      {"/b"},
		`{"rootUri":"file:///a","workspaceFolders":[{"uri":"file:///c","name":"c"}],"capabilities":{}}`:            {"/c"},
		`{"rootUri":"file:///a","workspaceFolders":[],"capabilities":{}}`:                                          {"/a"},
		`{"rootUri":"file:///a","workspaceFolders":null,"capabilities":{}}`:                                        {"/a"},
		`{"workspaceFolders":[{"uri":"file:///c/d","name":""},{"uri":"file:///c","name":""}],"capabilities":{}}`:   {"/c"},
		`{"workspaceFolders":[{"uri":"file:///c","name":""},{"uri":"file:///c-d","name":""}],"capabilities":{}}`:   {"/c", "/c-d"},
		`{"rootUri":"file:///with%20space","workspaceFolders":[{"uri":"untitled:x","name":""}],"capabilities":{}}`: {"/with space"},
	} {
		w := newWorld(nil)
		begun, release := holdLoads(w)
		e := start(t, setup{world: w})
		if m := e.call("initialize", json.RawMessage(params)); m.Error != nil {
			t.Errorf("%s: %s", params, m.Error.Message)
			continue
		}
		e.notify("initialized", struct{}{})
		if got := <-begun; !slices.Equal(got, want) {
			t.Errorf("%s: loads %q, want %q", params, got, want)
		}
		release <- nil
	}
}
