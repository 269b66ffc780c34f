package lsp

//lint:file-ignore SA1019 older clients name their folder by rootUri or rootPath alone

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// roots are the directories that make up the workspace: those that the client
// names, or, while it names none, those that the opened documents lie in.
type roots struct {
	folders []string // named by the client, in its order
	derived []string // from documents
}

// newRoots reads the folders that initialize names. A list of folders, even an
// empty one, is the client's last word on them; rootUri and rootPath are what it
// has from older versions of LSP. Helix says rootPath where it has no folder,
// and means the directory that it was started in.
func newRoots(params *protocol.InitializeParams, log *zap.Logger) roots {
	var r roots
	if folders, ok := params.WorkspaceFolders.Get(); ok {
		r.change(folders, nil, log)
	}
	if len(r.folders) == 0 && params.RootURI != nil {
		r.change([]protocol.WorkspaceFolder{{URI: *params.RootURI}}, nil, log)
	}
	if path, ok := params.RootPath.Get(); ok && params.WorkspaceFolders.IsZero() && len(r.folders) == 0 && filepath.IsAbs(path) {
		r.folders = []string{filepath.Clean(path)}
	}
	return r
}

// change adds and removes folders as the client says.
func (r *roots) change(added, removed []protocol.WorkspaceFolder, log *zap.Logger) {
	for _, folder := range removed {
		if path, err := pathOf(string(folder.URI)); err == nil {
			r.folders = slices.DeleteFunc(slices.Clone(r.folders), func(other string) bool { return other == path })
		}
	}
	for _, folder := range added {
		path, err := pathOf(string(folder.URI))
		if err != nil {
			log.Warn("a workspace folder is left out", zap.Error(err))
			continue
		}
		if !slices.Contains(r.folders, path) {
			r.folders = append(slices.Clone(r.folders), path)
		}
	}
}

// known reports whether there is any root.
func (r *roots) known() bool { return len(r.folders)+len(r.derived) > 0 }

// all returns the directories to load, sorted, none inside another.
func (r *roots) all() []string {
	named := r.folders
	if len(named) == 0 {
		named = r.derived
	}
	var result []string
	for _, path := range slices.Sorted(slices.Values(named)) {
		if !slices.ContainsFunc(result, func(root string) bool { return catalogindex.IsBelow(path, root) }) {
			result = append(result, path)
		}
	}
	return result
}

// derive takes in the root that an opened document at path lies in, and reports
// whether that made a difference.
func (r *roots) derive(path string) bool {
	root := rootOf(path)
	if root == "" || slices.ContainsFunc(r.derived, func(other string) bool { return catalogindex.IsBelow(root, other) }) {
		return false
	}
	r.derived = append(slices.Clone(r.derived), root)
	return len(r.folders) == 0
}

// rootOf returns the nearest directory above the file that looks like the top of
// something, else the file's own; nothing for a file at the very top, where the
// whole disk would be the workspace.
func rootOf(path string) string {
	own := filepath.Dir(path)
	for directory := own; ; directory = filepath.Dir(directory) {
		if filepath.Dir(directory) == directory {
			break
		}
		for _, mark := range []string{"cue.mod", "opm-lsp.cue", ".git"} {
			if _, err := os.Lstat(filepath.Join(directory, mark)); err == nil {
				return directory
			}
		}
	}
	if filepath.Dir(own) == own {
		return ""
	}
	return own
}
