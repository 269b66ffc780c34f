package analysis_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

var actionKinds = map[analysis.ActionKind]string{
	analysis.MendAction: "mend", analysis.RewriteAction: "rewrite", analysis.FixAllAction: "fixAll", analysis.OrganizeAction: "organize",
}

// actions prints what can be done at a place, of one kind or of all, with the edits.
func (p printer) actions(path string, offset int, kind string) string {
	var b strings.Builder
	wants := func(k analysis.ActionKind) bool { return kind == "" || actionKinds[k] == kind }
	for _, a := range p.s.Actions(path, text.Span{Start: offset, End: offset}, wants) {
		fmt.Fprintf(&b, "%s: %s", actionKinds[a.Kind], a.Title)
		if a.Preferred {
			b.WriteString(" (preferred)")
		}
		if a.Page != "" {
			b.WriteString(" (page)")
		}
		if a.Preview != nil {
			fmt.Fprintf(&b, " (preview of %s)", a.Preview.Title())
		}
		if a.Refused != "" {
			fmt.Fprintf(&b, " (refused: %s)", a.Refused)
		}
		b.WriteByte('\n')
		for _, d := range a.Diagnostics {
			fmt.Fprintf(&b, "    for %s %s\n", p.place(d.Location), d.Code)
		}
		if a.Edits != nil {
			for _, e := range a.Edits() {
				fmt.Fprintf(&b, "    %s %q -> %q\n", p.place(e.Location), p.s.Text(e.Path).Slice(e.Span), e.NewText)
			}
		}
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

// lenses prints the lenses of a file.
func (p printer) lenses(name string) string {
	var b strings.Builder
	path := filepath.Join(p.root, filepath.FromSlash(name))
	for _, l := range p.s.Lenses(path) {
		fmt.Fprintf(&b, "%s %s: %s\n", p.place(analysis.Location{Path: path, Span: l.Span}), l.Kind, p.s.LensTitle(context.Background(), l))
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

// hints prints the lines of a file that have hints, with the hints in place.
func (p printer) hints(name string) string {
	path := filepath.Join(p.root, filepath.FromSlash(name))
	content := p.s.Text(path)
	hints := p.s.Hints(path, text.Span{End: content.Len()})
	var b strings.Builder
	for line := range content.LineCount() {
		at := content.Line(line)
		var here []analysis.InlayHint
		for _, h := range hints {
			if at.Contains(h.Offset) {
				here = append(here, h)
			}
		}
		shown := content.Slice(at)
		for _, h := range slices.Backward(here) {
			i := h.Offset - at.Start
			shown = shown[:i] + "‹" + h.Label + "›" + shown[i:]
		}
		if len(here) > 0 {
			fmt.Fprintf(&b, "%d: %s\n", line+1, strings.TrimSpace(shown))
		}
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

// virtual prints a virtual document.
func (p printer) virtual(path string) string {
	v, err := report.ReadVirtual(p.s, report.Scheme+":/"+path)
	if err != nil {
		return err.Error() + "\n"
	}
	return strings.ReplaceAll(v.Text, "file://"+filepath.ToSlash(p.root), "file://")
}

// impact prints what the files whose names end with ".unsaved" do to the releases of a
// definition or Module, as if an editor held them.
func (p printer) impact(t *testing.T, f *fixture.Fixture, name string) string {
	s := p.s
	for file, content := range f.Files {
		if edited, ok := strings.CutSuffix(file, ".unsaved"); ok {
			s = s.WithText(filepath.Join(p.root, filepath.FromSlash(edited)), content)
		}
	}
	found := s.Curated(name)
	if len(found) != 1 {
		t.Fatalf("%d documents are called %q", len(found), name)
	}
	v, err := report.ReadVirtual(s, report.ImpactURI(found[0]))
	if err != nil {
		t.Fatal(err)
	}
	return v.Text
}

// TestActionsMakeNothingWorse applies every action that mends something to all archives and to
// the examples of all rules: there are no more errors in the files that it changes than before,
// and none of them parses worse. What is done can be done to the text that the client has: the edits are in order
// and do not overlap.
func TestActionsMakeNothingWorse(t *testing.T) {
	inEveryExample(t, func(t *testing.T, p printer, further bool) {
		for _, path := range p.s.Files() {
			apply := func(span text.Span, kinds ...analysis.ActionKind) {
				for _, a := range p.s.Actions(path, span, func(k analysis.ActionKind) bool { return slices.Contains(kinds, k) }) {
					if a.Edits != nil && (!further || a.Preferred) {
						applyAction(t, p, path, a)
					}
				}
			}
			for _, d := range p.s.Diagnostics(path) {
				apply(d.Span, analysis.MendAction)
			}
			if further {
				continue
			}
			apply(text.Span{}, analysis.FixAllAction, analysis.OrganizeAction)
			for _, l := range p.s.Lenses(path) {
				apply(l.Span, analysis.RewriteAction)
			}
		}
	})
}

func applyAction(t *testing.T, p printer, path string, a analysis.Action) {
	t.Helper()
	what := fmt.Sprintf("%s: %s", p.place(analysis.Location{Path: path}), a.Title)
	byFile := make(map[string][]analysis.Edit)
	for _, e := range a.Edits() {
		before := byFile[e.Path]
		if n := len(before); n > 0 && before[n-1].Span.End > e.Span.Start {
			t.Errorf("%s: edits overlap", what)
		}
		byFile[e.Path] = append(before, e)
	}
	if len(byFile) == 0 {
		t.Errorf("%s: changes nothing", what)
	}
	after := p.s
	for path, edits := range byFile {
		content := p.s.Text(path).Content()
		next := analysis.ApplyEdits(content, edits)
		if isFormatted(content) && !isFormatted(next) && !strings.HasPrefix(a.Title, "Suppress") {
			t.Errorf("%s: leaves %s unformatted", what, filepath.Base(path))
		}
		after = after.WithText(path, next)
		if was, is := len(p.s.Index().File(path).Problems), len(after.Index().File(path).Problems); is > was {
			t.Errorf("%s: %s parses worse", what, filepath.Base(path))
		}
	}
	// What a definition or a Module demands of others may make those wrong; that is up to
	// whoever chooses the action. So is an upgrade.
	for path := range byFile {
		if had, has := errorsIn(p.s, path), errorsIn(after, path); has > had && !strings.HasPrefix(a.Title, "Upgrade to") {
			t.Errorf("%s: there are %d errors in %s, and there were %d:\n%s", what, has, filepath.Base(path), had, printer{p.root, after}.check())
		}
	}
	if d := a.Diagnostics; strings.HasPrefix(a.Title, "Suppress") && countOf(after, d[0]) >= countOf(p.s, d[0]) {
		t.Errorf("%s: it is still said", what)
	}
}

func countOf(s *analysis.Snapshot, d analysis.Diagnostic) int {
	n := 0
	for _, other := range s.Diagnostics(d.Path) {
		if other.Code == d.Code {
			n++
		}
	}
	return n
}

func errorsIn(s *analysis.Snapshot, path string) int {
	n := 0
	for _, d := range s.Diagnostics(path) {
		if d.Severity == analysis.Error {
			n++
		}
	}
	return n
}

// TestShownEverywhere asks at every place of every file, also while it is broken, for what can
// be done and what is shown there. Nothing panics, and what is answered lies in the file.
func TestShownEverywhere(t *testing.T) {
	eachWorkspace(t, func(t *testing.T, s *analysis.Snapshot) {
		for _, path := range s.Files() {
			for i, variant := range variants(s.Text(path).Content()) {
				if i > 3 && (testing.Short() || i%4 > 0) {
					continue
				}
				checkShown(t, s.WithText(path, variant), path)
				if i == 0 {
					checkActions(t, s, path)
				}
			}
		}
	})
}

func checkShown(t *testing.T, s *analysis.Snapshot, path string) {
	t.Helper()
	size := s.Text(path).Len()
	last := 0
	for _, h := range s.Hints(path, text.Span{End: size}) {
		if h.Offset < last || h.Offset > size || h.Label == "" {
			t.Errorf("%s: the hint %+v", path, h)
		}
		last = h.Offset
		if markdown, plain := s.HintTooltip(h); markdown == "" || plain == "" {
			t.Errorf("%s: the hint %q has no tooltip", path, h.Label)
		}
	}
	for _, l := range s.Lenses(path) {
		if l.Span.End > size || s.LensTitle(context.Background(), l) == "" {
			t.Errorf("%s: the lens %+v", path, l.Span)
		}
		for _, uri := range []string{report.EffectiveURI(l.Document), report.UpgradeURI(l.Document)} {
			if uri == "" {
				continue
			}
			if v, err := report.ReadVirtual(s, uri); err != nil || v.Text == "" {
				t.Errorf("%s: %v", uri, err)
			}
		}
	}
}

// checkActions asks at every byte offset at which it may make a difference what can be done
// about what is wrong there.
func checkActions(t *testing.T, s *analysis.Snapshot, path string) {
	t.Helper()
	diagnostics := s.Diagnostics(path)
	before := ""
	for offset := range s.Text(path).Len() + 1 {
		s.DocumentAt(path, offset)
		var here []int
		for i, d := range diagnostics {
			if d.Span.Contains(offset) {
				here = append(here, i)
			}
		}
		if now := fmt.Sprint(here); now == before {
			continue
		} else {
			before = now
		}
		for _, a := range s.Actions(path, text.Span{Start: offset, End: offset}, func(k analysis.ActionKind) bool { return k == analysis.MendAction }) {
			if a.Title == "" || a.ID == "" {
				t.Errorf("%s:%d: the action %+v", path, offset, a)
			}
		}
	}
}

// TestNothingShownIsSecret reads all that is shown about the archive whose secrets begin with
// a word of their own.
func TestNothingShownIsSecret(t *testing.T) {
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		if f.Name != "secrets" {
			continue
		}
		p := workspaceOf(t, f.Files)
		var b strings.Builder
		for _, path := range p.s.Files() {
			for _, h := range p.s.Hints(path, text.Span{End: p.s.Text(path).Len()}) {
				markdown, plain := p.s.HintTooltip(h)
				b.WriteString(h.Label + markdown + plain)
			}
			for _, d := range p.s.Diagnostics(path) {
				for _, a := range p.s.Actions(path, d.Span, func(analysis.ActionKind) bool { return true }) {
					b.WriteString(a.Title)
				}
			}
			for _, l := range p.s.Lenses(path) {
				b.WriteString(p.s.LensTitle(context.Background(), l))
				for _, uri := range []string{report.EffectiveURI(l.Document), report.UpgradeURI(l.Document), report.ImpactURI(l.Document)} {
					if v, err := report.ReadVirtual(p.s, uri); err == nil {
						b.WriteString(v.Text)
					}
				}
			}
		}
		if b.Len() == 0 || strings.Contains(b.String(), "HUSH") {
			t.Errorf("a secret is shown:\n%s", b.String())
		}
		return
	}
	t.Error("the archive is gone")
}

// inEveryExample runs a test over the workspaces of all archives and of the examples of all
// rules. further says that it is one more of the examples of a rule.
func inEveryExample(t *testing.T, test func(t *testing.T, p printer, further bool)) {
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		t.Run(f.Name, func(t *testing.T) { test(t, workspaceOf(t, f.Files), false) })
	}
	for _, r := range rules.All() {
		page, err := rules.PageOf(r)
		if err != nil {
			continue // TestPages says so
		}
		for _, c := range slices.Concat(page.Of(rules.Bad), page.Of(rules.Fires)) {
			t.Run(strings.TrimSpace(r.Code+" "+c.Kind+" "+c.Title), func(t *testing.T) {
				files, err := c.Workspace()
				if err != nil {
					t.Fatal(err)
				}
				test(t, workspaceOf(t, files), c.Kind == rules.Fires)
			})
		}
	}
}
