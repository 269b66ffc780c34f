package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func definitionMethod() method {
	return question(protocol.MethodTextDocumentDefinition, definition).
		doing("from a value, or where it is read, to every layer, winner first; from a reference or an import to the Module; from `appliesTo` to the component; from any name of CUE to its declarations").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) { to.DefinitionProvider = protocol.Boolean(true) })
}

// definition leads to where the thing under the cursor comes from.
func definition(_ context.Context, q *query, params *protocol.DefinitionParams) (any, error) {
	return q.leads(&params.TextDocumentPositionParams, q.client.definitionLinks, q.ws.Definition)
}
