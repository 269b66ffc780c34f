package lsp

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wireCatalog asks for the catalog; options is JSON, or "" for none.
func (e *editor) wireCatalog(options string) (c catalog) {
	e.t.Helper()
	params := map[string]any{"command": "opm.catalog"}
	if options != "" {
		params["arguments"] = []json.RawMessage{json.RawMessage(options)}
	}
	e.decode(e.call("workspace/executeCommand", params), &c)
	return c
}

// lines writes a tree one document a line.
func lines(root string, nodes []catalogNode, indent string) string {
	var b strings.Builder
	for _, n := range nodes {
		words := []string{indent + n.Kind, n.Namespace, n.Name, n.Version, strings.TrimPrefix(n.URI, uriOf(root)), n.Newer, n.Stray}
		if n.Health != nil {
			encoded, _ := json.Marshal(n.Health)
			words = append(words, string(encoded))
		}
		at, _ := json.Marshal(n.Range.Start)
		b.WriteString(strings.Join(append(words, string(at)), "|") + "\n" + lines(root, n.Children, indent+" "))
	}
	return b.String()
}

func TestCatalog(t *testing.T) {
	e, root := openFiles(t, webFiles, `{}`)
	whole := e.wireCatalog("")
	want := `definition||web-app|1.0.0|/definitions/web.cue|||{"errors":0,"warnings":0}|{"line":4,"character":11}
 module||simple-web-app|1.1.0-platform.1|/catalog/next.cue|||{"errors":0,"warnings":2,"worst":"warning"}|{"line":6,"character":11}
 module||simple-web-app|1.0.0-platform.1|/catalog/web.cue|1.1.0-platform.1||{"errors":0,"warnings":0}|{"line":6,"character":11}
  release|development|web-dev||/releases/dev.cue|1.1.0-platform.1||{"errors":1,"warnings":0,"worst":"error"}|{"line":6,"character":13}
`
	if diff := cmp.Diff(want, lines(root, whole.Documents, "")); diff != "" {
		t.Errorf("the catalog (-want +got):\n%s", diff)
	}

	again := e.wireCatalog(`{"unless":"` + whole.Revision + `"}`)
	if !again.Unchanged || len(again.Documents) != 0 || again.Revision != whole.Revision {
		t.Errorf("the same catalog again is %+v", again)
	}
	bare := e.wireCatalog(`{"health":false}`)
	if bare.Revision == whole.Revision || bare.Documents[0].Health != nil || bare.Documents[0].Children[0].Health != nil {
		t.Errorf("the catalog without health is %+v", bare)
	}

	e.open(filepath.Join(root, "releases", "dev.cue"), 1, strings.Replace(webRelease, "replcas", "replicas", 1))
	mended := e.wireCatalog(`{"unless":"` + whole.Revision + `"}`)
	if mended.Unchanged || mended.Documents[0].Children[1].Children[0].Health.Errors != 0 {
		t.Errorf("after the release is mended the catalog is %+v", mended)
	}
}

func TestCatalogOfNothing(t *testing.T) {
	e, _ := openFiles(t, nil, `{}`)
	m := e.call("workspace/executeCommand", map[string]any{"command": "opm.catalog"})
	if !strings.Contains(string(m.Result), `"documents":[]`) {
		t.Errorf("the catalog of an empty folder is %s %+v", m.Result, m.Error)
	}
}

func TestChangedIsToldToWhoAsks(t *testing.T) {
	isChanged := func(m message) bool { return m.Method == "opm/changed" }
	asks, root := openFiles(t, webFiles, `{"experimental":{"opm":{"changed":true}}}`)
	path := filepath.Join(root, "releases", "dev.cue")
	asks.take("that the workspace is read", isChanged)
	asks.open(path, 1, webRelease)
	asks.take("that a document is open", isChanged)
	asks.replace(path, 2, strings.Replace(webRelease, "replcas", "replicas", 1))
	asks.take("that a document is another", isChanged)

	for _, capabilities := range []string{`{}`, `{"experimental":null}`, `{"experimental":7}`, `{"experimental":{"opm":{"changed":false}}}`} {
		silent, root := openFiles(t, webFiles, capabilities)
		silent.open(filepath.Join(root, "releases", "dev.cue"), 1, webRelease)
		silent.take("diagnostics", func(m message) bool { return m.Method == "textDocument/publishDiagnostics" })
		silent.call("shutdown", nil)
		if told := silent.waiting("opm/changed"); len(told) > 0 {
			t.Errorf("with %s the client is told of changes", capabilities)
		}
	}
}

func TestOrigin(t *testing.T) {
	e, root := openFiles(t, webFiles, `{}`)
	path := filepath.Join(root, "releases", "dev.cue")
	e.open(path, 1, strings.Replace(webRelease, "replcas", "replicas", 1))
	ask := func(line, character int) message {
		return e.call("workspace/executeCommand", map[string]any{"command": "opm.origin", "arguments": []any{at(path, line, character)}})
	}
	var got origin
	e.decode(ask(11, 13), &got)
	var layers []string
	for _, l := range got.Layers {
		start, _ := json.Marshal(l.Range.Start)
		layers = append(layers, strings.Join([]string{l.Document.Kind, l.Document.Namespace, l.Document.Name, l.Document.Version, l.Says, l.State, strings.TrimPrefix(l.URI, uriOf(root)), string(start)}, "|"))
	}
	want := []string{
		`release|development|web-dev||1|wins|/releases/dev.cue|{"line":11,"character":2}`,
		`module||simple-web-app|1.0.0-platform.1|2|beaten|/catalog/web.cue|{"line":11,"character":2}`,
		`definition||web-app|1.0.0|3|beaten|/definitions/web.cue|{"line":12,"character":2}`,
	}
	if diff := cmp.Diff(want, layers); diff != "" {
		t.Errorf("the layers (-want +got):\n%s", diff)
	}
	if got.Path != "replicas" || got.Effective != "1" || got.Says != "an integer from 1 to 10" || got.Document.Name != "web-dev" ||
		got.Range.Start.Line != 11 || len(got.Feeds) != 1 || got.Feeds[0] != "server.replicas" {
		t.Errorf("the origin is %+v", got)
	}

	got = origin{}
	e.decode(ask(12, 3), &got)
	if got.Path != "image" || got.Effective != "" || len(got.Values) != 1 || got.Values[0] != (originValue{"tag", `"dev"`, true, "release"}) {
		t.Errorf("the origin of a struct is %+v", got)
	}

	for _, nowhere := range [][2]int{{0, 0}, {3, 2}, {10, 3}} {
		if answer := ask(nowhere[0], nowhere[1]).answer(); answer != "null" {
			t.Errorf("at %v there is %s", nowhere, answer)
		}
	}
}
