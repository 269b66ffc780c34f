package analysis

import (
	"maps"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// An Option says how a workspace is analysed.
type Option func(*Snapshot)

// WithEvaluator has expressions computed by an evaluator, for this snapshot and all that are
// made from it. Without it, only those are computed that surely end soon.
func WithEvaluator(e evaluation.Evaluator) Option {
	return func(s *Snapshot) { s.evaluator = e }
}

// source returns what documents are read with.
func (s *Snapshot) source() cascade.Source {
	return cascade.Source{Index: s.index, Evaluator: s.evaluator}
}

// late returns how many answers for a package came when it had been read without them: it is
// another one since.
func (s *Snapshot) late(pkg string) uint64 {
	if s.evaluator == nil {
		return 0
	}
	return s.evaluator.Late(pkg)
}

// hindered reports whether something could not be computed for one of several packages, so
// that what follows from it does not hold for another day or machine.
func (s *Snapshot) hindered(packages []*catalogindex.Package) bool {
	return s.evaluator != nil && slices.ContainsFunc(packages, func(p *catalogindex.Package) bool { return s.evaluator.Hindered(p.Key) })
}

// Waiting returns the files of which something may be other than it was because answers came
// for some packages, given by their keys; sorted. See [evaluation.Options.Late].
func (s *Snapshot) Waiting(packages []string) []string {
	files := make(map[string]struct{})
	for _, key := range packages {
		p := s.index.Package(key)
		if p == nil {
			continue
		}
		for _, reached := range append(s.index.Dependents(p), p) {
			for _, f := range reached.Files {
				files[f.Path] = struct{}{}
			}
		}
	}
	return slices.Sorted(maps.Keys(files))
}
