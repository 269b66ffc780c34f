package release

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// isOwn reports whether a place is in a part of the document that no other one shares.
func isOwn(d *catalogindex.Document, file *syntax.File, span text.Span) bool {
	return slices.ContainsFunc(d.OwnParts(), func(p catalogindex.Part) bool { return p.File == file && p.Span.Covers(span) })
}

// valueParts returns the struct literals that parts of a document write at a path in its
// values, in order.
func valueParts(parts []catalogindex.Part, d *catalogindex.Document, path cascade.Path) []catalogindex.Part {
	at := operandsOf(catalogindex.Fields(parts, d.ValuesLabel()))
	for _, label := range path {
		if i, ok := indexOf(label); ok {
			at = elements(at, i)
		} else {
			at = operandsOf(catalogindex.Fields(structs(at), label))
		}
	}
	return structs(at)
}

func operandsOf(fields []catalogindex.Field) []catalogindex.Operand {
	var out []catalogindex.Operand
	for _, f := range fields {
		out = append(out, catalogindex.Operands(f.File, f.Field.Value)...)
	}
	return out
}

// structs returns the struct literals among operands.
func structs(operands []catalogindex.Operand) []catalogindex.Part {
	var out []catalogindex.Part
	for _, o := range operands {
		if s, ok := o.Expr.(*ast.StructLit); ok {
			out = append(out, catalogindex.Part{File: o.File, Decls: s.Elts, Span: o.File.Span(s)})
		}
	}
	return out
}

// elements returns what the lists among operands hold at an index.
func elements(operands []catalogindex.Operand, i int) []catalogindex.Operand {
	var out []catalogindex.Operand
	for _, o := range operands {
		if l, ok := o.Expr.(*ast.ListLit); ok && i < len(l.Elts) {
			out = append(out, catalogindex.Operands(o.File, l.Elts[i])...)
		}
	}
	return out
}

// indexOf returns the index that the label of a list's element stands for.
func indexOf(label string) (int, bool) {
	inner, ok := strings.CutPrefix(label, "[")
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(strings.TrimSuffix(inner, "]"))
	return i, err == nil
}

// isLiteral reports whether a value is written out at a place, and not made from others.
func isLiteral(file *syntax.File, span text.Span) bool {
	expr, err := parser.ParseExpr("", file.Text.Slice(span))
	return err == nil && isLiteralExpr(expr)
}

func isLiteralExpr(expr ast.Expr) bool {
	switch x := expr.(type) {
	case *ast.BasicLit:
		return true
	case *ast.UnaryExpr:
		return (x.Op == token.SUB || x.Op == token.ADD) && isLiteralExpr(x.X)
	case *ast.ParenExpr:
		return isLiteralExpr(x.X)
	case *ast.ListLit:
		return !slices.ContainsFunc(x.Elts, func(e ast.Expr) bool { return !isLiteralExpr(e) })
	case *ast.StructLit:
		return !slices.ContainsFunc(x.Elts, func(d ast.Decl) bool {
			f, ok := d.(*ast.Field)
			if ok {
				_, ok = syntax.LabelName(f.Label)
			}
			return !ok || !isLiteralExpr(f.Value)
		})
	}
	return false
}

// valuesField returns the field that holds a release's values, that in the file of its mark
// before others; ok is false if there is none.
func valuesField(d *catalogindex.Document) (f catalogindex.Field, ok bool) {
	all := catalogindex.Fields(d.Parts(), d.ValuesLabel())
	if i := slices.IndexFunc(all, func(f catalogindex.Field) bool { return f.File == d.File }); i >= 0 {
		return all[i], true
	}
	if len(all) == 0 {
		return f, false
	}
	return all[0], true
}

// surrounding returns the innermost struct around a path that the release writes, and how
// many labels lead to it; its values if it writes none. ok is false if it has no values.
func surrounding(r *rule.Resolved, n *cascade.Node) (file *syntax.File, label, value text.Span, depth int, ok bool) {
	for at := n.Parent; at != nil && at.Parent != nil; at = at.Parent {
		if d, ok := own(r, at); ok {
			return d.File, d.Label, d.Value, len(at.Path), true
		}
	}
	f, ok := valuesField(r.Document)
	if !ok || f.Field.Value == nil {
		return nil, label, value, 0, false
	}
	return f.File, f.Label(), f.File.Span(f.Field.Value), 0, true
}
