package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// committed makes a workspace that is a directory of a Git repository, with all of it committed.
func committed(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	below := map[string]string{"README.md": "A repository.\n"}
	for name, content := range files {
		below["deploy/"+name] = content
	}
	below["deploy/cue.mod/module.cue"] = "module: \"example.com/deploy@v0\"\nlanguage: version: \"v0.9.0\"\n"
	top := workspaceOf(t, below)
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "."},
		{"-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-m", "all"},
		{"tag", "first"},
	} {
		gitIn(t, top, args...)
	}
	return filepath.Join(top, "deploy")
}

func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func TestImpact(t *testing.T) {
	t.Parallel()
	other := strings.NewReplacer("package right", "package other", `"right"`, `"other"`, "replicas: 4", `greeting: "hallo"`).Replace(rightRelease)
	root := committed(t, small(map[string]string{"right.cue": rightRelease, "other.cue": other, "lost.cue": lostRelease}))

	check := func(what string, want output, args ...string) {
		t.Helper()
		got := execute(t, root, append([]string{"impact"}, args...)...)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(output{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check("nothing changed", output{stdout: "3 releases: 3 stay.\n"})

	module := filepath.Join(root, "catalog", "web.cue")
	write(t, module, strings.NewReplacer("<=10 | *2", "<=3 | *3").Replace(smallModule))
	const narrowed = `shop/right breaks (releases/right.cue)
  ` + "`replicas`" + ` is 4, but must be an integer from 2 to 3: the module simple-web-app 1.0.0-platform.1 says so. (release/invalid-value)
  replicas: 4 → 3

shop/other changes (releases/other.cue)
  replicas: 2 → 3

3 releases: 1 breaks, 1 changes, 1 stays.
`
	check("a narrower Module", output{stdout: narrowed, code: exitFindings})
	gitIn(t, root, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-a", "-m", "narrower")
	check("committed", output{stdout: "3 releases: 3 stay.\n"})
	check("since before that", output{stdout: narrowed, code: exitFindings}, "--since", "first")

	write(t, module, strings.Replace(smallModule, "*2", "*3", 1))
	write(t, filepath.Join(root, "releases", "new.cue"), strings.ReplaceAll(rightRelease, "right", "new"))
	if err := os.Remove(filepath.Join(root, "releases", "lost.cue")); err != nil {
		t.Fatal(err)
	}
	check("files that are new and gone", output{stdout: `shop/other changes (releases/other.cue)
  replicas: 2 → 3

shop/new is new (releases/new.cue)

shop/lost is gone (releases/lost.cue)

2 releases: 1 changes, 1 stays.
`}, "--since", "first")

	gitIn(t, root, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-a", "-m", "gone")
	write(t, filepath.Join(root, "releases", "right.cue"), strings.Replace(rightRelease, "4", "99", 1))
	gitIn(t, root, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-a", "-m", "wrong")
	write(t, module, strings.NewReplacer("<=10 | *2", "<=9 | *3").Replace(smallModule))
	check("an error with other words", output{stdout: "shop/new is new (releases/new.cue)\n\n2 releases: 2 stay.\n"})

	write(t, module, strings.Replace(smallModule, "*2", "*3", 1)+"\nvalues: {\n")
	check("a Module that does not parse", output{
		stdout: "shop/new is new (releases/new.cue)\n\n2 releases: 2 stay.\n",
		stderr: "opm-lsp: catalog/web.cue:13 does not parse, so nobody can say what it does to the releases: run \"opm-lsp check\"\n",
		code:   exitUsage,
	})
	gitIn(t, root, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-a", "-m", "does not parse")
	check("that did not parse before", output{stdout: "shop/new is new (releases/new.cue)\n\n2 releases: 2 stay.\n"})

	write(t, module, strings.Replace(smallModule, "*2", "*3", 1))
	check("a Module that did not parse", output{
		stdout: "shop/new is new (releases/new.cue)\n\n2 releases: 2 stay.\n",
		stderr: "opm-lsp: catalog/web.cue:13 does not parse in HEAD, so nobody can say what it does to the releases: compare with another revision\n",
		code:   exitUsage,
	})
	gitIn(t, root, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-a", "-m", "parses")

	write(t, filepath.Join(root, "releases", "new.cue"), strings.NewReplacer("right", "new", "4", "99").Replace(rightRelease))
	write(t, filepath.Join(root, "releases", "other.cue"), strings.ReplaceAll(other, `"other"`, `"renamed"`))
	check("a new release with errors, and one with another name", output{code: exitFindings, stdout: `shop/new is new, and has 1 error (releases/new.cue)

shop/renamed is new (releases/other.cue)

shop/other is gone (releases/other.cue)

1 release: 1 stays.
`})

	check("no such revision", output{code: exitUsage, stderr: "opm-lsp: there is no revision \"--output=x\" in this repository: name a commit, a branch or a tag\n"}, "--since=--output=x")

	link(t, filepath.Join(root, "releases", "nowhere"), filepath.Join(root, "releases", "link.cue"))
	if got := execute(t, root, "impact"); got.code != exitUsage || got.stderr == "" {
		t.Errorf("a file that cannot be read: %+v", got)
	}
	outside := workspaceOf(t, small(nil))
	got := execute(t, outside, "impact")
	if got.code != exitUsage || !strings.HasSuffix(got.stderr, " is in no Git repository\n") {
		t.Errorf("outside of a repository: %+v", got)
	}
}
