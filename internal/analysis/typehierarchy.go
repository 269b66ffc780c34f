package analysis

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Relative is a document as one of a family: a definition, the Modules made from it, and
// the releases of those.
type Relative struct {
	Symbol          // Below is empty
	Path   string   // of the file
	Labels []string // what leads to the document from its package's root
}

// Family returns the document that a byte offset is about: the one that a reference or an
// import leads to, else the one that the offset is in; nil if there is none.
func (s *Snapshot) Family(path string, offset int) *Relative {
	var d *catalogindex.Document
	if at := s.PlaceAt(path, offset); at != nil && at.Kind == ReferencePlace {
		d = at.Document.Below()
	} else if at != nil && at.Kind == ImportPlace && len(at.Target.Documents) == 1 {
		d = at.Target.Documents[0]
	}
	if d == nil {
		d = s.DocumentAt(path, offset)
	}
	if d == nil || d.Kind > catalogindex.Release {
		return nil
	}
	return s.relative(d)
}

// Ancestors returns what a document is made from: the Module of a release, the definition
// of a Module.
func (s *Snapshot) Ancestors(path string, labels []string) []*Relative {
	d := s.documentAt(path, labels)
	if d == nil {
		return nil
	}
	if below, ok := s.index.Resolve(d); ok && below.Document != nil {
		return []*Relative{s.relative(below.Document)}
	}
	return nil
}

// Descendants returns what is made from a document, in order of names and versions.
func (s *Snapshot) Descendants(path string, labels []string) []*Relative {
	d := s.documentAt(path, labels)
	if d == nil {
		return nil
	}
	var out []*Relative
	for _, above := range s.builtOn(d) {
		out = append(out, s.relative(above))
	}
	return out
}

// builtOn returns the documents that refer to one, in order of names and versions.
func (s *Snapshot) builtOn(below *catalogindex.Document) []*catalogindex.Document {
	var out []*catalogindex.Document
	for _, p := range append(s.index.Importers(below.Package), below.Package) {
		for _, d := range p.Documents {
			if d.Kind > catalogindex.Release || d == below {
				continue
			}
			if r, _ := s.index.Resolve(d); r.Document == below {
				out = append(out, d)
			}
		}
	}
	slices.SortFunc(out, compareFamily)
	return out
}

// documentAt returns the document of a file's package that labels lead to, or nil.
func (s *Snapshot) documentAt(path string, labels []string) *catalogindex.Document {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	for _, d := range p.Documents {
		if d.Kind <= catalogindex.Release && slices.Equal(d.Path, labels) {
			return d
		}
	}
	return nil
}

func (s *Snapshot) relative(d *catalogindex.Document) *Relative {
	out := &Relative{Path: d.File.Path, Labels: slices.Clone(d.Path)}
	out.Name, out.Detail, out.Kind = documentSymbol(&rule.Resolved{Document: d})
	if below, ok := s.index.Resolve(d); ok && below.Document != nil {
		out.Detail += " of " + below.Document.Title()
	}
	out.Span = d.Mark
	for _, p := range d.Parts() {
		if p.File.Path == d.File.Path && p.Span.Start >= d.Mark.Start {
			out.Span.End = max(out.Span.End, p.Span.End)
		}
	}
	out.Focus = d.Mark
	if d.Name.File != nil && d.Name.File.Path == d.File.Path && d.Name.Span.Len() > 0 {
		out.Focus = d.Name.Span
	}
	out.Span = hull(out.Span, out.Focus)
	return out
}

// focusOf returns where the name of a document stands, or what marks it if it has none.
func focusOf(d *catalogindex.Document) (*syntax.File, text.Span) {
	if d.Name.File != nil && d.Name.Span.Len() > 0 {
		return d.Name.File, d.Name.Span
	}
	return d.File, d.Mark
}
