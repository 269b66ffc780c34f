package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

func prepareTypeHierarchyMethod() method {
	return question(protocol.MethodTextDocumentPrepareTypeHierarchy, prepareTypeHierarchy).
		doing("the document around the cursor, or the one that a reference leads to").
		providing(func(_ *client, to *protocol.ServerCapabilities) { to.TypeHierarchyProvider = protocol.Boolean(true) })
}

func supertypesMethod() method {
	return question(protocol.MethodTypeHierarchySupertypes, func(_ context.Context, q *query, params *protocol.TypeHierarchySupertypesParams) (any, error) {
		return q.family(&params.Item, workspace.Ancestors)
	}).doing("the Module of a release, the definition of a Module")
}

func subtypesMethod() method {
	return question(protocol.MethodTypeHierarchySubtypes, func(_ context.Context, q *query, params *protocol.TypeHierarchySubtypesParams) (any, error) {
		return q.family(&params.Item, workspace.Descendants)
	}).doing("the Modules made from a definition, the releases of a Module")
}

// prepareTypeHierarchy returns the document that a place is about.
func prepareTypeHierarchy(_ context.Context, q *query, params *protocol.TypeHierarchyPrepareParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	found := q.ws.Family(path, offset)
	if found == nil || !q.opens(found.Path) {
		return nil, nil
	}
	return q.relatives([]*analysis.Relative{found})
}

// family answers with the relatives of a document that the client was told of before.
func (q *query) family(item *protocol.TypeHierarchyItem, find func(ws workspace, path string, labels []string) []*analysis.Relative) (any, error) {
	path, content, err := q.document(item.URI)
	if err != nil || content == nil {
		return nil, err
	}
	var labels []string
	if protocol.Unmarshal(item.Data, &labels) != nil {
		return nil, nil // of another server, or of another version of this one
	}
	return q.relatives(find(q.ws, path, labels))
}

func (q *query) relatives(found []*analysis.Relative) (any, error) {
	out := make([]protocol.TypeHierarchyItem, 0, len(found))
	for _, r := range found {
		labels := r.Labels
		if labels == nil {
			labels = []string{}
		}
		data, err := protocol.Marshal(labels)
		if err != nil {
			return nil, err
		}
		content := q.ws.Text(r.Path)
		out = append(out, protocol.TypeHierarchyItem{
			Name:           r.Name,
			Kind:           q.client.outlines.symbolKind(r.Kind),
			Detail:         pointer(r.Detail),
			URI:            uri.URI(q.uri(r.Path)),
			Range:          toRange(content, r.Span, q.client.encoding),
			SelectionRange: toRange(content, r.Focus, q.client.encoding),
			Data:           data,
		})
	}
	return out, nil
}
