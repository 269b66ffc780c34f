package cascade

// MustSet returns, in order, the paths that a layer above the tree's has to set: those
// without a value, not optional, in a struct that is there.
func (t *Tree) MustSet() []*Node {
	var out []*Node
	b := &builder{layers: t.Layers}
	b.eachMissing(t.Root, func(n *Node) { out = append(out, n) })
	return out
}

// IsUnknown reports whether a layer may say something at the node that is not known.
func (n *Node) IsUnknown() bool { return n.lost != [maxLayers]bool{} }
