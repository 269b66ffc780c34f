package cascade

import (
	"slices"
)

// settlePresence says whether a struct, of whose fields it is known, is there. An
// optional one is as soon as something in it has a value, unless something that it
// needs has none: then it is absent as a whole.
func (b *builder) settlePresence(n *Node) {
	n.Present = !n.Optional ||
		slices.ContainsFunc(n.Children, func(c *Node) bool { return c.Present }) && !slices.ContainsFunc(n.Children, b.lacks)
	if !n.Present && !b.preparing {
		n.clearPresence()
	}
}

// clearPresence says of all below a node that it is not there.
func (n *Node) clearPresence() {
	for _, c := range n.Children {
		c.Present = false
		c.clearPresence()
	}
}

// undefined reports whether no layer below the release provides for a field.
func (b *builder) undefined(n *Node, structs []*StructShape, child *Node) bool {
	if !b.complete {
		return false
	}
	if len(structs) > 1 && !slices.ContainsFunc(n.Layers[:len(structs)-1], func(f *FieldShape) bool { return f != nil }) {
		return false // the struct itself is one that "..." let in
	}
	for i, s := range structs[:len(structs)-1] {
		switch {
		case child.Layers[i] != nil || child.lost[i] || s != nil && s.Open:
			return false
		case s == nil && n.Layers[i] != nil: // a layer that is wrong itself
			return false
		}
	}
	// A struct that came from a disjunction or a reference nobody could read.
	return !slices.ContainsFunc(n.Layers[:len(structs)-1], func(f *FieldShape) bool { return f != nil && f.Shape.Unread() })
}

// lacks reports whether something at or below a node must have a value and has none.
func (b *builder) lacks(n *Node) bool {
	switch {
	case n.Optional && !n.Present || n.Undefined || n.Unread || n.Allowed.Unread():
		return false
	case n.Struct:
		return slices.ContainsFunc(n.Children, b.lacks)
	}
	return !n.Present && !b.isWrong(n)
}

// isWrong reports whether the top layer writes something there that does not count:
// that is what has to be said of the path, not that it has no value.
func (b *builder) isWrong(n *Node) bool {
	return n.Invalid != nil && n.Invalid.Layer == len(b.layers)-1
}

// isTyped reports whether somebody has typed the label in a layer, and the value is still to
// come.
func (n *Node) isTyped() bool {
	return slices.ContainsFunc(n.Layers, func(f *FieldShape) bool { return f != nil && f.isTyped() })
}

func (f *FieldShape) isTyped() bool { return slices.ContainsFunc(f.Decls, Decl.isHole) }

// eachMissing calls visit for the paths at and below a node that a release must set: those
// without a value, not optional, in a struct that is there.
func (b *builder) eachMissing(n *Node, visit func(*Node)) {
	for _, c := range n.Children {
		switch {
		case c.Undefined || b.isWrong(c) && !c.Struct:
		case c.Struct && c.Present, len(c.Children) > 0 && !c.Struct:
			b.eachMissing(c, visit)
		case n.Partial, c.lost != [maxLayers]bool{}: // something that is not known may set it
		case c.isTyped():
		case !c.Struct && !c.Present && !c.Optional && !c.Unread:
			visit(c)
		}
	}
}
