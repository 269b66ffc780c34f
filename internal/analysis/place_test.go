package analysis_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// places prints what stands at every offset of a file, once for each span.
func (p printer) places(file string) string {
	path := filepath.Join(p.root, filepath.FromSlash(file))
	var b strings.Builder
	last := ""
	for offset := 0; offset <= p.s.Text(path).Len(); offset++ {
		if at := p.s.PlaceAt(path, offset); at != nil {
			line := fmt.Sprintf("%s %s\n", p.place(analysis.Location{Path: path, Span: at.Span}), describePlace(at, p.s.Text(path)))
			if line != last {
				b.WriteString(line)
			}
			last = line
		}
	}
	return b.String()
}

func describePlace(at *analysis.Place, content *text.Text) string {
	out := fmt.Sprintf("%s %s", content.Slice(at.Span), at.Kind)
	if at.IsLabel {
		out += " label"
	}
	switch at.Kind {
	case analysis.ValuePlace, analysis.ReadPlace:
		out += " " + at.Path.String()
		if at.Node == nil {
			out += " (unknown)"
		}
	case analysis.ComponentPlace, analysis.ScopePlace:
		out += " " + at.Member
	case analysis.SchemaPlace:
		out += " " + at.Name
	}
	if at.Document != nil {
		out += " of " + at.Document.Document.Title()
	}
	return out
}

// TestEveryOffset asks everything at every byte of the example workspace and of the
// archives, broken ones among them: nothing fails, each answer lies in its file, and none
// shows a secret.
func TestEveryOffset(t *testing.T) {
	roots := []string{"../../testdata/workspace"}
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		roots = append(roots, f.Write(t))
	}
	seen := make(map[string]bool) // the archives have many files in common
	for i, root := range roots {
		stride := 11
		if i == 0 {
			stride = 3
		}
		root, err := filepath.Abs(root)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := analysis.Load(context.Background(), []string{root}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range s.Files() {
			rel, err := filepath.Rel(root, path)
			if key := rel + "\x00" + s.Text(path).Content(); err == nil && !seen[key] {
				seen[key] = true
				everyOffset(t, s, path, stride)
			}
		}
	}
}

// TestHalfTyped asks everything at the end of a text that is being typed, at every length.
func TestHalfTyped(t *testing.T) {
	root, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := analysis.Load(context.Background(), []string{root}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"releases/production/web.cue", "catalog/managed-web/managed_web.cue"} {
		path := filepath.Join(root, filepath.FromSlash(name))
		content := s.Text(path).Content()
		for end := 0; end <= len(content); end += 17 {
			a := asker{t, s.WithText(path, content[:end]), path}
			for offset := max(end-2, 0); offset <= end; offset++ {
				a.hover(offset)
				a.follow(offset)
			}
		}
	}
}

// TestAtOnce asks about all files at once, as an editor does that has several open: the
// questions share the syntax trees, which nobody may change. The race detector looks on.
func TestAtOnce(t *testing.T) {
	root, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := analysis.Load(context.Background(), []string{root}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	for _, path := range s.Files() {
		a := asker{t, s, path}
		asking.Go(func() {
			for offset := 0; offset <= s.Text(path).Len(); offset += 97 {
				a.hover(offset)
				a.follow(offset)
			}
		})
	}
	asking.Wait()
}

// everyOffset looks at what stands at every offset, hovers over each place, and follows
// every stride-th.
func everyOffset(t *testing.T, s *analysis.Snapshot, path string, stride int) {
	a := asker{t, s, path}
	var last text.Span
	places := 0
	for offset := 0; offset <= s.Text(path).Len(); offset++ {
		at := s.PlaceAt(path, offset)
		switch {
		case at == nil:
			if h := s.Hover(path, offset); h != nil {
				t.Errorf("%s:%d: there is a hover on nothing", path, offset)
			}
		case !at.Span.Contains(offset):
			t.Errorf("%s:%d: the place %v is elsewhere", path, offset, at.Span)
		case at.Span != last:
			last = at.Span
			a.hover(offset)
			if places++; places%stride == 0 {
				a.follow(offset)
			}
		}
	}
}

// An asker asks all questions about one file.
type asker struct {
	t    *testing.T
	s    *analysis.Snapshot
	path string
}

func (a asker) hover(offset int) {
	if h := a.s.Hover(a.path, offset); h != nil {
		if !h.Span.Contains(offset) || strings.TrimSpace(h.Markdown) == "" || strings.TrimSpace(h.PlainText) == "" {
			a.t.Errorf("%s:%d: the hover on %v is elsewhere, or empty", a.path, offset, h.Span)
		}
		if strings.Contains(h.Markdown+h.PlainText, "HUSH") {
			a.t.Errorf("%s:%d: the hover shows a secret", a.path, offset)
		}
	}
}

func (a asker) follow(offset int) {
	for name, find := range map[string]func(string, int) []analysis.Link{
		"definition":     a.s.Definition,
		"declaration":    a.s.Declaration,
		"typeDefinition": a.s.TypeDefinition,
		"implementation": a.s.Implementation,
	} {
		for _, l := range find(a.path, offset) {
			if !l.Origin.Contains(offset) || !a.isInside(l.Target) || !l.Target.Span.Covers(l.Focus) {
				a.t.Errorf("%s:%d: %s leads from %v to %v in %v", a.path, offset, name, l.Origin, l.Focus, l.Target)
			}
		}
	}
	for name, uses := range map[string][]analysis.Use{
		"references": a.s.References(a.t.Context(), a.path, offset, true),
		"highlights": a.s.Highlights(a.path, offset),
	} {
		for _, u := range uses {
			if !a.isInside(u.Location) || name == "highlights" && u.Path != a.path {
				a.t.Errorf("%s:%d: %s has a use in %v", a.path, offset, name, u.Location)
			}
		}
	}
}

func (a asker) isInside(l analysis.Location) bool {
	content := a.s.Text(l.Path)
	return content != nil && (text.Span{End: content.Len()}).Covers(l.Span)
}
