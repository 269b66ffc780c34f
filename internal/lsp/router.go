package lsp

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// A method is one row of the table in methods.go. Exactly one of notified,
// changed and asked is set.
type method struct {
	name string

	// does says what a user gets from the method, in one line of Markdown, for
	// docs/editor-features.md.
	does string

	// notified handles a notification. It runs on the read loop: the next
	// message is read when it returns. Its error is logged, nobody gets it.
	notified func(s *server, params jsonrpc2.RawMessage) error

	// changed handles a request that changes the state, on the read loop too.
	changed func(s *server, params jsonrpc2.RawMessage) (any, error)

	// asked handles a request that only reads. It runs beside the read loop,
	// over the state that was there when the request arrived.
	asked func(ctx context.Context, q *query, params jsonrpc2.RawMessage) (any, error)

	// provides, if not nil, enters the method in the server's capabilities.
	provides func(c *client, to *protocol.ServerCapabilities)
	early    bool // see answeredEarly
	aboutOne bool // see concerningOne
}

// A query is what a request that only reads is answered from.
type query struct {
	*view
	ws     workspace
	client *client
	pulls  *pulls
	tokens *tokenResults
	server *server // for what concerns more than this request

	// isFirst says that ws knows only what one document depends on: see firstLook.
	isFirst bool
	// partial sends a part of the answer before the rest of it.
	partial func(ctx context.Context, token protocol.ProgressToken, value any)
}

// notification makes a method that handles a notification.
func notification[P any](name string, handle func(s *server, params *P) error) method {
	return method{name: name, notified: func(s *server, raw jsonrpc2.RawMessage) error {
		params, err := decode[P](raw)
		if err != nil {
			return err
		}
		return handle(s, params)
	}}
}

// question makes a method that handles a request over the state that it finds.
func question[P any](name string, answer func(ctx context.Context, q *query, params *P) (any, error)) method {
	return method{name: name, asked: func(ctx context.Context, q *query, raw jsonrpc2.RawMessage) (any, error) {
		params, err := decode[P](raw)
		if err != nil {
			return nil, err
		}
		return answer(ctx, q, params)
	}}
}

// showing adds to a method that may take long that a client which gives a token for it is told
// that it goes on, under a title. The client's own token: nothing need be asked for first.
func (m method) showing(title string) method {
	asked := m.asked
	m.asked = func(ctx context.Context, q *query, raw jsonrpc2.RawMessage) (any, error) {
		var params protocol.WorkDoneProgressParams
		if (codec{}).Unmarshal(raw, &params) != nil || params.WorkDoneToken == nil {
			return asked(ctx, q, raw)
		}
		q.server.sendProgress(ctx, params.WorkDoneToken, &protocol.WorkDoneProgressBegin{Kind: "begin", Title: title})
		// Also of what was cancelled the client is to hear the end.
		defer q.server.sendProgress(context.WithoutCancel(ctx), params.WorkDoneToken, &protocol.WorkDoneProgressEnd{Kind: "end"})
		return asked(ctx, q, raw)
	}
	return m
}

// providing adds to a method the capability that announces it.
func (m method) providing(enter func(c *client, to *protocol.ServerCapabilities)) method {
	m.provides = enter
	return m
}

// doing adds to a method the line that says what a user gets from it.
func (m method) doing(what string) method {
	m.does = what
	return m
}

// concerningOne says of a method that it shows or changes nothing but one document: its answer does
// not wait until the texts of others are read.
func (m method) concerningOne() method {
	m.aboutOne = true
	return m
}

// answeredEarly says of a method about one document that a first look at it is as good as an
// answer, while the workspace is being read.
func (m method) answeredEarly() method {
	m.early = true
	return m
}

// decode decodes params that a method cannot do without. Its error does not
// quote them, because it also goes to the log.
func decode[P any](raw jsonrpc2.RawMessage) (*P, error) {
	if isNull(raw) {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "the params are missing")
	}
	params := new(P)
	if err := (codec{}).Unmarshal(raw, params); err != nil {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "the params are not %T as the protocol defines them", *params)
	}
	return params, nil
}

func isNull(raw jsonrpc2.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// handle is the jsonrpc2.Handler of the connection.
func (s *server) handle(inline context.Context, request *jsonrpc2.Request) (any, error) {
	// The context that comes in is used again for another request when this
	// function has returned; only Async needs it.
	ctx := jsonrpc2.DetachContext(inline)
	m, known := s.methods[request.Method()]
	if !request.IsCall() {
		s.handleNotification(m, known, request)
		return nil, nil
	}
	if err := s.admit(request.Method()); err != nil {
		return nil, err
	}
	switch {
	case !known:
		return nil, jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "opm-lsp has no method %q", request.Method())
	case m.changed != nil:
		turn := s.beginTurn(m.name)
		defer func() { s.counters.took(m.name, turn.end(nil)) }()
		return s.guard(m.name, func() (any, error) { return m.changed(s, request.Params()) })
	case m.asked != nil:
		return s.ask(ctx, inline, m, request)
	default:
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s is a notification: send it without an id", m.name)
	}
}

// admit refuses the requests that have no place in the present phase.
func (s *server) admit(name string) error {
	switch {
	case s.phase == created && name != protocol.MethodInitialize:
		return jsonrpc2.Errorf(jsonrpc2.ServerNotInitialized, "the server waits for initialize; %s has to come after it", name)
	case s.phase == initialized && name == protocol.MethodInitialize:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "initialize was answered already; start another server for another client")
	case s.phase == shutDown:
		return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "the server has shut down and takes exit only, not %s", name)
	}
	return nil
}

func (s *server) handleNotification(m method, known bool, request *jsonrpc2.Request) {
	name := request.Method()
	switch {
	case s.phase != initialized && name != protocol.MethodExit:
		s.log.Debug("dropped a notification outside initialize … shutdown", zap.String("method", name))
		return
	case !known || m.notified == nil:
		s.log.Debug("ignored a notification", zap.String("method", name))
		return
	}
	turn := s.beginTurn(m.name) // name is the request's, whose memory is used again
	_, err := s.guard(name, func() (any, error) { return nil, m.notified(s, request.Params()) })
	s.counters.took(m.name, turn.end(func() string { return documentOf(request.Params()) }))
	if err != nil {
		s.log.Warn("a notification had no effect", zap.String("method", name), zap.Error(err))
	}
}

// ask answers a request beside the read loop. The state is taken and the
// request is made known to $/cancelRequest before the next message is read; the
// answer is not waited for.
func (s *server) ask(ctx, inline context.Context, m method, request *jsonrpc2.Request) (any, error) {
	id, v, c, trace := request.ID(), s.store.view(), s.client, s.trace
	ctx, done := s.cancels.add(ctx, id)
	defer done()
	jsonrpc2.Async(inline)

	turn := s.beginTurn(m.name)
	params := request.Params() // a copy of our own since Async
	type answer struct {
		result any
		err    error
	}
	answers := make(chan answer, 1)
	go func() {
		turn := turn // ctx may end before this goroutine does
		result, err := s.guard(m.name, func() (any, error) {
			ws, first := workspace(nil), false
			if m.early {
				ws, first = s.firstLook(ctx, v, documentOf(params))
			}
			var err error
			if !first {
				ws, err = s.workspaceFor(ctx, m, v, params)
			}
			turn.workspaceIsHere()
			if err != nil {
				return nil, err
			}
			q := &query{view: v, ws: ws, isFirst: first, client: c, pulls: s.pulls, tokens: &s.tokenResults, server: s, partial: s.sendProgress}
			defer s.store.heavy.enterFor(ctx, ws, documentOf(params))()
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if q.leavesToCueLsp(m.name, params) {
				return nil, nil
			}
			return m.asked(ctx, q, params)
		})
		s.counters.took(m.name, turn.end(func() string { return documentOf(params) }))
		answers <- answer{result, err}
	}()
	// The answer to a cancelled request does not wait for an evaluation that
	// nobody wants any more.
	var a answer
	select {
	case a = <-answers:
	case <-ctx.Done():
		a.err = ctx.Err()
	}
	if errors.Is(a.err, context.Canceled) {
		a = answer{err: jsonrpc2.NewError(protocol.CodeRequestCancelled, "the request was cancelled")}
	}
	if trace != "" && trace != protocol.TraceValueOff {
		s.notify(ctx, protocol.MethodLogTrace, &protocol.LogTraceParams{
			Message: fmt.Sprintf("%s (%v) took %v", m.name, id, time.Since(turn.began).Round(time.Microsecond)),
		})
	}
	return a.result, a.err
}

// guard runs f and turns a panic into an error for the client.
func (s *server) guard(name string, f func() (any, error)) (result any, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			s.failed(name, panicked)
			result, err = nil, jsonrpc2.Errorf(jsonrpc2.InternalError,
				"opm-lsp failed on %s; its log has the stack, please report it", name)
		}
	}()
	return f()
}

// failed logs and counts a panic. What was thrown may quote a document, so only
// the runtime's own errors are written out.
func (s *server) failed(name string, panicked any) {
	what := fmt.Sprintf("%T", panicked)
	if err, ok := panicked.(runtime.Error); ok {
		what = err.Error()
	}
	s.log.Error("panic", zap.String("in", name), zap.String("panic", what),
		zap.Int64("panics", s.counters.panics.Add(1)), zap.ByteString("stack", debug.Stack()))
}

// cancels are the requests that $/cancelRequest can end.
type cancels struct {
	mu      sync.Mutex
	running map[jsonrpc2.ID]*running
}

type running struct{ cancel context.CancelFunc }

// add returns the context of the request and a function for its end.
func (c *cancels) add(ctx context.Context, id jsonrpc2.ID) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	entry := &running{cancel}
	c.mu.Lock()
	c.running[id] = entry
	c.mu.Unlock()
	return ctx, func() {
		cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.running[id] == entry { // a client may use an id twice
			delete(c.running, id)
		}
	}
}

func (c *cancels) cancel(id jsonrpc2.ID) (found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, found := c.running[id]
	if found {
		entry.cancel()
	}
	return found
}
