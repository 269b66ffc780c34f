package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func inlayHintMethod() method {
	return question(protocol.MethodTextDocumentInlayHint, inlayHint).
		doing("what an override replaces, the version that an unpinned reference means, the effective value where a component reads one").
		concerningOne().
		providing(
			func(c *client, to *protocol.ServerCapabilities) {
				to.InlayHintProvider = &protocol.InlayHintOptions{ResolveProvider: pointer(c.hintTooltips)}
			})
}

func inlayHintResolveMethod() method {
	return question(protocol.MethodInlayHintResolve, resolveInlayHint).doing("the layers of the value, as a tooltip")
}

// hintData finds a hint again.
type hintData struct {
	URI    string `json:"uri"`
	Text   string `json:"text"` // fingerprint of the text
	Offset int    `json:"offset"`
	Label  string `json:"label"`
}

// inlayHint shows values that the text does not.
func inlayHint(_ context.Context, q *query, params *protocol.InlayHintParams) (any, error) {
	path, span, err := q.span(params.TextDocument.URI, params.Range)
	if err != nil || path == "" {
		return nil, err
	}
	content := q.ws.Text(path)
	print := fingerprint(content)
	found := q.ws.Hints(path, span)
	hints := make([]protocol.InlayHint, 0, len(found))
	for _, h := range found {
		hint := protocol.InlayHint{
			Position:    toPosition(content.Position(h.Offset, q.client.encoding)),
			Label:       protocol.String(h.Label),
			PaddingLeft: pointer(true),
		}
		if q.client.hintTooltips {
			hint.Data = encodeData(hintData{q.uri(path), print, h.Offset, h.Label})
		} else {
			hint.Tooltip = q.hintTooltip(h)
		}
		hints = append(hints, hint)
	}
	if q.client.refreshesHints {
		q.server.shown.keep(q, shownAnswer{kind: shownHints, path: path, part: fmt.Sprint(span), said: hintList(found), again: func(ws workspace) string {
			return hintList(ws.Hints(path, span))
		}})
	}
	return hints, nil
}

// hintList is what a client shows of some hints.
func hintList(hints []analysis.InlayHint) string {
	var list []any
	for _, h := range hints {
		list = append(list, h.Offset, h.Label)
	}
	return string(encodeData(list))
}

func (q *query) hintTooltip(h analysis.InlayHint) protocol.InlayHintTooltip {
	markdown, plain := q.ws.HintTooltip(h)
	switch {
	case plain == "":
		return nil
	case q.client.hoverFormat == protocol.MarkupKindMarkdown:
		return &protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: q.markdown(markdown)}
	}
	return protocol.String(plain)
}

// resolveInlayHint adds the tooltip to a hint.
func resolveInlayHint(_ context.Context, q *query, params *protocol.InlayHint) (any, error) {
	if len(params.Data) == 0 {
		return params, nil
	}
	var data hintData
	if json.Unmarshal(params.Data, &data) != nil {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "the data of the hint are not those that opm-lsp gave it")
	}
	path, err := pathOf(data.URI)
	if err != nil || q.ws == nil {
		return nil, errChanged
	}
	content := q.ws.Text(path)
	if content == nil || fingerprint(content) != data.Text {
		return nil, errChanged
	}
	hints := q.ws.Hints(path, text.Span{Start: data.Offset, End: data.Offset})
	i := slices.IndexFunc(hints, func(h analysis.InlayHint) bool { return h.Label == data.Label })
	if i < 0 {
		return nil, errChanged
	}
	params.Tooltip = q.hintTooltip(hints[i])
	return params, nil
}
