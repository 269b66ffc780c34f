package lsp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// patience is how long a test waits for what has to come before it fails. No
// test that passes waits that long for anything.
const patience = 30 * time.Second

// A message is whatever the server sent.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// answer is the short form of a response in which tests compare it: "null", the
// result, or "error <code>".
func (m message) answer() string {
	if m.Error != nil {
		return fmt.Sprintf("error %d", m.Error.Code)
	}
	return string(m.Result)
}

// An editor is the other end of a connection to a server under test. It writes
// and reads bytes, and shares no code with the server.
type editor struct {
	t    *testing.T
	in   *io.PipeWriter // to the server
	done chan struct{}  // closed when Run has returned
	exit int            // what Run returned
	log  *logBuffer

	mu       sync.Mutex
	arrived  *sync.Cond
	messages []message         // not taken yet, in order
	closed   bool              // the server writes no more
	reply    map[string]string // by method, the results of the server's requests; null if not here
	lastID   int
}

// options that tests change.
type setup struct {
	world *world
	Options
	silent bool // leave the server's requests unanswered
	real   bool // the real analysis, and no world
}

func start(t *testing.T, s setup) *editor {
	t.Helper()
	inRead, inWrite := io.Pipe()
	outRead, outWrite := io.Pipe()
	e := &editor{t: t, in: inWrite, done: make(chan struct{}), log: &logBuffer{}, reply: map[string]string{}}
	e.arrived = sync.NewCond(&e.mu)
	if s.world == nil {
		s.world = newWorld(nil)
	}
	if !s.real {
		s.Options.load = s.world.load
	}
	s.Options.Version = "test"
	s.Options.Logger = zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewDevelopmentEncoderConfig()), e.log, zap.DebugLevel))
	go func() {
		e.exit = Run(context.Background(), inRead, outWrite, s.Options)
		outWrite.Close()
		close(e.done)
	}()
	go e.readAll(outRead, s.silent)
	t.Cleanup(func() {
		inWrite.Close()
		e.end()
	})
	return e
}

func (e *editor) readAll(out io.Reader, silent bool) {
	reader := bufio.NewReader(out)
	for {
		header, err := textproto.NewReader(reader).ReadMIMEHeader()
		if err != nil {
			break
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			e.t.Errorf("the server sent a header without a length: %v", header)
			break
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(reader, body); err != nil {
			break
		}
		var m message
		if err := json.Unmarshal(body, &m); err != nil {
			e.t.Errorf("the server sent no JSON: %v", err)
			continue
		}
		e.mu.Lock()
		e.messages = append(e.messages, m)
		e.arrived.Broadcast()
		e.mu.Unlock()
		if m.Method != "" && m.ID != nil && !silent {
			// Beside the reading: a server that does not read on must not keep
			// the editor from reading.
			go e.answerServer(m)
		}
	}
	e.mu.Lock()
	e.closed = true
	e.arrived.Broadcast()
	e.mu.Unlock()
}

// answerServer answers a request of the server.
func (e *editor) answerServer(m message) {
	e.mu.Lock()
	result, ok := e.reply[m.Method]
	e.mu.Unlock()
	if !ok {
		result = "null"
	}
	e.frame(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, result))
}

// replyWith sets the result of a request of the server, as JSON.
func (e *editor) replyWith(method, result string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.reply[method] = result
}

// raw writes bytes to the server.
func (e *editor) raw(bytes string) { _, _ = io.WriteString(e.in, bytes) }

// frame writes one body with its header.
func (e *editor) frame(body string) {
	e.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	e.frame(fmt.Sprintf(`{"jsonrpc":"2.0","method":%q,"params":%s}`, method, encode(e.t, params)))
}

// send sends a request and returns its id.
func (e *editor) send(method string, params any) string {
	e.t.Helper()
	e.lastID++
	id := strconv.Itoa(e.lastID)
	if params == nil {
		e.frame(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":%q}`, id, method))
	} else {
		e.frame(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":%q,"params":%s}`, id, method, encode(e.t, params)))
	}
	return id
}

// call sends a request and returns the answer.
func (e *editor) call(method string, params any) message {
	e.t.Helper()
	return e.answer(e.send(method, params))
}

// answer waits for the answer to the request with the id, as JSON.
func (e *editor) answer(id string) message {
	e.t.Helper()
	return e.take("the answer to "+id, func(m message) bool { return m.Method == "" && string(m.ID) == id })
}

// take waits for a message that fits and takes it out of those that came.
func (e *editor) take(what string, fits func(m message) bool) message {
	e.t.Helper()
	m, ok := e.takeOrEnd(what, fits)
	if !ok {
		e.t.Fatalf("the server ended before %s", what)
	}
	return m
}

func (e *editor) takeOrEnd(what string, fits func(m message) bool) (message, bool) {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	late := false
	timer := time.AfterFunc(patience, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		late = true
		e.arrived.Broadcast()
	})
	defer timer.Stop()
	for {
		for i, m := range e.messages {
			if fits(m) {
				e.messages = append(e.messages[:i:i], e.messages[i+1:]...)
				return m, true
			}
		}
		if e.closed {
			return message{}, false
		}
		if late {
			e.t.Fatalf("no sign of %s; the log:\n%s", what, e.log)
		}
		e.arrived.Wait()
	}
}

// waiting returns the messages of a method that came and were not taken.
func (e *editor) waiting(method string) []message {
	e.mu.Lock()
	defer e.mu.Unlock()
	var result []message
	for _, m := range e.messages {
		if m.Method == method {
			result = append(result, m)
		}
	}
	return result
}

// end waits until the server has ended and returns its exit code.
func (e *editor) end() int {
	e.t.Helper()
	select {
	case <-e.done:
	case <-time.After(patience):
		e.t.Fatalf("the server did not end; the log:\n%s", e.log)
	}
	return e.exit
}

// initialize opens a workspace of one folder with the capabilities given as JSON.
func (e *editor) initialize(capabilities string) message {
	e.t.Helper()
	m := e.call("initialize", json.RawMessage(`{"processId":null,"rootUri":null,"workspaceFolders":[{"uri":"file:///ws","name":"ws"}],"capabilities":`+capabilities+`}`))
	if m.Error != nil {
		e.t.Fatalf("initialize: %s", m.Error.Message)
	}
	e.notify("initialized", struct{}{})
	return m
}

func (e *editor) open(path string, version int, content string) {
	e.t.Helper()
	e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": "file://" + path, "languageId": "cue", "version": version, "text": content}})
}

// replace changes all of an open document.
func (e *editor) replace(path string, version int, content string) {
	e.t.Helper()
	e.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": "file://" + path, "version": version},
		"contentChanges": []any{map[string]any{"text": content}}})
}

func (e *editor) close(path string) {
	e.t.Helper()
	e.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": "file://" + path}})
}

// at is the params of a request for a place in a document.
func at(path string, line, character int) map[string]any {
	return map[string]any{
		"textDocument": map[string]any{"uri": "file://" + path},
		"position":     map[string]any{"line": line, "character": character},
	}
}

// text returns the text that the server has of a document, by way of the fake's
// hover.
func (e *editor) text(path string) string {
	e.t.Helper()
	var result struct{ Contents struct{ Value string } }
	m := e.call("textDocument/hover", at(path, 0, 0))
	if m.Error != nil {
		e.t.Fatalf("hover: %s", m.Error.Message)
	}
	if err := json.Unmarshal(m.Result, &result); err != nil {
		e.t.Fatal(err)
	}
	return result.Contents.Value
}

// published is one publishDiagnostics.
type published struct {
	URI         string
	Version     *int
	Diagnostics []struct {
		Range struct {
			Start, End struct{ Line, Character int }
		}
		Severity           int
		Code               string
		Source             string
		Message            string
		Tags               []int
		CodeDescription    *struct{ Href string }
		RelatedInformation []struct {
			Location struct{ URI string }
			Message  string
		}
	}
}

// summary is "uri@version: n".
func (p published) summary() string {
	version := "disk"
	if p.Version != nil {
		version = strconv.Itoa(*p.Version)
	}
	return fmt.Sprintf("%s@%s: %d", strings.TrimPrefix(p.URI, "file://"), version, len(p.Diagnostics))
}

// published waits for the next publishDiagnostics.
func (e *editor) published() published {
	e.t.Helper()
	m := e.take("diagnostics", func(m message) bool { return m.Method == "textDocument/publishDiagnostics" })
	return decodePublished(e.t, m)
}

func decodePublished(t *testing.T, m message) published {
	t.Helper()
	var p published
	if err := json.Unmarshal(m.Params, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// expect waits for the next publishDiagnostics and compares its summary.
func (e *editor) expect(want string) published {
	e.t.Helper()
	p := e.published()
	if got := p.summary(); got != want {
		e.t.Fatalf("published %q, want %q", got, want)
	}
	return p
}

func encode(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// A logBuffer keeps what the server logs.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) Sync() error { return nil }

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
