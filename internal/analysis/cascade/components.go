package cascade

import (
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A path that does not lead into the values begins with where it leads instead. No label
// can be one of these.
const (
	underComponents = "\x00components"
	underScopes     = "\x00scopes"
)

// ReadComponents reads what a document writes under its components; nil if it writes
// none. What it takes over from the layer below is left out, as in ReadValues.
func ReadComponents(from Source, d *catalogindex.Document) *FieldShape {
	return readBeside(from, d, d.Dialect.Components, underComponents)
}

// ReadScopes reads what a document writes under its scopes, as ReadComponents does.
func ReadScopes(from Source, d *catalogindex.Document) *FieldShape {
	return readBeside(from, d, d.Dialect.Scopes, underScopes)
}

func readBeside(from Source, d *catalogindex.Document, label, under string) *FieldShape {
	if label == "" {
		return nil
	}
	r := newReader(from, d)
	for _, f := range catalogindex.Fields(d.Parts(), d.ValuesLabel()) {
		r.registerField(f.Field, Path{})
	}
	return r.slot(label, Path{under})
}

// ResolveBeside returns the components or the scopes of a chain with the effective values
// in place: a node whose children they are. written holds what each layer of the tree
// writes of them. The tree's nodes are read, not changed, and nobody changes what this
// returns: where no value is read it is the same for all releases of a Module.
func ResolveBeside(t *Tree, written []*FieldShape) *Node {
	b := &builder{layers: t.Layers, values: t.Root}
	top := len(t.Layers) - 1
	if top < 1 || written[top] != nil {
		return b.settled(written)
	}
	var key [maxLayers]*FieldShape
	copy(key[:], written)
	below := &t.Layers[top-1].beside
	if known, ok := below.Load(key); ok {
		return known.(*Node)
	}
	root := b.settled(written)
	if !b.depends {
		below.Store(key, root)
	}
	return root
}

// isBeside reports whether a path leads to something beside the values.
func isBeside(path Path) bool {
	return len(path) > 0 && (path[0] == underComponents || path[0] == underScopes)
}
