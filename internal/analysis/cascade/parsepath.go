package cascade

import (
	"fmt"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// ParsePath reads a path as people write it: image.tag, labels."a-b" or hosts[0]. A leading
// "values." does not matter. Its error has a sentence for people.
func ParsePath(s string) (Path, error) {
	s = strings.TrimPrefix(s, "values.")
	expr, err := parser.ParseExpr("path", s)
	if err == nil {
		if path := pathOf(expr); path != nil {
			return path, nil
		}
	}
	return nil, fmt.Errorf("%q is no path of a value: write it as image.tag, labels.\"a-b\" or volumes[0].name", s)
}

// pathOf returns the path that an expression selects: names, and elements of lists, in
// any order; nil if it selects none.
func pathOf(expr ast.Expr) Path {
	switch x := expr.(type) {
	case *ast.Ident:
		return Path{x.Name}
	case *ast.BasicLit: // "a-b".c
		if name, ok := syntax.LabelName(x); ok {
			return Path{name}
		}
	case *ast.SelectorExpr:
		if name, ok := syntax.LabelName(x.Sel); ok {
			return below(pathOf(x.X), name)
		}
	case *ast.IndexExpr:
		i, ok := x.Index.(*ast.BasicLit)
		if !ok {
			return nil
		}
		if name, ok := syntax.LabelName(i); ok { // labels["a-b"]
			return below(pathOf(x.X), name)
		}
		if n, err := strconv.Atoi(i.Value); err == nil {
			return below(pathOf(x.X), IndexLabel(n))
		}
	}
	return nil
}

// below returns the path of a label in a struct or list, nil if that has none.
func below(path Path, label string) Path {
	if path == nil {
		return nil
	}
	return path.Child(label)
}
