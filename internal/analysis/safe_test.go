package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// TestSafeFixes applies all fixes that are safe to the examples of all rules, as
// "opm-lsp check --fix" does: another time there is nothing to do, nothing is wrong that was
// right before, and what could be deployed before is what is deployed after.
func TestSafeFixes(t *testing.T) {
	safe := func(_ analysis.Diagnostic, f analysis.Fix) bool { return f.Safe }
	for _, r := range rules.All() {
		page, err := rules.PageOf(r)
		if err != nil {
			continue // TestPages says so
		}
		for _, c := range append(page.Of(rules.Bad), page.Of(rules.Fires)...) {
			t.Run(strings.TrimSpace(r.Code+" "+c.Kind+" "+c.Title), func(t *testing.T) {
				files, err := c.Workspace()
				if err != nil {
					t.Fatal(err)
				}
				w := workspaceOf(t, files)
				before := w.s
				after, applied := before.Fixed(safe)
				if applied == 0 {
					return
				}
				if _, again := after.Fixed(safe); again > 0 {
					t.Errorf("%d more fixes apply", again)
				}
				had, has := problems(before), problems(after)
				for code, n := range has {
					if n > had[code] {
						t.Errorf("there are %d of %s, and there were %d:\n%s", n, code, had[code], printer{w.root, after}.check())
					}
				}
				deployed := deployable(t, before)
				for release, values := range deployable(t, after) {
					if was, ok := deployed[release]; ok && was != values {
						t.Errorf("what is deployed of %s changes (-before +after):\n%s", release, cmp.Diff(was, values))
					}
				}
			})
		}
	}
}

// problems returns how many diagnostics there are of each rule.
func problems(s *analysis.Snapshot) map[string]int {
	out := make(map[string]int)
	for _, d := range s.AllDiagnostics() {
		out[d.Code]++
	}
	return out
}

// deployable returns the final values of the releases that have no errors and no gaps, by
// what names them.
func deployable(t *testing.T, s *analysis.Snapshot) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for _, p := range s.Index().Packages() {
		for _, d := range p.Documents {
			if d.Kind != catalogindex.Release {
				continue
			}
			e := s.Effective(d)
			var b bytes.Buffer
			for _, f := range report.EffectiveFormats() {
				if f.Name != "json" {
					continue
				}
				if err := f.Print(&b, e, report.EffectiveOptions{Components: true, Scopes: true}); err != nil {
					t.Fatal(err)
				}
			}
			var fields map[string]any
			if err := json.Unmarshal(b.Bytes(), &fields); err != nil {
				t.Fatal(err)
			}
			if len(e.Problems) == 0 && fields["gaps"] == nil && fields["refused"] == nil {
				out[fmt.Sprint(filepath.Base(d.File.Path), d.Path)] = b.String()
			}
		}
	}
	return out
}
