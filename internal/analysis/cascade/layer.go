package cascade

import (
	"sync"
	"sync/atomic"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A Layer is one document's contribution to a cascade. What it writes beside its values is
// read when somebody asks, once for all the cascades that the layer is part of: a Module
// is a layer of each of its releases.
type Layer struct {
	Document *catalogindex.Document
	Values   *FieldShape // nil if the document has no values
	beside   sync.Map    // by what is asked
	prepared atomic.Pointer[preparation]
}

// ReadLayer reads a document as a layer.
func ReadLayer(from Source, d *catalogindex.Document) *Layer {
	return &Layer{Document: d, Values: ReadValues(from, d)}
}

// Components returns what the document writes under its components; nil if that is
// nothing. The source is one in which the layer reads what it read before.
func (l *Layer) Components(from Source) *FieldShape {
	return once(l, "components", func() *FieldShape { return ReadComponents(from, l.Document) })
}

// Scopes returns what the document writes under its scopes, as Components does.
func (l *Layer) Scopes(from Source) *FieldShape {
	return once(l, "scopes", func() *FieldShape { return ReadScopes(from, l.Document) })
}

// Flows returns the places at which the document's components read values. The caller must not
// change them.
func (l *Layer) Flows() []Flow {
	return once(l, "flows", func() []Flow { return flowsIn(l.Document) })
}

// reaches returns what each of the document's scopes applies to, in their order.
func (l *Layer) reaches() []reach {
	return once(l, "reaches", func() []reach {
		var out []reach
		for _, scope := range l.Document.Scopes() {
			out = append(out, reachOf(scope, l.Document))
		}
		return out
	})
}

// A scopeField is a question to a layer: what one of its scopes says of a field.
type scopeField struct{ scope, field string }

// scopeField returns what a scope of the document says of the field at a path; nil if it
// says nothing of it.
func (l *Layer) scopeField(from Source, scope catalogindex.Member, field Path) *FieldShape {
	return once(l, scopeField{scope.Name, field.String()}, func() *FieldShape {
		return ReadField(from, l.Document, scope.Parts, field)
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
