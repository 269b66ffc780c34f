package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func hoverMethod() method {
	return question(protocol.MethodTextDocumentHover, hover).
		doing("value paths in any layer: constraint in words, every layer with its value and the winner marked, documentation; references: the Module's card; rule names: their page").
		concerningOne().
		providing(
			func(_ *client, to *protocol.ServerCapabilities) { to.HoverProvider = protocol.Boolean(true) })
}

// hover says what is known about the thing under the cursor.
func hover(_ context.Context, q *query, params *protocol.HoverParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	found := q.ws.Hover(path, offset)
	if found == nil {
		return nil, nil
	}
	content := &protocol.MarkupContent{Kind: q.client.hoverFormat, Value: q.markdown(found.Markdown)}
	if content.Kind == protocol.MarkupKindPlainText {
		content.Value = found.PlainText
	}
	return &protocol.Hover{
		Contents: content,
		Range:    pointer(toRange(q.ws.Text(path), found.Span, q.client.encoding)),
	}, nil
}
