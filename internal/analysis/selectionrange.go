package analysis

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// Selections returns what a growing selection takes in around a byte offset, the smallest
// first, each within the next and smaller than it: the word, the text between quotes, the
// value, the field, the field with its comment, what is in the struct around it, the struct,
// and so on up to the whole file.
func (s *Snapshot) Selections(path string, offset int) []text.Span {
	file := s.index.File(path)
	if file == nil {
		return nil
	}
	offset = min(max(offset, 0), file.Text.Len())
	var found []text.Span
	add := func(span text.Span) {
		if span.Contains(offset) && span.Len() > 0 {
			found = append(found, span)
		}
	}
	add(wordAt(file.Text, offset))
	for _, n := range slices.Backward(nodesAt(file, offset)) {
		span := file.Span(n)
		switch x := n.(type) {
		case *ast.File:
			continue
		case *ast.BasicLit, *ast.Interpolation:
			add(betweenQuotes(file, span))
		case *ast.StructLit:
			add(betweenBrackets(file, span, "{", "}"))
		case *ast.ListLit:
			add(betweenBrackets(file, span, "[", "]"))
		case *ast.Field:
			add(span)
			span = withComments(file, x, span)
		}
		add(span)
	}
	for _, c := range commentsAround(file, offset) {
		add(c)
	}
	return append(nested(found, file.Text.Len()), text.Span{End: file.Text.Len()})
}

// nested returns spans in order of their size, without those that are not within the next
// larger one, or as large as the whole text.
func nested(spans []text.Span, whole int) []text.Span {
	slices.SortStableFunc(spans, func(a, b text.Span) int { return a.Len() - b.Len() })
	var out []text.Span
	for _, span := range spans {
		if span.Len() >= whole {
			continue
		}
		if last := len(out) - 1; last < 0 || span.Covers(out[last]) && span.Len() > out[last].Len() {
			out = append(out, span)
		}
	}
	return out
}

// wordAt returns the letters, digits and underscores around an offset.
func wordAt(t *text.Text, offset int) text.Span {
	content := t.Content()
	span := text.Span{Start: offset, End: offset}
	for span.Start > 0 {
		r, size := utf8.DecodeLastRuneInString(content[:span.Start])
		if !isWord(r) {
			break
		}
		span.Start -= size
	}
	for span.End < len(content) {
		r, size := utf8.DecodeRuneInString(content[span.End:])
		if !isWord(r) {
			break
		}
		span.End += size
	}
	return span
}

func isWord(r rune) bool {
	return r == '_' || r == '#' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// betweenQuotes returns what a string's quotes enclose, whichever they are.
func betweenQuotes(file *syntax.File, span text.Span) text.Span {
	source := file.Text.Slice(span)
	open := strings.TrimLeft(source, "#")
	hashes := len(source) - len(open)
	for _, quote := range []string{`"""`, "'''", `"`, "'"} {
		closing := quote + strings.Repeat("#", hashes)
		if strings.HasPrefix(open, quote) && strings.HasSuffix(open, closing) && len(open) >= len(quote)+len(closing) {
			return text.Span{Start: span.Start + hashes + len(quote), End: span.End - len(closing)}
		}
	}
	return span
}

// betweenBrackets returns what brackets enclose, without the blanks around it.
func betweenBrackets(file *syntax.File, span text.Span, open, closing string) text.Span {
	source := file.Text.Slice(span)
	if !strings.HasPrefix(source, open) || !strings.HasSuffix(source, closing) || len(source) < len(open)+len(closing) {
		return span
	}
	inside := source[len(open) : len(source)-len(closing)]
	start := span.Start + len(open) + len(inside) - len(strings.TrimLeft(inside, " \t\r\n"))
	return text.Span{Start: start, End: start + len(strings.TrimSpace(inside))}
}

// withComments returns the span of a field with the comments above it and behind it.
func withComments(file *syntax.File, field *ast.Field, span text.Span) text.Span {
	for _, c := range ast.Comments(field) {
		if at := file.Span(c); at.Len() > 0 && (c.Doc || c.Line) {
			span = hull(span, at)
		}
	}
	return span
}

// commentsAround returns the comment that an offset is in, the group that it belongs to, and
// what the group is about, as far as there are such.
func commentsAround(file *syntax.File, offset int) []text.Span {
	var out []text.Span
	var around []ast.Node
	ast.Walk(file.AST(), func(n ast.Node) bool {
		span := file.Span(n)
		switch x := n.(type) {
		case *ast.Comment:
			if span.Contains(offset) {
				said := strings.TrimLeft(strings.TrimPrefix(file.Text.Slice(span), "//"), " \t")
				out = append(out, text.Span{Start: span.End - len(said), End: span.End}, span)
			}
		case *ast.CommentGroup:
			if !span.Contains(offset) {
				return false
			}
			out = append(out, span)
			for _, parent := range around {
				if field, ok := parent.(*ast.Field); ok && (x.Doc || x.Line) {
					out = append(out, withComments(file, field, file.Span(field)))
					continue
				}
				if _, ok := parent.(*ast.File); !ok {
					out = append(out, file.Span(parent))
				}
			}
		}
		around = append(around, n)
		return true
	}, func(ast.Node) { around = around[:len(around)-1] })
	return out
}
