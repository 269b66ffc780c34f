package main

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// leftOver is a comment with a fix that is safe: it suppresses nothing.
const leftOver = "// opm:ignore release/unknown-value — left over\n"

// fixable is a small workspace in which two comments can go, one of them from a file with a
// byte order mark and returns, and in which one error stays.
func fixable() map[string]string {
	release := func(name string) string { return strings.ReplaceAll(rightRelease, "right", name) }
	b := strings.NewReplacer("\t#module:", "\t"+leftOver+"\t#module:", "\tvalues: ", "\tvalues: {\n\t\t"+leftOver+"\t\t", "4\n}", "4\n\t}\n}").Replace(release("b"))
	return small(map[string]string{
		"a.cue": strings.ReplaceAll(release("a"), "\tvalues:", "\t"+leftOver+"\tvalues:"),
		"b.cue": "\ufeff" + strings.ReplaceAll(b, "\n", "\r\n"),
		"c.cue": strings.ReplaceAll(release("c"), "replicas", "replcas"),
	})
}

// fixed is what becomes of it.
func fixed() map[string]string {
	files := fixable()
	for name, content := range files {
		for _, end := range []string{"\n", "\r\n"} {
			for _, indent := range []string{"\t\t", "\t"} {
				content = strings.ReplaceAll(content, indent+strings.ReplaceAll(leftOver, "\n", end), "")
			}
		}
		files[name] = content
	}
	return files
}

// filesBelow returns all files of a workspace, by name.
func filesBelow(t *testing.T, root string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(root, path)
			out[filepath.ToSlash(rel)] = read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFix(t *testing.T) {
	t.Parallel()
	root := workspaceOf(t, fixable())
	for name, mode := range map[string]os.FileMode{"a": 0o640, "b": 0o755} {
		if err := os.Chmod(filepath.Join(root, "releases", name+".cue"), mode); err != nil {
			t.Fatal(err)
		}
	}
	first := execute(t, root, "check", "--fix", "--format", "compact")
	want := output{code: 1, stdout: `releases/c.cue:8:10: error[release/unknown-value]: ` + "`replcas` is not a value of the module simple-web-app 1.0.0-platform.1. Did you mean `replicas`?" + `
Fixed 3 problems in 2 files.
5 files checked: 1 error in 1 file.
`}
	if first != want {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want.stdout, first.stdout)+first.stderr)
	}
	if diff := cmp.Diff(fixed(), filesBelow(t, root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, mode := range map[string]os.FileMode{"a": 0o640, "b": 0o755} {
		if info, err := os.Stat(filepath.Join(root, "releases", name+".cue")); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s.cue: %v %v, want %v", name, info.Mode(), err, mode)
		}
	}

	// Another time there is nothing to do, and no other format has a word too many.
	again := execute(t, root, "check", "--fix", "--format", "json")
	if plain := execute(t, root, "check", "--format", "json"); again.stdout != plain.stdout || again.code != 1 ||
		again.stderr != "Nothing was fixed: no problem has a fix that is safe to apply unasked.\n" {
		t.Errorf("another time: %+v", again)
	}
	if diff := cmp.Diff(fixed(), filesBelow(t, root)); diff != "" {
		t.Errorf("another time (-want +got):\n%s", diff)
	}
}

func TestFixSelected(t *testing.T) {
	t.Parallel()
	root := workspaceOf(t, fixable())
	got := execute(t, root, "check", "--fix", "releases/a.cue")
	if want := "Fixed 1 problem in 1 file.\n1 file checked: nothing is wrong.\n"; got.stdout != want || got.code != 0 {
		t.Errorf("%+v, want %s", got, want)
	}
	want := fixable()
	want["releases/a.cue"] = fixed()["releases/a.cue"]
	if diff := cmp.Diff(want, filesBelow(t, root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFixThroughLink fixes a file under its other name.
func TestFixThroughLink(t *testing.T) {
	t.Parallel()
	files := fixable()
	files["real/a.txt"] = files["releases/a.cue"]
	delete(files, "releases/a.cue")
	root := workspaceOf(t, files)
	link(t, filepath.Join("..", "real", "a.txt"), filepath.Join(root, "releases", "a.cue"))
	if got := execute(t, root, "check", "--fix", "releases/a.cue"); got.code != 0 || got.stderr != "" {
		t.Errorf("%+v", got)
	}
	if target, err := os.Readlink(filepath.Join(root, "releases", "a.cue")); err != nil || target != filepath.Join("..", "real", "a.txt") {
		t.Errorf("the link is %q, %v", target, err)
	}
	if got := read(t, filepath.Join(root, "real", "a.txt")); got != fixed()["releases/a.cue"] {
		t.Errorf("got:\n%s", got)
	}
}

// TestFixReadOnly holds that where one file cannot be written none is.
func TestFixReadOnly(t *testing.T) {
	t.Parallel()
	root := workspaceOf(t, fixable())
	file := filepath.Join(root, "releases", "b.cue")
	if err := os.Chmod(file, 0o444); err != nil {
		t.Fatal(err)
	}
	got := execute(t, root, "check", "--fix")
	want := output{code: 2, stderr: "opm-lsp: nothing was changed: cannot write " + file + ": it is read-only\n"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if diff := cmp.Diff(fixable(), filesBelow(t, root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	root := workspaceOf(t, fixable())
	got := execute(t, root, "check", "--diff")
	if got.code != 1 || got.stderr != "" {
		t.Errorf("%+v", got)
	}
	golden(t, "check_diff", got.stdout)
	if diff := cmp.Diff(fixable(), filesBelow(t, root)); diff != "" {
		t.Errorf("something was changed (-want +got):\n%s", diff)
	}

	// The patch does what --fix does.
	apply := exec.CommandContext(t.Context(), "git", "apply", "-")
	apply.Dir, apply.Stdin = root, strings.NewReader(got.stdout)
	apply.Env = append(os.Environ(), "GIT_DIR="+t.TempDir()) // not that of this project
	if out, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, out)
	}
	if diff := cmp.Diff(fixed(), filesBelow(t, root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := execute(t, root, "check", "--diff"); got != (output{}) {
		t.Errorf("there is more to change: %+v", got)
	}
}

// TestDiffHidesSecrets has a secret beside what can be fixed.
func TestDiffHidesSecrets(t *testing.T) {
	t.Parallel()
	files := maps.Clone(fixable())
	files["releases/a.cue"] = strings.ReplaceAll(files["releases/a.cue"], leftOver, leftOver+"\tpassword: \"HUSH\"\n")
	files["releases/c.cue"] = strings.NewReplacer("}\n\t#module", ", labels: token: \"HUSH\"}\n\t"+leftOver+"\t#module").Replace(files["releases/c.cue"])
	delete(files, "releases/b.cue")
	root := workspaceOf(t, files)
	got := execute(t, root, "check", "--diff")
	want := output{
		code:   1,
		stderr: "opm-lsp: the patch leaves out 1 change of releases/a.cue, next to a secret: \"opm-lsp check --fix\" makes it\n",
		stdout: `--- a/releases/c.cue
+++ b/releases/c.cue
@@ -7,4 +7,3 @@
-	` + leftOver + ` 	#module: catalog.#Module
 	values: replcas: 4
 }
`,
	}
	if got != want {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want.stdout, got.stdout)+cmp.Diff(want.stderr, got.stderr))
	}
}
