package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

func declarationMethod() method {
	return question(protocol.MethodTextDocumentDeclaration, declaration).
		doing("from a value, a component or a scope to the lowest layer that has it; from a reference to the ModuleDefinition").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) { to.DeclarationProvider = protocol.Boolean(true) })
}

// declaration leads to what the thing under the cursor is in the first place.
func declaration(_ context.Context, q *query, params *protocol.DeclarationParams) (any, error) {
	return q.leads(&params.TextDocumentPositionParams, q.client.declarationLinks, q.ws.Declaration)
}
