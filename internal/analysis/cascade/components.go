package cascade

import (
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// underComponents begins the path of something below a document's components, where
// the path of a value has no such beginning. No label can be this.
const underComponents = "\x00components"

// ReadComponents reads what a document writes under its components; nil if it writes
// none. What it takes over from the layer below is left out, as in ReadValues.
func ReadComponents(index *catalogindex.Index, d *catalogindex.Document) *FieldShape {
	r := newReader(index, d)
	for _, f := range catalogindex.Fields(d.Parts, d.ValuesLabel()) {
		if f.Field.Value != nil {
			r.paths[f.Field.Value] = Path{}
		}
	}
	return r.slot(d.Dialect.Components, Path{underComponents})
}

// ResolveComponents returns the components of a chain with the effective values in
// place: a node whose children are the components. components holds what each layer
// of the tree writes. The tree's nodes are read, not changed.
func ResolveComponents(t *Tree, components []*FieldShape) *Node {
	b := &builder{layers: t.Layers, values: t.Root}
	return b.settled(components)
}
