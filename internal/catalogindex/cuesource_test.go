package catalogindex_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cuePackages returns the directory that holds the builtin packages of the CUE that
// this module is built with.
func cuePackages(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "cuelang.org/go").Output()
	if err != nil {
		t.Fatalf("cannot find CUE's source: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "pkg")
}
