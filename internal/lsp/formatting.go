package lsp

import (
	"context"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// The options that a client sends along are not heeded: there is one form of CUE, that of
// `cue fmt`, and it is indented with tabs.

func formattingMethod() method {
	return question(protocol.MethodTextDocumentFormatting, formatting).
		doing("as `cue fmt`, with tabs whatever the editor's options say; lines that are in form are not touched, and a document that does not parse is left alone").
		concerningOne().
		providing(func(c *client, to *protocol.ServerCapabilities) {
			if !c.besideCueLsp {
				to.DocumentFormattingProvider = protocol.Boolean(true)
			}
		})
}

func rangeFormattingMethod() method {
	return question(protocol.MethodTextDocumentRangeFormatting, rangeFormatting).
		doing("the same for the lines of a selection").
		concerningOne().
		providing(func(c *client, to *protocol.ServerCapabilities) {
			switch {
			case c.besideCueLsp:
			case c.outlines.manyRanges:
				to.DocumentRangeFormattingProvider = &protocol.DocumentRangeFormattingOptions{RangesSupport: pointer(true)}
			default:
				to.DocumentRangeFormattingProvider = protocol.Boolean(true)
			}
		})
}

func rangesFormattingMethod() method {
	return question(protocol.MethodTextDocumentRangesFormatting, rangesFormatting).
		doing("the same for several selections").
		concerningOne()
}

func formatting(_ context.Context, q *query, params *protocol.DocumentFormattingParams) (any, error) {
	path, content, err := q.document(params.TextDocument.URI)
	if err != nil || content == nil || q.besideCueLsp {
		return nil, err
	}
	return q.textEdits(content, q.ws.Formatting(path)), nil
}

func rangeFormatting(_ context.Context, q *query, params *protocol.DocumentRangeFormattingParams) (any, error) {
	return q.formatRanges(params.TextDocument.URI, []protocol.Range{params.Range})
}

func rangesFormatting(_ context.Context, q *query, params *protocol.DocumentRangesFormattingParams) (any, error) {
	return q.formatRanges(params.TextDocument.URI, params.Ranges)
}

func (q *query) formatRanges(document uri.URI, ranges []protocol.Range) (any, error) {
	path, content, err := q.document(document)
	if err != nil || content == nil || q.besideCueLsp {
		return nil, err
	}
	var edits []analysis.Edit
	for _, r := range ranges {
		span, err := q.spanOf(content, r)
		if err != nil {
			return nil, err
		}
		edits = append(edits, q.ws.RangeFormatting(path, span)...)
	}
	slices.SortFunc(edits, func(a, b analysis.Edit) int { return a.Span.Compare(b.Span) })
	return q.textEdits(content, slices.Compact(edits)), nil
}

// spanOf converts a range of a document. Behind its last line it ends with it: some clients mean all
// of the document by a range that ends on the line behind that, or on a line with a large number.
func (q *query) spanOf(content *text.Text, r protocol.Range) (text.Span, error) {
	position := func(p protocol.Position) text.Position {
		return text.Position{Line: int(p.Line), Character: int(p.Character)}
	}
	end := position(r.End)
	if last := content.Position(content.Len(), q.client.encoding); end.Line > last.Line {
		end = last
	}
	span, err := content.Span(text.Range{Start: position(r.Start), End: end}, q.client.encoding)
	if err != nil {
		return span, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "the range is not in the document: %v", err)
	}
	return span, nil
}

// textEdits converts edits of one document. The result is never nil.
func (q *query) textEdits(content *text.Text, edits []analysis.Edit) []protocol.TextEdit {
	out := make([]protocol.TextEdit, 0, len(edits))
	for _, e := range edits {
		out = append(out, protocol.TextEdit{Range: toRange(content, e.Span, q.client.encoding), NewText: e.NewText})
	}
	return out
}
