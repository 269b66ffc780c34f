package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func selectionRangeMethod() method {
	return question(protocol.MethodTextDocumentSelectionRange, selectionRange).
		doing("a selection grows from the word to the value, the field, the struct and the document").
		concerningOne().
		providing(func(_ *client, to *protocol.ServerCapabilities) { to.SelectionRangeProvider = protocol.Boolean(true) })
}

// selectionRange returns, for each place, what a growing selection takes in.
func selectionRange(_ context.Context, q *query, params *protocol.SelectionRangeParams) (any, error) {
	out := make([]protocol.SelectionRange, 0, len(params.Positions))
	for _, position := range params.Positions {
		path, offset, err := q.position(params.TextDocument.URI, position)
		if err != nil || path == "" {
			return nil, err
		}
		var around *protocol.SelectionRange
		spans := q.ws.Selections(path, offset)
		for i := len(spans) - 1; i >= 0; i-- {
			r := toRange(q.ws.Text(path), spans[i], q.client.encoding)
			if around != nil && around.Range == r { // they differ by half of a line ending
				continue
			}
			around = &protocol.SelectionRange{Range: r, Parent: around}
		}
		if around == nil {
			around = &protocol.SelectionRange{Range: protocol.Range{Start: position, End: position}}
		}
		out = append(out, *around)
	}
	return out, nil
}
