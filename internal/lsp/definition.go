package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

func definitionMethod() method {
	return question(protocol.MethodTextDocumentDefinition, definition).
		doing("from a value to every layer, winner first; from a reference to the Module; from `appliesTo` to the component").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) { to.DefinitionProvider = protocol.Boolean(true) })
}

// definition leads to where the thing under the cursor comes from.
func definition(_ context.Context, q *query, params *protocol.DefinitionParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	found := q.ws.Definition(path, offset)
	switch {
	case len(found) == 0:
		return nil, nil
	case q.client.definitionLinks:
		links := make(protocol.DefinitionLinkSlice, 0, len(found))
		for _, link := range found {
			links = append(links, q.definitionLink(path, link))
		}
		return links, nil
	default:
		locations := make(protocol.LocationSlice, 0, len(found))
		for _, link := range found {
			locations = append(locations, q.location(analysis.Location{Path: link.Target.Path, Span: link.Focus}))
		}
		return locations, nil
	}
}

func (q *query) definitionLink(path string, link analysis.Link) protocol.DefinitionLink {
	target := q.ws.Text(link.Target.Path)
	return protocol.DefinitionLink{
		OriginSelectionRange: pointer(toRange(q.ws.Text(path), link.Origin, q.client.encoding)),
		TargetURI:            uri.URI(q.uri(link.Target.Path)),
		TargetRange:          toRange(target, link.Target.Span, q.client.encoding),
		TargetSelectionRange: toRange(target, link.Focus, q.client.encoding),
	}
}
