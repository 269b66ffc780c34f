package edit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// SortImports returns the edits that put the imports in parentheses in order of their paths,
// each with the comments that belong to it, and take away what is there twice. Groups that
// empty lines keep apart stay apart. An import that shares its line stays where it is.
func SortImports(file *syntax.File) []rule.Edit {
	var edits []rule.Edit
	for _, d := range file.AST().Decls {
		if decl, ok := d.(*ast.ImportDecl); ok && decl.Lparen.IsValid() {
			for _, group := range importGroups(file, decl) {
				edits = append(edits, sortGroup(file, group)...)
			}
		}
	}
	return edits
}

// An importLine is an import with its comments, on lines of its own.
type importLine struct {
	path   string
	source string    // the lines, without the last line ending
	span   text.Span // of source
}

// importGroups returns the imports of a declaration that follow each other without anything
// between them. A declaration in which two share a line has none.
func importGroups(file *syntax.File, decl *ast.ImportDecl) [][]importLine {
	var groups [][]importLine
	last := file.Text.LineOf(file.Span(decl).Start)
	for _, spec := range decl.Specs {
		at := file.Span(spec)
		first, end := file.Text.LineOf(at.Start), file.Text.LineOf(at.End)
		start := max(aboveComments(file, first), last+1)
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil || first <= last || !endsLine(file, at.End) {
			return nil
		}
		span := text.Span{Start: file.Text.Line(start).Start, End: file.Text.Line(end).End}
		line := importLine{importPath, file.Text.Slice(span), span}
		if start == last+1 && len(groups) > 0 {
			groups[len(groups)-1] = append(groups[len(groups)-1], line)
		} else {
			groups = append(groups, []importLine{line})
		}
		last = end
	}
	return groups
}

// sortGroup returns the edits that put some imports in order, none if they are.
func sortGroup(file *syntax.File, group []importLine) []rule.Edit {
	sorted := slices.SortedStableFunc(slices.Values(group), func(a, b importLine) int { return cmp.Compare(a.path, b.path) })
	sorted = slices.CompactFunc(sorted, func(a, b importLine) bool { return strings.TrimSpace(a.source) == strings.TrimSpace(b.source) })
	if slices.EqualFunc(group, sorted, func(a, b importLine) bool { return a.span == b.span }) {
		return nil
	}
	lines := make([]string, len(sorted))
	for i, l := range sorted {
		lines[i] = l.source
	}
	whole := text.Span{Start: group[0].span.Start, End: group[len(group)-1].span.End}
	return []rule.Edit{Replace(file, whole, strings.Join(lines, NewLine(file)))}
}
