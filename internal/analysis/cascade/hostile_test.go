package cascade_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// indexOf returns the index of files, each in a directory of its own.
func indexOf(sources ...string) *catalogindex.Index {
	index := catalogindex.New()
	for i, source := range sources {
		path := fmt.Sprintf("/w/%d/file.cue", i)
		index = index.With(catalogindex.Change{Path: path, File: syntax.Parse(path, source)})
	}
	return index
}

// chainSources returns three documents: a definition with values and definitions
// beside it, a Module that adds nothing, a release.
func chainSources(values, helpers, release string) []string {
	return []string{
		"package webapp\n#ModuleDefinition & {\n#metadata: {name: \"web-app\", version: \"1.0.0\"}\nvalues: " + values + "\n}\n" + helpers,
		"package webmodule\nimport original \"github.com/company/web-app:1.0.0\"\n#Module & {\n#metadata: {name: \"web\", version: \"1.0.0-platform.1\"}\n" +
			"#moduleDefinition: original.#ModuleDefinition\nvalues: #moduleDefinition.values\n}\n",
		"package webrelease\nimport catalog \"p/web:1.0.0-platform.1\"\n#ModuleRelease & {\n#metadata: name: \"web-dev\"\n#module: catalog.#Module\nvalues: " + release + "\n}\n",
	}
}

// TestHostile reads what would run away if nothing bounded it, and looks at one path
// that is simple and so must be known all the same.
func TestHostile(t *testing.T) {
	disjunctions := func(n int, alternative string) string {
		var all []string
		for i := range n {
			var three []string
			for k := range 3 {
				three = append(three, fmt.Sprintf(alternative, i, k))
			}
			all = append(all, "("+strings.Join(three, " | ")+")")
		}
		return strings.Join(all, " & ")
	}
	doubling := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "#D%d: {a?: #D%d, b?: #D%d}\n", i, i+1, i+1)
		}
		return b.String() + fmt.Sprintf("#D%d: int\n", n)
	}
	for _, test := range []struct{ name, deep, helpers, release string }{
		{"ten disjunctions of structs", disjunctions(10, "{f%d: %d}"), "", "{}"},
		{"ten disjunctions of bounds", disjunctions(10, ">=-%d & <=1%d"), "", "5"},
		{"ten disjunctions of lists", disjunctions(10, "[...>-%d | %d]"), "", "[5, 6]"},
		{"nested disjunctions", strings.Repeat("({a: ", 30) + "1" + strings.Repeat("} | {b: 2})", 30), "", "{}"},
		{"a definition that holds itself", "#A", "#A: {a?: #A, n?: int}\n", "{a: a: a: n: 5}"},
		{"a definition that is itself", "#A", "#A: #A\n", "1"},
		{"definitions that hold each other", "#A", "#A: {b?: #B}\n#B: {a?: #A}\n", "{b: a: b: {}}"},
		{"a list of itself", "#A", "#A: [...#A]\n", "[[[]]]"},
		{"doubling definitions", "#D0", doubling(40), "{a: b: a: {}}"},
		{"patterns in patterns", strings.Repeat("{[string]: ", 40) + "int" + strings.Repeat("}", 40), "", strings.Repeat("{a: ", 40) + "1" + strings.Repeat("}", 40)},
		{"many patterns", "{\n" + strings.Repeat("[=~\"a\"]: int | string\n", 200) + "}", "", "{\n" + func() string {
			var b strings.Builder
			for i := range 200 {
				fmt.Fprintf(&b, "a%d: %d\n", i, i)
			}
			return b.String()
		}() + "}"},
		{"a long enumeration", strings.TrimSuffix(strings.Repeat("\"m\" | ", 4000), "| "), "", "\"m\""},
		{"names that double", "l40", func() string {
			b := "let l0 = \"x\"\n"
			for i := range 40 {
				b += fmt.Sprintf("let l%d = \"\\(l%d)\\(l%d)\"\n", i+1, i, i)
			}
			return b
		}(), "\"x\""},
		{"deep structs", strings.Repeat("{a: ", 300) + "1" + strings.Repeat("}", 300), "", strings.Repeat("{a: ", 300) + "1" + strings.Repeat("}", 300)},
		{"deep lists", strings.Repeat("[", 300) + strings.Repeat("]", 300), "", strings.Repeat("[", 300) + strings.Repeat("]", 300)},
	} {
		t.Run(test.name, func(t *testing.T) {
			values := "{\nsimple: int & >=1 | *3\ndeep?: " + test.deep + "\n}"
			tree := resolveRelease(indexOf(chainSources(values, test.helpers, "{deep: "+test.release+"}")...))
			if tree == nil {
				t.Fatal("no release")
			}
			simple := tree.Lookup(cascade.Path{"simple"})
			if simple == nil || simple.Value == nil || simple.Value.String() != "3" {
				t.Errorf("simple is %+v", simple)
			}
			tree.Root.Walk(func(n *cascade.Node) bool {
				if n.Invalid != nil || n.Undefined || n.Missing {
					t.Errorf("%s: %s", n.Path, stateOf(n))
				}
				return true
			})
		})
	}
}

// TestReferenceToItself holds what is known of a schema up to where it begins anew.
func TestReferenceToItself(t *testing.T) {
	tree := resolveRelease(indexOf(chainSources("#A", "#A: {n?: int & <10, a?: #A}\n", "{n: 11, a: {n: 12, a: {}}}")...))
	if n := tree.Lookup(cascade.Path{"n"}); n == nil || n.Invalid == nil {
		t.Errorf("n: %+v", n)
	}
	if n := tree.Lookup(cascade.Path{"a"}); n == nil || !n.Unread || n.Invalid != nil || n.Missing {
		t.Errorf("a: %+v", n)
	}
}

// FuzzResolve reads and resolves whatever documents there are: nothing panics, and
// nothing runs away.
func FuzzResolve(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		sources := make(map[string]string)
		for _, file := range txtar.Parse(content).Files {
			sources[file.Name] = string(file.Data)
		}
		delete(sources, "want")
		for name, source := range sources {
			if name != "definition.cue" && name != "module.cue" {
				f.Add(sources["definition.cue"], sources["module.cue"], source)
			}
		}
	}
	hostile := chainSources("#A & ({a: 1} | {b?: #A})", "#A: {a?: #A, [string]: #A | *null}\n", "{a: [1, {b: 2}], b: 'x'}")
	f.Add(hostile[0], hostile[1], hostile[2])
	f.Fuzz(func(t *testing.T, definition, module, release string) {
		if len(definition)+len(module)+len(release) > 16<<10 {
			t.Skip("longer than what the fuzzer finds by growing an example")
		}
		index := indexOf(definition, module, release)
		for _, p := range index.Packages() {
			for _, d := range p.Documents {
				var layers []*cascade.Layer
				for _, doc := range cascade.Chain(index, d) {
					layers = append(layers, cascade.ReadLayer(cascade.Source{Index: index}, doc))
				}
				tree := cascade.Resolve(layers, true)
				tree.Root.Walk(func(n *cascade.Node) bool {
					cascade.Secrets{}.Describe(n.Path, n.Allowed)
					if n.Value != nil && n.Present && n.From < 0 {
						t.Errorf("%s has a value that comes from no layer", n.Path)
					}
					return true
				})
			}
		}
	})
}
