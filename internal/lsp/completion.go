package lsp

import (
	"context"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func completionMethod() method {
	return question(protocol.MethodTextDocumentCompletion, completion).
		doing("what may be set at this place, required first, with type, effective default and its layer; alternatives of a value; names and versions of the catalog; components; fields of metadata").
		providing(
			func(c *client, to *protocol.ServerCapabilities) {
				to.CompletionProvider = &protocol.CompletionOptions{
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
	found := q.ws.Completion(path, offset)
	content := q.ws.Text(path)
	list := &protocol.CompletionList{Items: make([]protocol.CompletionItem, 0, len(found))}
	for i := range found {
		list.Items = append(list.Items, q.completionItem(content, &found[i]))
	}
	return list, nil
}

func (q *query) completionItem(content *text.Text, c *analysis.Completion) protocol.CompletionItem {
	item := protocol.CompletionItem{
		Label: c.Label,
		Kind:  q.itemKind(c.Kind),
	}
	edit := &protocol.TextEdit{Range: toRange(content, c.Replace, q.client.encoding), NewText: c.NewText}
	if c.Snippet != "" && q.client.snippets {
		edit.NewText = c.Snippet
		item.InsertTextFormat = protocol.InsertTextFormatSnippet
	}
	item.TextEdit = edit
	if c.SortText != "" {
		item.SortText = protocol.NewOptional(c.SortText)
	}
	if filter := filterText(content.Slice(c.Replace), c.Label); filter != c.Label {
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
	if c.Doc != "" {
		item.Documentation = &protocol.MarkupContent{Kind: q.client.documentationFormat, Value: c.Doc}
	}
	return item
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

// itemKind returns the symbol for a kind of item, or the nearest one that the
// client has.
func (q *query) itemKind(kind analysis.CompletionKind) protocol.CompletionItemKind {
	var wanted, older protocol.CompletionItemKind
	switch kind {
	case analysis.FieldItem:
		wanted, older = protocol.CompletionItemKindField, protocol.CompletionItemKindText
	case analysis.StructItem:
		wanted, older = protocol.CompletionItemKindStruct, protocol.CompletionItemKindModule
	case analysis.EnumItem:
		wanted, older = protocol.CompletionItemKindEnumMember, protocol.CompletionItemKindEnum
	default:
		wanted, older = protocol.CompletionItemKindValue, protocol.CompletionItemKindText
	}
	if q.client.showsItemKind(wanted) {
		return wanted
	}
	return older
}
