package lsp

import (
	"context"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func completionMethod() method {
	return question(protocol.MethodTextDocumentCompletion, completion).
		doing("what may be set at this place, required first, with type, effective default and its layer; alternatives of a value; names and versions of the catalog; components; fields of metadata").
		concerningOne().
		providing(
			func(c *client, to *protocol.ServerCapabilities) {
				to.CompletionProvider = &protocol.CompletionOptions{
					ResolveProvider: pointer(true),
					// What the parts of a path, a reference or a value begin behind.
					// Letters need not be named.
					TriggerCharacters: []string{`"`, ".", "/", ":", "@"},
				}
				if c.labelDetails {
					to.CompletionProvider.CompletionItem = &protocol.ServerCompletionItemOptions{LabelDetailsSupport: pointer(true)}
				}
			})
}

// completion offers what may be typed at a place.
func completion(_ context.Context, q *query, params *protocol.CompletionParams) (any, error) {
	path, offset, err := q.position(params.TextDocument.URI, params.Position)
	if err != nil || path == "" {
		return nil, err
	}
	found := q.offered(q.ws.Completion(path, offset))
	content := q.ws.Text(path)
	l := &completionList{query: q, content: content, place: completionPlace(&params.TextDocumentPositionParams)}
	list := &protocol.CompletionList{Items: make([]protocol.CompletionItem, 0, len(found))}
	if len(found) > 0 {
		list.ItemDefaults = l.defaults(found[0].Replace)
	}
	for i := range found {
		list.Items = append(list.Items, l.item(&found[i]))
	}
	return list, nil
}

// A completionList makes the items of one answer.
type completionList struct {
	*query
	content *text.Text
	place   protocol.LSPAny // what completionItem/resolve asks about again
	shared  *text.Span      // what all items replace that say nothing else; nil: each says it
}

// defaults returns what the items of an answer have in common, as far as the client lets
// them: what they replace, and where they were asked for. It is nil if that is nothing.
func (l *completionList) defaults(replace text.Span) *protocol.CompletionItemDefaults {
	defaults := &protocol.CompletionItemDefaults{}
	if slices.Contains(l.client.itemDefaults, "editRange") {
		l.shared = &replace
		defaults.EditRange = pointer(toRange(l.content, replace, l.client.encoding))
	}
	if l.client.resolvesDocs && slices.Contains(l.client.itemDefaults, "data") {
		defaults.Data, l.place = l.place, nil
	}
	if defaults.EditRange == nil && defaults.Data == nil {
		return nil
	}
	return defaults
}

func (l *completionList) item(c *analysis.Completion) protocol.CompletionItem {
	q := l.query
	item := protocol.CompletionItem{
		Label: c.Label,
		Kind:  q.itemKind(c.Kind),
	}
	newText := c.NewText
	if c.Snippet != "" && q.client.snippets {
		newText = c.Snippet
		item.InsertTextFormat = protocol.InsertTextFormatSnippet
	}
	switch {
	case l.shared == nil || *l.shared != c.Replace:
		item.TextEdit = &protocol.TextEdit{Range: toRange(l.content, c.Replace, q.client.encoding), NewText: newText}
	case newText != c.Label:
		item.TextEditText = protocol.NewOptional(newText)
	}
	for _, e := range c.Imports {
		item.AdditionalTextEdits = append(item.AdditionalTextEdits, protocol.TextEdit{Range: toRange(l.content, e.Span, q.client.encoding), NewText: e.NewText})
	}
	if c.SortText != "" {
		item.SortText = protocol.NewOptional(c.SortText)
	}
	if filter := filterText(l.content.Slice(c.Replace), c.Label); filter != c.Label {
		item.FilterText = protocol.NewOptional(filter)
	}
	switch {
	case c.Detail == "" && c.Origin == "":
	case q.client.labelDetails:
		item.LabelDetails = &protocol.CompletionItemLabelDetails{}
		if c.Detail != "" {
			item.LabelDetails.Detail = pointer(" " + c.Detail) // shown directly behind the label
		}
		if c.Origin != "" {
			item.LabelDetails.Description = pointer(c.Origin)
		}
	default: // two blanks, since either may have single ones in it
		item.Detail = protocol.NewOptional(strings.TrimSpace(c.Detail + "  " + c.Origin))
	}
	if c.IsDeprecated() && q.client.deprecatedTag {
		item.Tags = []protocol.CompletionItemTag{protocol.CompletionItemTagDeprecated}
	}
	switch {
	case c.Doc == "":
	case q.client.resolvesDocs:
		item.Data = l.place
	default:
		item.Documentation = q.documentation(c)
	}
	return item
}

// documentation returns the comment on what an item stands for, in the form that the client
// shows.
func (q *query) documentation(c *analysis.Completion) *protocol.MarkupContent {
	return &protocol.MarkupContent{Kind: q.client.documentationFormat, Value: c.Doc}
}

// filterText returns what the client has to compare with what is typed: the text
// that the item replaces. Where that begins with a quote, so must the filter, or
// the client finds no item that fits.
func filterText(replaced, label string) string {
	if strings.HasPrefix(replaced, `"`) && !strings.HasPrefix(label, `"`) {
		return `"` + label + `"`
	}
	return label
}

// itemKinds holds for each kind of item its symbol, and the nearest one of LSP's first version.
var itemKinds = map[analysis.CompletionKind][2]protocol.CompletionItemKind{
	analysis.FieldItem:     {protocol.CompletionItemKindField, protocol.CompletionItemKindText},
	analysis.StructItem:    {protocol.CompletionItemKindStruct, protocol.CompletionItemKindModule},
	analysis.ValueItem:     {protocol.CompletionItemKindValue, protocol.CompletionItemKindText},
	analysis.EnumItem:      {protocol.CompletionItemKindEnumMember, protocol.CompletionItemKindEnum},
	analysis.ReferenceItem: {protocol.CompletionItemKindReference, protocol.CompletionItemKindText},
	analysis.ImportItem:    {protocol.CompletionItemKindModule, protocol.CompletionItemKindText},
	analysis.SchemaItem:    {protocol.CompletionItemKindClass, protocol.CompletionItemKindText},
	analysis.FunctionItem:  {protocol.CompletionItemKindFunction, protocol.CompletionItemKindText},
	analysis.KeywordItem:   {protocol.CompletionItemKindKeyword, protocol.CompletionItemKindText},
	analysis.SnippetItem:   {protocol.CompletionItemKindSnippet, protocol.CompletionItemKindText},
	analysis.RuleItem:      {protocol.CompletionItemKindConstant, protocol.CompletionItemKindText},
}

// itemKind returns the symbol for a kind of item, or the nearest one that the
// client has.
func (q *query) itemKind(kind analysis.CompletionKind) protocol.CompletionItemKind {
	kinds, ok := itemKinds[kind]
	if !ok {
		kinds = itemKinds[analysis.ValueItem]
	}
	wanted, older := kinds[0], kinds[1]
	if q.client.showsItemKind(wanted) {
		return wanted
	}
	return older
}
