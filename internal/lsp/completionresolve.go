package lsp

import (
	"context"
	"encoding/json"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

func completionResolveMethod() method {
	return question(protocol.MethodCompletionItemResolve, resolveCompletion).
		doing("the documentation of what an item stands for: the comments of all layers, what a trait, a rule or a Module is")
}

// completionPlace returns what an item says of where it was offered.
func completionPlace(at *protocol.TextDocumentPositionParams) protocol.LSPAny {
	data, err := json.Marshal(itemPlace{string(at.TextDocument.URI), at.Position.Line, at.Position.Character})
	if err != nil { // which texts and numbers never are
		return nil
	}
	return data
}

// An itemPlace is where an item was offered.
type itemPlace struct {
	URI       string `json:"uri"`
	Line      uint32 `json:"line"`      // from 0
	Character uint32 `json:"character"` // from 0, in the units agreed on
}

// resolveCompletion adds the documentation to an item. What it stands for is what it would
// stand for if it was asked for now.
func resolveCompletion(_ context.Context, q *query, item *protocol.CompletionItem) (any, error) {
	var at itemPlace
	if len(item.Data) == 0 || json.Unmarshal(item.Data, &at) != nil {
		return item, nil
	}
	path, offset, err := q.position(uri.URI(at.URI), protocol.Position{Line: at.Line, Character: at.Character})
	if err != nil || path == "" {
		return item, nil // the document is gone
	}
	for _, c := range q.ws.Completion(path, offset) {
		if c.Label == item.Label && c.Doc != "" {
			item.Documentation = q.documentation(&c)
		}
	}
	return item, nil
}
