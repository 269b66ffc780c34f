package metamodel

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestCheck holds that the validator finds what is wrong, where it is wrong, and nothing in what
// is right.
func TestCheck(t *testing.T) {
	const span = `{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}`
	model, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ method, result, want string }{
		{"textDocument/hover", `null`, ""},
		{"textDocument/hover", `{"contents":{"kind":"markdown","value":"x"},"range":` + span + `}`, ""},
		{"textDocument/hover", `{"contents":"x"}`, ""},
		{"textDocument/hover", `{"contents":["x",{"language":"cue","value":"y"}]}`, ""},
		{"textDocument/hover", `{}`, "lacks contents"},
		{"textDocument/hover", `{"contents":{"kind":"html","value":"x"}}`, `.contents.kind: is "html", which is no MarkupKind`},
		{"textDocument/hover", `{"contents":{"kind":"markdown"}}`, ".contents"},
		{"textDocument/hover", `{"contents":"x","range":null}`, ".range: is null, not an object"},
		{"textDocument/hover", `{"contents":"x","rnage":` + span + `}`, ".rnage: is a property that LSP does not know"},
		{"textDocument/hover", `{"contents":"x","range":{"start":{"line":-1,"character":0},"end":{"line":0,"character":1}}}`, ".range.start.line: is -1, not uinteger"},
		{"textDocument/hover", `{"contents":"x","range":{"start":{"line":2147483648,"character":0},"end":{"line":0,"character":1}}}`, "not uinteger"},
		{"textDocument/hover", `{"contents":"x","range":{"start":{"line":0.5,"character":0},"end":{"line":0,"character":1}}}`, "not uinteger"},
		{"textDocument/definition", `[{"uri":"file:///a","range":` + span + `}]`, ""},
		{"textDocument/definition", `[{"targetUri":"file:///a","targetRange":` + span + `,"targetSelectionRange":` + span + `}]`, ""},
		{"textDocument/definition", `[{"targetUri":"file:///a","targetRange":` + span + `}]`, "[0]"},
		{"textDocument/definition", `[{"uri":"/a","range":` + span + `}]`, `.uri: is "/a", not DocumentUri`},
		{"textDocument/completion", `{"isIncomplete":false,"items":[{"label":"x","kind":5,"textEdit":{"range":` + span + `,"newText":""}}]}`, ""},
		{"textDocument/completion", `{"items":[]}`, "lacks isIncomplete"},
		{"textDocument/completion", `{"isIncomplete":false,"items":[{"label":"x","kind":99}]}`, "which is no CompletionItemKind"},
		{"textDocument/completion", `{"isIncomplete":false,"items":null}`, "not a list"},
		{"textDocument/semanticTokens/full", `{"data":[0,1,2,3,4]}`, ""},
		{"textDocument/semanticTokens/full", `{"data":[-1]}`, ".data[0]: is -1, not uinteger"},
		{"textDocument/diagnostic", `{"kind":"full","items":[]}`, ""},
		{"textDocument/diagnostic", `{"kind":"unchanged","resultId":"1"}`, ""},
		{"textDocument/diagnostic", `{"kind":"unchanged"}`, "lacks resultId"},
		{"workspace/diagnostic", `{"items":[{"kind":"full","uri":"file:///a","version":null,"items":[]}]}`, ""},
		{"workspace/diagnostic", `{"items":[{"kind":"full","uri":"file:///a","items":[]}]}`, "lacks version"},
		{"textDocument/rename", `{"changes":{"file:///a":[{"range":` + span + `,"newText":""}]}}`, ""},
		{"textDocument/rename", `{"changes":{"a":[]}}`, "not DocumentUri"},
		{"textDocument/rename", `{"documentChanges":[{"textDocument":{"uri":"file:///a","version":null},"edits":[]}]}`, ""},
		{"textDocument/rename", `{"documentChanges":[{"textDocument":{"uri":"file:///a"},"edits":[]}]}`, "version"},
		{"shutdown", `null`, ""},
		{"shutdown", `{}`, "is {}, not null"},
		{"initialize", `{"capabilities":{"hoverProvider":true,"diagnosticProvider":{"interFileDependencies":true,"workspaceDiagnostics":false}}}`, ""},
		{"initialize", `{"capabilities":{"hoverProvider":1}}`, ".hoverProvider"},
		{"initialize", `{"capabilities":{"diagnosticProvider":{"interFileDependencies":true}}}`, "lacks"},
	} {
		err := model.CheckResult(model.Method(test.method), json.RawMessage(test.result))
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s %s: %v", test.method, test.result, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s %s: the error is %v, want %q", test.method, test.result, err, test.want)
		}
	}
}

// TestSession holds that requests which the client did not declare are found.
func TestSession(t *testing.T) {
	model, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	s := NewSession(model)
	s.Sent("initialize", json.RawMessage(`{"capabilities":{"window":{"workDoneProgress":true},"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true}}}}`))
	s.Sent("workspace/diagnostic", json.RawMessage(`{"previousResultIds":[],"partialResultToken":"p"}`))
	const watchers = `"method":"workspace/didChangeWatchedFiles","registerOptions":{"watchers":[{"globPattern":"**/*.cue"}]}`
	for _, right := range []struct{ method, params string }{
		{"window/workDoneProgress/create", `{"token":"w"}`},
		{"client/registerCapability", `{"registrations":[{"id":"1",` + watchers + `}]}`},
	} {
		s.Received(right.method, json.RawMessage(right.params), true)
	}
	for _, right := range []string{
		`{"token":"w","value":{"kind":"begin","title":"x"}}`,
		`{"token":"w","value":{"kind":"report","message":"x","percentage":3}}`,
		`{"token":"p","value":{"items":[]}}`,
		`{"token":"w","value":{"kind":"end"}}`,
	} {
		s.Received("$/progress", json.RawMessage(right), false)
	}
	for _, body := range []string{`{"jsonrpc":"2.0","id":1,"result":null}`, `{"jsonrpc":"2.0","method":"x"}`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}`} {
		s.Envelope(json.RawMessage(body))
	}
	if got := s.Problems(); len(got) > 0 {
		t.Fatalf("of what is right: %q", got)
	}

	for _, wrong := range []struct{ method, params, want string }{
		{"workspace/configuration", `{"items":[]}`, "has not declared workspace.configuration"},
		{"workspace/diagnostic/refresh", ``, "has not declared"},
		{"client/registerCapability", `{"registrations":[{"id":"1","method":"workspace/didChangeConfiguration"}]}`, "has not declared that it may"},
		{"client/registerCapability", `{"registrations":[{"id":"1","method":"workspace/didChangeWatchedFiles","registerOptions":{}}]}`, "lacks watchers"},
		{"no/such", `{}`, "LSP does not know"},
		{"textDocument/hover", `{}`, "not for it to send"},
		{"window/logMessage", `{"type":1,"message":"x"}`, "not for it to send"},
	} {
		s := NewSession(model)
		s.Received(wrong.method, json.RawMessage(wrong.params), true)
		if got := strings.Join(s.Problems(), "\n"); !strings.Contains(got, wrong.want) {
			t.Errorf("%s: %q, want %q", wrong.method, got, wrong.want)
		}
	}
	for _, value := range []string{`{"kind":"report"}`, `{"kind":"begin"}`} {
		s.Received("$/progress", json.RawMessage(`{"token":"w","value":`+value+`}`), false) // ended above
	}
	if got := s.Problems(); len(got) != 1 || !strings.Contains(got[0], "nobody knows") {
		t.Errorf("progress after its end: %q", got)
	}
	for _, body := range []string{
		`[]`, `{"jsonrpc":"2.0","id":1}`, `{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"x"}}`, `{"id":1,"result":null}`,
		`{"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":"x"}}`, `{"jsonrpc":"2.0","id":1,"error":{"code":1}}`, `{"jsonrpc":"2.0","result":1}`,
		`{"jsonrpc":"2.0","id":null,"result":1}`, `{"jsonrpc":"2.0","id":[],"result":1}`, `{"jsonrpc":"2.0","id":1,"result":1,"extra":1}`,
	} {
		if err := CheckEnvelope(json.RawMessage(body)); err == nil {
			t.Errorf("%s is no message", body)
		}
	}
}
