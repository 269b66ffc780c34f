package analysis_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
)

// mutations are edits as people make them, on any file.
var mutations = []func(r *rand.Rand, content string) string{
	func(r *rand.Rand, s string) string { return strings.Replace(s, "replicas", "replcas", 1) },
	func(r *rand.Rand, s string) string { return strings.Replace(s, ">=2", ">=5", 1) },
	func(r *rand.Rand, s string) string { return strings.Replace(s, "*2", "*4", 1) },
	func(r *rand.Rand, s string) string {
		return strings.Replace(s, "1.0.0-platform.1", "1.0.0-platform.2", 1)
	},
	func(r *rand.Rand, s string) string { return strings.Replace(s, "web-app", "web-ap", 1) },
	func(r *rand.Rand, s string) string { return strings.Replace(s, "#Module &", "#Modul &", 1) },
	func(r *rand.Rand, s string) string { return strings.Replace(s, "package ", "package x", 1) },
	func(r *rand.Rand, s string) string { return strings.Replace(s, "\"", "", 1) },
	func(r *rand.Rand, s string) string { // a line taken away
		lines := strings.SplitAfter(s, "\n")
		i := r.IntN(len(lines))
		return strings.Join(slices.Delete(lines, i, i+1), "")
	},
	func(r *rand.Rand, s string) string { // a comment, which moves what is below it
		lines := strings.SplitAfter(s, "\n")
		return strings.Join(slices.Insert(lines, r.IntN(len(lines)), "// A comment.\n"), "")
	},
	func(r *rand.Rand, s string) string { // another indentation
		lines := strings.SplitAfter(s, "\n")
		i := r.IntN(len(lines))
		lines[i] = "  " + strings.TrimLeft(lines[i], "\t ")
		return strings.Join(lines, "")
	},
	func(r *rand.Rand, s string) string { // a comment behind a line
		return strings.Replace(s, "\n", " // here\n", 1+r.IntN(3))
	},
	func(r *rand.Rand, s string) string { // a file torn off
		return s[:r.IntN(len(s)+1)]
	},
}

// TestIncremental edits the workspaces of the fixtures at random. After every edit
// the diagnostics must be those of a workspace loaded afresh with the same texts, and
// a file that Affected does not name must have kept its own. Now and then the snapshot goes to
// rest, which changes nothing.
func TestIncremental(t *testing.T) {
	const steps = 25
	for i, f := range fixture.All(t, "../../testdata/fixtures") {
		if !slices.ContainsFunc(f.Wants(), func(name string) bool { return strings.HasPrefix(name, "check") }) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			root := f.Write(t)
			s := load(t, root)
			original := s
			paths := s.Files()
			texts := make(map[string]string)
			for _, p := range paths {
				texts[p] = s.Text(p).Content()
			}
			for range steps {
				path := paths[r.IntN(len(paths))]
				if r.IntN(4) == 0 {
					texts[path] = original.Text(path).Content() // undo
				} else {
					texts[path] = mutations[r.IntN(len(mutations))](r, texts[path])
				}
				if r.IntN(3) == 0 {
					s = s.AtRest()
				}
				older := s
				before := byFile(older)
				s = older.WithText(path, texts[path])
				affected := s.Affected(older, path)
				after := byFile(s)
				fresh := load(t, root)
				for p, content := range texts {
					fresh = fresh.WithText(p, content)
				}
				if diff := cmp.Diff(byFile(fresh), after); diff != "" {
					t.Fatalf("after an edit of %s (-afresh +incremental):\n%s", path, diff)
				}
				for _, p := range paths {
					if !slices.Contains(affected, p) && !cmp.Equal(before[p], after[p]) {
						t.Fatalf("an edit of %s changed %s, which Affected does not name:\n%s", path, p, cmp.Diff(before[p], after[p]))
					}
				}
				if diff := cmp.Diff(before, byFile(older)); diff != "" {
					t.Fatalf("the older snapshot changed:\n%s", diff)
				}
			}
		})
	}
}

func load(t *testing.T, root string) *analysis.Snapshot {
	t.Helper()
	s, _, err := analysis.Load(context.Background(), []string{root}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func byFile(s *analysis.Snapshot) map[string][]analysis.Diagnostic {
	out := make(map[string][]analysis.Diagnostic)
	for _, p := range s.Files() {
		out[p] = s.Diagnostics(p)
	}
	return out
}

func TestWithDisk(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, content string) string {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := write("a/a.cue", "a: 1\n")
	s := load(t, root)
	check := func(what string, want ...string) {
		t.Helper()
		if got := s.Files(); !slices.Equal(got, want) {
			t.Fatalf("%s: files %q, want %q", what, got, want)
		}
	}
	check("loaded", a)

	b := write("b/b.cue", "b: 1\n")
	s = s.WithDisk(b)
	check("a new file", a, b)

	c := write("b/c/c.cue", "c: 1\n")
	hidden := write("b/.git/d.cue", "d: 1\n")
	s = s.WithDisk(filepath.Join(root, "b"))
	check("a directory", a, b, c)
	s = s.WithDisk(hidden)
	check("a file that does not count", a, b, c)
	s = s.WithDisk(filepath.Join(filepath.Dir(root), "elsewhere.cue"))
	check("a file outside", a, b, c)

	s = s.WithText(b, "b: 2\n")
	if err := os.RemoveAll(filepath.Join(root, "b")); err != nil {
		t.Fatal(err)
	}
	s = s.WithDisk(filepath.Join(root, "b"))
	check("a directory that is gone, with an open file", a, b)
	if got := s.Text(b).Content(); got != "b: 2\n" {
		t.Fatalf("the open file has the text %q", got)
	}
	s = s.WithoutText(b)
	check("closed", a)

	s = s.WithText(filepath.Join(root, "new.cue"), "n: 1\n")
	check("a file that was never saved", a, filepath.Join(root, "new.cue"))
	s = s.WithRoots(context.Background(), []string{filepath.Join(root, "a")})
	check("another folder keeps what is open", a, filepath.Join(root, "new.cue"))
}
