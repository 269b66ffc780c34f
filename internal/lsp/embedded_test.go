package lsp

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// TestEmbeddedAnywhere asks everything at all places of a schema that comes with opm-lsp: nothing
// fails, and nothing offers to change it.
func TestEmbeddedAnywhere(t *testing.T) {
	e, _ := openNavigation(t, `{"workspace":{"textDocumentContent":{}}}`)
	for _, name := range []string{"core.opm.dev/v1/component.cue", "traits.opm.dev/v1alpha1/container.cue"} {
		document := map[string]any{"uri": catalogindex.EmbeddedRoot + name}
		var answer struct{ Text string }
		e.decode(e.call("workspace/textDocumentContent", document), &answer)
		for _, method := range []string{"documentSymbol", "codeLens", "foldingRange", "documentLink", "semanticTokens/full", "formatting"} {
			params := map[string]any{"textDocument": document, "options": map[string]any{"tabSize": 4, "insertSpaces": false}}
			m := e.call("textDocument/"+method, params)
			if m.Error != nil {
				t.Errorf("%s of %s: %s", method, name, m.Error.Message)
			}
			if method == "formatting" && m.answer() != "[]" && m.answer() != "null" {
				t.Errorf("%s of %s: %s", method, name, m.answer())
			}
		}
		for line, text := range strings.Split(answer.Text, "\n") {
			for character := 0; character <= len(text); character += 3 {
				place := map[string]any{"textDocument": document, "position": map[string]any{"line": line, "character": character}}
				for _, method := range []string{"hover", "completion", "definition", "references", "prepareCallHierarchy", "prepareTypeHierarchy"} {
					params := map[string]any{"context": map[string]any{"includeDeclaration": true}}
					if method == "completion" {
						params = map[string]any{}
					}
					for k, v := range place {
						params[k] = v
					}
					if m := e.call("textDocument/"+method, params); m.Error != nil {
						t.Fatalf("%s at %s:%d:%d: %s", method, name, line, character, m.Error.Message)
					}
				}
				if m := e.call("textDocument/prepareRename", place); m.Error == nil && m.answer() != "null" {
					t.Errorf("%s can be renamed at %d:%d: %s", name, line, character, m.answer())
				}
				m := e.call("textDocument/codeAction", map[string]any{"textDocument": document, "context": json.RawMessage(`{"diagnostics":[]}`),
					"range": map[string]any{"start": place["position"], "end": place["position"]}})
				if m.answer() != "[]" && m.answer() != "null" {
					t.Errorf("%s can be changed at %d:%d: %s", name, line, character, m.answer())
				}
			}
		}
	}
	if n := strings.Count(e.log.String(), `"panic"`); n > 0 {
		t.Errorf("%d panics", n)
	}
}
