package analysis_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
)

// loadKept loads a workspace with a cache in a directory.
func loadKept(t *testing.T, root, dir string) *analysis.Snapshot {
	t.Helper()
	s, _, err := analysis.Load(context.Background(), []string{root}, nil, analysis.WithCache(dir, "test"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asShown leaves out what cannot be compared, and is not shown.
var asShown = cmp.Options{
	cmpopts.IgnoreFields(analysis.Diagnostic{}, "Breaks"), cmpopts.IgnoreFields(analysis.Fix{}, "Elsewhere"), cmpopts.EquateEmpty(),
}

// TestKept holds that what an earlier run found is what a run finds that remembers nothing, for
// all fixtures, and that hardly anything is evaluated for it.
func TestKept(t *testing.T) {
	var cold, warm analysis.Counts
	for i, f := range fixture.All(t, "../../testdata/fixtures") {
		if i%slowness > 0 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			root, dir := f.Write(t), t.TempDir()
			want := load(t, root).AllDiagnostics()
			for _, counted := range []*analysis.Counts{&cold, &warm} {
				s := loadKept(t, root, dir)
				if diff := cmp.Diff(want, s.AllDiagnostics(), asShown); diff != "" {
					t.Fatalf("-afresh +kept:\n%s", diff)
				}
				if err := s.SaveCache(); err != nil {
					t.Fatal(err)
				}
				counted.Releases += s.Counts().Releases
				counted.Kept += s.Counts().Kept
			}
		})
	}
	t.Logf("releases evaluated: %d at first, %d with what was kept", cold.Releases, warm.Releases)
	if warm.Kept < 500/slowness || warm.Releases >= cold.Releases {
		t.Errorf("of %d releases %d are evaluated again, and %d packages were kept", cold.Releases, warm.Releases, warm.Kept)
	}
}

// TestKeptHoldsNoSecret holds that no secret is written to disk.
func TestKeptHoldsNoSecret(t *testing.T) {
	const secret = "hunter2-is-no-password"
	files := map[string]string{
		"web.cue": "package web\n\n#Module & {\n\t#metadata: {name: \"web\", version: \"1.0.0\"}\n\tcomponents: {}\n\tvalues: {password?: string, port?: int | *80}\n}\n",
		"release.cue": "package r\n\nimport web \"example.com/web:1.0.0\"\n\n#ModuleRelease & {\n\t#metadata: {name: \"r\", namespace: \"r\"}\n\t#module: web.#Module\n" +
			"\t#module: scopes: a: {}\n\tvalues: {pasword: \"x\", password: \"" + secret + "\"}\n}\n",
	}
	root, dir := t.TempDir(), t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s := loadKept(t, root, dir)
	if len(s.AllDiagnostics()) == 0 {
		t.Fatal("nothing is wrong, so nothing would be kept")
	}
	if err := s.SaveCache(); err != nil {
		t.Fatal(err)
	}
	written, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(written) != 1 {
		t.Fatal(written, err)
	}
	content, err := os.ReadFile(written[0])
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(content), secret) {
		t.Error("the secret is on disk")
	}
}

// TestKeptIsOfTheDisk holds that what an editor has not saved is not kept.
func TestKeptIsOfTheDisk(t *testing.T) {
	root, dir := t.TempDir(), t.TempDir()
	path := filepath.Join(root, "a.cue")
	if err := os.WriteFile(path, []byte("package a\n\nx: 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := loadKept(t, root, dir).WithText(path, "package a\n\nx: {\n")
	if len(s.AllDiagnostics()) == 0 {
		t.Fatal("a text that does not parse is right")
	}
	if err := s.SaveCache(); err != nil {
		t.Fatal(err)
	}
	again := loadKept(t, root, dir).WithText(path, "package a\n\nx: {\n")
	again.AllDiagnostics()
	if kept := again.Counts().Kept; kept > 0 {
		t.Errorf("%d packages were kept", kept)
	}
}
