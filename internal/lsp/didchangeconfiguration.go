package lsp

import "go.lsp.dev/protocol"

func didChangeConfigurationMethod() method {
	return notification(protocol.MethodWorkspaceDidChangeConfiguration, (*server).didChangeConfiguration).
		doing("settings under `opm` count at once")
}

// didChangeConfiguration takes over settings that the client sends along. Nothing sent
// means that none changed which the server could know of.
func (s *server) didChangeConfiguration(params *protocol.DidChangeConfigurationParams) error {
	if len(params.Settings) == 0 || string(params.Settings) == "null" {
		return nil
	}
	if settings := readSettings(params.Settings); settings != s.settings {
		s.settings = settings
		if s.begun {
			s.loader.load(s.client, s.roots.all(), s.settings)
		}
	}
	return nil
}
