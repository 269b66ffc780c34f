package lsp

import (
	"context"
	"io"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.uber.org/zap"
)

// grace is how long Run waits, once the connection has ended, for the work
// beside it. An evaluation that does not end must not keep the process alive
// after its editor.
const grace = 2 * time.Second

// Run serves one client that writes to in and reads from out, until the client
// says exit, in ends, the client's process dies, or ctx ends. It returns the
// exit code that LSP asks for: 0 if the client sent shutdown before, else 1.
//
// If in is an io.Closer it is closed where the end does not come from in itself;
// a reader that cannot be interrupted so (standard input) stays blocked in a
// goroutine of its own until it gets another byte.
func Run(ctx context.Context, in io.Reader, out io.Writer, options Options) int {
	serving, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newServer(serving, options)

	stream := newStream(in, out, s.log)
	stream.exited = s.exited
	stream.silent = &s.clean
	stream.ended = cancel // whoever still works for the client may stop
	s.conn = jsonrpc2.NewConn(stream, jsonrpc2.WithCodec(codec{}))
	s.log.Info("serving", zap.String("version", options.Version))
	s.conn.Go(serving, s.handle)

	select {
	case <-s.conn.Done():
	case <-ctx.Done():
	case <-s.orphaned:
		s.log.Info("the client's process is gone")
	}
	cancel()
	if err := stream.Close(); err != nil {
		s.log.Debug("could not close the input", zap.Error(err))
	}
	s.endEvaluating() // who waits for an answer gets none
	s.wait()
	s.saveCache(s.store.view().ws)
	s.temporary.remove()

	code := 1
	if s.clean.Load() {
		code = 0
	}
	if err := s.conn.Err(); err != nil {
		s.log.Warn("the connection ended with an error", zap.Error(err))
	}
	s.log.Info("ended", zap.Int("exit code", code), zap.Int64("panics", s.counters.panics.Load()))
	return code
}

// wait waits for the work beside the connection, for as long as grace allows.
func (s *server) wait() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.background.Wait()
	}()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		s.log.Warn("ended while work was still going on")
	}
}
