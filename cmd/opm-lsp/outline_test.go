package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
	"github.com/google/go-cmp/cmp"
	"github.com/sourcegraph/go-lsp"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// outlineParams are those of a client that shows all that there is to show of what files
// declare and look like.
func outlineParams(root, encoding string) any {
	return json.RawMessage(fmt.Sprintf(`{
		"processId": null,
		"rootUri": %[1]q,
		"workspaceFolders": [{"uri": %[1]q, "name": "test"}],
		"capabilities": {
			"general": {"positionEncodings": [%[2]q]},
			"workspace": {"symbol": {"resolveSupport": {"properties": ["location.range"]}}},
			"textDocument": {
				"publishDiagnostics": {"versionSupport": true},
				"documentSymbol": {"hierarchicalDocumentSymbolSupport": true, "tagSupport": {"valueSet": [1]}},
				"documentLink": {"tooltipSupport": true},
				"foldingRange": {"lineFoldingOnly": true},
				"selectionRange": {}, "callHierarchy": {}, "typeHierarchy": {},
				"formatting": {}, "rangeFormatting": {"rangesSupport": true},
				"semanticTokens": {
					"requests": {"full": {"delta": true}, "range": true}, "formats": ["relative"],
					"tokenTypes": ["namespace", "type", "class", "struct", "property", "enumMember", "variable", "function"],
					"tokenModifiers": ["definition", "readonly", "deprecated", "overridden", "fixed", "immutable", "secret"]
				}
			}
		}
	}`, lspclient.URI(root), encoding))
}

// TestOutlines asks for all that is known of what the files of the example workspace declare
// and look like, while they are edited. The client holds every answer against the
// specification.
func TestOutlines(t *testing.T) {
	for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			root := exampleWorkspace(t)
			c := lspclient.Start(t, binary)
			c.Initialize(outlineParams(root, encoding))
			for _, name := range []string{"definitions/web-app/web_app.cue", "catalog/managed-web/managed_web.cue", "releases/production/web.cue", "tools/ci.cue"} {
				path := filepath.Join(root, filepath.FromSlash(name))
				d := c.Open(path, "// 😀\r\n"+read(t, path))
				askOutlines(t, c, d)
				d.SetText(d.Text[:len(d.Text)*2/3])
				askOutlines(t, c, d)
				d.Close()
			}
			findByName(t, c, root)
			formatAsCUE(t, c, root)
		})
	}
}

func askOutlines(t *testing.T, c *lspclient.Client, d *lspclient.Document) {
	t.Helper()
	document := map[string]any{"textDocument": lsp.TextDocumentIdentifier{URI: lspclient.URI(d.Path)}}
	with := func(key string, value any) map[string]any {
		return map[string]any{"textDocument": document["textDocument"], key: value}
	}
	middle := d.Position(strings.Index(d.Text, "\n}") / 2)
	whole := lsp.Range{End: d.Position(len(d.Text))}

	var symbols, folds, selections, links []json.RawMessage
	c.MustCall("textDocument/documentSymbol", document, &symbols)
	c.MustCall("textDocument/foldingRange", document, &folds)
	c.MustCall("textDocument/documentLink", document, &links)
	c.MustCall("textDocument/selectionRange", with("positions", []lsp.Position{middle, whole.End}), &selections)
	if len(symbols) == 0 || len(folds) == 0 || len(selections) != 2 {
		t.Errorf("%s has %d symbols, %d folds and %d selections", d.Path, len(symbols), len(folds), len(selections))
	}
	for _, link := range links {
		c.MustCall("documentLink/resolve", link, nil)
	}
	var tokens struct {
		ResultID string
		Data     []int
	}
	c.MustCall("textDocument/semanticTokens/full", document, &tokens)
	c.MustCall("textDocument/semanticTokens/full/delta", with("previousResultId", tokens.ResultID), nil)
	c.MustCall("textDocument/semanticTokens/range", with("range", whole), nil)
	if len(tokens.Data) == 0 || len(tokens.Data)%5 != 0 {
		t.Errorf("%s has %d numbers of tokens", d.Path, len(tokens.Data))
	}
	for offset := 0; offset < len(d.Text); offset += 97 {
		at := with("position", d.Position(offset))
		var family, calls []json.RawMessage
		c.MustCall("textDocument/prepareTypeHierarchy", at, &family)
		c.MustCall("textDocument/prepareCallHierarchy", at, &calls)
		for _, item := range family {
			c.MustCall("typeHierarchy/supertypes", map[string]any{"item": item}, nil)
			c.MustCall("typeHierarchy/subtypes", map[string]any{"item": item}, nil)
		}
		for _, item := range calls {
			c.MustCall("callHierarchy/incomingCalls", map[string]any{"item": item}, nil)
			c.MustCall("callHierarchy/outgoingCalls", map[string]any{"item": item}, nil)
		}
	}
}

func findByName(t *testing.T, c *lspclient.Client, root string) {
	t.Helper()
	var found []json.RawMessage
	c.MustCall("workspace/symbol", map[string]any{"query": "web-production/web-e"}, &found)
	if len(found) == 0 {
		t.Fatal("nothing is found")
	}
	var symbol struct {
		Name     string
		Location lsp.Location
	}
	c.MustCall("workspaceSymbol/resolve", found[0], &symbol)
	want := filepath.Join(root, "releases", "production", "web.cue")
	if symbol.Name != "web-production/web-east" || lspclient.Path(symbol.Location.URI) != want || symbol.Location.Range.Start.Line == 0 {
		t.Errorf("found %+v", symbol)
	}
}

// formatAsCUE holds that the edits of formatting make what CUE's formatter makes of a file
// that is out of form.
func formatAsCUE(t *testing.T, c *lspclient.Client, root string) {
	t.Helper()
	path := filepath.Join(root, "releases", "dev", "web.cue")
	text := strings.ReplaceAll(read(t, path), "\t\t", "   ")
	text = strings.Replace(text, "contact:", "emoji:\"😀\"\n\n\n  contact:", 1)
	want, err := format.Source([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d := c.Open(path, text)
	var edits []lsp.TextEdit
	c.MustCall("textDocument/formatting", map[string]any{
		"textDocument": lsp.TextDocumentIdentifier{URI: lspclient.URI(path)},
		"options":      map[string]any{"tabSize": 2, "insertSpaces": true},
	}, &edits)
	slices.SortFunc(edits, func(a, b lsp.TextEdit) int { // last first
		if a.Range.Start.Line != b.Range.Start.Line {
			return b.Range.Start.Line - a.Range.Start.Line
		}
		return b.Range.Start.Character - a.Range.Start.Character
	})
	offsets := make(map[lsp.Position]int)
	for i := range len(text) + 1 {
		if p := d.Position(i); i == 0 || p != d.Position(i-1) {
			offsets[p] = i
		}
	}
	got := text
	for _, e := range edits {
		got = got[:offsets[e.Range.Start]] + e.NewText + got[offsets[e.Range.End]:]
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("formatted (-want +got):\n%s", diff)
	}
	d.Close()
}
