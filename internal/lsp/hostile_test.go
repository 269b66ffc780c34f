package lsp

import (
	"fmt"
	"strings"
	"testing"
)

// A hostileRow is something that no client should send, and what is answered.
type hostileRow struct {
	name string
	// Members of a message, which begin with a quote, or bytes as they are on the wire.
	send string
	// The short form of the answer to id 900, or "<id>: <short form>"; "" if nothing is
	// answered.
	want string
}

// hostileRows are the cases by the phase of the connection. After each of them the next request is
// served as if nothing had happened.
func hostileRows() map[string][]hostileRow {
	const (
		hover  = `"id":900,"method":"textDocument/hover"`
		place  = `"params":{"textDocument":{"uri":"file:///ws/a.cue"},"position":{"line":0,"character":0}}`
		change = `"method":"textDocument/didChange"`
		call   = `{"jsonrpc":"2.0","id":900,"method":"no/such"}`
	)
	framed := func(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }
	at := func(uri string) string {
		return hover + `,"params":{"textDocument":{"uri":"` + uri + `"},"position":{"line":0,"character":0}}`
	}
	open := func(version int, from, to, text string) string {
		return fmt.Sprintf(change+`,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":%d},"contentChanges":[{"range":{"start":%s,"end":%s},"text":%q}]}`, version, from, to, text)
	}
	place00 := `{"line":0,"character":0}`
	deep := strings.Repeat(`[`, 100_000) + strings.Repeat(`]`, 100_000)
	return map[string][]hostileRow{
		"before initialize": {
			{"a request", hover + `,` + place, "error -32002"},
			{"an unknown request", `"id":900,"method":"no/such"`, "error -32002"},
			{"shutdown", `"id":900,"method":"shutdown"`, "error -32002"},
			{"a notification", `"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///ws/a.cue","version":1,"text":"x"}}`, ""},
			{"initialized", `"method":"initialized","params":{}`, ""},
			{"initialize without params", `"id":900,"method":"initialize"`, "error -32602"},
			{"initialize with null", `"id":900,"method":"initialize","params":null`, "error -32602"},
			{"initialize with a list", `"id":900,"method":"initialize","params":[]`, "error -32602"},
			{"initialize with capabilities in words", `"id":900,"method":"initialize","params":{"capabilities":"all"}`, "error -32602"},
			{"initialize without an id", `"method":"initialize","params":{"capabilities":{}}`, ""},
			{"cancel", `"method":"$/cancelRequest","params":{"id":1}`, ""},
			{"bytes that are no message", "hello\r\n", ""},
		},
		"while serving": {
			// Requests.
			{"unknown request", `"id":900,"method":"no/such"`, "error -32601"},
			{"unknown request with a dollar", `"id":900,"method":"$/no/such"`, "error -32601"},
			{"empty method", `"id":900,"method":""`, "error -32601"},
			{"method in the wrong case", `"id":900,"method":"TextDocument/Hover",` + place, "error -32601"},
			{"a method of the server's own", `"id":900,"method":"textDocument/publishDiagnostics","params":{}`, "error -32601"},
			{"a method that is not announced", `"id":900,"method":"textDocument/moniker",` + place, "error -32601"},
			{"initialize again", `"id":900,"method":"initialize","params":{"capabilities":{}}`, "error -32600"},
			{"a notification with an id", `"id":900,"method":"textDocument/didOpen",` + place, "error -32600"},
			{"exit with an id", `"id":900,"method":"exit"`, "error -32600"},
			{"cancel with an id", `"id":900,"method":"$/cancelRequest","params":{"id":900}`, "error -32600"},
			{"no params", hover, "error -32602"},
			{"null params", hover + `,"params":null`, "error -32602"},
			{"params are a list", hover + `,"params":[1,2]`, "error -32602"},
			{"params are a string", hover + `,"params":"file:///ws/a.cue"`, "error -32602"},
			{"params are a number", hover + `,"params":7`, "error -32602"},
			{"empty params", hover + `,"params":{}`, "error -32602"},
			{"textDocument is null", hover + `,"params":{"textDocument":null,"position":{"line":0,"character":0}}`, "error -32602"},
			{"textDocument is a list", hover + `,"params":{"textDocument":[],"position":{"line":0,"character":0}}`, "error -32602"},
			{"uri is a number", hover + `,"params":{"textDocument":{"uri":7},"position":{"line":0,"character":0}}`, "error -32602"},
			{"uri has a bad scheme", hover + `,"params":{"textDocument":{"uri":"fi le:///ws/a.cue"},"position":{"line":0,"character":0}}`, "error -32602"},
			{"a range that begins outside", `"id":900,"method":"textDocument/inlayHint","params":{"textDocument":{"uri":"file:///ws/a.cue"},"range":{"start":{"line":9,"character":0},"end":{"line":10,"character":0}}}`, "error -32602"},
			{"a range that ends before it starts", `"id":900,"method":"textDocument/inlayHint","params":{"textDocument":{"uri":"file:///ws/a.cue"},"range":{"start":{"line":0,"character":1},"end":{"line":0,"character":0}}}`, "error -32602"},
			{"a range that ends behind the document", `"id":900,"method":"textDocument/inlayHint","params":{"textDocument":{"uri":"file:///ws/a.cue"},"range":{"start":{"line":0,"character":0},"end":{"line":4294967295,"character":0}}}`, "[]"},
			{"position in words", hover + `,"params":{"textDocument":{"uri":"file:///ws/a.cue"},"position":"start"}`, "error -32602"},
			{"line is negative", hover + `,"params":{"textDocument":{"uri":"file:///ws/a.cue"},"position":{"line":-1,"character":0}}`, "error -32602"},
			{"line is half", hover + `,"params":{"textDocument":{"uri":"file:///ws/a.cue"},"position":{"line":0.5,"character":0}}`, "error -32602"},
			{"line is enormous", hover + `,"params":{"textDocument":{"uri":"file:///ws/a.cue"},"position":{"line":99999999999999999999,"character":0}}`, "error -32602"},
			{"line is outside", hover + `,"params":{"textDocument":{"uri":"file:///ws/a.cue"},"position":{"line":4294967295,"character":0}}`, "error -32602"},
			{"character is outside", hover + `,"params":{"textDocument":{"uri":"file:///ws/a.cue"},"position":{"line":0,"character":4294967295}}`, "a"},
			{"no position", hover + `,"params":{"textDocument":{"uri":"file:///ws/a.cue"}}`, "a"},
			{"members that nobody knows", hover + `,"extra":{"deep":[[[[]]]]},` + place, "a"},
			{"params twice", hover + `,"params":7,` + place, "a"},
			{"a file that is not there", hover + `,"params":{"textDocument":{"uri":"file:///ws/none.cue"},"position":{"line":5,"character":5}}`, "null"},
			{"a URI that is no file", hover + `,"params":{"textDocument":{"uri":"untitled:a"},"position":{"line":0,"character":0}}`, "null"},
			{"a directory", hover + `,"params":{"textDocument":{"uri":"file:///ws"},"position":{"line":0,"character":0}}`, "null"},
			{"a path that climbs", hover + `,"params":{"textDocument":{"uri":"file:///ws/../../../etc/passwd"},"position":{"line":0,"character":0}}`, "null"},
			{"a path that climbs back", hover + `,"params":{"textDocument":{"uri":"file:///ws/x/../a.cue"},"position":{"line":0,"character":0}}`, "a"},

			// Notifications.
			{"unknown notification", `"method":"no/such"`, ""},
			{"unknown notification with a dollar", `"method":"$/no/such","params":{}`, ""},
			{"a request without an id", `"method":"textDocument/hover",` + place, ""},
			{"initialize without an id", `"method":"initialize","params":{}`, ""},
			{"shutdown without an id", `"method":"shutdown"`, ""},
			{"shutdown with a null id", `"id":null,"method":"shutdown"`, ""},
			{"initialized again", `"method":"initialized","params":{}`, ""},
			{"cancel of an unknown id", `"method":"$/cancelRequest","params":{"id":12345}`, ""},
			{"cancel of nothing", `"method":"$/cancelRequest"`, ""},
			{"cancel of null", `"method":"$/cancelRequest","params":{"id":null}`, ""},
			{"cancel of an object", `"method":"$/cancelRequest","params":{"id":{}}`, ""},
			{"cancel of everything", `"method":"$/cancelRequest","params":[]`, ""},
			{"trace in numbers", `"method":"$/setTrace","params":{"value":7}`, ""},
			{"progress that nobody asked for", `"method":"$/progress","params":{"token":1,"value":{}}`, ""},
			{"open without a document", `"method":"textDocument/didOpen","params":{}`, ""},
			{"open with null", `"method":"textDocument/didOpen","params":null`, ""},
			{"open without a text", `"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///ws/a.cue","version":1}}`, ""},
			{"open a directory", `"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///","version":1,"text":"x"}}`, ""},
			{"change of a closed document", change + `,"params":{"textDocument":{"uri":"file:///ws/a.cue","version":1},"contentChanges":[{"text":"x"}]}`, ""},
			{"change without a document", change + `,"params":{"contentChanges":[{"text":"x"}]}`, ""},
			{"change with null", change + `,"params":null`, ""},
			{"changes that are null", change + `,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":2},"contentChanges":null}`, ""},
			{"a change that is null", change + `,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":3},"contentChanges":[null]}`, ""},
			{"a change of more lines than there are", change + `,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":4},"contentChanges":[{"range":{"start":{"line":0,"character":0},"end":{"line":2147483648,"character":0}},"text":"open"}]}`, ""},
			{"a change behind the last line", change + `,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":5},"contentChanges":[{"range":{"start":{"line":1000,"character":0},"end":{"line":1000,"character":0}},"text":""}]}`, ""},
			{"a change that ends before it starts", change + `,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":6},"contentChanges":[{"range":{"start":{"line":1000,"character":0},"end":{"line":0,"character":0}},"text":"x"}]}`, ""},
			{"a change of a negative line", change + `,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":7},"contentChanges":[{"range":{"start":{"line":-1,"character":0},"end":{"line":0,"character":0}},"text":"x"}]}`, ""},
			{"close of a closed document", `"method":"textDocument/didClose","params":{"textDocument":{"uri":"file:///ws/a.cue"}}`, ""},
			{"save of nothing", `"method":"textDocument/didSave","params":{}`, ""},
			{"events of nothing", `"method":"workspace/didChangeWatchedFiles","params":{"changes":[{"uri":"","type":9},{"uri":"::","type":1}]}`, ""},
			{"events that are no list", `"method":"workspace/didChangeWatchedFiles","params":{"changes":{}}`, ""},
			{"folders that are no folders", `"method":"workspace/didChangeWorkspaceFolders","params":{"event":{"added":[{"uri":7}],"removed":[]}}`, ""},
			{"folders that are null", `"method":"workspace/didChangeWorkspaceFolders","params":{"event":null}`, ""},

			// Answers to nothing.
			{"answer to nobody", `"id":900,"result":null`, ""},
			{"error to nobody", `"id":"x","error":{"code":1,"message":"m"}`, ""},
			{"answer with a wrong id", `"id":{},"result":null`, ""},

			// Ids.
			{"a float id", `"id":1.5,"method":"textDocument/hover",` + place, `1.5: a`},
			{"a string id", `"id":"ü \" 😀","method":"textDocument/hover",` + place, `"ü \" 😀": a`},
			{"an id that is not UTF-8", framed("{\"jsonrpc\":\"2.0\",\"id\":\"\xff\",\"method\":\"no/such\"}"), "\"\ufffd\": error -32601"},
			{"an empty id", `"id":"","method":"textDocument/hover",` + place, `"": a`},
			{"a negative id", `"id":-7,"method":"textDocument/hover",` + place, `-7: a`},
			{"a huge id", `"id":9223372036854775808,"method":"textDocument/hover",` + place, `9223372036854775808: a`},
			{"a null id", `"id":null,"method":"textDocument/hover",` + place, ""},
			{"an id that is a list", `"id":[900],"method":"textDocument/hover",` + place, "null: error -32600"},
			{"an id that is an object", `"id":{},"method":"textDocument/hover",` + place, "null: error -32600"},
			{"an id that is a truth value", `"id":true,"method":"textDocument/hover",` + place, "null: error -32600"},
			{"cancel of a negative id", `"method":"$/cancelRequest","params":{"id":-1}`, ""},
			{"cancel of half an id", `"method":"$/cancelRequest","params":{"id":0.5}`, ""},
			{"cancel of a huge id", `"method":"$/cancelRequest","params":{"id":99999999999999999999}`, ""},

			// URIs.
			{"an untitled document", at("untitled:Untitled-1"), "null"},
			{"a document of git's", at("git:/ws/a.cue?%7B%7D"), "null"},
			{"a file on another machine", at("file://server/ws/a.cue"), "null"},
			{"localhost", at("file://localhost/ws/a.cue"), "a"},
			{"a percent-encoded letter", at("file:///ws/%61.cue"), "a"},
			{"a percent-encoded slash", at("file:///ws%2Fa.cue"), "a"},
			{"percent-encoded zero", at("file:///ws/a%00.cue"), "null"},
			{"half a percent sign", at("file:///ws/a.cue%"), "null"},
			{"a scheme in capitals", at("FILE:///ws/a.cue"), "a"},
			{"a path in capitals", at("file:///WS/A.CUE"), "null"},
			{"a query and a fragment", at("file:///ws/a.cue?x#L1"), "a"},
			{"a path without a scheme", at("/ws/a.cue"), "a"},
			{"an empty URI", at(""), "null"},

			// Documents.
			{"open again", `"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///ws/open.cue","version":1,"text":"open"}}`, ""},
			{"open what is no file", `"method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:1","version":1,"text":"x"}}`, ""},
			{"change what is no file", change + `,"params":{"textDocument":{"uri":"untitled:1","version":1},"contentChanges":[{"text":"x"}]}`, ""},
			{"a version that goes back", open(-3, place00, place00, ""), ""},
			{"a version beyond int32", open(1<<40, place00, place00, "x"), ""},
			{"a range in the wrong order", open(8, `{"line":0,"character":3}`, place00, "x"), ""},
			{"a negative character", open(8, `{"line":0,"character":-1}`, place00, "x"), ""},
			{"a line beyond int32", open(8, place00, `{"line":2147483648,"character":0}`, "open"), ""},
			{"a line beyond uint32", open(8, place00, `{"line":4294967296,"character":0}`, "x"), ""},
			{"a character beyond the line", open(8, `{"line":0,"character":4}`, `{"line":0,"character":2147483647}`, ""), ""},
			{"a range without its end", change + `,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":9},"contentChanges":[{"range":{"start":{"line":0,"character":0}},"text":""}]}`, ""},
			{"a range in words", change + `,"params":{"textDocument":{"uri":"file:///ws/open.cue","version":9},"contentChanges":[{"range":"all","text":"x"}]}`, ""},
			{"ten megabytes", `"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///ws/large.cue","version":1,"text":"` + strings.Repeat("0123456789", 1<<20) + `"}}`, ""},

			// Depth.
			{"params a hundred thousand deep", hover + `,"params":` + deep, "error -32602"},
			{"an unknown member a hundred thousand deep", hover + `,"extra":` + deep + `,` + place, "a"},

			// What is no JSON-RPC, and frames.
			{"not JSON", framed(`{"jsonrpc":"2.0",`), "null: error -32700"},
			{"two messages in a frame", framed(call + call), "null: error -32700"},
			{"a batch", framed("[" + call + "]"), "null: error -32600"},
			{"an empty batch", framed("[]"), "null: error -32600"},
			{"a number", framed("17"), "null: error -32600"},
			{"an empty body", framed(""), "null: error -32700"},
			{"no version", framed(`{"id":900,"method":"no/such"}`), "error -32600"},
			{"an old version", framed(`{"jsonrpc":"1.0","id":900,"method":"no/such"}`), "error -32600"},
			{"no method", framed(`{"jsonrpc":"2.0","id":900}`), "error -32600"},
			{"a method that is a number", framed(`{"jsonrpc":"2.0","id":900,"method":7}`), "null: error -32600"},
			{"request and answer at once", framed(`{"jsonrpc":"2.0","id":900,"method":"no/such","result":1}`), "error -32600"},
			{"invalid UTF-8 in a method", framed("{\"jsonrpc\":\"2.0\",\"id\":900,\"method\":\"\xff\xfe\"}"), "error -32601"},
			{"invalid UTF-8 outside of strings", framed("\xff" + call), "null: error -32700"},
			{"UTF-16", framed("{\x00\"\x00}\x00"), "null: error -32700"},
			{"a byte order mark", framed("\ufeff" + call), "null: error -32700"},
			{"a length that is too small", "Content-Length: 10\r\n\r\n" + call + "\r\n", "null: error -32700"},
			{"a length that covers what follows", "Content-Length: 60\r\n\r\n" + call + strings.Repeat(" x", 60), "null: error -32700"},
			{"a negative length", "Content-Length: -5\r\n\r\n", ""},
			{"a length in words", "Content-Length: ten\r\n\r\n", ""},
			{"a length beyond all memory", "Content-Length: 99999999999999999999\r\n\r\n", ""},
			{"no length", "Content-Type: text/plain\r\n\r\n", ""},
			{"an unknown header", "X-Mood: bad\r\n" + framed(call), "error -32601"},
			{"a header in lower case", "content-length: 45\r\n\r\n" + call, "error -32601"},
			{"line ends without returns", "Content-Length: 45\n\n" + call, "error -32601"},
			{"a header of a megabyte", "X-Long: " + strings.Repeat("x", 1<<20) + "\r\n" + framed(call), "error -32601"},
			{"a line of a megabyte", strings.Repeat("noise ", 1<<18) + "\n", ""},
			{"empty lines", "\r\n\r\n\n", ""},
		},
		"after shutdown": {
			{"a request", hover + `,` + place, "error -32600"},
			{"an unknown request", `"id":900,"method":"no/such"`, "error -32600"},
			{"initialize", `"id":900,"method":"initialize","params":{"capabilities":{}}`, "error -32600"},
			{"shutdown again", `"id":900,"method":"shutdown"`, "error -32600"},
			{"a notification", `"method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///ws/open.cue","version":99},"contentChanges":[{"text":"x"}]}`, ""},
			{"an unknown notification", `"method":"no/such"`, ""},
			{"not JSON", framed(`{"jsonrpc":"2.0",`), "null: error -32700"},
			{"cancel", `"method":"$/cancelRequest","params":{"id":1}`, ""},
		},
	}
}

// TestHostile sends what no client should send.
func TestHostile(t *testing.T) {
	table := hostileRows()
	for _, phase := range []struct {
		name  string
		reach func(e *editor)
		next  string // the answer to the next request
	}{
		{"before initialize", func(*editor) {}, "error -32002"},
		{"while serving", func(e *editor) {
			e.initialize(`{}`)
			e.open("/ws/open.cue", 1, "open")
		}, "a"},
		{"after shutdown", func(e *editor) {
			e.initialize(`{}`)
			e.call("shutdown", nil)
		}, "error -32600"},
	} {
		e := start(t, setup{world: newWorld(map[string]string{"/ws/a.cue": "a"})})
		phase.reach(e)
		for _, row := range table[phase.name] {
			t.Run(phase.name+"/"+row.name, func(t *testing.T) {
				e.t = t
				e.hostile(row)
				if got := shortHover(e.call("textDocument/hover", at("/ws/a.cue", 0, 0))); got != phase.next {
					t.Errorf("the next request is answered with %q, want %q", got, phase.next)
				}
				if phase.next != "a" {
					return
				}
				if got := e.text("/ws/open.cue"); got != "open" {
					t.Errorf("the open document has the text %q", got)
				}
			})
		}
		e.t = t
		for _, m := range e.waiting("") {
			t.Errorf("%s: an answer that nobody waits for: %s %s", phase.name, m.ID, m.answer())
		}
	}
}

// hostile sends a row and looks at the answer.
func (e *editor) hostile(row hostileRow) {
	e.t.Helper()
	if strings.HasPrefix(row.send, `"`) {
		e.frame(`{"jsonrpc":"2.0",` + row.send + `}`)
	} else {
		e.raw(row.send)
	}
	if row.want == "" {
		return
	}
	id, want, found := strings.Cut(row.want, ": ")
	if !found {
		id, want = "900", row.want
	}
	m := e.answer(id)
	if got := shortHover(m); got != want {
		e.t.Errorf("answered %s, want %s", got, want)
	}
	if m.Error != nil && len(strings.Fields(m.Error.Message)) < 3 {
		e.t.Errorf("the error is no sentence: %q", m.Error.Message)
	}
}

// shortHover is the short form of an answer, which for a hover is its text.
func shortHover(m message) string {
	got := m.answer()
	if strings.HasPrefix(got, "{") {
		got = between(got, `"value":"`, `"`)
	}
	return got
}

// TestFlood sends changes, questions and cancellations as fast as they can be
// written, and expects an answer to each question.
func TestFlood(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/uses.cue": "a.cue"})})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 0, "")
	var ids []string
	for i := range 1000 {
		e.replace("/ws/a.cue", i+1, strings.Repeat("bad ", i%5))
		id := e.send("textDocument/hover", at("/ws/a.cue", 0, 0))
		e.notify("$/cancelRequest", map[string]any{"id": id}) // as a string: another id
		ids = append(ids, id)
	}
	for _, id := range ids {
		if m := e.answer(id); m.Error != nil {
			t.Fatalf("question %s: %s", id, m.Error.Message)
		}
	}
	for e.published().summary() != "/ws/a.cue@1000: 4" {
	}
	if got := e.call("shutdown", nil).answer(); got != "null" {
		t.Errorf("shutdown: %s", got)
	}
}
