package lsp

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const brokenFile = "package a\n\n)\n"

// A disk is a real directory that a server watches by itself.
type disk struct {
	t    *testing.T
	root string
}

func newDisk(t *testing.T, files map[string]string) disk {
	d := disk{t, t.TempDir()}
	for name, content := range files {
		d.write(name, content)
	}
	return d
}

func (d disk) path(name string) string { return filepath.Join(d.root, filepath.FromSlash(name)) }

func (d disk) write(name, content string) {
	d.t.Helper()
	if err := os.MkdirAll(filepath.Dir(d.path(name)), 0o777); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(d.path(name), []byte(content), 0o666); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) remove(name string) {
	d.t.Helper()
	if err := os.RemoveAll(d.path(name)); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) rename(from, to string) {
	d.t.Helper()
	if err := os.Rename(d.path(from), d.path(to)); err != nil {
		d.t.Fatal(err)
	}
}

// serve starts a server on folders of the disk, for a client that declares nothing.
func (d disk) serve(options Options, folders ...string) *editor {
	d.t.Helper()
	e := start(d.t, setup{real: true, Options: options})
	var list []any
	for _, folder := range folders {
		list = append(list, map[string]any{"uri": "file://" + d.path(folder), "name": folder})
	}
	e.call("initialize", map[string]any{"capabilities": map[string]any{}, "workspaceFolders": list})
	e.notify("initialized", struct{}{})
	return e
}

// await waits until a file is published with or without diagnostics.
func (d disk) await(e *editor, name string, wrong bool) {
	d.t.Helper()
	e.take(fmt.Sprintf("%s, wrong %v", name, wrong), func(m message) bool {
		var p published
		return m.Method == "textDocument/publishDiagnostics" && json.Unmarshal(m.Params, &p) == nil &&
			p.URI == "file://"+d.path(name) && (len(p.Diagnostics) > 0) == wrong
	})
}

// at once makes the watcher take over a change as soon as it hears of it.
func atOnce(time.Duration) <-chan time.Time {
	now := make(chan time.Time)
	close(now)
	return now
}

func TestWatching(t *testing.T) {
	d := newDisk(t, map[string]string{"ws/a.cue": "package a\n", "ws/dir/b.cue": brokenFile, "ws/dir/deep/c.cue": brokenFile})
	e := d.serve(Options{after: atOnce}, "ws")
	d.await(e, "ws/dir/b.cue", true)
	d.await(e, "ws/dir/deep/c.cue", true)

	d.write("ws/a.cue", brokenFile) // changed
	d.await(e, "ws/a.cue", true)
	d.write("ws/new.cue", brokenFile) // new
	d.await(e, "ws/new.cue", true)
	d.write("ws/more/and/more/x.cue", brokenFile) // new, in new directories
	d.await(e, "ws/more/and/more/x.cue", true)
	d.write("ws/more/and/more/x.cue", "package a\n")
	d.await(e, "ws/more/and/more/x.cue", false)
	d.rename("ws/new.cue", "ws/renamed.cue")
	d.await(e, "ws/renamed.cue", true)
	d.await(e, "ws/new.cue", false)
	d.write("ws/temporary", "package a\n") // as editors save
	d.rename("ws/temporary", "ws/renamed.cue")
	d.await(e, "ws/renamed.cue", false)

	d.rename("ws/dir", "ws/moved") // a directory with what is below it
	d.await(e, "ws/moved/deep/c.cue", true)
	d.await(e, "ws/dir/deep/c.cue", false)
	d.write("ws/moved/deep/c.cue", "package a\n")
	d.await(e, "ws/moved/deep/c.cue", false)
	d.remove("ws/moved")
	d.await(e, "ws/moved/b.cue", false)
	d.write("ws/moved/b.cue", brokenFile) // and again
	d.await(e, "ws/moved/b.cue", true)

	d.write("ws/.git/x.cue", brokenFile) // does not count
	d.write("ws/notes.md", "x")
	d.write("ws/z.cue", brokenFile)
	d.await(e, "ws/z.cue", true)
	for _, m := range e.waiting("textDocument/publishDiagnostics") {
		if strings.Contains(string(m.Params), ".git") {
			t.Errorf("published %s", m.Params)
		}
	}
}

// TestWatchingRoots holds that folders which are added later are watched, and such as are links.
func TestWatchingRoots(t *testing.T) {
	d := newDisk(t, map[string]string{"one/a.cue": "package a\n", "two/b.cue": "package a\n", "real/c.cue": "package a\n"})
	if err := os.Symlink("real", d.path("link")); err != nil {
		t.Fatal(err)
	}
	e := d.serve(Options{after: atOnce}, "one")
	folder := func(name string) map[string]any {
		return map[string]any{"uri": "file://" + d.path(name), "name": name}
	}
	e.notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{
		"added": []any{folder("two"), folder("link")}, "removed": []any{folder("one")}}})
	d.write("two/b.cue", brokenFile)
	d.await(e, "two/b.cue", true)
	d.write("link/c.cue", brokenFile)
	d.await(e, "link/c.cue", true)
}

// TestWatchingInOneGo holds that what happens in a burst is taken over when it is over, or when
// it takes too long.
func TestWatchingInOneGo(t *testing.T) {
	d := newDisk(t, map[string]string{"ws/a.cue": "package a\n", "ws/read.cue": brokenFile})
	over := make(chan time.Time)
	asked := make(chan time.Duration, 10_000)
	e := d.serve(Options{after: func(pause time.Duration) <-chan time.Time {
		asked <- pause
		if pause == quiet {
			return nil // it never is
		}
		return over
	}}, "ws")
	d.await(e, "ws/read.cue", true)
	for i := range 3 * manyChanges {
		d.write(fmt.Sprintf("ws/many/%02d.cue", i), brokenFile)
	}
	d.write("ws/a.cue", brokenFile)
	<-asked
	// Another document is published, and nothing that the disk has.
	e.open(d.path("ws/open.cue"), 1, brokenFile)
	if got := e.published(); got.URI != "file://"+d.path("ws/open.cue") {
		t.Errorf("published %s before the burst is over", got.summary())
	}
	close(over)
	d.await(e, "ws/a.cue", true)
	for i := range 3 * manyChanges {
		d.await(e, fmt.Sprintf("ws/many/%02d.cue", i), true)
	}
}

// TestWatchingTooMuch holds that a server which gets no more watches says so once and goes on.
func TestWatchingTooMuch(t *testing.T) {
	d := newDisk(t, map[string]string{"ws/a/x.cue": "package a\n", "ws/b/x.cue": "package a\n", "ws/c/x.cue": brokenFile})
	e := d.serve(Options{after: atOnce, maxWatches: 2}, "ws")
	d.await(e, "ws/c/x.cue", true)
	d.write("ws/a/x.cue", brokenFile)
	d.await(e, "ws/a/x.cue", true)
	e.open(d.path("ws/c/x.cue"), 1, "package a\n")
	d.await(e, "ws/c/x.cue", false)
	if n := strings.Count(e.log.String(), "not all directories can be watched"); n != 1 {
		t.Errorf("the log says %d times that there are too many directories", n)
	}
}

// TestNotWatching holds that nothing is watched for a client that tells of changes itself.
func TestNotWatching(t *testing.T) {
	d := newDisk(t, map[string]string{"ws/a/x.cue": brokenFile})
	e := start(t, setup{real: true, Options: Options{maxWatches: -1}}) // the first would be too many
	e.call("initialize", map[string]any{
		"capabilities":     json.RawMessage(`{"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true}}}`),
		"workspaceFolders": []any{map[string]any{"uri": "file://" + d.path("ws"), "name": "ws"}},
	})
	e.notify("initialized", struct{}{})
	d.await(e, "ws/a/x.cue", true)
	if strings.Contains(e.log.String(), "can be watched") {
		t.Error("directories are watched")
	}
}
