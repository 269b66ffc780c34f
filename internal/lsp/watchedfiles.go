package lsp

import (
	"os"
	"path/filepath"
	"slices"

	"go.lsp.dev/protocol"
)

func didChangeWatchedFilesMethod() method {
	return notification(protocol.MethodWorkspaceDidChangeWatchedFiles, (*server).didChangeWatchedFiles).
		doing("takes over what other programs change on disk")
}

// didChangeWatchedFiles takes over what changed on disk. The kind of a change
// does not matter: what is there now does, and that may be newer than the event.
func (s *server) didChangeWatchedFiles(params *protocol.DidChangeWatchedFilesParams) error {
	var paths []string
	for _, event := range params.Changes {
		path, err := pathOf(string(event.URI))
		if err == nil && s.concerns(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		s.store.readAgain(path)
	}
	return nil
}

// concerns reports whether a change at path can matter: it is a CUE file, or a
// directory that is or was one of the workspace's.
func (s *server) concerns(path string) bool {
	if filepath.Ext(path) == ".cue" {
		return true
	}
	if info, err := os.Stat(path); err == nil {
		return info.IsDir()
	}
	ws := s.store.view().ws
	return ws != nil && len(below(ws.Files(), path)) > 0
}
