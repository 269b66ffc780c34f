package cascade

import (
	"slices"
)

// maxChoices bounds how many combinations of alternatives are tried.
const maxChoices = 64

// choose settles a disjunction of structs: one alternative of each layer, such that
// all that the layers write fits. An alternative counts as closed, so what the highest
// layer writes selects; where it leaves several, defaults do. choose returns the
// contributions with nothing left of the others, or nil if there is nothing to choose,
// or not enough is written to choose by.
func (b *builder) choose(n *Node, valid []*FieldShape) []*FieldShape {
	if !hasChoice(valid) {
		return nil
	}
	var best []*FieldShape
	var others [][]*FieldShape // that fit as well as best
	fewest := -1
	for _, combination := range combinations(valid) {
		trial := &Node{Path: n.Path, Parent: n.Parent, Layers: combination}
		tester := *b
		tester.trial = true
		tester.resolve(trial)
		cost := 2*(wrong(trial)+foreign(valid, combination)) + strayed(valid, combination)
		switch {
		case fewest < 0 || cost < fewest:
			best, others, fewest = combination, nil, cost
		case cost == fewest:
			others = append(others, combination)
		}
	}
	switch {
	case others == nil:
		return best
	case fewest < 2:
		return nil
	}
	// None fits, and several fit equally badly: what any of them allows counts.
	for i, f := range best {
		if f != nil && len(valid[i].Shape.Alts) > 1 {
			for _, other := range others {
				best[i] = either(best[i], other[i])
			}
		}
	}
	return best
}

// either returns the struct f with each field that g has too allowing what it does
// in either.
func either(f, g *FieldShape) *FieldShape {
	s, t := f.Shape.StructShape(), g.Shape.StructShape()
	if s == nil || t == nil || s == t {
		return f
	}
	joined := *s
	joined.Fields = nil
	for _, field := range s.Fields {
		if other := t.Field(field.Label); other != nil && other.Shape != field.Shape {
			both := *field
			both.Shape = Join(field.Shape, other.Shape)
			field = &both
		}
		joined.Fields = append(joined.Fields, field)
	}
	alt := *f.Shape.Alts[0]
	alt.Struct = &joined
	out := *f
	out.Shape = &Shape{Alts: []*Alt{&alt}}
	return &out
}

// hasChoice reports whether some layer has several alternatives of which one is a
// struct, all of them known.
func hasChoice(valid []*FieldShape) bool {
	found := false
	for _, f := range valid {
		if f == nil {
			continue
		}
		if f.Shape.Unread() {
			return false
		}
		found = found || len(f.Shape.Alts) > 1 && slices.ContainsFunc(f.Shape.Alts, func(a *Alt) bool { return a.Struct != nil })
	}
	return found
}

// combinations returns every way to take one alternative of each layer; none if there
// are too many.
func combinations(valid []*FieldShape) [][]*FieldShape {
	out := [][]*FieldShape{make([]*FieldShape, len(valid))}
	for i, f := range valid {
		if f == nil {
			continue
		}
		var next [][]*FieldShape
		for _, base := range out {
			for _, a := range f.Shape.Alts {
				one := *f
				one.Shape = &Shape{Alts: []*Alt{a}}
				combination := slices.Clone(base)
				combination[i] = &one
				next = append(next, combination)
			}
		}
		if out = next; len(out) > maxChoices {
			return nil
		}
	}
	return out
}

// wrong weighs what is written at and below a node that does not fit: most of all a
// contradiction of a field that is there to tell alternatives apart.
func wrong(n *Node) int {
	weight := 0
	n.Walk(func(below *Node) bool {
		switch {
		case below.Undefined:
			weight += 3
		case below.Invalid == nil || below.Invalid.Default:
		case tellsApart(below):
			weight += 5
		default:
			weight += 2
		}
		return !below.Undefined
	})
	return weight
}

// tellsApart reports whether a layer below the one that is wrong fixes the value.
func tellsApart(n *Node) bool {
	return slices.ContainsFunc(n.Layers[:n.Invalid.Layer], func(f *FieldShape) bool {
		return f != nil && len(f.Shape.Alts) == 1 && f.Shape.Alts[0].Value != nil
	})
}

// foreign weighs the fields that a layer between adds to an alternative: those count
// as closed.
func foreign(valid, combination []*FieldShape) int {
	weight := 0
	for i, f := range valid {
		if f == nil || len(f.Shape.Alts) < 2 {
			continue
		}
		s := combination[i].Shape.StructShape()
		if s == nil || s.Open || s.Unread {
			continue
		}
		for _, above := range combination[i+1 : max(i+1, len(combination)-1)] {
			if above == nil || above.Shape.StructShape() == nil {
				continue
			}
			for _, field := range above.Shape.StructShape().Fields {
				if s.Field(field.Label) == nil {
					weight += 3
				}
			}
		}
	}
	return weight
}

// strayed returns 1 if a combination leaves a default, else 0: between alternatives that
// fit equally well the default decides, of the highest layer that has one.
func strayed(valid, combination []*FieldShape) int {
	for i, f := range slices.Backward(valid) {
		if f == nil || len(f.Shape.Alts) < 2 {
			continue
		}
		chosen := combination[i].Shape.Alts[0]
		if len(f.Shape.Defaults) > 0 {
			if slices.Contains(f.Shape.Defaults, chosen) {
				return 0
			}
			return 1
		}
		if leavesDefault(f.Shape.Alts, chosen) {
			return 1
		}
	}
	return 0
}

// leavesDefault reports whether a field that tells alternatives apart has a default in one
// of the others: in ({t: "a"} | {t: "b"}) & {t: k} the default of k is kept by one of them.
func leavesDefault(alts []*Alt, chosen *Alt) bool {
	if chosen.Struct == nil {
		return false
	}
	return slices.ContainsFunc(alts, func(a *Alt) bool {
		return a != chosen && a.Struct != nil && slices.ContainsFunc(a.Struct.Fields, func(f *FieldShape) bool {
			own := chosen.Struct.Field(f.Label)
			return own != nil && len(f.Shape.Defaults) > 0 && len(own.Shape.Defaults) == 0 && len(own.Shape.Alts) == 1 && own.Shape.Alts[0].Value != nil
		})
	})
}
