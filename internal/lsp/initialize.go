package lsp

import (
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

func initializeMethod() method {
	return method{name: protocol.MethodInitialize, changed: (*server).initialize}.
		doing("agrees on position units (utf-8, utf-16, utf-32) and on what the client can show")
}

// initialize agrees with the client on what either can do. Nothing is read from
// disk yet, so that the answer does not keep the editor waiting.
func (s *server) initialize(raw jsonrpc2.RawMessage) (any, error) {
	params, err := decode[protocol.InitializeParams](raw)
	if err != nil {
		return nil, err
	}
	s.client = newClient(&params.Capabilities, params.ClientInfo.Name)
	s.roots = newRoots(params, s.log)
	s.settings.initial = readSettings(params.InitializationOptions)
	s.client.besideCueLsp = s.applyBeside(params.InitializationOptions)
	s.trace = params.Trace
	s.phase = initialized
	if params.ProcessID != nil {
		s.watchParent(int(*params.ProcessID))
	}
	version, _ := params.ClientInfo.Version.Get()
	s.log.Info("initialize", zap.String("client", params.ClientInfo.Name), zap.String("version", version),
		zap.Stringer("positions", s.client.encoding), zap.Strings("folders", s.roots.all()))
	return &protocol.InitializeResult{
		Capabilities: s.capabilities(),
		ServerInfo:   protocol.ServerInfo{Name: "opm-lsp", Version: protocol.NewOptional(s.options.Version)},
	}, nil
}

// capabilities are those of the table's methods, and what belongs to none.
func (s *server) capabilities() protocol.ServerCapabilities {
	result := protocol.ServerCapabilities{
		PositionEncoding: protocol.PositionEncodingKind(s.client.encoding.String()),
	}
	for _, m := range methods() {
		if m.provides != nil {
			m.provides(s.client, &result)
		}
	}
	return result
}

// textDocumentSync returns the part of the capabilities that several methods
// share.
func textDocumentSync(to *protocol.ServerCapabilities) *protocol.TextDocumentSyncOptions {
	options, ok := to.TextDocumentSync.(*protocol.TextDocumentSyncOptions)
	if !ok {
		options = &protocol.TextDocumentSyncOptions{}
		to.TextDocumentSync = options
	}
	return options
}

func pointer[T any](v T) *T { return &v }
