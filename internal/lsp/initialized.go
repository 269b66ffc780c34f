package lsp

import (
	"context"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

func initializedMethod() method {
	return method{name: protocol.MethodInitialized, notified: func(s *server, _ jsonrpc2.RawMessage) error {
		s.begin()
		return nil
	}}.doing("the workspace is read, beside everything else")
}

// begin starts what the server does without being asked. A client that opens a
// document before it says initialized begins with that.
func (s *server) begin() {
	if s.begun {
		return
	}
	s.begun = true
	s.start("publishing", s.publisher.run)
	s.register(s.client)
	if !s.client.registersWatchers {
		s.start("watching files", s.watcher.run)
	}
	s.pullSettings(s.client)
	if s.roots.known() {
		s.loader.load(s.client, s.roots.all())
	}
}

// register asks the client to tell of changes on disk and of its settings, as far as it can
// be asked that.
func (s *server) register(c *client) {
	var registrations []protocol.Registration
	add := func(id, method string, options any) {
		encoded, err := protocol.Marshal(options)
		if err != nil {
			s.log.Error("could not encode a registration", zap.String("method", method), zap.Error(err))
			return
		}
		registrations = append(registrations, protocol.Registration{ID: id, Method: method, RegisterOptions: encoded})
	}
	if c.registersWatchers {
		add("opm-lsp/files", protocol.MethodWorkspaceDidChangeWatchedFiles, &protocol.DidChangeWatchedFilesRegistrationOptions{
			Watchers: []protocol.FileSystemWatcher{
				{GlobPattern: protocol.Pattern("**/*.cue")},
				{GlobPattern: protocol.Pattern("**/cue.mod/module.cue")},
			},
		})
	}
	if c.registersSettings {
		add("opm-lsp/settings", protocol.MethodWorkspaceDidChangeConfiguration, &protocol.DidChangeConfigurationRegistrationOptions{
			Section: protocol.String(section),
		})
	}
	if len(registrations) == 0 {
		return
	}
	s.start("registering", func(ctx context.Context) {
		params := &protocol.RegistrationParams{Registrations: registrations}
		if _, err := s.conn.Call(ctx, protocol.MethodClientRegisterCapability, params, nil); err != nil && ctx.Err() == nil {
			s.log.Warn("the client does not tell of changes", zap.Error(err))
		}
	})
}
