package lsp

import (
	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

func didSaveMethod() method {
	return notification(protocol.MethodTextDocumentDidSave, (*server).didSave).
		doing("takes over files saved without being open; reads again what `opm-lsp.cue` names as sources").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) {
				textDocumentSync(to).Save = &protocol.SaveOptions{IncludeText: pointer(false)}
			})
}

// didSave takes over a file that was saved without having been opened. The text
// of an open document is known before it is saved; but what a configuration names as
// sources is read only then.
func (s *server) didSave(params *protocol.DidSaveTextDocumentParams) error {
	path, err := pathOf(string(params.TextDocument.URI))
	if err != nil {
		return err
	}
	if _, open := s.store.view().documents[path]; !open || catalogindex.IsConfiguration(path) {
		s.store.readAgain(path)
	}
	return nil
}
