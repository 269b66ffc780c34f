package cascade

import (
	"slices"
)

// MustSet returns, in order, the paths that a layer above the tree's has to set: those
// without a value, not optional, in a struct that is there.
func (t *Tree) MustSet() []*Node {
	var out []*Node
	b := &builder{layers: t.Layers}
	b.eachMissing(t.Root, func(n *Node) { out = append(out, n) })
	return out
}

// IsUnknown reports whether a layer may say something at the node or below that is not known,
// or not typed yet.
func (n *Node) IsUnknown() bool {
	return n.Partial || n.lost != [maxLayers]bool{} || n.isTyped() || slices.ContainsFunc(n.Children, (*Node).IsUnknown)
}
