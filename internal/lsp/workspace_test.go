package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// openExample starts a server with the real analysis on the example workspace.
func openExample(t *testing.T) (e *editor, root string) {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", "testdata", "workspace"))
	if err != nil {
		t.Fatal(err)
	}
	e = start(t, setup{real: true})
	params := map[string]any{"rootUri": uriOf(root), "capabilities": json.RawMessage(related)}
	if m := e.call("initialize", params); m.Error != nil {
		t.Fatal(m.Error.Message)
	}
	e.notify("initialized", struct{}{})
	return e, root
}

func loadExample(t *testing.T, root string) *analysis.Snapshot {
	t.Helper()
	snapshot, skipped, err := analysis.Load(context.Background(), []string{root}, nil)
	if err != nil || len(skipped) > 0 {
		t.Fatal(err, skipped)
	}
	return snapshot
}

// describe puts diagnostics in lines, each with its range, code, message and how
// many places it is related to.
func describe(s *analysis.Snapshot, path string) []string {
	lines := []string{}
	for _, d := range s.Diagnostics(path) {
		r := s.Text(path).Range(d.Span, text.UTF16)
		lines = append(lines, fmt.Sprintf("%d:%d-%d:%d %s %s +%d",
			r.Start.Line, r.Start.Character, r.End.Line, r.End.Character, d.Code, d.Message, len(d.Related)))
	}
	return lines
}

func (p published) describe() []string {
	lines := []string{}
	for _, d := range p.Diagnostics {
		lines = append(lines, fmt.Sprintf("%d:%d-%d:%d %s %s +%d", d.Range.Start.Line, d.Range.Start.Character,
			d.Range.End.Line, d.Range.End.Character, d.Code, d.Message, len(d.RelatedInformation)))
	}
	return lines
}

// TestSameAsAnalysis holds that the server publishes what the analysis says about
// the example workspace, file by file, and nothing besides.
func TestSameAsAnalysis(t *testing.T) {
	e, root := openExample(t)
	snapshot := loadExample(t, root)
	want := map[string][]string{}
	for _, path := range snapshot.Files() {
		if lines := describe(snapshot, path); len(lines) > 0 {
			want[uriOf(path)] = lines
		}
	}
	got := map[string][]string{}
	for len(got) < len(want) {
		p := e.published()
		got[p.URI] = p.describe()
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("published\n%v\nwant\n%v", got, want)
	}
	e.call("shutdown", nil)
	if more := e.waiting("textDocument/publishDiagnostics"); len(more) > 0 {
		t.Errorf("also published: %s", more[0].Params)
	}
}

// TestModuleMovesItsReleases edits the Module that closed releases use.
func TestModuleMovesItsReleases(t *testing.T) {
	e, root := openExample(t)
	module := filepath.Join(root, "catalog", "managed-web", "managed_web.cue")
	release := filepath.Join(root, "releases", "dev", "web.cue")
	snapshot := loadExample(t, root)
	before := snapshot.Text(module).Content()
	after := strings.Replace(before, "keepFor?:", "keptFor?:", 1)
	if before == after {
		t.Fatal("the example workspace is another: managed-web has no keepFor")
	}
	broken := describe(snapshot.WithText(module, after), release)
	if len(broken) == 0 {
		t.Fatal("the release does not mind that a value is gone from its Module")
	}
	awaitRelease := func(want []string) {
		t.Helper()
		for {
			if p := e.published(); p.URI == uriOf(release) {
				if got := p.describe(); !slices.Equal(got, want) {
					t.Errorf("published %q, want %q", got, want)
				}
				return
			}
		}
	}
	e.open(module, 1, before)
	e.replace(module, 2, after)
	awaitRelease(broken)
	e.replace(module, 3, before)
	awaitRelease(describe(snapshot, release))
}

// TestTyping types a release character by character. No other file's diagnostics
// move, questions are answered at every step, and at the end the diagnostics are
// those of the finished file.
func TestTyping(t *testing.T) {
	e, root := openExample(t)
	content, err := os.ReadFile(filepath.Join(root, "releases", "dev", "shop.cue"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "releases", "typed", "shop.cue")
	want := describe(loadExample(t, root).WithText(path, string(content)), path)
	if len(want) == 0 {
		t.Fatal("the example workspace is another: nothing is wrong with dev/shop.cue")
	}
	quiet := filepath.Join(root, "releases", "dev", "quiet.cue")
	e.open(quiet, 1, "package quiet\n\nx: }\n")
	for e.published().URI != uriOf(quiet) {
	}
	e.open(path, 0, "")
	line, character := 0, 0
	for i, r := range string(content) {
		e.notify("textDocument/didChange", map[string]any{
			"textDocument": map[string]any{"uri": uriOf(path), "version": i + 1},
			"contentChanges": []any{map[string]any{"text": string(r), "range": map[string]any{
				"start": map[string]any{"line": line, "character": character},
				"end":   map[string]any{"line": line, "character": character}}}}})
		if character++; r == '\n' {
			line, character = line+1, 0
		}
		if i%16 == 0 {
			for _, method := range []string{"textDocument/completion", "textDocument/hover", "textDocument/definition"} {
				if m := e.call(method, at(path, line, character)); m.Error != nil {
					t.Fatalf("%s after %d characters: %s", method, i, m.Error.Message)
				}
			}
		}
	}
	for {
		p := e.published()
		if p.URI == uriOf(quiet) {
			t.Errorf("typing moves the diagnostics of another file: %q", p.describe())
		}
		if p.URI == uriOf(path) && *p.Version == len(content) {
			if got := p.describe(); !slices.Equal(got, want) {
				t.Errorf("at the end\n%q\nis published, want\n%q", got, want)
			}
			break
		}
	}
	if strings.Contains(e.log.String(), `"panic"`) {
		t.Errorf("panicked:\n%s", e.log)
	}
}
