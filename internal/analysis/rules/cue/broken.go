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
	whole bool        // anywhere, and in the other files of the package too
	spans []text.Span // only there
}

func (b brokenFile) covers(span text.Span) bool {
	return b.whole || slices.ContainsFunc(b.spans, func(s text.Span) bool { return s.Start <= span.Start && span.Start <= s.End })
}

// brokenIn returns where a file is broken: on the line of a problem, in the field whose
// value it is in, or, where fields may be lost, in the struct around it.
func brokenIn(f *syntax.File) brokenFile {
	var b brokenFile
	for _, p := range f.Problems {
		if p.Replacement != "" {
			continue // it is clear what was meant
		}
		first, last := f.Text.Line(f.Text.LineOf(p.Span.Start)), f.Text.Line(f.Text.LineOf(p.Span.End))
		b.spans = append(b.spans, text.Span{Start: first.Start, End: last.End})
		switch p.Extent {
		case syntax.InFile:
			b.whole = true
		case syntax.InStruct:
			around, ok := innermost(f, p.Span, isStruct)
			b.whole = b.whole || !ok
			b.spans = append(b.spans, around)
		case syntax.InField:
			if around, ok := innermost(f, p.Span, isField); ok {
				b.spans = append(b.spans, around)
			}
		}
	}
	return b
}

func isStruct(n ast.Node) bool {
	s, ok := n.(*ast.StructLit)
	return ok && s.Lbrace.IsValid()
}

func isField(n ast.Node) bool {
	_, ok := n.(*ast.Field)
	return ok
}

// innermost returns the span of the innermost node of a kind around a span.
func innermost(f *syntax.File, span text.Span, is func(ast.Node) bool) (around text.Span, ok bool) {
	ast.Walk(f.AST, func(n ast.Node) bool {
		if is(n) {
			if s := f.Span(n); s.Covers(span) {
				around, ok = s, true
			}
		}
		return true
	}, nil)
	return around, ok
}

// isBroken reports whether some file of a package is, so that a name which it defines may
// be lost.
func isBroken(p *catalogindex.Package) bool {
	return slices.ContainsFunc(p.Files, func(f *syntax.File) bool { return brokenIn(f).whole })
}
