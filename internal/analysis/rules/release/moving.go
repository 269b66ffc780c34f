package release

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// moving returns the fixes for a field that stands at the wrong place: it goes, with the
// comments on its lines, into one of the release's own fields, which is new if there is none;
// "": to the top of the release. The second fix takes it away.
func moving(d *catalogindex.Document, f catalogindex.Field, into string) []rule.Fix {
	remove := removalOfPart(f, fmt.Sprintf("Remove %s", f.Name))
	move := rule.Fix{Title: fmt.Sprintf("Move %s to the top", f.Name)}
	if parts := d.OwnParts(); into != "" {
		move = rule.Fix{Title: fmt.Sprintf("Move %s into %s", f.Name, into), Edits: edit.InsertIntoSlot(d, into, undented(f))}
	} else if len(parts) > 0 {
		move.Edits = edit.InsertField(parts[len(parts)-1], undented(f))
	}
	move.Edits = append(move.Edits, remove[0].Edits...)
	if len(move.Edits) == len(remove[0].Edits) || overlap(move.Edits) {
		return remove
	}
	return append([]rule.Fix{move}, remove...)
}

// undented returns a field as it is written, with its comments and without the indentation of
// its lines.
func undented(f catalogindex.Field) string {
	span := f.File.Span(f.Field)
	for _, c := range ast.Comments(f.Field) {
		at := f.File.Span(c)
		if c.Doc {
			span.Start = min(span.Start, at.Start)
		}
		if c.Line {
			span.End = max(span.End, at.End)
		}
	}
	line := f.File.Text.Slice(f.File.Text.Line(f.File.Text.LineOf(span.Start)))
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	source := strings.ReplaceAll(f.File.Text.Slice(span), "\r\n", "\n")
	return strings.ReplaceAll(source, "\n"+indent, "\n")
}

// overlap reports whether two edits cannot be made together.
func overlap(edits []rule.Edit) bool {
	for i, e := range edits {
		if slices.ContainsFunc(edits[:i], func(o rule.Edit) bool {
			return o.Path == e.Path && (e.Span.Start == o.Span.Start || e.Span.Start < o.Span.End && o.Span.Start < e.Span.End)
		}) {
			return true
		}
	}
	return false
}
