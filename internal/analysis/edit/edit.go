// Package edit builds the edits of fixes: it knows how a field, an import or a struct
// is written, so that what a fix leaves behind still parses and looks like what stands
// around it. Where it cannot know the layout, [Formatted] puts it right.
package edit

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// Replace returns the edit that puts other text in place of a span.
func Replace(file *syntax.File, span text.Span, newText string) rule.Edit {
	return rule.Edit{Location: rule.At(file, span), NewText: newText}
}

// Insert returns the edit that puts text at a byte offset.
func Insert(file *syntax.File, at int, newText string) rule.Edit {
	return Replace(file, text.Span{Start: at, End: at}, newText)
}

// RemoveField returns the edit that takes away the field whose whole is the span, with
// the comments that belong to it. Of a chain a: b: c: 1 it takes what only leads to the
// field.
func RemoveField(file *syntax.File, field text.Span) rule.Edit {
	return removeDecl(file, wholeChain(file, field))
}

// removeDecl takes away a declaration: its lines, if nothing else stands on them, else
// itself with one comma.
func removeDecl(file *syntax.File, span text.Span) rule.Edit {
	content := file.Text.Content()
	line, last := file.Text.Line(file.Text.LineOf(span.Start)), file.Text.Line(file.Text.LineOf(span.End))
	before := content[line.Start:span.Start]
	behind := strings.TrimSpace(content[span.End:max(last.End, span.End)])
	if strings.TrimSpace(before) == "" && (behind == "" || behind == "," || strings.HasPrefix(behind, "//")) {
		return Replace(file, wholeLines(file, text.Span{Start: line.Start, End: last.End}), "")
	}
	end := span.End
	for end < len(content) && (content[end] == ' ' || content[end] == '\t') {
		end++
	}
	if end < len(content) && content[end] == ',' {
		end++
		for end < len(content) && content[end] == ' ' {
			end++
		}
		return Replace(file, text.Span{Start: span.Start, End: end}, "")
	}
	start := len(strings.TrimRight(content[:span.Start], " \t"))
	if start > 0 && content[start-1] == ',' {
		return Replace(file, text.Span{Start: start - 1, End: span.End}, "")
	}
	return Replace(file, span, "")
}

// wholeLines widens a span of lines by the comments directly above, by the end of the
// last line, and by a blank line that would stand double.
func wholeLines(file *syntax.File, span text.Span) text.Span {
	first := file.Text.LineOf(span.Start)
	for first > 0 && isCommentLine(file, first-1) {
		first--
	}
	last := file.Text.LineOf(span.End)
	if blankOrEdge(file, first-1) && blankOrEdge(file, last+1) && last+1 < file.Text.LineCount() {
		last++
	}
	end := file.Text.Line(last).End
	return text.Span{Start: file.Text.Line(first).Start, End: end + len(lineEndingAt(file, end))}
}

// isCommentLine reports whether only a comment stands on a line that belongs to what is
// below it: a comment with an empty line behind it does not.
func isCommentLine(file *syntax.File, line int) bool {
	return strings.HasPrefix(strings.TrimSpace(file.Text.Slice(file.Text.Line(line))), "//")
}

func blankOrEdge(file *syntax.File, line int) bool {
	return line < 0 || line >= file.Text.LineCount() || strings.TrimSpace(file.Text.Slice(file.Text.Line(line))) == ""
}

func lineEndingAt(file *syntax.File, at int) string {
	rest := file.Text.Content()[at:]
	switch {
	case strings.HasPrefix(rest, "\r\n"):
		return "\r\n"
	case rest != "" && (rest[0] == '\n' || rest[0] == '\r'):
		return rest[:1]
	}
	return ""
}

// NewLine returns how the lines of a file end.
func NewLine(file *syntax.File) string {
	if i := strings.IndexByte(file.Text.Content(), '\n'); i > 0 && file.Text.Content()[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// wholeChain returns the span of the outermost field that holds nothing but the given
// one, in a chain a: b: c: 1 without braces.
func wholeChain(file *syntax.File, field text.Span) text.Span {
	out := field
	var chain []*ast.Field // the fields around the present node, without a brace between
	var stacks [][]*ast.Field
	ast.Walk(file.AST, func(n ast.Node) bool {
		stacks = append(stacks, chain)
		switch n := n.(type) {
		case *ast.Field:
			chain = append(slices.Clip(chain), n)
			if file.Span(n) == field {
				out = file.Span(chain[0])
			}
		case *ast.StructLit:
			if n.Lbrace.IsValid() || len(n.Elts) != 1 {
				chain = nil
			}
		case *ast.BinaryExpr, *ast.ListLit, *ast.CallExpr, *ast.Comprehension:
			chain = nil
		}
		return true
	}, func(ast.Node) {
		chain, stacks = stacks[len(stacks)-1], stacks[:len(stacks)-1]
	})
	return out
}

// InsertField returns the edits that add a field, given as CUE without indentation, at
// the end of a struct literal. A struct without braces gets some.
func InsertField(part catalogindex.Part, field string) []rule.Edit {
	file, content := part.File, part.File.Text.Content()
	nl := NewLine(file)
	switch inner := strings.TrimSuffix(content[part.Span.Start:part.Span.End], "}"); {
	case !strings.HasPrefix(content[part.Span.Start:part.Span.End], "{") && isRoot(part):
		return []rule.Edit{Insert(file, len(content), leadingNewLine(content, nl)+field+nl)}
	case !strings.HasPrefix(content[part.Span.Start:part.Span.End], "{"):
		indent := indentOf(file, part.Span.Start)
		return []rule.Edit{
			Insert(file, part.Span.Start, "{"+nl+indent+"\t"),
			Insert(file, part.Span.End, nl+indented(indent+"\t", field, nl)+nl+indent+"}"),
		}
	case !strings.Contains(inner, "\n"):
		end := part.Span.Start + len(strings.TrimRight(inner, " \t"))
		separator := ", "
		if strings.TrimSpace(inner) == "{" {
			separator = ""
		}
		return []rule.Edit{Insert(file, end, separator+field)}
	default:
		end := part.Span.Start + len(strings.TrimRight(inner, " \t"))
		indent := indentOf(file, part.Span.Start) + "\t"
		if len(part.Decls) > 0 {
			indent = indentOf(file, file.Span(part.Decls[0]).Start)
		}
		return []rule.Edit{Insert(file, end, indented(indent, field, nl)+nl)}
	}
}

// isRoot reports whether the part is the root of its file.
func isRoot(part catalogindex.Part) bool {
	return part.Span.Start == 0 && part.Span.End == part.File.Text.Len()
}

func leadingNewLine(content, nl string) string {
	if content == "" || strings.HasSuffix(content, "\n") {
		return ""
	}
	return nl
}

// indentOf returns the white space at the beginning of the line with an offset in it.
func indentOf(file *syntax.File, at int) string {
	line := file.Text.Slice(file.Text.Line(file.Text.LineOf(at)))
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
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

// AddImport returns the edit that imports a path.
func AddImport(file *syntax.File, importPath string) rule.Edit {
	nl := NewLine(file)
	quoted := strconv.Quote(importPath)
	var last *ast.ImportDecl
	var clause *ast.Package
	for _, d := range file.AST.Decls {
		switch d := d.(type) {
		case *ast.ImportDecl:
			last = d
		case *ast.Package:
			clause = d
		}
	}
	switch {
	case last != nil && last.Lparen.IsValid() && len(last.Specs) > 0:
		for _, spec := range last.Specs { // in order, as cue fmt leaves it
			if path, err := strconv.Unquote(spec.Path.Value); err == nil && path > importPath {
				at := file.Span(spec).Start
				return Insert(file, at, quoted+nl+indentOf(file, at))
			}
		}
		end := last.Specs[len(last.Specs)-1]
		line := file.Text.Line(file.Text.LineOf(file.Span(end).End))
		return Insert(file, line.End, nl+indentOf(file, file.Span(end).Start)+quoted)
	case last != nil:
		line := file.Text.Line(file.Text.LineOf(file.Span(last).End))
		return Insert(file, line.End, nl+"import "+quoted)
	case clause != nil:
		line := file.Text.Line(file.Text.LineOf(file.Span(clause).End))
		return Insert(file, line.End, nl+nl+"import "+quoted)
	}
	return Insert(file, 0, "import "+quoted+nl+nl)
}

// RemoveImport returns the edit that takes an import away, and its declaration if
// nothing else stands in that.
func RemoveImport(file *syntax.File, imp syntax.Import) rule.Edit {
	for _, d := range file.AST.Decls {
		if decl, ok := d.(*ast.ImportDecl); ok && len(decl.Specs) == 1 && decl.Specs[0] == imp.Spec {
			return removeDecl(file, file.Span(decl))
		}
	}
	return removeDecl(file, file.Span(imp.Spec))
}
