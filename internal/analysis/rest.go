package analysis

import (
	"cmp"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// Resting makes Load put the files that it has read to rest, see [Snapshot.AtRest], if they are
// more than few: for who looks at most of them once, or never, and has not the memory to hold all.
func Resting(few int) Option { return func(s *Snapshot) { s.resting, s.few = true, few } }

// AtRest returns a snapshot that says the same in less memory: without the syntax trees and
// cascades of what no editor has open, and is not read by that. They are made again when
// somebody asks.
func (s *Snapshot) AtRest() *Snapshot {
	kept := make(map[*catalogindex.Package]bool)
	for path := range s.overlay {
		if p := s.index.PackageOf(path); p != nil {
			for _, read := range s.fingerprintsOf(p).reads {
				kept[read] = true
			}
		}
	}
	next, packages := *s, make(swap)
	next.index = s.index.AtRest(func(p *catalogindex.Package) bool { return kept[p] }, packages.note)
	s.memo.rest(packages)
	return &next
}

// apart returns a snapshot with some packages at rest that are not those of s: they may wake up
// without that s holds their syntax trees.
func (s *Snapshot) apart(packages []*catalogindex.Package) *Snapshot {
	next, swapped := *s, make(swap)
	next.index = s.index.Apart(packages, swapped.note)
	s.memo.rest(swapped)
	return &next
}

// inTurn returns packages such that those stand together that are resolved on one Module, which
// then has to wake up once for all of them; those without documents are last. Otherwise they
// keep their order.
func (s *Snapshot) inTurn(packages []*catalogindex.Package) []*catalogindex.Package {
	const last = "\xff"
	together := make(map[*catalogindex.Package]string, len(packages))
	for _, p := range packages {
		together[p] = last
		if len(p.Documents) == 0 {
			continue
		}
		together[p] = p.Key
		if r, ok := s.index.Resolve(p.Documents[0]); ok && p.Documents[0].Kind == catalogindex.Release && r.Package != nil {
			together[p] = r.Package.Key
		}
	}
	return slices.SortedStableFunc(slices.Values(packages), func(a, b *catalogindex.Package) int {
		return cmp.Compare(together[a], together[b])
	})
}

// InTurn returns paths of files in the order in which they are best looked at, see inTurn.
func (s *Snapshot) InTurn(paths []string) []string {
	var packages []*catalogindex.Package
	of := make(map[*catalogindex.Package][]string)
	var gone []string
	for _, path := range slices.Sorted(slices.Values(paths)) {
		p := s.index.PackageOf(path)
		if p == nil {
			gone = append(gone, path)
			continue
		}
		if of[p] == nil {
			packages = append(packages, p)
		}
		of[p] = append(of[p], path)
	}
	out := gone
	for _, p := range s.inTurn(packages) {
		out = append(out, of[p]...)
	}
	return out
}

// A swap says which package took the place of which.
type swap map[*catalogindex.Package]*catalogindex.Package

func (m swap) note(was, now *catalogindex.Package) { m[was] = now }

// Awake returns how many files hold a syntax tree, at most.
func (s *Snapshot) Awake() int { return s.index.Awake() }

// rest lets what is remembered be about the packages that have taken the place of others, and
// say the same; it drops what is large and quickly computed again.
func (m *memo) rest(packages swap) {
	files := make(map[*syntax.File]*syntax.File)
	for was, now := range packages {
		for i, f := range was.Files {
			files[f] = now.Files[i]
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for was, now := range packages {
		delete(m.layers, was.Key)
		m.resolved.remove(was.Key)
		if own := m.prints[was.Key]; own != nil && own.of == was {
			rested := *own
			rested.of = now
			m.prints[was.Key] = &rested
		}
	}
	for key, fp := range m.fingerprints {
		if reads, changed := replaced(fp.reads, packages); changed {
			rested := *fp
			rested.reads = reads
			m.fingerprints[key] = &rested
		}
	}
	for key, c := range m.checked {
		elsewhere, changed := replaced(c.elsewhere, files)
		if !changed {
			continue
		}
		rested := *c
		rested.elsewhere = elsewhere
		m.checked[key] = &rested
		if b := m.breaks[key]; b != nil && b.by == c {
			m.breaks[key] = &breaks{by: &rested, packages: b.packages}
		}
	}
}

// replaced returns a list with some of its members replaced by others, and whether it had any.
func replaced[T comparable](list []T, by map[T]T) (out []T, changed bool) {
	for i, member := range list {
		other, ok := by[member]
		if !ok {
			continue
		}
		if !changed {
			out, changed = append([]T(nil), list...), true
		}
		out[i] = other
	}
	return out, changed
}
