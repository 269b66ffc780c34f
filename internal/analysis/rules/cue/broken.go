package cue

import (
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A brokenFile says where what was parsed of a file may not be what its author means,
// because something there does not parse.
type brokenFile struct {
	whole   bool        // anywhere, and in the other files of the package too
	imports bool        // among the imports, so that one may be lost
	spans   []text.Span // only there
}

func (b brokenFile) covers(span text.Span) bool {
	return b.whole || slices.ContainsFunc(b.spans, func(s text.Span) bool { return s.Start <= span.Start && span.Start <= s.End })
}

// brokenIn returns where a file is broken: on the line of a problem, in the field whose
// value it is in, or, where fields may be lost, in the struct around it.
func brokenIn(f *syntax.File) brokenFile {
	var b brokenFile
	var problems []syntax.Problem // of those it is not clear what was meant
	for _, p := range f.Problems {
		if p.Replacement != "" && !startsString(f.Text.Slice(p.Span)) {
			continue
		}
		problems = append(problems, p)
		first, last := f.Text.Line(f.Text.LineOf(p.Span.Start)), f.Text.Line(f.Text.LineOf(p.Span.End))
		b.spans = append(b.spans, text.Span{Start: first.Start, End: last.End})
		b.whole = b.whole || p.Extent == syntax.InFile
	}
	if len(problems) == 0 || b.whole {
		return b
	}
	b.imports = problems[0].Span.Start < bodyOf(f, b)
	for i, around := range innermost(f, problems) {
		switch {
		case around != text.Span{}:
			b.spans = append(b.spans, around)
		case problems[i].Extent == syntax.InStruct: // it is the root of the file
			b.whole = true
		}
	}
	return b
}

// bodyOf returns where a file begins that has its imports behind it: at the first
// declaration of something else that is not broken itself.
func bodyOf(f *syntax.File, b brokenFile) int {
	for _, d := range f.AST().Decls {
		switch d.(type) {
		case *ast.Package, *ast.ImportDecl, *ast.Attribute, *ast.CommentGroup, *ast.BadDecl:
			continue
		}
		if span := f.Span(d); !b.covers(span) {
			return span.Start
		}
	}
	return f.Text.Len()
}

// innermost returns for each problem the innermost struct around it, or the innermost field
// if only the value of that is broken; an empty span where there is none.
func innermost(f *syntax.File, problems []syntax.Problem) []text.Span {
	around := make([]text.Span, len(problems))
	ast.Walk(f.AST(), func(n ast.Node) bool {
		extent := syntax.InField
		switch n := n.(type) {
		case *ast.Field:
		case *ast.StructLit:
			if extent = syntax.InStruct; !n.Lbrace.IsValid() {
				return true
			}
		default:
			return true
		}
		span := f.Span(n)
		for i, p := range problems {
			if p.Extent == extent && span.Covers(p.Span) {
				around[i] = span
			}
		}
		return true
	}, nil)
	return around
}

// isBroken reports whether some file of a package is, so that a name which it defines may
// be lost.
func isBroken(p *catalogindex.Package) bool {
	return slices.ContainsFunc(p.Files, func(f *syntax.File) bool { return brokenIn(f).whole })
}
