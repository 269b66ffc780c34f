package cascade

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// mayHaveLost reports whether something in a part does not parse, so that a field of it
// may be lost.
func mayHaveLost(p catalogindex.Part) bool {
	return slices.ContainsFunc(p.File.Problems, func(problem syntax.Problem) bool {
		return problem.Extent == syntax.InFile || problem.Extent == syntax.InStruct && p.Span.Covers(problem.Span)
	})
}

// IsMended reports whether what was parsed in a span is surely what was meant. How a string
// that is not closed goes on nobody knows.
func IsMended(file *syntax.File, span text.Span) bool {
	return !slices.ContainsFunc(file.Problems, func(p syntax.Problem) bool {
		source := strings.TrimLeft(file.Text.Slice(p.Span), "#")
		isString := strings.HasPrefix(source, `"`) || strings.HasPrefix(source, "'")
		return span.Covers(p.Span) && (p.Replacement == "" || isString)
	})
}

// toLineEnd widens a span to the end of its line: an operator without anything behind it, or
// what stands behind a value without one, is no part of what is parsed.
func toLineEnd(file *syntax.File, span text.Span) text.Span {
	return text.Span{Start: span.Start, End: max(span.End, file.Text.Line(file.Text.LineOf(span.End)).End)}
}

// holdsFields reports whether an expression holds a struct, so that what is broken in it
// is a matter of its fields; with braces: one that is written with them.
func holdsFields(expr ast.Expr, braces bool) bool {
	found := false
	ast.Walk(expr, func(n ast.Node) bool {
		s, ok := n.(*ast.StructLit)
		found = found || ok && (!braces || s.Lbrace.IsValid())
		return !found
	}, nil)
	return found
}

// structLit reads the fields of a struct, and returns what is embedded in it
// beside; nil if nothing is. Hidden fields, definitions, lets and aliases are
// helpers of the author's, not values.
func (r *reader) structLit(file *syntax.File, decls []ast.Decl) (s *StructShape, embedded *Shape) {
	s = &StructShape{}
	r.register(decls)
	at := make(map[string]int) // in s.Fields, by label
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			label, ok := syntax.LabelName(d.Label)
			if !ok {
				r.pattern(file, d, s)
				continue
			}
			if isHelper(d.Label, label) {
				continue
			}
			f := r.field(file, d, label, r.at.Child(label))
			if i, ok := at[label]; ok {
				s.Fields[i] = meetFields(s.Fields[i], f)
			} else {
				at[label] = len(s.Fields)
				s.Fields = append(s.Fields, f)
			}
		case *ast.Ellipsis:
			s.Open = true
		case *ast.EmbedDecl:
			shape := r.read(file, d.Expr)
			if embedded == nil {
				embedded = shape
			} else {
				embedded = Meet(embedded, shape)
			}
		case *ast.Comprehension:
			r.comprehension(file, d, s)
		case *ast.BadDecl:
			s.Unread = true
		}
	}
	return s, embedded
}

// isBroken reports whether fields of a struct may be lost because something in it does
// not parse, and not in a struct of its own.
func (r *reader) isBroken(file *syntax.File, x *ast.StructLit) bool {
	span := file.Span(x)
	for _, p := range file.Problems {
		if p.Extent == syntax.InFile {
			return true
		}
		if p.Extent == syntax.InField || !x.Lbrace.IsValid() || !span.Covers(p.Span) {
			continue
		}
		inner := slices.ContainsFunc(x.Elts, func(d ast.Decl) bool {
			f, ok := d.(*ast.Field)
			return ok && f.Value != nil && holdsFields(f.Value, true) && file.Span(f.Value).Covers(p.Span)
		})
		if !inner {
			return true
		}
	}
	return false
}

// register notes the paths of a struct's fields, before any of them is read: each may
// refer to the others.
func (r *reader) register(decls []ast.Decl) {
	if r.paths == nil {
		return
	}
	for _, d := range decls {
		if f, ok := d.(*ast.Field); ok {
			if label, ok := syntax.LabelName(f.Label); ok && !isHelper(f.Label, label) {
				r.registerField(f, r.at.Child(label))
			}
		}
	}
}

// registerField notes the path of a field by all that a name for it may lead to.
func (r *reader) registerField(f *ast.Field, at Path) {
	if f.Value == nil {
		return
	}
	nodes := []ast.Node{f.Value, f} // f as in X="a-b": …
	if alias, ok := f.Label.(*ast.Alias); ok {
		nodes = append(nodes, alias)
	}
	if alias, ok := f.Value.(*ast.Alias); ok { // a: X={…}
		nodes = append(nodes, alias.Expr)
	}
	for _, n := range nodes {
		if was, ok := r.paths[n]; ok && r.onlyPaths && !slices.Equal(was, at) {
			if r.more == nil {
				r.more = make(map[ast.Node][]Path)
			}
			r.more[n] = append(r.more[n], was)
		}
		r.paths[n] = at
	}
}

// comprehension reads fields that are there only under a condition, or once for each
// element of something.
func (r *reader) comprehension(file *syntax.File, x *ast.Comprehension, s *StructShape) {
	clause := &Clause{}
	for _, c := range x.Clauses {
		condition, ok := c.(*ast.IfClause)
		if !ok {
			r.loop(file, x, s)
			return
		}
		clause.Conditions = append(clause.Conditions, r.read(file, condition.Condition))
	}
	body, ok := x.Value.(*ast.StructLit)
	if !ok || slices.ContainsFunc(clause.Conditions, (*Shape).unknowable) {
		s.Unread = true
		return
	}
	var embedded *Shape
	if clause.Body, embedded = r.structLit(file, body.Elts); embedded != nil {
		s.Unread = true
		return
	}
	s.Clauses = append(s.Clauses, clause)
}

func (r *reader) loop(file *syntax.File, x *ast.Comprehension, s *StructShape) {
	c := &Computed{asker: r.asker, origin: Origin{file, file.Span(x)}}
	c.pieces = append(c.pieces, piece{text: "{"})
	bounded := isBounded(x)
	if !r.takes(bounded) || !r.take(c, file, x) {
		s.Unread = true
		return
	}
	c.pieces = append(c.pieces, piece{text: "}"})
	if c.isConstant() {
		made := r.constant(c, bounded)
		if made == nil || made.StructShape() == nil {
			s.Unread = true
			return
		}
		*s = *meetStructs(s, made.StructShape())
		return
	}
	s.Clauses = append(s.Clauses, &Clause{Loop: &Shape{Alts: []*Alt{{Kinds: Struct, Unread: true, Computed: []*Computed{c}, Origin: c.origin}}}})
}

func isHelper(label ast.Label, name string) bool {
	if alias, ok := label.(*ast.Alias); ok {
		if l, ok := alias.Expr.(ast.Label); ok {
			label = l
		}
	}
	_, isIdent := label.(*ast.Ident)
	return isIdent && (strings.HasPrefix(name, "_") || strings.HasPrefix(name, "#"))
}

// pattern reads [string]: T.
func (r *reader) pattern(file *syntax.File, f *ast.Field, s *StructShape) {
	list, ok := f.Label.(*ast.ListLit)
	if !ok || len(list.Elts) != 1 {
		r.computedLabel(file, f, s)
		return
	}
	label := list.Elts[0]
	if alias, ok := label.(*ast.Alias); ok { // [Name=string]
		if r.labels == nil {
			r.labels = make(map[ast.Node]int)
		}
		for _, n := range []ast.Node{alias, alias.Expr, f} {
			r.labels[n] = len(r.at)
		}
		label = alias.Expr
	}
	s.Patterns = append(s.Patterns, Pattern{Label: r.read(file, label), Shape: r.readAt(file, f.Value, r.at.Child(wild))})
}

// computedLabel reads a field of which an expression gives the label: "\(x)-y": 1, (x): 1.
func (r *reader) computedLabel(file *syntax.File, f *ast.Field, s *StructShape) {
	var label *Shape
	switch x := f.Label.(type) {
	case *ast.Interpolation:
		label = r.read(file, x)
	case *ast.ParenExpr:
		label = r.read(file, x.X)
	default:
		s.Unread = true
		return
	}
	field := r.field(file, f, "", r.at.Child(wild))
	switch v := label.Concrete(); {
	case v != nil && v.Kind == String:
		field.Label = v.Text
		*s = *meetStructs(s, &StructShape{Fields: []*FieldShape{field}})
	case label.isComputed():
		s.Clauses = append(s.Clauses, &Clause{Label: label, Body: &StructShape{Fields: []*FieldShape{field}}})
	default:
		s.Unread = true
	}
}

func (r *reader) listLit(file *syntax.File, x *ast.ListLit, origin Origin) *Shape {
	list := &ListShape{}
	for _, e := range x.Elts {
		switch e := e.(type) {
		case *ast.Ellipsis:
			list.Rest = r.readAt(file, e.Type, r.at.Child(wild))
		case *ast.Comprehension:
			return r.compute(file, x, List, origin)
		default:
			list.Items = append(list.Items, r.readAt(file, e, r.at.Child(IndexLabel(len(list.Items)))))
		}
	}
	return &Shape{Alts: []*Alt{{Kinds: List, List: list, Origin: origin}}}
}
