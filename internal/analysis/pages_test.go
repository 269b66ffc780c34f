package analysis_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// minSilent is how many cases near each rule must not fire.
const minSilent = 3

// TestPages runs the examples of every rule's page. With -update it writes what came out
// into the archives.
func TestPages(t *testing.T) {
	for _, r := range rules.All() {
		t.Run(r.Code, func(t *testing.T) {
			page, err := rules.PageOf(r)
			if err != nil {
				t.Fatal(err)
			}
			p := pageTest{rule: r, fresh: make(map[string]string), fixed: make(map[string]string)}
			for _, c := range page.Cases {
				if c.Kind != rules.Fixed {
					t.Run(strings.TrimSpace(c.Kind+" "+c.Title), func(t *testing.T) { p.run(t, c) })
				}
			}
			p.compareFixed(t, page)
			if len(page.Of(rules.Bad)) != 1 || len(page.Of(rules.Good)) != 1 || page.Text == "" {
				t.Error("a page needs a text, a bad example and a good one")
			}
			if n := len(page.Of(rules.Silent)); n < minSilent {
				t.Errorf("%d cases near the rule do not fire, and there must be %d", n, minSilent)
			}
			if *update {
				p.write(t)
			}
		})
	}
}

// TestBaseIsClean keeps the workspace that the examples stand in clean.
func TestBaseIsClean(t *testing.T) {
	files, err := rules.Base()
	if err != nil {
		t.Fatal(err)
	}
	if got := workspaceOf(t, files).check(); got != "" {
		t.Error(got)
	}
}

type pageTest struct {
	rule  *rule.Rule
	fresh map[string]string // what each case reports, by its name
	fixed map[string]string // the files that the fix of the bad example changed
}

// workspaceOf returns a workspace of the files and nothing else.
func workspaceOf(t *testing.T, files map[string]string) printer {
	t.Helper()
	root := t.TempDir()
	s, _, err := analysis.Load(context.Background(), []string{root}, nil, analysis.WithEvaluator(workers()))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		s = s.WithText(filepath.Join(root, filepath.FromSlash(name)), files[name])
	}
	if _, ok := files[catalogindex.ConfigurationFile]; ok {
		s = s.WithDisk(filepath.Join(root, catalogindex.ConfigurationFile)) // as when it is saved
	}
	return printer{root, s}
}

func (p *pageTest) run(t *testing.T, c *rules.Case) {
	files, err := c.Workspace()
	if err != nil {
		t.Fatal(err)
	}
	w := workspaceOf(t, files)
	got := w.check()
	name := strings.TrimSpace(c.Kind + " " + c.Title)
	if c.Kind != rules.Good {
		p.fresh[name] = got
	}
	if diff := cmp.Diff(c.Want, got); diff != "" && !*update {
		t.Errorf("(-want +got):\n%s", diff)
	}
	all := w.s.AllDiagnostics()
	fired := slices.ContainsFunc(all, func(d analysis.Diagnostic) bool { return d.Code == p.rule.Code })
	switch c.Kind {
	case rules.Bad, rules.Fires:
		if !fired {
			t.Error("the rule does not fire")
		}
		for _, d := range all {
			if d.Code != p.rule.Code && c.Kind == rules.Bad {
				t.Errorf("one cause, one diagnostic: %s reports it too: %s", d.Code, d.Message)
			}
		}
		p.fix(t, c, w)
	case rules.Good:
		for _, d := range all {
			t.Errorf("the good example is not clean: %s %s", d.Code, d.Message)
		}
	case rules.Silent:
		if fired {
			t.Error("the rule fires")
		}
	}
}

// fix applies the rule's fixes, again and again until none is left: then the rule finds
// nothing any more, what was formatted still is, and another time changes nothing.
func (p *pageTest) fix(t *testing.T, c *rules.Case, w printer) {
	own := func(d analysis.Diagnostic, _ analysis.Fix) bool { return d.Code == p.rule.Code }
	fixed, applied := w.s.Fixed(own)
	if applied > 0 != (p.rule.Fix != "") && c.Kind == rules.Bad {
		t.Errorf("the rule says that its fix is %q, and %d are there", p.rule.Fix, applied)
	}
	if applied == 0 {
		return
	}
	if _, again := fixed.Fixed(own); again > 0 {
		t.Errorf("the fix applies %d more times", again)
	}
	for _, d := range fixed.AllDiagnostics() {
		if c.Kind == rules.Bad {
			t.Errorf("after the fix: %s %s", d.Code, d.Message)
		}
	}
	for _, path := range fixed.Files() {
		before, after := w.s.Text(path).Content(), fixed.Text(path).Content()
		if before == after {
			continue
		}
		if isFormatted(before) && !isFormatted(after) {
			t.Errorf("the fix leaves %s unformatted:\n%s", filepath.Base(path), after)
		}
		if c.Kind == rules.Bad {
			rel, err := filepath.Rel(w.root, path)
			if err != nil {
				t.Fatal(err)
			}
			p.fixed[filepath.ToSlash(rel)] = after
		}
	}
}

func isFormatted(content string) bool {
	formatted, err := format.Source([]byte(content))
	return err == nil && string(formatted) == content
}

func (p *pageTest) compareFixed(t *testing.T, page *rules.Page) {
	want := make(map[string]string)
	for _, c := range page.Of(rules.Fixed) {
		for _, f := range c.Files {
			want[f.Name] = string(f.Data)
		}
	}
	if diff := cmp.Diff(want, p.fixed); diff != "" && !*update {
		t.Errorf("after the fix (-want +got):\n%s", diff)
	}
}

// write writes what came out into the archive.
func (p *pageTest) write(t *testing.T) {
	path := filepath.Join("rules", filepath.FromSlash(rules.ArchiveOf(p.rule)))
	old, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fresh := &txtar.Archive{Comment: old.Comment}
	written := make(map[string]bool)
	flush := func(name string) { // the expectations of the case that ends here
		if name == "" || written[name] {
			return
		}
		written[name] = true
		if p.fresh[name] != "" {
			fresh.Files = append(fresh.Files, txtar.File{Name: "@" + name, Data: []byte(p.fresh[name])})
		}
		if name == rules.Bad {
			for _, file := range slices.Sorted(maps.Keys(p.fixed)) {
				fresh.Files = append(fresh.Files, txtar.File{Name: "fixed/" + file, Data: []byte(p.fixed[file])})
			}
		}
	}
	last := ""
	for _, f := range old.Files {
		name, _, _ := strings.Cut(f.Name, "/")
		if strings.HasPrefix(f.Name, "@") || name == rules.Fixed {
			continue
		}
		if name != last {
			flush(last)
		}
		last = name
		fresh.Files = append(fresh.Files, f)
	}
	flush(last)
	if err := os.WriteFile(path, txtar.Format(fresh), 0o666); err != nil {
		t.Fatal(err)
	}
}
