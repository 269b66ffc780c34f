package lsp

import "go.lsp.dev/protocol"

func setTraceMethod() method {
	return notification(protocol.MethodSetTrace, func(s *server, params *protocol.SetTraceParams) error {
		s.trace = params.Value
		return nil
	}).doing("how long each request took, as `$/logTrace`")
}
