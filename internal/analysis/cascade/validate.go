package cascade

import (
	"slices"
)

// validate returns the layers' contributions without those that a layer below does
// not allow; an invalid contribution is noted and then counts as absent.
// Of layers that are prepared this is known, if nothing is wrong with them.
func (b *builder) validate(prepared, n *Node) []*FieldShape {
	valid := slices.Clone(n.Layers)
	top := len(n.Layers) - 1
	isPrepared := prepared != nil && prepared.Invalid == nil
	for i, f := range n.Layers {
		if isPrepared && i < top {
			continue
		}
		if f == nil || f.pattern { // a pattern contradicts nothing until somebody writes there
			continue
		}
		conflict := &Conflict{Layer: i}
		if len(f.Shape.Alts) == 0 { // it contradicts itself
			n.Invalid = conflict
			valid[i] = nil
			continue
		}
		together := Top()
		for j, below := range valid[:i] {
			if below == nil {
				continue
			}
			if !compatible(below.Shape.Alts, f.Shape.Alts) {
				conflict.Breaks = append(conflict.Breaks, Broken{j, whyNot(below, f)})
			}
			if !isPrepared {
				together = Meet(together, withoutDefaults(below.Shape))
			}
		}
		if isPrepared {
			together = prepared.Allowed
		}
		if conflict.Breaks == nil && !compatible(together.Alts, f.Shape.Alts) && len(together.Alts) > 0 {
			for j, below := range valid[:i] { // only all of them together refuse it
				if below != nil {
					conflict.Breaks = append(conflict.Breaks, Broken{j, whyNot(below, f)})
				}
			}
		}
		if conflict.Breaks != nil {
			n.Invalid = conflict
			valid[i] = nil
			continue
		}
		if broken := brokenDefault(valid[:i], f); broken != nil {
			n.Invalid = &Conflict{Layer: i, Breaks: broken, Default: true}
		}
	}
	return valid
}

// brokenDefault returns the lower layers' constraints that refuse a field's default.
func brokenDefault(lower []*FieldShape, f *FieldShape) []Broken {
	if len(f.Shape.Defaults) == 0 {
		return nil
	}
	var broken []Broken
	for j, below := range lower {
		if below == nil || len(below.Shape.Alts) == 0 {
			continue
		}
		standing := &Shape{Alts: f.Shape.Defaults}
		if Meet(standing, withoutDefaults(below.Shape)).impossible() {
			broken = append(broken, Broken{j, whyNot(below, &FieldShape{Shape: standing})})
		}
	}
	return broken
}

// compatible reports whether some value may be allowed by both. Structs and lists
// are compared no deeper than their kind and length: what is in them is a path of
// its own.
func compatible(below, above []*Alt) bool {
	for _, a := range below {
		for _, b := range above {
			switch {
			case a.Struct != nil && b.Struct != nil:
				return true
			case a.List != nil && b.List != nil:
				tested := Alt{Kinds: List, List: b.List, Tests: a.Tests, Unread: b.Unread}
				if tested.failsATest() {
					continue
				}
				if b.List.Rest != nil && len(b.List.Items) <= len(a.List.Items) || a.List.takes(len(b.List.Items)) {
					return true
				}
			case a.meets(b):
				return true
			}
		}
	}
	return len(below) == 0 // a layer that contradicts itself says nothing of others
}

// whyNot returns the narrowest text of the lower field that refuses the upper one.
func whyNot(below, above *FieldShape) Origin {
	var whole Origin
	decls := below.Decls
	if len(decls) == 0 { // a pattern or an element's schema
		decls = itemDecls(below.Shape)
	}
	if len(decls) > 0 {
		whole = Origin{decls[0].File, decls[0].Value}
	}
	var general []*Alt // alternatives that are more than one value
	for _, a := range below.Shape.Alts {
		if a.Value == nil {
			general = append(general, a)
		}
	}
	if len(general) != 1 || len(above.Shape.Alts) != 1 {
		return whole
	}
	a, v := general[0], above.Shape.Alts[0].concrete()
	if v == nil || a.Kinds&v.Kind == 0 {
		return whole
	}
	for _, t := range a.Tests {
		if t.Origin.File != nil && t.Holds(v) == No {
			return t.Origin
		}
	}
	return whole
}
