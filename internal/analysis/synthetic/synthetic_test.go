package synthetic_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// TestMistakes holds that what is made has the mistakes that it is meant to have and no
// others: nobody learns anything from the speed at which nonsense is refused.
func TestMistakes(t *testing.T) {
	w := synthetic.New(synthetic.Options{Seed: 1, Modules: 30, Releases: 300})
	dir := t.TempDir()
	if err := synthetic.Write(dir, w.All()); err != nil {
		t.Fatal(err)
	}
	s, skipped, err := analysis.Load(context.Background(), []string{dir}, nil)
	if err != nil || len(skipped) > 0 {
		t.Fatal(err, skipped)
	}
	wrong := make(map[string]bool)
	for _, d := range s.AllDiagnostics() {
		switch d.Severity {
		case rule.Error:
			if !strings.Contains(d.Path, "releases") {
				t.Errorf("%s: %s", d.Path, d.Message)
			}
			wrong[d.Path] = true
		case rule.Warning:
			t.Errorf("%s: %s", d.Path, d.Message)
		}
	}
	if len(wrong) != w.Mistakes || w.Mistakes != 3 {
		t.Errorf("%d releases are wrong, %d are meant to be, of 300: %v", len(wrong), w.Mistakes, wrong)
	}
}

// TestSizes holds what the package comment says of sizes, and that a seed makes one workspace.
func TestSizes(t *testing.T) {
	o := synthetic.Options{Seed: 7, Modules: 40, Releases: 400}
	w := synthetic.New(o)
	if diff := cmp.Diff(w, synthetic.New(o)); diff != "" {
		t.Errorf("the same options made another workspace:\n%s", diff)
	}
	o.Seed = 8
	if cmp.Equal(w, synthetic.New(o)) {
		t.Error("another seed made the same workspace")
	}
	for _, f := range w.Releases {
		if n := len(f.Content); n < 400 || n > 1300 {
			t.Errorf("%s has %d bytes", f.Path, n)
		}
	}
	for _, f := range w.Definitions {
		if n := len(f.Content); n < 2500 || n > 5500 {
			t.Errorf("%s has %d bytes", f.Path, n)
		}
	}
	first := 0
	for _, module := range w.ModuleOf {
		if module == 0 {
			first++
		}
	}
	if first < 40 || first > 80 {
		t.Errorf("%d of 400 releases are of the first Module", first)
	}
}
