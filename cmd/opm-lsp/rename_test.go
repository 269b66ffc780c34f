package main

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sourcegraph/go-lsp"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// TestRename renames a value, a component, a scope and a Module of the example workspace as an
// editor does, writes all files, and checks them: what is wrong is what was wrong before. Then it
// renames them back, which leaves every byte as it was.
func TestRename(t *testing.T) {
	for _, test := range []struct {
		name, file, place  string // in the first characters of which the cursor stands
		from, to, encoding string
	}{
		{"value", "definitions/web-app/web_app.cue", "replicas?: uint", "replicas", "copies", "utf-16"},
		{"value in a release", "releases/dev/web.cue", "replicas: 1", "replicas", "copies", "utf-8"},
		{"component", "definitions/web-app/web_app.cue", "server: #Workload", "server", "frontEnd", "utf-32"},
		{"scope", "catalog/managed-web/managed_web.cue", "\"platform-hardening\": ", "platform-hardening", "platform-rights", "utf-16"},
		{"Module", "catalog/managed-web/managed_web.cue", "\"managed-web\"", "managed-web", "curated-web", "utf-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := exampleWorkspace(t)
			c := serve(t, root, test.encoding)
			path := filepath.Join(root, filepath.FromSlash(test.file))
			before, wrong := textsOf(t, root), codesOf(t, root)

			d := c.Open(path, read(t, path))
			at := d.At(test.place, 3)
			changed := applyRename(t, c, root, at, test.to)
			if changed == 0 {
				t.Errorf("no file changes")
			}
			if diff := cmp.Diff(wrong, codesOf(t, root)); diff != "" {
				t.Errorf("what is wrong changed (-before +after):\n%s", diff)
			}
			d.SetText(read(t, path))
			c.Notify("workspace/didChangeWatchedFiles", changesOf(t, root))
			applyRename(t, c, root, at, test.from)
			for file, content := range textsOf(t, root) {
				if diff := cmp.Diff(before[file], content); diff != "" {
					t.Errorf("renamed back, %s is another (-before +after):\n%s", file, diff)
				}
			}
		})
	}
}

// applyRename renames what is at a place, writes the files that change, and returns how many those are.
func applyRename(t *testing.T, c *lspclient.Client, root string, at lsp.TextDocumentPositionParams, to string) int {
	t.Helper()
	var edit struct {
		Changes         map[lsp.DocumentURI][]lsp.TextEdit
		DocumentChanges []struct {
			TextDocument struct{ URI lsp.DocumentURI }
			Edits        []lsp.TextEdit
		}
	}
	c.MustCall("textDocument/rename", lsp.RenameParams{TextDocument: at.TextDocument, Position: at.Position, NewName: to}, &edit)
	changes := edit.Changes
	if changes == nil {
		changes = make(map[lsp.DocumentURI][]lsp.TextEdit)
	}
	for _, change := range edit.DocumentChanges {
		changes[change.TextDocument.URI] = append(changes[change.TextDocument.URI], change.Edits...)
	}
	for spelled, edits := range changes {
		path := lspclient.Path(spelled)
		content := read(t, path)
		d := c.Unopened(path, content)
		slices.SortFunc(edits, func(a, b lsp.TextEdit) int {
			return offsetOf(t, d, b.Range.Start) - offsetOf(t, d, a.Range.Start)
		})
		for _, e := range edits {
			content = content[:offsetOf(t, d, e.Range.Start)] + e.NewText + content[offsetOf(t, d, e.Range.End):]
		}
		write(t, path, content)
	}
	return len(changes)
}

func textsOf(t *testing.T, root string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for _, path := range cueFiles(t, root) {
		out[relative(root, path)] = read(t, path)
	}
	return out
}

// codesOf returns the code of each finding of a workspace, by file.
func codesOf(t *testing.T, root string) map[string][]string {
	t.Helper()
	out := make(map[string][]string)
	for _, d := range checkJSON(t, root).Diagnostics {
		out[d.File] = append(out[d.File], d.Code)
	}
	for _, codes := range out {
		slices.Sort(codes)
	}
	return out
}

// changesOf says that all files changed on disk.
func changesOf(t *testing.T, root string) any {
	t.Helper()
	var events []lsp.FileEvent
	for _, path := range cueFiles(t, root) {
		events = append(events, lsp.FileEvent{URI: lspclient.URI(path), Type: 2}) // changed
	}
	return lsp.DidChangeWatchedFilesParams{Changes: events}
}
