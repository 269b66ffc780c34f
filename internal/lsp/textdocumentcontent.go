package lsp

import (
	"context"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	reports "github.com/open-platform-model/opm-lsp/internal/analysis/report"
)

func textDocumentContentMethod() method {
	return question(protocol.MethodWorkspaceTextDocumentContent, textDocumentContent).
		doing("read-only documents, kept up to date: the effective configuration of a release, what an upgrade changes, where a value comes from; and the schemas that come with opm-lsp, of which other editors get copies").
		providing(
			func(c *client, to *protocol.ServerCapabilities) {
				if !c.readsVirtual {
					return
				}
				if to.Workspace == nil {
					to.Workspace = &protocol.WorkspaceOptions{}
				}
				to.Workspace.TextDocumentContent = &protocol.TextDocumentContentOptions{Schemes: []string{reports.Scheme, embeddedScheme}}
			})
}

// textDocumentContent returns the text of a virtual document, and remembers that the client
// may show it.
func textDocumentContent(_ context.Context, q *query, params *protocol.TextDocumentContentParams) (any, error) {
	if q.ws == nil {
		return nil, errNoWorkspace
	}
	name, _, _ := strings.Cut(string(params.URI), "#")
	if isEmbedded(name) {
		content := q.ws.Text(name)
		if content == nil {
			return nil, invalid("opm-lsp comes with no %s", name)
		}
		return &protocol.TextDocumentContentResult{Text: content.Content()}, nil
	}
	found, err := q.ws.Virtual(name)
	if err != nil {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "%v", err)
	}
	if q.client.readsVirtual {
		q.server.shown.keep(q, shownAnswer{kind: shownVirtual, part: name, said: found.Text, again: func(ws workspace) string {
			found, err := ws.Virtual(name)
			if err != nil {
				return err.Error()
			}
			return found.Text
		}})
	}
	return &protocol.TextDocumentContentResult{Text: found.Text}, nil
}

var errNoWorkspace = jsonrpc2.NewError(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), "no folder is open, so there is nothing to show")
