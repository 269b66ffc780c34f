package analysis

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// DocumentAt returns the document that a byte offset in a file is in; where it is in none,
// the only one that the file's package has. nil if there is no such document, or several.
func (s *Snapshot) DocumentAt(path string, offset int) *catalogindex.Document {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	for _, d := range p.Documents {
		if d.File.Path == path && d.Mark.Contains(offset) {
			return d // the mark may stand outside of all parts
		}
	}
	f := placeFinder{file: s.index.File(path), resolved: s.resolve(p), offset: offset}
	if r := f.document(); r != nil {
		return r.Document
	}
	if len(p.Documents) == 1 {
		return p.Documents[0]
	}
	return nil
}

// Curated returns the definitions and Modules that a name means: name, or name:version.
func (s *Snapshot) Curated(name string) []*catalogindex.Document {
	var out []*catalogindex.Document
	for _, p := range s.index.Packages() {
		for _, d := range p.Documents {
			if d.Kind < catalogindex.Release && slices.Contains([]string{d.Name.Value, d.Name.Value + ":" + d.Version.Value}, name) && name != "" {
				out = append(out, d)
			}
		}
	}
	return out
}

// DocumentsIn returns the documents whose marks are in a file, in order.
func (s *Snapshot) DocumentsIn(path string) []*catalogindex.Document {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.Documents), func(d *catalogindex.Document) bool { return d.File.Path != path })
}

// ValuePathAt returns the path of the value that a byte offset in a file is on; nil if it is on
// none.
func (s *Snapshot) ValuePathAt(path string, offset int) cascade.Path {
	if at := s.PlaceAt(path, offset); at != nil && (at.Kind == ValuePlace || at.Kind == ReadPlace) {
		return at.Path
	}
	return nil
}
