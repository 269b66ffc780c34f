package analysis

import (
	"crypto/sha256"
	"encoding/json"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cache"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// WithCache has what is wrong in packages kept on disk, in a directory, and taken from there if
// an earlier run of the same engine found it: see [cache.Open]. It is written by SaveCache.
func WithCache(dir, engine string) Option {
	return func(s *Snapshot) { s.cache = cache.Open(dir, s.roots, engine) }
}

// SaveCache writes what was found in this run, for later ones; nothing if there is no cache.
// Its error is a sentence; everything works without.
func (s *Snapshot) SaveCache() error { return s.cache.Save() }

// A keptDiagnostic is a diagnostic as it is kept. Those that ask the index, or releases, when
// they are shown are not kept.
type keptDiagnostic struct {
	At          keptLocation  `json:"a"`
	Severity    rule.Severity `json:"s"`
	Code        string        `json:"c"`
	Message     string        `json:"m"`
	Related     []keptRelated `json:"r,omitempty"`
	Fixes       []keptFix     `json:"f,omitempty"`
	Unnecessary bool          `json:"u,omitempty"`
}

type keptLocation struct {
	Path  string `json:"p"`
	Start int    `json:"s"`
	End   int    `json:"e"`
}

type keptRelated struct {
	At      keptLocation `json:"a"`
	Message string       `json:"m"`
}

type keptFix struct {
	Title string     `json:"t"`
	Edits []keptEdit `json:"e"`
	Safe  bool       `json:"s,omitempty"`
}

type keptEdit struct {
	At      keptLocation `json:"a"`
	NewText string       `json:"n,omitempty"`
}

func keep(l Location) keptLocation { return keptLocation{l.Path, l.Span.Start, l.Span.End} }

func (k keptLocation) location() Location {
	return Location{Path: k.Path, Span: text.Span{Start: k.Start, End: k.End}}
}

// cacheKey returns the key of what is wrong in a package. It stands for every place too, unlike
// what is remembered in this process: nothing can be moved whose former text nobody has.
func (s *Snapshot) cacheKey(fp *fingerprints, p *catalogindex.Package) cache.Key {
	h := sha256.New()
	h.Write(fp.exact[:])
	h.Write([]byte(p.Key))
	return cache.Key(h.Sum(nil))
}

// kept returns what an earlier run found wrong in a package; nil if that is not known.
func (s *Snapshot) kept(fp *fingerprints, p *catalogindex.Package) *checked {
	if s.cache == nil || fp.volatile {
		return nil
	}
	value, ok := s.cache.Get(s.cacheKey(fp, p))
	if !ok {
		return nil
	}
	c := &checked{meaning: fp.meaning}
	if len(value) == 0 {
		return c
	}
	var all []keptDiagnostic
	if json.Unmarshal(value, &all) != nil {
		return nil
	}
	for _, k := range all {
		d := Diagnostic{Location: k.At.location(), Severity: k.Severity, Code: k.Code, Message: k.Message, Unnecessary: k.Unnecessary}
		for _, r := range k.Related {
			d.Related = append(d.Related, Related{Location: r.At.location(), Message: r.Message})
		}
		for _, f := range k.Fixes {
			fix := Fix{Title: f.Title, Safe: f.Safe}
			for _, e := range f.Edits {
				fix.Edits = append(fix.Edits, Edit{Location: e.At.location(), NewText: e.NewText})
			}
			d.Fixes = append(d.Fixes, fix)
		}
		c.diagnostics = append(c.diagnostics, d)
	}
	for i := range c.diagnostics {
		for at := range places(&c.diagnostics[i]) {
			f := s.index.File(at.Path)
			if f == nil || at.Span.Start < 0 || at.Span.End < at.Span.Start || at.Span.End > f.Text.Len() {
				return nil // no run of this program wrote that
			}
		}
	}
	c.elsewhere = s.elsewhere(p, c.diagnostics)
	return c
}

// keepForLater keeps what is wrong in a package for later runs, if it is plain data and no
// secret is in it.
func (s *Snapshot) keepForLater(fp *fingerprints, p *catalogindex.Package, resolved []*rule.Resolved, found []Diagnostic) {
	if s.cache == nil || fp.volatile || s.hindered(fp.reads) || s.isEdited(fp.reads) || slices.ContainsFunc(found, asksLater) || len(found) > 0 && haveSecret(resolved) {
		return
	}
	var value []byte
	if len(found) > 0 {
		all := make([]keptDiagnostic, 0, len(found))
		for _, d := range found {
			all = append(all, keptOf(d))
		}
		encoded, err := json.Marshal(all)
		if err != nil {
			return
		}
		value = encoded
	}
	s.cache.Put(s.cacheKey(fp, p), value)
}

func keptOf(d Diagnostic) keptDiagnostic {
	k := keptDiagnostic{At: keep(d.Location), Severity: d.Severity, Code: d.Code, Message: d.Message, Unnecessary: d.Unnecessary}
	for _, r := range d.Related {
		k.Related = append(k.Related, keptRelated{keep(r.Location), r.Message})
	}
	for _, f := range d.Fixes {
		fix := keptFix{Title: f.Title, Safe: f.Safe}
		for _, e := range f.Edits {
			fix.Edits = append(fix.Edits, keptEdit{keep(e.Location), e.NewText})
		}
		k.Fixes = append(k.Fixes, fix)
	}
	return k
}

// isEdited reports whether an editor holds a file of some packages: its text may never be on
// disk.
func (s *Snapshot) isEdited(packages []*catalogindex.Package) bool {
	return len(s.overlay) > 0 && slices.ContainsFunc(packages, func(p *catalogindex.Package) bool {
		return slices.ContainsFunc(p.Files, func(f *syntax.File) bool { return s.overlay[f.Path] })
	})
}

// asksLater reports whether a diagnostic is not complete before it is shown.
func asksLater(d Diagnostic) bool {
	return d.Breaks != nil || slices.ContainsFunc(d.Fixes, func(f Fix) bool { return f.Elsewhere != nil })
}

// haveSecret reports whether the values of documents hold a secret: a fix may move it.
func haveSecret(resolved []*rule.Resolved) bool {
	holds := false
	for _, r := range resolved {
		r.Tree.Root.Walk(func(n *cascade.Node) bool {
			holds = holds || n.Value != nil && r.Tree.Secrets.HidesIn(n.Path, n.Value)
			return !holds
		})
	}
	return holds
}
