package edit

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// RemoveField returns the edit that takes away the field whose whole is the span, with
// the comments that belong to it. Of a chain a: b: c: 1 it takes what only leads to the
// field.
func RemoveField(file *syntax.File, field text.Span) rule.Edit {
	return removeDecl(file, wholeChain(file, field))
}

// wholeChain returns the span of the outermost field that holds nothing but the given
// one, in a chain a: b: c: 1 without braces.
func wholeChain(file *syntax.File, field text.Span) text.Span {
	c := chainFinder{file, field}
	if outermost := c.in(file.AST().Decls, nil); outermost != nil {
		return file.Span(outermost)
	}
	return field
}

// A chainFinder looks for a field, going down only where it stands: a file may have thousands,
// and all of them may be looked for.
type chainFinder struct {
	file  *syntax.File
	field text.Span
}

// in looks among declarations. chain is the fields around them, without a brace between.
func (c chainFinder) in(decls []ast.Decl, chain []*ast.Field) (outermost *ast.Field) {
	behind, _ := slices.BinarySearchFunc(decls, c.field.Start+1, func(d ast.Decl, at int) int { return c.file.Span(d).Start - at })
	if behind > 0 {
		outermost = c.below(decls[behind-1], chain)
	}
	if outermost != nil {
		return outermost
	}
	for _, d := range decls { // some exist by repair alone, and stand nowhere
		if outermost = c.below(d, chain); outermost != nil {
			return outermost
		}
	}
	return nil
}

func (c chainFinder) below(n ast.Node, chain []*ast.Field) (outermost *ast.Field) {
	span := c.file.Span(n)
	if !span.Covers(c.field) {
		return nil
	}
	switch n := n.(type) {
	case *ast.Field:
		chain = append(slices.Clip(chain), n)
		if span == c.field {
			return chain[0]
		}
		return c.below(n.Value, chain)
	case *ast.StructLit:
		if n.Lbrace.IsValid() || len(n.Elts) != 1 {
			chain = nil
		}
		return c.in(n.Elts, chain)
	}
	ast.Walk(n, func(inner ast.Node) bool {
		switch inner.(type) {
		case *ast.Field, *ast.StructLit:
			if outermost == nil {
				outermost = c.below(inner, nil)
			}
			return false
		}
		return outermost == nil
	}, nil)
	return outermost
}

// InsertField returns the edits that add a field, given as CUE without indentation, at
// the end of a struct literal. A struct without braces gets some.
func InsertField(part catalogindex.Part, field string) []rule.Edit {
	file := part.File
	content, source := file.Text.Content(), file.Text.Slice(part.Span)
	nl := NewLine(file)
	switch {
	case isRoot(part):
		return []rule.Edit{Insert(file, len(content), leadingNewLine(content, nl)+indented("", field, nl)+nl)}
	case !strings.HasPrefix(source, "{"):
		return withBraces(part, field, nl)
	case !strings.ContainsAny(source, "\r\n"):
		return []rule.Edit{behindOnLine(part, field, nl)}
	}
	last := lastField(part)
	if last == nil {
		at := part.Span.Start + len("{")
		return []rule.Edit{Insert(file, at, nl+indented(indentOf(file, part.Span.Start)+"\t", field, nl))}
	}
	at, indent := file.Span(last).End, fieldIndent(part)
	if endsLine(file, at) {
		at = file.Text.Line(file.Text.LineOf(at)).End
		return []rule.Edit{Insert(file, at, nl+indented(indent, field, nl))}
	}
	closing := nl + indentOf(file, part.Span.Start) // what closes the struct goes to a line of its own
	return []rule.Edit{Insert(file, at, nl+indented(indent, field, nl)+closing)}
}

// isRoot reports whether the part is the root of its file.
func isRoot(part catalogindex.Part) bool {
	root := part.File.AST().Decls
	return part.Span == text.Span{End: part.File.Text.Len()} && slices.Equal(part.Decls, root)
}

func leadingNewLine(content, nl string) string {
	if content == "" || strings.HasSuffix(content, "\n") {
		return ""
	}
	return nl
}

// withBraces puts braces around the only field of a struct, and another one beside it.
func withBraces(part catalogindex.Part, field, nl string) []rule.Edit {
	file, at := part.File, part.Span.End
	if endsLine(file, at) { // a comment there is the field's
		at = file.Text.Line(file.Text.LineOf(at)).End
	}
	indent := indentOf(file, part.Span.Start)
	return []rule.Edit{
		Insert(file, part.Span.Start, "{"+nl+indent+"\t"),
		Insert(file, at, nl+indented(indent+"\t", field, nl)+nl+indent+"}"),
	}
}

// behindOnLine adds a field to a struct that stands on one line.
func behindOnLine(part catalogindex.Part, field, nl string) rule.Edit {
	inner := strings.TrimSuffix(part.File.Text.Slice(part.Span), "}")
	trimmed := strings.TrimRight(inner, " \t")
	separator := ", "
	switch {
	case trimmed == "{":
		separator = ""
	case strings.HasSuffix(trimmed, ","):
		separator = " "
	}
	return Insert(part.File, part.Span.Start+len(trimmed), separator+indented("", field, nl))
}

// lastField returns the last declaration of a struct, or nil. What stands behind it,
// such as "...", says something of the struct as a whole.
func lastField(part catalogindex.Part) ast.Decl {
	for _, d := range slices.Backward(part.Decls) {
		if _, ok := d.(*ast.Ellipsis); !ok {
			return d
		}
	}
	return nil
}

// fieldIndent returns the indentation of the fields of a struct.
func fieldIndent(part catalogindex.Part) string {
	for _, d := range part.Decls {
		start := part.File.Span(d).Start
		indent := indentOf(part.File, start)
		if part.File.Text.Line(part.File.Text.LineOf(start)).Start+len(indent) == start {
			return indent
		}
	}
	return indentOf(part.File, part.Span.Start) + "\t"
}

func indented(indent, source, nl string) string {
	lines := strings.Split(source, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = indent + l
		}
	}
	return strings.Join(lines, nl)
}
