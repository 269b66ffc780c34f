package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// maxWorkspaceSymbols is how many symbols a search answers with. Nobody reads more; who does
// not see the right one types another letter.
const maxWorkspaceSymbols = 200

func workspaceSymbolMethod() method {
	return question(protocol.MethodWorkspaceSymbol, workspaceSymbol).
		doing("releases, Modules, definitions, components and scopes of the whole workspace by what one remembers of their names: `prod/shop`, `web-app 1.0`").
		providing(func(c *client, to *protocol.ServerCapabilities) {
			options := &protocol.WorkspaceSymbolOptions{}
			if c.outlines.resolvesRange {
				options.ResolveProvider = pointer(true)
			}
			to.WorkspaceSymbolProvider = options
		})
}

func workspaceSymbolResolveMethod() method {
	return question(protocol.MethodWorkspaceSymbolResolve, workspaceSymbolResolve).
		doing("the place of the one that was chosen")
}

// A symbolPlace is what a symbol of the workspace carries from the search to the choice: the
// span of its name, in bytes.
type symbolPlace struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// workspaceSymbol finds what is called so.
func workspaceSymbol(_ context.Context, q *query, params *protocol.WorkspaceSymbolParams) (any, error) {
	if q.ws == nil {
		return nil, nil
	}
	found := q.ws.WorkspaceSymbols(params.Query, maxWorkspaceSymbols)
	if !q.client.outlines.resolvesRange {
		out := make(protocol.SymbolInformationSlice, 0, len(found))
		for _, s := range found {
			out = append(out, protocol.SymbolInformation{BaseSymbolInformation: q.baseSymbol(s), Location: q.location(s.Location)})
		}
		return out, nil
	}
	out := make(protocol.WorkspaceSymbolSlice, 0, len(found))
	for _, s := range found {
		place, err := protocol.Marshal(symbolPlace{s.Location.Span.Start, s.Location.Span.End})
		if err != nil {
			return nil, err
		}
		out = append(out, protocol.WorkspaceSymbol{
			BaseSymbolInformation: q.baseSymbol(s),
			Location:              &protocol.LocationUriOnly{URI: uri.URI(q.uri(s.Location.Path))},
			Data:                  place,
		})
	}
	return out, nil
}

func (q *query) baseSymbol(s analysis.WorkspaceSymbol) protocol.BaseSymbolInformation {
	return protocol.BaseSymbolInformation{
		Name:          s.Name,
		Kind:          q.client.outlines.symbolKind(s.Kind),
		ContainerName: pointer(s.Container),
	}
}

// workspaceSymbolResolve adds the range to a symbol that was sent without it.
func workspaceSymbolResolve(_ context.Context, q *query, params *protocol.WorkspaceSymbol) (any, error) {
	at, ok := params.Location.(*protocol.LocationUriOnly)
	if !ok {
		return params, nil
	}
	location := &protocol.Location{URI: at.URI}
	var place symbolPlace
	path, content, err := q.document(at.URI)
	if err != nil {
		return nil, err
	}
	if content != nil && protocol.Unmarshal(params.Data, &place) == nil {
		location = pointer(q.location(analysis.Location{Path: path, Span: text.Span{Start: place.Start, End: max(place.Start, place.End)}}))
	}
	resolved := *params
	resolved.Location = location
	return &resolved, nil
}
