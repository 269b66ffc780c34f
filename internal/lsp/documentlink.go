package lsp

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

func documentLinkMethod() method {
	return question(protocol.MethodTextDocumentDocumentLink, documentLink).
		doing("imports lead to the document or the package that they mean").
		concerningOne().
		providing(func(_ *client, to *protocol.ServerCapabilities) {
			to.DocumentLinkProvider = &protocol.DocumentLinkOptions{ResolveProvider: pointer(true)}
		})
}

func documentLinkResolveMethod() method {
	return question(protocol.MethodDocumentLinkResolve, documentLinkResolve).
		doing("where an import leads by the time that it is followed")
}

// A linkPlace is what a link carries from the list to the moment at which it is followed.
type linkPlace struct {
	Document string `json:"document"` // its URI
	Import   string `json:"import"`
}

// documentLink returns the imports of a document that lead somewhere.
func documentLink(_ context.Context, q *query, params *protocol.DocumentLinkParams) (any, error) {
	path, content, err := q.document(params.TextDocument.URI)
	if err != nil || content == nil {
		return nil, err
	}
	out := []protocol.DocumentLink{}
	for _, link := range q.ws.ImportLinks(path) {
		if link.Path != "" && !q.opens(link.Path) {
			continue
		}
		data, err := protocol.Marshal(linkPlace{string(params.TextDocument.URI), link.Import})
		if err != nil {
			return nil, err
		}
		converted := protocol.DocumentLink{Range: toRange(content, link.Span, q.client.encoding), Data: data}
		q.aim(&converted, link)
		out = append(out, converted)
	}
	return out, nil
}

// aim says where a link leads. The line is in the fragment, in the form that editors and
// browsers know.
func (q *query) aim(to *protocol.DocumentLink, link analysis.ImportLink) {
	target := link.Page
	if link.Path != "" {
		target = fmt.Sprintf("%s#L%d", q.uri(link.Path), link.Line+1)
	}
	to.Target = pointer(uri.URI(target))
	if q.client.outlines.linkTooltips {
		to.Tooltip = pointer(link.Tooltip)
	}
}

// documentLinkResolve looks again where a link leads.
func documentLinkResolve(_ context.Context, q *query, params *protocol.DocumentLink) (any, error) {
	var place linkPlace
	if protocol.Unmarshal(params.Data, &place) != nil {
		return params, nil
	}
	path, content, err := q.document(uri.URI(place.Document))
	if err != nil || content == nil {
		return params, nil
	}
	resolved := *params
	for _, link := range q.ws.ImportLinks(path) {
		if link.Import == place.Import && (link.Path == "" || q.opens(link.Path)) {
			q.aim(&resolved, link)
			break
		}
	}
	return &resolved, nil
}
