package lsp

import (
	"context"
	"encoding/json"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

func codeLensMethod() method {
	return question(protocol.MethodTextDocumentCodeLens, codeLens).
		doing("above a Module how many releases it has and breaks; above a release its Module, what it sets and inherits, and a newer version").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) {
				to.CodeLensProvider = &protocol.CodeLensOptions{ResolveProvider: pointer(true)}
			})
}

func codeLensResolveMethod() method {
	return question(protocol.MethodCodeLensResolve, resolveCodeLens).doing("the counts, when the line is on the screen")
}

// lensData finds a lens again.
type lensData struct {
	URI      string            `json:"uri"`
	Kind     analysis.LensKind `json:"kind"`
	Document []string          `json:"document"` // the fields that lead to it
}

// codeLens says above which lines there is something to read; what that is, the client asks
// when it shows the line.
func codeLens(_ context.Context, q *query, params *protocol.CodeLensParams) (any, error) {
	path, _, err := q.position(params.TextDocument.URI, protocol.Position{})
	if err != nil || path == "" {
		return nil, err
	}
	lenses := []protocol.CodeLens{}
	for _, l := range q.ws.Lenses(path) {
		lenses = append(lenses, protocol.CodeLens{
			Range: toRange(q.ws.Text(path), l.Span, q.client.encoding),
			Data:  encodeData(lensData{q.uri(path), l.Kind, l.Document.Path}),
		})
	}
	if q.client.refreshesLenses {
		q.server.shown.keep(q, shownAnswer{kind: shownLenses, path: path, said: lensList(q.ws, path), again: func(ws workspace) string {
			return lensList(ws, path)
		}})
	}
	return lenses, nil
}

// lensList is what a client knows that has not asked what the lenses say.
func lensList(ws workspace, path string) string {
	var list []any
	for _, l := range ws.Lenses(path) {
		list = append(list, l.Kind, l.Span, l.Document.Path)
	}
	return string(encodeData(list))
}

// resolveCodeLens says what a lens says, and what it does.
func resolveCodeLens(ctx context.Context, q *query, params *protocol.CodeLens) (any, error) {
	var data lensData
	if json.Unmarshal(params.Data, &data) != nil {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "the data of the lens are not those that opm-lsp gave it")
	}
	path, err := pathOf(data.URI)
	if err != nil || q.ws == nil {
		return nil, errChanged
	}
	title, lens := lensTitle(ctx, q.ws, path, data)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if title == "" {
		if q.client.knowsStale {
			return nil, errChanged
		}
		params.Command = protocol.Command{Title: " "} // until the client asks for the lenses anew
		return params, nil
	}
	if q.client.refreshesLenses {
		q.server.shown.keep(q, shownAnswer{kind: shownLenses, path: path, part: string(params.Data), said: title, again: func(ws workspace) string {
			title, _ := lensTitle(context.Background(), ws, path, data)
			return title
		}})
	}
	params.Command = protocol.Command{Title: title, Command: lensCommands[lens.Kind], Arguments: []protocol.LSPAny{q.placeOf(path, lens.Span)}}
	return params, nil
}

// lensCommands are what the lenses open.
var lensCommands = map[analysis.LensKind]string{
	analysis.UsesLens:      impactCommand,
	analysis.EffectiveLens: effectiveCommand,
	analysis.UpgradeLens:   upgradePreviewCommand,
}

// lensTitle returns what a lens says; "" if it is no more.
func lensTitle(ctx context.Context, ws workspace, path string, data lensData) (string, analysis.Lens) {
	for _, l := range ws.Lenses(path) {
		if l.Kind == data.Kind && slices.Equal(l.Document.Path, data.Document) {
			return ws.LensTitle(ctx, l), l
		}
	}
	return "", analysis.Lens{}
}
