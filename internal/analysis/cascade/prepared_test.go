package cascade_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
)

// TestPrepared holds that a release is resolved to the same on top of what is prepared of its
// Module as from scratch, and that preparing is of use.
func TestPrepared(t *testing.T) {
	chains := 3000
	if raceEnabled {
		chains = 300
	}
	shared := 0
	for i := range chains {
		c := generator{rand.New(rand.NewPCG(uint64(i), 7))}.chain()
		index := chainIndex(t, c.definition.cue(), c.module.cue(), "{}", cueText(c.release))
		var blank *cascade.Tree
		for d := range releases(index) {
			layers := layersOf(index, d)
			if blank != nil && blank.Layers[1].Document == layers[1].Document {
				layers[0], layers[1] = blank.Layers[0], blank.Layers[1]
			}
			complete := len(layers) == 3
			tree, whole := cascade.Resolve(layers, complete), cascade.ResolveWhole(layers, complete)
			if diff := cmp.Diff(dumpTree(whole), dumpTree(tree)); diff != "" {
				t.Fatalf("chain %d, -from scratch +prepared:\n%s\n%s\n%s\n%s", i, diff, c.definition.cue(), c.module.cue(), cueText(c.release))
			}
			if blank == nil {
				blank = tree
				continue
			}
			tree.Root.Walk(func(n *cascade.Node) bool {
				if other := blank.Lookup(n.Path); other != nil && other.Allowed == n.Allowed {
					shared++
				}
				return true
			})
		}
	}
	t.Logf("%d nodes of %d chains were prepared", shared, chains)
	if shared < chains {
		t.Errorf("only %d nodes were prepared", shared)
	}
}

// dumpTree prints every node of a tree, with all that is known of it.
func dumpTree(tree *cascade.Tree) string {
	var b strings.Builder
	tree.Root.Walk(func(n *cascade.Node) bool {
		dumpNode(&b, tree, n)
		fmt.Fprintf(&b, " %s present %t, optional %t, partial %t, struct %t, in its place %t",
			cascade.Secrets{}.Describe(n.Path, n.Allowed), n.Present, n.Optional, n.Partial, n.Struct, n.Parent == nil || n.Parent.Child(n.Label()) == n)
		if n.Invalid != nil {
			fmt.Fprintf(&b, ", default %t", n.Invalid.Default)
			for _, broken := range n.Invalid.Breaks {
				fmt.Fprintf(&b, ", %d at %v", broken.Layer, broken.Origin.Span)
			}
		}
		b.WriteString("\n")
		return true
	})
	return b.String()
}
