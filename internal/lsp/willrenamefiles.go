package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

func willRenameFilesMethod() method {
	return question(protocol.MethodWorkspaceWillRenameFiles, willRenameFiles).
		doing("moved directories: the imports of CUE packages and the sources in opm-lsp.cue that name them").
		providing(func(_ *client, to *protocol.ServerCapabilities) {
			filter := protocol.FileOperationFilter{Scheme: pointer("file"), Pattern: protocol.FileOperationPattern{Glob: "**"}}
			if to.Workspace == nil {
				to.Workspace = &protocol.WorkspaceOptions{}
			}
			if to.Workspace.FileOperations == nil {
				to.Workspace.FileOperations = &protocol.FileOperationOptions{}
			}
			to.Workspace.FileOperations.WillRename = protocol.FileOperationRegistrationOptions{Filters: []protocol.FileOperationFilter{filter}}
		})
}

// willRenameFiles rewrites what names a place that is about to be another.
func willRenameFiles(_ context.Context, q *query, params *protocol.RenameFilesParams) (any, error) {
	if q.ws == nil {
		return nil, nil
	}
	var moves []analysis.Move
	for _, f := range params.Files {
		from, err := pathOf(f.OldURI)
		if err != nil {
			continue
		}
		to, err := pathOf(f.NewURI)
		if err != nil {
			continue
		}
		moves = append(moves, analysis.Move{From: from, To: to})
	}
	edits := q.ws.Moved(moves)
	if len(edits) == 0 {
		return nil, nil
	}
	return q.workspaceEdit(edits), nil
}
