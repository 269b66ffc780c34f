package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/sourcegraph/go-lsp"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// A typist changes image.tag of an open release, to another value each time.
type typist struct {
	s     *server
	path  string
	d     *lspclient.Document
	start lsp.Position // of the value, behind its quote
	n     int          // how long it is
	count int          // edits so far
}

// literalTag is an image.tag without an interpolation. Nothing else in a release has that name.
var literalTag = regexp.MustCompile(`\ttag: "([^"\\]*)"\n`)

// typists opens n releases that have a literal tag, of different Modules. None is of the first
// Module and none has a mistake.
func typists(s *server, n int) []*typist {
	var out []*typist
	seen := map[int]bool{0: true}
	for i, f := range s.w.Releases {
		if module := s.w.ModuleOf[i]; len(out) < n && !seen[module] && literalTag.MatchString(f.Content) && len(s.Published(s.w.path(f)).Diagnostics) < 3 {
			seen[module] = true
			out = append(out, newTypist(s, f))
		}
	}
	return out
}

func newTypist(s *server, f synthetic.File) *typist {
	at := literalTag.FindStringSubmatchIndex(f.Content)
	d := s.Open(s.w.path(f), f.Content)
	t := &typist{s: s, path: d.Path, d: d, start: d.Position(at[2]), n: at[3] - at[2]}
	return t
}

// edit sends a change and returns when it was sent.
func (t *typist) edit() time.Time {
	t.count++
	value := fmt.Sprintf("bench-%d", t.count)
	end := t.start
	end.Character += t.n
	t.n = len(value)
	t.d.Version++
	params := lsp.DidChangeTextDocumentParams{
		TextDocument:   lsp.VersionedTextDocumentIdentifier{TextDocumentIdentifier: lsp.TextDocumentIdentifier{URI: lspclient.URI(t.path)}, Version: t.d.Version},
		ContentChanges: []lsp.TextDocumentContentChangeEvent{{Range: &lsp.Range{Start: t.start, End: end}, Text: value}},
	}
	began := time.Now()
	t.s.Notify("textDocument/didChange", params)
	return began
}

// pushed edits, and returns how long it took until the diagnostics of that version came.
func (t *typist) pushed() time.Duration {
	began := t.edit()
	t.s.WaitForVersion(t.path, t.d.Version)
	return t.s.Published(t.path).Arrived.Sub(began)
}

// pulled edits, asks for the diagnostics, and returns how long it took until they came.
func (t *typist) pulled() time.Duration {
	began := t.edit()
	t.s.MustCall("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": lspclient.URI(t.path)}}, nil)
	return time.Since(began)
}

// asked sends a request about a place and returns how long the answer took.
func (t *typist) asked(method, text string, behind int) time.Duration {
	i := strings.Index(t.d.Text, text)
	if i < 0 {
		t.s.t.Fatalf("%s is not in %s", text, t.path)
	}
	params := lsp.TextDocumentPositionParams{
		TextDocument: lsp.TextDocumentIdentifier{URI: lspclient.URI(t.path)},
		Position:     t.d.Position(i + behind),
	}
	var answer json.RawMessage
	began := time.Now()
	t.s.MustCall(method, params, &answer)
	took := time.Since(began)
	if len(answer) < 50 {
		t.s.t.Fatalf("%s says nothing about %s: %s", method, text, answer)
	}
	return took
}

// latencies are of edits and questions in one workspace.
type latencies struct {
	push, pull, completion, hover times
	wire                          times // of a request that the server refuses at once
	profile                       profile
}

// typing edits releases by turns, and asks after each edit.
func typing(s *server, edits, profileSeconds int) latencies {
	var out latencies
	open := typists(s, 5)
	s.settled()
	for range edits {
		out.wire = append(out.wire, s.refused())
	}
	for i := range edits {
		t := open[i%len(open)]
		out.push = append(out.push, t.pushed())
		out.completion = append(out.completion, t.asked("textDocument/completion", "\t\tenvironment: \"", len("\t\tenvironment: \"")))
		out.hover = append(out.hover, t.asked("textDocument/hover", "\ttag: ", len("\tta")))
	}
	if profileSeconds > 0 {
		out.profile = profiled(s, open, profileSeconds)
	}
	s.settled()
	for _, t := range open {
		t.d.Close()
	}
	s.settled()
	return out
}

// refused sends a request that the server has no method for, and returns how long the answer took:
// what every message costs.
func (s *server) refused() time.Duration {
	began := time.Now()
	s.ErrorCode("opm/nothing", nil)
	return time.Since(began)
}

// pulling edits releases by turns and asks for the diagnostics of each.
func pulling(s *server, edits int) times {
	var out times
	s.loaded() // what is measured is a keystroke, not a start
	open := typists(s, 5)
	for i := range edits {
		out = append(out, open[i%len(open)].pulled())
	}
	return out
}
