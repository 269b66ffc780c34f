package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// A clean and a wrong release that stand open beside whatever is typed, for each of
// the two Modules.
var bystanders = map[string][]string{
	"shop": {"releases/production/shop.cue", "releases/dev/shop.cue"},
	"web":  {"releases/production/web.cue", "releases/staging/web.cue"},
}

// wide is a release with characters of every width and all three line ends: in no two
// encodings are its positions the same. It is wrong behind all of that.
const wide = "package wide\r\n\r\nimport catalog \"catalog.harbourlane.example/managed-web:1.4.0-platform.2\"\r" +
	"\n// Grüße aus Ålesund, 東京 und 🇳🇴 👩‍👩‍👧.\n#ModuleRelease & {\n" +
	"\t#metadata: {name: \"wide\", namespace: \"web-dev\"}\r\t#module: catalog.#Module\r\n" +
	"\tvalues: {contact: \"ü@東京.example\", image: {tag: \"👩‍👩‍👧\"}, replicas: 99, environment: \"😀\"}\n}\n"

// TestTyping types documents from the first character to the last, and waits for what
// the server says of each state in between. What it says of other
// open files must not change, and in the end it must say what it says to somebody who
// opens the finished file.
func TestTyping(t *testing.T) {
	for encoding, files := range map[string][]string{
		"utf-8": {
			"releases/wide/wide.cue",
			"releases/dev/web_debug.cue",
			"releases/dev/web_legacy.cue",
			"releases/production/shop_sale.cue",
			"releases/staging/web.cue",
		},
		"utf-16": {
			"releases/wide/wide.cue",
			"releases/dev/shop.cue",
			"releases/dev/web.cue",
			"releases/production/partners.cue",
			"releases/production/web.cue",
		},
		"utf-32": {
			"releases/wide/wide.cue",
			"releases/production/shop.cue",
			"releases/staging/shop.cue",
		},
	} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			root := exampleWorkspace(t)
			write(t, filepath.Join(root, "releases", "wide", "wide.cue"), wide)
			c := serve(t, root, encoding)
			loaded(c, root)
			for _, file := range files {
				t.Run(filepath.Base(file), func(t *testing.T) {
					beside := bystanders["shop"]
					if strings.Contains(file, "shop") {
						beside = bystanders["web"]
					}
					typeRelease(t, c, root, file, beside)
				})
			}
		})
	}
}

func typeRelease(t *testing.T, c *lspclient.Client, root, file string, beside []string) {
	path := filepath.Join(root, filepath.FromSlash(file))
	var open []*lspclient.Document
	for _, other := range beside {
		other = filepath.Join(root, filepath.FromSlash(other))
		open = append(open, c.Open(other, read(t, other)))
	}
	finished := read(t, path)
	d := c.Open(path, finished)
	open = append(open, d)
	for _, other := range open {
		c.WaitForVersion(other.Path, other.Version)
	}
	before := settled(c, root)
	want := publishedFindings(t, root, before)

	d.SetText("")
	c.WaitForVersion(path, d.Version)
	typeText(c, d, characters(finished))

	after := settled(c, root)
	if diff := cmp.Diff(want, publishedFindings(t, root, after)); diff != "" {
		t.Errorf("the finished file (-opened +typed):\n%s", diff)
	}
	for _, p := range after.History[len(before.History):] {
		other := relative(root, lspclient.Path(p.URI))
		if other == file || other == lastFile {
			continue
		}
		if diff := cmp.Diff(want[other], describe(t, root, p)); diff != "" {
			t.Errorf("what the server says of %s changed while %s was typed:\n%s", other, file, diff)
		}
	}
	for _, other := range open {
		other.Close()
	}
}

// typeText types at the end of a document, one change for each stroke, and waits until
// the server has said what it thinks of that: after each stroke, or, with the race
// detector, which makes everything ten times as slow, after a few of them.
func typeText(c *lspclient.Client, d *lspclient.Document, strokes []string) {
	pace := 1
	if withRace {
		pace = 40
	}
	for _, stroke := range strokes {
		d.Append(stroke)
		if d.Version%pace == 0 {
			c.WaitForVersion(d.Path, d.Version)
		}
	}
	c.WaitForVersion(d.Path, d.Version)
}

// characters are the strokes of somebody who types a text.
func characters(text string) []string { return strings.Split(text, "") }

// TestTypingModule types a Module anew that releases use. Those that do not use it hear
// nothing of that; those that do have their diagnostics back in the end.
func TestTypingModule(t *testing.T) {
	t.Parallel()
	root := exampleWorkspace(t)
	path := filepath.Join(root, "catalog", "managed-web", "managed_web.cue")
	c := serve(t, root, "utf-16")
	loaded(c, root)

	var open []*lspclient.Document
	for _, file := range append(bystanders["shop"], bystanders["web"]...) {
		file = filepath.Join(root, filepath.FromSlash(file))
		open = append(open, c.Open(file, read(t, file)))
	}
	finished := read(t, path)
	d := c.Open(path, finished)
	for _, other := range append(open, d) {
		c.WaitForVersion(other.Path, other.Version)
	}
	before := settled(c, root)
	want := publishedFindings(t, root, before)

	d.SetText("")
	without := publishedFindings(t, root, settled(c, root))
	for _, file := range []string{"releases/production/web.cue", "releases/dev/web.cue"} { // open, not open
		if !strings.Contains(without[file], "release/unknown-module") {
			t.Errorf("without its Module %s gets:\n%s", file, without[file])
		}
	}
	strokes := characters(finished)
	if withRace { // words will do: each stroke concerns every release of the Module
		strokes = strings.SplitAfter(finished, " ")
	}
	typeText(c, d, strokes)

	after := settled(c, root)
	if diff := cmp.Diff(want, publishedFindings(t, root, after)); diff != "" {
		t.Errorf("with the Module typed anew (-before +after):\n%s", diff)
	}
	for _, p := range after.History[len(before.History):] {
		file := relative(root, lspclient.Path(p.URI))
		if !strings.Contains(file, "shop") {
			continue
		}
		if diff := cmp.Diff(want[file], describe(t, root, p)); diff != "" {
			t.Errorf("what the server says of %s changed while another Module was typed:\n%s", file, diff)
		}
	}
}

// TestModuleMovesItsReleases edits Modules and definitions, which nobody saves, and
// looks at the releases that use them.
func TestModuleMovesItsReleases(t *testing.T) {
	const (
		managedShop = "catalog/managed-shop/managed_shop.cue"
		managedWeb  = "catalog/managed-web/managed_web.cue"
		shopValues  = "definitions/shop/values.cue"
		webApp      = "definitions/web-app/web_app.cue"
	)
	for _, test := range []struct {
		name, file, old, new string
		want                 map[string]string // what one of the new diagnostics has, by file
	}{{
		name: "a tighter bound in the Module",
		file: managedShop, old: "replicas: uint & >=2 & <=12 | *2", new: "replicas: uint & >=2 & <=4 | *2",
		want: map[string]string{"releases/production/shop.cue": "`frontend.replicas` is 5"},
	}, {
		name: "a tighter bound in the definition, two layers below",
		file: shopValues, old: `maxConnections?: uint & >=10 & <=400 | *80`, new: `maxConnections?: uint & >=10 & <=100 | *80`,
		want: map[string]string{"releases/production/shop.cue": "`database.maxConnections` is 240"},
	}, {
		name: "a value renamed in the definition",
		file: webApp, old: "seconds?: int", new: "minutes?: int",
		want: map[string]string{
			"releases/dev/web.cue":        "`cache.seconds` is not a value",
			"releases/production/web.cue": "`cache.seconds` is not a value",
		},
	}, {
		name: "another version",
		file: managedWeb, old: "1.4.0-platform.2", new: "1.4.0-platform.3",
		want: map[string]string{
			"releases/dev/web.cue":        "[release/unknown-module]",
			"releases/production/web.cue": "[release/unknown-module]",
		},
	}, {
		name: "one enum member less, and characters beyond the BMP in the same line",
		file: managedWeb, old: `environment: "development" | "staging" | "production" | *"staging"`, new: `environment: "👩‍👩‍👧" | "staging" | "production" | *"staging"`,
		want: map[string]string{"releases/dev/web.cue": "`environment` is \"development\""},
	}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := exampleWorkspace(t)
			c := serve(t, root, "utf-16")
			loaded(c, root)
			// One release of each Module is open, the others are not.
			for _, file := range []string{"releases/production/shop.cue", "releases/production/web.cue"} {
				path := filepath.Join(root, filepath.FromSlash(file))
				c.Open(path, read(t, path))
			}
			path := filepath.Join(root, filepath.FromSlash(test.file))
			d := c.Open(path, read(t, path))
			before := publishedFindings(t, root, settled(c, root))

			edited := func(when string) {
				t.Helper()
				got := publishedFindings(t, root, settled(c, root))
				for file, want := range test.want {
					if strings.Contains(before[file], want) || !strings.Contains(got[file], want) {
						t.Errorf("%s, %s has nothing with %q:\n%s", when, file, want, got[file])
					}
				}
			}
			undone := func(when string) {
				t.Helper()
				if diff := cmp.Diff(before, publishedFindings(t, root, settled(c, root))); diff != "" {
					t.Errorf("%s (-before +after):\n%s", when, diff)
				}
			}
			d.Replace(test.old, test.new)
			edited("after the edit")
			d.Replace(test.new, test.old)
			undone("after it was undone")
			d.Replace(test.old, test.new)
			edited("after it was done again")
			d.Close() // without saving
			undone("after the file was closed without saving")
		})
	}
}

// TestModuleInBetween holds that a Module which does not parse for a moment does not
// take the diagnostics of its releases away.
func TestModuleInBetween(t *testing.T) {
	t.Parallel()
	root := exampleWorkspace(t)
	c := serve(t, root, "utf-16")
	loaded(c, root)
	path := filepath.Join(root, "catalog", "managed-shop", "managed_shop.cue")
	d := c.Open(path, read(t, path))
	before := publishedFindings(t, root, settled(c, root))
	d.Replace("alarms?: {\n", "alarms?: {\n\t\t\t\tcolour?: \n")
	got := publishedFindings(t, root, settled(c, root))
	if !strings.Contains(got[relative(root, path)], "cue/syntax") {
		t.Errorf("a Module that lacks a value has no syntax error:\n%s", got)
	}
	delete(got, relative(root, path))
	if diff := cmp.Diff(before, got); diff != "" {
		t.Errorf("one unfinished line in a Module changes the diagnostics of releases (-before +after):\n%s", diff)
	}
}
