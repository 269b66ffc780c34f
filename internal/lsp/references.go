package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func referencesMethod() method {
	return question(protocol.MethodTextDocumentReferences, references).
		doing("a value's, component's or scope's uses in all layers and files; the releases of a Module; the uses of any name of CUE").
		showing("Looking for uses").
		providing(func(c *client, to *protocol.ServerCapabilities) {
			to.ReferencesProvider = protocol.Boolean(true)
			if c.progress {
				to.ReferencesProvider = &protocol.ReferenceOptions{WorkDoneProgressOptions: showsProgress(c)}
			}
		})
}

// references lists where the thing under the cursor is used.
func references(ctx context.Context, q *query, params *protocol.ReferenceParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	var locations []protocol.Location
	for _, use := range q.ws.References(ctx, path, offset, params.Context.IncludeDeclaration) {
		if q.opens(use.Path) {
			locations = append(locations, q.location(use.Location))
		}
	}
	if locations == nil {
		return nil, nil
	}
	return locations, nil
}
