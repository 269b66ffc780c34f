package analysis

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// withElsewhere returns diagnostics with the edits of their fixes in the packages that are
// built on theirs. Those are no part of what is remembered: they change with every such
// package.
func (s *Snapshot) withElsewhere(diagnostics []Diagnostic) []Diagnostic {
	reaches := func(f rule.Fix) bool { return f.Elsewhere != nil }
	if !slices.ContainsFunc(diagnostics, func(d Diagnostic) bool { return slices.ContainsFunc(d.Fixes, reaches) }) {
		return diagnostics
	}
	out := slices.Clone(diagnostics)
	for i, d := range out {
		if !slices.ContainsFunc(d.Fixes, reaches) {
			continue
		}
		out[i].Fixes = slices.Clone(d.Fixes)
		for j, f := range d.Fixes {
			if f.Elsewhere != nil {
				out[i].Fixes[j].Edits = slices.Concat(f.Edits, f.Elsewhere(s.index))
				out[i].Fixes[j].Elsewhere = nil
			}
		}
	}
	return out
}
