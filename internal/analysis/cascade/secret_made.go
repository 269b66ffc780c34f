package cascade

import (
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// What is made from a secret is one, whatever it is called:
//
//	password: string
//	dsn:      "db:\(password)@host"
//
// Which values an expression reads stands in the shapes of the layers as they were read, see
// [Computed]. So what is made from what is followed there, from each value that names a secret
// to all that read it. That is done once for a tree, when somebody asks for the first time.
type madeSecrets struct {
	tree  *Tree
	named Secrets

	once sync.Once
	ways []*secretWay
}

// A secretWay is how one value gets into another.
type secretWay struct {
	to   Path // wild and AnyLabel stand for any label
	from Path // of the value that is read
	// loop says that a loop or a computed label makes fields of the struct at to, which no layer
	// writes otherwise.
	loop   bool
	secret bool
}

// Of returns the secrets of one tree: those that paths name, and what is made from them.
func (s Secrets) Of(t *Tree) Secrets {
	if !s.none {
		s.made = &madeSecrets{tree: t, named: s}
	}
	return s
}

// Hides reports whether nobody is shown what is at a path: the path names a secret, or what is
// there is made from one.
func (s Secrets) Hides(p Path) bool {
	return s.Names(p) || s.made != nil && s.made.at(p)
}

// HidesField reports whether a field beside the values, with the shape that a layer gives it, is
// a secret, holds one or is made from one. at is its path in the component or the scope.
func (s Secrets) HidesField(at Path, f *FieldShape) bool {
	if s.Names(at) {
		return true
	}
	if s.none || s.made == nil {
		return false
	}
	s.made.once.Do(s.made.follow)
	c := wayCollector{secrets: s}
	c.field(at, f)
	return slices.ContainsFunc(c.found, func(w *secretWay) bool { return w.secret || s.made.reads(w.from) })
}

// Beside returns the secrets as they are beside the values, in components and scopes: paths
// there are no paths of values. See HidesField for what is made from a secret there.
func (s Secrets) Beside() Secrets {
	s.made = nil
	return s
}

// DescribeField is [Secrets.Describe] for a field beside the values.
func (s Secrets) DescribeField(at Path, f *FieldShape) string {
	if s.HidesField(at, f) {
		return describeSecret(f.Shape)
	}
	return s.Beside().Describe(at, f.Shape)
}

// at reports whether what is at a path is made from a secret.
func (m *madeSecrets) at(p Path) bool {
	m.once.Do(m.follow)
	return slices.ContainsFunc(m.ways, func(w *secretWay) bool {
		return w.secret && len(w.to) <= len(p) && meets(w.to, p) && (!w.loop || len(w.to) < len(p) && !m.isWritten(p[:len(w.to)+1]))
	})
}

// follow finds which ways lead from secrets.
func (m *madeSecrets) follow() {
	c := wayCollector{secrets: m.named}
	for _, l := range m.tree.Layers {
		if l.Values != nil {
			c.field(Path{}, l.Values)
		}
	}
	for _, w := range c.found {
		m.ways = append(m.ways, m.apart(w)...)
	}
	for changed := true; changed; {
		changed = false
		for _, w := range m.ways {
			if !w.secret && m.reads(w.from) {
				w.secret, changed = true, true
			}
		}
	}
}

// apart takes a struct that is another one apart: each of its fields is the field of the other.
func (m *madeSecrets) apart(w *secretWay) []*secretWay {
	from, to := m.tree.Lookup(w.from), m.tree.Lookup(w.to)
	if w.loop || from == nil || to == nil || !from.Struct || !to.Struct {
		return []*secretWay{w}
	}
	var out []*secretWay
	from.Walk(func(n *Node) bool {
		if !n.Struct {
			out = append(out, &secretWay{to: slices.Concat(w.to, n.Path[len(from.Path):]), from: n.Path})
		}
		return n.Struct
	})
	return out
}

// reads reports whether what reads the value at a path reads a secret, as far as is known yet.
func (m *madeSecrets) reads(from Path) bool {
	if m.named.Names(from) {
		return true
	}
	for _, w := range m.ways {
		if w.secret && meets(w.to, from) {
			return true
		}
	}
	n := m.tree.Lookup(from)
	if n == nil {
		return false
	}
	found := false
	n.Walk(func(below *Node) bool {
		found = found || m.named.Names(below.Path)
		return !found
	})
	return found
}

// isWritten reports whether a layer writes the field at a path by its name.
func (m *madeSecrets) isWritten(p Path) bool {
	return slices.ContainsFunc(m.tree.Layers, func(l *Layer) bool {
		f := l.Values
		for _, label := range p {
			if f == nil || f.Shape.StructShape() == nil {
				return false
			}
			f = f.Shape.StructShape().Field(label)
		}
		return f != nil
	})
}

// meets reports whether one of two paths leads to what the other one leads to, or to what is in it.
func meets(p, q Path) bool {
	for i := range min(len(p), len(q)) {
		if p[i] != q[i] && !isAnyLabel(p[i]) && !isAnyLabel(q[i]) {
			return false
		}
	}
	return true
}

func isAnyLabel(label string) bool { return label == wild || label == AnyLabel }

// A wayCollector finds what the expressions of a layer read.
type wayCollector struct {
	secrets Secrets
	found   []*secretWay
	depth   int
}

func (c *wayCollector) field(at Path, f *FieldShape) {
	c.shape(at, f.Shape)
	if f.Shape.StructShape() == nil && slices.ContainsFunc(f.Decls, c.namesSecret) {
		c.found = append(c.found, &secretWay{to: at, secret: true})
	}
}

func (c *wayCollector) shape(at Path, s *Shape) {
	if s == nil || c.depth > maxReadDepth {
		return
	}
	c.depth++
	defer func() { c.depth-- }()
	for _, a := range slices.Concat(s.Alts, s.Defaults) {
		c.computed(at, a.Computed, false)
		if a.Struct != nil {
			c.fields(at, a.Struct)
		}
		if a.List == nil {
			continue
		}
		for i, item := range a.List.Items {
			c.shape(at.Child(IndexLabel(i)), item)
		}
		c.shape(at.Child(AnyLabel), a.List.Rest)
	}
}

func (c *wayCollector) fields(at Path, s *StructShape) {
	for _, f := range s.Fields {
		c.field(at.Child(f.Label), f)
	}
	for _, p := range s.Patterns {
		c.shape(at.Child(AnyLabel), p.Shape)
	}
	for _, clause := range s.Clauses {
		for _, made := range []*Shape{clause.Loop, clause.Label} {
			if made != nil {
				for _, a := range made.Alts {
					c.computed(at, a.Computed, true)
				}
			}
		}
		switch {
		case clause.Body == nil:
		case clause.Label != nil: // what stands for the label is no label
			for _, f := range clause.Body.Fields {
				c.shape(at.Child(AnyLabel), f.Shape)
			}
		default:
			c.fields(at, clause.Body)
		}
	}
}

func (c *wayCollector) computed(at Path, expressions []*Computed, loop bool) {
	for _, e := range expressions {
		for _, from := range e.reads(at) {
			if !isBeside(from) {
				c.found = append(c.found, &secretWay{to: at, from: from, loop: loop})
			}
		}
	}
}

// namesSecret reports whether the value of a declaration is made from something whose name says
// that it is a secret, such as a hidden field of the package. A definition is a schema.
func (c *wayCollector) namesSecret(d Decl) bool {
	written := d.File.Text.Slice(d.Value)
	if !isSecretLabel(written) { // nearly always
		return false
	}
	found := false
	var look func(n ast.Node) bool
	look = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field: // its label says nothing of what it holds
			if n.Value != nil {
				ast.Walk(n.Value, look, nil)
			}
			return false
		case *ast.Ident:
			found = found || !strings.HasPrefix(strings.TrimPrefix(n.Name, "_"), "#") && c.secrets.Names(Path{n.Name})
		}
		return !found
	}
	for _, decl := range syntax.Parse("", "made: "+written).AST().Decls {
		ast.Walk(decl, look, nil)
	}
	return found
}
