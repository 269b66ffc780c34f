package lsp

import (
	"encoding/json"
	"errors"
	"fmt"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func didChangeMethod() method {
	return method{name: protocol.MethodTextDocumentDidChange, notified: (*server).didChange}.providing(
		func(_ *client, to *protocol.ServerCapabilities) {
			textDocumentSync(to).Change = pointer(protocol.TextDocumentSyncKindIncremental)
		})
}

// A contentChange replaces a range of a document, or all of it.
//
// It is not protocol.TextDocumentContentChangeEvent, which takes a change with
// a range that it cannot read for one of the whole document.
type contentChange struct {
	Range *struct {
		Start, End struct{ Line, Character uint32 }
	} `json:"range"`
	Text *string `json:"text"`
}

// didChange applies the edits of a document. They count together: if one of them
// cannot be applied none is, and the document stays as it was.
func (s *server) didChange(raw jsonrpc2.RawMessage) error {
	var params struct {
		TextDocument struct {
			URI     string `json:"uri"`
			Version int32  `json:"version"`
		} `json:"textDocument"`
		ContentChanges []contentChange `json:"contentChanges"`
	}
	if json.Unmarshal(raw, &params) != nil {
		return errors.New("the params are no change of a document")
	}
	path, err := pathOf(params.TextDocument.URI)
	if err != nil {
		return err
	}
	d, open := s.store.view().documents[path]
	if !open {
		return errors.New("the document is not open")
	}
	changed, err := applyChanges(d.text, params.ContentChanges, s.client.encoding)
	if err != nil {
		return err
	}
	if params.TextDocument.Version <= d.version {
		// The edits themselves come in the order in which they were made, and
		// the client goes on counting from what it said last.
		s.log.Warn("the version of a document went back", zap.String("path", path),
			zap.Int32("from", d.version), zap.Int32("to", params.TextDocument.Version))
	}
	d.version, d.text = params.TextDocument.Version, changed
	s.store.setDocument(path, d)
	return nil
}

// applyChanges returns the text after the changes, each of which speaks of the
// text that the one before it left.
func applyChanges(content *text.Text, changes []contentChange, enc text.Encoding) (*text.Text, error) {
	for i, change := range changes {
		switch {
		case change.Text == nil:
			return nil, fmt.Errorf("change %d of %d has no text", i+1, len(changes))
		case change.Range == nil:
			content = text.New(*change.Text)
		default:
			start, end := change.Range.Start, change.Range.End
			span, err := content.Span(text.Range{
				Start: text.Position{Line: int(start.Line), Character: int(start.Character)},
				End:   text.Position{Line: int(end.Line), Character: int(end.Character)},
			}, enc)
			if err != nil {
				return nil, fmt.Errorf("change %d of %d: %w", i+1, len(changes), err)
			}
			content = content.Replace(span, *change.Text)
		}
	}
	return content, nil
}
