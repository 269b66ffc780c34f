package analysis_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

var update = flag.Bool("update", false, "write what came out as what is expected")

// TestFixtures runs every archive of testdata/fixtures against the engine.
func TestFixtures(t *testing.T) {
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		t.Run(f.Name, func(t *testing.T) {
			root := f.Write(t)
			s, _, err := analysis.Load(context.Background(), []string{root}, nil)
			if err != nil {
				t.Fatal(err)
			}
			p := printer{root, s}
			cursor := filepath.Join(root, filepath.FromSlash(f.Cursor.File))
			answers := map[string]func() string{
				"check":      p.check,
				"hover":      func() string { return p.hover(cursor, f.Cursor.Offset) },
				"complete":   func() string { return p.complete(cursor, f.Cursor.Offset) },
				"definition": func() string { return p.definition(cursor, f.Cursor.Offset) },
			}
			asked := 0
			for name, answer := range answers {
				want, ok := f.Want(name)
				if !ok {
					continue
				}
				asked++
				if name != "check" && f.Cursor.File == "" {
					t.Fatalf("@%s without a cursor", name)
				}
				got := answer()
				if *update {
					f.SetWant(t, name, got)
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("@%s (-want +got):\n%s", name, diff)
				}
			}
			if asked == 0 {
				t.Error("the archive expects nothing")
			}
		})
	}
}

// A printer writes answers as the archives hold them: lines and characters count
// from 1, as people do, characters in code points.
type printer struct {
	root string
	s    *analysis.Snapshot
}

func (p printer) place(l analysis.Location) string {
	rel, err := filepath.Rel(p.root, l.Path)
	if err != nil || !filepath.IsLocal(rel) {
		return l.Path
	}
	r := p.s.Text(l.Path).Range(l.Span, text.UTF32)
	return fmt.Sprintf("%s:%d:%d-%d:%d", filepath.ToSlash(rel), r.Start.Line+1, r.Start.Character+1, r.End.Line+1, r.End.Character+1)
}

func (p printer) check() string {
	var b strings.Builder
	for _, d := range p.s.AllDiagnostics() {
		fmt.Fprintf(&b, "%s %s[%s] %s\n", p.place(d.Location), d.Severity, d.Code, d.Message)
		for _, r := range d.Related {
			fmt.Fprintf(&b, "    %s %s\n", p.place(r.Location), r.Message)
		}
		for _, f := range d.Fixes {
			fmt.Fprintf(&b, "    fix: %s\n", f.Title)
		}
	}
	return b.String()
}

func (p printer) hover(path string, offset int) string {
	h := p.s.Hover(path, offset)
	if h == nil {
		return "nothing\n"
	}
	markdown := strings.ReplaceAll(h.Markdown, "file://"+filepath.ToSlash(p.root), "file://")
	return fmt.Sprintf("on %q\n%s", p.s.Text(path).Slice(h.Span), markdown)
}

func (p printer) complete(path string, offset int) string {
	var b strings.Builder
	for _, c := range p.s.Completion(path, offset) {
		fmt.Fprintf(&b, "%s | %s", c.Label, c.Detail)
		if c.Origin != "" {
			fmt.Fprintf(&b, " | %s", c.Origin)
		}
		fmt.Fprintf(&b, " | %q -> %q\n", p.s.Text(path).Slice(c.Replace), c.NewText)
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

func (p printer) definition(path string, offset int) string {
	var b strings.Builder
	for _, l := range p.s.Definition(path, offset) {
		fmt.Fprintf(&b, "%s %s\n", p.place(analysis.Location{Path: l.Target.Path, Span: l.Focus}), p.s.Text(l.Target.Path).Slice(l.Focus))
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}
