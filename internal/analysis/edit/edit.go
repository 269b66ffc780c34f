// Package edit builds the edits of fixes: it knows how a field, an import or a struct
// is written, so that what a fix leaves behind still parses and looks like what stands
// around it. Where it cannot know the layout, [Formatted] puts it right.
package edit

import (
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
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

// removeDecl takes away a declaration: its lines, if nothing else stands on them, else
// itself with one comma.
func removeDecl(file *syntax.File, span text.Span) rule.Edit {
	content := file.Text.Content()
	line := file.Text.Line(file.Text.LineOf(span.Start))
	if strings.TrimSpace(content[line.Start:span.Start]) == "" && endsLine(file, span.End) {
		return Replace(file, wholeLines(file, span), "")
	}
	end := skipBlanks(content, span.End)
	if strings.HasPrefix(content[end:], ",") {
		return Replace(file, text.Span{Start: span.Start, End: skipBlanks(content, end+1)}, "")
	}
	start := len(strings.TrimRight(content[:span.Start], " \t"))
	if strings.HasSuffix(content[:start], ",") {
		return Replace(file, text.Span{Start: start - 1, End: span.End}, "")
	}
	return Replace(file, span, "")
}

// endsLine reports whether nothing but a comma and a comment stands behind an offset on
// its line.
func endsLine(file *syntax.File, at int) bool {
	content := file.Text.Content()
	line := file.Text.Line(file.Text.LineOf(at))
	behind := strings.TrimSpace(content[at:max(line.End, at)])
	behind = strings.TrimSpace(strings.TrimPrefix(behind, ","))
	return behind == "" || strings.HasPrefix(behind, "//")
}

func skipBlanks(content string, at int) int {
	return len(content) - len(strings.TrimLeft(content[at:], " \t"))
}

// wholeLines returns the lines of a span with the end of the last one, the comments
// directly above, and a blank line that would stand double or at the edge of a struct.
func wholeLines(file *syntax.File, span text.Span) text.Span {
	first, last := aboveComments(file, file.Text.LineOf(span.Start)), file.Text.LineOf(span.End)
	above, below := lineAt(file, first-1), lineAt(file, last+1)
	switch {
	case below == blankLine && (above == blankLine || above == edgeAbove):
		last++
	case above == blankLine && below == edgeBelow:
		first--
	}
	end := file.Text.Line(last).End
	return text.Span{Start: file.Text.Line(first).Start, End: end + len(lineEndingAt(file, end))}
}

// aboveComments returns the first of the lines of comments directly above a line, which
// are about what stands on it; the line itself if there are none.
func aboveComments(file *syntax.File, line int) int {
	for line > 0 && strings.HasPrefix(strings.TrimSpace(file.Text.Slice(file.Text.Line(line-1))), "//") {
		line--
	}
	return line
}

// A lineKind says what a line is to the blank lines beside it.
type lineKind int

const (
	otherLine lineKind = iota
	blankLine
	edgeAbove // the beginning of the file, or a line that opens a struct
	edgeBelow // the end of the file, or a line that closes a struct
)

func lineAt(file *syntax.File, line int) lineKind {
	count := file.Text.LineCount()
	switch {
	case line < 0:
		return edgeAbove
	case line >= count:
		return edgeBelow
	}
	switch content := strings.TrimSpace(file.Text.Slice(file.Text.Line(line))); {
	case content == "" && line == count-1: // behind the last line ending
		return edgeBelow
	case content == "":
		return blankLine
	case strings.ContainsAny(content[len(content)-1:], "{[("):
		return edgeAbove
	case strings.ContainsAny(content[:1], "}])"):
		return edgeBelow
	}
	return otherLine
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

// indentOf returns the white space at the beginning of the line with an offset in it.
func indentOf(file *syntax.File, at int) string {
	line := file.Text.Slice(file.Text.Line(file.Text.LineOf(at)))
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}
