package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A FoldKind says what is folded away.
type FoldKind int

// The kinds of fold.
const (
	CodeFold FoldKind = iota
	CommentFold
	ImportsFold
)

// A Fold is text of several lines that may be hidden. What is in front of Inside and behind
// it, such as the brackets, stays.
type Fold struct {
	Kind   FoldKind
	Inside text.Span
	// Closed says that what closes the fold stands behind Inside, so that its line is worth
	// seeing.
	Closed bool
}

// Folds returns what may be folded in a file, by where it begins, the larger one first:
// structs, lists, imports, groups of comments and strings of several lines.
func (s *Snapshot) Folds(path string) []Fold {
	file := s.index.File(path)
	if file == nil {
		return nil
	}
	f := folder{file: file}
	ast.Walk(file.AST(), f.node, nil)
	f.imports()
	f.comments()
	out := slices.DeleteFunc(f.folds, func(fold Fold) bool {
		return file.Text.LineOf(fold.Inside.Start) >= file.Text.LineOf(fold.Inside.End)
	})
	slices.SortStableFunc(out, func(a, b Fold) int {
		if a.Inside.Start != b.Inside.Start {
			return a.Inside.Start - b.Inside.Start
		}
		return b.Inside.End - a.Inside.End
	})
	return slices.CompactFunc(out, func(a, b Fold) bool { return a.Inside == b.Inside })
}

type folder struct {
	file    *syntax.File
	folds   []Fold
	strings []text.Span // in which nothing is a comment
}

func (f *folder) node(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.CommentGroup:
		return false
	case *ast.StructLit:
		if x.Lbrace.IsValid() {
			f.bracketed(f.file.Span(x), "{", "}")
		}
	case *ast.ListLit:
		f.bracketed(f.file.Span(x), "[", "]")
	case *ast.CallExpr:
		span := f.file.Span(x)
		span.Start = max(span.Start, f.file.Span(x.Fun).End)
		f.bracketed(span, "(", ")")
	case *ast.ParenExpr:
		f.bracketed(f.file.Span(x), "(", ")")
	case *ast.BasicLit:
		f.literal(f.file.Span(x))
	case *ast.Interpolation:
		f.literal(f.file.Span(x))
		return false // its pieces are no literals of their own
	}
	return true
}

// bracketed folds what is between two brackets. One that is not written yet takes the end
// of the text before it for its place.
func (f *folder) bracketed(span text.Span, open, closing string) {
	source := f.file.Text.Slice(span)
	if !strings.HasPrefix(source, open) {
		return
	}
	fold := Fold{Inside: text.Span{Start: span.Start + len(open), End: span.End}}
	if strings.HasSuffix(source, closing) {
		fold.Inside.End, fold.Closed = span.End-len(closing), true
	}
	f.folds = append(f.folds, fold)
}

// literal folds a string of several lines, behind the line of its quotes.
func (f *folder) literal(span text.Span) {
	source := f.file.Text.Slice(span)
	first := strings.IndexAny(source, "\n\r")
	if first < 0 {
		return
	}
	f.strings = append(f.strings, span)
	last := strings.LastIndexAny(source, "\n\r")
	f.folds = append(f.folds, Fold{
		Inside: text.Span{Start: span.Start + first, End: span.Start + last + 1},
		Closed: true,
	})
}

// imports folds each import with parentheses, and several imports in a row.
func (f *folder) imports() {
	var row text.Span
	count := 0
	flush := func() {
		if count > 1 {
			start := row.Start + len("import")
			f.folds = append(f.folds, Fold{Kind: ImportsFold, Inside: text.Span{Start: min(start, row.End), End: row.End}})
		}
		count = 0
	}
	for _, d := range f.file.AST().Decls {
		imports, ok := d.(*ast.ImportDecl)
		if !ok {
			flush()
			continue
		}
		span := f.file.Span(imports)
		if at := strings.IndexByte(f.file.Text.Slice(span), '('); at >= 0 && imports.Lparen.IsValid() {
			flush()
			fold := Fold{Kind: ImportsFold, Inside: text.Span{Start: span.Start + at + 1, End: span.End}}
			if strings.HasSuffix(f.file.Text.Slice(span), ")") {
				fold.Inside.End, fold.Closed = span.End-1, true
			}
			f.folds = append(f.folds, fold)
			continue
		}
		if count == 0 {
			row = span
		}
		row = hull(row, span)
		count++
	}
	flush()
}

// comments folds comments on lines of their own that follow each other.
func (f *folder) comments() {
	t := f.file.Text
	first := -1
	flush := func(next int) {
		if first >= 0 && next-first > 1 {
			f.folds = append(f.folds, Fold{Kind: CommentFold, Inside: text.Span{Start: t.Line(first).End, End: t.Line(next - 1).End}})
		}
		first = -1
	}
	for line := range t.LineCount() {
		span := t.Line(line)
		trimmed := strings.TrimLeft(t.Slice(span), " \t\ufeff")
		start := span.End - len(trimmed)
		inString := slices.ContainsFunc(f.strings, func(s text.Span) bool { return s.Start < start && start < s.End })
		if !strings.HasPrefix(trimmed, "//") || inString {
			flush(line)
		} else if first < 0 {
			first = line
		}
	}
	flush(t.LineCount())
}
