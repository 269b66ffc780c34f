package lsp

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// sessionFiles are the workspace of a session.
var sessionFiles = map[string]string{
	"definition.cue": `package web

import traits "traits.opm.dev/v1alpha1"

#ModuleDefinition & {
	#metadata: {name: "web", version: "1.0.0"}
	components: server: #WorkloadComponent & {
		traits.#Container
		#metadata: workloadType: "stateless"
		container: name: "server"
		replicas: values.replicas
	}
	values: {
		replicas?: uint & >=2 & <=10 | *3
		greeting?: string & =~"^[a-z ]+$" | *"hej"
		size?: "small" | "large" | *"small"
	}
}
`,
	"module/module.cue": `package managed

import web "github.com/company/web/v1.0.0"

#Module & {
	#metadata: {name: "managed-web", version: "1.0.0-platform.1"}
	#moduleDefinition: web.#ModuleDefinition
	components: #moduleDefinition.components
	values: #moduleDefinition.values & {
		replicas: uint & >=2 & <=10 | *2
	}
}
`,
	"release/release.cue": `package release

import catalog "platform.company.com/catalog/managed-web:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {name: "web", namespace: "shop"}
	#module: catalog.#Module
	values: {
		replicas: 4
		greeting: "Hello"
	}
}
`,
	"plain/plain.cue": "package plain\n\n_a: {x: int, y: _a.x}\nb: _a & {x: 1}\nc: \"\\(b.x) €😀\"\n",
	"opm-lsp.cue":     "rules: \"release/outdated-module\": \"off\"\n",
}

// sessionTexts are what a session types.
var sessionTexts = []string{
	"", "\n", " ", "{", "}", "[", "]", "(", ")", ":", "\"", "\\(", "&", "|", "*", "_", "#", "...", "// c\n", "// opm:ignore release/invalid-value — why\n",
	"a: 1\n", "replicas: 99\n", "replicas", "values: ", "let x = values.replicas\n", "if true {b: 1}\n", "for k, v in values {(k): v}\n", "\ufeff", "\r\n", "\x00",
	"é😀", "import \"strings\"\n", "package other\n", "#Module", "#ModuleRelease & {", "catalog.#Module", "_a: _a & _a\n", "=~\"(\"", ">=5 & <3 | *4", "size: \"huge\"\n",
	strings.Repeat("// long\n", largeText/8+1),
}

// sessionAsks are the requests of a session about a place in a document.
var sessionAsks = []string{
	"hover", "completion", "definition", "declaration", "typeDefinition", "implementation", "references", "documentHighlight", "prepareRename", "rename",
	"documentSymbol", "foldingRange", "selectionRange", "semanticTokens/full", "codeAction", "codeLens", "inlayHint", "formatting", "rangeFormatting",
	"documentLink", "prepareCallHierarchy", "prepareTypeHierarchy",
}

// A session is a random walk through all that an editor may do.
type session struct {
	t       *testing.T
	e       *editor
	root    string
	moves   []byte // what is done next
	version int
	paths   []string
	open    map[string]*text.Text
	waits   []string // ids of requests
}

// next returns a number below n.
func (s *session) next(n int) int {
	if len(s.moves) == 0 {
		return 0
	}
	x := int(s.moves[0])
	s.moves = s.moves[1:]
	if n > 256 && len(s.moves) > 0 {
		x, s.moves = x<<8|int(s.moves[0]), s.moves[1:]
	}
	return x % n
}

func (s *session) params(path string, more map[string]any) map[string]any {
	params := map[string]any{"textDocument": map[string]any{"uri": uriOf(path)}}
	maps.Copy(params, more)
	return params
}

// place returns an offset in a text, and its position.
func (s *session) place(content *text.Text) (int, map[string]any) {
	at := s.next(content.Len() + 1)
	for at < content.Len() && at > 0 && content.Content()[at]&0xC0 == 0x80 { // inside of a character
		at--
	}
	p := content.Position(at, text.UTF16)
	return at, map[string]any{"line": p.Line, "character": p.Character}
}

// move makes one move.
func (s *session) move() {
	path := s.paths[s.next(len(s.paths))]
	content, open := s.open[path]
	s.version++
	switch kind := s.next(16); {
	case kind < 2 && open:
		delete(s.open, path)
		s.e.notify("textDocument/didClose", s.params(path, nil))
	case kind < 3:
		typed := sessionTexts[s.next(len(sessionTexts))]
		if err := os.WriteFile(path, []byte(typed+sessionFiles[s.name(path)]), 0o600); err != nil {
			s.t.Fatal(err)
		}
		s.e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uriOf(path), "type": 2}}})
	case !open:
		content = text.New(sessionFiles[s.name(path)])
		s.open[path] = content
		s.e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
			"uri": uriOf(path), "languageId": "cue", "version": s.version, "text": content.Content()}})
	case kind < 10:
		typed := strings.ToValidUTF8(sessionTexts[s.next(len(sessionTexts))], "")
		start, from := s.place(content)
		end, to := start, from
		if s.next(3) == 0 {
			if end, to = s.place(content); end < start {
				start, end, from, to = end, start, to, from
			}
		}
		s.open[path] = content.Replace(text.Span{Start: start, End: end}, typed)
		s.e.notify("textDocument/didChange", map[string]any{
			"textDocument":   map[string]any{"uri": uriOf(path), "version": s.version},
			"contentChanges": []any{map[string]any{"range": map[string]any{"start": from, "end": to}, "text": typed}}})
	default:
		method := sessionAsks[s.next(len(sessionAsks))]
		_, at := s.place(content)
		id := s.e.send("textDocument/"+method, s.params(path, map[string]any{
			"position": at, "positions": []any{at}, "range": map[string]any{"start": at, "end": at}, "newName": "renamed",
			"context": map[string]any{"includeDeclaration": true, "diagnostics": []any{}}, "options": map[string]any{"tabSize": 4, "insertSpaces": false},
		}))
		if s.next(4) == 0 {
			s.e.frame(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":` + id + `}}`)
		}
		s.waits = append(s.waits, id)
	}
}

func (s *session) name(path string) string {
	name, err := filepath.Rel(s.root, path)
	if err != nil {
		s.t.Fatal(err)
	}
	return filepath.ToSlash(name)
}

// FuzzSession edits, opens, closes and asks in any order. Every request is answered, nothing
// panics, and in the end the client knows of each file what somebody finds who reads everything
// from the beginning.
func FuzzSession(f *testing.F) {
	f.Add([]byte("opens all and asks"))
	f.Add([]byte{0, 5, 1, 5, 2, 5, 3, 5, 4, 5, 3, 5, 7, 0, 120, 1, 3, 11, 0, 0, 90, 1, 2, 0, 3, 2, 20})
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	f.Add([]byte{1, 5, 1, 4, 40, 10, 9, 1, 11, 1, 4, 5, 0, 1, 5, 22, 0, 200, 2})
	f.Fuzz(func(t *testing.T, moves []byte) {
		s := newSession(t, moves[:min(len(moves), 400)])
		for len(s.moves) > 0 {
			s.move()
		}
		s.end()
	})
}

func newSession(t *testing.T, moves []byte) *session {
	s := &session{t: t, root: t.TempDir(), moves: moves, open: make(map[string]*text.Text)}
	for _, name := range slices.Sorted(maps.Keys(sessionFiles)) {
		path := filepath.Join(s.root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(sessionFiles[name]), 0o600); err != nil {
			t.Fatal(err)
		}
		s.paths = append(s.paths, path)
	}
	s.e = start(t, setup{real: true})
	capabilities := strings.Replace(related, "{", `{"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true}},`, 1)
	if m := s.e.call("initialize", map[string]any{"rootUri": uriOf(s.root), "capabilities": json.RawMessage(capabilities)}); m.Error != nil {
		t.Fatal(m.Error.Message)
	}
	s.e.notify("initialized", struct{}{})
	return s
}

// end waits for all answers and looks at what the client knows then.
func (s *session) end() {
	const internalError = -32603
	for _, id := range s.waits {
		if m := s.e.answer(id); m.Error != nil && m.Error.Code == internalError {
			s.t.Errorf("request %s: %s", id, m.Error.Message)
		}
	}
	fresh, _, err := analysis.Load(context.Background(), []string{s.root}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(s.open)) {
		fresh = fresh.WithText(path, s.open[path].Content())
	}
	want := make(map[string]string)
	for _, path := range s.paths {
		want[path] = strings.Join(describe(fresh, path), "\n")
	}
	s.e.call("textDocument/hover", at(s.paths[0], 0, 0)) // all edits have arrived
	known := make(map[string]string)
	for _, path := range s.paths {
		known[path] = ""
	}
	for !maps.Equal(known, want) {
		m, ok := s.e.takeOrEnd("the diagnostics of a fresh look: "+difference(known, want), func(m message) bool {
			return m.Method == "textDocument/publishDiagnostics"
		})
		if !ok {
			s.t.Fatal("the server ended")
		}
		p := decodePublished(s.t, m)
		path, err := pathOf(p.URI)
		if err != nil {
			s.t.Fatal(err)
		}
		known[path] = strings.Join(p.describe(), "\n")
	}
	if log := s.e.log.String(); strings.Contains(log, `"panic`) {
		s.t.Errorf("it panicked:\n%s", log)
	}
}

// difference tells of the first file of which something else is known than is to be.
func difference(known, want map[string]string) string {
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if known[path] != want[path] {
			return filepath.Base(path) + " has\n" + known[path] + "\nand is to have\n" + want[path]
		}
	}
	return ""
}
