package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sourcegraph/go-lsp"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// TestNavigation follows a value of the example workspace through its layers, to what reads
// it and back, while its release is being edited.
func TestNavigation(t *testing.T) {
	for _, encoding := range []string{"utf-8", "utf-16", "utf-32"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			root := exampleWorkspace(t)
			c := serve(t, root, encoding)
			path := filepath.Join(root, "releases", "dev", "web.cue")
			d := c.Open(path, read(t, path))
			d.Replace("// Nobody minds", "// 🚀 Nobody minds")
			d.Replace("contact: \"front-end@", "contact: \"🚀@")

			places := func(method string, params any) []string {
				var found []lsp.Location
				c.MustCall("textDocument/"+method, params, &found)
				var out []string
				for _, l := range found {
					rel, err := filepath.Rel(root, lspclient.Path(l.URI))
					if err != nil {
						t.Fatal(err)
					}
					out = append(out, fmt.Sprintf("%s:%d", filepath.ToSlash(rel), l.Range.Start.Line+1))
				}
				return out
			}
			check := func(what string, got []string, want ...string) {
				t.Helper()
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", what, diff)
				}
			}
			replicas := d.At("replicas: 1", 3)
			check("definition", places("definition", replicas), "releases/dev/web.cue:24", "catalog/managed-web/managed_web.cue:97", "definitions/web-app/web_app.cue:100")
			check("declaration", places("declaration", replicas), "definitions/web-app/web_app.cue:100")
			check("definition of the reference", places("definition", d.At("catalog.#Module", 12)), "catalog/managed-web/managed_web.cue:10")

			uses := places("references", lsp.ReferenceParams{TextDocumentPositionParams: replicas, Context: lsp.ReferenceContext{IncludeDeclaration: false}})
			check("references", uses, "definitions/web-app/web_app.cue:61")
			check("implementation", places("implementation", d.At("catalog.#Module", 12)),
				"releases/dev/web.cue:8", "releases/dev/web_debug.cue:8", "releases/dev/web_legacy.cue:9",
				"releases/production/web.cue:10", "releases/production/web.cue:45", "releases/staging/web.cue:8")

			var hover lspclient.Hover
			c.MustCall("textDocument/hover", d.At("catalog.#Module", 12), &hover)
			if !strings.HasPrefix(hover.Contents.Value, "**Module** managed-web 1.4.0-platform.2") {
				t.Errorf("the Module's card is %s", hover.Contents.Value)
			}
			// A line that is being typed takes nothing away from the others.
			d.Replace("environment: \"development\"\n\n\t\tlogging", "environment: \n\n\t\tlogging")
			check("while typing", places("definition", d.At("replicas: 1", 3)), "releases/dev/web.cue:24", "catalog/managed-web/managed_web.cue:97", "definitions/web-app/web_app.cue:100")
			if code := c.Shutdown(); code != 0 {
				t.Errorf("the server ended with %d", code)
			}
		})
	}
}
