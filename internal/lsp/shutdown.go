package lsp

import (
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

func shutdownMethod() method {
	return method{name: protocol.MethodShutdown, changed: func(s *server, _ jsonrpc2.RawMessage) (any, error) {
		s.phase = shutDown
		s.clean.Store(true)
		s.endWork()
		return nil, nil
	}}.doing("ends the work that no request waits for")
}
