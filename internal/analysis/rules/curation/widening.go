package curation

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// widening returns the fix that puts the definition's constraint in place of the Module's and
// keeps the Module's default; none if the text of the one means nothing where the other
// stands. What the Module fixed becomes its default.
func widening(n cascade.Narrowing) []rule.Fix {
	if len(n.After.Decls) != 1 || len(n.Before.Decls) != 1 {
		return nil
	}
	own, below := n.After.Decls[0], n.Before.Decls[0]
	if own.Label == own.Value || below.Label == below.Value { // an element of a list
		return nil
	}
	constraint, imports, ok := constraintText(below, n.Before.Shape, own.File)
	if !ok {
		return nil
	}
	fix := rule.Fix{Title: "Allow what the definition allows"}
	for _, path := range imports {
		fix.Edits = append(fix.Edits, edit.AddImport(own.File, path))
	}
	alternatives := edit.Alternatives(own.File, own.Value)
	isDefault := func(a edit.Alternative) bool { return a.Default }
	switch defaults := slices.ContainsFunc(alternatives, isDefault); {
	case len(alternatives) == 0:
		return nil
	case !defaults && len(alternatives) == 1 && isLiteral(alternatives[0].Expr):
		fix.Edits = append(fix.Edits, edit.Insert(own.File, own.Value.Start, constraint+" | *"))
	case !defaults:
		fix.Edits = append(fix.Edits, edit.Replace(own.File, own.Value, constraint))
	default:
		constraints := slices.DeleteFunc(slices.Clone(alternatives), isDefault)
		if len(constraints) == 0 {
			fix.Edits = append(fix.Edits, edit.Insert(own.File, own.Value.Start, constraint+" | "))
			break
		}
		span := constraints[0].Span
		span.End = constraints[len(constraints)-1].Span.End
		if slices.ContainsFunc(alternatives, func(a edit.Alternative) bool { return a.Default && span.Covers(a.Span) }) {
			return nil // the default stands between them
		}
		fix.Edits = append(fix.Edits, edit.Replace(own.File, span, constraint))
	}
	return []rule.Fix{fix}
}

func isLiteral(expr ast.Expr) bool {
	switch x := expr.(type) {
	case *ast.BasicLit:
		return true
	case *ast.UnaryExpr:
		return isLiteral(x.X)
	}
	return false
}

// constraintText returns what a declaration allows, its default mark left aside, as text that
// means the same in another file, once that imports some of CUE's own packages.
func constraintText(d cascade.Decl, shape *cascade.Shape, in *syntax.File) (constraint string, imports []string, ok bool) {
	if members := cascade.Members(shape); len(members) > 1 && !shape.Unread() { // the default is one of them
		var texts []string
		for _, m := range members {
			texts = append(texts, m.String())
		}
		if len(members) == 2 && members[0].Kind == cascade.Bool {
			texts = []string{"bool"}
		}
		return strings.Join(texts, " | "), nil, true
	}
	var texts []string
	for _, a := range edit.Alternatives(d.File, d.Value) {
		if a.Default {
			continue
		}
		needed, portable := means(a.Expr, d.File, in)
		if !portable {
			return "", nil, false
		}
		imports = append(imports, needed...)
		texts = append(texts, d.File.Text.Slice(a.Span))
	}
	slices.Sort(imports)
	return strings.Join(texts, " | "), slices.Compact(imports), len(texts) > 0
}

// means reports whether an expression of one file means the same in another one, and what that
// has to import for it. It may name CUE's own types and packages, nothing else.
func means(expr ast.Expr, from, in *syntax.File) (imports []string, ok bool) {
	ok = true
	ast.Walk(expr, func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.StructLit, *ast.Interpolation, *ast.Comprehension:
			ok = false
		case *ast.SelectorExpr:
			name, isIdent := x.X.(*ast.Ident)
			if !isIdent {
				ok = false
				return false
			}
			path := importedAs(from, name.Name)
			switch imported := importedAs(in, name.Name); {
			case path != name.Name || !catalogindex.IsBuiltin(path):
				ok = false
			case imported == "":
				imports = append(imports, path)
			case imported != path:
				ok = false
			}
			return false
		case *ast.Ident:
			ok = ok && cascade.IsPredeclared(x.Name)
		}
		return ok
	}, nil)
	return imports, ok
}

// importedAs returns the path that a file imports under a name, "" if it imports none.
func importedAs(file *syntax.File, name string) string {
	for _, imp := range file.Imports() {
		if imp.Name == name {
			return imp.Path
		}
	}
	return ""
}
