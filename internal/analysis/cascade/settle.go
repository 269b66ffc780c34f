package cascade

import (
	"cmp"
	"slices"
)

// Values that depend on other values are settled in rounds. A round resolves the tree
// with what the conditions of "if" came to in the round before, then puts the values
// that expressions read in their place, each after those that it depends on itself.
// Nearly always there is one round, and where nothing depends on anything not even a
// second look. Conditions that go on changing each other stay unread.
const maxRounds = 6

// settled returns a root with what each layer says, everything in it settled.
func (b *builder) settled(fields []*FieldShape) *Node {
	root := b.root(fields)
	if !b.depends {
		return root
	}
	for round := 0; ; round++ {
		b.states = make(map[*Node]state)
		b.settle(root, root)
		if stable := b.judge(root, round == maxRounds-1); stable {
			break
		}
		b.met = nil
		root = b.root(fields)
		if round == maxRounds-1 {
			b.states = make(map[*Node]state)
			b.settle(root, root)
			break
		}
	}
	b.presence(root)
	root.Present = true
	return root
}

// A state says how far a node is settled.
type state int

const (
	untouched state = iota
	settling        // the value is being looked for; who asks now goes in a circle
	done
)

// settle puts into a node, and all below it, the values that its expressions read.
func (b *builder) settle(root, n *Node) {
	if b.states[n] != untouched {
		return
	}
	b.states[n] = settling
	changed := false
	choice := hasChoice(n.Layers)
	for i, f := range n.Layers {
		if f == nil {
			continue
		}
		var s *Shape
		switch {
		case f.Shape.isComputed():
			s = b.evaluate(root, n, f.Shape)
		case choice: // a value may tell its alternatives apart
			s = b.evaluateFields(root, n, f.Shape)
		}
		if s != nil {
			known := *f
			known.Shape = s
			n.Layers = slices.Clone(n.Layers)
			n.Layers[i] = &known
			changed = true
		}
	}
	if changed {
		*n = Node{Path: n.Path, Parent: n.Parent, Layers: n.Layers}
		b.resolve(n)
	}
	b.states[n] = done
	for _, c := range n.Children {
		b.settle(root, c)
	}
	if !n.Struct && len(n.Children) > 0 {
		n.assemble()
	}
}

// evaluate returns a shape with its computed alternatives read, nil if none of them
// can be.
func (b *builder) evaluate(root, n *Node, s *Shape) *Shape {
	out := &Shape{}
	known := false
	results := make(map[*Alt]*Shape)
	for _, a := range s.Alts {
		if a.Computed == nil {
			out.Alts = addAlt(out.Alts, a)
			continue
		}
		result := b.evaluateAlt(root, n, a)
		results[a] = result
		if result == nil {
			out.Alts = append(out.Alts, a)
			continue
		}
		known = true
		for _, alt := range result.Alts {
			out.Alts = addAlt(out.Alts, alt)
		}
		if len(s.Defaults) == 0 {
			out.Defaults = append(out.Defaults, result.Defaults...)
		}
	}
	if !known {
		return nil
	}
	for _, a := range s.Defaults {
		if a.Computed == nil {
			out.Defaults = addAlt(out.Defaults, a)
			continue
		}
		result, seen := results[a]
		if !seen {
			result = b.evaluateAlt(root, n, a)
		}
		switch {
		case result == nil: // what it stands for is not known, so neither is the default
			out.Defaults = append(out.Defaults, a)
		case len(result.Defaults) > 0:
			out.Defaults = append(out.Defaults, result.Defaults...)
		default:
			out.Defaults = append(out.Defaults, result.Alts...)
		}
	}
	return out
}

// evaluateFields returns a shape in which the fields of its alternatives are read that are
// computed, nil if none can be.
func (b *builder) evaluateFields(root, n *Node, s *Shape) *Shape {
	known := false
	done := make(map[*Alt]*Alt) // a default stays one of the alternatives
	within := func(alts []*Alt) []*Alt {
		var out []*Alt
		for _, a := range alts {
			if a.Struct == nil || done[a] != nil {
				out = append(out, cmp.Or(done[a], a))
				continue
			}
			alt, fields := *a, *a.Struct
			fields.Fields = slices.Clone(fields.Fields)
			for i, f := range fields.Fields {
				if !f.Shape.isComputed() {
					continue
				}
				if read := b.evaluate(root, &Node{Path: n.Path.Child(f.Label)}, f.Shape); read != nil {
					field := *f
					field.Shape = read
					fields.Fields[i] = &field
					known = true
				}
			}
			alt.Struct = &fields
			done[a] = &alt
			out = append(out, &alt)
		}
		return out
	}
	out := &Shape{Alts: within(s.Alts), Defaults: within(s.Defaults)}
	if !known {
		return nil
	}
	return out
}

// evaluateAlt reads the expressions of an alternative; nil if one of them cannot be.
// An expression that reads a value which is not there comes to nothing.
func (b *builder) evaluateAlt(root, n *Node, a *Alt) *Shape {
	plain := *a
	plain.Unread, plain.Computed = false, nil
	out := &Shape{Alts: []*Alt{&plain}}
	for _, c := range a.Computed {
		s := b.evaluateComputed(root, n, c)
		if s == nil {
			return nil
		}
		out = Meet(out, s)
	}
	return out
}

// absent is what an expression reads where a value is not there.
const absent = "_|_"

func (b *builder) evaluateComputed(root, n *Node, c *Computed) *Shape {
	if whole := c.whole(); b.against && (whole == nil || isBeside(whole)) {
		return nil
	}
	texts := make(map[string]string)
	for _, path := range c.reads(n.Path) {
		target := b.find(root, path)
		if target != nil && !b.isSettled(path) {
			if b.states[target] == settling {
				return nil
			}
			b.settle(root, target)
			b.presence(target)
		}
		switch {
		case target == nil || !target.Present:
			texts[path.String()] = absent
		default:
			v := target.Effective()
			if v == nil {
				return nil
			}
			texts[path.String()] = v.String()
		}
	}
	if whole := c.whole(); whole != nil {
		target := b.find(root, seenFrom(whole, n.Path))
		if target == nil || !target.Present {
			return nil
		}
		if target.size(maxReferred) > maxReferred {
			return nil
		}
		return target.asReferred(c.origin)
	}
	if o := exhausted(b.stops); o != "" {
		b.stops = append(slices.Clip(b.stops), Stop{Origin: c.origin, Obstacle: o, Reads: c.reads(n.Path)})
		return nil
	}
	s, stops := c.read(n.Path, func(p Path) string { return texts[seenFrom(p, n.Path).String()] })
	b.stops = append(slices.Clip(b.stops), stops...) // b may be a copy, for a trial
	if len(s.Alts) == 0 || s.Unread() {
		return nil
	}
	return s
}

// isSettled reports whether a path is one of values that were settled before.
func (b *builder) isSettled(path Path) bool {
	return b.values != nil && !isBeside(path)
}

// find returns the node at a path, settling the nodes on the way to it: their fields
// may come from a reference.
func (b *builder) find(root *Node, path Path) *Node {
	n := root
	if b.isSettled(path) {
		n = b.values
	} else if b.values != nil {
		path = path[1:]
	}
	for _, label := range path {
		next := n.Child(label)
		if next == nil && b.values == nil && b.states[n] == untouched {
			b.settle(root, n)
			next = n.Child(label)
		}
		if next == nil {
			return nil
		}
		n = next
	}
	return n
}

// maxReferred is how many values a reference may bring along: structs that refer to each
// other twice double with every step.
const maxReferred = 1000

// size returns how many nodes there are at and below n, or any number above most if there
// are more.
func (n *Node) size(most int) int {
	total := 1
	for _, c := range n.Children {
		if total > most {
			break
		}
		total += c.size(most - total)
	}
	return total
}

// asReferred returns what a reference to the node is: its value, if that is settled
// for good, else its constraint with its effective value as the default.
func (n *Node) asReferred(origin Origin) *Shape {
	if n.Struct {
		s := &StructShape{}
		for _, c := range n.Children {
			if c.Undefined {
				continue
			}
			f := &FieldShape{
				Label: c.Label(), Presence: Regular, Shape: c.asReferred(origin),
				Decls: []Decl{{File: origin.File, Label: origin.Span, Value: origin.Span, Field: origin.Span}},
			}
			if c.Optional {
				f.Presence = Optional
			}
			s.Fields = append(s.Fields, f)
		}
		return &Shape{Alts: []*Alt{{Kinds: Struct, Struct: s, Origin: origin}}}
	}
	if n.Value == nil {
		return writtenAt(&Shape{Alts: n.Allowed.Alts}, origin)
	}
	value := valueShape(n.Value, origin)
	if f := n.Layers[n.From]; f != nil && len(f.Shape.Defaults) == 0 {
		return value
	}
	return &Shape{Alts: writtenAt(n.Allowed, origin).Alts, Defaults: value.Alts}
}

// valueShape returns the shape that only a value has.
func valueShape(v *Value, origin Origin) *Shape {
	switch v.Kind {
	case List:
		list := &ListShape{}
		for _, item := range v.Items {
			list.Items = append(list.Items, valueShape(item, origin))
		}
		return &Shape{Alts: []*Alt{{Kinds: List, List: list, Origin: origin}}}
	case Struct:
		s := &StructShape{}
		for _, f := range v.Fields {
			s.Fields = append(s.Fields, &FieldShape{Label: f.Name, Presence: Regular, Shape: valueShape(f.Value, origin)})
		}
		return &Shape{Alts: []*Alt{{Kinds: Struct, Struct: s, Origin: origin}}}
	}
	return exactly(v, origin)
}

// presence settles again which optional structs at and below a node are there.
func (b *builder) presence(n *Node) {
	for _, c := range n.Children {
		b.presence(c)
	}
	switch {
	case n.Struct:
		b.settlePresence(n)
	case !n.Undefined:
		n.Present = n.From >= 0 || n.Unread && !n.Optional
	}
}

// A clauseAt is a clause at the node whose struct holds it: a clause in the schema of
// a list's elements stands at each of them.
type clauseAt struct {
	clause *Clause
	path   string
}

// A verdict is what a clause came to.
type verdict struct {
	body   *StructShape // the fields that are there by it, or nil
	unread bool         // it cannot be told
	text   string       // of what a loop came to
}

type metClause struct {
	clauseAt
	node *Node
}

// withClauses returns the struct of the i-th layer with the fields of the clauses that
// hold.
func (b *builder) withClauses(n *Node, i int, s *StructShape) *StructShape {
	if !b.trial {
		b.depends = true
	}
	pending := s.Clauses
	for len(pending) > 0 {
		clause := pending[0]
		pending = pending[1:]
		at := clauseAt{clause, n.Path.String()}
		if !b.trial {
			b.met = append(b.met, metClause{at, n})
		}
		v := b.verdicts[at]
		if v.body != nil {
			pending = append(slices.Clone(pending), v.body.Clauses...)
			s = meetStructs(s, v.body)
		}
		if v.unread {
			unread := *s
			unread.Unread = true
			s = &unread
		}
	}
	return s
}

// judge says of every clause that the tree met what it came to, and whether that is
// what the tree was resolved with. In the last round what still changes is unread.
func (b *builder) judge(root *Node, last bool) (stable bool) {
	if b.verdicts == nil {
		b.verdicts = make(map[clauseAt]verdict)
	}
	stable = true
	for _, m := range b.met {
		before, judged := b.verdicts[m.clauseAt]
		now := b.verdict(root, m)
		if judged && before.unread == now.unread && (before.body == nil) == (now.body == nil) && before.text == now.text {
			continue
		}
		if !judged && now.body == nil && !now.unread {
			b.verdicts[m.clauseAt] = now // as if it had been known: nothing came of it
			continue
		}
		if last {
			now = verdict{unread: true}
		}
		b.verdicts[m.clauseAt] = now
		stable = false
	}
	return stable
}

func (b *builder) verdict(root *Node, m metClause) verdict {
	if m.clause.Loop != nil {
		s := b.evaluate(root, m.node, m.clause.Loop)
		if s == nil || s.StructShape() == nil {
			return verdict{unread: true}
		}
		v := s.Concrete()
		if v == nil {
			return verdict{unread: true}
		}
		return verdict{body: s.StructShape(), text: v.String()}
	}
	if m.clause.Label != nil {
		label := b.evaluate(root, m.node, m.clause.Label)
		if label == nil || label.Concrete() == nil || label.Concrete().Kind != String {
			return verdict{unread: true}
		}
		field := *m.clause.Body.Fields[0]
		field.Label = label.Concrete().Text
		return verdict{body: &StructShape{Fields: []*FieldShape{&field}}, text: field.Label}
	}
	for _, condition := range m.clause.Conditions {
		if condition.isComputed() {
			if condition = b.evaluate(root, m.node, condition); condition == nil {
				return verdict{unread: true}
			}
		}
		v := condition.Concrete()
		switch {
		case v == nil || v.Kind != Bool:
			return verdict{unread: true}
		case !v.Bool:
			return verdict{}
		}
	}
	return verdict{body: m.clause.Body}
}
