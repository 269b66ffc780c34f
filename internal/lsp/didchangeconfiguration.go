package lsp

import "go.lsp.dev/protocol"

func didChangeConfigurationMethod() method {
	return notification(protocol.MethodWorkspaceDidChangeConfiguration, (*server).didChangeConfiguration).
		doing("settings under `opm` count at once")
}

// didChangeConfiguration takes over settings that the client sends along. Nothing sent
// means that the server is to ask for them, if the client answers that.
func (s *server) didChangeConfiguration(params *protocol.DidChangeConfigurationParams) error {
	if len(params.Settings) == 0 || string(params.Settings) == "null" {
		s.pullSettings(s.client)
		return nil
	}
	s.applyBeside(params.Settings)
	s.applySettings(s.client, readSettings(params.Settings))
	return nil
}
