package analysis_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// BenchmarkKeystroke changes a value of a release of the example workspace, another one
// each time, and asks for the diagnostics of its file.
func BenchmarkKeystroke(b *testing.B) {
	for _, name := range []string{"releases/dev/web.cue", "releases/production/shop.cue", "catalog/managed-shop/managed_shop.cue"} {
		b.Run(filepath.Base(name), func(b *testing.B) {
			dir, err := filepath.Abs("../../testdata/workspace")
			if err != nil {
				b.Fatal(err)
			}
			s, _, err := analysis.Load(context.Background(), []string{dir}, nil)
			if err != nil {
				b.Fatal(err)
			}
			path := filepath.Join(dir, filepath.FromSlash(name))
			content := s.Text(path).Content()
			at := strings.Index(content, "\tvalues: ")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s = s.WithText(path, content[:at]+fmt.Sprintf("\t// %d\n", i)+content[at:])
				s.Diagnostics(path)
			}
		})
	}
}
