// Package lspclient is an editor without a screen: it starts a language server as a
// process, talks to it over standard input and output, and keeps what the server
// says. It is for tests, and shares no code with the server: the wire is read by
// another author's libraries, so that a message which only the server's own library
// understands does not pass.
package lspclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/metamodel"
)

// patience is how long a whole conversation may take. No test that passes
// comes near it; it is there so that a server which hangs fails a test.
const patience = 4 * time.Minute

// A T is what a client needs of its test: a *testing.T is one.
type T interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
	Failed() bool
	Cleanup(func())
}

// A Client is one connection to one server process.
type Client struct {
	t      T
	ctx    context.Context
	cmd    *exec.Cmd
	conn   *jsonrpc2.Conn
	stdin  io.WriteCloser
	stderr lockedBuffer
	wire   lockedBuffer // what jsonrpc2 complains about

	session *metamodel.Session // holds what the server sends against the specification; nil if nobody does

	encoding string // of positions; what initialize agreed on

	done     chan struct{} // closed when the process has ended
	exitCode int           // valid when done is closed
	badFrame error         // what was wrong on standard output; valid when done is closed
	replies  sync.WaitGroup

	mu        sync.Mutex
	changed   chan struct{} // closed, and replaced, when something is added below
	published map[string]Publication
	history   []Publication
	messages  []Message
}

// Start starts a server. The test fails if the server writes anything but messages
// to standard output, sends what the specification does not allow or a request that the
// client did not declare, has a data race, or recovers from a panic; what it wrote to
// standard error is shown if the test fails. A connection that is still open when the
// test ends is closed, and has to end with exit code 0.
func Start(t T, binary string, args ...string) *Client {
	t.Helper()
	model, err := metamodel.Load()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	return start(t, ctx, cancel, metamodel.NewSession(model), binary, args)
}

// Measure is Start for benchmarks: what the server sends is not held against the specification, which
// would take longer than the server does, only the newest publications are kept, and
// nothing ends for taking too long.
func Measure(t T, binary string, args ...string) *Client {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	return start(t, ctx, cancel, nil, binary, args)
}

func start(t T, ctx context.Context, cancel func(), session *metamodel.Session, binary string, args []string) *Client {
	t.Helper()
	c := &Client{
		t: t, ctx: ctx,
		session:   session,
		done:      make(chan struct{}),
		changed:   make(chan struct{}),
		published: make(map[string]Publication),
	}
	c.cmd = exec.CommandContext(ctx, binary, args...)
	c.cmd.Stderr = &c.stderr
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.stdin = stdin
	checked, forward := io.Pipe()
	go func() {
		defer close(c.done)
		c.badFrame = copyFrames(forward, stdout, c.envelope)
		forward.Close()                    // ends the connection
		_, _ = io.Copy(io.Discard, stdout) // so that the server can end too
		_ = c.cmd.Wait()                   // its error is the exit code
		c.exitCode = c.cmd.ProcessState.ExitCode()
	}()
	stream := jsonrpc2.NewBufferedStream(stdio{checked, stdin}, jsonrpc2.VSCodeObjectCodec{})
	c.conn = jsonrpc2.NewConn(ctx, stream, (*handler)(c), jsonrpc2.SetLogger(&c.wire), jsonrpc2.OnSend(c.sent), jsonrpc2.OnRecv(c.received))
	t.Cleanup(func() {
		defer cancel()
		select {
		case <-c.done:
		default:
			if t.Failed() {
				cancel() // kills the process
			} else if code := c.Shutdown(); code != 0 {
				t.Errorf("the server ended with exit code %d after shutdown and exit", code)
			}
		}
		<-c.done
		<-c.conn.DisconnectNotify()
		c.replies.Wait()
		c.inspect()
	})
	return c
}

// envelope, sent and received show the traffic to the session. The reading goroutine calls
// received, and waits for it.
func (c *Client) envelope(body json.RawMessage) {
	if c.session != nil {
		c.session.Envelope(body)
	}
}

func (c *Client) sent(request *jsonrpc2.Request, _ *jsonrpc2.Response) {
	if request != nil && c.session != nil {
		c.session.Sent(request.Method, raw(request.Params))
	}
}

func (c *Client) received(request *jsonrpc2.Request, response *jsonrpc2.Response) {
	switch {
	case c.session == nil:
	case request == nil: // the answer to something written with Raw
	case response == nil:
		c.session.Received(request.Method, raw(request.Params), !request.Notif)
	case response.Error == nil:
		c.session.Answered(request.Method, raw(response.Result))
	}
}

func raw(message *json.RawMessage) json.RawMessage {
	if message == nil {
		return nil
	}
	return *message
}

// inspect reports what a server that works well does not do.
func (c *Client) inspect() {
	c.t.Helper()
	if c.badFrame != nil {
		c.t.Errorf("standard output: %v", c.badFrame)
	}
	if c.session != nil {
		for _, problem := range c.session.Problems() {
			c.t.Errorf("against the specification: %s", problem)
		}
	}
	log := c.stderr.String()
	for _, sign := range []string{"DATA RACE", "panic"} {
		if strings.Contains(log, sign) {
			c.t.Errorf("standard error has %q", sign)
		}
	}
	if c.t.Failed() && log != "" {
		c.t.Logf("standard error:\n%s", log)
	}
	if c.t.Failed() && c.wire.String() != "" {
		c.t.Logf("jsonrpc2 says:\n%s", c.wire.String())
	}
}

// stdio makes one connection of the two ends.
type stdio struct {
	io.ReadCloser
	stdin io.WriteCloser
}

func (s stdio) Write(p []byte) (int, error) { return s.stdin.Write(p) }

func (s stdio) Close() error { return errors.Join(s.stdin.Close(), s.ReadCloser.Close()) }

// Call sends a request and waits for the answer; result may be nil.
func (c *Client) Call(method string, params, result any) error {
	return c.conn.Call(c.ctx, method, params, result)
}

// MustCall is Call for a request that has to succeed.
func (c *Client) MustCall(method string, params, result any) {
	c.t.Helper()
	if err := c.Call(method, params, result); err != nil {
		c.t.Fatalf("%s: %v%s", method, err, c.whatever())
	}
}

// Send sends a request and does not wait. The function that it returns does: it puts the result
// where it is told, or fails the test.
func (c *Client) Send(method string, params any) (wait func(result any)) {
	c.t.Helper()
	call, err := c.conn.DispatchCall(c.ctx, method, params)
	if err != nil {
		c.t.Fatalf("%s: %v%s", method, err, c.whatever())
	}
	return func(result any) {
		c.t.Helper()
		if err := call.Wait(c.ctx, result); err != nil {
			c.t.Fatalf("%s: %v%s", method, err, c.whatever())
		}
	}
}

// ErrorCode sends a request that has to fail, and returns the error's code. The error
// has to say something.
func (c *Client) ErrorCode(method string, params any) int64 {
	c.t.Helper()
	err := c.Call(method, params, nil)
	var answer *jsonrpc2.Error
	if !errors.As(err, &answer) {
		c.t.Fatalf("%s: got %v, want an error answer%s", method, err, c.whatever())
	}
	if answer.Message == "" {
		c.t.Errorf("%s: the error %d has no message", method, answer.Code)
	}
	return answer.Code
}

// Notify sends a notification.
func (c *Client) Notify(method string, params any) {
	c.t.Helper()
	if err := c.conn.Notify(c.ctx, method, params); err != nil {
		c.t.Fatalf("%s: %v%s", method, err, c.whatever())
	}
}

// Raw writes bytes that need not be a message. Nothing else may be under way.
func (c *Client) Raw(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.stdin, s); err != nil {
		c.t.Fatal(err)
	}
}

// Initialize sends initialize and initialized, and returns the answer's capabilities.
func (c *Client) Initialize(params any) Capabilities {
	c.t.Helper()
	var result struct {
		Capabilities json.RawMessage `json:"capabilities"`
	}
	c.MustCall("initialize", params, &result)
	var capabilities Capabilities
	for _, into := range []any{&capabilities, &capabilities.All} {
		if err := json.Unmarshal(result.Capabilities, into); err != nil {
			c.t.Fatal(err)
		}
	}
	c.encoding = capabilities.PositionEncoding
	c.Notify("initialized", struct{}{})
	return capabilities
}

// Shutdown ends the connection as an editor does and returns the exit code.
func (c *Client) Shutdown() int {
	c.t.Helper()
	c.MustCall("shutdown", nil, nil)
	return c.Exit()
}

// Exit sends exit and returns the exit code.
func (c *Client) Exit() int {
	c.t.Helper()
	c.Notify("exit", nil)
	return c.Ended()
}

// CloseInput closes the server's standard input and returns the exit code.
func (c *Client) CloseInput() int {
	c.t.Helper()
	_ = c.stdin.Close()
	return c.Ended()
}

// Ended waits until the process has ended and all that it said is taken in, and
// returns its exit code.
func (c *Client) Ended() int {
	c.t.Helper()
	<-c.done // a server that hangs is killed when ctx ends
	<-c.conn.DisconnectNotify()
	if err := c.ctx.Err(); err != nil {
		c.t.Fatalf("the server did not end: %v%s", err, c.whatever())
	}
	return c.exitCode
}

// Process returns the id of the server's process.
func (c *Client) Process() int { return c.cmd.Process.Pid }

// Stderr returns what the server has written to standard error so far.
func (c *Client) Stderr() string { return c.stderr.String() }

// whatever is the context that a failure is shown with.
func (c *Client) whatever() string {
	return fmt.Sprintf("\nstandard error:\n%s", c.stderr.String())
}

// A State is what the server has said so far.
type State struct {
	// The newest of each document, by its path: a URI can be spelled in several
	// ways, and editors know a file by its path too.
	Published map[string]Publication
	History   []Publication // all of them, in order
	Messages  []Message     // of window/showMessage and window/logMessage
}

// Version returns the version that the newest publication for a file names, or -1 if
// it names none or there is none.
func (s State) Version(path string) int {
	if p := s.Published[path]; p.Version != nil {
		return *p.Version
	}
	return -1
}

// Diagnostics returns the newest diagnostics of a file.
func (s State) Diagnostics(path string) []Diagnostic { return s.Published[path].Diagnostics }

// State returns a copy of what the server has said so far.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return State{maps.Clone(c.published), slices.Clone(c.history), slices.Clone(c.messages)}
}

// Published returns the newest publication for a file.
func (c *Client) Published(path string) Publication {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.published[path]
}

// Wait waits until holds is true of what the server has said, and returns that. The
// test fails if the server ends before. holds must not keep or change its argument.
func (c *Client) Wait(what string, holds func(State) bool) State {
	c.t.Helper()
	c.wait(what, func() bool { return holds(State{c.published, c.history, c.messages}) })
	return c.State()
}

// WaitForVersion waits for the diagnostics of a version of an open file.
func (c *Client) WaitForVersion(path string, version int) {
	c.t.Helper()
	c.wait(fmt.Sprintf("diagnostics of %s at version %d", filepath.Base(path), version), func() bool {
		p := c.published[path]
		return p.Version != nil && *p.Version == version
	})
}

// wait waits until holds is true; that is asked, with mu held, whenever the server has
// said something.
func (c *Client) wait(what string, holds func() bool) {
	c.t.Helper()
	for {
		c.mu.Lock()
		ok, changed := holds(), c.changed
		c.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-c.conn.DisconnectNotify():
			c.t.Fatalf("the server ended before: %s%s", what, c.whatever())
		case <-c.ctx.Done():
			c.t.Fatalf("did not happen: %s%s", what, c.whatever())
		}
	}
}

// handler is the Client as the connection sees it.
type handler Client

// Handle takes what the server sends by itself. It runs on the reading goroutine, so
// publications are kept in the order in which they came.
func (h *handler) Handle(ctx context.Context, conn *jsonrpc2.Conn, req *jsonrpc2.Request) {
	c := (*Client)(h)
	if !req.Notif {
		// Beside the reading: a server that is busy writing must not keep its
		// editor from reading.
		c.replies.Go(func() { _ = conn.Reply(ctx, req.ID, nil) })
		return
	}
	var params json.RawMessage
	if req.Params != nil {
		params = *req.Params
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var err error
	switch req.Method {
	case "textDocument/publishDiagnostics":
		var p Publication
		if err = json.Unmarshal(params, &p); err == nil {
			p.Arrived = time.Now()
			c.published[Path(p.URI)] = p
			if c.session != nil {
				c.history = append(c.history, p)
			}
		}
	case "window/showMessage", "window/logMessage":
		var m Message
		if err = json.Unmarshal(params, &m); err == nil {
			c.messages = append(c.messages, m)
		}
	}
	if err != nil {
		c.t.Errorf("%s: %v", req.Method, err)
	}
	close(c.changed)
	c.changed = make(chan struct{})
}

// A lockedBuffer can be written and read by several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// Printf makes the buffer a jsonrpc2.Logger.
func (b *lockedBuffer) Printf(format string, args ...any) { _, _ = fmt.Fprintf(b, format, args...) }

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
