package analysis

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// loaded returns a workspace of some files, by name, on disk.
func loaded(t *testing.T, files map[string]string) (root string, s *Snapshot) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, _, err = Load(t.Context(), []string{root}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return root, s
}

// suggest makes the rules of a snapshot find one thing for each fix, in the file a.cue; only
// of this snapshot, not of those after it.
func suggest(s *Snapshot, root string, fixes ...Fix) {
	path := filepath.Join(root, "a.cue")
	p := s.index.PackageOf(path)
	planted := &checked{meaning: s.fingerprintsOf(p).meaning}
	for i, f := range fixes {
		planted.diagnostics = append(planted.diagnostics,
			Diagnostic{Location: Location{Path: path, Span: text.Span{Start: i, End: i}}, Code: "test/test", Fixes: []Fix{f}})
	}
	s.memo.checked[p.Key] = planted
}

func TestFixedChooses(t *testing.T) {
	const a, b = "package a\n\nx: 1\ny: 2\n", "package a\n\nz: 3\n"
	for name, test := range map[string]struct {
		fixes   func(edit func(name, old, new string) Edit) []Fix
		applied int
		a, b    string
	}{
		"two that are apart": {
			fixes: func(edit func(string, string, string) Edit) []Fix {
				return []Fix{{Edits: []Edit{edit("a.cue", "2", "22")}}, {Edits: []Edit{edit("a.cue", "1", "11")}}}
			},
			applied: 2, a: "package a\n\nx: 11\ny: 22\n", b: b,
		},
		"the first of two that overlap": {
			fixes: func(edit func(string, string, string) Edit) []Fix {
				return []Fix{{Edits: []Edit{edit("a.cue", "x: 1", "x: 11")}}, {Edits: []Edit{edit("a.cue", "1", "12")}}}
			},
			applied: 1, a: "package a\n\nx: 11\ny: 2\n", b: b,
		},
		"the first of two at one place": {
			fixes: func(edit func(string, string, string) Edit) []Fix {
				return []Fix{{Edits: []Edit{edit("a.cue", "", "v: 1\n")}}, {Edits: []Edit{edit("a.cue", "", "w: 1\n")}}}
			},
			applied: 1, a: "package a\n\nx: 1\ny: 2\nv: 1\n", b: b,
		},
		"all of a fix or nothing": {
			fixes: func(edit func(string, string, string) Edit) []Fix {
				return []Fix{
					{Edits: []Edit{edit("a.cue", "1", "11")}},
					{Edits: []Edit{edit("b.cue", "3", "33"), edit("a.cue", "1", "12")}},
					{Edits: []Edit{edit("b.cue", "3", "34"), edit("a.cue", "2", "24")}},
				}
			},
			applied: 2, a: "package a\n\nx: 11\ny: 24\n", b: "package a\n\nz: 34\n",
		},
		"none that changes nothing": {
			fixes: func(edit func(string, string, string) Edit) []Fix {
				return []Fix{{}, {Edits: []Edit{edit("a.cue", "1", "1")}}}
			},
			a: a, b: b,
		},
		"none that breaks a file": {
			fixes: func(edit func(string, string, string) Edit) []Fix {
				return []Fix{{Edits: []Edit{edit("a.cue", "2", "22"), edit("b.cue", "3", "{")}}}
			},
			a: a, b: b,
		},
		"none outside of the workspace": {
			fixes: func(edit func(string, string, string) Edit) []Fix {
				e := edit("a.cue", "2", "22")
				e.Path = filepath.Join(filepath.Dir(filepath.Dir(e.Path)), "a.cue")
				return []Fix{{Edits: []Edit{e}}}
			},
			a: a, b: b,
		},
	} {
		t.Run(name, func(t *testing.T) {
			root, s := loaded(t, map[string]string{"a.cue": a, "b.cue": b})
			suggest(s, root, test.fixes(func(name, old, new string) Edit {
				path := filepath.Join(root, name)
				content := s.Text(path).Content()
				at := strings.LastIndex(content, old)
				return Edit{Location: Location{Path: path, Span: text.Span{Start: at, End: at + len(old)}}, NewText: new}
			})...)
			fixed, applied := s.Fixed(func(Diagnostic, Fix) bool { return true })
			if applied != test.applied {
				t.Errorf("%d fixes are applied, want %d", applied, test.applied)
			}
			for name, want := range map[string]string{"a.cue": test.a, "b.cue": test.b} {
				if diff := cmp.Diff(want, fixed.Text(filepath.Join(root, name)).Content()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// TestFixedGoesOn has fixes that touch each other, so that each takes a round.
func TestFixedGoesOn(t *testing.T) {
	comments := strings.Repeat("// opm:ignore release/unknown-value — left over\n", 30)
	root, s := loaded(t, map[string]string{"a.cue": "package a\n\n" + comments + "x: 1\n"})
	fixed, applied := s.Fixed(func(_ Diagnostic, f Fix) bool { return f.Safe })
	if got := fixed.Text(filepath.Join(root, "a.cue")).Content(); got != "package a\n\nx: 1\n" || applied != 30 {
		t.Errorf("%d are applied:\n%s", applied, got)
	}
	if again, applied := fixed.Fixed(func(Diagnostic, Fix) bool { return true }); again != fixed || applied != 0 {
		t.Errorf("another time %d are applied", applied)
	}
	if refused, applied := s.Fixed(func(Diagnostic, Fix) bool { return false }); refused != s || applied != 0 {
		t.Errorf("nobody wanted them, and %d are applied", applied)
	}
}

func TestSave(t *testing.T) {
	root, s := loaded(t, map[string]string{"a.cue": "package a\n", "b.cue": "package a\n", "c.cue": "package a\n"})
	at := func(name string) string { return filepath.Join(root, name) }
	if err := os.Chmod(at("a.cue"), 0o751); err != nil {
		t.Fatal(err)
	}
	edited := s.WithText(at("a.cue"), "package a\n\nx: 1\n").WithText(at("b.cue"), "package a\n\ny: 1\n")
	if diff := cmp.Diff([]string{at("a.cue"), at("b.cue")}, edited.Changed(s)); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}

	// Somebody else has changed one meanwhile: nothing is written.
	contents := func() map[string]string {
		out := make(map[string]string)
		entries, err := os.ReadDir(root)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			content, err := os.ReadFile(at(e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			out[e.Name()] = string(content)
		}
		return out
	}
	if err := os.WriteFile(at("b.cue"), []byte("package a\n\ny: 2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	before := contents()
	_, err := edited.Save(s)
	if want := "nothing was changed: cannot write " + at("b.cue") + ": it has changed since it was read, so start again"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if diff := cmp.Diff(before, contents()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}

	if err := os.WriteFile(at("b.cue"), []byte("package a\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	saved, err := edited.Save(s)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a.cue": "package a\n\nx: 1\n", "b.cue": "package a\n\ny: 1\n", "c.cue": "package a\n"}
	if diff := cmp.Diff(want, contents()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if info, err := os.Stat(at("a.cue")); err != nil || info.Mode().Perm() != 0o751 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if len(saved.overlay) > 0 || len(saved.Changed(edited)) > 0 {
		t.Errorf("the snapshot holds %v beside the disk", slices.Collect(maps.Keys(saved.overlay)))
	}
}

// TestSaveUnderTwoNames has a file that a link leads to, both in the workspace.
func TestSaveUnderTwoNames(t *testing.T) {
	root, _ := loaded(t, map[string]string{"a.cue": "package a\n"})
	file, link := filepath.Join(root, "a.cue"), filepath.Join(root, "b.cue")
	if err := os.Symlink("a.cue", link); err != nil {
		t.Skipf("this system has no symbolic links: %v", err)
	}
	s, _, err := Load(t.Context(), []string{root}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.WithText(file, "package a\n\nx: 1\n").WithText(link, "package a\n\nx: 2\n").Save(s); err == nil || !strings.Contains(err.Error(), "it has two names, and is changed in two ways") {
		t.Errorf("two ways: %v", err)
	}
	if _, err := s.WithText(file, "package a\n\nx: 1\n").WithText(link, "package a\n\nx: 1\n").Save(s); err != nil {
		t.Errorf("one way: %v", err)
	}
	content, err := os.ReadFile(link)
	if target, linkErr := os.Readlink(link); err != nil || linkErr != nil || target != "a.cue" || string(content) != "package a\n\nx: 1\n" {
		t.Errorf("%q, %v, %v, %q", target, err, linkErr, content)
	}
}
