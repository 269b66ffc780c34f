package catalogindex

import (
	"cmp"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// Importable returns the import paths by which a file can import the packages of the CUE
// modules of the workspace, what CUE keeps for them of others, and OPM's core: sorted, and
// without the file's own package.
func (ix *Index) Importable(file *syntax.File) []string {
	paths := make(map[string]bool)
	own := ix.PackageOf(file.Path)
	for _, p := range ix.packages.all {
		if p.Name == "" || p == own || p.isAside() {
			continue
		}
		importPath, _ := vendoredPath(p.Dir)
		for _, m := range ix.modules {
			if importPath == "" && m.path != "" && IsBelow(p.Dir, m.dir) {
				importPath = path.Join(m.path, filepath.ToSlash(p.Dir[len(m.dir):]))
			}
		}
		if importPath == "" {
			continue
		}
		for _, way := range []string{importPath, importPath + ":" + p.Name} {
			if target := ix.ResolveImport(file, way); target.Package == p {
				paths[way] = true
				break
			}
		}
	}
	for importPath := range ix.embedded {
		if importPath != schemaPath {
			paths[importPath] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// A CatalogForm is how import paths of a workspace name the documents of its catalog.
type CatalogForm struct {
	Prefix    string // everything before the name, with its slash
	Separator string // between name and version
}

// CatalogForms returns the forms in which import paths of the workspace name documents with
// their versions, by the names of the documents. Of several forms for one name the most
// frequent counts; of those the first in order of the alphabet.
func (ix *Index) CatalogForms() map[string]CatalogForm {
	counts := make(map[string]map[CatalogForm]int)
	for _, p := range ix.packages.all {
		for _, f := range p.Files {
			for _, imp := range f.Imports() {
				c, ok := ParseCatalogPath(imp.Path)
				if !ok {
					continue
				}
				if counts[c.Name] == nil {
					counts[c.Name] = make(map[CatalogForm]int)
				}
				counts[c.Name][CatalogForm{c.Prefix, c.Separator}]++
			}
		}
	}
	forms := make(map[string]CatalogForm, len(counts))
	for name, of := range counts {
		forms[name] = slices.MinFunc(slices.Collect(maps.Keys(of)), func(a, b CatalogForm) int {
			return cmp.Or(cmp.Compare(of[b], of[a]), cmp.Compare(a.Prefix, b.Prefix), cmp.Compare(a.Separator, b.Separator))
		})
	}
	return forms
}
