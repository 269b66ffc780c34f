package lsp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// The kinds under which actions are announced.
const (
	mendKind     = protocol.CodeActionKindQuickFix
	rewriteKind  = protocol.CodeActionKindRefactorRewrite
	fixAllKind   = protocol.CodeActionKindSourceFixAll + ".opm"
	organizeKind = protocol.CodeActionKindSourceOrganizeImports
)

func codeActionMethod() method {
	return question(protocol.MethodTextDocumentCodeAction, codeAction).
		doing("the fixes of what is wrong, the best one first; all of one rule, or all safe ones; fill required values; upgrade; suppress here; the rule's page; imports in order").
		providing(
			func(c *client, to *protocol.ServerCapabilities) {
				if !c.actionLiterals {
					to.CodeActionProvider = protocol.Boolean(true)
					return
				}
				to.CodeActionProvider = &protocol.CodeActionOptions{
					CodeActionKinds: []protocol.CodeActionKind{mendKind, rewriteKind, fixAllKind, organizeKind},
					ResolveProvider: pointer(c.actionEdits),
				}
			})
}

func codeActionResolveMethod() method {
	return question(protocol.MethodCodeActionResolve, resolveCodeAction).doing("the edit of an action, when it is chosen")
}

// actionData finds an action again.
type actionData struct {
	URI        string              `json:"uri"`
	Start, End int                 // bytes of the text with the fingerprint
	Text       string              `json:"text"` // fingerprint
	Kind       analysis.ActionKind `json:"kind"`
	ID         string              `json:"id"`
}

// codeAction offers what can be done at a range.
func codeAction(_ context.Context, q *query, params *protocol.CodeActionParams) (any, error) {
	path, span, err := q.span(params.TextDocument.URI, params.Range)
	if err != nil || path == "" {
		return nil, err
	}
	result := []protocol.CommandOrCodeAction{}
	for _, a := range q.ws.Actions(path, span, wantedKinds(params.Context)) {
		if converted := q.codeAction(path, span, a); converted != nil {
			result = append(result, converted)
		}
	}
	return result, nil
}

// wantedKinds returns which kinds of action a client asks for. What it asks for by itself while
// the cursor moves, to show that there is something, is about what is wrong there.
func wantedKinds(context protocol.CodeActionContext) func(analysis.ActionKind) bool {
	return func(kind analysis.ActionKind) bool {
		if len(context.Only) == 0 {
			return kind == analysis.MendAction || context.TriggerKind != protocol.CodeActionTriggerKindAutomatic
		}
		announced := string(toActionKind(kind))
		return slices.ContainsFunc(context.Only, func(only protocol.CodeActionKind) bool {
			return only == "" || announced == string(only) || strings.HasPrefix(announced, string(only)+".")
		})
	}
}

func toActionKind(kind analysis.ActionKind) protocol.CodeActionKind {
	switch kind {
	case analysis.RewriteAction:
		return rewriteKind
	case analysis.FixAllAction:
		return fixAllKind
	case analysis.OrganizeAction:
		return organizeKind
	default:
		return mendKind
	}
}

// codeAction converts an action; nil if the client cannot have it.
func (q *query) codeAction(path string, span text.Span, a analysis.Action) protocol.CommandOrCodeAction {
	data := q.actionData(path, span, a)
	command := q.actionCommand(a, data)
	if !q.client.actionLiterals {
		if command.Command == "" {
			return nil
		}
		return &command
	}
	action := &protocol.CodeAction{
		Title:       a.Title,
		Kind:        pointer(toActionKind(a.Kind)),
		Diagnostics: q.diagnostics(path, a.Diagnostics),
	}
	if len(a.Diagnostics) == 0 {
		action.Diagnostics = nil
	}
	if a.Preferred && q.client.preferred {
		action.IsPreferred = pointer(true)
	}
	switch {
	case a.Refused != "":
		if !q.client.disabled {
			return nil
		}
		action.Disabled = protocol.CodeActionDisabled{Reason: a.Refused}
	case a.Edits == nil:
		action.Command = command
	case q.client.actionEdits:
		action.Data = encodeData(data)
	default:
		action.Edit = q.workspaceEdit(a.Edits())
	}
	return action
}

// actionCommand returns the command that does what an action does; one without a name if the
// client cannot have it so.
func (q *query) actionCommand(a analysis.Action, data actionData) protocol.Command {
	switch {
	case a.Refused != "":
		return protocol.Command{}
	case a.Page != "":
		return protocol.Command{Title: a.Title, Command: explainCommand, Arguments: []protocol.LSPAny{encodeData(a.Page)}}
	case a.Preview != nil:
		return protocol.Command{Title: a.Title, Command: upgradePreviewCommand, Arguments: []protocol.LSPAny{q.placeOf(a.Preview.File.Path, a.Preview.Mark)}}
	case !q.client.appliesEdits:
		return protocol.Command{}
	}
	return protocol.Command{Title: a.Title, Command: applyCommand, Arguments: []protocol.LSPAny{encodeData(data)}}
}

func (q *query) actionData(path string, span text.Span, a analysis.Action) actionData {
	return actionData{URI: q.uri(path), Start: span.Start, End: span.End, Text: fingerprint(q.ws.Text(path)), Kind: a.Kind, ID: a.ID}
}

// fingerprint stands for a text where the client keeps it for the server.
func fingerprint(content *text.Text) string {
	sum := sha256.Sum256([]byte(content.Content()))
	return hex.EncodeToString(sum[:8])
}

// encodeData encodes what a client gives back as it is, or the argument of a command.
func encodeData(data any) protocol.LSPAny {
	encoded, err := json.Marshal(data)
	if err != nil {
		return protocol.LSPAny("null")
	}
	return protocol.LSPAny(encoded)
}

// resolveCodeAction adds the edit to an action.
func resolveCodeAction(_ context.Context, q *query, params *protocol.CodeAction) (any, error) {
	if len(params.Data) == 0 {
		return params, nil // it has all that there is
	}
	edit, err := q.editOf(params.Data)
	if err != nil {
		return nil, err
	}
	params.Edit = edit
	return params, nil
}

// editOf returns the edit of the action that data means. The text has to be the one that the
// action was offered for: the same place of another text is another place.
func (q *query) editOf(raw protocol.LSPAny) (*protocol.WorkspaceEdit, error) {
	var data actionData
	if json.Unmarshal(raw, &data) != nil {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "the data of the action are not those that opm-lsp gave it")
	}
	path, err := pathOf(data.URI)
	if err != nil || q.ws == nil {
		return nil, errChanged
	}
	content := q.ws.Text(path)
	if content == nil || fingerprint(content) != data.Text {
		return nil, errChanged
	}
	actions := q.ws.Actions(path, text.Span{Start: data.Start, End: data.End}, func(kind analysis.ActionKind) bool { return kind == data.Kind })
	i := slices.IndexFunc(actions, func(a analysis.Action) bool { return a.ID == data.ID && a.Edits != nil })
	if i < 0 {
		return nil, errChanged
	}
	return q.workspaceEdit(actions[i].Edits()), nil
}

// errChanged answers a question about something that was there.
var errChanged = jsonrpc2.NewError(jsonrpc2.Code(protocol.LSPErrorCodesContentModified), "the document has changed since: ask again")

// span returns the path and the bytes of a range in a document. The path is empty if the
// workspace has no such document.
func (q *query) span(document uri.URI, r protocol.Range) (path string, span text.Span, err error) {
	path, content, err := q.document(document)
	if err != nil || content == nil {
		return "", span, err
	}
	span, err = q.spanOf(content, r)
	return path, span, err
}
