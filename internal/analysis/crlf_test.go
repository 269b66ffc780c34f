package analysis_test

import (
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// TestActionsKeepLineEnds looks at every action in archives and in examples of rules, written with
// returns at the ends of lines: the same is wrong there as without, the same can be done, and what
// is put in has returns too.
func TestActionsKeepLineEnds(t *testing.T) {
	if slowness > 1 || testing.Short() {
		t.Skip("too slow")
	}
	examples := 0
	inEveryExample(t, func(t *testing.T, p printer, further bool) {
		if examples++; further || examples%4 != 0 { // each takes a while
			return
		}
		returns := p.s
		for _, path := range p.s.Files() {
			if content := p.s.Text(path).Content(); !strings.Contains(content, "\r") && !strings.Contains(content, `"""`) {
				returns = returns.WithText(path, strings.ReplaceAll(content, "\n", "\r\n"))
			}
		}
		all := func(analysis.ActionKind) bool { return true }
		for _, path := range p.s.Files() {
			content := returns.Text(path).Content()
			if !strings.Contains(content, "\r\n") {
				continue
			}
			plain, found := p.s.Diagnostics(path), returns.Diagnostics(path)
			if len(plain) != len(found) {
				t.Errorf("%s: with returns there are %d diagnostics, and without %d", path, len(found), len(plain))
				continue
			}
			spans := []text.Span{{}}
			for _, d := range found {
				spans = append(spans, d.Span)
			}
			for i, span := range spans {
				var without []string
				if i > 0 {
					for _, a := range p.s.Actions(path, plain[i-1].Span, all) {
						without = append(without, a.Title)
					}
				}
				var with []string
				for _, a := range returns.Actions(path, span, all) {
					with = append(with, a.Title)
					if a.Edits == nil {
						continue
					}
					for _, e := range a.Edits() {
						if strings.Contains(returns.Text(e.Path).Content(), "\r\n") && strings.Count(e.NewText, "\n") != strings.Count(e.NewText, "\r\n") {
							t.Errorf("%s: %q puts in %q", path, a.Title, e.NewText)
						}
					}
				}
				if i > 0 && strings.Join(with, "\n") != strings.Join(without, "\n") {
					t.Errorf("%s: with returns it can be mended by\n%s\nand without by\n%s", path, strings.Join(with, "\n"), strings.Join(without, "\n"))
				}
			}
		}
	})
}
