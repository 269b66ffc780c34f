package analysis_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// TestEvaluations holds how many documents an edit causes to be evaluated, when everything is
// looked at again after it.
func TestEvaluations(t *testing.T) {
	w := synthetic.New(synthetic.Options{Seed: 1, Modules: 4, Releases: 40})
	dir := t.TempDir()
	if err := synthetic.Write(dir, w.All()); err != nil {
		t.Fatal(err)
	}
	s, _, err := analysis.Load(context.Background(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.AllDiagnostics()
	loaded := s.Counts()
	if loaded.Releases != 40 || loaded.Modules != 6 {
		t.Errorf("at first %d releases and %d Modules and definitions are evaluated, want 40 and 6", loaded.Releases, loaded.Modules)
	}
	release, module := w.Releases[0], w.Modules[0]
	path := func(f synthetic.File) string { return filepath.Join(dir, filepath.FromSlash(f.Path)) }

	for _, test := range []struct {
		name, path, content string
		least, most         int64 // releases evaluated
	}{
		{"nothing", path(release), release.Content, 0, 0},
		{"a value of a release", path(release), replaced(t, release.Content, "\ttag: \"", "\ttag: \"x"), 1, 1},
		{"a comment in a Module", path(module), "// About it.\n\n" + module.Content, 0, 0},
		{"the indentation of a Module", path(module), strings.ReplaceAll(module.Content, "\n\t\t", "\n\t\t\t"), 0, 0},
		// Releases of older versions of the same Module say what the newest one would change.
		{"a Module's default", path(module), replaced(t, module.Content, "| *\"1.5.0-platform.2\"", "| *\"1.5.0-other\""), dependents(w), 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.AllDiagnostics()
			before := s.Counts()
			next := s.WithText(test.path, test.content)
			next.AllDiagnostics()
			if got := next.Counts().Minus(before).Releases; got < test.least || got > test.most {
				t.Errorf("%d releases were evaluated, want %d to %d", got, test.least, test.most)
			}
		})
	}
}

// dependents returns how many releases are of the first Module.
func dependents(w *synthetic.Workspace) int64 {
	n := int64(0)
	for _, module := range w.ModuleOf {
		if module == 0 {
			n++
		}
	}
	return n
}

func replaced(t *testing.T, content, old, with string) string {
	t.Helper()
	if strings.Count(content, old) != 1 {
		t.Fatalf("%q is not there once:\n%s", old, content)
	}
	return strings.Replace(content, old, with, 1)
}

// TestCommentReaches holds that a comment in a Module leaves releases alone of which nothing that is
// wrong leads there, and that the others are looked at: their diagnostics have moved.
func TestCommentReaches(t *testing.T) {
	w := synthetic.New(synthetic.Options{Seed: 1, Modules: 4, Releases: 40})
	dir := t.TempDir()
	if err := synthetic.Write(dir, w.All()); err != nil {
		t.Fatal(err)
	}
	s, _, err := analysis.Load(context.Background(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(dir, filepath.FromSlash(w.Modules[0].Path))
	next := s.WithText(module, "// About it.\n\n"+w.Modules[0].Content)
	if affected := next.Affected(s, module); int64(len(affected)) <= dependents(w) {
		t.Errorf("%d files are affected where nobody knows what is wrong in them", len(affected))
	}
	before := byFile(s)
	affected := next.Affected(s, module)
	leads := func(d analysis.Diagnostic) bool {
		return slices.ContainsFunc(d.Related, func(r analysis.Related) bool { return r.Path == module })
	}
	reached := 0
	for path, found := range before {
		isAffected := slices.Contains(affected, path)
		if isAffected != (path == module || slices.ContainsFunc(found, leads)) {
			t.Errorf("%s: affected is %t", path, isAffected)
		}
		if isAffected {
			reached++
		}
	}
	if reached < 2 {
		t.Errorf("%d files are affected, want the Module and some releases", reached)
	}
}
