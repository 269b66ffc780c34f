package analysis_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// TestFirstLook holds that a first look at any file of the fixtures and of the example workspace
// says nothing that the whole workspace does not say, and no less of what is an error.
func TestFirstLook(t *testing.T) {
	looked, files := 0, 0
	look := func(t *testing.T, root string) {
		whole := load(t, root)
		for _, path := range whole.Files() {
			files++
			s, ok := analysis.FirstLook(context.Background(), []string{root}, path, whole.Text(path).Content())
			if !ok {
				continue
			}
			looked++
			all := whole.Diagnostics(path)
			for _, d := range s.FirstDiagnostics(path) {
				same := func(other analysis.Diagnostic) bool { return cmp.Equal(d, other, asShown) }
				if !slices.ContainsFunc(all, same) && !isCounted(d) {
					t.Errorf("%s: only the first look finds %s: %s", path, d.Code, d.Message)
				}
			}
			first := s.FirstDiagnostics(path)
			for _, d := range all {
				found := func(other analysis.Diagnostic) bool { return other.Location == d.Location && other.Code == d.Code }
				if d.Severity == analysis.Error && !slices.ContainsFunc(first, found) && !strings.HasPrefix(d.Code, "catalog/") && d.Code != "release/duplicate" {
					t.Errorf("%s: the first look does not find %s: %s", path, d.Code, d.Message)
				}
			}
		}
	}
	for i, f := range fixture.All(t, "../../testdata/fixtures") {
		if i%slowness > 0 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) { look(t, f.Write(t)) })
	}
	t.Run("the example", func(t *testing.T) {
		root, err := filepath.Abs("../../testdata/workspace")
		if err != nil {
			t.Fatal(err)
		}
		look(t, root)
	})
	t.Logf("a first look at %d of %d files", looked, files)
	if looked*3 < files {
		t.Errorf("a first look is possible at %d of %d files only", looked, files)
	}
}

// isCounted reports whether a diagnostic says how many releases it breaks, which is known when
// all are.
func isCounted(d analysis.Diagnostic) bool { return strings.Contains(d.Message, "release") }

// TestFirstLookReadsLittle holds that it does not matter how large the workspace is.
func TestFirstLookReadsLittle(t *testing.T) {
	w := synthetic.New(synthetic.Options{Seed: 1, Modules: 30, Releases: 300})
	dir := t.TempDir()
	if err := synthetic.Write(dir, w.All()); err != nil {
		t.Fatal(err)
	}
	for _, release := range w.Releases {
		path := filepath.Join(dir, filepath.FromSlash(release.Path))
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := analysis.FirstLook(context.Background(), []string{dir}, path, string(content))
		if !ok {
			t.Fatalf("there is no first look at %s", release.Path)
		}
		if read := len(s.Files()); read > 50 {
			t.Errorf("%s: %d files were read", release.Path, read)
		}
	}
}
