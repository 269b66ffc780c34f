package lsp

import (
	"slices"

	"go.lsp.dev/protocol"
)

// acting is what a client can do with actions, lenses, hints and texts to show.
type acting struct {
	actionLiterals  bool // CodeAction besides Command
	actionEdits     bool // resolves the edit of an action
	preferred       bool // isPreferred
	disabled        bool // actions that cannot be done, with the reason
	documentChanges bool // in a WorkspaceEdit
	appliesEdits    bool // workspace/applyEdit
	hintTooltips    bool // resolves the tooltip of a hint

	// knowsStale says that the client knows what ContentModified means: nothing that anybody
	// should hear of. Others log it as an error.
	knowsStale bool

	refreshesLenses bool // workspace/codeLens/refresh
	refreshesHints  bool // workspace/inlayHint/refresh
	showsDocuments  bool // window/showDocument
	readsVirtual    bool // workspace/textDocumentContent: documents that are in no file
}

// newActing reads a client's capabilities.
func newActing(capabilities *protocol.ClientCapabilities) acting {
	var a acting
	if general := capabilities.General; general != nil {
		a.knowsStale = general.StaleRequestSupport.Cancel
	}
	if window := capabilities.Window; window != nil && window.ShowDocument != nil {
		a.showsDocuments = window.ShowDocument.Support
	}
	if ws := capabilities.Workspace; ws != nil {
		a.appliesEdits = isTrue(ws.ApplyEdit)
		a.documentChanges = ws.WorkspaceEdit != nil && isTrue(ws.WorkspaceEdit.DocumentChanges)
		a.refreshesLenses = ws.CodeLens != nil && isTrue(ws.CodeLens.RefreshSupport)
		a.refreshesHints = ws.InlayHint != nil && isTrue(ws.InlayHint.RefreshSupport)
		a.readsVirtual = ws.TextDocumentContent != nil
	}
	if capabilities.TextDocument == nil {
		return a
	}
	if action := capabilities.TextDocument.CodeAction; action != nil {
		a.actionLiterals = len(action.CodeActionLiteralSupport.CodeActionKind.ValueSet) > 0
		a.actionEdits = isTrue(action.DataSupport) && slices.Contains(action.ResolveSupport.Properties, "edit")
		a.preferred = isTrue(action.IsPreferredSupport)
		a.disabled = isTrue(action.DisabledSupport)
	}
	if hint := capabilities.TextDocument.InlayHint; hint != nil {
		a.hintTooltips = slices.Contains(hint.ResolveSupport.Properties, "tooltip")
	}
	return a
}
