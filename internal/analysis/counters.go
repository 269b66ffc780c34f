package analysis

import (
	"sync/atomic"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// counters count what was computed for a workspace, by all of its snapshots together.
type counters struct {
	releases, modules, others, comparisons, remembered, kept, snapshots atomic.Int64
}

// Counts are the counters at one moment, since the workspace was loaded.
type Counts struct {
	Releases    int64 `json:"releases"`    // evaluated: their values resolved and their rules run
	Modules     int64 `json:"modules"`     // evaluated, and definitions too
	Others      int64 `json:"others"`      // documents of other kinds, such as opm-lsp.cue, evaluated
	Comparisons int64 `json:"comparisons"` // resolved by rules, of what is not the case: a release on a newer Module
	Remembered  int64 `json:"remembered"`  // packages that were asked for and had not to be evaluated again
	Kept        int64 `json:"kept"`        // packages of which an earlier run had found what is wrong
	Snapshots   int64 `json:"snapshots"`   // made by changes
}

// Minus returns what was counted after an earlier moment.
func (c Counts) Minus(earlier Counts) Counts {
	return Counts{
		Releases:    c.Releases - earlier.Releases,
		Modules:     c.Modules - earlier.Modules,
		Others:      c.Others - earlier.Others,
		Comparisons: c.Comparisons - earlier.Comparisons,
		Remembered:  c.Remembered - earlier.Remembered,
		Kept:        c.Kept - earlier.Kept,
		Snapshots:   c.Snapshots - earlier.Snapshots,
	}
}

// Counts returns what was computed for the workspace so far, for this snapshot and all others.
func (s *Snapshot) Counts() Counts {
	c := &s.memo.counters
	return Counts{
		Releases:    c.releases.Load(),
		Modules:     c.modules.Load(),
		Others:      c.others.Load(),
		Comparisons: c.comparisons.Load(),
		Remembered:  c.remembered.Load(),
		Kept:        c.kept.Load(),
		Snapshots:   c.snapshots.Load(),
	}
}

// evaluated counts a document whose package is evaluated.
func (c *counters) evaluated(d *catalogindex.Document) {
	switch d.Kind {
	case catalogindex.Release:
		c.releases.Add(1)
	case catalogindex.Module, catalogindex.Definition:
		c.modules.Add(1)
	default:
		c.others.Add(1)
	}
}

// compare is resolveChain for rules.
func (s *Snapshot) compare(chain []*catalogindex.Document) *rule.Resolved {
	s.memo.counters.comparisons.Add(1)
	return s.resolveChain(chain)
}
