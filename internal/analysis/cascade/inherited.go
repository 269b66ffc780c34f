package cascade

import (
	"slices"
)

// Without returns the node as it would be if the top layer said nothing there or below. What
// the layers below compute from other values is as it is now.
func (t *Tree) Without(n *Node) *Node {
	b := &builder{layers: t.Layers, trial: true}
	without := &Node{Path: n.Path, Parent: n.Parent, Layers: slices.Clone(n.Layers), lost: n.lost}
	without.Layers[len(t.Layers)-1] = nil
	b.resolveOn(t.prepared.lookup(n.Path), without)
	return without
}

// Redundant returns, in order, the values that the top layer writes and that would stand
// without it, too: nothing changes if one of them is taken away, or all. Those of which that
// cannot be told are left out, and so is what is in a list.
func (t *Tree) Redundant() []*Node {
	r := redundancy{tree: t, top: len(t.Layers) - 1, stands: make(map[*Node]bool)}
	if r.top == 0 {
		return nil
	}
	t.Root.Walk(func(n *Node) bool {
		if r.isRedundant(n) {
			r.found = append(r.found, n)
		}
		return n.Struct && !n.Undefined && n.Layers[r.top] != nil
	})
	return r.found
}

type redundancy struct {
	tree   *Tree
	top    int
	stands map[*Node]bool // of each struct: whether it is there without the top layer
	found  []*Node
}

func (r *redundancy) isRedundant(n *Node) bool {
	own := n.Layers[r.top]
	switch {
	case own == nil || n.Struct || n.Value == nil || n.From != r.top || n.Invalid != nil || n.Undefined:
		return false
	case len(own.Shape.Alts) != 1 || len(own.Shape.Defaults) > 0: // it says more than the value
		return false
	case n.lost != [maxLayers]bool{} || !n.isDeclaredBelow(r.top) || n.isWrongWithin():
		return false
	}
	without := r.tree.Without(n)
	return without.Value != nil && without.Present && !without.Unread && without.Value.Equal(n.Value) && r.standsWithout(n.Parent)
}

// standsWithout reports whether a struct is there, and the same one, also if the top layer
// writes nothing in it: a value may be what an optional struct is there for, or what
// chooses between alternatives.
func (r *redundancy) standsWithout(n *Node) bool {
	if n == nil {
		return true
	}
	if stands, ok := r.stands[n]; ok {
		return stands
	}
	stands := !n.isChoice() && n.lost == [maxLayers]bool{} && r.standsWithout(n.Parent)
	if stands && n.Parent != nil {
		stands = n.isDeclaredBelow(r.top) && r.tree.Without(n).Present
	}
	r.stands[n] = stands
	return stands
}

// isWrongWithin reports whether something is wrong in an element of a list.
func (n *Node) isWrongWithin() bool {
	wrong := false
	for _, c := range n.Children {
		c.Walk(func(below *Node) bool {
			wrong = wrong || below.Invalid != nil || below.Undefined || below.Missing
			return !wrong
		})
	}
	return wrong
}

// isDeclaredBelow reports whether a layer below the top one has the very field; a pattern
// only says what it must be.
func (n *Node) isDeclaredBelow(top int) bool {
	return slices.ContainsFunc(n.Layers[:top], func(f *FieldShape) bool { return f != nil && !f.pattern })
}

// isChoice reports whether a layer leaves a choice between alternatives of which one is a
// struct.
func (n *Node) isChoice() bool {
	return slices.ContainsFunc(n.Layers, func(f *FieldShape) bool {
		return f != nil && len(f.Shape.Alts) > 1 && slices.ContainsFunc(f.Shape.Alts, func(a *Alt) bool { return a.Struct != nil })
	})
}
