package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A small catalog: a definition, a Module, and releases that are right and wrong.
const (
	smallDefinition = `package web

#ModuleDefinition & {
	#metadata: {name: "web-app", version: "1.0.0"}
	values: {
		replicas?: uint & >=2 & <=10 | *3
		greeting?: string & =~"^[a-zåéö ]+$" | *"hej"
	}
}
`
	smallModule = `package managed

import web "github.com/company/web-app/v1.0.0"

#Module & {
	#metadata: {name: "simple-web-app", version: "1.0.0-platform.1"}
	#moduleDefinition: web.#ModuleDefinition
	values: #moduleDefinition.values & {
		replicas: uint & >=2 & <=10 | *2
	}
}
`
	rightRelease = `package right

import catalog "platform.company.com/catalog/simple-web-app:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {name: "right", namespace: "shop"}
	#module: catalog.#Module
	values: replicas: 4
}
`
	// Tabs before and inside of what is marked, characters that take two columns or
	// none, and a label that is not quoted.
	wrongRelease = `package wrong

import catalog "platform.company.com/catalog/simple-web-app:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {name: "wrong", namespace: "shop", labels: {"東京": "👩‍👩‍👧", cost-center: "7"}}
	#module:	catalog.#Module
	values: {greeting: "東京	e` + "\u0301" + `", replicas: 99}
}
`
	lostRelease = `package lost

import catalog "platform.company.com/catalog/simple-web-ap:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {name: "lost", namespace: "shop"}
	#module: catalog.#Module
	values: anything: true
}
`
)

// Releases that are complete and that have gaps.
const (
	gapDefinition = `package gaps

definition: #ModuleDefinition & {
	#metadata: {name: "gaps", version: "1.0.0"}
	values: {
		replicas?: uint & <=10 | *3
		owner!: string
		password?: string & =~"^[a-z]+$"
		hosts?: [...string] | *["example.com"]
		labels?: [string]: string
		volumes?: [...{name: string, mode?: "ro" | "rw" | *"ro"}]
	}
}
`
	gapModule = `package gaps

module: #Module & {
	#metadata: {name: "gaps", version: "1.0.0"}
	#moduleDefinition: definition
	values: #moduleDefinition.values
}
`
	gapReleases = `package gaps

import "tool/os"

complete: #ModuleRelease & {
	#metadata: name: "complete"
	#module: module
	values: {
		owner: "ann"
		labels: team: "web"
		volumes: [{name: "a"}, {name: "b", mode: "rw"}]
	}
}

unread: #ModuleRelease & {
	#metadata: name: "unread"
	#module: module
	values: owner: os.Getenv("USER")
}

refused: #ModuleRelease & {
	#metadata: name: "refused"
	#module: module
	values: {
		replicas: 99
		owner: 7
		password: "HUNTER2"
		hosts: "a.example.com"
	}
}
`
)

// small is the small catalog with some releases, by name.
func small(releases map[string]string) map[string]string {
	files := map[string]string{"definitions/web.cue": smallDefinition, "catalog/web.cue": smallModule}
	for name, content := range releases {
		files["releases/"+name] = content
	}
	return files
}

// TestCommandLine runs the program in a directory and looks at all that it does.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	var (
		right    = small(map[string]string{"right.cue": rightRelease})
		wrong    = small(map[string]string{"right.cue": rightRelease, "wrong.cue": wrongRelease})
		everyone = small(map[string]string{"right.cue": rightRelease, "wrong.cue": wrongRelease, "lost.cue": lostRelease})
		hinted   = small(map[string]string{"right.cue": rightRelease + leftOver})
		gaps     = map[string]string{"definition.cue": gapDefinition, "module.cue": gapModule, "releases.cue": gapReleases}
	)
	const (
		help = "Run \"opm-lsp --help\" for usage\n"
		hint = "releases/right.cue:10:15: hint[suppression/unused]: This suppresses nothing: release/unknown-value finds nothing here. Remove it.\n" +
			"3 files checked: 1 note in 1 file.\n"
		refused = "opm-lsp: refused has 4 errors, so this is not its final configuration: run \"opm-lsp check\"\n"
	)
	for _, test := range []struct {
		name   string
		files  map[string]string
		setup  func(t *testing.T, root string)
		args   string // separated by spaces
		dir    string // in which the program runs, below the workspace
		code   int
		stdout string // $ROOT is the workspace; "golden" for testdata/<name>.golden
		stderr string
	}{
		// Results and exit codes.
		{name: "clean", files: right, args: "check", stdout: "3 files checked: nothing is wrong.\n"},
		{name: "check_pretty", files: everyone, args: "check", code: 1, stdout: "golden"},
		{name: "check_compact", files: everyone, args: "check --format compact", code: 1, stdout: "golden"},
		{name: "check_github", files: everyone, args: "check --format github", code: 1, stdout: "golden"},
		{name: "check_github_below", files: everyone, args: "check --format github -C releases", code: 1, stdout: "golden",
			setup: func(t *testing.T, root string) {
				write(t, filepath.Join(root, "releases", "cue.mod", "module.cue"), "module: \"example.com/releases\"\n")
			}},
		{name: "check_never", files: wrong, args: "check --format compact --fail-level never releases/wrong.cue", stdout: "golden"},
		{name: "a hint", files: hinted, args: "check --format compact", stdout: hint},
		{name: "a hint below the level", files: hinted, args: "check --format compact --fail-level information", stdout: hint},
		{name: "a hint at the level", files: hinted, args: "check --format compact --fail-level hint", code: 1, stdout: hint},
		{name: "check_json", files: wrong, args: "check --format json", code: 1, stdout: "golden"},
		{name: "check_json_clean", files: right, args: "check --format=json", stdout: "golden"},
		{name: "nothing", args: "check", code: 2, stderr: "opm-lsp: there is no CUE file below $ROOT: name another directory with -C\n"},
		{name: "index", files: everyone, args: "index", stdout: "golden"},
		{name: "index of nothing", args: "index", stdout: "No OPM documents below $ROOT.\n"},

		// Where the workspace is.
		{name: "below the top", files: right, args: "check", dir: "releases", stdout: "3 files checked: nothing is wrong.\n"},
		{name: "-C", files: right, args: "check -C ../catalog", dir: "releases", stdout: "3 files checked: nothing is wrong.\n"},
		{name: "no such workspace", args: "check -C gone", code: 2,
			stderr: "opm-lsp: cannot open the workspace gone: there is no such directory\n"},
		{name: "no such workspace for index", args: "index -C gone", code: 2,
			stderr: "opm-lsp: cannot open the workspace gone: there is no such directory\n"},
		{name: "a file as workspace", files: right, args: "check -C catalog/web.cue", code: 2,
			stderr: "opm-lsp: cannot open the workspace catalog/web.cue: it is not a directory\n"},

		// Paths.
		{name: "only right files", files: wrong, args: "check releases/right.cue catalog", stdout: "2 files checked: nothing is wrong.\n"},
		{name: "a path from elsewhere", files: wrong, args: "check right.cue", dir: "releases", stdout: "1 file checked: nothing is wrong.\n"},
		{name: "check_path", files: everyone, args: "check releases/lost.cue", code: 1, stdout: "golden"},
		{name: "no such path", files: right, args: "check gone.cue", code: 2, stderr: "opm-lsp: cannot read gone.cue: no such file or directory\n"},
		{name: "a path outside", files: right, args: "check ..", code: 2,
			stderr: "opm-lsp: .. is outside the workspace $ROOT: use -C to name another one\n"},
		{name: "a path below -C", files: wrong, args: "check -C releases right.cue", stdout: "1 file checked: nothing is wrong.\n"},
		{name: "a path above -C", files: wrong, args: "check -C releases ../catalog", stdout: "1 file checked: nothing is wrong.\n"},
		{name: "a path here and below -C", args: "check -C releases web.cue", stdout: "1 file checked: nothing is wrong.\n",
			files: map[string]string{"web.cue": ")", "releases/web.cue": "package web\n"}},
		{name: "a path that is only here", files: right, args: "check -C catalog releases", stdout: "1 file checked: nothing is wrong.\n"},
		{name: "effective_below", files: right, args: "effective -C releases right.cue", stdout: "golden"},
		{name: "why_below", files: right, args: "why -C releases right.cue replicas", stdout: "golden"},
		{name: "a link as path", files: right, args: "check releases/link.cue", stdout: "1 file checked: nothing is wrong.\n",
			setup: func(t *testing.T, root string) {
				link(t, filepath.Join(root, "catalog", "web.cue"), filepath.Join(root, "releases", "link.cue"))
			}},

		// Final configurations, and where a value comes from.
		{name: "effective", files: gaps, args: "effective complete --provenance", stdout: "golden"},
		{name: "effective_gap", files: gaps, args: "effective unread", code: 1, stdout: "golden",
			stderr: "opm-lsp: a value of unread cannot be computed or must still be set, so this is not its final configuration: what is printed says which\n"},
		{name: "effective_gap_json", files: gaps, args: "effective unread --format json", code: 1, stdout: "golden",
			stderr: "opm-lsp: a value of unread cannot be computed or must still be set, so this is not its final configuration: what is printed says which\n"},
		{name: "effective_refused", files: gaps, args: "effective refused", code: 1, stdout: "golden", stderr: refused},
		{name: "effective_refused_provenance", files: gaps, args: "effective refused --provenance", code: 1, stdout: "golden", stderr: refused},
		{name: "effective_refused_yaml", files: gaps, args: "effective refused --format yaml", code: 1, stdout: "golden", stderr: refused},
		{name: "effective_refused_json", files: gaps, args: "effective refused --format json", code: 1, stdout: "golden", stderr: refused},
		{name: "why_element", files: gaps, args: "why complete volumes[1].mode", stdout: "golden"},
		{name: "why_quoted", files: gaps, args: `why complete volumes[0]["mode"]`, stdout: "golden"},
		{name: "why_pattern", files: gaps, args: "why complete labels.team", stdout: "golden"},
		{name: "why a wrong element", files: gaps, args: "why complete volumes[1].mod", code: 1,
			stderr: "opm-lsp: complete has no value volumes[1].mod. Did you mean volumes[1].mode?\n"},
		{name: "why no path", files: gaps, args: "why complete volumes[a]", code: 2,
			stderr: "opm-lsp: \"volumes[a]\" is no path of a value: write it as image.tag, labels.\"a-b\" or volumes[0].name\n" + help},
		{name: "index_sorted", args: "index", stdout: "golden", files: map[string]string{
			"a/x.cue": strings.ReplaceAll(rightRelease, `"right", namespace: "shop"`, `"a", namespace: "z"`),
			"b/x.cue": strings.ReplaceAll(rightRelease, `"right", namespace: "shop"`, `"b", namespace: "a"`),
			"c/x.cue": strings.ReplaceAll(smallModule, "1.0.0-platform.1", "1.10.0"),
			"d/x.cue": strings.ReplaceAll(smallModule, "1.0.0-platform.1", "1.9.0"),
		}},

		// Wrong use.
		{name: "unknown format", files: right, args: "check --format yaml", code: 2,
			stderr: "opm-lsp: unknown format \"yaml\": use one of pretty, compact, json, sarif, github\n" + help},
		{name: "unknown level", files: right, args: "check --fail-level fatal", code: 2,
			stderr: "opm-lsp: unknown level \"fatal\": use one of error, warning, information, hint, never\n" + help},
		{name: "fix and diff", files: right, args: "check --fix --diff", code: 2,
			stderr: "opm-lsp: --fix changes files and --diff only shows what it would change: use one of them\n" + help},
		{name: "diff with a format", files: right, args: "check --diff --format json", code: 2,
			stderr: "opm-lsp: --diff prints a patch and nothing else: leave out --format\n" + help},
		{name: "no rule", args: "explain", code: 2, stderr: "opm-lsp: name one rule, such as: opm-lsp explain release/unknown-value\n" + help},
		{name: "unknown rule", args: "explain release/unknwon-value", code: 2,
			stderr: "opm-lsp: there is no rule \"release/unknwon-value\": did you mean release/unknown-value?\n"},
		{name: "a rule without its category", args: "explain unknown-value", code: 2,
			stderr: "opm-lsp: there is no rule \"unknown-value\": did you mean release/unknown-value?\n"},
		{name: "no rule like it", args: "explain xyzzy", code: 2,
			stderr: "opm-lsp: there is no rule \"xyzzy\": \"opm-lsp rules\" lists them\n"},
		{name: "unknown format of rules", args: "rules --format yaml", code: 2,
			stderr: "opm-lsp: unknown format \"yaml\": use one of table, json\n" + help},
		{name: "unknown command", args: "chekc", code: 2, stderr: "opm-lsp: there is no command \"chekc\": did you mean check?\n" + help},
		{name: "no command like it", args: "xyzzy", code: 2, stderr: "opm-lsp: there is no command \"xyzzy\"\n" + help},
		{name: "unknown release", files: right, args: "effective rihgt", code: 2, stderr: "opm-lsp: there is no release \"rihgt\": did you mean right?\n"},
		{name: "unknown release in a namespace", files: right, args: "why shpo/right replicas", code: 2,
			stderr: "opm-lsp: there is no release \"shpo/right\": did you mean shop/right?\n"},
		{name: "no release like it", files: right, args: "effective xyzzy", code: 2,
			stderr: "opm-lsp: there is no release \"xyzzy\": \"opm-lsp index\" lists them\n"},
		{name: "help for no command", args: "help nope", code: 2, stderr: "opm-lsp: there is no command \"nope\"\n" + help},
		{name: "help for an unknown command", args: "help chekc", code: 2, stderr: "opm-lsp: there is no command \"chekc\": did you mean check?\n" + help},
		{name: "unknown flag", args: "check --loud", code: 2, stderr: "opm-lsp: unknown flag: --loud\n" + help},
		{name: "index with a path", args: "index releases", code: 2, stderr: "opm-lsp: unknown command \"releases\" for \"opm-lsp index\"\n" + help},

		// Bad input.
		{name: "a link to nowhere", files: right, args: "check", code: 2, stdout: "3 files checked: nothing is wrong.\n",
			stderr: "opm-lsp: cannot read $ROOT/dangling.cue: no such file or directory\n" +
				"opm-lsp: cannot read $ROOT/loop.cue: its symbolic links lead in a circle\n",
			setup: unreadable},
		{name: "a link to nowhere as path", args: "check dangling.cue", code: 2,
			stderr: "opm-lsp: cannot read $ROOT/dangling.cue: no such file or directory\n" +
				"opm-lsp: cannot read $ROOT/loop.cue: its symbolic links lead in a circle\n" +
				"opm-lsp: cannot read dangling.cue: no such file or directory\n",
			setup: unreadable},
		{name: "not_utf8", files: map[string]string{"latin1.cue": "package a\n\nname: \"caf\xe9\"\n"}, args: "check --format json", code: 1, stdout: "golden"},
		{name: "utf16", files: map[string]string{"utf16.cue": "\xff\xfep\x00a\x00"}, args: "check --format json", code: 1, stdout: "golden"},
		{name: "an empty file", files: map[string]string{"empty.cue": ""}, args: "check", stdout: "1 file checked: nothing is wrong.\n"},
		{name: "a byte order mark", files: map[string]string{"bom.cue": "\ufeffpackage a\n"}, args: "check", stdout: "1 file checked: nothing is wrong.\n"},
		{name: "nothing to do with OPM", args: "check", stdout: "1 file checked: nothing is wrong.\n",
			files: map[string]string{"other.cue": "package other\n\nimport \"strings\"\n\nvalues: 7\nmodule: strings.ToUpper(name)\nname: string | *\"x\"\n"}},
		{name: "a directory that ends in .cue", files: map[string]string{"x.cue/a.cue": "package a\n"}, args: "check", stdout: "1 file checked: nothing is wrong.\n"},
		{name: "a directory that ends in .cue as path", files: map[string]string{"x.cue/a.cue": "package a\n"}, args: "check x.cue", stdout: "1 file checked: nothing is wrong.\n"},
		{name: "files that CUE passes over", args: "check", code: 2, stderr: "opm-lsp: there is no CUE file below $ROOT: name another directory with -C\n",
			files: map[string]string{"_a.cue": ")", ".b.cue": ")", ".hidden/c.cue": ")", "node_modules/d.cue": ")", "e.json": ")"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := workspaceOf(t, test.files)
			if test.setup != nil {
				test.setup(t, root)
			}
			got := execute(t, filepath.Join(root, test.dir), strings.Fields(test.args)...)
			if got.code != test.code {
				t.Errorf("exit code %d, want %d", got.code, test.code)
			}
			if diff := cmp.Diff(test.stderr, strings.ReplaceAll(got.stderr, root, "$ROOT")); diff != "" {
				t.Errorf("standard error (-want +got):\n%s", diff)
			}
			stdout := strings.ReplaceAll(got.stdout, root, "$ROOT")
			if test.stdout == "golden" {
				golden(t, test.name, stdout)
			} else if diff := cmp.Diff(test.stdout, stdout); diff != "" {
				t.Errorf("standard output (-want +got):\n%s", diff)
			}
		})
	}
}

// TestJSON validates the JSON of everything that there is to report.
func TestJSON(t *testing.T) {
	t.Parallel()
	for name, root := range map[string]string{
		"workspace": exampleWorkspace(t),
		"small":     workspaceOf(t, small(map[string]string{"right.cue": rightRelease, "wrong.cue": wrongRelease, "lost.cue": lostRelease})),
		"nothing":   emptyWorkspace(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := checkJSON(t, root)
			if files := len(cueFiles(t, root)); report.Summary.Files == nil || *report.Summary.Files != files {
				t.Errorf("the summary is %+v, there are %d files", report.Summary, files)
			}
			// Twice the same is twice the same, to the byte.
			first, second := execute(t, root, "check", "--format", "json"), execute(t, root, "check", "--format", "json")
			if first != second {
				t.Errorf("two runs differ:\n%s", cmp.Diff(first.stdout, second.stdout))
			}
		})
	}
}

// TestVersion holds that the version says all that a bug report needs.
func TestVersion(t *testing.T) {
	t.Parallel()
	got := execute(t, ".", "version")
	want := regexp.MustCompile(`^opm-lsp \S+ \(CUE v[0-9]\S+, go[0-9.]+\S*, [a-z0-9]+/[a-z0-9]+\)\n$`)
	if !want.MatchString(got.stdout) || got.stderr != "" || got.code != 0 {
		t.Errorf("got %+v, want %v", got, want)
	}
	if flag := execute(t, ".", "--version"); flag != got {
		t.Errorf("--version: got %+v, want %+v", flag, got)
	}
}

// TestHelp holds that every command says what it is for.
func TestHelp(t *testing.T) {
	t.Parallel()
	top := execute(t, ".", "--help")
	for _, command := range []string{"check", "effective", "explain", "index", "rules", "serve", "version", "why"} {
		if !strings.Contains(top.stdout, "\n  "+command+" ") {
			t.Errorf("the help lacks %s:\n%s", command, top.stdout)
		}
		got := execute(t, ".", command, "--help")
		if help := execute(t, ".", "help", command); help != got {
			t.Errorf("help %s: %+v, want %+v", command, help, got)
		}
		if got.code != 0 || got.stderr != "" || !strings.Contains(got.stdout, "Usage:\n  opm-lsp "+command) {
			t.Errorf("%s --help: %+v", command, got)
		}
	}
}

// TestFullDisk holds that what could not be written is no success.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("this system has no device that is always full: %v", err)
	}
	defer full.Close()
	root := workspaceOf(t, small(map[string]string{"right.cue": rightRelease}))
	for args, want := range map[string]string{
		"check":              "cannot write the report",
		"index":              "cannot print the index",
		"effective right":    "cannot print the configuration",
		"why right replicas": "cannot print where the value comes from",
		"rules":              "cannot print the rules",
		"explain release":    "cannot print the page",
		"version":            "cannot print the version",
		"--version":          "cannot print the version",
	} {
		var stderr strings.Builder
		cmd := exec.CommandContext(t.Context(), binary, strings.Fields(args)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = root, full, &stderr
		_ = cmd.Run() // its error is the exit code
		if code := cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(stderr.String(), want) {
			t.Errorf("%s: exit code %d: %s", args, code, stderr.String())
		}
	}
}

// golden compares with a text in testdata, or writes it there with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		write(t, path, got)
		return
	}
	if diff := cmp.Diff(read(t, path), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Skipf("this system has no symbolic links: %v", err)
	}
}
