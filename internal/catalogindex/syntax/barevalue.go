package syntax

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// takeBareValues takes the texts, numbers and the like away that stand among fields, and says
// so. To CUE the struct is that value too, and so nothing; to a person who writes "cost-center"
// it is a label that has no colon yet.
func (f *File) takeBareValues() {
	var found []Problem
	take := func(decls []ast.Decl) []ast.Decl {
		if !slices.ContainsFunc(decls, isBareValue) {
			return decls
		}
		amongFields := slices.ContainsFunc(decls, isRegularField)
		return slices.DeleteFunc(decls, func(d ast.Decl) bool {
			if !isBareValue(d) {
				return false
			}
			switch span := f.Span(d); {
			case f.widen(span): // one cause, one problem; but what it was to be is lost
			case !amongFields:
				return false
			case span.Len() > 0 && !f.reportedOn(span):
				found = append(found, Problem{
					Span:    span,
					Message: "This stands among fields without a label: if it is to be a field, write a colon behind it, and a value; else remove it.",
				})
			}
			return true
		})
	}
	f.AST().Decls = take(f.AST().Decls)
	ast.Walk(f.AST(), func(n ast.Node) bool {
		if s, ok := n.(*ast.StructLit); ok {
			s.Elts = take(s.Elts)
		}
		return true
	}, nil)
	if len(found) == 0 {
		return
	}
	f.Problems = append(f.Problems, found...)
	slices.SortStableFunc(f.Problems, func(a, b Problem) int { return a.Span.Compare(b.Span) })
	f.Problems = f.Problems[:min(len(f.Problems), maxProblems)]
}

// widen makes the problems in a span such that fields around may be lost by them. It returns
// false if there are none.
func (f *File) widen(span text.Span) bool {
	found := false
	for i, p := range f.Problems {
		if span.Len() > 0 && span.Covers(p.Span) {
			found = true
			if p.Extent == InField {
				f.Problems[i].Extent = InStruct
			}
		}
	}
	return found
}

// isBareValue reports whether a declaration is a text, a number, true, false or null.
func isBareValue(d ast.Decl) bool {
	embed, ok := d.(*ast.EmbedDecl)
	if !ok {
		return false
	}
	switch embed.Expr.(type) {
	case *ast.BasicLit, *ast.Interpolation:
		return true
	}
	return false
}

// isRegularField reports whether a declaration makes of the struct around it one that can be
// nothing else: a field that is there, and no helper.
func isRegularField(d ast.Decl) bool {
	field, ok := d.(*ast.Field)
	if !ok || field.Constraint == token.OPTION {
		return false
	}
	ident, isIdent := field.Label.(*ast.Ident)
	name, ok := LabelName(field.Label)
	return ok && name != "" && !(isIdent && (ident.Name[0] == '#' || ident.Name[0] == '_'))
}
