package analysis_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

var update = flag.Bool("update", false, "write what came out as what is expected")

// TestFixtures runs every archive of testdata/fixtures against the engine.
func TestFixtures(t *testing.T) { testFixtures(t, 1) }

// TestFixturesAtRest runs them against one that forgets syntax trees.
func TestFixturesAtRest(t *testing.T) {
	if !*update {
		testFixtures(t, slowness, analysis.Resting(0))
	}
}

// testFixtures runs one in so many of them.
func testFixtures(t *testing.T, oneIn int, options ...analysis.Option) {
	for i, f := range fixture.All(t, "../../testdata/fixtures") {
		if i%oneIn > 0 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			root := f.Write(t)
			s, _, err := analysis.Load(context.Background(), []string{root}, nil, options...)
			if err != nil {
				t.Fatal(err)
			}
			p := printer{root, s}
			cursor := filepath.Join(root, filepath.FromSlash(f.Cursor.File))
			for _, name := range f.Wants() {
				var got string
				switch question, arguments, _ := strings.Cut(name, " "); question {
				case "check":
					got = p.check(strings.Fields(arguments)...)
				case "hover":
					got = p.hover(cursor, f.Cursor.Offset)
				case "plain":
					got = p.plain(cursor, f.Cursor.Offset)
				case "complete":
					got = p.complete(cursor, f.Cursor.Offset)
				case "complete-head":
					got = p.completeHead(t, cursor, f.Cursor.Offset, arguments)
				case "complete-doc":
					got = p.completion(cursor, f.Cursor.Offset, arguments).Doc + "\n"
				case "snippet":
					got = p.completion(cursor, f.Cursor.Offset, arguments).Snippet + "\n"
				case "definition":
					got = p.links(p.s.Definition(cursor, f.Cursor.Offset))
				case "declaration":
					got = p.links(p.s.Declaration(cursor, f.Cursor.Offset))
				case "typeDefinition":
					got = p.links(p.s.TypeDefinition(cursor, f.Cursor.Offset))
				case "implementation":
					got = p.links(p.s.Implementation(cursor, f.Cursor.Offset))
				case "references":
					got = p.uses(p.s.References(t.Context(), cursor, f.Cursor.Offset, true))
				case "highlights":
					got = p.uses(p.s.Highlights(cursor, f.Cursor.Offset))
				case "places":
					got = p.places(arguments)
				case "catalog":
					got = p.catalog(t)
				case "origin":
					got = p.origin(cursor, f.Cursor.Offset)
				case "effective":
					got = p.effective(t, arguments)
				case "rename":
					got = p.rename(t, cursor, f.Cursor.Offset, arguments)
				case "why":
					got = p.why(t, arguments)
				case "actions":
					got = p.actions(cursor, f.Cursor.Offset, arguments)
				case "lenses":
					got = p.lenses(arguments)
				case "hints":
					got = p.hints(arguments)
				case "virtual":
					got = p.virtual(arguments)
				case "impact":
					got = p.impact(t, f, arguments)
				case "symbols":
					got = p.symbols(arguments)
				case "search":
					got = p.search(arguments)
				case "family":
					got = p.family(cursor, f.Cursor.Offset)
				case "calls":
					got = p.calls(cursor, f.Cursor.Offset)
				case "imports":
					got = p.imports(arguments)
				case "folds":
					got = p.folds(arguments)
				case "selections":
					got = p.selections(cursor, f.Cursor.Offset)
				case "tokens":
					got = p.tokens(arguments)
				case "format":
					got = p.format(arguments)
				default:
					t.Fatalf("@%s asks for nothing that is known", name)
				}
				want, _ := f.Want(name)
				if *update {
					f.SetWant(t, name, got)
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("@%s (-want +got):\n%s", name, diff)
				}
			}
			if len(f.Wants()) == 0 {
				t.Error("the archive expects nothing")
			}
		})
	}
}

// TestNoSecretIsShown reads the answers about archives whose secrets all begin with a word of
// their own.
func TestNoSecretIsShown(t *testing.T) {
	found := 0
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		if f.Name != "secrets" && !strings.HasPrefix(f.Name, "origin_") {
			continue
		}
		found++
		for _, name := range f.Wants() {
			if want, _ := f.Want(name); strings.Contains(want, "HUSH") {
				t.Errorf("@%s of %s shows a secret", name, f.Name)
			}
		}
	}
	if found < 2 {
		t.Error("the archives are gone")
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

// check prints the diagnostics of some categories of rules, or of all.
func (p printer) check(categories ...string) string {
	var b strings.Builder
	for _, d := range p.s.AllDiagnostics() {
		category, _, _ := strings.Cut(d.Code, "/")
		if len(categories) > 0 && !slices.Contains(categories, category) {
			continue
		}
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

// plain prints a hover as clients see it that have no Markdown.
func (p printer) plain(path string, offset int) string {
	if h := p.s.Hover(path, offset); h != nil {
		return h.PlainText
	}
	return "nothing\n"
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

func (p printer) links(links []analysis.Link) string {
	var b strings.Builder
	for _, l := range links {
		fmt.Fprintf(&b, "%s %s\n", p.place(analysis.Location{Path: l.Target.Path, Span: l.Focus}), p.s.Text(l.Target.Path).Slice(l.Focus))
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

// uses prints each use with its line.
func (p printer) uses(uses []analysis.Use) string {
	var b strings.Builder
	for _, u := range uses {
		content := p.s.Text(u.Path)
		line := strings.TrimSpace(content.Slice(content.Line(content.LineOf(u.Span.Start))))
		word := "reads"
		if u.Declares {
			word = "declares"
		}
		fmt.Fprintf(&b, "%s %s %s | %s\n", p.place(u.Location), word, content.Slice(u.Span), line)
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

// release returns the only release with a name.
func (p printer) release(t *testing.T, name string) *catalogindex.Document {
	t.Helper()
	found := p.s.Releases(name)
	if len(found) != 1 {
		t.Fatalf("%d releases are called %q", len(found), name)
	}
	return found[0]
}

func (p printer) effective(t *testing.T, name string) string {
	var b strings.Builder
	name, components := strings.CutSuffix(name, " with components")
	name, scopes := strings.CutSuffix(name, " with scopes")
	e := p.s.Effective(p.release(t, name))
	options := report.EffectiveOptions{Root: p.root, Provenance: true, Components: components, Scopes: scopes}
	if err := report.EffectiveFormats()[0].Print(&b, e, options); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (p printer) why(t *testing.T, arguments string) string {
	name, path, _ := strings.Cut(arguments, " ")
	var b strings.Builder
	for _, e := range p.s.Why(p.release(t, name), strings.Split(path, ".")) {
		fmt.Fprintf(&b, "%s: %s\n", e.Path, e.Statement)
		for _, row := range e.Rows {
			fmt.Fprintf(&b, "    %s | %s | %s | %s\n", row.Layer, row.Document.Title(), row.Says, row.Remark())
		}
		if len(e.Feeds) > 0 {
			fmt.Fprintf(&b, "    feeds %s\n", strings.Join(e.Feeds, ", "))
		}
	}
	return b.String()
}
