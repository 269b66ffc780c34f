package catalogindex_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

var update = flag.Bool("update", false, "write what comes out into the archives")

const root = "/workspace/"

// TestArchives reads each workspace in testdata and compares what is found in it:
// "@index" lists the documents, "@imports" the imports.
func TestArchives(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives (%v)", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			index := catalogindex.New()
			for _, f := range archive.Files {
				if !strings.HasPrefix(f.Name, "@") {
					at := root + f.Name
					index = index.With(catalogindex.Change{Path: at, File: syntax.Parse(at, string(f.Data))})
				}
			}
			checked := 0
			for i, f := range archive.Files {
				var got string
				switch f.Name {
				case "@index":
					got = listDocuments(index)
				case "@imports":
					got = listImports(index)
				default:
					continue
				}
				checked++
				if *update {
					archive.Files[i].Data = []byte(got)
				} else if diff := cmp.Diff(string(f.Data), got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", f.Name, diff)
				}
			}
			if checked == 0 {
				t.Error("the archive expects nothing")
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// listDocuments prints every document: its kind, title, place and path in the
// package, its dialect, and what its reference leads to.
func listDocuments(index *catalogindex.Index) string {
	var b strings.Builder
	for _, p := range index.Packages() {
		for _, d := range p.Documents {
			fmt.Fprintf(&b, "%s %s at %s", d.Kind, d.Title(), place(d.File, d.Mark))
			if len(d.Path) > 0 {
				fmt.Fprintf(&b, " as %s", strings.Join(d.Path, "."))
			}
			if d.Dialect.Name != "core.opm.dev/v1" {
				fmt.Fprintf(&b, " (%s)", d.Dialect.Name)
			}
			b.WriteString("\n")
			if line := describeReference(index, d); line != "" {
				fmt.Fprintf(&b, "\t%s\n", line)
			}
		}
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

func describeReference(index *catalogindex.Index, d *catalogindex.Document) string {
	ref := d.Reference
	if ref == nil {
		return ""
	}
	out := ref.File.Text.Slice(ref.Slot) + ": "
	r, ok := index.Resolve(d)
	switch {
	case !ok:
		out += "no target"
	case r.Document != nil:
		out += fmt.Sprintf("%s → %s %s at %s", strings.Join(ref.Names, "."), r.Document.Kind, r.Document.Title(), place(r.Document.File, r.Document.Mark))
	case r.Source == catalogindex.Unresolved:
		out += fmt.Sprintf("%s → nothing", strings.Join(ref.Names, "."))
	default:
		out += fmt.Sprintf("%s → no document", strings.Join(ref.Names, "."))
	}
	if ok && r.Source != catalogindex.Unresolved && r.Import != nil {
		out += fmt.Sprintf(" (%s)", r.Source)
	}
	var overrides []string
	for _, f := range catalogindex.AllFields(ref.Overrides()) {
		overrides = append(overrides, f.Name)
	}
	if len(overrides) > 0 {
		out += " with " + strings.Join(overrides, ", ")
	}
	return out
}

// listImports prints every import and what it leads to.
func listImports(index *catalogindex.Index) string {
	var b strings.Builder
	for _, path := range index.Files() {
		f := index.File(path)
		for _, imp := range f.Imports() {
			target := index.ResolveImport(f, imp.Path)
			fmt.Fprintf(&b, "%s %s: ", place(f, imp.Span), imp.Path)
			switch {
			case target.Source == catalogindex.Unresolved:
				b.WriteString("nothing")
			case target.Package == nil:
				b.WriteString(string(target.Source))
			default:
				fmt.Fprintf(&b, "%s, package %s in %s", target.Source, target.Package.Name, strings.TrimPrefix(target.Package.Dir, root))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func place(f *syntax.File, span text.Span) string {
	return fmt.Sprintf("%s:%d %q", strings.TrimPrefix(f.Path, root), f.Text.LineOf(span.Start)+1, f.Text.Slice(span))
}

// TestBuiltinPackages compares the list with the directories of CUE itself.
func TestBuiltinPackages(t *testing.T) {
	dir := cuePackages(t)
	var want []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "internal" || d.Name() == "testdata" {
			return filepath.SkipDir
		}
		sources, err := filepath.Glob(filepath.Join(path, "*.go"))
		if err == nil && len(sources) > 0 && path != dir {
			rel, _ := filepath.Rel(dir, path)
			want = append(want, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, catalogindex.BuiltinPackages()); diff != "" {
		t.Errorf("(-CUE +here):\n%s", diff)
	}
	for _, path := range want {
		if !catalogindex.IsBuiltin(path) {
			t.Errorf("%s is no builtin package", path)
		}
	}
	if catalogindex.IsBuiltin("crypto") || catalogindex.IsBuiltin("example.com/strings") {
		t.Error("builtin packages that CUE does not have")
	}
}

// TestTemplatesThatDouble reads templates of which each names the next one twice: there are more
// ways to the last one than anybody can go.
func TestTemplatesThatDouble(t *testing.T) {
	var b strings.Builder
	b.WriteString("package a\n\n")
	for i := range 100 {
		fmt.Fprintf(&b, "_a%d: _a%d & _a%d\n", i, i+1, i+1)
	}
	b.WriteString("_a100: {#kind: \"ModuleDefinition\", metadata: name: \"doubled\"}\nx: _a0\n")
	path := filepath.Join(t.TempDir(), "a.cue")
	index := catalogindex.New().With(catalogindex.Change{Path: path, File: syntax.Parse(path, b.String())})
	if n := len(index.Package(index.PackageOf(path).Key).Documents); n != 1 {
		t.Errorf("%d documents are found", n)
	}
}
