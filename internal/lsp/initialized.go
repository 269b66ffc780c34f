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
	if s.client.registersWatchers {
		s.start("registering for file changes", s.registerWatchers)
	}
	if s.roots.known() {
		s.loader.load(s.client, s.roots.all(), s.settings)
	}
}

// registerWatchers asks the client to tell of changes on disk.
func (s *server) registerWatchers(ctx context.Context) {
	options, err := protocol.Marshal(&protocol.DidChangeWatchedFilesRegistrationOptions{
		Watchers: []protocol.FileSystemWatcher{
			{GlobPattern: protocol.Pattern("**/*.cue")},
			{GlobPattern: protocol.Pattern("**/cue.mod/module.cue")},
		},
	})
	if err != nil {
		s.log.Error("could not encode the watchers", zap.Error(err))
		return
	}
	_, err = s.conn.Call(ctx, protocol.MethodClientRegisterCapability, &protocol.RegistrationParams{
		Registrations: []protocol.Registration{{
			ID:              "opm-lsp/files",
			Method:          protocol.MethodWorkspaceDidChangeWatchedFiles,
			RegisterOptions: options,
		}},
	}, nil)
	if err != nil && ctx.Err() == nil {
		s.log.Warn("the client does not watch files", zap.Error(err))
	}
}
