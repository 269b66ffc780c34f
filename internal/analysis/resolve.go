package analysis

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A fingerprint stands for everything that the meaning of a package depends on: the
// bytes of its files and of all that it reads.
type fingerprint [sha256.Size]byte

// fingerprints computes and keeps those of one snapshot.
type fingerprints struct {
	mu   sync.Mutex
	done map[string]fingerprint // by package
	own  map[string]packagePrint
}

// A packagePrint is what a package adds to the fingerprints of those that read it.
type packagePrint struct {
	text  string
	reads []*catalogindex.Package // directly
}

// fingerprint returns the fingerprint of a package: of its own files and of all that it
// reads, directly or through others, in whatever circles they read each other.
func (s *Snapshot) fingerprint(p *catalogindex.Package) fingerprint {
	s.prints.mu.Lock()
	defer s.prints.mu.Unlock()
	if s.prints.done == nil {
		s.prints.done = make(map[string]fingerprint)
		s.prints.own = make(map[string]packagePrint)
	}
	if done, ok := s.prints.done[p.Key]; ok {
		return done
	}
	h := sha256.New()
	settings := s.settingsKey(s.configurationFor(p))
	h.Write(settings[:])
	seen := map[string]bool{p.Key: true}
	queue := []*catalogindex.Package{p}
	for len(queue) > 0 {
		own := s.prints.of(s.index, queue[0])
		queue = queue[1:]
		h.Write([]byte(own.text))
		for _, read := range own.reads {
			if !seen[read.Key] {
				seen[read.Key] = true
				queue = append(queue, read)
			}
		}
	}
	print := fingerprint(h.Sum(nil))
	s.prints.done[p.Key] = print
	return print
}

// of returns what one package adds by itself.
func (fp *fingerprints) of(index *catalogindex.Index, p *catalogindex.Package) packagePrint {
	if own, ok := fp.own[p.Key]; ok {
		return own
	}
	var own packagePrint
	var b strings.Builder
	fmt.Fprintf(&b, "package %s %t\n", p.Key, index.IsPartial(p))
	for _, f := range p.Files {
		fmt.Fprintf(&b, "file %s %x\n", f.Path, f.Hash)
	}
	for _, f := range p.Files {
		for _, imp := range f.Imports() {
			target := index.ResolveImport(f, imp.Path)
			fmt.Fprintf(&b, "import %s %s", imp.Path, target.Source)
			if target.Source == catalogindex.Unresolved {
				fmt.Fprintf(&b, " %d", index.Revision()) // what may be meant instead
			}
			if target.Package != nil && !target.Package.Embedded {
				own.reads = append(own.reads, target.Package)
			}
			for _, d := range target.Documents {
				fmt.Fprintf(&b, " %s %v", d.Package.Key, d.Path)
				own.reads = append(own.reads, d.Package)
			}
			b.WriteByte('\n')
		}
	}
	own.reads = append(own.reads, index.Relatives(p)...)
	own.reads = append(own.reads, index.Joined(p)...)
	own.text = b.String()
	fp.own[p.Key] = own
	return own
}

// A memo remembers what was computed for a package, until something that it depends
// on changes. It holds one result a package, so it does not grow with edits.
type memo struct {
	mu       sync.Mutex
	packages map[string]*packageResult
	layers   map[string]map[string]layerResult // by package, then by document
	settings map[settingsKey]*rule.Settings
	counters counters
}

// forget drops what is remembered of a package that is no more.
func (m *memo) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.packages, key)
	delete(m.layers, key)
}

type layerResult struct {
	fingerprint fingerprint
	document    *catalogindex.Document // that was read: one of the same text has files of its own
	layer       *cascade.Layer
}

// A packageResult is the documents of a package, resolved, and what is wrong.
type packageResult struct {
	fingerprint fingerprint
	resolved    []*rule.Resolved
	diagnostics []Diagnostic
}

func newMemo() *memo {
	return &memo{
		packages: make(map[string]*packageResult),
		layers:   make(map[string]map[string]layerResult),
		settings: make(map[settingsKey]*rule.Settings),
	}
}

// result returns what is known about a package.
func (s *Snapshot) result(p *catalogindex.Package) *packageResult {
	print := s.fingerprint(p)
	s.memo.mu.Lock()
	known := s.memo.packages[p.Key]
	s.memo.mu.Unlock()
	if known != nil && known.fingerprint == print {
		s.memo.counters.remembered.Add(1)
		return known
	}
	r := &packageResult{fingerprint: print}
	for _, d := range p.Documents {
		s.memo.counters.evaluated(d)
		r.resolved = append(r.resolved, s.resolveDocument(d))
	}
	r.diagnostics = rule.Run(rules.All(), rule.Pass{
		Index:    s.index,
		Package:  p,
		Resolved: r.resolved,
		Settings: s.settings(p),
		Resolve:  s.compare,
	})
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	s.memo.packages[p.Key] = r
	return r
}

func (s *Snapshot) resolveDocument(d *catalogindex.Document) *rule.Resolved {
	chain := cascade.Chain(s.index, d)
	if d.Kind == catalogindex.Configuration {
		chain = s.withEditor(chain)
	}
	return s.resolveChain(chain)
}

// resolveChain returns the cascade of a chain of documents, lowest layer first, for the
// last one of them.
func (s *Snapshot) resolveChain(chain []*catalogindex.Document) *rule.Resolved {
	d := chain[len(chain)-1]
	r := &rule.Resolved{Document: d, Chain: chain}
	r.Resolution, r.HasTarget = s.index.Resolve(d)
	layers := make([]*cascade.Layer, len(r.Chain))
	for i, doc := range r.Chain {
		layers[i] = s.layer(doc)
	}
	r.Complete = len(r.Chain) > 1 && isLowest(r.Chain[0]) &&
		!slices.ContainsFunc(r.Chain, func(doc *catalogindex.Document) bool { return s.index.IsPartial(doc.Package) })
	r.Tree = cascade.Resolve(layers, r.Complete)
	r.Tree.Secrets = s.secretsOf(d.Package).Of(r.Tree)
	return r
}

// isLowest reports whether a document is one that refers to no other by its kind.
func isLowest(d *catalogindex.Document) bool { return d.Dialect.Reference[d.Kind] == "" }

// layer returns a document as a layer, read once for all the releases above it.
func (s *Snapshot) layer(d *catalogindex.Document) *cascade.Layer {
	name := fmt.Sprint(d.Kind, d.Path)
	print := s.fingerprint(d.Package)
	s.memo.mu.Lock()
	known, ok := s.memo.layers[d.Package.Key][name]
	s.memo.mu.Unlock()
	if ok && known.fingerprint == print && known.document == d {
		return known.layer
	}
	layer := cascade.ReadLayer(s.index, d)
	if d.Kind == catalogindex.Release { // nobody else reads it
		return layer
	}
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	if s.memo.layers[d.Package.Key] == nil {
		s.memo.layers[d.Package.Key] = make(map[string]layerResult)
	}
	s.memo.layers[d.Package.Key][name] = layerResult{print, d, layer}
	return layer
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

// diagnosticsOf returns what is wrong in a package, with the number of releases that it
// breaks. That is no part of what is remembered: it changes with every one of them.
func (s *Snapshot) diagnosticsOf(p *catalogindex.Package) []Diagnostic {
	if !s.isChecked(p) {
		return nil
	}
	out := s.withElsewhere(s.result(p).diagnostics)
	if !breaksReleases(out) {
		return out
	}
	out = slices.Clone(out)
	releases := s.releasesOn(p)
	for i := range out {
		if out[i].Breaks != nil {
			out[i] = withBroken(out[i], releases)
		}
	}
	return out
}

func breaksReleases(diagnostics []Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d Diagnostic) bool { return d.Breaks != nil })
}

// releasesOn returns the releases that read a package, directly or through others.
func (s *Snapshot) releasesOn(p *catalogindex.Package) []*rule.Resolved {
	var out []*rule.Resolved
	for _, dependent := range append(s.index.Dependents(p), p) {
		for _, r := range s.result(dependent).resolved {
			if r.Document.Kind == catalogindex.Release {
				out = append(out, r)
			}
		}
	}
	return out
}

// maxBrokenShown is how many of the releases that a diagnostic breaks it names.
const maxBrokenShown = 5

// withBroken adds to a diagnostic which releases it breaks.
func withBroken(d Diagnostic, releases []*rule.Resolved) Diagnostic {
	var broken []Related
	for _, r := range releases {
		if at, ok := d.Breaks(r); ok {
			broken = append(broken, at)
		}
	}
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
			known := s.memo.packages[below.Package.Key]
			s.memo.mu.Unlock()
			if below != d && known != nil && breaksReleases(known.diagnostics) {
				out = append(out, below.Package)
			}
		}
	}
	return out
}

// AllDiagnostics returns everything that is wrong in the workspace, sorted by file.
func (s *Snapshot) AllDiagnostics() []Diagnostic {
	var out []Diagnostic
	for _, p := range s.index.Packages() {
		out = append(out, s.diagnosticsOf(p)...)
	}
	rule.Sort(out)
	return out
}
