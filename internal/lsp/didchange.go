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
	return method{name: protocol.MethodTextDocumentDidChange, notified: (*server).didChange}.
		doing("edits as they are typed; every later answer is about the text after them").
		providing(
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
	changed, outside, err := applyChanges(d.text, params.ContentChanges, s.client.encoding)
	if err != nil {
		return err
	}
	if outside > 0 {
		s.log.Warn("a change names a line behind the end of the document, which is taken for its end",
			zap.String("path", path), zap.Int("changes", outside))
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
// text that the one before it left, and how many of them name a line that is not
// there.
func applyChanges(content *text.Text, changes []contentChange, enc text.Encoding) (changed *text.Text, outside int, err error) {
	for i, change := range changes {
		switch {
		case change.Text == nil:
			return nil, 0, fmt.Errorf("change %d of %d has no text", i+1, len(changes))
		case change.Range == nil:
			content = text.New(*change.Text)
		default:
			span, isOutside, err := change.span(content, enc)
			if err != nil {
				return nil, 0, fmt.Errorf("change %d of %d: %w", i+1, len(changes), err)
			}
			if isOutside {
				outside++
			}
			content = content.Replace(span, *change.Text)
		}
	}
	return content, outside, nil
}

// span returns the bytes that the change replaces, and whether it names a line
// behind the last one. That counts as the end of the text, as in VS Code's model:
// some clients replace everything by a range that is larger than any text, and to
// refuse an edit means to be wrong about the document from then on.
func (c contentChange) span(content *text.Text, enc text.Encoding) (span text.Span, outside bool, err error) {
	start := text.Position{Line: int(c.Range.Start.Line), Character: int(c.Range.Start.Character)}
	end := text.Position{Line: int(c.Range.End.Line), Character: int(c.Range.End.Character)}
	if end.Line < start.Line { // the end of the text must not make them equal
		return text.Span{}, false, fmt.Errorf("the range ends in line %d, before its start in line %d", end.Line, start.Line)
	}
	for _, p := range []*text.Position{&start, &end} {
		if p.Line >= content.LineCount() {
			*p = content.Position(content.Len(), enc)
			outside = true
		}
	}
	span, err = content.Span(text.Range{Start: start, End: end}, enc)
	return span, outside, err
}
