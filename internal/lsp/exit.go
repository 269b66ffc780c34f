package lsp

import (
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// exitMethod ends the reading: this runs on the read loop, which finds out
// before it reads again, so it works where a blocked read could not be ended.
func exitMethod() method {
	return method{name: protocol.MethodExit, notified: func(s *server, _ jsonrpc2.RawMessage) error {
		close(s.exited)
		return nil
	}}.doing("ends the process")
}
