package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func prepareRenameMethod() method {
	return question(protocol.MethodTextDocumentPrepareRename, prepareRename).
		doing("the name that can be another: of a value, component, scope, document, or any name of CUE; else why not")
}

// prepareRename says what name stands under the cursor.
func prepareRename(_ context.Context, q *query, params *protocol.PrepareRenameParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	found, err := q.ws.PrepareRename(path, offset)
	if err != nil {
		return nil, refused(err)
	}
	if found == nil {
		return nil, nil
	}
	return &protocol.PrepareRenamePlaceholder{
		Range:       toRange(q.ws.Text(path), found.Span, q.client.encoding),
		Placeholder: found.Name,
	}, nil
}
