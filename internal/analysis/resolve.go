package analysis

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// resolve returns the documents of a package, each with its cascade, in order.
func (s *Snapshot) resolve(p *catalogindex.Package) []*rule.Resolved {
	print := s.fingerprint(p)
	s.memo.mu.Lock()
	known := s.memo.resolved.get(p.Key)
	s.memo.mu.Unlock()
	if known != nil && known.fingerprint == print && known.of == p {
		return known.documents
	}
	r := &resolvedPackage{fingerprint: print, of: p}
	for _, d := range p.Documents {
		s.memo.counters.evaluated(d)
		r.documents = append(r.documents, s.resolveDocument(d))
	}
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	s.memo.resolved.put(p.Key, r)
	return r.documents
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
	layer := cascade.ReadLayer(s.source(), d)
	if d.Kind == catalogindex.Release { // nobody else reads it
		return layer
	}
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	if s.memo.layers[d.Package.Key] == nil {
		s.memo.layers[d.Package.Key] = make(map[string]rememberedLayer)
	}
	s.memo.layers[d.Package.Key][name] = rememberedLayer{print, d, layer}
	return layer
}
