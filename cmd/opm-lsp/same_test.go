package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
)

// TestSameEverywhere holds that the command line and the server find the same, in
// every fixture and in the example workspace, whether files are open or not, and whether
// the server publishes it or is asked for it.
func TestSameEverywhere(t *testing.T) {
	t.Run("workspace", func(t *testing.T) {
		t.Parallel()
		same(t, exampleWorkspace(t))
	})
	t.Run("bad input", func(t *testing.T) {
		t.Parallel()
		same(t, workspaceOf(t, small(map[string]string{
			"right.cue": rightRelease, "wrong.cue": wrongRelease, "wide.cue": wide,
			"empty.cue": "", "latin1.cue": "package a\n\nname: \"caf\xe9\"\n", "utf16.cue": "\xff\xfep\x00a\x00",
			"bom.cue": "\ufeff" + lostRelease, "other.cue": "package other\n\nvalues: 7\n", "open.cue": "package open\n\na: {",
			"x.cue/inside.cue": lostRelease, "a b/ü%20#?.cue": lostRelease, "returns.cue": strings.ReplaceAll(wrongRelease, "\n", "\r\n"),
			"wide/core.cue": strings.ReplaceAll(wrongRelease, "#ModuleRelease", "core.#ModuleRelease"),
		})))
	})
	for _, f := range fixture.All(t, filepath.FromSlash("../../testdata/fixtures")) {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			same(t, f.Write(t))
		})
	}
}

func same(t *testing.T, root string) {
	write(t, filepath.Join(root, filepath.FromSlash(lastFile)), lastText)
	files := cueFiles(t, root)
	if n := len(files); n > 0 && files[n-1] > filepath.Join(root, filepath.FromSlash(lastFile)) {
		t.Fatalf("%s comes after the file that has to be last", files[n-1])
	}
	want := checkedFindings(t, root).String()
	// No editor can open a file that is not UTF-8 and send its bytes.
	files = slices.DeleteFunc(files, func(path string) bool { return !utf8.ValidString(read(t, path)) })

	closed := serve(t, root, "utf-16")
	if diff := cmp.Diff(want, publishedFindings(t, root, loaded(closed, root)).String()); diff != "" {
		t.Errorf("with no file open (-check +server):\n%s", diff)
	}

	// The files are opened while the server still reads the workspace, as an
	// editor that is started with files does.
	opened := serve(t, root, "utf-16")
	var documents []*lspclient.Document
	for _, path := range files {
		documents = append(documents, opened.Open(path, read(t, path)))
	}
	for _, path := range files {
		opened.WaitForVersion(path, 1)
	}
	state := loaded(opened, root)
	if diff := cmp.Diff(want, publishedFindings(t, root, state).String()); diff != "" {
		t.Errorf("with every file open (-check +server):\n%s", diff)
	}
	for _, path := range files {
		if _, told := state.Published[path]; !told {
			t.Errorf("%s is open, and the server said nothing about it", relative(root, path))
		}
	}

	asked := make(findings)
	for _, d := range documents {
		if p := d.Pull(); len(p.Diagnostics) > 0 {
			asked[relative(root, d.Path)] = describe(t, root, p)
		}
	}
	// Files that cannot be opened are not asked for one by one.
	all, ids := opened.PullAll(nil)
	of := lspclient.State{Published: make(map[string]lspclient.Publication)}
	for _, p := range all {
		of.Published[lspclient.Path(p.URI)] = p
	}
	if diff := cmp.Diff(want, publishedFindings(t, root, of).String()); diff != "" {
		t.Errorf("asked for all files at once (-check +server):\n%s", diff)
	}
	for _, path := range files {
		file := relative(root, path)
		if diff := cmp.Diff(publishedFindings(t, root, state)[file], asked[file]); diff != "" {
			t.Errorf("asked for %s (-published +asked):\n%s", file, diff)
		}
	}
	if changed, _ := opened.PullAll(ids); len(changed) > 0 {
		t.Errorf("asked again, the server sends %d reports that the client has", len(changed))
	}
}
