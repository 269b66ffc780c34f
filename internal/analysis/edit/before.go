package edit

import (
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// InsertBefore returns the edit that adds a field, given as CUE without indentation, in
// front of a declaration of the same struct and of the comments that belong to that.
func InsertBefore(file *syntax.File, declaration text.Span, field string) rule.Edit {
	nl := NewLine(file)
	at := file.Text.LineOf(declaration.Start)
	line := file.Text.Line(at)
	if strings.TrimSpace(file.Text.Slice(text.Span{Start: line.Start, End: declaration.Start})) != "" {
		return Insert(file, declaration.Start, field+", ")
	}
	first := file.Text.Line(aboveComments(file, at)).Start
	return Insert(file, first, indented(indentOf(file, declaration.Start), field, nl)+nl)
}
