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

// TestPipelined types into a release without ever waiting, and asks after every few edits. Each
// edit writes another value and moves it one line down, so an answer shows for which text it
// was given: that has to be the text at the question's place in the stream, however far the
// server is with what came before or behind it.
func TestPipelined(t *testing.T) {
	t.Parallel()
	const edits = 2000
	root := workspaceOf(t, map[string]string{
		"catalog/web.cue":     strings.Replace(configuredDefinition, "values: replicas?", "values: region?: string | *\"north\"\n\tvalues: replicas?", 1),
		"catalog/managed.cue": configuredModule,
	})
	path := filepath.Join(root, "release.cue")
	const release = `package shop

import catalog "catalog.example.com/managed-web:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {name: "shop", namespace: "production"}
	#module: catalog.#Module
	values: {
		replicas: 10000
		reg
	}
}
`
	c := lspclient.Start(t, binary)
	params := fmt.Sprintf(`{"processId":null,"workspaceFolders":[{"uri":%q,"name":"x"}],"capabilities":{
		"textDocument":{"definition":{"linkSupport":true},"hover":{"contentFormat":["plaintext"]}}}}`, lspclient.URI(root))
	c.Initialize(json.RawMessage(params))
	d := c.Open(path, release)

	type question struct {
		edit int
		kind string
		at   lsp.Position
		wait func(result any)
	}
	var questions []question
	ask := func(edit int, kind string, place lsp.TextDocumentPositionParams) {
		questions = append(questions, question{edit, kind, place.Position, c.Send("textDocument/"+kind, place)})
	}
	for i := 1; i <= edits; i++ {
		d.Replace(fmt.Sprintf("replicas: %d\n", 10_000+i-1), fmt.Sprintf("replicas: %d\n", 10_000+i))
		d.Replace("\n\nimport", "\n\n\nimport")
		switch i % 5 {
		case 0:
			ask(i, "hover", d.At("replicas: ", 1))
		case 1:
			ask(i, "definition", d.At("replicas: ", 1))
		case 2:
			ask(i, "completion", d.At("\treg\n", len("\treg")))
		}
	}
	for _, q := range questions {
		wrong := func(got any) { t.Errorf("%s after edit %d at %v is answered with %+v", q.kind, q.edit, q.at, got) }
		switch q.kind {
		case "hover":
			var got *lspclient.Hover
			if q.wait(&got); got == nil || got.Range == nil || got.Range.Start.Line != q.at.Line || !strings.Contains(got.Contents.Value, fmt.Sprint(10_000+q.edit)) {
				wrong(got)
			}
		case "definition":
			var got []struct{ OriginSelectionRange *lsp.Range }
			if q.wait(&got); len(got) == 0 || got[0].OriginSelectionRange == nil || got[0].OriginSelectionRange.Start.Line != q.at.Line {
				wrong(got)
			}
		case "completion":
			var got struct {
				Items []struct {
					Label    string
					TextEdit struct{ Range lsp.Range }
				}
			}
			if q.wait(&got); len(got.Items) == 0 || got.Items[0].TextEdit.Range.End != q.at {
				wrong(got)
			}
		}
	}
	c.WaitForVersion(path, 1+2*edits)
}
