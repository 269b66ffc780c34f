package lsp

import (
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// reachable returns the links that the client can follow.
func (q *query) reachable(found []analysis.Link) []analysis.Link {
	var out []analysis.Link
	for _, link := range found {
		if q.opens(link.Target.Path) {
			out = append(out, link)
		}
	}
	return out
}

// links answers with the places to which the thing in the file at path leads: as links if the
// client takes them, else as locations; null if there are none.
func (q *query) links(path string, found []analysis.Link, asLinks bool) any {
	found = q.reachable(found)
	switch {
	case len(found) == 0:
		return nil
	case asLinks:
		links := make([]protocol.LocationLink, 0, len(found))
		for _, link := range found {
			links = append(links, q.link(path, link))
		}
		return links
	}
	locations := make([]protocol.Location, 0, len(found))
	for _, link := range found {
		locations = append(locations, q.location(analysis.Location{Path: link.Target.Path, Span: link.Focus}))
	}
	return locations
}

func (q *query) link(path string, link analysis.Link) protocol.LocationLink {
	target := q.ws.Text(link.Target.Path)
	return protocol.LocationLink{
		OriginSelectionRange: pointer(toRange(q.ws.Text(path), link.Origin, q.client.encoding)),
		TargetURI:            uri.URI(q.uri(link.Target.Path)),
		TargetRange:          toRange(target, link.Target.Span, q.client.encoding),
		TargetSelectionRange: toRange(target, link.Focus, q.client.encoding),
	}
}

// leads answers a request for where the thing at a place leads.
func (q *query) leads(at *protocol.TextDocumentPositionParams, asLinks bool, find func(path string, offset int) []analysis.Link) (any, error) {
	path, offset, err := q.position(at.TextDocument.URI, at.Position)
	if err != nil || path == "" {
		return nil, err
	}
	return q.links(path, find(path, offset), asLinks), nil
}
