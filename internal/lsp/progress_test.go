package lsp

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestProgressOfRequests holds that who gives a token for a long question hears its beginning and
// its end before the answer, and nobody else hears anything.
func TestProgressOfRequests(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/a.cue": "bad"})})
	e.initialize(`{"window":{"workDoneProgress":true}}`)
	place := map[string]any{
		"textDocument": map[string]any{"uri": "file:///ws/a.cue"},
		"position":     map[string]any{"line": 0, "character": 0},
		"context":      map[string]any{"includeDeclaration": true},
		"newName":      "good",
	}
	everything := map[string]any{"previousResultIds": []any{}}
	for method, params := range map[string]map[string]any{
		"textDocument/references": place,
		"textDocument/rename":     place,
		"workspace/diagnostic":    everything,
	} {
		t.Run(method, func(t *testing.T) {
			for _, token := range []string{"", method} { // what was heard of one before stays
				delete(params, "workDoneToken")
				want := ""
				if token != "" {
					params["workDoneToken"], want = token, "begin end"
				}
				e.call(method, params)
				var kinds []string
				for _, m := range e.waiting("$/progress") {
					var progress struct {
						Token string
						Value struct{ Kind string }
					}
					if err := json.Unmarshal(m.Params, &progress); err != nil {
						t.Fatal(err)
					}
					if progress.Token == method {
						kinds = append(kinds, progress.Value.Kind)
					}
				}
				if got := strings.Join(kinds, " "); got != want {
					t.Errorf("with token %q: progress %q, want %q", token, got, want)
				}
			}
		})
	}
}
