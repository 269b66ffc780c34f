package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sourcegraph/go-lsp"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// actingParams are those of a client that knows actions with their edits, and nothing else
// about them.
func actingParams(root, encoding string) any {
	return json.RawMessage(fmt.Sprintf(`{
		"processId": null,
		"rootUri": %[1]q,
		"workspaceFolders": [{"uri": %[1]q, "name": "test"}],
		"capabilities": {
			"general": {"positionEncodings": [%[2]q]},
			"workspace": {"workspaceEdit": {"documentChanges": true}},
			"textDocument": {
				"publishDiagnostics": {"versionSupport": true},
				"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}
			}
		}
	}`, lspclient.URI(root), encoding))
}

// TestActionMends misspells a value of a release, behind characters that count otherwise in
// each encoding, and applies what the server offers for that.
func TestActionMends(t *testing.T) {
	for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			root := exampleWorkspace(t)
			c := lspclient.Start(t, binary)
			c.Initialize(actingParams(root, encoding))
			path := filepath.Join(root, "releases", "production", "web.cue")
			right := "\ufeff" + strings.ReplaceAll(read(t, path), "\n", "\r\n")
			wrong := strings.Replace(right, "contact: ", "#x: \"😀\", cuntact: ", 1)
			if wrong == right {
				t.Fatal("the example workspace is another: production/web sets no contact")
			}
			d := c.Open(path, wrong)
			applyAction(t, c, d, d.At("cuntact", 2), "Rename to contact")
			if want := strings.Replace(wrong, "cuntact", "contact", 1); d.Text != want {
				t.Errorf("the document is\n%q\nwant\n%q", d.Text, want)
			}
		})
	}
}

// applyAction applies the action with a title as an editor does.
func applyAction(t *testing.T, c *lspclient.Client, d *lspclient.Document, at lsp.TextDocumentPositionParams, title string) {
	t.Helper()
	var actions []struct {
		Title string
		Edit  struct {
			DocumentChanges []struct {
				TextDocument lsp.VersionedTextDocumentIdentifier
				Edits        []lsp.TextEdit
			}
		}
	}
	c.MustCall("textDocument/codeAction", map[string]any{
		"textDocument": at.TextDocument,
		"range":        lsp.Range{Start: at.Position, End: at.Position},
		"context":      map[string]any{"diagnostics": []any{}, "only": []string{"quickfix"}}}, &actions)
	var all []string
	for _, a := range actions {
		all = append(all, a.Title)
		if a.Title != title {
			continue
		}
		if len(a.Edit.DocumentChanges) != 1 {
			t.Fatalf("%q changes %d documents", title, len(a.Edit.DocumentChanges))
		}
		change := a.Edit.DocumentChanges[0]
		if change.TextDocument.Version != d.Version || change.TextDocument.URI != at.TextDocument.URI {
			t.Errorf("%q is for %+v, and the document has the version %d", title, change.TextDocument, d.Version)
		}
		content := d.Text
		for i := len(change.Edits) - 1; i >= 0; i-- {
			e := change.Edits[i]
			content = content[:offsetOf(t, d, e.Range.Start)] + e.NewText + content[offsetOf(t, d, e.Range.End):]
		}
		d.SetText(content)
		return
	}
	t.Fatalf("there is no action %q: there are %q", title, all)
}

// offsetOf returns the byte offset of a position in a document.
func offsetOf(t *testing.T, d *lspclient.Document, p lsp.Position) int {
	t.Helper()
	for offset := range len(d.Text) + 1 {
		if d.Position(offset) == p {
			return offset
		}
	}
	t.Fatalf("the position %v is in no place of %s", p, d.Path)
	return 0
}
