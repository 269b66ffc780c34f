package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// TestServerWatches changes files on disk under a client that does not tell of it, in the workspace
// and in a directory that its configuration names as a source.
func TestServerWatches(t *testing.T) {
	t.Parallel()
	root := sourced(t, "sources: [\"../catalog\"]\n")
	c := serve(t, root, "utf-16")
	loaded(c, root)
	await := func(name, code string, there bool) {
		t.Helper()
		c.Wait(name, func(s lspclient.State) bool {
			found := false
			for _, d := range s.Diagnostics(filepath.Join(root, filepath.FromSlash(name))) {
				found = found || d.Code == code
			}
			return found == there
		})
	}
	await("release.cue", "release/unknown-value", true)
	write(t, filepath.Join(root, "more", "deep", "wrong.cue"), "package wrong\n\n)\n")
	await("more/deep/wrong.cue", "cue/syntax", true)

	// The definition gets the value that the release sets.
	definition := strings.Replace(configuredDefinition, "replicas?: uint", "replcas?: int\n\tvalues: replicas?: uint", 1)
	write(t, filepath.Join(filepath.Dir(root), "catalog", "web.cue"), definition)
	await("release.cue", "release/unknown-value", false)
}
