package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sourcegraph/go-lsp"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// Error codes of JSON-RPC and LSP.
const (
	invalidRequest       = -32600
	methodNotFound       = -32601
	invalidParams        = -32602
	serverNotInitialized = -32002
)

// nowhere is a request that every server can answer: what is at the start of a file
// that it does not know.
var nowhere = json.RawMessage(`{"textDocument":{"uri":"file:///nowhere/a.cue"},"position":{"line":0,"character":0}}`)

func TestLifecycle(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"serve"}, {"serve", "--stdio"}, {"--stdio"}} {
		t.Run("opm-lsp "+strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			root := exampleWorkspace(t)
			path := filepath.Join(root, "releases", "staging", "web.cue")
			c := lspclient.Start(t, binary, args...)

			refused := func(want int64, method string, params any) {
				t.Helper()
				if got := c.ErrorCode(method, params); got != want {
					t.Errorf("%s %v: error %d, want %d", method, params, got, want)
				}
			}
			refused(serverNotInitialized, "textDocument/hover", nowhere)
			refused(serverNotInitialized, "shutdown", nil)
			refused(serverNotInitialized, "no/such", nil)
			c.Notify("textDocument/didClose", json.RawMessage(`{}`)) // dropped

			refused(invalidParams, "initialize", json.RawMessage(`{"capabilities":"none"}`))
			got := c.Initialize(initializeParams(root, "utf-16"))
			if !got.HoverProvider || !got.DefinitionProvider || got.CompletionProvider == nil {
				t.Errorf("the capabilities are %+v", got)
			}
			refused(invalidRequest, "initialize", initializeParams(root, "utf-8"))

			d := c.Open(path, read(t, path))
			served := func(after string) {
				t.Helper()
				var hover *lspclient.Hover
				c.MustCall("textDocument/hover", d.At("environment", 2), &hover)
				if hover == nil || !strings.Contains(hover.Contents.Value, "environment") {
					t.Errorf("after %s the hover is %+v", after, hover)
				}
			}
			served("initialize")
			refused(methodNotFound, "no/such", nil)
			refused(methodNotFound, "textDocument/noSuch", nowhere)
			c.Notify("no/such", nil)
			c.Notify("$/noSuch", []int{1})
			served("methods that do not exist")
			for _, params := range []string{
				`null`, `[]`, `[1]`, `{}`, `{"textDocument":7}`, `{"textDocument":{"uri":[]},"position":{}}`,
				`{"textDocument":{"uri":"file:///a.cue"},"position":{"line":-1,"character":0}}`,
				`{"textDocument":{"uri":"file:///a.cue"},"position":"here"}`,
			} {
				refused(invalidParams, "textDocument/hover", json.RawMessage(params))
			}
			refused(invalidParams, "textDocument/completion", nil)
			served("params that are none")
			for _, method := range []string{"didOpen", "didChange", "didClose", "didSave"} {
				c.Notify("textDocument/"+method, nil)
				c.Notify("textDocument/"+method, []string{"x"})
				c.Notify("textDocument/"+method, map[string]any{"textDocument": map[string]any{"uri": "file:///not/open.cue"}})
			}
			served("notifications that make no sense")
			c.Raw("Content-Length: 9\r\n\r\n{\"jsonrpc" + "Content-Length: 2\r\n\r\n[]" + "a stray line\r\n\r\n")
			served("frames that are no messages")

			c.MustCall("shutdown", nil, nil)
			refused(invalidRequest, "textDocument/hover", nowhere)
			refused(invalidRequest, "shutdown", nil)
			if code := c.Exit(); code != 0 {
				t.Errorf("exit code %d, want 0", code)
			}
		})
	}
}

// TestEnd ends the server in every way but the right one.
func TestEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		end  func(c *lspclient.Client, root string) int
		want int
	}{
		{"exit before initialize", func(c *lspclient.Client, _ string) int { return c.Exit() }, 1},
		{"end of input before initialize", func(c *lspclient.Client, _ string) int { return c.CloseInput() }, 1},
		{"exit without shutdown", func(c *lspclient.Client, root string) int {
			c.Initialize(initializeParams(root, "utf-16"))
			return c.Exit()
		}, 1},
		{"end of input without shutdown", func(c *lspclient.Client, root string) int {
			c.Initialize(initializeParams(root, "utf-16"))
			return c.CloseInput()
		}, 1},
		{"end of input inside of a message", func(c *lspclient.Client, root string) int {
			c.Initialize(initializeParams(root, "utf-16"))
			c.Raw("Content-Length: 100\r\n\r\n{")
			return c.CloseInput()
		}, 1},
		{"end of input after shutdown", func(c *lspclient.Client, root string) int {
			c.Initialize(initializeParams(root, "utf-16"))
			c.MustCall("shutdown", nil, nil)
			return c.CloseInput()
		}, 0},
		{"exit while the workspace is read and everything is open", func(c *lspclient.Client, root string) int {
			c.Initialize(initializeParams(root, "utf-16"))
			for _, path := range cueFiles(t, root) {
				c.Open(path, read(t, path))
			}
			return c.Shutdown()
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := lspclient.Start(t, binary)
			if got := test.end(c, exampleWorkspace(t)); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}

// TestRecordedClients lets each editor of which there is a recording have a conversation:
// the params of initialize are those that it sent.
func TestRecordedClients(t *testing.T) {
	t.Parallel()
	recordings := filepath.FromSlash("../../internal/lsp/testdata/clients")
	for _, test := range []struct {
		name, encoding, format string
		links, snippets, asks  bool // asks for diagnostics
	}{
		{"emacs-30-eglot", "utf-32", "plaintext", true, false, false},
		{"helix-25.01", "utf-8", "markdown", false, true, false},
		{"neovim-0.10", "utf-16", "markdown", true, false, false},
		{"neovim-0.12", "utf-8", "markdown", true, true, true},
		{"vscode-1.139", "utf-16", "markdown", true, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := exampleWorkspace(t)
			path := filepath.Join(root, "releases", "wide", "wide.cue")
			write(t, path, wide)
			recorded := read(t, filepath.Join(recordings, test.name+".json"))
			params := strings.ReplaceAll(recorded, "file:///workspace", string(lspclient.URI(root)))
			params = strings.ReplaceAll(params, `"/workspace`, `"`+filepath.ToSlash(root))

			c := lspclient.Start(t, binary)
			capabilities := c.Initialize(json.RawMessage(params))
			if got := capabilities.PositionEncoding; got != test.encoding {
				t.Errorf("the server counts in %s, want %s", got, test.encoding)
			}
			if asks := capabilities.DiagnosticProvider != nil; asks != test.asks {
				t.Errorf("the client is told to ask for diagnostics: %v", asks)
			}
			d := c.Open(path, wide)
			var diagnostics []lspclient.Diagnostic
			if test.asks {
				diagnostics = d.Pull().Diagnostics
			} else {
				c.WaitForVersion(path, 1)
				diagnostics = c.State().Diagnostics(path)
			}

			// Every position stands behind characters that the encodings count
			// differently.
			place := d.At("replicas", 0)
			end := d.At("replicas", len("replicas")).Position
			var hover lspclient.Hover
			c.MustCall("textDocument/hover", place, &hover)
			if hover.Contents.Kind != test.format || !strings.Contains(hover.Contents.Value, "replicas") ||
				hover.Range == nil || *hover.Range != (lsp.Range{Start: place.Position, End: end}) {
				t.Errorf("the hover at %v is %+v", place.Position, hover)
			}

			var links []struct {
				URI       lsp.DocumentURI `json:"uri"`
				TargetURI lsp.DocumentURI `json:"targetUri"`
			}
			c.MustCall("textDocument/definition", place, &links)
			module := filepath.Join(root, "catalog", "managed-web", "managed_web.cue")
			found := false
			for _, link := range links {
				found = found || lspclient.Path(link.URI+link.TargetURI) == module
				if (link.TargetURI != "") != test.links {
					t.Errorf("the client gets %+v, and links are %v", link, test.links)
				}
			}
			if !found {
				t.Errorf("the definition of `replicas` is %v, without the Module", links)
			}

			var completion struct{ Items []struct{ Label string } }
			c.MustCall("textDocument/completion", d.At(`environment: "`, len(`environment: "`)), &completion)
			found = false
			for _, item := range completion.Items {
				found = found || strings.Contains(item.Label, "staging")
			}
			if !found {
				t.Errorf("the completion of `environment` is %+v", completion.Items)
			}

			want := lsp.Range{Start: d.At("99", 0).Position, End: d.At("99", 2).Position}
			if found := fmt.Sprint(diagnostics); !strings.Contains(found, want.String()) {
				t.Errorf("no diagnostic at %v: %s", want, found)
			}
			if test.asks && len(c.State().Diagnostics(path)) > 0 {
				t.Error("the diagnostics come both ways")
			}
			if test.format == "plaintext" && strings.ContainsAny(hover.Contents.Value, "*`|") {
				t.Errorf("the plain text has marks in it:\n%s", hover.Contents.Value)
			}
			var snippets json.RawMessage
			c.MustCall("textDocument/completion", d.At("environment: ", 0), &snippets)
			if text := string(snippets); !test.snippets && (strings.Contains(text, `"insertTextFormat":2`) || strings.Contains(text, "${1")) {
				t.Errorf("the client gets snippets: %s", text)
			}
			askAll(t, c, capabilities, d)
		})
	}
}

// askAll asks everything about a document that the server announced to its client: each has to be
// answered, in the form that the specification gives it.
func askAll(t *testing.T, c *lspclient.Client, capabilities lspclient.Capabilities, d *lspclient.Document) {
	t.Helper()
	document := map[string]any{"uri": lspclient.URI(d.Path)}
	all := lsp.Range{End: d.Position(len(d.Text))}
	place := func(more map[string]any) map[string]any {
		params := map[string]any{"textDocument": document, "position": d.At("replicas", 1).Position}
		maps.Copy(params, more)
		return params
	}
	for _, question := range []struct {
		provider, method string
		params           map[string]any
	}{
		{"callHierarchyProvider", "textDocument/prepareCallHierarchy", place(nil)},
		{"codeActionProvider", "textDocument/codeAction", map[string]any{"textDocument": document, "range": all, "context": map[string]any{"diagnostics": []any{}}}},
		{"codeLensProvider", "textDocument/codeLens", map[string]any{"textDocument": document}},
		{"declarationProvider", "textDocument/declaration", place(nil)},
		{"documentFormattingProvider", "textDocument/formatting", map[string]any{"textDocument": document, "options": map[string]any{"tabSize": 4, "insertSpaces": false}}},
		{"documentHighlightProvider", "textDocument/documentHighlight", place(nil)},
		{"documentLinkProvider", "textDocument/documentLink", map[string]any{"textDocument": document}},
		{"documentRangeFormattingProvider", "textDocument/rangeFormatting", map[string]any{"textDocument": document, "range": all, "options": map[string]any{"tabSize": 4, "insertSpaces": false}}},
		{"documentSymbolProvider", "textDocument/documentSymbol", map[string]any{"textDocument": document}},
		{"foldingRangeProvider", "textDocument/foldingRange", map[string]any{"textDocument": document}},
		{"implementationProvider", "textDocument/implementation", place(nil)},
		{"inlayHintProvider", "textDocument/inlayHint", map[string]any{"textDocument": document, "range": all}},
		{"referencesProvider", "textDocument/references", place(map[string]any{"context": map[string]any{"includeDeclaration": true}})},
		{"renameProvider", "textDocument/rename", place(map[string]any{"newName": "copies"})},
		{"selectionRangeProvider", "textDocument/selectionRange", map[string]any{"textDocument": document, "positions": []any{d.At("replicas", 1).Position}}},
		{"semanticTokensProvider", "textDocument/semanticTokens/full", map[string]any{"textDocument": document}},
		{"typeDefinitionProvider", "textDocument/typeDefinition", place(nil)},
		{"typeHierarchyProvider", "textDocument/prepareTypeHierarchy", place(nil)},
		{"workspaceSymbolProvider", "workspace/symbol", map[string]any{"query": ""}},
	} {
		if _, announced := capabilities.All[question.provider]; announced {
			c.MustCall(question.method, question.params, nil)
		}
	}
}

// TestServerBadInput opens workspaces with which something is wrong.
func TestServerBadInput(t *testing.T) {
	t.Parallel()
	t.Run("no such folder", func(t *testing.T) {
		t.Parallel()
		root := filepath.Join(emptyWorkspace(t), "gone")
		c := lspclient.Start(t, binary)
		c.Initialize(initializeParams(root, "utf-16"))
		c.Wait("a message", func(s lspclient.State) bool { return len(s.Messages) > 0 })
		path := filepath.Join(root, "a.cue")
		c.Open(path, "package a\n\n)\n")
		c.WaitForVersion(path, 1)
		s := c.State()
		if len(s.Diagnostics(path)) == 0 {
			t.Error("a document in a workspace that is not there gets no diagnostics")
		}
		if len(s.Messages) != 1 || !strings.Contains(s.Messages[0].Message, "could not read") {
			t.Errorf("the messages are %+v", s.Messages)
		}
	})
	t.Run("files that cannot be read", func(t *testing.T) {
		t.Parallel()
		root := workspaceOf(t, map[string]string{"good.cue": "package good\n"})
		unreadable(t, root)
		c := serve(t, root, "utf-16")
		s := loaded(c, root)
		s = c.Wait("two messages", func(s lspclient.State) bool { return len(s.Messages) >= 2 })
		for i, want := range []string{"dangling.cue", "loop.cue"} {
			if m := s.Messages[i].Message; !strings.Contains(m, "cannot read") || !strings.Contains(m, want) {
				t.Errorf("message %d is %q, want one about %s", i, m, want)
			}
		}
		if got := publishedFindings(t, root, s); len(got) > 0 {
			t.Errorf("published %v", got)
		}
	})
	t.Run("a directory as a document", func(t *testing.T) {
		t.Parallel()
		root := exampleWorkspace(t)
		path := filepath.Join(root, "x.cue")
		if err := os.Mkdir(path, 0o777); err != nil {
			t.Fatal(err)
		}
		c := serve(t, root, "utf-16")
		before := publishedFindings(t, root, loaded(c, root))
		var hover *lspclient.Hover
		c.MustCall("textDocument/hover", lsp.TextDocumentPositionParams{TextDocument: lsp.TextDocumentIdentifier{URI: lspclient.URI(path)}}, &hover)
		if hover != nil {
			t.Errorf("a directory has the hover %+v", hover)
		}
		d := c.Open(path, "package x\n\n)\n")
		c.WaitForVersion(path, 1)
		if len(c.State().Diagnostics(path)) == 0 {
			t.Error("a document with a directory's name gets no diagnostics")
		}
		d.Close()
		if after := publishedFindings(t, root, settled(c, root)); after.String() != before.String() {
			t.Errorf("before: %v\nafter: %v", before, after)
		}
	})
}

// TestLog holds that a log file gets what would go to standard error, and that no value
// of a document is in it.
func TestLog(t *testing.T) {
	t.Parallel()
	root := exampleWorkspace(t)
	log := filepath.Join(t.TempDir(), "log")
	c := lspclient.Start(t, binary, "serve", "--log-file", log)
	c.Initialize(initializeParams(root, "utf-16"))
	path := filepath.Join(root, "releases", "staging", "web.cue")
	d := c.Open(path, read(t, path))
	d.Replace(`"stagging"`, `"hunter2"`)
	c.WaitForVersion(path, 2)
	c.Notify("textDocument/didChange", json.RawMessage(`"hunter2"`))
	if code := c.ErrorCode("textDocument/hover", json.RawMessage(`"hunter2"`)); code != invalidParams {
		t.Errorf("error %d", code)
	}
	if code := c.Shutdown(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	content := read(t, log)
	if !strings.Contains(content, "initialize") || !strings.Contains(content, "ended") {
		t.Errorf("the log lacks the life of the server:\n%s", content)
	}
	if strings.Contains(content, "hunter2") {
		t.Errorf("the log has a value of a document:\n%s", content)
	}
	if c.Stderr() != "" {
		t.Errorf("standard error: %s", c.Stderr())
	}
}

// unreadable puts two files into a directory that nobody can read, not even root.
func unreadable(t *testing.T, dir string) {
	t.Helper()
	for name, target := range map[string]string{"dangling.cue": "nowhere", "loop.cue": "loop.cue"} {
		link(t, target, filepath.Join(dir, name))
	}
}
