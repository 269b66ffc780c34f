package cascade

import (
	"slices"
)

// AnyLabel stands in a path for every element of a list, or every field that a pattern
// matches.
const AnyLabel = "[*]"

// A Narrowing is a path at which a schema allows less than another one did.
type Narrowing struct {
	Path Path
	// Before and After are what the two say there. After is nil if the path is gone.
	Before, After *FieldShape
	// Witness is a value that was surely allowed and surely is no more; nil if the path is
	// gone.
	Witness *Value
}

// At returns the narrowest text that refuses the witness.
func (n Narrowing) At() Origin {
	if n.After == nil {
		return Origin{}
	}
	return whyNot(n.After, &FieldShape{Shape: valueShape(n.Witness, Origin{})})
}

// NarrowedBy returns, in the order of the text, where a layer allows less than the layers
// below it do. Of what it does not speak it changes nothing.
func NarrowedBy(below, layer *FieldShape) []Narrowing {
	c := &comparison{}
	if below != nil && layer != nil {
		c.fields(nil, below, layer)
	}
	return c.found
}

// NarrowedFrom returns, in the order of the older one's text, where a schema allows less
// than an older one did. What is not in it is gone.
func NarrowedFrom(older, schema *FieldShape) []Narrowing {
	c := &comparison{whole: true}
	if older != nil && schema != nil {
		c.fields(nil, older, schema)
	}
	return c.found
}

// Schema returns what the layers of a tree allow together, defaults left aside; nil if none
// of them has values.
func (t *Tree) Schema() *FieldShape { return schemaOf(t.Layers) }

// SchemaBelow returns what the layers below the top one allow together.
func (t *Tree) SchemaBelow() *FieldShape { return schemaOf(t.Layers[:max(len(t.Layers)-1, 0)]) }

func schemaOf(layers []*Layer) *FieldShape {
	var out *FieldShape
	for _, l := range layers {
		switch {
		case l.Values == nil:
		case out == nil:
			out = l.Values
		default:
			out = meetFields(out, l.Values)
		}
	}
	return out
}

// A comparison walks through two schemas side by side.
type comparison struct {
	whole bool // the later schema is all that there is, not one layer of it
	found []Narrowing
}

func (c *comparison) fields(at Path, before, after *FieldShape) {
	if len(at) == maxReadDepth || before.isTyped() || after.isTyped() {
		return
	}
	old, now := before.Shape.StructShape(), after.Shape.StructShape()
	if old != nil && now != nil {
		c.structs(at, old, now)
		return
	}
	if oldList, nowList := openList(before.Shape), openList(after.Shape); oldList != nil && nowList != nil {
		n := len(c.found)
		c.fields(at.Child(AnyLabel), elementField(oldList.Rest), elementField(nowList.Rest))
		for i := range min(len(oldList.Items), len(nowList.Items)) {
			c.fields(at.Child(IndexLabel(i)), elementField(oldList.Items[i]), elementField(nowList.Items[i]))
		}
		if len(c.found) > n {
			return
		}
	}
	if v := Witness(before.Shape, after.Shape); v != nil {
		c.found = append(c.found, Narrowing{at, before, after, v})
	}
}

// openList returns the only list that a shape allows, if that leaves its length open.
func openList(s *Shape) *ListShape {
	alts := s.deliberate()
	if len(alts) != 1 || alts[0].List == nil || alts[0].List.Rest == nil {
		return nil
	}
	return alts[0].List
}

// elementField returns the schema of an element as if it were a field.
func elementField(s *Shape) *FieldShape {
	return &FieldShape{Shape: s, Presence: Regular, Decls: itemDecls(s)}
}

func (c *comparison) structs(at Path, old, now *StructShape) {
	oldField, nowField := old.fields(), now.fields()
	if c.whole {
		for _, f := range old.Fields {
			switch field := nowField(f.Label); {
			case field != nil:
				c.fields(at.Child(f.Label), oldField(f.Label), field)
			case !f.isTyped() && !now.Open && !now.Unread && len(now.Clauses) == 0:
				c.found = append(c.found, Narrowing{Path: at.Child(f.Label), Before: f})
			}
		}
	} else {
		for _, f := range now.Fields {
			if field := oldField(f.Label); field != nil {
				c.fields(at.Child(f.Label), field, f)
			}
		}
	}
	for _, p := range old.Patterns {
		i := slices.IndexFunc(now.Patterns, func(q Pattern) bool { return p.Label.sameLabels(q.Label) })
		if i >= 0 {
			c.fields(at.Child(AnyLabel), elementField(p.Shape), elementField(now.Patterns[i].Shape))
		} else if c.whole && len(now.Patterns) == 0 && !now.Open && !now.Unread {
			c.found = append(c.found, Narrowing{Path: at.Child(AnyLabel), Before: elementField(p.Shape)})
		}
	}
}

// sameLabels reports whether two patterns surely match the same labels.
func (s *Shape) sameLabels(t *Shape) bool {
	return len(s.Alts) == 1 && len(t.Alts) == 1 && s.Alts[0].covers(t.Alts[0]) && t.Alts[0].covers(s.Alts[0])
}
