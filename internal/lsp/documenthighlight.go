package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func documentHighlightMethod() method {
	return question(protocol.MethodTextDocumentDocumentHighlight, documentHighlight).
		doing("the same value, component, scope or name elsewhere in the file; where it is declared as a write").
		concerningOne().
		providing(
			func(_ *client, to *protocol.ServerCapabilities) {
				to.DocumentHighlightProvider = protocol.Boolean(true)
			})
}

// documentHighlight marks the places in the file that mean the thing under the cursor.
func documentHighlight(_ context.Context, q *query, params *protocol.DocumentHighlightParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	var highlights []protocol.DocumentHighlight
	for _, use := range q.ws.Highlights(path, offset) {
		kind := protocol.DocumentHighlightKindRead
		if use.Declares {
			kind = protocol.DocumentHighlightKindWrite
		}
		highlights = append(highlights, protocol.DocumentHighlight{
			Range: toRange(q.ws.Text(path), use.Span, q.client.encoding),
			Kind:  kind,
		})
	}
	if highlights == nil {
		return nil, nil
	}
	return highlights, nil
}
