package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// In a hierarchy of calls, to read a value is to call it: the callers of a value are what it
// feeds. So each range is where LSP wants it, in the file of the caller.

func prepareCallHierarchyMethod() method {
	return question(protocol.MethodTextDocumentPrepareCallHierarchy, prepareCallHierarchy).
		doing("the value under the cursor, or the field of a component").
		providing(func(_ *client, to *protocol.ServerCapabilities) { to.CallHierarchyProvider = protocol.Boolean(true) })
}

func incomingCallsMethod() method {
	return question(protocol.MethodCallHierarchyIncomingCalls, incomingCalls).
		doing("what a value feeds: fields of components, other values")
}

func outgoingCallsMethod() method {
	return question(protocol.MethodCallHierarchyOutgoingCalls, outgoingCalls).
		doing("the values that a field of a component, or a value, is made from")
}

// prepareCallHierarchy returns the value or the field at a place.
func prepareCallHierarchy(_ context.Context, q *query, params *protocol.CallHierarchyPrepareParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	found := q.ws.StopAt(path, offset)
	if found == nil || !q.opens(found.Path) {
		return nil, nil
	}
	return []protocol.CallHierarchyItem{q.stop(*found)}, nil
}

func incomingCalls(_ context.Context, q *query, params *protocol.CallHierarchyIncomingCallsParams) (any, error) {
	path, offset, err := q.position(params.Item.URI, params.Item.SelectionRange.Start)
	if err != nil || path == "" {
		return nil, err
	}
	out := []protocol.CallHierarchyIncomingCall{}
	for _, way := range q.ws.Readers(path, offset) {
		if q.opens(way.To.Path) {
			out = append(out, protocol.CallHierarchyIncomingCall{From: q.stop(way.To), FromRanges: q.ranges(way.To.Path, way.Reads)})
		}
	}
	return out, nil
}

func outgoingCalls(_ context.Context, q *query, params *protocol.CallHierarchyOutgoingCallsParams) (any, error) {
	path, offset, err := q.position(params.Item.URI, params.Item.SelectionRange.Start)
	if err != nil || path == "" {
		return nil, err
	}
	out := []protocol.CallHierarchyOutgoingCall{}
	for _, way := range q.ws.Sources(path, offset) {
		if q.opens(way.To.Path) {
			out = append(out, protocol.CallHierarchyOutgoingCall{To: q.stop(way.To), FromRanges: q.ranges(path, way.Reads)})
		}
	}
	return out, nil
}

func (q *query) stop(s analysis.Stop) protocol.CallHierarchyItem {
	content := q.ws.Text(s.Path)
	return protocol.CallHierarchyItem{
		Name:           s.Name,
		Kind:           q.client.outlines.symbolKind(s.Kind),
		Detail:         pointer(s.Detail),
		URI:            uri.URI(q.uri(s.Path)),
		Range:          toRange(content, s.Span, q.client.encoding),
		SelectionRange: toRange(content, s.Focus, q.client.encoding),
	}
}

func (q *query) ranges(path string, spans []text.Span) []protocol.Range {
	out := make([]protocol.Range, 0, len(spans))
	for _, span := range spans {
		out = append(out, toRange(q.ws.Text(path), span, q.client.encoding))
	}
	return out
}
