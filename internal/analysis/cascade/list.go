package cascade

import (
	"slices"
)

// closedList returns the list that the alternatives are, nil if they are something
// else or leave the length open.
func closedList(alts []*Alt) *ListShape {
	if len(alts) != 1 || alts[0].List == nil || alts[0].List.Rest != nil || alts[0].Unread {
		return nil
	}
	return alts[0].List
}

// resolveList makes the i-th layer's list the effective one. A list is replaced
// whole, but what the other layers say of its elements goes on counting.
func (b *builder) resolveList(n *Node, valid []*FieldShape, i int, list *ListShape) {
	n.Children, n.From = nil, i
	for k, item := range list.Items {
		child := &Node{Path: n.Path.Child(IndexLabel(k)), Parent: n, Layers: make([]*FieldShape, len(valid)), From: -1}
		for j, f := range valid {
			if f == nil {
				continue
			}
			if s := elementShape(f.Shape, k); s != nil {
				child.Layers[j] = &FieldShape{Label: IndexLabel(k), Shape: s, pattern: true}
			}
		}
		written := &FieldShape{Label: IndexLabel(k), Presence: Regular, Shape: item, Decls: itemDecls(item)}
		if schema := child.Layers[i]; schema != nil {
			// A default that its own schema refuses is its author's fault, not an
			// element's.
			if both := meetFields(written, schema); !both.Shape.impossible() {
				written = both
			}
		}
		child.Layers[i] = written
		b.resolve(child)
		n.Children = append(n.Children, child)
	}
	n.assemble()
}

// assemble makes the value of a list from those of its elements.
func (n *Node) assemble() {
	value := &Value{Kind: List, Items: []*Value{}}
	for _, c := range n.Children {
		v := c.Effective()
		if v == nil {
			n.Value, n.Unread = nil, true
			return
		}
		value.Items = append(value.Items, v)
	}
	n.Value, n.Unread = value, false
}

// itemDecls tells where an element of a list is written.
func itemDecls(item *Shape) []Decl {
	for _, a := range item.Alts {
		if a.Origin.File != nil {
			return []Decl{{File: a.Origin.File, Label: a.Origin.Span, Value: a.Origin.Span, Field: a.Origin.Span}}
		}
	}
	return nil
}

// elementShape returns what a shape says of the k-th element, from 0, of a list; nil
// if it says nothing.
func elementShape(s *Shape, k int) *Shape {
	var items []*Shape
	for _, a := range constraintAlts(s.Alts) {
		if a.List == nil {
			continue
		}
		if item := a.List.item(k); item != nil {
			items = append(items, item)
		}
	}
	switch len(items) {
	case 0:
		return nil
	case 1:
		return items[0]
	}
	return Join(items...)
}

// constraintAlts leaves out a list of structs that is written out beside the schema
// of such lists: in [...#Rule] | *[{port: 80}] it is the default, and as every struct
// literal is open it would allow what the schema does not.
func constraintAlts(alts []*Alt) []*Alt {
	hasSchema := slices.ContainsFunc(alts, func(a *Alt) bool { return a.List != nil && a.List.Rest != nil })
	if !hasSchema || len(alts) == 1 {
		return alts
	}
	return slices.DeleteFunc(slices.Clone(alts), func(a *Alt) bool {
		return a.List != nil && a.List.Rest == nil && slices.ContainsFunc(a.List.Items, func(item *Shape) bool { return item.StructShape() != nil })
	})
}
