package cascade

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Flow is one place at which a component reads a value.
type Flow struct {
	Value     Path   // in values
	Component string // the component that reads it
	Field     Path   // the component's field, such as container.image.tag
	Direct    bool   // the field is the value itself, not made from it
	File      *syntax.File
	Span      text.Span // of the reference
}

// Flows returns every place at which a component of the chain reads a value, in
// order of the layers and of the text.
func Flows(chain []*Layer) []Flow {
	var flows []Flow
	for _, l := range chain {
		flows = append(flows, l.Flows()...)
	}
	return flows
}

// flowsIn returns every place at which a component that a document writes reads a value.
func flowsIn(d *catalogindex.Document) []Flow {
	var flows []Flow
	for _, c := range d.Components() {
		w := flowWalk{values: d.ValuesLabel(), component: c.Name}
		for _, p := range c.Parts {
			w.decls(p.File, p.Decls, nil)
		}
		flows = append(flows, w.found...)
	}
	return flows
}

type flowWalk struct {
	values    string // the label under which the document's values are
	component string
	found     []Flow
}

func (w *flowWalk) decls(file *syntax.File, decls []ast.Decl, at Path) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			label, ok := syntax.LabelName(d.Label)
			if !ok {
				label = "…"
			}
			w.expr(file, d.Value, at.Child(label), true)
		case *ast.EmbedDecl:
			w.expr(file, d.Expr, at, true)
		case *ast.Comprehension:
			for _, clause := range d.Clauses {
				ast.Walk(clause, w.references(file, at), nil)
			}
			w.expr(file, d.Value, at, false)
		}
	}
}

func (w *flowWalk) expr(file *syntax.File, expr ast.Expr, at Path, direct bool) {
	switch x := expr.(type) {
	case nil:
	case *ast.StructLit:
		w.decls(file, x.Elts, at)
	case *ast.ParenExpr:
		w.expr(file, x.X, at, direct)
	case *ast.ListLit:
		for i, e := range x.Elts {
			w.expr(file, e, at.Child(IndexLabel(i)), direct)
		}
	case *ast.Comprehension:
		w.decls(file, []ast.Decl{x}, at)
	case *ast.BinaryExpr:
		// Unified with a value the field still is that value; otherwise it is made
		// from it.
		direct = direct && x.Op == token.AND
		w.expr(file, x.X, at, direct)
		w.expr(file, x.Y, at, direct)
	default:
		if path := w.valuePath(x); path != nil {
			w.add(file, x, path, at, direct)
			return
		}
		ast.Walk(x, w.references(file, at), nil)
	}
}

// references returns a visitor that notes every reference to a value.
func (w *flowWalk) references(file *syntax.File, at Path) func(ast.Node) bool {
	return func(n ast.Node) bool {
		if expr, ok := n.(ast.Expr); ok {
			if path := w.valuePath(expr); path != nil {
				w.add(file, expr, path, at, false)
				return false
			}
		}
		return true
	}
}

func (w *flowWalk) valuePath(expr ast.Expr) Path {
	names := catalogindex.SelectorNames(expr)
	if len(names) < 2 || names[0] != w.values {
		return nil
	}
	return names[1:]
}

func (w *flowWalk) add(file *syntax.File, expr ast.Expr, value, field Path, direct bool) {
	w.found = append(w.found, Flow{
		Value: value, Component: w.component, Field: field, Direct: direct,
		File: file, Span: file.Span(expr),
	})
}

// Governs reports whether a scope applies to a component. A scope whose appliesTo
// cannot be read off the text is said to apply to nothing.
func Governs(scope catalogindex.Member, d *catalogindex.Document, component string) bool {
	return reachOf(scope, d).has(component)
}

// A reach is the components to which a scope applies.
type reach struct {
	all   bool
	names []string
}

func (r reach) has(component string) bool { return r.all || slices.Contains(r.names, component) }

// reachOf reads what a scope of a document applies to.
func reachOf(scope catalogindex.Member, d *catalogindex.Document) (r reach) {
	for _, f := range catalogindex.Fields(scope.Parts, "appliesTo") {
		switch x := f.Field.Value.(type) {
		case *ast.BasicLit:
			if v := readLiteral(x, Origin{}).Concrete(); v != nil && v.Text == "*" {
				r.all = true
			}
		case *ast.ListLit:
			for _, e := range x.Elts {
				r.add(e, d)
			}
		}
	}
	return r
}

// add adds what an element of appliesTo means: a component that it refers to, or all of them
// in a loop.
func (r *reach) add(e ast.Expr, d *catalogindex.Document) {
	if loop, ok := e.(*ast.Comprehension); ok {
		each, ok := loop.Clauses[0].(*ast.ForClause)
		if !ok || len(loop.Clauses) > 1 {
			return // only some of them, and nobody can say which
		}
		names := catalogindex.SelectorNames(each.Source)
		r.all = r.all || len(names) > 0 && names[len(names)-1] == d.Dialect.Components
		return
	}
	if names := catalogindex.SelectorNames(e); len(names) > 1 && names[len(names)-2] == d.Dialect.Components {
		r.names = append(r.names, names[len(names)-1])
	}
}

// A Governance is a scope that governs a component into which a value flows.
type Governance struct {
	Scope    catalogindex.Member
	Document *catalogindex.Document // the one that writes the scope
	Flow     Flow
	// Says is what the scope says of the very field into which the value flows; nil if
	// it says nothing of it.
	Says *FieldShape
}

// Governances returns the scopes of a chain that govern a component into which one of
// the flows leads.
func Governances(from Source, chain []*Layer, flows []Flow) []Governance {
	var out []Governance
	for _, l := range chain {
		for i, scope := range l.Document.Scopes() {
			for _, flow := range flows {
				if l.reaches()[i].has(flow.Component) {
					out = append(out, Governance{scope, l.Document, flow, l.scopeField(from, scope, flow.Field)})
				}
			}
		}
	}
	return out
}

// ImmutableGovernances returns those of the Governances in which the scope is immutable and
// says something of the field.
func ImmutableGovernances(from Source, chain []*Layer, flows []Flow) []Governance {
	var out []Governance
	for _, l := range chain {
		for i, scope := range l.Document.Scopes() {
			if !scope.Immutable {
				continue
			}
			for _, flow := range flows {
				if !l.reaches()[i].has(flow.Component) {
					continue
				}
				if says := l.scopeField(from, scope, flow.Field); says != nil {
					out = append(out, Governance{scope, l.Document, flow, says})
				}
			}
		}
	}
	return out
}

// ReadField returns what the parts of a document say of the field at a path below
// them, with its place; nil if they say nothing.
func ReadField(from Source, d *catalogindex.Document, parts []catalogindex.Part, at Path) *FieldShape {
	if len(at) == 0 {
		return nil
	}
	for len(at) > 1 {
		parts = catalogindex.StructParts(catalogindex.Fields(parts, at[0]))
		at = at[1:]
	}
	r := newReader(from, d)
	var out *FieldShape
	for _, f := range catalogindex.Fields(parts, at[0]) {
		read := r.field(f.File, f.Field, f.Name, nil)
		if out == nil {
			out = read
		} else {
			out = meetFields(out, read)
		}
	}
	return out
}
