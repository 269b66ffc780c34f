package lsp

import (
	"context"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

func renameMethod() method {
	return question(protocol.MethodTextDocumentRename, renameEverywhere).
		doing("a value, component or scope in all layers, files and string paths; a document with its imports; any name of CUE").
		showing("Renaming").
		providing(func(c *client, to *protocol.ServerCapabilities) {
			if c.preparesRename {
				to.RenameProvider = &protocol.RenameOptions{PrepareProvider: pointer(true), WorkDoneProgressOptions: showsProgress(c)}
			} else {
				to.RenameProvider = protocol.Boolean(true)
			}
		})
}

// renaming is what a client can do with the edits of a rename.
type renaming struct {
	preparesRename bool // asks before it renames
	annotates      bool // shows edits that somebody should look at first
}

// newRenaming reads a client's capabilities.
func newRenaming(capabilities *protocol.ClientCapabilities) renaming {
	var r renaming
	if document := capabilities.TextDocument; document != nil && document.Rename != nil {
		r.preparesRename = isTrue(document.Rename.PrepareSupport)
		r.annotates = isTrue(document.Rename.HonorsChangeAnnotations)
	}
	if ws := capabilities.Workspace; ws == nil || ws.WorkspaceEdit == nil || ws.WorkspaceEdit.ChangeAnnotationSupport == nil {
		r.annotates = false
	}
	return r
}

// renameEverywhere gives what stands under the cursor another name in all files, or says
// why that cannot be.
func renameEverywhere(ctx context.Context, q *query, params *protocol.RenameParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	edits, err := q.ws.Rename(ctx, path, offset, params.NewName)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, refused(err)
	}
	return q.renameEdit(edits), nil
}

// refused is the answer to a request that cannot be done; editors show its sentence.
func refused(err error) error {
	return jsonrpc2.NewError(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), err.Error())
}

// renameEdit converts the edits of a rename. Those that are not certain are marked, where
// the client can show that.
func (q *query) renameEdit(edits []analysis.RenameEdit) *protocol.WorkspaceEdit {
	plain := make([]analysis.Edit, len(edits))
	for i, e := range edits {
		plain[i] = e.Edit
	}
	result := q.workspaceEdit(plain)
	if !q.client.annotates || !q.client.documentChanges {
		return result
	}
	at := make(map[string]int) // the edits of each file keep their order
	for _, e := range edits {
		i := at[e.Path]
		at[e.Path]++
		if e.Confirm == "" {
			continue
		}
		for _, change := range result.DocumentChanges {
			document, ok := change.(*protocol.TextDocumentEdit)
			if !ok || string(document.TextDocument.URI) != q.uri(e.Path) {
				continue
			}
			edit, ok := document.Edits[i].(*protocol.TextEdit)
			if !ok {
				continue
			}
			id := protocol.ChangeAnnotationIdentifier(e.Confirm)
			document.Edits[i] = &protocol.AnnotatedTextEdit{TextEdit: *edit, AnnotationID: id}
			if result.ChangeAnnotations == nil {
				result.ChangeAnnotations = make(map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation)
			}
			result.ChangeAnnotations[id] = protocol.ChangeAnnotation{Label: e.Confirm, NeedsConfirmation: pointer(true)}
		}
	}
	return result
}
