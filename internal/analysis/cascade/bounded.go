package cascade

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// CUE's evaluation cannot be stopped. So CUE is only asked for what surely ends soon and
// takes little room: nothing that makes more than it is given, and no choice between
// structs, which multiply. What is left out is unread.

// maxExpression is how many nodes of syntax an expression may have.
const maxExpression = 500

// multiplying names what can make much of little.
var multiplying = []string{
	"list.Range", "list.Repeat", "list.FlattenN", "list.Concat", "strings.Repeat",
	"and", "or", "matchN", "matchIf",
}

// isBounded reports whether CUE may be asked to evaluate an expression.
func isBounded(expr ast.Node) bool {
	nodes, loops := 0, 0
	bounded := true
	ast.Walk(expr, func(n ast.Node) bool {
		nodes++
		switch n := n.(type) {
		case *ast.ForClause:
			loops++
		case *ast.CallExpr:
			names := catalogindex.SelectorNames(n.Fun)
			bounded = bounded && !slices.Contains(multiplying, joined(names))
		case *ast.BinaryExpr:
			bounded = bounded && (n.Op != token.OR || !holdsFields(n, false))
			bounded = bounded && (n.Op != token.MUL || !multiplies(n))
		}
		bounded = bounded && nodes <= maxExpression && loops <= 2
		return bounded
	}, nil)
	return bounded
}

func joined(names []string) string {
	switch len(names) {
	case 1:
		return names[0]
	case 2:
		return names[0] + "." + names[1]
	}
	return ""
}

// multiplies reports whether a product may be of a string or a list: 1000000000 * "x".
func multiplies(x *ast.BinaryExpr) bool {
	for _, side := range []ast.Expr{x.X, x.Y} {
		switch side := side.(type) {
		case *ast.ListLit, *ast.Interpolation:
			return true
		case *ast.BasicLit:
			if side.Kind == token.STRING {
				return true
			}
		}
	}
	return false
}
