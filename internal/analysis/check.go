package analysis

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// checked is what is wrong in a package. It holds for as long as nothing changes that the
// package depends on, apart from comments and indentation in the files of other packages:
// these only move the places there that a diagnostic leads to.
type checked struct {
	meaning     fingerprint
	diagnostics []Diagnostic
	elsewhere   []*syntax.File // files of other packages with places that diagnostics lead to
}

// known returns what is wrong in a package, as its rules see it, if that was found before, in this
// run or an earlier one; else nil.
func (s *Snapshot) known(p *catalogindex.Package, fp *fingerprints) *checked {
	s.memo.mu.Lock()
	known := s.memo.checked[p.Key]
	s.memo.mu.Unlock()
	if known != nil && known.meaning == fp.meaning {
		if still := known.in(s.index); still != nil {
			s.memo.counters.remembered.Add(1)
			if still != known {
				s.memo.mu.Lock()
				defer s.memo.mu.Unlock()
				s.memo.checked[p.Key] = still
			}
			return still
		}
	}
	if known = s.kept(fp, p); known != nil {
		s.memo.counters.kept.Add(1)
		s.memo.mu.Lock()
		defer s.memo.mu.Unlock()
		s.memo.checked[p.Key] = known
	}
	return known
}

// check returns what is wrong in a package, as its rules see it.
func (s *Snapshot) check(p *catalogindex.Package) *checked {
	fp := s.fingerprintsOf(p)
	if known := s.known(p, fp); known != nil {
		return known
	}
	resolved := s.resolve(p)
	found := rule.Run(rules.All(), rule.Pass{
		Index:     s.index,
		Evaluator: s.evaluator,
		Package:   p,
		Resolved:  resolved,
		Settings:  s.settings(p),
		Resolve:   s.compare,
	})
	c := &checked{meaning: fp.meaning, diagnostics: found, elsewhere: s.elsewhere(p, found)}
	s.keepForLater(fp, p, resolved, found)
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	s.memo.checked[p.Key] = c
	return c
}

// elsewhere returns the files of other packages that diagnostics of a package lead to.
func (s *Snapshot) elsewhere(p *catalogindex.Package, diagnostics []Diagnostic) []*syntax.File {
	var out []*syntax.File
	for i := range diagnostics {
		for at := range places(&diagnostics[i]) {
			known := func(f *syntax.File) bool { return f.Path == at.Path }
			if slices.ContainsFunc(p.Files, known) || slices.ContainsFunc(out, known) {
				continue
			}
			if f := s.index.File(at.Path); f != nil {
				out = append(out, f)
			}
		}
	}
	return out
}

// places yields every place that a diagnostic leads to.
func places(d *Diagnostic) func(yield func(*Location) bool) {
	return func(yield func(*Location) bool) {
		if !yield(&d.Location) {
			return
		}
		for i := range d.Related {
			if !yield(&d.Related[i].Location) {
				return
			}
		}
		for i := range d.Fixes {
			for j := range d.Fixes[i].Edits {
				if !yield(&d.Fixes[i].Edits[j].Location) {
					return
				}
			}
		}
	}
}

// in returns the same with the places as they are in an index, where nothing that means
// something is another; nil if a place is nowhere there.
func (c *checked) in(index *catalogindex.Index) *checked {
	moved := make(map[string]*syntax.File) // by path, as they were
	var now []*syntax.File
	for _, was := range c.elsewhere {
		f := index.File(was.Path)
		if f == nil {
			return nil
		}
		if f != was && f.Hash != was.Hash {
			moved[was.Path] = was
		}
		now = append(now, f)
	}
	if len(moved) == 0 {
		return c
	}
	out := &checked{meaning: c.meaning, elsewhere: now}
	for _, d := range c.diagnostics {
		d.Related = slices.Clone(d.Related)
		d.Fixes = slices.Clone(d.Fixes)
		for i := range d.Fixes {
			d.Fixes[i].Edits = slices.Clone(d.Fixes[i].Edits)
		}
		for at := range places(&d) {
			was := moved[at.Path]
			if was == nil {
				continue
			}
			span, ok := was.Moved(at.Span, index.File(at.Path))
			if !ok {
				return nil
			}
			at.Span = span
		}
		out.diagnostics = append(out.diagnostics, d)
	}
	rule.Sort(out.diagnostics)
	return out
}

// Diagnostics returns everything that is wrong in one file, sorted. The result is
// remembered across snapshots as long as nothing it depends on changes.
func (s *Snapshot) Diagnostics(path string) []Diagnostic {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	var out []Diagnostic
	for _, d := range s.diagnosticsOf(p) {
		if d.Path == path {
			out = append(out, d)
		}
	}
	return out
}

// AllDiagnostics returns everything that is wrong in the workspace, sorted by file. It
// computes on all cores.
func (s *Snapshot) AllDiagnostics() []Diagnostic { return s.AllDiagnosticsWith(nil) }

// AllDiagnosticsWith is AllDiagnostics that tells, if progress is not nil, how many packages it
// has looked at.
func (s *Snapshot) AllDiagnosticsWith(progress func(packages, all int)) []Diagnostic {
	packages := s.index.Packages()
	found := make([][]Diagnostic, len(packages))
	isNew := make([]bool, len(packages))
	inParallel(len(packages), func(i int) {
		if p := packages[i]; s.isChecked(p) && s.known(p, s.fingerprintsOf(p)) == nil {
			isNew[i] = true
		} else {
			found[i] = s.diagnosticsOf(p)
		}
	})
	out := slices.Concat(found...)
	unknown := make([]*catalogindex.Package, 0, len(packages))
	for i, p := range packages {
		if isNew[i] {
			unknown = append(unknown, p)
		}
	}
	seen := len(packages) - len(unknown)
	for some := range slices.Chunk(s.inTurn(unknown), maxAwake) {
		if progress != nil {
			progress(seen, len(packages))
		}
		out = append(out, s.diagnosticsOfAll(some)...)
		seen += len(some)
	}
	rule.Sort(out)
	return out
}

// diagnosticsOfAll returns what is wrong in some packages, in no particular order. Those of a
// snapshot that rests do not stay awake.
func (s *Snapshot) diagnosticsOfAll(packages []*catalogindex.Package) []Diagnostic {
	if s.resting {
		s = s.apart(packages)
		defer s.AtRest()
	}
	found := make([][]Diagnostic, len(packages))
	inParallel(len(packages), func(i int) { found[i] = s.diagnosticsOf(s.index.Package(packages[i].Key)) })
	return slices.Concat(found...)
}

// maxAwake is how many packages are looked at before they go to rest, see [Snapshot.AtRest].
const maxAwake = 1000

// Prepare computes what is wrong in some files on all cores, so that Diagnostics has it at
// hand.
func (s *Snapshot) Prepare(paths []string) {
	inParallel(len(paths), func(i int) { s.Diagnostics(paths[i]) })
}

// inParallel calls do with the numbers from 0 to n-1, on all cores. If one panics the others
// come to their end, and then this panics with it.
func inParallel(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	var panicked atomic.Pointer[any]
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					panicked.Store(&p)
				}
			}()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
	if p := panicked.Load(); p != nil {
		panic(*p)
	}
}

// diagnosticsOf returns what is wrong in a package, with the number of releases that it
// breaks. That is no part of what is remembered of it: it changes with every one of them.
func (s *Snapshot) diagnosticsOf(p *catalogindex.Package) []Diagnostic {
	if !s.isChecked(p) {
		return nil
	}
	c := s.check(p)
	out := s.withElsewhere(c.diagnostics)
	if !breaksReleases(out) {
		return out
	}
	out = slices.Clone(out)
	broken := s.brokenReleases(p, c)
	for i := range out {
		if out[i].Breaks != nil {
			out[i] = withBroken(out[i], broken[i])
		}
	}
	return out
}

func breaksReleases(diagnostics []Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d Diagnostic) bool { return d.Breaks != nil })
}

// breaks is what the diagnostics of a package break in the releases that read it.
type breaks struct {
	by       *checked
	packages map[string]brokenPackage
}

// A brokenPackage is what they break in one package.
type brokenPackage struct {
	fingerprint fingerprint
	at          [][]Related // by the number of the diagnostic; nil if it breaks nothing
}

// brokenReleases returns, for each diagnostic of a package, where it breaks releases that read
// the package, directly or through others.
func (s *Snapshot) brokenReleases(p *catalogindex.Package, c *checked) [][]Related {
	s.memo.mu.Lock()
	known := s.memo.breaks[p.Key]
	s.memo.mu.Unlock()
	now := &breaks{by: c, packages: make(map[string]brokenPackage)}
	all := make([][]Related, len(c.diagnostics))
	for _, dependent := range s.readers(p) {
		print := s.fingerprint(dependent)
		var b brokenPackage
		if known != nil && known.by == c {
			b = known.packages[dependent.Key]
		}
		if b.fingerprint != print {
			b = brokenPackage{print, s.brokenIn(dependent, c)}
		}
		now.packages[dependent.Key] = b
		for i, at := range b.at {
			all[i] = append(all[i], at...)
		}
	}
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	s.memo.breaks[p.Key] = now
	return all
}

// readers returns the packages that read one, directly or through others, and itself.
func (s *Snapshot) readers(p *catalogindex.Package) []*catalogindex.Package {
	return append(s.index.Dependents(p), p)
}

// brokenIn returns, for each diagnostic, where it breaks the releases of a package.
func (s *Snapshot) brokenIn(p *catalogindex.Package, c *checked) [][]Related {
	if !slices.ContainsFunc(p.Documents, isRelease) {
		return nil
	}
	var out [][]Related
	for _, r := range s.resolve(p) {
		if !isRelease(r.Document) {
			continue
		}
		for i, d := range c.diagnostics {
			if d.Breaks == nil {
				continue
			}
			if at, ok := d.Breaks(r); ok {
				if out == nil {
					out = make([][]Related, len(c.diagnostics))
				}
				out[i] = append(out[i], at)
			}
		}
	}
	return out
}

// maxBrokenShown is how many of the releases that a diagnostic breaks it names.
const maxBrokenShown = 5

// withBroken adds to a diagnostic which releases it breaks.
func withBroken(d Diagnostic, broken []Related) Diagnostic {
	switch len(broken) {
	case 0:
		d.Message += " No release of the workspace breaks."
	case 1:
		d.Message += " It breaks 1 release."
	default:
		d.Message += fmt.Sprintf(" It breaks %d releases.", len(broken))
	}
	d.Related = slices.Concat(d.Related, broken[:min(len(broken), maxBrokenShown)])
	d.Breaks = nil // asked and answered
	return d
}

// brokenBy returns the packages that say how many releases they break, and read of those
// of the given package.
func (s *Snapshot) brokenBy(p *catalogindex.Package) []*catalogindex.Package {
	var out []*catalogindex.Package
	for _, d := range p.Documents {
		if d.Kind != catalogindex.Release {
			continue
		}
		for _, below := range cascade.Chain(s.index, d) {
			s.memo.mu.Lock()
			known := s.memo.checked[below.Package.Key]
			s.memo.mu.Unlock()
			if below != d && known != nil && breaksReleases(known.diagnostics) {
				out = append(out, below.Package)
			}
		}
	}
	return out
}
