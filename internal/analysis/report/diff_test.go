package report_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func TestDiff(t *testing.T) {
	for name, test := range map[string]struct {
		before, after string
		want          string // the patch without its head
		withheld      int
		applied       string // what the patch makes of it, if that is not after
	}{
		"a line": {
			before: "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n", after: "a: 1\nb: 2\nc: 33\nd: 4\ne: 5\n",
			want: "@@ -1,5 +1,5 @@\n a: 1\n b: 2\n-c: 3\n+c: 33\n d: 4\n e: 5\n",
		},
		"line ends": {
			before: "a: 1\r\nb: 2", after: "a: 11\r\nb: 2",
			want: "@@ -1,2 +1,2 @@\n-a: 1\r\n+a: 11\r\n b: 2\n\\ No newline at end of file\n",
		},
		"a byte order mark": {
			before: "\ufeffa: 1\nb: 2\n", after: "\ufeffa: 1\nb: 3\n",
			want: "@@ -1,2 +1,2 @@\n \ufeffa: 1\n-b: 2\n+b: 3\n",
		},
		"a secret above": {
			before: "z: 0\npassword: \"HUSH\"\nb: 2\nc: 3\nd: 4\n", after: "z: 0\npassword: \"HUSH\"\nb: 2\nc: 33\nd: 4\n",
			want: "@@ -3,3 +3,3 @@\n b: 2\n-c: 3\n+c: 33\n d: 4\n",
		},
		"a secret below": {
			before: "a: 1\nb: 2\nc: 3\npassword: \"HUSH\"\nz: 0\n", after: "a: 11\nb: 2\nc: 3\npassword: \"HUSH\"\nz: 0\n",
			want: "@@ -1,3 +1,3 @@\n-a: 1\n+a: 11\n b: 2\n c: 3\n",
		},
		"a secret behind": { // without a line behind the change, a patch would not apply
			before: "a: 1\npassword: \"HUSH\"\nz: 0\n", after: "a: 11\npassword: \"HUSH\"\nz: 0\n",
			withheld: 1, applied: "a: 1\npassword: \"HUSH\"\nz: 0\n",
		},
		"a secret between": {
			before: "a: 1\npassword: \"HUSH\"\nb: 2\nc: 3\n", after: "a: 11\npassword: \"HUSH\"\nb: 22\nc: 3\n",
			withheld: 1, applied: "a: 1\npassword: \"HUSH\"\nb: 2\nc: 3\n",
		},
		"a secret that goes": {
			before: "a: 1\npassword: \"HUSH\"\n", after: "a: 1\n",
			withheld: 1, applied: "a: 1\npassword: \"HUSH\"\n",
		},
		"a secret by its new name": {
			before: "a: 1\npasword: \"HUSH\"\n", after: "a: 1\npassword: \"HUSH\"\n",
			withheld: 1, applied: "a: 1\npasword: \"HUSH\"\n",
		},
		"a secret over lines": {
			before: "tls: key: \"\"\"\n\tHUSH\n\tHUSH\n\t\"\"\"\nb: 2\nc: 3\n", after: "tls: key: \"\"\"\n\tHUSH\n\tHUSH\n\t\"\"\"\nb: 2\nc: 33\n",
			want: "@@ -5,2 +5,2 @@\n b: 2\n-c: 3\n+c: 33\n",
		},
		"behind one that is withheld": {
			before: "password: \"HUSH\"\nx: 1\n" + strings.Repeat("y: 1\n", 9) + "z: 1\n", after: "x: 1\n" + strings.Repeat("y: 1\n", 9) + "z: 2\n",
			want:     "@@ -9,4 +9,4 @@\n y: 1\n y: 1\n y: 1\n-z: 1\n+z: 2\n",
			withheld: 1, applied: "password: \"HUSH\"\nx: 1\n" + strings.Repeat("y: 1\n", 9) + "z: 2\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			patch, withheld := diff(t, "/w/dir/a b.cue", test.before, test.after)
			want := ""
			if test.want != "" {
				want = "--- a/dir/a b.cue\t\n+++ b/dir/a b.cue\t\n" + test.want
			}
			if diff := cmp.Diff(want, patch); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(patch, "HUSH") {
				t.Error("a secret is in the patch")
			}
			if withheld["dir/a b.cue"] != test.withheld {
				t.Errorf("%v are withheld, want %d", withheld, test.withheld)
			}
			applied := test.applied
			if applied == "" {
				applied = test.after
			}
			if patch != "" {
				checkApplies(t, patch, test.before, applied)
			}
		})
	}
}

func diff(t *testing.T, path, before, after string) (patch string, withheld map[string]int) {
	t.Helper()
	var out strings.Builder
	withheld, err := report.Diff(&out, "/w", []report.Change{{Path: path, Before: text.New(before), After: text.New(after)}},
		func(string) cascade.Secrets { return cascade.NewSecrets([]string{"tls.key"}) })
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), withheld
}

// checkApplies applies a patch with git to a file dir/a b.cue.
func checkApplies(t *testing.T, patch, before, after string) {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git to apply the patch with")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "dir", "a b.cue")
	if err := os.Mkdir(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(before), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), git, "apply", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(patch)
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, out)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(after, string(content)); diff != "" {
		t.Errorf("after the patch (-want +got):\n%s", diff)
	}
}
