package rename

import (
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// Own returns the edits that give a component or a scope of a document another name in the
// document's own package; none if it cannot have that name. slot is the label of the
// components or of the scopes.
func Own(index *catalogindex.Index, d *catalogindex.Document, slot, from, to string) []rule.Edit {
	return member(index, []*catalogindex.Package{d.Package}, d, slot, from, to)
}

// Above returns the edits that belong to those of Own, in the packages that are built on the
// document's.
func Above(index *catalogindex.Index, d *catalogindex.Document, slot, from, to string) []rule.Edit {
	p := index.Package(d.Package.Key)
	if p == nil {
		return nil
	}
	i := slices.IndexFunc(p.Documents, func(other *catalogindex.Document) bool {
		return other.Kind == d.Kind && slices.Equal(other.Path, d.Path)
	})
	if i < 0 {
		return nil
	}
	packages := []*catalogindex.Package{p}
	for _, dependent := range index.Dependents(p) {
		if mentions(dependent, from) || len(index.Importers(dependent)) > 0 {
			packages = append(packages, dependent)
		}
	}
	edits := member(index, packages, p.Documents[i], slot, from, to)
	return slices.DeleteFunc(edits, func(e rule.Edit) bool { return index.PackageOf(e.Path) == p })
}

// mentions reports whether a word stands in a package.
func mentions(p *catalogindex.Package, word string) bool {
	for _, f := range p.Files {
		if strings.Contains(f.Text.Content(), word) {
			return true
		}
	}
	return false
}

func member(index *catalogindex.Index, packages []*catalogindex.Package, d *catalogindex.Document, slot, from, to string) []rule.Edit {
	w := NewWorld(index, packages)
	edits, err := w.Rename(w.Below(d, slot, from), to)
	if err != nil {
		return nil
	}
	return edits
}
