package cascade_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

var update = flag.Bool("update", false, "write what came out as what is wanted")

// TestCascade runs the archives of testdata/cascade. Each holds layers, a file
// each, and in "want" the table of values that they resolve to.
func TestCascade(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			index := catalogindex.New()
			var want *txtar.File
			for i, f := range archive.Files {
				if f.Name == "want" {
					want = &archive.Files[i]
					continue
				}
				path := "/w/" + f.Name
				index = index.With(catalogindex.Change{Path: path, File: syntax.Parse(path, string(f.Data))})
			}
			got := dump(t, index)
			if *update {
				if want == nil {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					want = &archive.Files[len(archive.Files)-1]
				}
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want == nil || !bytes.Equal(want.Data, []byte(got)) {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

// dump prints the resolved values of every release, a line each.
func dump(t *testing.T, index *catalogindex.Index) string {
	var b strings.Builder
	for d := range releases(index) {
		tree := resolve(layersOf(index, d))
		fmt.Fprintf(&b, "%s\n", d.Title())
		tree.Root.Walk(func(n *cascade.Node) bool {
			if n != tree.Root {
				dumpNode(&b, tree, n)
			}
			return true
		})
	}
	return b.String()
}

// releases calls yield for every release of an index, in order.
func releases(index *catalogindex.Index) func(yield func(*catalogindex.Document) bool) {
	return func(yield func(*catalogindex.Document) bool) {
		for _, p := range index.Packages() {
			for _, d := range p.Documents {
				if d.Kind == catalogindex.Release && !yield(d) {
					return
				}
			}
		}
	}
}

// layersOf reads the layers of a document's chain.
func layersOf(index *catalogindex.Index, d *catalogindex.Document) []*cascade.Layer {
	var layers []*cascade.Layer
	for _, doc := range cascade.Chain(index, d) {
		layers = append(layers, cascade.ReadLayer(cascade.Source{Index: index}, doc))
	}
	return layers
}

// resolve resolves layers that go down to a definition, or as far as they go.
func resolve(layers []*cascade.Layer) *cascade.Tree {
	return cascade.Resolve(layers, layers[0].Document.Kind == catalogindex.Definition)
}

func dumpNode(b *strings.Builder, tree *cascade.Tree, n *cascade.Node) {
	layer := func(i int) string { return tree.Layers[i].Document.Kind.Layer() }
	var state string
	switch {
	case n.Undefined:
		state = "undefined"
	case n.Missing:
		state = "missing: " + cascade.Secrets{}.Describe(nil, n.Allowed)
	case n.Unread:
		state = "not known"
	case n.Struct && n.Present:
		state = "{}"
	case n.Struct:
		state = "absent {}"
	case n.Value == nil || !n.Present:
		state = "absent: " + cascade.Secrets{}.Describe(nil, n.Allowed)
	default:
		state = n.Value.String() + " " + layer(n.From)
		var beaten []string
		for i := n.From - 1; i >= 0; i-- {
			if f := n.Layers[i]; f != nil && f.Shape.Concrete() != nil {
				beaten = append(beaten, f.Shape.Concrete().String()+" "+layer(i))
			}
		}
		if beaten != nil {
			state += ", beats " + strings.Join(beaten, ", ")
		}
	}
	if n.Invalid != nil {
		state += "; " + layer(n.Invalid.Layer) + " breaks"
		for _, broken := range n.Invalid.Breaks {
			state += " " + layer(broken.Layer) + "'s " + strings.Join(strings.Fields(broken.Origin.File.Text.Slice(broken.Origin.Span)), " ")
		}
	}
	fmt.Fprintf(b, "  %s = %s\n", n.Path, state)
}
