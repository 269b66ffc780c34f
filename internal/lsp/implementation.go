package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func implementationMethod() method {
	return question(protocol.MethodTextDocumentImplementation, implementation).
		doing("from a Module to its releases, from a definition to its Modules; from a value to the layers above that set it").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) { to.ImplementationProvider = protocol.Boolean(true) })
}

// implementation leads to what is built on the thing under the cursor.
func implementation(_ context.Context, q *query, params *protocol.ImplementationParams) (any, error) {
	return q.leads(&params.TextDocumentPositionParams, q.client.implementationLinks, q.ws.Implementation)
}
