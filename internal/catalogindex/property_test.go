package catalogindex_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// TestEdits makes random changes and compares the index with one that is built
// from the same files at once, and with what a search through all of them finds.
// Older indexes are read at the same time and must stay as they were.
func TestEdits(t *testing.T) {
	empty := catalogindex.New()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 0))
			files := make(map[string]string)
			index := empty
			var older []*catalogindex.Index
			var pictures []string
			var readers sync.WaitGroup
			for step := range 40 {
				var changes []catalogindex.Change
				for range 1 + r.IntN(4) {
					changes = append(changes, randomChange(r, files))
				}
				before := index.Revision()
				names := listNames(index)
				index = index.With(changes...)
				if listNames(index) != names && index.Revision() == before {
					t.Fatalf("step %d: the names changed, the revision did not", step)
				}
				if r.IntN(4) == 0 {
					index = index.AtRest(func(*catalogindex.Package) bool { return r.IntN(2) == 0 }, func(was, now *catalogindex.Package) {})
				}
				picture := listAll(index)
				if want := listAll(empty.With(allOf(files)...)); picture != want {
					t.Fatalf("step %d: after\n%s\ngot:\n%s\nwant:\n%s", step, describeChanges(changes), picture, want)
				}
				checkDependents(t, index)
				checkSaid(t, index)
				older, pictures = append(older, index), append(pictures, picture)
				at := r.IntN(len(older))
				then, itsPicture := older[at], pictures[at]
				readers.Go(func() {
					if listAll(then) != itsPicture {
						t.Errorf("index %d changed after it was made", at)
					}
				})
			}
			readers.Wait()
		})
	}
}

func allOf(files map[string]string) []catalogindex.Change {
	var changes []catalogindex.Change
	for _, path := range slices.Sorted(maps.Keys(files)) {
		changes = append(changes, catalogindex.Change{Path: path, File: syntax.Parse(path, files[path])})
	}
	return changes
}

func describeChanges(changes []catalogindex.Change) string {
	var b strings.Builder
	for _, c := range changes {
		content := "(gone)"
		if c.File != nil {
			content = c.File.Text.Content()
		}
		fmt.Fprintf(&b, "%s: %q\n", c.Path, content)
	}
	return b.String()
}

// randomChange adds, changes or removes a file. The names are few, so that
// packages, names, versions and directories meet and part again all the time.
func randomChange(r *rand.Rand, files map[string]string) catalogindex.Change {
	dirs := []string{"", "web/", "web/v1.0.0/", "db@v1.0.0/", "releases/web/", "cue.mod/pkg/example.com/kept/", "sub/web/"}
	path := root + pick(r, dirs) + pick(r, []string{"a.cue", "b.cue"})
	if r.IntN(12) == 0 {
		path = root + pick(r, []string{"cue.mod/module.cue", "sub/cue.mod/module.cue"})
		files[path] = fmt.Sprintf("module: %q\n", pick(r, []string{"example.com/all@v0", "example.com/sub", "core.opm.dev", ""}))
	} else if _, ok := files[path]; ok && r.IntN(4) == 0 {
		delete(files, path)
		return catalogindex.Change{Path: path}
	} else {
		files[path] = randomFile(r)
	}
	return catalogindex.Change{Path: path, File: syntax.Parse(path, files[path])}
}

func randomFile(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString(pick(r, []string{"", "package web\n", "package web\n", "package all\n"}))
	fmt.Fprintf(&b, "import x %q\n", pick(r, []string{
		"example.com/all/web", "example.com/web:1.0.0", "example.com/web/v1.0.0", "example.com/web@v1.0.0", "example.com/web",
		"example.com/db:1.0.0", "example.com/kept", "example.com/all", "example.com/sub/web", "core.opm.dev/v1", "example.com/all:web", "strings",
	}))
	for i := range r.IntN(3) {
		if i == 0 && r.IntN(2) == 0 {
			b.WriteString(pick(r, []string{"#Module\n", "#ModuleDefinition\n", "#ModuleRelease\n"}))
			fmt.Fprintf(&b, "#metadata: {name: %q, version: %q}\n", pick(r, []string{"web", "db", ""}), pick(r, []string{"1.0.0", "2.0.0"}))
			continue
		}
		fmt.Fprintf(&b, "%s: %s & {#metadata: {name: %q, version: %q, namespace: %q, labels: {team: %s}, labels: tier: \"a\"}, %s: %s, components: c: #metadata: annotations: %s: \"x\"}\n",
			pick(r, []string{"one", "two"}),
			pick(r, []string{"#Module", "#ModuleDefinition", "#ModuleRelease"}),
			pick(r, []string{"web", "db"}),
			pick(r, []string{"1.0.0", "2.0.0", "1.0.0-platform.1"}),
			pick(r, []string{"", "production", "testing"}),
			pick(r, []string{`"web"`, `"shop"`, "string"}),
			pick(r, []string{"#module", "#moduleDefinition"}),
			pick(r, []string{"x.#Module", "x", "x.one", "one", "two"}),
			pick(r, []string{"team", "since"}))
	}
	content := b.String()
	if r.IntN(4) == 0 { // half typed
		content = content[:r.IntN(len(content))]
	}
	return content
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// listAll prints everything that can be asked of an index.
func listAll(index *catalogindex.Index) string {
	var b strings.Builder
	b.WriteString(listDocuments(index))
	b.WriteString(listImports(index))
	b.WriteString(listNames(index))
	for _, p := range index.Packages() {
		fmt.Fprintf(&b, "package %q in %s:", p.Name, p.Dir)
		for _, f := range p.Files {
			fmt.Fprintf(&b, " %s", f.Path)
			if index.PackageOf(f.Path) != p || index.File(f.Path) != f {
				fmt.Fprintf(&b, " (lost)")
			}
		}
		fmt.Fprintf(&b, "\n  importers: %s\n  dependents: %s\n", keys(index.Importers(p)), keys(index.Dependents(p)))
	}
	return b.String()
}

func listNames(index *catalogindex.Index) string {
	var b strings.Builder
	for _, kind := range []catalogindex.Kind{catalogindex.Definition, catalogindex.Module} {
		for _, name := range index.Names(kind) {
			fmt.Fprintf(&b, "%s %q:", kind, name)
			for _, d := range index.Named(name) {
				fmt.Fprintf(&b, " %s %s", d.Kind, d.Version.Value)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func keys(packages []*catalogindex.Package) string {
	var out []string
	for _, p := range packages {
		out = append(out, fmt.Sprintf("%q", p.Key))
	}
	return strings.Join(out, " ")
}

// checkDependents compares Importers and Dependents with a search through all
// packages.
func checkDependents(t *testing.T, index *catalogindex.Index) {
	t.Helper()
	all := index.Packages()
	uses := make(map[string][]*catalogindex.Package) // package → those that import it
	for _, importer := range all {
		for _, f := range importer.Files {
			for _, imp := range f.Imports() {
				target := index.ResolveImport(f, imp.Path)
				if target.Package != nil {
					uses[target.Package.Key] = append(uses[target.Package.Key], importer)
				}
				for _, d := range target.Documents {
					uses[d.Package.Key] = append(uses[d.Package.Key], importer)
				}
			}
		}
	}
	for _, p := range all {
		may := index.Importers(p)
		for _, importer := range uses[p.Key] {
			if importer != p && !slices.Contains(may, importer) {
				t.Fatalf("%q imports %q and is not among its importers %s", importer.Key, p.Key, keys(may))
			}
		}
		reached := map[*catalogindex.Package]bool{p: true}
		for queue := []*catalogindex.Package{p}; len(queue) > 0; queue = queue[1:] {
			for _, importer := range uses[queue[0].Key] {
				if !reached[importer] {
					reached[importer] = true
					queue = append(queue, importer)
				}
			}
		}
		var want []*catalogindex.Package
		for _, other := range all {
			if reached[other] && other != p {
				want = append(want, other)
			}
		}
		if got := keys(index.Dependents(p)); got != keys(want) {
			t.Fatalf("dependents of %q: got %s, want %s", p.Key, got, keys(want))
		}
	}
}

// checkSaid compares what the documents say in their metadata with a search through all of
// them.
func checkSaid(t *testing.T, index *catalogindex.Index) {
	t.Helper()
	var all []*catalogindex.Document
	for _, p := range index.Packages() {
		all = append(all, p.Documents...)
	}
	for _, d := range all {
		namespaces := make(map[string]int)
		teams, keys, annotations := make(map[string]int), make(map[string]int), make(map[string]int)
		for _, other := range all {
			if other == d {
				continue
			}
			if name := other.Namespace.Value; other.Kind == catalogindex.Release && name != "" {
				namespaces[name]++
			}
			if other.Kind != d.Kind {
				continue
			}
			for _, f := range catalogindex.AllFields(catalogindex.StructParts(catalogindex.Fields(other.Slot("#metadata"), "labels"))) {
				keys[f.Name]++
			}
			for _, team := range catalogindex.Literals(catalogindex.StructParts(catalogindex.Fields(other.Slot("#metadata"), "labels")), "team") {
				teams[team.Value]++
			}
			if other.Kind == catalogindex.Release {
				continue // its components are none of its own
			}
			for _, m := range other.Components() {
				metadata := catalogindex.StructParts(catalogindex.Fields(m.Parts, "#metadata"))
				for _, f := range catalogindex.AllFields(catalogindex.StructParts(catalogindex.Fields(metadata, "annotations"))) {
					annotations[f.Name]++
				}
			}
		}
		slot := func(bearer catalogindex.Bearer, name string) catalogindex.MetadataSlot {
			return catalogindex.MetadataSlot{Kind: d.Kind, Bearer: bearer, Name: name}
		}
		for what, counts := range map[string][2]map[string]int{
			"namespaces":  {index.NamespacesSaid(d), namespaces},
			"labels":      {index.KeysSaid(slot(catalogindex.OfDocument, "labels"), d), keys},
			"teams":       {index.ValuesSaid(slot(catalogindex.OfDocument, "labels"), "team", d), teams},
			"annotations": {index.KeysSaid(slot(catalogindex.OfComponents, "annotations"), d), annotations},
		} {
			if !maps.Equal(counts[0], counts[1]) {
				t.Fatalf("%s besides those of %s: got %v, want %v", what, d.Title(), counts[0], counts[1])
			}
		}
	}
}

// TestRename moves a package to another name and back: its documents stay in the
// catalog, wherever both packages are in the order of the change.
func TestRename(t *testing.T) {
	const path = root + "web.cue"
	content := "package %s\n\n#Module & {#metadata: {name: \"web\", version: \"1.0.0\"}}\n"
	index := catalogindex.New()
	for _, name := range []string{"aaa", "bbb", "aaa", "ccc", "bbb"} {
		index = index.With(catalogindex.Change{Path: path, File: syntax.Parse(path, fmt.Sprintf(content, name))})
		docs := index.Named("web")
		if len(docs) != 1 || docs[0].Package.Name != name || len(index.Packages()) != 1 {
			t.Fatalf("package %s: documents %v in %d packages", name, docs, len(index.Packages()))
		}
	}
}

// TestData indexes a file of many fields: the cost follows its size, not the square
// of it.
func TestData(t *testing.T) {
	var b strings.Builder
	b.WriteString("package data\n\nlast: #Module & {#metadata: name: \"web\"}\n")
	for i := range 100_000 {
		fmt.Fprintf(&b, "field%d: {x: 1}\n", i)
	}
	path := root + "data.cue"
	index := catalogindex.New().With(catalogindex.Change{Path: path, File: syntax.Parse(path, b.String())})
	if len(index.Named("web")) != 1 {
		t.Error("the document among the data is not found")
	}
}

// TestEmbeddedFiles reads the embedded core as if it were files.
func TestEmbeddedFiles(t *testing.T) {
	index := catalogindex.New()
	path := catalogindex.EmbeddedRoot + "core.opm.dev/v1/module.cue"
	if f, p := index.File(path), index.PackageOf(path); f == nil || p == nil || !p.Embedded || !slices.Contains(p.Files, f) {
		t.Errorf("file %v, package %v", f, p)
	}
	for _, path := range []string{catalogindex.EmbeddedRoot, catalogindex.EmbeddedRoot + "x", catalogindex.EmbeddedRoot + "core.opm.dev/v1/none.cue", "", "/"} {
		if f := index.File(path); f != nil {
			t.Errorf("file %q is there", path)
		}
		index.PackageOf(path)
	}
}
