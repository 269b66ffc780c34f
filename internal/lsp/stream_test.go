package lsp

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"go.lsp.dev/jsonrpc2"
	"go.uber.org/zap"
)

// TestFrames sends what is not well formed, and after each the request "next",
// which has to arrive whatever came before it.
func TestFrames(t *testing.T) {
	frame := func(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }
	const next = `{"jsonrpc":"2.0","id":99,"method":"next"}`
	for _, test := range []struct {
		name, bytes string
		want        string // what is answered, in short
	}{
		{"nothing", "", ""},
		{"not JSON", frame(`{"jsonrpc":`), `null -32700`},
		{"empty body", frame(""), `null -32700`},
		{"half a string", frame(`{"a":"`), `null -32700`},
		{"two values", frame(`{} {}`), `null -32700`},
		{"batch", frame(`[` + next + `]`), `null -32600`},
		{"empty batch", frame(`[]`), `null -32600`},
		{"number", frame(`17`), `null -32600`},
		{"null", frame(`null`), `null -32600`},
		{"empty object", frame(`{}`), `null -32600`},
		{"no version", frame(`{"id":1,"method":"x"}`), `1 -32600`},
		{"old version", frame(`{"jsonrpc":"1.0","id":"a","method":"x"}`), `"a" -32600`},
		{"no method", frame(`{"jsonrpc":"2.0","id":1}`), `1 -32600`},
		{"method is no string", frame(`{"jsonrpc":"2.0","id":1,"method":7}`), `null -32600`},
		{"id is an object", frame(`{"jsonrpc":"2.0","id":{},"method":"x"}`), `null -32600`},
		{"id is a boolean", frame(`{"jsonrpc":"2.0","id":true,"method":"x"}`), `null -32600`},
		{"request and answer", frame(`{"jsonrpc":"2.0","id":1,"method":"x","result":1}`), `1 -32600`},
		{"answer with result and error", frame(`{"jsonrpc":"2.0","id":1,"result":1,"error":{}}`), ``},
		{"answer without version", frame(`{"id":1,"result":1}`), ``},
		{"header without a length", "Content-Type: x\r\n\r\n", ""},
		{"negative length", "Content-Length: -1\r\n\r\n", ""},
		{"length is no number", "Content-Length: ten\r\n\r\n", ""},
		{"length beyond all memory", "Content-Length: 99999999999999999999\r\n\r\n", ""},
		{"length beyond any message", "Content-Length: 2147483647\r\n\r\n", ""},
		{"line without a colon", "hello\r\n", ""},
		{"a page of noise", strings.Repeat("noise ", 5000) + "\n", ""},
		{"empty lines", "\r\n\r\n\n", ""},
		{"length too small", "Content-Length: 5\r\n\r\n" + `{"jsonrpc":"2.0","id":1,"method":"x"}`, `null -32700`},
		{"length too small, then a line end", "Content-Length: 5\r\n\r\n" + `{"jsonrpc":"2.0","id":1,"method":"x"}` + "\r\n", `null -32700`},
		{"header in lower case", "content-length: 2\n\n{}", `null -32600`},
		{"more headers", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}", `null -32600`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			s := newStream(strings.NewReader(test.bytes+frame(next)), &out, zap.NewNop())
			message, _, err := s.Read(context.Background())
			if err != nil {
				t.Fatalf("the next message does not arrive: %v", err)
			}
			if call, ok := message.(*jsonrpc2.Call); !ok || call.Method() != "next" {
				t.Errorf("the next message is %T", message)
			}
			if got := shortAnswers(out.String()); got != test.want {
				t.Errorf("answered %q, want %q", got, test.want)
			}
			if _, _, err := s.Read(context.Background()); err != io.EOF {
				t.Errorf("at the end: %v, want EOF", err)
			}
		})
	}
}

// shortAnswers reduces frames to "id code".
func shortAnswers(out string) string {
	var short []string
	for _, part := range strings.Split(out, "Content-Length: ")[1:] {
		id := between(part, `"id":`, `,"error"`)
		short = append(short, id+" "+between(part, `"code":`, `,`))
	}
	return strings.Join(short, "; ")
}

func between(s, before, after string) string {
	_, s, _ = strings.Cut(s, before)
	s, _, _ = strings.Cut(s, after)
	return s
}

func TestLengthTooLargeSwallowsOneMessage(t *testing.T) {
	const second = `{"jsonrpc":"2.0","id":2,"method":"second"}`
	const third = `{"jsonrpc":"2.0","id":3,"method":"third"}`
	bytes := fmt.Sprintf("Content-Length: 50\r\n\r\n{}Content-Length: %d\r\n\r\n%sContent-Length: %d\r\n\r\n%s", len(second), second, len(third), third)
	var out strings.Builder
	s := newStream(strings.NewReader(bytes), &out, zap.NewNop())
	message, _, err := s.Read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if call := message.(*jsonrpc2.Call); call.Method() != "third" {
		t.Errorf("the next message is %q", call.Method())
	}
}

// TestNothingBehindShutdown holds that a client which has said shutdown is asked and told
// nothing more: it has closed its end by then. What it asked before is still answered.
func TestNothingBehindShutdown(t *testing.T) {
	var out strings.Builder
	s := newStream(strings.NewReader(""), &out, zap.NewNop())
	s.silent = new(atomic.Bool)
	write := func(m jsonrpc2.Message) string {
		out.Reset()
		if _, err := s.Write(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	asks := jsonrpc2.NewCall(jsonrpc2.NewNumberID(1), "workspace/codeLens/refresh", nil)
	tells := jsonrpc2.NewNotification("opm/changed", nil)
	answers := jsonrpc2.NewResponse(jsonrpc2.NewNumberID(2), jsonrpc2.RawMessage("null"), nil)
	for _, m := range []jsonrpc2.Message{asks, tells, answers} {
		if write(m) == "" {
			t.Errorf("%T is not sent", m)
		}
	}
	s.silent.Store(true)
	for _, m := range []jsonrpc2.Message{asks, tells} {
		if got := write(m); got != "" {
			t.Errorf("behind shutdown there is %q", got)
		}
	}
	if write(answers) == "" {
		t.Error("an answer is not sent behind shutdown")
	}
}

// TestIDs sends every kind of id that JSON-RPC allows. The answer has to carry
// the same.
func TestIDs(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/a.cue": "a"})})
	e.initialize(`{}`)
	for _, id := range []string{
		`0`, `-7`, `9007199254740993`, `9223372036854775807`, `9223372036854775808`, `1.5`, `-0.25`, `1e3`, `1E-2`,
		`""`, `"a"`, `"1"`, `"ü😀"`, `"quote \" and \\"`,
	} {
		e.frame(`{"jsonrpc":"2.0","id":` + id + `,"method":"textDocument/hover","params":` + encode(t, at("/ws/a.cue", 0, 0)) + `}`)
		if m := e.answer(id); m.Error != nil {
			t.Errorf("id %s: %s", id, m.Error.Message)
		}
		e.frame(`{"jsonrpc":"2.0","id":` + id + `,"method":"no/such"}`)
		if got := e.answer(id).answer(); got != "error -32601" {
			t.Errorf("id %s: %s", id, got)
		}
	}
}

func TestLargeMessages(t *testing.T) {
	e := start(t, setup{})
	e.initialize(`{}`)
	large := strings.Repeat("0123456789abcdef", 3*keepBuffer/16)
	e.open("/ws/large.cue", 1, large)
	if got := e.text("/ws/large.cue"); got != large {
		t.Errorf("a text of %d bytes arrives as one of %d bytes", len(large), len(got))
	}
}

func FuzzStream(f *testing.F) {
	for _, seed := range []string{
		"", "Content-Length: 2\r\n\r\n{}", "Content-Length: 5\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"x\"}",
		"\r\n", "Content-Length: 0\r\n\r\n", "x\nContent-Length: 4\n\nnull", "Content-Length: 38\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"x\"}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, bytes string) {
		s := newStream(strings.NewReader(bytes), io.Discard, zap.NewNop())
		for {
			if _, _, err := s.Read(context.Background()); err != nil {
				break
			}
		}
	})
}
