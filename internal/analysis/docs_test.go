package analysis_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// docs is the directory of the generated pages.
const docs = "../../docs/rules"

// TestDocs keeps the pages in docs/rules what the rules and their archives say. With
// -update it writes them.
func TestDocs(t *testing.T) {
	want := pages(t)
	found := make(map[string]string)
	err := filepath.WalkDir(docs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(docs, path)
		found[filepath.ToSlash(rel)] = string(content)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if *update {
		writePages(t, want)
		return
	}
	for name, content := range want {
		if _, ok := found[name]; !ok {
			t.Errorf("docs/rules/%s is not there: run go test ./internal/analysis -run TestDocs -update", name)
		} else if diff := cmp.Diff(found[name], content); diff != "" {
			t.Errorf("docs/rules/%s is stale: run go test ./internal/analysis -run TestDocs -update (-is +ought):\n%s", name, diff)
		}
	}
	for name := range found {
		if _, ok := want[name]; !ok {
			t.Errorf("docs/rules/%s belongs to no rule: run go test ./internal/analysis -run TestDocs -update", name)
		}
	}
}

// pages returns the pages as they ought to be, by name.
func pages(t *testing.T) map[string]string {
	t.Helper()
	index, err := rules.Index()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"README.md": index}
	for _, r := range rules.All() {
		if page, err := rules.PageOf(r); err == nil { // that each has one is for TestPages
			out[r.Code+".md"] = page.Markdown()
		}
	}
	return out
}

func writePages(t *testing.T, pages map[string]string) {
	t.Helper()
	if err := os.RemoveAll(docs); err != nil {
		t.Fatal(err)
	}
	for name, content := range pages {
		path := filepath.Join(docs, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPagesSayWhatIsPrinted holds that what a page quotes is what the command prints.
func TestPagesSayWhatIsPrinted(t *testing.T) {
	for _, r := range rules.All() {
		page, err := rules.PageOf(r)
		if err != nil {
			continue
		}
		for _, c := range page.Cases {
			if c.Want == "" && c.Kind != rules.Bad {
				continue // nothing is quoted
			}
			t.Run(strings.TrimSpace(r.Code+" "+c.Kind+" "+c.Title), func(t *testing.T) {
				files, err := c.Workspace()
				if err != nil {
					t.Fatal(err)
				}
				w := workspaceOf(t, files)
				in := report.Input{Root: w.root, Diagnostics: w.s.AllDiagnostics(), Text: w.s.Text, Secrets: w.s.Secrets}
				var out strings.Builder
				for _, f := range report.Formats() {
					if f.Name == "compact" {
						if err := f.Print(&out, in); err != nil {
							t.Fatal(err)
						}
					}
				}
				printed, summary := cutLastLine(out.String())
				if !strings.HasPrefix(summary, "0 files checked: ") {
					t.Errorf("the last line is %q", summary)
				}
				if diff := cmp.Diff(printed, c.Said()); diff != "" {
					t.Errorf("(-printed +page):\n%s", diff)
				}
			})
		}
	}
}

// cutLastLine returns the last line of a text and what stands before it.
func cutLastLine(s string) (before, last string) {
	lines := strings.SplitAfter(strings.TrimSuffix(s, "\n"), "\n")
	return strings.Join(lines[:len(lines)-1], ""), lines[len(lines)-1]
}

// TestURL holds that the address of a rule leads to its page.
func TestURL(t *testing.T) {
	const want = "https://github.com/open-platform-model/opm-lsp/blob/main/docs/rules/release/unknown-value.md"
	if got := rules.URL("release/unknown-value"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
