package lsp

import (
	"maps"
	"slices"

	"go.lsp.dev/protocol"
)

func didChangeWorkspaceFoldersMethod() method {
	return notification(protocol.MethodWorkspaceDidChangeWorkspaceFolders, (*server).didChangeWorkspaceFolders).
		doing("several folders at once, added and removed while it runs").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) {
				to.Workspace = &protocol.WorkspaceOptions{WorkspaceFolders: &protocol.WorkspaceFoldersServerCapabilities{
					Supported:           pointer(true),
					ChangeNotifications: protocol.Boolean(true),
				}}
			})
}

// didChangeWorkspaceFolders loads the workspace of the new folders. The old one
// answers until the new one is there.
func (s *server) didChangeWorkspaceFolders(params *protocol.DidChangeWorkspaceFoldersParams) error {
	before := s.roots.all()
	s.roots.change(params.Event.Added, params.Event.Removed, s.log)
	if len(s.roots.folders) == 0 {
		for _, path := range slices.Sorted(maps.Keys(s.store.view().documents)) {
			s.roots.derive(path)
		}
	}
	if after := s.roots.all(); !slices.Equal(before, after) {
		s.loader.load(s.client, after)
	}
	return nil
}
