package catalogindex_test

import (
	"fmt"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// workspace returns n releases of one Module, a tenth of them in packages of their
// own, the rest in files without a package clause; and n/10 Modules.
func workspace(n int) []catalogindex.Change {
	var out []catalogindex.Change
	add := func(path, content string) {
		out = append(out, catalogindex.Change{Path: root + path, File: syntax.Parse(root+path, content)})
	}
	for i := range n / 10 {
		add(fmt.Sprintf("catalog/module%d/module.cue", i), fmt.Sprintf("package module\n\n#Module & {\n\t#metadata: {name: \"module%d\", version: \"1.0.0\"}\n}\n", i))
	}
	for i := range n {
		clause := ""
		path := fmt.Sprintf("releases/module0/r%d.cue", i)
		if i%10 == 0 {
			clause, path = "package prod\n", fmt.Sprintf("releases/module%d/prod/release.cue", i)
		}
		add(path, clause+release(i))
	}
	return out
}

func release(i int) string {
	return fmt.Sprintf("import module \"example.com/catalog/module0:1.0.0\"\n\n#ModuleRelease & {\n\t#metadata: {name: \"r%d\", namespace: \"prod\"}\n\t#module: module.#Module\n\tvalues: {\n\t\treplicas: %d\n\t}\n}\n", i, i)
}

// BenchmarkWith edits one release, and one Module, in workspaces of several sizes.
func BenchmarkWith(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		index := catalogindex.New().With(workspace(n)...)
		for name, path := range map[string]string{
			"release":        root + "releases/module0/r7.cue",
			"packageRelease": root + "releases/module0/prod/release.cue",
			"module":         root + "catalog/module0/module.cue",
		} {
			content := index.File(path).Text.Content()
			edited := []*syntax.File{syntax.Parse(path, content), syntax.Parse(path, content+"\n")}
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				at := index
				for i := 0; b.Loop(); i++ {
					at = at.With(catalogindex.Change{Path: path, File: edited[i%2]})
				}
			})
		}
	}
}

// BenchmarkBuild makes the index of a workspace, its files parsed already.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		changes := workspace(n)
		empty := catalogindex.New()
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				empty.With(changes...)
			}
		})
	}
}

// BenchmarkDependents asks who has to be looked at again after an edit of a release,
// whom nobody imports, and of a Module, which every release does.
func BenchmarkDependents(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		index := catalogindex.New().With(workspace(n)...)
		for name, path := range map[string]string{
			"release": root + "releases/module0/r7.cue",
			"module":  root + "catalog/module0/module.cue",
		} {
			p := index.PackageOf(path)
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					index.Dependents(p)
				}
			})
		}
	}
}
