package cascade

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A Tree is the values of a chain of layers, resolved: every path that a layer
// speaks of, with what each layer says, what is allowed and what is effective.
// It is immutable plain data.
type Tree struct {
	Layers []*Layer // lowest precedence first
	Root   *Node
	// Stops are the expressions that nobody could compute, and the values that could not be
	// judged; where each stands, once.
	Stops []Stop
	// prepared is the root without the top layer, or nil: see prepare.
	prepared *Node
	// Depends says that some of the values decide what others are.
	Depends bool
	// Secrets says which values nobody is shown.
	Secrets Secrets
}

// A Node is one values path.
type Node struct {
	Path     Path
	Parent   *Node
	Layers   []*FieldShape // what each layer says, by its index; nil where it says nothing
	Children []*Node       // fields of a struct, or elements of the list that won
	// Allowed is the constraint: what all layers allow together. An invalid
	// contribution does not count.
	Allowed *Shape
	// Struct says that the path holds fields, not a value.
	Struct bool
	// Optional says that every layer marks the path with "?".
	Optional bool
	// Present says that the path is in the effective configuration.
	Present bool
	// Value is the effective value, nil where there is none or it is not known.
	Value *Value
	// From is the index of the layer that Value comes from, or -1.
	From int
	// Unread says that the effective value cannot be read off the text.
	Unread bool
	// Missing says that the release must set the path and does not.
	Missing bool
	// Invalid is what is wrong with what a layer writes here; nil if nothing is.
	Invalid *Conflict
	// Undefined says that the top layer writes a field here that none below has.
	Undefined bool
	// Partial says that a layer's struct here may hold fields that are not known.
	Partial bool
	// lost says of each layer that it may say something here that is not known.
	lost [maxLayers]bool
}

// maxLayers is how many layers a chain may have: definition, Module and release.
const maxLayers = 3

// A Conflict is a contribution that layers below it do not allow.
type Conflict struct {
	Layer  int      // the layer that is wrong
	Breaks []Broken // the constraints that it breaks, lowest layer first; none: its own
	// Default says that only its default is wrong: what it demands goes on counting.
	Default bool
}

// Broken is one layer's constraint that something does not meet.
type Broken struct {
	Layer  int
	Origin Origin // the narrowest piece of text that says so
}

// Label returns the last label of the node's path, or "" for the root.
func (n *Node) Label() string {
	if len(n.Path) == 0 {
		return ""
	}
	return n.Path[len(n.Path)-1]
}

// Child returns the field or element with a label, or nil.
func (n *Node) Child(label string) *Node {
	for _, c := range n.Children {
		if c.Label() == label {
			return c
		}
	}
	return nil
}

// Lookup returns the node at a path, or nil.
func (t *Tree) Lookup(p Path) *Node {
	n := t.Root
	for _, label := range p {
		if n = n.Child(label); n == nil {
			return nil
		}
	}
	return n
}

// Walk calls visit for the node and every one below it, parents first, until visit
// returns false for a node; then what is below that one is left out.
func (n *Node) Walk(visit func(*Node) bool) {
	if !visit(n) {
		return
	}
	for _, c := range n.Children {
		c.Walk(visit)
	}
}

// Chain returns the documents of a cascade that ends with d, lowest layer first:
// each document that the one above refers to, as far as the references resolve. A
// release that refers to something else than a Module, such as a definition, has nothing
// below it: nobody knows what the Module that it needs would add or change.
func Chain(index *catalogindex.Index, d *catalogindex.Document) []*catalogindex.Document {
	var chain []*catalogindex.Document
	for d != nil && !slices.Contains(chain, d) && len(chain) < maxLayers {
		chain = append(chain, d)
		r, _ := index.Resolve(d)
		if d.Kind == catalogindex.Release && r.Document != nil && r.Document.Kind != catalogindex.Module {
			break
		}
		d = r.Document
	}
	slices.Reverse(chain)
	return chain
}

// Resolve computes the tree of a chain of layers, lowest first. complete says that
// the lowest layer is really the lowest; otherwise one is missing, what it would
// have defined is not known, and nothing counts as undefined or missing.
func Resolve(layers []*Layer, complete bool) *Tree {
	return resolve(layers, complete, prepare(layers, complete))
}

// resolve is Resolve on top of what is prepared of the layers below the top one, if that is
// not nil. What comes out does not depend on it.
func resolve(layers []*Layer, complete bool, prepared *Node) *Tree {
	b := &builder{layers: layers, complete: complete, prepared: prepared}
	values := make([]*FieldShape, len(layers))
	for i, l := range layers {
		values[i] = l.Values
	}
	root := b.settled(values)
	if complete {
		b.eachMissing(root, func(n *Node) { n.Missing = true })
	}
	return &Tree{Layers: layers, Root: root, Depends: b.depends, prepared: prepared, Stops: stopsIn(layers, root, b.stops)}
}

type builder struct {
	layers   []*Layer
	complete bool
	// depends says that something was met that other values decide.
	depends  bool
	states   map[*Node]state
	verdicts map[clauseAt]verdict
	met      []metClause
	trial    bool // only to see whether an alternative fits
	// values is the root of the values if what is resolved is something else that reads
	// them; nil if it is the values.
	values *Node
	// against says that only what the top layer writes is of interest, and of what it
	// computes only references to a value: see Against.
	against bool
	stops   []Stop // of what was computed
	// prepared is the root without the top layer; nil if there is no such thing. See prepare.
	prepared *Node
	// preparing says that what is in an absent struct counts as there if it would be with the
	// struct: a release may write something else in that.
	preparing bool
}

// root returns a root with what each layer says, resolved as far as nothing depends on
// other values.
func (b *builder) root(fields []*FieldShape) *Node {
	root := &Node{Layers: fields}
	b.resolveOn(b.prepared, root)
	root.Present = true
	return root
}

// resolve fills a node whose Path, Parent and Layers are set, and all below it.
func (b *builder) resolve(n *Node) { b.resolveOn(nil, n) }

// resolveOn is resolve for a node of which the layers below the top one are prepared; prepared
// is nil if they are not.
func (b *builder) resolveOn(prepared, n *Node) {
	top := len(n.Layers) - 1
	if !prepared.isUnder(n) {
		prepared = nil
	} else if n.Layers[top] == nil && !n.lost[top] {
		n.adopt(prepared)
		return
	}
	n.From = -1
	valid := b.validate(prepared, n)
	n.Allowed = Top()
	below := 0
	if prepared != nil && prepared.Invalid == nil {
		n.Allowed, below = prepared.Allowed, top
	}
	for _, f := range valid[below:] {
		if f == nil {
			continue
		}
		if !b.against || f.Shape.StructShape() == nil {
			n.Allowed = Meet(n.Allowed, withoutDefaults(f.Shape))
		}
		b.depends = b.depends || f.Shape.isComputed() || len(f.Shape.Alts) > 1 && f.Shape.hasComputedField()
	}
	n.Optional = !slices.ContainsFunc(valid, func(f *FieldShape) bool {
		return f != nil && !f.pattern && f.Presence != Optional
	})
	if chosen := b.choose(n, valid); chosen != nil {
		valid = chosen
	}
	if structs := structsOf(valid); structs != nil {
		b.resolveStruct(prepared, n, valid, structs)
		return
	}
	b.resolveValue(n, valid)
}

// withoutDefaults drops what is no part of a constraint: the default marks.
func withoutDefaults(s *Shape) *Shape {
	if len(s.Defaults) == 0 {
		return s
	}
	return &Shape{Alts: constraintAlts(s.Alts)}
}

// structsOf returns the struct of each layer if the path holds fields, nil if it
// does not. It does if a layer says so and none says anything else.
func structsOf(valid []*FieldShape) []*StructShape {
	structs := make([]*StructShape, len(valid))
	found := false
	for i, f := range valid {
		if f == nil || f.Shape.IsTop() {
			continue
		}
		if structs[i] = f.Shape.StructShape(); structs[i] == nil {
			return nil
		}
		if f.Shape.Unread() {
			unread := *structs[i]
			unread.Unread = true
			structs[i] = &unread
		}
		found = true
	}
	if !found {
		return nil
	}
	return structs
}

func (b *builder) resolveStruct(prepared, n *Node, valid []*FieldShape, structs []*StructShape) {
	n.Struct = true
	top := len(structs) - 1
	for i, s := range structs {
		if s != nil && len(s.Clauses) > 0 {
			structs[i] = b.withClauses(n, i, s)
		}
		n.Partial = n.Partial || s != nil && structs[i].Unread
	}
	fieldOf := make([]func(string) *FieldShape, len(structs))
	for i, s := range structs {
		if s != nil {
			fieldOf[i] = s.fields()
		}
	}
	seen := make(map[string]bool)
	for i, s := range structs {
		if s == nil {
			continue
		}
		for _, f := range s.Fields {
			if seen[f.Label] || b.against && (fieldOf[top] == nil || fieldOf[top](f.Label) == nil) {
				continue
			}
			seen[f.Label] = true
			child := &Node{Path: n.Path.Child(f.Label), Parent: n, Layers: make([]*FieldShape, len(structs)), From: -1}
			for j, t := range structs {
				if t != nil {
					child.Layers[j] = fieldOf[j](f.Label)
				}
				if child.Layers[j] == nil && (n.lost[j] || t != nil && t.Unread || t == nil && valid[j] != nil && valid[j].Shape.Unread()) {
					child.lost[j] = true
				}
			}
			n.Children = append(n.Children, child)
			if i == top && b.layers[top].Document.Kind.IsFinal() && b.undefined(n, structs, child) {
				child.Undefined = true
				child.Allowed = &Shape{}
				continue
			}
			b.resolveOn(prepared.child(len(n.Children)-1, f.Label), child)
		}
	}
	b.settlePresence(n)
}

// resolveValue settles the effective value of a path that holds no fields: the
// highest layer's that has one and whose value the layers allow.
func (b *builder) resolveValue(n *Node, valid []*FieldShape) {
	regular := slices.ContainsFunc(valid, func(f *FieldShape) bool { return f != nil && !f.pattern && f.Presence == Regular })
	required := slices.ContainsFunc(valid, func(f *FieldShape) bool { return f != nil && f.Presence == Required })
	for i := len(valid) - 1; i >= 0 && n.From < 0 && !n.Unread; i-- {
		f := valid[i]
		if f == nil || required && !regular { // a "!" field's default does not set it
			continue
		}
		b.candidate(n, valid, i)
	}
	if n.From < 0 && !n.Unread && !(required && !regular) {
		// No layer alone stands for a value, but together they leave only one.
		if v := n.Allowed.Concrete(); v != nil {
			n.Value = v
			for i, f := range valid {
				if f != nil {
					n.From = i
				}
			}
		}
	}
	if top := valid[len(valid)-1]; n.From < 0 && slices.ContainsFunc(n.Allowed.Alts, func(a *Alt) bool { return a.Struct != nil }) {
		// A choice of structs: what stands depends on which one is meant.
		n.Unread = top != nil || !hasChoice(valid) && !n.Optional
	}
	n.Present = n.Present || n.From >= 0 || n.Unread && !n.Optional
}

// candidate makes the i-th layer's value the effective one, if it stands for one.
func (b *builder) candidate(n *Node, valid []*FieldShape, i int) {
	shape := valid[i].Shape
	own := shape.Defaults
	if len(own) == 0 && len(shape.Alts) == 1 && (shape.Alts[0].Unread || shape.Alts[0].Value != nil || closedList(shape.Alts) != nil) {
		own = shape.Alts
	}
	if len(own) == 0 {
		n.Unread = len(shape.Alts) > 0 && !slices.ContainsFunc(shape.Alts, func(a *Alt) bool { return !a.Unread })
		return
	}
	if list := closedList(own); list != nil {
		// A list that is written out is looked at element by element; a default that
		// another layer refuses anywhere in it is lost.
		if len(shape.Defaults) == 0 || !Meet(&Shape{Alts: own}, n.Allowed).impossible() {
			b.resolveList(n, valid, i, list)
		}
		if schema := len(shape.Defaults) == 0 && !b.layers[i].Document.Kind.IsFinal(); schema && slices.ContainsFunc(n.Children, b.lacks) {
			n.Children, n.From, n.Unread = nil, -1, false // [int, string] is no list yet
		}
		return
	}
	met := meetAlts(own, n.Allowed.Alts)
	if len(met) > 0 && slices.ContainsFunc(own, func(a *Alt) bool { return a.Unread }) {
		n.Unread, n.Present = true, true
		return
	}
	if len(met) != 1 || met[0].Value == nil {
		return
	}
	// A constraint further down that cannot be read does not take the value away. One
	// further up may.
	above := slices.ContainsFunc(valid[i+1:], func(f *FieldShape) bool { return f != nil && f.Shape.Unread() })
	if met[0].Unread && above {
		n.Unread = true
		return
	}
	n.Value, n.From = met[0].Value, i
}

// Effective returns the effective value at a node, structs assembled from their
// fields; nil if there is none or something in it is not known.
func (n *Node) Effective() *Value {
	if !n.Struct {
		return n.Value
	}
	v := &Value{Kind: Struct}
	for _, c := range n.Children {
		if !c.Present {
			if c.Optional || c.Undefined {
				continue
			}
			return nil
		}
		below := c.Effective()
		if below == nil {
			return nil
		}
		v.Fields = append(v.Fields, NamedValue{c.Label(), below})
	}
	return v
}
