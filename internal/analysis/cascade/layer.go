package cascade

import (
	"sync"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A Layer is one document's contribution to a cascade. What it writes beside its values is
// read when somebody asks, once for all the cascades that the layer is part of: a Module
// is a layer of each of its releases.
type Layer struct {
	Document *catalogindex.Document
	Values   *FieldShape // nil if the document has no values
	beside   sync.Map    // by what is asked
}

// ReadLayer reads a document as a layer.
func ReadLayer(index *catalogindex.Index, d *catalogindex.Document) *Layer {
	return &Layer{Document: d, Values: ReadValues(index, d)}
}

// Components returns what the document writes under its components; nil if that is
// nothing. The index is one in which the layer reads what it read before.
func (l *Layer) Components(index *catalogindex.Index) *FieldShape {
	return once(l, "components", func() *FieldShape { return ReadComponents(index, l.Document) })
}

// Scopes returns what the document writes under its scopes, as Components does.
func (l *Layer) Scopes(index *catalogindex.Index) *FieldShape {
	return once(l, "scopes", func() *FieldShape { return ReadScopes(index, l.Document) })
}

// flows returns the places at which the document's components read values.
func (l *Layer) flows() []Flow {
	return once(l, "flows", func() []Flow { return flowsIn(l.Document) })
}

// A scopeField is a question to a layer: what one of its scopes says of a field.
type scopeField struct{ scope, field string }

// scopeField returns what a scope of the document says of the field at a path; nil if it
// says nothing of it.
func (l *Layer) scopeField(index *catalogindex.Index, scope catalogindex.Member, field Path) *FieldShape {
	return once(l, scopeField{scope.Name, field.String()}, func() *FieldShape {
		return ReadField(index, l.Document, scope.Parts, field)
	})
}

// once returns what read says, and remembers it for as long as the layer is there.
func once[T any](l *Layer, key any, read func() T) T {
	if known, ok := l.beside.Load(key); ok {
		return known.(T)
	}
	made, _ := l.beside.LoadOrStore(key, read())
	return made.(T)
}
