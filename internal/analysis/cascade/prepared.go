package cascade

import "slices"

// A Module is resolved once for all its releases, as if one were on top that writes nothing.
// A release then lays its own values over that: where it writes nothing its node is a copy,
// and where it writes something the constraint of the layers below is at hand. This holds
// only where no layer below depends on values: then a release could change what it does not
// write. For example, of
//
//	module:  values: {replicas: uint & >=2 | *3, image: {tag: string | *"1"}}
//	release: values: {replicas: 5}
//
// the node of image and all below it are copies, and 5 is compared with uint & >=2.
type preparation struct {
	layers   []*Layer // those below the release
	complete bool
	root     *Node // nil if something depends on values
}

// prepare returns the root of the layers below the top one, with a top one that writes nothing;
// nil if that tells nothing of those that write something.
func prepare(layers []*Layer, complete bool) *Node {
	top := len(layers) - 1
	if top < 1 || !layers[top].Document.Kind.IsFinal() {
		return nil
	}
	module := layers[top-1]
	known := module.prepared.Load()
	if known != nil && known.complete == complete && slices.Equal(known.layers, layers[:top]) {
		return known.root
	}
	b := &builder{layers: layers, complete: complete, preparing: true}
	fields := make([]*FieldShape, len(layers))
	for i, l := range layers[:top] {
		fields[i] = l.Values
	}
	made := &preparation{layers: slices.Clone(layers[:top]), complete: complete, root: b.root(fields)}
	if b.depends {
		made.root = nil
	}
	module.prepared.Store(made)
	return made.root
}

// isUnder reports whether the layers below the top one say the very same of n as of a prepared
// node, which may be nil.
func (prepared *Node) isUnder(n *Node) bool {
	if prepared == nil {
		return false
	}
	top := len(n.Layers) - 1
	if n.lost != prepared.lost {
		return false
	}
	return slices.Equal(n.Layers[:top], prepared.Layers[:top])
}

// adopt makes n, of which the top layer says nothing, a copy of a prepared node, with all that
// is below it.
func (n *Node) adopt(prepared *Node) {
	parent := n.Parent
	*n = *prepared
	n.Parent = parent
	n.Children = make([]*Node, len(prepared.Children))
	copies := make([]Node, len(prepared.Children))
	for i, c := range prepared.Children {
		copies[i].Parent = n
		copies[i].adopt(c)
		n.Children[i] = &copies[i]
	}
	if n.Struct && !n.Present {
		n.clearPresence()
	}
}

// lookup returns the prepared node at a path, or nil. The node may be nil.
func (prepared *Node) lookup(path Path) *Node {
	for _, label := range path {
		if prepared == nil {
			return nil
		}
		prepared = prepared.Child(label)
	}
	return prepared
}

// child returns the child of a prepared node that has a label and is probably the i-th; nil if
// there is none. The node may be nil.
func (prepared *Node) child(i int, label string) *Node {
	switch {
	case prepared == nil || !prepared.Struct:
		return nil
	case i < len(prepared.Children) && prepared.Children[i].Label() == label:
		return prepared.Children[i]
	}
	return prepared.Child(label)
}
