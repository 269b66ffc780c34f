package lsp

import (
	"encoding/json"
	"errors"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func didOpenMethod() method {
	return method{name: protocol.MethodTextDocumentDidOpen, notified: (*server).didOpen}.
		doing("the editor's text counts from here on, whatever is on disk").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) { textDocumentSync(to).OpenClose = pointer(true) })
}

// didOpen takes the text of a document over from the client. From here to
// didClose the client's text counts, whatever is on disk.
func (s *server) didOpen(raw jsonrpc2.RawMessage) error {
	// Not protocol.DidOpenTextDocumentParams, which respells the URI: what is
	// published has to name the document as the client does.
	var params struct {
		TextDocument struct {
			URI     string  `json:"uri"`
			Version int32   `json:"version"`
			Text    *string `json:"text"`
		} `json:"textDocument"`
	}
	if json.Unmarshal(raw, &params) != nil || params.TextDocument.Text == nil {
		return errors.New("the params have no textDocument with uri, version and text")
	}
	s.begin()
	path, err := pathOf(params.TextDocument.URI)
	if err != nil {
		return err
	}
	if s.temporary.has(path) {
		return nil // what the server shows is no part of the workspace
	}
	if _, open := s.store.view().documents[path]; open {
		s.log.Warn("a document was opened twice; the newer text counts", zap.String("path", path))
	}
	s.store.setDocument(path, document{
		uri:     params.TextDocument.URI,
		version: params.TextDocument.Version,
		text:    text.New(*params.TextDocument.Text),
	})
	if s.roots.derive(path) {
		s.loader.load(s.client, s.roots.all())
	}
	s.lookFirst(path)
	return nil
}
