package cascade_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// shop returns the index and the layers of a release of the example workspace: three
// services, thirty values.
func shop(b *testing.B) (*catalogindex.Index, []*cascade.Layer) {
	b.Helper()
	root := filepath.Join("..", "..", "..", "testdata", "workspace")
	index := catalogindex.New()
	for _, name := range []string{
		"cue.mod/module.cue", "lib/units/units.cue", "definitions/shop/module.cue", "definitions/shop/values.cue",
		"catalog/managed-shop/managed_shop.cue", "releases/production/shop.cue",
	} {
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			b.Fatal(err)
		}
		path := "/w/" + name
		index = index.With(catalogindex.Change{Path: path, File: syntax.Parse(path, string(content))})
	}
	for d := range releases(index) {
		if layers := layersOf(index, d); len(layers) == 3 {
			return index, layers
		}
	}
	b.Fatal("no release with three layers")
	return nil, nil
}

// BenchmarkReadValues reads all three layers. A keystroke in a release reads only the
// last of them again.
func BenchmarkReadValues(b *testing.B) {
	index, layers := shop(b)
	for _, l := range layers {
		b.Run(l.Document.Kind.Layer(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cascade.ReadValues(cascade.Source{Index: index}, l.Document)
			}
		})
	}
}

// BenchmarkResolve lays the layers over each other.
func BenchmarkResolve(b *testing.B) {
	_, layers := shop(b)
	b.ReportAllocs()
	for b.Loop() {
		cascade.Resolve(layers, true)
	}
}
