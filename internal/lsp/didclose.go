package lsp

import (
	"errors"

	"go.lsp.dev/protocol"
)

func didCloseMethod() method {
	return notification(protocol.MethodTextDocumentDidClose, (*server).didClose).
		doing("the text on disk counts again")
}

// didClose gives a document back to the disk.
func (s *server) didClose(params *protocol.DidCloseTextDocumentParams) error {
	path, err := pathOf(string(params.TextDocument.URI))
	if err != nil {
		return err
	}
	if _, open := s.store.view().documents[path]; !open {
		return errors.New("the document is not open")
	}
	s.store.closeDocument(path)
	s.tokenResults.forget(path)
	return nil
}
