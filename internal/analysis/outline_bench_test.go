package analysis_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// BenchmarkWorkspaceSymbols searches a workspace of 10,000 releases.
func BenchmarkWorkspaceSymbols(b *testing.B) {
	dir := b.TempDir()
	write := func(name, content string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 100 {
		write(fmt.Sprintf("catalog/m%d.cue", i), fmt.Sprintf("package m%d\n\n#Module & {\n\t#metadata: {name: \"module-%d\", version: \"1.0.0\"}\n\tcomponents: {web: {}, db: {}}\n\tvalues: replicas: int | *1\n}\n", i, i))
	}
	for i := range 10_000 {
		write(fmt.Sprintf("releases/n%d/r%d.cue", i%100, i), fmt.Sprintf("package r%d\n\nimport m \"example.com/module-%d:1.0.0\"\n\n#ModuleRelease & {\n\t#metadata: {name: \"release-%d\", namespace: \"space-%d\"}\n\t#module: m.#Module\n\tvalues: replicas: 2\n}\n", i, i%100, i, i%100))
	}
	s, _, err := analysis.Load(context.Background(), []string{dir}, nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, query := range []string{"", "space-7/release", "module-42 1.0", "r77", strings.Repeat("x", 30)} {
		b.Run(fmt.Sprintf("%q", query), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.WorkspaceSymbols(query, 200)
			}
		})
	}
	b.Run("tokens of a Module", func(b *testing.B) {
		for b.Loop() {
			s.Tokens(filepath.Join(dir, "catalog", "m7.cue"))
		}
	})
}
