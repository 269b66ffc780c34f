package cue

import (
	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A use is one place at which a file reads a name.
type use struct {
	file  *syntax.File
	ident *ast.Ident
	expr  ast.Expr // with the selectors behind the name: strings.MinRunes
	names []string // of expr
	// alone says that it stands where the label of a field could.
	alone bool
	// target says that it stands in the list of components that a scope applies to.
	target bool
}

func (u use) name() string { return u.ident.Name }

func (u use) span() text.Span { return u.file.Span(u.ident) }

// label returns where the i-th of the use's names stands, from 0.
func (u use) label(i int) text.Span {
	expr := u.expr
	for at := len(u.names) - 1; at > i; at-- {
		switch x := expr.(type) {
		case *ast.SelectorExpr:
			expr = x.X
		case *ast.IndexExpr:
			expr = x.X
		}
	}
	switch x := expr.(type) {
	case *ast.SelectorExpr:
		return u.file.Span(x.Sel)
	case *ast.IndexExpr:
		return u.file.Span(x.Index)
	}
	return u.file.Span(expr)
}

// readsDefinition reports whether a definition follows the name, as in traits.#Container:
// then the name is meant to be that of an import.
func (u use) readsDefinition() bool {
	return len(u.names) > 1 && u.names[1] != "" && u.names[1][0] == '#'
}

// usesOf returns every place at which a file reads a name, in order. Labels, what stands
// behind a dot, and the names that a clause binds are no such places.
func usesOf(f *syntax.File) []use {
	w := &useWalk{file: f}
	w.walk(f.AST())
	return w.found
}

type useWalk struct {
	file   *syntax.File
	target bool
	alone  *ast.Ident // stands where a field could
	found  []use
}

func (w *useWalk) walk(n ast.Node) { ast.Walk(n, w.visit, nil) }

func (w *useWalk) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Package, *ast.ImportDecl, *ast.Attribute:
		return false
	case *ast.Field:
		w.label(n.Label)
		around := w.target
		if name, _ := syntax.LabelName(n.Label); name == targetField {
			w.target = true
		}
		if n.Value != nil {
			w.walk(n.Value)
		}
		w.target = around
		return false
	case *ast.LetClause:
		w.walk(n.Expr)
		return false
	case *ast.Alias:
		w.walk(n.Expr)
		return false
	case *ast.ForClause:
		w.walk(n.Source)
		return false
	case *ast.TryClause:
		if n.Ident != nil {
			w.walk(n.Expr)
			return false
		}
	case *ast.EmbedDecl:
		w.alone = nil
		switch x := n.Expr.(type) {
		case *ast.Ident:
			w.alone = x
		case *ast.IndexExpr: // ports [80]
			w.alone, _ = x.X.(*ast.Ident)
		}
	case *ast.SelectorExpr:
		if !w.add(firstOf(n), n) {
			w.walk(n.X)
		}
		return false
	case *ast.IndexExpr:
		return !w.add(firstOf(n), n)
	case *ast.Ident:
		w.add(n, n)
	}
	return true
}

// label looks at what a label computes.
func (w *useWalk) label(l ast.Label) {
	if alias, ok := l.(*ast.Alias); ok {
		if l, ok = alias.Expr.(ast.Label); !ok {
			return
		}
	}
	switch l.(type) {
	case *ast.ListLit, *ast.ParenExpr, *ast.Interpolation:
		w.walk(l)
	}
}

// add notes a use, unless the selectors are not plain names: in a[i].b only a is one.
func (w *useWalk) add(ident *ast.Ident, expr ast.Expr) bool {
	names := catalogindex.SelectorNames(expr)
	if ident == nil || names == nil {
		return false
	}
	if ident.Name != "_" {
		w.found = append(w.found, use{file: w.file, ident: ident, expr: expr, names: names, alone: ident == w.alone, target: w.target})
	}
	return true
}

func firstOf(expr ast.Expr) *ast.Ident {
	for {
		switch x := expr.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			expr = x.X
		case *ast.IndexExpr:
			expr = x.X
		default:
			return nil
		}
	}
}
