package cascade

import (
	"regexp"
	"slices"

	"github.com/cockroachdb/apd/v3"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Shape is what one expression allows, read off its text: a set of
// alternatives, and among them those that its default marks single out. It is
// plain data and immutable.
//
// uint & >=1 & <=10 | *3 has two alternatives, an integer with three bounds and
// the number 3; the second one is its default.
type Shape struct {
	Alts     []*Alt // what is allowed, default marks ignored; none: nothing is
	Defaults []*Alt // what "*" marks; none: there is no default
	// Refused are the defaults of which the expression itself thinks otherwise.
	Refused []Refusal
}

// An Alt is one alternative of a shape. All that it says must hold.
type Alt struct {
	Kinds  Kind
	Value  *Value // exactly this scalar, or nil
	Tests  []Test
	List   *ListShape   // set only if Kinds is List
	Struct *StructShape // set only if Kinds is Struct
	// Unread says that the text also demands something that cannot be read off it
	// alone: a reference, a computed value. Nothing is wrong by what is unread.
	Unread bool
	// Computed are the unread expressions, if values decide all of them.
	Computed []*Computed
	Origin   Origin // where it is written
	// marked says that it is an alternative only because it is marked as the default.
	marked bool
}

// An Origin is where something is written.
type Origin struct {
	File *syntax.File
	Span text.Span
}

// A Test is a condition on a scalar.
type Test struct {
	Op      Op
	Operand *Value // nil for Call
	Call    *Call
	Origin  Origin
	pattern *regexp.Regexp // Operand compiled, for Match and NotMatch
}

// An Op is the comparison of a Test.
type Op string

// The comparisons. Satisfies is a validator of one of CUE's own packages.
const (
	Less         Op = "<"
	LessEqual    Op = "<="
	Greater      Op = ">"
	GreaterEqual Op = ">="
	NotEqual     Op = "!="
	Match        Op = "=~"
	NotMatch     Op = "!~"
	Satisfies    Op = "call"
)

// A ListShape is what a list must hold.
type ListShape struct {
	Items []*Shape // the first elements
	Rest  *Shape   // any further ones; nil: there are none
}

// A StructShape is the fields of a struct.
type StructShape struct {
	Fields   []*FieldShape // in order of declaration
	Patterns []Pattern
	Open     bool // "..." is written in it
	Clauses  []*Clause
	Unread   bool // some fields cannot be read off the text, such as those with a computed label
}

// A Clause is fields that are there only if other values are as it says.
type Clause struct {
	Conditions []*Shape     // of an if: all must come to true
	Body       *StructShape // of an if
	Loop       *Shape       // of a for: comes to a struct
	Label      *Shape       // of a field with a computed label: Body is the field
}

// A Pattern is a constraint on all fields whose label matches.
type Pattern struct {
	Label *Shape
	Shape *Shape
}

// A FieldShape is one field, with all its declarations in one layer.
type FieldShape struct {
	Label    string
	Presence Presence
	Shape    *Shape
	Decls    []Decl
	pattern  bool // made from a pattern: says what the field must be, not that it is
	// stops are the expressions in a layer's values that nobody could compute, when they
	// were read. Only what stands for all values has any.
	stops []Stop
}

// A Decl is one declaration of a field.
type Decl struct {
	File  *syntax.File
	Label text.Span
	Value text.Span
	Field text.Span // all of it
	Doc   string    // its comment, without slashes
}

// isHole reports whether the label is there and the value is not typed yet.
func (d Decl) isHole() bool { return d.Value.Len() == 0 }

// Presence is what a field's mark says of it. Of several declarations the
// strongest counts, and the greater is the stronger.
type Presence int

// The marks of a field: a?: a!: a:
const (
	Optional Presence = iota
	Required
	Regular
)

var (
	topAlt   = &Alt{Kinds: AnyKind}
	topShape = &Shape{Alts: []*Alt{topAlt}}
)

// Top returns the shape that allows everything and says nothing.
func Top() *Shape { return topShape }

func unread(kinds Kind, origin Origin) *Shape {
	return &Shape{Alts: []*Alt{{Kinds: kinds, Unread: true, Origin: origin}}}
}

func exactly(v *Value, origin Origin) *Shape {
	return &Shape{Alts: []*Alt{{Kinds: v.Kind, Value: v, Origin: origin}}}
}

// IsTop reports whether the shape allows everything and says nothing.
func (s *Shape) IsTop() bool {
	return len(s.Alts) == 1 && s.Alts[0].isTop() && len(s.Defaults) == 0
}

func (a *Alt) isTop() bool {
	return a.Kinds == AnyKind && a.Value == nil && len(a.Tests) == 0 && !a.Unread
}

// StructShape returns the struct that the shape is, or nil if it is not one or is
// one of several.
func (s *Shape) StructShape() *StructShape {
	if len(s.Alts) == 1 {
		return s.Alts[0].Struct
	}
	return nil
}

// Unread reports whether some alternative cannot be read off the text.
func (s *Shape) Unread() bool {
	return slices.ContainsFunc(s.Alts, func(a *Alt) bool { return a.Unread })
}

// unknowable reports whether the shape cannot be read, and no value decides it.
func (s *Shape) unknowable() bool {
	return slices.ContainsFunc(s.Alts, func(a *Alt) bool { return a.Unread && a.Computed == nil })
}

// isComputed reports whether values decide some of the shape.
func (s *Shape) isComputed() bool {
	return slices.ContainsFunc(s.Alts, func(a *Alt) bool { return a.Computed != nil })
}

// hasComputedField reports whether values decide a field of one of the alternatives.
func (s *Shape) hasComputedField() bool {
	return slices.ContainsFunc(s.Alts, func(a *Alt) bool {
		return a.Struct != nil && slices.ContainsFunc(a.Struct.Fields, func(f *FieldShape) bool { return f.Shape.isComputed() })
	})
}

// maxAlts bounds how many alternatives are told apart. "&" multiplies them: ten
// disjunctions of three make 59,049. Beyond the bound a shape is unread.
const maxAlts = 512

// Meet returns what both shapes allow, with defaults as CUE combines them within
// one layer: (a | *b) & c keeps b if c allows it.
func Meet(s, t *Shape) *Shape {
	if s.IsTop() {
		return t
	}
	if t.IsTop() {
		return s
	}
	out := &Shape{Alts: meetAlts(constraintAlts(s.Alts), constraintAlts(t.Alts))}
	switch {
	case len(s.Defaults) > 0 && len(t.Defaults) > 0:
		out.Defaults = meetAlts(s.Defaults, t.Defaults)
	case len(s.Defaults) > 0:
		out.Defaults = meetAlts(s.Defaults, t.Alts)
	case len(t.Defaults) > 0:
		out.Defaults = meetAlts(s.Alts, t.Defaults)
	}
	out.Refused = meetRefused(s, t, out)
	return out
}

func meetAlts(s, t []*Alt) []*Alt {
	if len(s)*len(t) > maxAlts {
		return []*Alt{{Kinds: AnyKind, Unread: true}}
	}
	var out []*Alt
	for _, a := range s {
		for _, b := range t {
			if met := meetAlt(a, b); met != nil {
				out = addAlt(out, met)
			}
		}
	}
	return out
}

// addAlt appends an alternative that is not there yet. One that is allowed without
// condition replaces the same one under a condition that cannot be read.
func addAlt(alts []*Alt, a *Alt) []*Alt {
	if a.Value == nil {
		return append(alts, a)
	}
	i := slices.IndexFunc(alts, func(b *Alt) bool { return b.Value != nil && b.Value.Equal(a.Value) })
	switch {
	case i < 0:
		return append(alts, a)
	case alts[i].Unread && !a.Unread:
		alts[i] = a
	case alts[i].marked && !a.marked:
		plain := *alts[i]
		plain.marked = false
		alts[i] = &plain
	}
	return alts
}

// Join returns what any of the shapes allows: CUE's "|". Default marks inside one of
// them count, unless the disjunction itself marks some: then only those do.
func Join(shapes ...*Shape) *Shape {
	out := &Shape{}
	for _, s := range shapes {
		for _, a := range s.Alts {
			out.Alts = addAlt(out.Alts, a)
		}
		for _, a := range s.Defaults {
			out.Defaults = addAlt(out.Defaults, a)
		}
		out.Refused = addRefused(out.Refused, s.Refused...)
		if len(out.Alts) > maxAlts {
			return unread(AnyKind, Origin{})
		}
	}
	return out
}

// meetAlt returns what both alternatives allow, or nil if that is nothing.
func meetAlt(a, b *Alt) *Alt {
	if a.isTop() {
		return b
	}
	if b.isTop() {
		return a
	}
	met, ok := meetShallow(a, b)
	if !ok {
		return nil
	}
	out := new(Alt)
	*out = met
	if out.Value == nil && out.Kinds == Struct {
		out.Struct = meetStructs(a.Struct, b.Struct)
	}
	return out
}

// meets reports whether meetAlt returns something.
func (a *Alt) meets(b *Alt) bool {
	if a.isTop() || b.isTop() {
		return true
	}
	_, ok := meetShallow(a, b)
	return ok
}

// meetShallow returns what both alternatives allow, without the fields of structs; ok is false
// if that is nothing.
func meetShallow(a, b *Alt) (out Alt, ok bool) {
	kinds := a.Kinds & b.Kinds
	if kinds == 0 || a.Value != nil && b.Value != nil && !a.Value.Equal(b.Value) {
		return out, false
	}
	out = Alt{
		Kinds:  kinds,
		Value:  a.Value,
		Tests:  addTests(a.Tests, b.Tests),
		Unread: a.Unread || b.Unread,
		Origin: a.Origin,
		marked: a.marked || b.marked,
	}
	if a.Unread == (a.Computed != nil) && b.Unread == (b.Computed != nil) {
		out.Computed = slices.Concat(a.Computed, b.Computed)
	}
	if b.Value != nil {
		out.Value, out.Origin = b.Value, b.Origin
	}
	if out.Value != nil {
		out.Kinds = out.Value.Kind
		for _, t := range out.Tests {
			if t.Holds(out.Value) == No {
				return out, false
			}
		}
		return out, true
	}
	if !out.boundsFit() {
		return out, false
	}
	if out.Kinds == List {
		if out.List = meetLists(a.List, b.List); out.List == nil && (a.List != nil || b.List != nil) {
			return out, false
		}
	}
	return out, out.Kinds != List || !out.failsATest()
}

// failsATest reports whether the alternative is one value that a test refuses.
func (a *Alt) failsATest() bool {
	if len(a.Tests) == 0 {
		return false
	}
	v := a.concrete()
	return v != nil && slices.ContainsFunc(a.Tests, func(t Test) bool { return t.Holds(v) == No })
}

// addTests returns both lists of tests, each condition once.
func addTests(s, t []Test) []Test {
	out := slices.Clip(s)
	for _, test := range t {
		same := func(other Test) bool {
			return other.Op == test.Op && other.Operand != nil && test.Operand != nil && other.Operand.Equal(test.Operand)
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, test)
		}
	}
	return out
}

// boundsFit reports whether a number can lie within the bounds. That only one can
// does not make it the value: CUE leaves int & >=3 & <=3 open as well.
func (a *Alt) boundsFit() bool {
	if a.Kinds&^Number != 0 {
		return true
	}
	low, high := a.Bounds()
	if low == nil || high == nil {
		return true
	}
	c := low.Operand.Number.Cmp(high.Operand.Number)
	if c > 0 || c == 0 && (low.Op == Greater || high.Op == Less) {
		return false
	}
	return a.Kinds != Int || integerBetween(low, high)
}

// integerBetween reports whether an integer lies within two bounds that are in
// order.
func integerBetween(low, high *Test) bool {
	least := new(apd.Decimal)
	if _, err := wholeNumbers.Ceil(least, low.Operand.Number); err != nil {
		return true // beyond what is computed exactly
	}
	if low.Op == Greater && least.Cmp(low.Operand.Number) == 0 {
		if _, err := wholeNumbers.Add(least, least, apd.New(1, 0)); err != nil {
			return true
		}
	}
	c := least.Cmp(high.Operand.Number)
	return c < 0 || c == 0 && high.Op == LessEqual
}

// wholeNumbers computes with integers of up to 128 bits, and then some.
var wholeNumbers = apd.BaseContext.WithPrecision(60)

// Bounds returns the tightest lower and upper bound on a number, each nil if there
// is none.
func (a *Alt) Bounds() (low, high *Test) {
	for i := range a.Tests {
		t := &a.Tests[i]
		if t.Operand == nil || t.Operand.Kind&Number == 0 {
			continue
		}
		switch t.Op {
		case Greater, GreaterEqual:
			if low == nil || tighter(t, low, Greater, 1) {
				low = t
			}
		case Less, LessEqual:
			if high == nil || tighter(t, high, Less, -1) {
				high = t
			}
		}
	}
	return low, high
}

func tighter(t, than *Test, strict Op, sign int) bool {
	c := t.Operand.Number.Cmp(than.Operand.Number) * sign
	return c > 0 || c == 0 && t.Op == strict && than.Op != strict
}

func meetLists(a, b *ListShape) *ListShape {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	if len(a.Items) < len(b.Items) {
		a, b = b, a
	}
	if len(b.Items) < len(a.Items) && b.Rest == nil {
		return nil
	}
	out := &ListShape{Items: make([]*Shape, len(a.Items))}
	for i, item := range a.Items {
		if out.Items[i] = Meet(item, b.item(i)); out.Items[i].impossible() {
			return nil
		}
	}
	if a.Rest != nil && b.Rest != nil {
		out.Rest = Meet(a.Rest, b.Rest)
	}
	return out
}

// item returns the shape of the i-th element, from 0; nil if there can be none.
func (l *ListShape) item(i int) *Shape {
	if i < len(l.Items) {
		return l.Items[i]
	}
	return l.Rest
}

// takes reports whether a list of n elements may have the shape.
func (l *ListShape) takes(n int) bool {
	return n == len(l.Items) || n > len(l.Items) && l.Rest != nil
}

// meetStructs unifies structs field by field. A field in which they contradict each
// other allows nothing; the struct stays, so that its other fields go on counting.
func meetStructs(a, b *StructShape) *StructShape {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	out := &StructShape{
		Fields:   slices.Clone(a.Fields),
		Patterns: slices.Concat(a.Patterns, b.Patterns),
		Clauses:  slices.Concat(a.Clauses, b.Clauses),
		Open:     a.Open || b.Open,
		Unread:   a.Unread || b.Unread,
	}
	index := fieldIndex(a.Fields)
	for _, f := range b.Fields {
		i := index(f.Label)
		if i < 0 {
			out.Fields = append(out.Fields, f)
			continue
		}
		out.Fields[i] = meetFields(out.Fields[i], f)
	}
	return out
}

// fieldIndex returns a function that says where among fields, of which each has a label of its
// own, one stands: -1 if nowhere.
func fieldIndex(fields []*FieldShape) func(label string) int {
	const many = 16
	if len(fields) < many {
		return func(label string) int {
			return slices.IndexFunc(fields, func(f *FieldShape) bool { return f.Label == label })
		}
	}
	byLabel := make(map[string]int, len(fields))
	for i, f := range fields {
		byLabel[f.Label] = i
	}
	return func(label string) int {
		if i, ok := byLabel[label]; ok {
			return i
		}
		return -1
	}
}

func meetFields(f, g *FieldShape) *FieldShape {
	return &FieldShape{
		Label:    f.Label,
		Presence: max(f.Presence, g.Presence),
		Shape:    Meet(f.Shape, g.Shape),
		Decls:    slices.Concat(f.Decls, g.Decls),
		pattern:  f.pattern && g.pattern,
	}
}

// impossible reports whether no value has the shape. Unlike Meet, which keeps a
// struct with a field that contradicts itself, it looks into structs: one field that
// must be there and cannot be makes the whole impossible.
func (s *Shape) impossible() bool {
	return !slices.ContainsFunc(s.Alts, func(a *Alt) bool { return !a.impossible() })
}

func (a *Alt) impossible() bool {
	if a.List != nil {
		return slices.ContainsFunc(a.List.Items, (*Shape).impossible)
	}
	return a.Struct != nil && slices.ContainsFunc(a.Struct.Fields, func(f *FieldShape) bool {
		return f.Presence == Regular && a.Struct.Field(f.Label).Shape.impossible()
	})
}

// fields returns a function that does what Field does, for a caller that asks for many.
func (s *StructShape) fields() func(label string) *FieldShape {
	const many = 16
	if len(s.Fields) < many {
		return s.Field
	}
	byLabel := make(map[string]*FieldShape, len(s.Fields))
	for _, f := range s.Fields {
		byLabel[f.Label] = f
	}
	return func(label string) *FieldShape { return s.withPatterns(byLabel[label], label) }
}

// Field returns the field with a label, with what patterns say of it; nil if the
// struct says nothing about it.
func (s *StructShape) Field(label string) *FieldShape {
	for _, f := range s.Fields {
		if f.Label == label {
			return s.withPatterns(f, label)
		}
	}
	return s.withPatterns(nil, label)
}

// withPatterns adds to a field, or nil, what patterns say of its label.
func (s *StructShape) withPatterns(out *FieldShape, label string) *FieldShape {
	for _, p := range s.Patterns {
		name := exactly(&Value{Kind: String, Text: label}, Origin{})
		if len(Meet(p.Label, name).Alts) == 0 {
			continue
		}
		by := &FieldShape{Label: label, Shape: p.Shape, pattern: true}
		if out == nil {
			out = by
		} else {
			out = meetFields(out, by)
		}
	}
	return out
}

// A Truth is an answer that may be unknown.
type Truth int

// The answers.
const (
	No Truth = iota
	Unknown
	Yes
)

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Holds reports whether a scalar passes the test.
func (t Test) Holds(v *Value) Truth {
	switch t.Op {
	case Satisfies:
		return t.Call.holds(v)
	case NotEqual: // 1.0 is refused by !=1
		if c, ok := compare(v, t.Operand); ok {
			return truth(c != 0)
		}
		return truth(!v.Equal(t.Operand))
	case Match, NotMatch:
		if t.pattern == nil { // not a regular expression: the definition's fault
			return Unknown
		}
		return truth(t.pattern.MatchString(v.Text) == (t.Op == Match))
	}
	c, ok := compare(v, t.Operand)
	if !ok {
		return No
	}
	switch t.Op {
	case Less:
		return truth(c < 0)
	case LessEqual:
		return truth(c <= 0)
	case Greater:
		return truth(c > 0)
	default:
		return truth(c >= 0)
	}
}

// compare orders two numbers, two strings or two bytes.
func compare(v, w *Value) (int, bool) {
	switch {
	case v.Kind&Number != 0 && w.Kind&Number != 0:
		return v.Number.Cmp(w.Number), true
	case v.Kind == w.Kind && v.Kind&(String|Bytes) != 0:
		switch {
		case v.Text < w.Text:
			return -1, true
		case v.Text > w.Text:
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// concrete returns the one value that the alternative is, or nil.
func (a *Alt) concrete() *Value {
	switch {
	case a.Unread:
		return nil
	case a.Value != nil:
		return a.Value
	case a.List != nil && a.List.Rest == nil:
		out := &Value{Kind: List, Items: make([]*Value, len(a.List.Items))}
		for i, item := range a.List.Items {
			if out.Items[i] = item.Concrete(); out.Items[i] == nil {
				return nil
			}
		}
		return out
	case a.Struct != nil && !a.Struct.Unread && len(a.Struct.Clauses) == 0:
		out := &Value{Kind: Struct}
		for _, f := range a.Struct.Fields {
			if f.Presence != Regular {
				continue
			}
			v := f.Shape.Concrete()
			if v == nil {
				return nil
			}
			out.Fields = append(out.Fields, NamedValue{f.Label, v})
		}
		return out
	}
	return nil
}

// Concrete returns the value that the expression stands for: the only one that it
// allows, or its default; nil if it stands for none.
func (s *Shape) Concrete() *Value {
	if len(s.Alts) == 1 {
		if v := s.Alts[0].concrete(); v != nil {
			return v
		}
	}
	return s.Default()
}

// Default returns the value that the expression marks as its default, or nil.
func (s *Shape) Default() *Value {
	if len(s.Defaults) == 1 {
		return s.Defaults[0].concrete()
	}
	return nil
}
