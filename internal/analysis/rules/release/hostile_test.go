package release_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// TestThousands checks a release in which thousands of values are wrong in the same way: the work
// for each must not grow with the number of the others.
func TestThousands(t *testing.T) {
	const n = 5_000
	lines := func(line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line+"\n", i)
		}
		return b.String()
	}
	for _, test := range []struct{ values, release, code string }{
		{lines("known%d?: int"), lines("other%d: 1"), "release/unknown-value"},
		{lines("known%d?: int | *1"), lines("known%d: 1"), "release/redundant-value"},
	} {
		s, _, err := analysis.Load(context.Background(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		s = s.WithText("/w/definition/web.cue", "package web\n#ModuleDefinition & {\n#metadata: {name: \"web\", version: \"1.0.0\"}\nvalues: {\n"+test.values+"}\n}\n")
		s = s.WithText("/w/module/web.cue", "package managed\nimport web \"code.example.com/web/v1.0.0\"\n#Module & {\n#metadata: {name: \"managed-web\", version: \"1.0.0\"}\n#moduleDefinition: web.#ModuleDefinition\nvalues: #moduleDefinition.values\n}\n")
		s = s.WithText("/w/release/web.cue", "package release\nimport catalog \"catalog.example.com/managed-web:1.0.0\"\n#ModuleRelease & {\n#metadata: {name: \"web\", namespace: \"shop\"}\n#module: catalog.#Module\nvalues: {\n"+test.release+"}\n}\n")
		found := 0
		for _, d := range s.Diagnostics("/w/release/web.cue") {
			if d.Code == test.code {
				found++
			}
		}
		if found != n {
			t.Errorf("%s: %d are found", test.code, found)
		}
	}
}
