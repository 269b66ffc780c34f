package cascade

import (
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// A value that was allowed and is not any more says best what a narrower constraint does.
// To find one, a few values are tried that lie where shapes mostly differ: beside the
// bounds, among the members of an enumeration, at the lengths that are asked for, and a
// few that a pattern matches. Both shapes judge each of them, so what comes out is certain;
// that nothing comes out is not.

// Witness returns a value that one shape surely allows and the other surely refuses, as
// plain as can be; nil if none is found. What the first allows only because it is its own
// default, beside a constraint, does not count.
func Witness(allows, refuses *Shape) *Value {
	return witness(allows, refuses, newBudget())
}

// A budget bounds the search for a value: alternatives in alternatives multiply.
type budget struct {
	depth int  // how much deeper inside of structs and lists
	left  *int // how many more shapes, in all
}

func newBudget() budget {
	left := 1000
	return budget{8, &left}
}

// deeper returns what is left one level further down.
func (b budget) deeper() budget { return budget{b.depth - 1, b.left} }

// take reports whether there is something left for one shape.
func (b budget) take() bool {
	*b.left--
	return b.depth > 0 && *b.left >= 0
}

// maxTried is how many values are tried for one alternative, maxAsked if CUE has to judge
// them, which takes it a millisecond each.
const (
	maxTried = 200
	maxAsked = 16
)

func witness(allows, refuses *Shape, b budget) *Value {
	alts := allows.deliberate()
	if !b.take() || len(alts) == 0 || refuses.IsTop() || unknowable(refuses.Alts) {
		return nil
	}
	for _, a := range alts {
		if slices.ContainsFunc(refuses.Alts, func(wider *Alt) bool { return wider.covers(a) }) {
			continue
		}
		t := &trial{allows: a, refuses: refuses, defaults: allows.Defaults, budget: b, left: maxTried}
		if slices.ContainsFunc(append(slices.Clone(refuses.Alts), a), (*Alt).asksCUE) {
			t.left = maxAsked
		}
		if v := t.find(); v != nil {
			return v
		}
	}
	return nil
}

// unknowable reports whether nothing can be refused for certain.
func unknowable(alts []*Alt) bool {
	return slices.ContainsFunc(alts, func(a *Alt) bool { return a.Unread && a.Kinds == AnyKind })
}

// deliberate returns the alternatives that count: those that are there only as the default
// beside a constraint do not. In "a" | "b" | *"c" the default is one of the members, and a
// struct is a choice of its own.
func (s *Shape) deliberate() []*Alt {
	alts := constraintAlts(s.Alts)
	if !slices.ContainsFunc(alts, func(a *Alt) bool { return !a.marked && !a.isSingle() }) {
		return alts
	}
	return slices.DeleteFunc(slices.Clone(alts), func(a *Alt) bool { return a.marked && a.isSingle() })
}

// covers reports whether the alternative surely allows all that another one does.
func (a *Alt) covers(b *Alt) bool {
	switch {
	case a.Unread || b.Kinds&^a.Kinds != 0:
		return false
	case a.Value != nil:
		return b.Value != nil && a.Value.Equal(b.Value)
	case a.Struct != nil && (b.Kinds != Struct || !a.Struct.isAny()), a.List != nil && (b.Kinds != List || !a.List.isAny()):
		return false
	}
	return !slices.ContainsFunc(a.Tests, func(t Test) bool { return !b.implies(t) })
}

// isAny reports whether every struct has the shape.
func (s *StructShape) isAny() bool {
	return len(s.Fields)+len(s.Patterns)+len(s.Clauses) == 0 && !s.Unread
}

// isAny reports whether every list has the shape.
func (l *ListShape) isAny() bool { return len(l.Items) == 0 && l.Rest != nil && l.Rest.IsTop() }

// implies reports whether whatever the alternative allows surely passes a test.
func (a *Alt) implies(t Test) bool {
	if a.Value != nil {
		return t.Holds(a.Value) == Yes
	}
	if t.Operand != nil && t.Operand.Kind&Number != 0 {
		low, high := a.Bounds()
		switch t.Op {
		case Greater, GreaterEqual:
			return low != nil && !tighter(&t, low, Greater, 1)
		case Less, LessEqual:
			return high != nil && !tighter(&t, high, Less, -1)
		}
	}
	return slices.ContainsFunc(a.Tests, func(own Test) bool { return own.same(t) })
}

// same reports whether two tests ask the same.
func (t Test) same(other Test) bool {
	switch {
	case t.Op != other.Op:
		return false
	case t.Op == Satisfies:
		return t.Call.Source == other.Call.Source && slices.Equal(t.Call.Imports, other.Call.Imports)
	}
	return t.Operand.Equal(other.Operand)
}

// asksCUE reports whether CUE has to judge what the alternative allows.
func (a *Alt) asksCUE() bool {
	return slices.ContainsFunc(a.Tests, func(t Test) bool { return t.Op == Satisfies && t.Call.counts == nil })
}

// A trial looks for a value that one alternative allows and a shape refuses.
type trial struct {
	allows   *Alt
	refuses  *Shape
	defaults []*Alt // of the shape that allows
	budget   budget

	left  int // how many more values may be tried
	found *Value
}

// try judges a value, and returns whether to go on looking.
func (t *trial) try(v *Value) bool {
	if t.found != nil || t.left == 0 {
		return false
	}
	t.left--
	if t.allows.admits(v) == Yes && t.refuses.admits(v) == No {
		t.found = v
	}
	return t.found == nil
}

func (t *trial) find() *Value {
	if t.allows.Value != nil {
		t.try(t.allows.Value)
		return t.found
	}
	for _, d := range t.defaults {
		if v := d.concrete(); v != nil && v.Kind&t.allows.Kinds != 0 && v.Kind&Number == 0 {
			t.try(v)
		}
	}
	kinds := t.allows.Kinds
	if kinds&Bool != 0 {
		_ = t.try(&Value{Kind: Bool, Bool: true}) && t.try(&Value{Kind: Bool})
	}
	if kinds&Number != 0 {
		t.numbers()
	}
	if kinds&(String|Bytes) != 0 {
		t.texts()
	}
	if kinds&List != 0 {
		t.lists()
	}
	if kinds&Struct != 0 {
		t.structs()
	}
	if kinds&Null != 0 {
		t.try(&Value{Kind: Null})
	}
	return t.found
}

// A step leads from a number to one near it.
type step struct {
	from  *apd.Decimal
	steps []int64 // to integers; to other numbers half of each
}

// numbers tries the numbers next to the bounds, those to which the refusing shape keeps
// first.
func (t *trial) numbers() {
	var near []step
	for _, a := range append(slices.Clone(t.refuses.Alts), t.allows) {
		if a.Value != nil && a.Value.Kind&Number != 0 {
			near = append(near, step{a.Value.Number, []int64{-1, 1}})
		}
		low, high := a.Bounds()
		if low != nil {
			near = append(near, step{low.Operand.Number, []int64{0, -1, 1}})
		}
		if high != nil {
			near = append(near, step{high.Operand.Number, []int64{0, 1, -1}})
		}
		for _, test := range a.Tests {
			if test.Op == NotEqual && test.Operand.Kind&Number != 0 {
				near = append(near, step{test.Operand.Number, []int64{0, 1, -1}})
			}
		}
	}
	near = append(near, step{apd.New(0, 0), []int64{1, 0, -1}})
	for _, n := range near {
		for _, delta := range n.steps {
			if t.allows.Kinds&Int != 0 && !t.number(Int, n.from, apd.New(delta, 0)) {
				return
			}
			if t.allows.Kinds&Float != 0 && !t.number(Float, n.from, apd.New(5*delta, -1)) {
				return
			}
		}
	}
}

// number tries the sum of two numbers, as an integer the one just below it.
func (t *trial) number(kind Kind, n, delta *apd.Decimal) bool {
	sum := new(apd.Decimal)
	if _, err := wholeNumbers.Add(sum, n, delta); err != nil {
		return true // beyond what is computed exactly
	}
	if kind == Int {
		if _, err := wholeNumbers.Floor(sum, sum); err != nil {
			return true
		}
	}
	return t.try(&Value{Kind: kind, Number: sum})
}

// plainTexts are tried wherever a text may stand.
var plainTexts = []string{"a", "A", "1", "a-b", "a_b", "a.b", "a b", "ab", "a/b", "example.com", "http://example.com", "1s", "10.0.0.1"}

// texts tries strings or bytes: plain ones, some of the lengths that are asked for, and
// some that the patterns match.
func (t *trial) texts() {
	kinds := []Kind{String, Bytes}
	kinds = slices.DeleteFunc(kinds, func(k Kind) bool { return t.allows.Kinds&k == 0 })
	try := func(text string) bool {
		for _, k := range kinds {
			if !t.try(&Value{Kind: k, Text: text}) {
				return false
			}
		}
		return true
	}
	lengths := t.lengths()
	var patterns []string
	for _, test := range t.allows.Tests {
		if test.Op == Match && test.pattern != nil {
			patterns = append(patterns, test.Operand.Text)
		}
	}
	for _, text := range plainTexts {
		if !try(text) {
			return
		}
	}
	for _, n := range lengths {
		if !try(strings.Repeat("a", n)) {
			return
		}
	}
	for _, p := range patterns {
		for _, text := range matching(p, lengths) {
			if !try(text) {
				return
			}
		}
	}
	try("")
}

// maxLength is the greatest length of a text or a list that is tried.
const maxLength = 260

// lengths returns the lengths about which the shapes may differ.
func (t *trial) lengths() []int {
	var out []int
	for _, a := range append(slices.Clone(t.refuses.Alts), t.allows) {
		for _, test := range a.Tests {
			switch test.Op {
			case Satisfies:
				if c := test.Call.counts; c != nil && c.limit < maxLength {
					out = append(out, max(c.limit-1, 0), c.limit, c.limit+1)
				}
			case Match:
				out = append(out, repetitions(test.Operand.Text)...)
			}
		}
		if a.List != nil {
			n := len(a.List.Items)
			out = append(out, max(n-1, 0), n, n+1)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lists tries the shortest list, those with one element that an element must not be, and
// those of the lengths that are asked for.
func (t *trial) lists() {
	own := t.allows.List
	if own == nil {
		own = &ListShape{Rest: Top()}
	}
	shortest := own.sample(len(own.Items), t.budget)
	if shortest == nil || !t.try(shortest) {
		return
	}
	for _, a := range t.refuses.Alts {
		if a.List == nil {
			continue
		}
		for i := range max(len(own.Items), len(a.List.Items)) + 1 {
			item, other := own.item(i), a.List.item(i)
			if item == nil || other == nil {
				continue
			}
			v := own.sample(max(i+1, len(own.Items)), t.budget)
			bad := witness(item, other, t.budget.deeper())
			if v == nil || bad == nil {
				continue
			}
			v.Items[i] = bad
			if !t.try(v) {
				return
			}
		}
	}
	for _, n := range append([]int{1, 2}, t.lengths()...) {
		if v := own.sample(n, t.budget); v != nil && !t.try(v) {
			return
		}
	}
}

// sample returns a list of n elements that has the shape; nil if none is found.
func (l *ListShape) sample(n int, b budget) *Value {
	if !l.takes(n) {
		return nil
	}
	v := &Value{Kind: List, Items: make([]*Value, n)}
	for i := range v.Items {
		if i > len(l.Items) {
			v.Items[i] = v.Items[i-1]
			continue
		}
		if v.Items[i] = l.item(i).sample(b.deeper()); v.Items[i] == nil {
			return nil
		}
	}
	return v
}

// structs tries the struct with no more fields than it must have, also with one field that
// must not be so.
func (t *trial) structs() {
	own := t.allows.Struct
	if own == nil {
		own = &StructShape{Open: true}
	}
	least := own.sample(t.budget)
	if least == nil {
		return
	}
	for _, a := range t.refuses.Alts {
		if a.Struct == nil {
			continue
		}
		for _, f := range own.Fields {
			other := a.Struct.Field(f.Label)
			if other == nil {
				continue
			}
			if bad := witness(own.Field(f.Label).Shape, other.Shape, t.budget.deeper()); bad != nil && !t.try(own.with(least, f.Label, bad)) {
				return
			}
		}
	}
	t.try(least)
}

// sample returns a struct that has the shape, with no more fields than it must have; nil
// if none is found.
func (s *StructShape) sample(b budget) *Value {
	v := &Value{Kind: Struct}
	for _, f := range s.Fields {
		if f.admitsAbsence() == Yes {
			continue
		}
		value := s.Field(f.Label).Shape.sample(b.deeper())
		if value == nil {
			return nil
		}
		v.Fields = append(v.Fields, NamedValue{f.Label, value})
	}
	return v
}

// sample returns a value that has the shape; nil if none is found.
func (s *Shape) sample(b budget) *Value {
	if !b.take() {
		return nil
	}
	if v := s.Default(); v != nil {
		return v
	}
	return witness(s, &Shape{}, b)
}

// with returns a struct with one field set, in the order in which the fields are declared.
func (s *StructShape) with(v *Value, name string, value *Value) *Value {
	out := &Value{Kind: Struct}
	for _, f := range s.Fields {
		set := v.Field(f.Label)
		if f.Label == name {
			set = value
		}
		if set != nil {
			out.Fields = append(out.Fields, NamedValue{f.Label, set})
		}
	}
	return out
}
