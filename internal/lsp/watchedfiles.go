package lsp

import (
	"os"
	"path/filepath"
	"slices"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

func didChangeWatchedFilesMethod() method {
	return notification(protocol.MethodWorkspaceDidChangeWatchedFiles, (*server).didChangeWatchedFiles).
		doing("takes over what other programs change on disk; where the editor does not tell of it, the server watches the folders itself")
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
	s.readAgain(slices.Compact(paths))
	return nil
}

// changedOnDisk takes over what the server's own watcher noticed.
func (s *server) changedOnDisk(paths []string) {
	s.readAgain(slices.DeleteFunc(paths, func(path string) bool { return !s.concerns(path) }))
}

// manyChanges is from how many files in one directory on that is read as a whole. Every change
// of one file makes a workspace of its own, which a checkout would make thousands of.
const manyChanges = 32

// readAgain takes over what is on disk at the paths, which are sorted.
func (s *server) readAgain(paths []string) {
	in := make(map[string]int)
	for _, path := range paths {
		in[filepath.Dir(path)]++
	}
	var done string // all below this is read
	for _, path := range paths {
		dir := filepath.Dir(path)
		switch {
		case done != "" && catalogindex.IsBelow(path, done):
		case in[dir] >= manyChanges:
			done = dir
			s.store.readAgain(dir)
		default:
			s.store.readAgain(path)
		}
	}
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
