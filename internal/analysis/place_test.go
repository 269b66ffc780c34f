package analysis_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
// archives, broken ones among them: nothing fails, and each answer lies in its file.
func TestEveryOffset(t *testing.T) {
	roots := []string{"../../testdata/workspace"}
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		roots = append(roots, f.Write(t))
	}
	for _, root := range roots {
		root, err := filepath.Abs(root)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := analysis.Load(context.Background(), []string{root}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range s.Files() {
			if _, err := os.Stat(path); err != nil {
				continue
			}
			everyOffset(t, s, path)
		}
	}
}

func everyOffset(t *testing.T, s *analysis.Snapshot, path string) {
	content := s.Text(path)
	for offset := 0; offset <= content.Len(); offset++ {
		if at := s.PlaceAt(path, offset); at != nil && !at.Span.Contains(offset) {
			t.Errorf("%s:%d: the place %v is elsewhere", path, offset, at.Span)
		}
		if h := s.Hover(path, offset); h != nil && (!h.Span.Contains(offset) || h.Markdown == "" || h.PlainText == "") {
			t.Errorf("%s:%d: the hover on %v is elsewhere, or empty", path, offset, h.Span)
		}
		for _, l := range s.Definition(path, offset) {
			target := s.Text(l.Target.Path)
			if !l.Origin.Contains(offset) || target == nil || !(text.Span{End: target.Len()}).Covers(l.Target.Span) || !l.Target.Span.Covers(l.Focus) {
				t.Errorf("%s:%d: definition leads from %v to %v in %v", path, offset, l.Origin, l.Focus, l.Target)
			}
		}
	}
}
