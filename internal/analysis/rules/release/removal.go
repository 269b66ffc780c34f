package release

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// removal returns a fix that takes a whole field away.
func removal(file *syntax.File, field text.Span, title string) []rule.Fix {
	return []rule.Fix{{Title: title, Edits: []rule.Edit{edit.RemoveField(file, field)}}}
}

// removalOfAll returns a fix that takes away all that a release writes of a value; none for
// an element of a list.
func removalOfAll(decls []cascade.Decl, title string) []rule.Fix {
	fix := rule.Fix{Title: title}
	for _, d := range decls {
		if d.Field == d.Value { // it has no label
			return nil
		}
		fix.Edits = append(fix.Edits, edit.RemoveField(d.File, d.Field))
	}
	return []rule.Fix{fix}
}

// removalOfPart returns a fix that takes away a field which is no value: with it goes what
// would be empty without it, as in #module: catalog.#Module & {components: …}.
func removalOfPart(f catalogindex.Field, title string) []rule.Fix {
	at := f.Field
	var around []ast.Node // innermost last
	var found []ast.Node  // those around the field
	ast.Walk(f.File.AST(), func(n ast.Node) bool {
		if n == at {
			found = slices.Clone(around)
		}
		around = append(around, n)
		return found == nil
	}, func(ast.Node) { around = around[:len(around)-1] })
	for len(found) > 1 {
		s, ok := found[len(found)-1].(*ast.StructLit)
		if !ok || len(s.Elts) > 1 || !s.Lbrace.IsValid() && len(found) < 3 {
			break
		}
		switch outer := found[len(found)-2].(type) {
		case *ast.Field:
			at = outer
			found = found[:len(found)-2]
			continue
		case *ast.BinaryExpr:
			if outer.Op == token.AND {
				rest := outer.X
				if rest == ast.Expr(s) {
					rest = outer.Y
				}
				return []rule.Fix{{Title: title, Edits: []rule.Edit{edit.Replace(f.File, f.File.Span(outer), f.File.Source(rest))}}}
			}
		}
		break
	}
	return removal(f.File, f.File.Span(at), title)
}

// fieldAt returns the field whose whole is a span, or nil.
func fieldAt(file *syntax.File, span text.Span) *ast.Field {
	var found *ast.Field
	ast.Walk(file.AST(), func(n ast.Node) bool {
		if f, ok := n.(*ast.Field); ok && found == nil && file.Span(f) == span {
			found = f
		}
		return found == nil
	}, nil)
	return found
}
