package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.lsp.dev/protocol"
)

// Capabilities of clients that ask for diagnostics.
const (
	asks        = `{"workspace":{"diagnostics":{"refreshSupport":true}},"textDocument":{"diagnostic":{}}}`
	asksRelated = `{"workspace":{"diagnostics":{"refreshSupport":true}},"textDocument":{"diagnostic":{"relatedDocumentSupport":true}}}`
	asksLikeOld = `{"textDocument":{"diagnostic":{"dynamicRegistration":false}}}` // Neovim 0.10
)

// pulledReport is any of the reports that an answer holds.
type pulledReport struct {
	Kind             string
	URI              string
	Version          *int
	ResultID         string
	Items            []struct{ Message string }
	RelatedDocuments map[string]pulledReport
}

// summary is "full 2", "unchanged", or either with the related documents behind it.
func (r pulledReport) summary() string {
	text := r.Kind
	if r.Kind == "full" {
		text += fmt.Sprint(" ", len(r.Items))
	}
	for _, uri := range slices.Sorted(maps.Keys(r.RelatedDocuments)) {
		text += fmt.Sprintf(", %s %s", strings.TrimPrefix(uri, "file://"), r.RelatedDocuments[uri].summary())
	}
	return text
}

// pull asks for the diagnostics of a document.
func (e *editor) pull(path, previous string) pulledReport {
	e.t.Helper()
	params := map[string]any{"textDocument": map[string]any{"uri": "file://" + path}}
	if previous != "" {
		params["previousResultId"] = previous
	}
	m := e.call("textDocument/diagnostic", params)
	var r pulledReport
	if m.Error != nil || json.Unmarshal(m.Result, &r) != nil {
		e.t.Fatalf("the report is %s", m.answer())
	}
	return r
}

// pullAll asks for the diagnostics of all files, and returns the reports by path.
func (e *editor) pullAll(previous map[string]string) map[string]pulledReport {
	e.t.Helper()
	return reportsIn(e.t, e.call("workspace/diagnostic", previousIDs(previous)).Result)
}

func previousIDs(previous map[string]string) map[string]any {
	ids := []any{}
	for _, path := range slices.Sorted(maps.Keys(previous)) {
		ids = append(ids, map[string]any{"uri": "file://" + path, "value": previous[path]})
	}
	return map[string]any{"previousResultIds": ids}
}

func reportsIn(t *testing.T, raw json.RawMessage) map[string]pulledReport {
	t.Helper()
	var result struct{ Items []pulledReport }
	if err := json.Unmarshal(raw, &result); err != nil || result.Items == nil {
		t.Fatalf("the reports are %s", raw)
	}
	reports := map[string]pulledReport{}
	for _, r := range result.Items {
		reports[strings.TrimPrefix(r.URI, "file://")] = r
	}
	return reports
}

// summaries writes reports as one line.
func summaries(reports map[string]pulledReport) string {
	var parts []string
	for _, path := range slices.Sorted(maps.Keys(reports)) {
		version := "disk"
		if v := reports[path].Version; v != nil {
			version = fmt.Sprint(*v)
		}
		parts = append(parts, fmt.Sprintf("%s@%s %s", path, version, reports[path].summary()))
	}
	return strings.Join(parts, "; ")
}

func ids(reports map[string]pulledReport) map[string]string {
	result := map[string]string{}
	for path, r := range reports {
		result[path] = r.ResultID
	}
	return result
}

// refresh waits until the server asks the client to ask again.
func (e *editor) refresh() {
	e.t.Helper()
	e.take("a refresh", func(m message) bool { return m.Method == "workspace/diagnostic/refresh" })
}

func TestPullAnnounced(t *testing.T) {
	for _, test := range []struct{ name, capabilities, want string }{
		{"", asks, `{"interFileDependencies":true,"workspaceDiagnostics":true}`},
		{"Neovim", asks, `{"interFileDependencies":true,"workspaceDiagnostics":false}`},
		{"", asksLikeOld, ""},
		{"", `{}`, ""},
	} {
		e := start(t, setup{})
		m := e.call("initialize", json.RawMessage(`{"clientInfo":{"name":"`+test.name+`"},"capabilities":`+test.capabilities+`}`))
		var result struct {
			Capabilities struct{ DiagnosticProvider json.RawMessage }
		}
		if err := json.Unmarshal(m.Result, &result); err != nil {
			t.Fatal(err)
		}
		if got := string(result.Capabilities.DiagnosticProvider); got != test.want {
			t.Errorf("%q with %s is told %s, want %s", test.name, test.capabilities, got, test.want)
		}
	}
}

func TestPullDocument(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "bad", "/ws/closed.cue": "bad bad"})
	e := start(t, setup{world: w})
	e.initialize(asks)
	e.expect("/ws/a.cue@disk: 1") // nobody asked for them yet
	e.expect("/ws/closed.cue@disk: 2")

	e.open("/ws/a.cue", 1, "bad bad bad")
	first := e.pull("/ws/a.cue", "")
	if got := first.summary(); got != "full 3" || first.ResultID == "" {
		t.Errorf("the first report is %s %q", got, first.ResultID)
	}
	e.expect("/ws/a.cue@disk: 0") // what was pushed must not be seen beside it
	if got := e.pull("/ws/a.cue", first.ResultID).summary(); got != "unchanged" {
		t.Errorf("the same again is %s", got)
	}
	if got := e.pull("/ws/a.cue", "of another server").summary(); got != "full 3" {
		t.Errorf("after an id that nobody knows the report is %s", got)
	}
	e.replace("/ws/a.cue", 2, "fine")
	second := e.pull("/ws/a.cue", first.ResultID)
	if got := second.summary(); got != "full 0" || second.ResultID == first.ResultID {
		t.Errorf("after an edit the report is %s", got)
	}
	e.replace("/ws/a.cue", 3, "bad")
	e.close("/ws/a.cue")
	e.expect("/ws/a.cue@disk: 1")
	if got := e.pull("/ws/closed.cue", "").summary(); got != "full 2" {
		t.Errorf("the report of a file that is not open is %s", got)
	}
	for _, uri := range []string{"untitled:Untitled-1", "file:///ws/none.cue", "git:/ws/a.cue?x"} {
		m := e.call("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": uri}})
		if got := string(m.Result); !strings.HasPrefix(got, `{"kind":"full"`) || !strings.Contains(got, `"items":[]`) {
			t.Errorf("the report of %s is %s", uri, m.answer())
		}
	}
	if got := e.call("textDocument/diagnostic", map[string]any{}).answer(); got != "error -32602" {
		t.Errorf("without a document the answer is %s", got)
	}
	if n := len(e.waiting("workspace/diagnostic/refresh")); n > 0 {
		t.Errorf("%d refreshes for what the client asks for anyway", n)
	}
}

// TestPullMoves holds that a client which shows two documents hears that an edit of one
// moves the diagnostics of the other.
func TestPullMoves(t *testing.T) {
	w := newWorld(map[string]string{"/ws/disk.cue": "fine"})
	e := start(t, setup{world: w})
	e.initialize(asks)
	e.open("/ws/a.cue", 1, "fine")
	e.open("/ws/uses.cue", 1, "uses a.cue and disk.cue")
	e.pull("/ws/a.cue", "")
	before := e.pull("/ws/uses.cue", "")
	if got := before.summary(); got != "full 0" {
		t.Fatalf("before the edit the report is %s", got)
	}
	e.replace("/ws/a.cue", 2, "bad")
	e.refresh()
	moved := e.pull("/ws/uses.cue", before.ResultID)
	if got := moved.summary(); got != "full 1" {
		t.Errorf("after the edit the report is %s", got)
	}
	e.pull("/ws/a.cue", "")
	w.write("/ws/disk.cue", "bad")
	e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": "file:///ws/disk.cue", "type": 2}}})
	e.expect("/ws/disk.cue@disk: 1")
	e.refresh()
	if got := e.pull("/ws/uses.cue", moved.ResultID).summary(); got != "full 2" {
		t.Errorf("after a change on disk the report is %s", got)
	}
	if n := len(e.waiting("textDocument/publishDiagnostics")); n > 0 {
		t.Errorf("%d publications for open documents", n)
	}
}

// TestPullHidden holds that a document which the client has open but does not show, and so
// did not ask about, is worth a refresh when another file breaks it.
func TestPullHidden(t *testing.T) {
	w := newWorld(nil)
	looked := make(chan struct{}, 100)
	w.onDiagnostics = func(_ *fake, path string) {
		if path == "/ws/mark.cue" {
			looked <- struct{}{}
		}
	}
	e := start(t, setup{world: w})
	e.initialize(asks)
	e.open("/ws/uses.cue", 1, "uses a.cue")
	e.notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": "file:///ws/mark.cue"}})
	<-looked // the publisher has seen the other document before
	e.open("/ws/a.cue", 1, "bad")
	e.refresh()
	if got := e.pull("/ws/uses.cue", "").summary(); got != "full 1" {
		t.Errorf("the report is %s", got)
	}
}

// TestPullRelated holds that a client which takes other documents along with the one that it
// asks for gets them there.
func TestPullRelated(t *testing.T) {
	e := start(t, setup{})
	e.initialize(asksRelated)
	e.open("/ws/a.cue", 1, "fine")
	e.open("/ws/uses.cue", 1, "uses a.cue")
	e.open("/ws/never.cue", 1, "uses a.cue")
	a := e.pull("/ws/a.cue", "")
	uses := e.pull("/ws/uses.cue", "")
	e.replace("/ws/a.cue", 2, "bad")
	moved := e.pull("/ws/a.cue", a.ResultID)
	if got := moved.summary(); got != "full 1, /ws/uses.cue full 1" {
		t.Errorf("the report is %s", got)
	}
	if got := e.pull("/ws/a.cue", moved.ResultID).summary(); got != "unchanged" {
		t.Errorf("the same again is %s", got)
	}
	id := moved.RelatedDocuments["file:///ws/uses.cue"].ResultID
	if id == "" || id == uses.ResultID {
		t.Errorf("the related document has the id %q", id)
	}
	if got := e.pull("/ws/uses.cue", id).summary(); got != "unchanged" {
		t.Errorf("what came with another document is sent again: %s", got)
	}
	e.replace("/ws/a.cue", 3, "fine")
	if got := e.pull("/ws/a.cue", moved.ResultID).summary(); got != "full 0, /ws/uses.cue full 0" {
		t.Errorf("the report is %s", got)
	}
}

func TestPullWorkspace(t *testing.T) {
	w := newWorld(map[string]string{
		"/ws/b.cue": "bad", "/ws/c.cue": "fine", "/ws/d.cue": "bad bad", "/ws/uses.cue": "a.cue",
	})
	e := start(t, setup{world: w})
	e.initialize(asks)
	for _, want := range []string{"/ws/b.cue@disk: 1", "/ws/d.cue@disk: 2"} {
		e.expect(want)
	}
	e.open("/ws/a.cue", 7, "bad")
	first := e.pullAll(nil)
	if got := summaries(first); got != "/ws/a.cue@7 full 1; /ws/b.cue@disk full 1; /ws/d.cue@disk full 2; /ws/uses.cue@disk full 1" {
		t.Errorf("the reports are %s", got)
	}
	// From here on the client asks; what it was told is taken back, and nothing more comes.
	left := map[string]bool{"/ws/b.cue@disk: 0": true, "/ws/d.cue@disk: 0": true}
	for len(left) > 0 {
		p := e.published().summary()
		if p == "/ws/uses.cue@disk: 1" {
			left["/ws/uses.cue@disk: 0"] = true // it was told before it asked
		}
		delete(left, p)
	}

	again := e.pullAll(ids(first))
	if got := summaries(again); got != "/ws/a.cue@7 unchanged; /ws/b.cue@disk unchanged; /ws/d.cue@disk unchanged; /ws/uses.cue@disk unchanged" {
		t.Errorf("the same again is %s", got)
	}
	e.replace("/ws/a.cue", 8, "fine")
	e.refresh() // uses.cue moved
	known := ids(first)
	known["/ws/gone.cue"] = "x"
	second := e.pullAll(known)
	if got := summaries(second); got != "/ws/a.cue@8 full 0; /ws/b.cue@disk unchanged; /ws/d.cue@disk unchanged; /ws/gone.cue@disk full 0; /ws/uses.cue@disk full 0" {
		t.Errorf("after an edit the reports are %s", got)
	}
	e.open("/ws/last.cue", 1, "bad")
	e.pull("/ws/last.cue", "")
	if n := len(e.waiting("textDocument/publishDiagnostics")); n > 0 {
		t.Errorf("%d publications for a client that asks", n)
	}
}

// TestPullInParts holds that the reports come in parts, before the answer, where the client
// takes them so.
func TestPullInParts(t *testing.T) {
	files := map[string]string{}
	for i := range 2*reportsAtOnce + 1 {
		files[fmt.Sprintf("/ws/%03d.cue", i)] = "bad"
	}
	e := start(t, setup{world: newWorld(files)})
	e.initialize(asks)
	m := e.call("workspace/diagnostic", map[string]any{"previousResultIds": []any{}, "partialResultToken": "parts"})
	if got := string(m.Result); got != `{"items":[]}` {
		t.Errorf("the answer repeats the parts: %s", got)
	}
	total := 0
	parts := e.waiting("$/progress")
	for _, part := range parts {
		var params struct {
			Token string
			Value json.RawMessage
		}
		if err := json.Unmarshal(part.Params, &params); err != nil || params.Token != "parts" {
			t.Errorf("a part is %s", part.Params)
		}
		total += len(reportsIn(t, params.Value))
	}
	if total != len(files) || len(parts) != 3 {
		t.Errorf("%d reports came in %d parts", total, len(parts))
	}
}

// TestPullWorkspaceCancelled holds that a request for all files ends between two of them.
func TestPullWorkspaceCancelled(t *testing.T) {
	files := map[string]string{}
	for i := range 10_000 {
		files[fmt.Sprintf("/ws/%05d.cue", i)] = ""
	}
	w := newWorld(files)
	looked := make(chan string, len(files))
	begun, release := make(chan struct{}), make(chan struct{})
	w.onDiagnostics = func(_ *fake, path string) {
		if path == "/ws/00003.cue" {
			close(begun)
			<-release
		}
		looked <- path
	}
	q := &query{view: &view{}, ws: w.fill([]string{"/ws"}), client: &client{}, pulls: newPulls(newStore(nil, nil))}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := workspaceDiagnostic(ctx, q, &protocol.WorkspaceDiagnosticParams{})
		done <- err
	}()
	<-begun
	cancel()
	close(release)
	if err := <-done; err == nil {
		t.Error("a cancelled request gives an answer")
	}
	if n := len(looked); n > 4 {
		t.Errorf("%d files were looked at, of which 4 before the end", n)
	}
}

// TestOpenAgain holds that a document which is closed and opened again, faster than the
// publisher looks, is published again: its client has dropped what it knew.
func TestOpenAgain(t *testing.T) {
	w := newWorld(nil)
	computing, release := make(chan struct{}), make(chan struct{})
	w.onDiagnostics = func(_ *fake, path string) {
		if path == "/ws/hold.cue" {
			close(computing)
			<-release
		}
	}
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 0, "bad")
	e.expect("/ws/a.cue@0: 1")
	e.open("/ws/hold.cue", 0, "fine")
	<-computing
	e.close("/ws/a.cue")
	e.open("/ws/a.cue", 0, "bad")
	e.text("/ws/a.cue")
	close(release)
	e.expect("/ws/hold.cue@0: 0")
	e.expect("/ws/a.cue@0: 1")
}

// TestPullUndone holds that a client hears of an answer that was true only between an edit and
// its undo, while the publisher looked at something else.
func TestPullUndone(t *testing.T) {
	w := newWorld(map[string]string{"/ws/hold.cue": "bad uses start.cue"})
	reached, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.onDiagnostics = func(ws *fake, path string) {
		if s := ws.Text("/ws/start.cue"); path == "/ws/hold.cue" && s != nil && s.Content() == "hold" {
			once.Do(func() {
				close(reached)
				<-release
			})
		}
	}
	e := start(t, setup{world: w})
	e.initialize(asks)
	e.expect("/ws/hold.cue@disk: 1") // all is loaded
	for path, content := range map[string]string{"/ws/start.cue": "", "/ws/a.cue": "fine", "/ws/b.cue": "fine"} {
		e.open(path, 1, content)
		e.pull(path, "")
	}
	e.replace("/ws/start.cue", 2, "hold")
	<-reached
	e.replace("/ws/a.cue", 2, "bad feeds b.cue")
	if got := e.pull("/ws/b.cue", "").summary(); got != "full 1" {
		t.Errorf("the report between is %s", got)
	}
	e.replace("/ws/a.cue", 3, "fine")
	e.pull("/ws/a.cue", "")
	close(release)
	e.refresh()
	if got := e.pull("/ws/b.cue", "").summary(); got != "full 0" {
		t.Errorf("the report is %s", got)
	}
}

// TestPullUnannounced holds that a client which cannot be told to ask again is pushed to, and
// may ask all the same.
func TestPullUnannounced(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/uses.cue": "a.cue"})})
	e.initialize(asksLikeOld)
	e.open("/ws/a.cue", 1, "bad")
	e.expect("/ws/a.cue@1: 1")
	e.expect("/ws/uses.cue@disk: 1")
	if got := e.pull("/ws/a.cue", "").summary(); got != "full 1" {
		t.Errorf("the report is %s", got)
	}
	if got := summaries(e.pullAll(nil)); got != "/ws/a.cue@1 full 1; /ws/uses.cue@disk full 1" {
		t.Errorf("the reports are %s", got)
	}
	e.replace("/ws/a.cue", 2, "fine")
	e.expect("/ws/a.cue@2: 0")
	e.expect("/ws/uses.cue@disk: 0")
	if n := len(e.waiting("workspace/diagnostic/refresh")); n > 0 {
		t.Error("the server sends a request that the client did not declare")
	}
}
