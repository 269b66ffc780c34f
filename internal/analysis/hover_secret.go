package analysis

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// A secretReader knows which fields of a document's layers are made from a secret: what they
// come to is one too, whatever they are called.
type secretReader struct {
	resolved *rule.Resolved
	reads    []cascade.Read
	asked    map[string]bool // values, by path: whether they are secret; false while that is being found out
}

func (s *Snapshot) secretReader(r *rule.Resolved) *secretReader {
	reader := &secretReader{resolved: r, asked: make(map[string]bool)}
	for _, d := range r.Chain {
		reader.reads = append(reader.reads, cascade.Reads(s.index, d)...)
	}
	return reader
}

// isReadBy reports whether one of the declarations reads a secret.
func (s *secretReader) isReadBy(decls []cascade.Decl) bool {
	return slices.ContainsFunc(decls, func(d cascade.Decl) bool {
		return slices.ContainsFunc(s.reads, func(read cascade.Read) bool {
			return read.File.Path == d.File.Path && d.Field.Covers(read.Span) && s.isSecret(read.Value)
		})
	})
}

// isSecret reports whether a value is a secret, holds one or is made from one.
func (s *secretReader) isSecret(path cascade.Path) bool {
	secrets := s.resolved.Tree.Secrets
	if secrets.Names(path) {
		return true
	}
	key := path.String()
	if known, ok := s.asked[key]; ok {
		return known
	}
	s.asked[key] = false
	n := s.resolved.Tree.Lookup(path)
	if n == nil {
		return false
	}
	secret := false
	n.Walk(func(below *cascade.Node) bool {
		secret = secret || secrets.Names(below.Path) || slices.ContainsFunc(below.Layers, func(f *cascade.FieldShape) bool { return f != nil && s.isReadBy(f.Decls) })
		return !secret
	})
	s.asked[key] = secret
	return secret
}
