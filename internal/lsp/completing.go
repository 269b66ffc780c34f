package lsp

import (
	"slices"

	"go.lsp.dev/protocol"
)

// completing is what a client does with completion items, besides showing them.
type completing struct {
	itemDefaults  []string // what the items of an answer may have in common
	resolvesDocs  bool     // asks for an item's documentation when it shows that
	deprecatedTag bool
}

func newCompleting(capabilities *protocol.ClientCapabilities) completing {
	var c completing
	if capabilities.TextDocument == nil || capabilities.TextDocument.Completion == nil {
		return c
	}
	completion := capabilities.TextDocument.Completion
	if list := completion.CompletionList; list != nil {
		c.itemDefaults = list.ItemDefaults
	}
	if item := completion.CompletionItem; item != nil {
		c.resolvesDocs = slices.Contains(item.ResolveSupport.Properties, "documentation")
		c.deprecatedTag = slices.Contains(item.TagSupport.ValueSet, protocol.CompletionItemTagDeprecated)
	}
	return c
}
