package catalogindex_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// TestBuiltinNames compares what is known of CUE's own packages with their source.
func TestBuiltinNames(t *testing.T) {
	native := regexp.MustCompile(`Name: +"([A-Z][A-Za-z0-9]*)"`)
	source := regexp.MustCompile("(?s)CUE: `(.*?)`")
	field := regexp.MustCompile(`(?m)^\t(#?[A-Z]\w*)\??:`)
	for _, path := range catalogindex.BuiltinPackages() {
		content, err := os.ReadFile(filepath.Join(cuePackages(t), filepath.FromSlash(path), "pkg.go"))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, m := range native.FindAllStringSubmatch(string(content), -1) {
			want = append(want, m[1])
		}
		if m := source.FindStringSubmatch(string(content)); m != nil {
			for _, f := range field.FindAllStringSubmatch(m[1], -1) {
				want = append(want, f[1])
			}
		}
		slices.Sort(want)
		if diff := cmp.Diff(slices.Compact(want), catalogindex.BuiltinNames(path)); diff != "" && len(want) > 0 {
			t.Errorf("%s (-source +known):\n%s", path, diff)
		}
	}
}
