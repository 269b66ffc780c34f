package catalogindex

import "slices"

// PastCatalog returns the definition to which a release refers in place of a Module, or nil:
// it names one, or a Module of a package that holds only the definition.
func (r Resolution) PastCatalog() *Document {
	if r.Document != nil {
		if r.Document.Kind == Definition {
			return r.Document
		}
		return nil
	}
	if r.Import == nil || r.Package == nil {
		return nil
	}
	var definition *Document
	for _, d := range r.Package.Documents {
		switch d.Kind {
		case Module:
			return nil
		case Definition:
			definition = d
		}
	}
	return definition
}

// Curated returns the Modules that are made from a definition, in order of place.
func (ix *Index) Curated(definition *Document) []*Document {
	var out []*Document
	for _, p := range append(ix.Importers(definition.Package), definition.Package) {
		for _, d := range p.Documents {
			if d.Kind != Module {
				continue
			}
			if r, _ := ix.Resolve(d); r.Document == definition {
				out = append(out, d)
			}
		}
	}
	return out
}

// pastCatalog returns the packages that matter to each other where a release refers straight
// to a definition: those with the Modules that are made from it, and those that say by which
// path one refers to them, for the release; and those with such releases, for these.
func (ix *Index) pastCatalog(p *Package) []*Package {
	var out []*Package
	for _, d := range p.Documents {
		r, _ := ix.Resolve(d)
		switch {
		case d.Kind == Release && r.PastCatalog() != nil:
			for _, module := range ix.Curated(r.PastCatalog()) {
				out = append(append(out, module.Package), ix.Importers(module.Package)...)
			}
		case d.Kind == Module && r.Document != nil:
			out = append(out, ix.releasesPast(r.Document)...)
		case d.Kind == Release && r.Document != nil:
			if below, _ := ix.Resolve(r.Document); below.Document != nil {
				out = append(out, ix.releasesPast(below.Document)...)
			}
		}
	}
	return slices.DeleteFunc(out, func(other *Package) bool { return other == p })
}

// releasesPast returns the packages with a release that refers straight to a definition.
func (ix *Index) releasesPast(definition *Document) []*Package {
	var out []*Package
	for _, p := range append(ix.Importers(definition.Package), definition.Package) {
		for _, d := range p.Documents {
			if d.Kind != Release {
				continue
			}
			if r, _ := ix.Resolve(d); r.PastCatalog() == definition {
				out = append(out, p)
				break
			}
		}
	}
	return out
}
