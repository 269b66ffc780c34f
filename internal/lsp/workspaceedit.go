package lsp

import (
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// workspaceEdit converts edits of the query's texts. It names the versions of the documents
// that the client has open, so that a client can refuse it when it has gone on, unless the
// client knows only the older form.
func (q *query) workspaceEdit(edits []analysis.Edit) *protocol.WorkspaceEdit {
	var order []string
	byFile := make(map[string][]*protocol.TextEdit)
	for _, e := range edits {
		if byFile[e.Path] == nil {
			order = append(order, e.Path)
		}
		byFile[e.Path] = append(byFile[e.Path], &protocol.TextEdit{
			Range: toRange(q.ws.Text(e.Path), e.Span, q.client.encoding), NewText: e.NewText,
		})
	}
	result := &protocol.WorkspaceEdit{}
	for _, path := range order {
		document := uri.URI(q.uri(path))
		if !q.client.documentChanges {
			if result.Changes == nil {
				result.Changes = make(map[uri.URI][]protocol.TextEdit)
			}
			for _, e := range byFile[path] {
				result.Changes[document] = append(result.Changes[document], *e)
			}
			continue
		}
		change := &protocol.TextDocumentEdit{TextDocument: protocol.OptionalVersionedTextDocumentIdentifier{
			TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: document},
		}}
		if d, open := q.documents[path]; open {
			change.TextDocument.Version = pointer(d.version)
		}
		for _, e := range byFile[path] {
			change.Edits = append(change.Edits, e)
		}
		result.DocumentChanges = append(result.DocumentChanges, change)
	}
	return result
}
