package cascade

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// Reads returns the paths of the values that the expressions of a shape read, in order; one
// that is read twice stands there twice.
func (s *Shape) Reads() []Path {
	var out []Path
	for _, c := range s.computations() {
		for _, p := range c.pieces {
			if p.ref != nil {
				out = append(out, p.ref)
			}
		}
	}
	return out
}

// SameComputation reports whether two shapes are made from the same values in the same
// way, whatever kinds they may come to.
func SameComputation(s, t *Shape) bool {
	a, b := s.computations(), t.computations()
	return len(a) > 0 && slices.EqualFunc(a, b, sameComputed)
}

// computations returns the expressions of a shape, each once.
func (s *Shape) computations() []*Computed {
	var out []*Computed
	for _, a := range s.Alts {
		for _, c := range a.Computed {
			if !slices.ContainsFunc(out, func(other *Computed) bool { return sameComputed(c, other) }) {
				out = append(out, c)
			}
		}
	}
	return out
}

func sameComputed(c, d *Computed) bool {
	return slices.EqualFunc(c.pieces, d.pieces, func(p, q piece) bool {
		return p.text == q.text && p.label == q.label && slices.Equal(p.ref, q.ref)
	})
}

// MayHaveLost reports whether something in a part does not parse, so that a field of it
// may be lost.
func MayHaveLost(p catalogindex.Part) bool { return mayHaveLost(p) }
