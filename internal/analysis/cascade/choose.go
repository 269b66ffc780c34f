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
	fewest, tied := -1, false
	for _, combination := range combinations(valid) {
		trial := &Node{Path: n.Path, Parent: n.Parent, Layers: combination}
		tester := *b
		tester.trial = true
		tester.resolve(trial)
		cost := 2*tester.wrong(trial) + b.strayed(valid, combination)
		switch {
		case fewest < 0 || cost < fewest:
			best, fewest, tied = combination, cost, false
		case cost == fewest:
			tied = true
		}
	}
	if tied && fewest < 2 {
		return nil
	}
	return best
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

// wrong counts what the layers write at and below a node that does not fit.
func (b *builder) wrong(n *Node) int {
	count := 0
	n.Walk(func(below *Node) bool {
		switch {
		case below.Invalid != nil && !below.Invalid.Default:
			count += 2 // a value that contradicts an alternative tells more than one it lacks
		case below.Undefined:
			count++
		}
		return !below.Undefined
	})
	return count
}

// strayed returns 1 if a combination leaves the default of the highest layer that has
// one, else 0: between alternatives that fit equally well the default decides.
func (b *builder) strayed(valid, combination []*FieldShape) int {
	for i := len(valid) - 1; i >= 0; i-- {
		f := valid[i]
		if f == nil || len(f.Shape.Defaults) == 0 || len(f.Shape.Alts) < 2 {
			continue
		}
		if slices.Contains(f.Shape.Defaults, combination[i].Shape.Alts[0]) {
			return 0
		}
		return 1
	}
	return 0
}
