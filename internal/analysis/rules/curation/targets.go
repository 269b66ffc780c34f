package curation

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// appliesTo is the field of a scope that says which components it governs.
const appliesTo = "appliesTo"

// everything is what stands in appliesTo for all components.
const everything = "*"

// targets are what a scope applies to, as far as it can be read.
type targets struct {
	known bool     // it is all of these and nothing else
	all   bool     // every component
	names []string // of components, sorted
	wrong []wrongTarget
}

// A wrongTarget is something in appliesTo that is no component.
type wrongTarget struct {
	file   *syntax.File
	span   text.Span // what is wrong
	whole  text.Span // what is to be replaced by what is meant
	kind   wrongKind
	name   string // of the component that it means, as far as it says one
	base   string // what stands before the name, such as components; "" if it is no reference
	inList bool
}

type wrongKind int

const (
	noComponent wrongKind = iota // a reference to a component that is not there
	aField                       // a reference into a component
	aString                      // a string other than "*"
	aScalar                      // any other scalar
	anEmptyList
)

// targets reads what a scope applies to. The slot is that of the components.
func (s *slot) targets(scope member) targets {
	t := targets{known: true}
	fields := catalogindex.Fields(scope.Parts, appliesTo)
	if len(fields) == 0 {
		return targets{}
	}
	for _, f := range fields {
		if f.Field.Value == nil || !cascade.IsMended(f.File, f.File.Span(f.Field)) {
			return targets{} // somebody is typing it
		}
		for _, o := range catalogindex.Operands(f.File, f.Field.Value) {
			s.readTarget(&t, o.File, o.Expr)
		}
	}
	slices.Sort(t.names)
	t.names = slices.Compact(t.names)
	return t
}

func (s *slot) readTarget(t *targets, file *syntax.File, expr ast.Expr) {
	switch x := expr.(type) {
	case *ast.BasicLit:
		name, isString := unquoted(x)
		switch {
		case isString && name == everything:
			t.all = true
		case isString:
			t.wrong = append(t.wrong, wrongTarget{file: file, span: file.Span(x), whole: file.Span(x), kind: aString, name: name})
		default:
			t.wrong = append(t.wrong, wrongTarget{file: file, span: file.Span(x), whole: file.Span(x), kind: aScalar})
		}
	case *ast.ListLit:
		if len(x.Elts) == 0 {
			t.wrong = append(t.wrong, wrongTarget{file: file, span: file.Span(x), whole: file.Span(x), kind: anEmptyList})
		}
		for _, e := range x.Elts {
			s.readElement(t, file, x, e)
		}
	default:
		t.known = false
	}
}

func (s *slot) readElement(t *targets, file *syntax.File, list *ast.ListLit, e ast.Expr) {
	if loop, ok := e.(*ast.Comprehension); ok {
		each, ok := loop.Clauses[0].(*ast.ForClause)
		if ok && len(loop.Clauses) == 1 && (s.isSlotBelow(file, each.Source) || s.isOwnSlot(each.Source)) {
			t.all = true
		} else {
			t.known = false // only some of them, and nobody can say which
		}
		return
	}
	if x, ok := e.(*ast.BasicLit); ok {
		name, isString := unquoted(x)
		wrong := wrongTarget{file: file, span: file.Span(x), whole: file.Span(x), kind: aScalar, name: name, inList: true}
		if isString {
			wrong.kind = aString
		}
		if name == everything {
			wrong.whole = file.Span(list)
		}
		t.wrong = append(t.wrong, wrong)
		return
	}
	name, members, rest, ok := s.reference(file, e)
	if !ok {
		t.known = false
		return
	}
	wrong := wrongTarget{file: file, span: file.Span(e), whole: file.Span(e), name: name, base: baseOf(file, e, rest+1), inList: true}
	switch {
	case find(members, name) == nil:
		if !s.belowWhole || !s.ownWhole {
			t.known = false
			return
		}
		wrong.kind = noComponent
		t.wrong = append(t.wrong, wrong)
	case rest > 0:
		wrong.kind = aField
		t.wrong = append(t.wrong, wrong)
	default:
		t.names = append(t.names, name)
	}
}

// baseOf returns the text of a selector without its last names.
func baseOf(file *syntax.File, expr ast.Expr, without int) string {
	for range without {
		switch x := expr.(type) {
		case *ast.SelectorExpr:
			expr = x.X
		case *ast.IndexExpr:
			expr = x.X
		default:
			return ""
		}
	}
	return file.Source(expr)
}

// reference returns the component that an expression selects, of which members it is to
// be one, and how many fields further it goes.
func (s *slot) reference(file *syntax.File, expr ast.Expr) (name string, members []member, rest int, ok bool) {
	if names, isBelow := s.pathBelow(file, expr); isBelow {
		if len(names) < 2 || names[0] != s.labelBelow() {
			return "", nil, 0, false
		}
		return names[1], s.below, len(names) - 2, true
	}
	names := catalogindex.SelectorNames(withoutLets(expr))
	if path := s.Document.Path; len(path) > 0 && len(names) > len(path) && slices.Equal(names[:len(path)], path) {
		names = names[len(path):]
	}
	if len(names) < 2 || names[0] != s.label || len(catalogindex.Fields(s.Document.Parts(), s.label)) == 0 {
		return "", nil, 0, false // nothing has that name
	}
	return names[1], slices.Concat(s.own, s.below), len(names) - 2, true
}

// isOwnSlot reports whether an expression is the document's own slot, such as components.
func (s *slot) isOwnSlot(expr ast.Expr) bool {
	names := catalogindex.SelectorNames(withoutLets(expr))
	return len(names) > 0 && names[len(names)-1] == s.label &&
		(len(names) == 1 || slices.Equal(names[:len(names)-1], s.Document.Path))
}

func unquoted(x *ast.BasicLit) (s string, ok bool) {
	if x.Kind != token.STRING {
		return "", false
	}
	s, err := literal.Unquote(x.Value)
	return s, err == nil
}

// governs reports whether the scope surely applies to a component.
func (t targets) governs(component string) bool {
	return t.all || slices.Contains(t.names, component)
}
