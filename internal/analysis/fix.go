package analysis

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
)

// maxFixRounds bounds how often fixes are applied to what other fixes made.
const maxFixRounds = 16

// Fixed returns the snapshot after the first fix of every diagnostic of which want
// approves, again and again until none is left, and how many were applied. Fixes that
// overlap are applied one after the other.
func (s *Snapshot) Fixed(want func(Diagnostic, Fix) bool) (fixed *Snapshot, applied int) {
	for range maxFixRounds {
		edits, n := s.edits(want)
		if n == 0 {
			break
		}
		applied += n
		for _, path := range slices.Sorted(maps.Keys(edits)) {
			before := s.Text(path).Content()
			s = s.WithText(path, edit.Formatted(before, ApplyEdits(before, edits[path])))
		}
	}
	return s, applied
}

// edits returns the edits of one round of fixes, by file, and the number of fixes.
func (s *Snapshot) edits(want func(Diagnostic, Fix) bool) (map[string][]Edit, int) {
	edits := make(map[string][]Edit)
	n := 0
	for _, d := range s.AllDiagnostics() {
		i := slices.IndexFunc(d.Fixes, func(f Fix) bool { return want(d, f) })
		if i < 0 || slices.ContainsFunc(d.Fixes[i].Edits, func(e Edit) bool { return !s.takes(edits[e.Path], e) }) {
			continue
		}
		for _, e := range d.Fixes[i].Edits {
			edits[e.Path] = append(edits[e.Path], e)
		}
		n++
	}
	return edits, n
}

// takes reports whether an edit can be made beside others of the same file.
func (s *Snapshot) takes(others []Edit, e Edit) bool {
	return s.inRoots(e.Path) && s.Text(e.Path) != nil && !slices.ContainsFunc(others, func(o Edit) bool {
		return e.Span.Start <= o.Span.End && o.Span.Start <= e.Span.End
	})
}

// ApplyEdits returns a text after edits that do not overlap.
func ApplyEdits(content string, edits []Edit) string {
	sorted := slices.SortedFunc(slices.Values(edits), func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(a.Span.End, b.Span.End))
	})
	var b strings.Builder
	at := 0
	for _, e := range sorted {
		b.WriteString(content[at:e.Span.Start])
		b.WriteString(e.NewText)
		at = e.Span.End
	}
	b.WriteString(content[at:])
	return b.String()
}
