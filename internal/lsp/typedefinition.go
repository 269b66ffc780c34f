package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func typeDefinitionMethod() method {
	return question(protocol.MethodTextDocumentTypeDefinition, typeDefinition).
		doing("from a component or a scope to its types and traits; from a value to the definitions that it is made from").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) { to.TypeDefinitionProvider = protocol.Boolean(true) })
}

// typeDefinition leads to the definitions that the thing under the cursor is made from.
func typeDefinition(_ context.Context, q *query, params *protocol.TypeDefinitionParams) (any, error) {
	return q.leads(&params.TextDocumentPositionParams, q.client.typeDefinitionLinks, q.ws.TypeDefinition)
}
