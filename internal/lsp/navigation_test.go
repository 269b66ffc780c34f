package lsp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// navigationFiles are a definition, a Module and a release. An emoji stands before what is
// asked about.
var navigationFiles = map[string]string{
	"web.cue": `package web

#ModuleDefinition & {
	#metadata: {name: "web-app", version: "1.0.0"}
	components: server: #WorkloadComponent & {
		image: "🚀\(values.tag)"
	}
	values: tag?: string | *"1"
}
`,
	"managed.cue": `package managed

import original "example.com/web-app/v1.0.0"

#Module & {
	#metadata: {name: "managed", version: "1.0.0-platform.1"}
	#moduleDefinition: original.#ModuleDefinition
	values: #moduleDefinition.values
}
`,
	"dev.cue": `package dev

import catalog "example.com/catalog/managed:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {name: "dev", namespace: "team"}
	#module: catalog.#Module
	values: tag: "2"
}
`,
}

// openNavigation starts a server on those files.
func openNavigation(t *testing.T, capabilities string) (e *editor, file func(name string) string) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range navigationFiles {

		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	e = start(t, setup{real: true})
	if m := e.call("initialize", map[string]any{"rootUri": uriOf(root), "capabilities": json.RawMessage(capabilities)}); m.Error != nil {
		t.Fatal(m.Error.Message)
	}
	e.notify("initialized", struct{}{})
	return e, func(name string) string { return filepath.Join(root, name) }
}

// A target is a Location or a LocationLink.
type target struct {
	URI       string
	TargetURI string
	Range     struct{ Start, End struct{ Line, Character int } }

	TargetSelectionRange, OriginSelectionRange struct{ Start, End struct{ Line, Character int } }
}

func targets(t *testing.T, e *editor, method string, params any) []target {
	t.Helper()
	m := e.call("textDocument/"+method, params)
	if m.Error != nil {
		t.Fatalf("%s: %s", method, m.Error.Message)
	}
	var out []target
	if err := json.Unmarshal(m.Result, &out); err != nil {
		t.Fatalf("%s: %v in %s", method, err, m.Result)
	}
	return out
}

func TestLinksAndLocations(t *testing.T) {
	for _, method := range []string{"definition", "declaration", "typeDefinition", "implementation"} {
		t.Run(method, func(t *testing.T) {
			at := func(file func(string) string) any { return at(file("dev.cue"), 6, 20) } // catalog.#Module
			linked, file := openNavigation(t, `{"textDocument":{"`+method+`":{"linkSupport":true}},"workspace":{"textDocumentContent":{}}}`)
			links := targets(t, linked, method, at(file))
			if len(links) != 1 || links[0].TargetURI == "" || links[0].OriginSelectionRange.Start.Character != 10 {
				t.Errorf("a client that takes links gets %+v", links)
			}
			plain, file := openNavigation(t, `{"workspace":{"textDocumentContent":{}}}`)
			locations := targets(t, plain, method, at(file))
			if len(locations) != 1 || locations[0].URI == "" || locations[0].TargetURI != "" {
				t.Errorf("a client that takes none gets %+v", locations)
			}
		})
	}
}

// TestEmbeddedTargets follows a name into a schema that comes with opm-lsp, with a client that
// asks for the content of documents and with one that can only open files: both can open what
// they are sent to, and go on from there.
func TestEmbeddedTargets(t *testing.T) {
	schema := func(file func(string) string) any { return at(file("web.cue"), 4, 25) } // #WorkloadComponent
	for capabilities, content := range map[string]func(e *editor, spelled string) string{
		`{"workspace":{"textDocumentContent":{}},"textDocument":{"hover":{"contentFormat":["markdown"]}}}`: func(e *editor, spelled string) string {
			var answer struct{ Text string }
			e.decode(e.call("workspace/textDocumentContent", map[string]any{"uri": spelled}), &answer)
			return answer.Text
		},
		`{"textDocument":{"hover":{"contentFormat":["markdown"]}}}`: func(e *editor, spelled string) string {
			content, err := os.ReadFile(strings.TrimPrefix(spelled, "file://"))
			if err != nil {
				t.Fatal(err)
			}
			e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": spelled, "languageId": "cue", "version": 1, "text": string(content)}})
			return string(content)
		},
	} {
		e, file := openNavigation(t, capabilities)
		got := targets(t, e, "definition", schema(file))
		if len(got) != 1 {
			t.Fatalf("it leads to %+v", got)
		}
		text := content(e, got[0].URI)
		place := got[0].Range.Start
		if line := strings.Split(text, "\n")[place.Line]; !strings.HasPrefix(line[place.Character:], "#WorkloadComponent") {
			t.Errorf("it leads to %q", line)
		}
		inside := map[string]any{"textDocument": map[string]any{"uri": got[0].URI}, "position": map[string]any{"line": place.Line, "character": place.Character + 22}}
		if further := targets(t, e, "definition", inside); len(further) != 1 || !strings.HasSuffix(further[0].URI, "component.cue") {
			t.Errorf("from there it leads to %+v", further) // #Component
		}
		report := e.call("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": got[0].URI}})
		if !strings.Contains(string(report.Result), `"items":[]`) {
			t.Errorf("a schema that comes with opm-lsp has something wrong with it: %s", report.Result)
		}
		hover := string(e.call("textDocument/hover", at(file("web.cue"), 3, 31)).Result) // version
		if strings.Contains(hover, "](opm-core:") != strings.HasPrefix(got[0].URI, "opm-core:") {
			t.Errorf("the links of a hover cannot be opened: %s", hover)
		}
	}
}

func TestReferences(t *testing.T) {
	e, file := openNavigation(t, `{}`)
	ask := func(declarations bool) []target {
		params := at(file("dev.cue"), 7, 10) // tag
		params["context"] = map[string]any{"includeDeclaration": declarations}
		return targets(t, e, "references", params)
	}
	if got := ask(true); len(got) != 3 || got[0].URI != uriOf(file("dev.cue")) {
		t.Errorf("the uses are %+v", got)
	}
	got := ask(false)
	if len(got) != 1 || got[0].URI != uriOf(file("web.cue")) {
		t.Fatalf("without declarations they are %+v", got)
	}
	// In UTF-16 the emoji before it is two units.
	if r := got[0].Range; r.Start.Line != 5 || r.Start.Character != 21 || r.End.Character != 24 {
		t.Errorf("the read is at %+v", r)
	}
}

func TestDocumentHighlight(t *testing.T) {
	e, file := openNavigation(t, `{"general":{"positionEncodings":["utf-8"]}}`)
	m := e.call("textDocument/documentHighlight", at(file("web.cue"), 7, 10)) // tag
	want := `[{"range":{"start":{"line":5,"character":23},"end":{"line":5,"character":26}},"kind":2},{"range":{"start":{"line":7,"character":9},"end":{"line":7,"character":12}},"kind":3}]`
	if got := m.answer(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := e.call("textDocument/documentHighlight", at(file("web.cue"), 1, 0)).answer(); got != "null" {
		t.Errorf("nothing is highlighted as %s", got)
	}
}

// TestPlainHover holds that a client without Markdown gets none.
func TestPlainHover(t *testing.T) {
	e, file := openNavigation(t, `{"textDocument":{"hover":{"contentFormat":["plaintext"]}}}`)
	m := e.call("textDocument/hover", at(file("dev.cue"), 6, 20))
	if !strings.Contains(string(m.Result), `"kind":"plaintext"`) || strings.Contains(string(m.Result), "**") || !strings.Contains(string(m.Result), "managed 1.0.0-platform.1") {
		t.Errorf("the hover is %s", m.Result)
	}
}
