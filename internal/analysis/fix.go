package analysis

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// maxFixRounds bounds how often fixes are applied to what other fixes made.
const maxFixRounds = 100

// Fixed returns the snapshot after the first fix of every diagnostic of which want
// approves, again and again until none is left, and how many were applied. Fixes that
// overlap are applied one after the other: the second to what the first one made, if that
// still wants it. For example, where two imports are missing, both fixes insert one at the
// same place; the first round makes one of them, the second round the other.
//
// A fix that changes nothing, or after which a file parses worse than before, is none.
func (s *Snapshot) Fixed(want func(Diagnostic, Fix) bool) (fixed *Snapshot, applied int) {
	return s.fixed((*Snapshot).AllDiagnostics, want)
}

// FixedIn is Fixed for the diagnostics of one file; their fixes may change others, too.
func (s *Snapshot) FixedIn(path string, want func(Diagnostic, Fix) bool) (fixed *Snapshot, applied int) {
	return s.fixed(func(s *Snapshot) []Diagnostic { return s.Diagnostics(path) }, want)
}

func (s *Snapshot) fixed(diagnostics func(*Snapshot) []Diagnostic, want func(Diagnostic, Fix) bool) (fixed *Snapshot, applied int) {
	for range maxFixRounds {
		edits, n := s.edits(diagnostics(s), want)
		if n == 0 {
			break
		}
		applied += n
		for _, path := range slices.Sorted(maps.Keys(edits)) {
			s = s.WithText(path, s.edited(path, edits[path]))
		}
	}
	return s, applied
}

// edited returns the text of a file after edits, laid out as it was.
func (s *Snapshot) edited(path string, edits []Edit) string {
	before := s.Text(path).Content()
	return edit.Formatted(before, ApplyEdits(before, edits))
}

// edits returns the edits of one round of fixes of diagnostics, by file, and the number of fixes.
func (s *Snapshot) edits(diagnostics []Diagnostic, want func(Diagnostic, Fix) bool) (map[string][]Edit, int) {
	edits := make(map[string][]Edit)
	n := 0
	for _, d := range diagnostics {
		i := slices.IndexFunc(d.Fixes, func(f Fix) bool { return want(d, f) })
		if i < 0 || slices.ContainsFunc(d.Fixes[i].Edits, func(e Edit) bool { return !s.takes(edits[e.Path], e) }) || !s.helps(d.Fixes[i]) {
			continue
		}
		for _, e := range d.Fixes[i].Edits {
			edits[e.Path] = append(edits[e.Path], e)
		}
		n++
	}
	return edits, n
}

// takes reports whether an edit can be made beside others of the same file: they neither
// overlap nor touch. Nothing outside of the workspace is edited.
func (s *Snapshot) takes(others []Edit, e Edit) bool {
	return s.inRoots(e.Path) && s.Text(e.Path) != nil && !slices.ContainsFunc(others, func(o Edit) bool {
		return e.Span.Start <= o.Span.End && o.Span.Start <= e.Span.End
	})
}

// helps reports whether a fix changes a file and leaves none that parses worse.
func (s *Snapshot) helps(f Fix) bool {
	byFile := make(map[string][]Edit)
	for _, e := range f.Edits {
		byFile[e.Path] = append(byFile[e.Path], e)
	}
	changes := false
	for path, edits := range byFile {
		if overlap(edits) {
			return false
		}
		before := s.index.File(path)
		after := s.edited(path, edits)
		if after == before.Text.Content() {
			continue
		}
		changes = true
		if len(syntax.Parse(path, after).Problems) > len(before.Problems) {
			return false
		}
	}
	return changes
}

// overlap reports whether two edits of a file want the same text.
func overlap(edits []Edit) bool {
	sorted := inOrder(edits)
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Span.Start < sorted[i-1].Span.End {
			return true
		}
	}
	return false
}

// inOrder returns edits in order of place.
func inOrder(edits []Edit) []Edit {
	return slices.SortedStableFunc(slices.Values(edits), func(a, b Edit) int { return a.Span.Compare(b.Span) })
}

// ApplyEdits returns a text after edits that do not overlap.
func ApplyEdits(content string, edits []Edit) string {
	var b strings.Builder
	at := 0
	for _, e := range inOrder(edits) {
		b.WriteString(content[at:e.Span.Start])
		b.WriteString(e.NewText)
		at = e.Span.End
	}
	b.WriteString(content[at:])
	return b.String()
}
