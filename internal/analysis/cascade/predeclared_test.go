package cascade

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPredeclared compares the list of CUE's own names with its source.
func TestPredeclared(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "cuelang.org/go").Output()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "internal", "core", "compile", "predeclared.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, line := range regexp.MustCompile(`(?m)^\s*(case "|")(\w+)(", "__|":\s*mk)`).FindAllStringSubmatch(string(source), -1) {
		names = append(names, line[2])
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, Predeclared()); diff != "" {
		t.Errorf("(-CUE +here):\n%s", diff)
	}
	for _, name := range names {
		if !IsPredeclared("__" + name) {
			t.Errorf("__%s is not known", name)
		}
	}
	for _, name := range []string{"null", "_", "", "String", "byte", "values"} {
		if IsPredeclared(name) {
			t.Errorf("%s is known", name)
		}
	}
}
