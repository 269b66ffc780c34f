package lsp

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"
)

func TestLifecycle(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/a.cue": "a"})})

	if got := e.call("textDocument/hover", at("/ws/a.cue", 0, 0)).answer(); got != "error -32002" {
		t.Errorf("hover before initialize gets %s, want ServerNotInitialized", got)
	}
	e.open("/ws/a.cue", 1, "dropped") // a notification before initialize

	result := e.initialize(`{}`).Result
	var answer struct {
		Capabilities map[string]any
		ServerInfo   struct{ Name, Version string }
	}
	if err := json.Unmarshal(result, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.ServerInfo.Name != "opm-lsp" || answer.ServerInfo.Version != "test" {
		t.Errorf("serverInfo is %v", answer.ServerInfo)
	}
	// The methods that follow from the table are listed in docs/editor-features.md.
	for name, want := range map[string]string{
		"positionEncoding":   `"utf-16"`,
		"textDocumentSync":   `{"change":2,"openClose":true,"save":{"includeText":false}}`,
		"hoverProvider":      `true`,
		"diagnosticProvider": `null`, // a client that declares nothing does not ask
	} {
		if got := encode(t, answer.Capabilities[name]); got != want {
			t.Errorf("the capability %s is %s, want %s", name, got, want)
		}
	}

	if got := e.text("/ws/a.cue"); got != "a" {
		t.Errorf("the text is %q, want that of the disk, because didOpen came before initialize", got)
	}
	if got := e.call("initialize", map[string]any{"capabilities": map[string]any{}}).answer(); got != "error -32600" {
		t.Errorf("a second initialize gets %s, want InvalidRequest", got)
	}
	if got := e.call("shutdown", nil).answer(); got != "null" {
		t.Errorf("shutdown gets %s", got)
	}
	for _, method := range []string{"textDocument/hover", "shutdown", "initialize", "no/such"} {
		if got := e.call(method, map[string]any{}).answer(); got != "error -32600" {
			t.Errorf("%s after shutdown gets %s, want InvalidRequest", method, got)
		}
	}
	e.open("/ws/a.cue", 1, "dropped too")
	e.frame(`{"jsonrpc":"2.0","method":"exit"}`)
	if code := e.end(); code != 0 {
		t.Errorf("exit after shutdown ends with %d", code)
	}
}

func TestEndWithoutShutdown(t *testing.T) {
	for name, end := range map[string]func(e *editor){
		"exit":                   func(e *editor) { e.frame(`{"jsonrpc":"2.0","method":"exit"}`) },
		"end of input":           func(e *editor) { e.in.Close() },
		"end inside of a header": func(e *editor) { e.raw("Content-Le"); e.in.Close() },
		"end inside of a body":   func(e *editor) { e.raw("Content-Length: 10\r\n\r\n{"); e.in.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, setup{})
			e.initialize(`{}`)
			end(e)
			if code := e.end(); code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
		})
	}
}

func TestExitBeforeInitialize(t *testing.T) {
	e := start(t, setup{})
	e.frame(`{"jsonrpc":"2.0","method":"exit"}`)
	if code := e.end(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

func TestEndsWithItsParent(t *testing.T) {
	ticks := make(chan time.Time)
	alive := make(chan bool, 3)
	alive <- true // when initialize looks
	alive <- true
	alive <- false
	e := start(t, setup{Options: Options{aliveTicks: ticks, alive: func(pid int) bool {
		if pid != 4711 {
			t.Errorf("looks for process %d", pid)
		}
		return <-alive
	}}})
	e.call("initialize", json.RawMessage(`{"processId":4711,"rootUri":null,"capabilities":{}}`))
	ticks <- time.Time{}
	ticks <- time.Time{}
	if code := e.end(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

// endless is standard input: a read in it cannot be interrupted.
type endless chan struct{}

func (r endless) Read([]byte) (int, error) {
	<-r
	return 0, io.EOF
}

func TestEndsWithItsContext(t *testing.T) {
	in := make(endless)
	defer close(in)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if code := Run(ctx, in, io.Discard, Options{}); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

func TestStrangeParent(t *testing.T) {
	e := start(t, setup{Options: Options{alive: func(int) bool { return false }}})
	e.call("initialize", json.RawMessage(`{"processId":4711,"rootUri":null,"capabilities":{}}`))
	if got := e.call("no/such", nil).answer(); got != "error -32601" {
		t.Errorf("a server whose client is in another container answers %s", got)
	}
}

func TestEndsWhileWorking(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "a"})
	entered, release := make(chan struct{}), make(chan struct{})
	w.onHover = func(*fake, string) {
		close(entered)
		<-release
	}
	defer close(release)
	e := start(t, setup{world: w})
	e.initialize(`{}`)
	e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	<-entered
	e.in.Close()
	e.end() // does not wait for the hover
}

func TestClientWithoutInitialized(t *testing.T) {
	w := newWorld(map[string]string{"/ws/a.cue": "a"})
	e := start(t, setup{world: w})
	e.call("initialize", json.RawMessage(`{"rootUri":"file:///ws","capabilities":{}}`))
	e.open("/ws/a.cue", 1, "bad")
	e.expect("/ws/a.cue@1: 1")
}

func TestSetTrace(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/a.cue": "a"})})
	e.initialize(`{}`)
	e.text("/ws/a.cue")
	e.notify("$/setTrace", map[string]any{"value": "messages"})
	e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
	m := e.take("a trace", func(m message) bool { return m.Method == "$/logTrace" })
	if !strings.Contains(string(m.Params), "textDocument/hover") {
		t.Errorf("traced %s", m.Params)
	}
	e.notify("$/setTrace", map[string]any{"value": "off"})
	e.text("/ws/a.cue")
	if more := e.waiting("$/logTrace"); len(more) > 0 {
		t.Errorf("traced although off: %s", more[0].Params)
	}
}
