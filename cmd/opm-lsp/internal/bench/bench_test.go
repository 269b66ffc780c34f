package main

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"

	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

const top = "../../../.."

// TestMeasure holds that everything that is measured without CUE's command can be, and is in the page. How
// large the figures are is nobody's business here.
func TestMeasure(t *testing.T) {
	t.Chdir(top)
	p := plan{seed: 1, sizes: []int{40}, edits: 6, moduleEdits: 2, starts: 1, profile: 1, alone: true, soakMarks: []int{5, 10}, settling: time.Millisecond}
	r, err := measure(p, t.TempDir(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	text := r.markdown()
	for _, want := range []string{"## The goals", "99th percentile", "releases evaluated", "## The yardsticks", "the wire", "## Where the time of an edit goes", "the rules", "## Growth", "load average"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the page:\n%s", want, text)
		}
	}
	for name, n := range map[string]int{
		"floor": len(r.floor), "pushed": len(r.sizes[0].push), "pulled": len(r.sizes[0].pull),
		"completion": len(r.sizes[0].completion), "hover": len(r.sizes[0].hover),
	} {
		if n != p.edits {
			t.Errorf("%s was measured %d times, want %d", name, n, p.edits)
		}
	}
	text, err = measureSoak(p, t.TempDir(), t.Logf)
	if err != nil || !strings.Contains(text, "| 10 |") {
		t.Errorf("soak: %v\n%s", err, text)
	}
}

// TestPlain holds that CUE by itself checks the concrete releases to the end: it accepts each as
// it is, and refuses it with a value that the definition refuses or does not have.
func TestPlain(t *testing.T) {
	w := synthetic.New(synthetic.Options{Seed: 1, Modules: 8, Releases: 12, Concrete: true})
	for _, test := range []struct{ name, old, with string }{
		{"as they are", "", ""},
		{"wrong", "contact: \"", "contact: \"nobody\" // "},
		{"unknown", "contact: \"", "contacts: \""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var files []synthetic.File
			var releases []string
			for _, f := range w.Plain {
				if strings.HasPrefix(f.Path, "releases/") {
					f.Content = strings.Replace(f.Content, test.old, test.with, 1)
					releases = append(releases, path.Dir(f.Path))
				}
				files = append(files, f)
			}
			plain := newPackages(files)
			for _, dir := range releases {
				err := cuecontext.New().BuildInstance(plain.load(dir)).Validate(cue.Concrete(true))
				if (err == nil) != (test.old == "") {
					t.Errorf("%s: %v", dir, err)
				}
			}
		})
	}
}

// TestYardstickVersion holds that opm-lsp is measured against the CUE that it has in it.
func TestYardstickVersion(t *testing.T) {
	version := regexp.MustCompile(`cuelang\.org/go (v\S+)`)
	var found []string
	for _, file := range []string{top + "/go.mod", "yardstick/go.mod"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if match := version.FindSubmatch(content); match != nil {
			found = append(found, string(match[1]))
		}
	}
	if len(found) != 2 || found[0] != found[1] {
		t.Errorf("the versions of CUE are %v", found)
	}
}

func TestSection(t *testing.T) {
	page := t.TempDir() + "/page.md"
	if err := os.WriteFile(page, []byte("before\n"+soakSection.begin+"old\n"+soakSection.end+"after\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := soakSection.write(page, "new\n"); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(page)
	if want := "before\n" + soakSection.begin + "new\n" + soakSection.end + "after\n"; err != nil || string(content) != want {
		t.Errorf("%v\n%s", err, content)
	}
	if err := figuresSection.write(page, ""); err == nil {
		t.Error("a page without the section is written")
	}
}
