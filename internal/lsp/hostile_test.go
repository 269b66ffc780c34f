package lsp

import (
	"strings"
	"testing"
)

// TestHostile sends what no client should send. Each row says what is answered:
// the short form of an answer to id 900, or nothing. After each the server has to
// serve the next request.
func TestHostile(t *testing.T) {
	const (
		hover  = `"id":900,"method":"textDocument/hover"`
		place  = `"params":{"textDocument":{"uri":"file:///ws/a.cue"},"position":{"line":0,"character":0}}`
		change = `"method":"textDocument/didChange"`
	)
	rows := []struct{ name, body, want string }{
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
	}
	if len(rows) < 40 {
		t.Errorf("%d rows, want at least 40", len(rows))
	}
	e := start(t, setup{world: newWorld(map[string]string{"/ws/a.cue": "a"})})
	e.initialize(`{}`)
	e.open("/ws/open.cue", 1, "open")
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			e.t = t
			e.frame(`{"jsonrpc":"2.0",` + row.body + `}`)
			if row.want != "" {
				m := e.answer("900")
				got := m.answer()
				if strings.HasPrefix(got, "{") {
					got = between(got, `"value":"`, `"`)
				}
				if got != row.want {
					t.Errorf("answered %s, want %s", got, row.want)
				}
				if m.Error != nil && len(strings.Fields(m.Error.Message)) < 3 {
					t.Errorf("the error is no sentence: %q", m.Error.Message)
				}
			}
			if got := e.text("/ws/a.cue"); got != "a" {
				t.Errorf("the next request is answered with %q", got)
			}
			if got := e.text("/ws/open.cue"); got != "open" {
				t.Errorf("the open document has the text %q", got)
			}
		})
	}
	e.t = t
	for _, id := range []string{"900", "null"} {
		for _, m := range e.waiting("") {
			if string(m.ID) == id {
				t.Errorf("an answer that nobody waits for: %s", m.answer())
			}
		}
	}
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
