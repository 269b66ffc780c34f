package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An origin is where a value comes from.
type origin struct {
	Path      string         `json:"path"`                // of the value, as people write it: image.tag
	Document  originDocument `json:"document"`            // whose value it is
	Range     protocol.Range `json:"range"`               // what the question was about
	Says      string         `json:"says"`                // in words, what the lower layers let it be
	Effective string         `json:"effective,omitempty"` // as CUE; none of a struct
	Layers    []originLayer  `json:"layers"`              // the highest first
	Values    []originValue  `json:"values,omitempty"`    // of a struct: the values in it
	Doc       string         `json:"doc,omitempty"`       // Markdown
	Feeds     []string       `json:"feeds,omitempty"`     // the fields of components that read it
	Governed  []string       `json:"governed,omitempty"`  // in words: the immutable scopes of those
}

type originDocument struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"`
	Version   string `json:"version,omitempty"`
}

// An originLayer is what one layer says of the value.
type originLayer struct {
	Document originDocument `json:"document"`
	Says     string         `json:"says"`    // a value as CUE, else a constraint in words
	IsValue  bool           `json:"isValue"` // Says is CUE
	// State is wins, beaten (by a higher layer), refused (it is not allowed) or constrains.
	State string          `json:"state"`
	URI   string          `json:"uri,omitempty"` // where the layer says it; none if that is nowhere to go to
	Range *protocol.Range `json:"range,omitempty"`
}

type originValue struct {
	Label   string `json:"label"`
	Is      string `json:"is"`
	IsValue bool   `json:"isValue"`
	Layer   string `json:"layer,omitempty"`
}

// runOrigin answers where the value at a place comes from, or null.
func runOrigin(_ context.Context, q *invocation) (any, error) {
	if err := q.takes(originCommand, 1); err != nil {
		return nil, err
	}
	path, offset, ok := q.placeArgument(q.arguments[0])
	if !ok {
		return nil, invalid("the argument of %s is an object with textDocument and position", originCommand)
	}
	found := q.ws.Origin(path, offset)
	if found == nil {
		return nil, nil
	}
	out := origin{
		Path:      found.Path,
		Document:  toOriginDocument(found.Document),
		Range:     toRange(q.ws.Text(path), found.Span, q.client.encoding),
		Says:      found.Statement,
		Effective: found.Effective,
		Layers:    make([]originLayer, 0, len(found.Rows)),
		Doc:       found.Doc,
		Feeds:     found.Feeds,
		Governed:  found.Governed,
	}
	for _, row := range found.Rows {
		out.Layers = append(out.Layers, q.originLayer(row))
	}
	for _, v := range found.Values {
		out.Values = append(out.Values, originValue{v.Label, v.Is, v.IsValue, v.Layer})
	}
	return out, nil
}

func toOriginDocument(d *catalogindex.Document) originDocument {
	return originDocument{d.Kind.Layer(), d.Name.Value, d.Namespace.Value, d.Version.Value}
}

func (q *query) originLayer(row analysis.LayerRow) originLayer {
	layer := originLayer{Document: toOriginDocument(row.Document), Says: row.Says, IsValue: row.IsValue, State: stateName(row.State)}
	layer.URI, layer.Range = q.placeToGo(row.File, row.Label)
	return layer
}

// placeToGo returns where the client can go to a span of a file; nothing if it cannot.
func (q *query) placeToGo(file *syntax.File, span text.Span) (uri string, at *protocol.Range) {
	if file == nil || q.ws.Text(file.Path) == nil || !q.opens(file.Path) {
		return "", nil
	}
	return q.uri(file.Path), pointer(toRange(file.Text, span, q.client.encoding))
}

func stateName(state analysis.RowState) string {
	switch state {
	case analysis.Wins:
		return "wins"
	case analysis.Overridden:
		return "beaten"
	case analysis.NotAllowed:
		return "refused"
	default:
		return "constrains"
	}
}
