package cascade_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

var (
	cases = flag.Int("cascade.n", 0, "how many generated chains to compare; 0: as many as a normal run takes")
	seed  = flag.Uint64("cascade.seed", 1, "the first seed: case i has seed+i")
)

// TestAgainstCUE generates chains of layers and compares what the cascade says of
// them: what is accepted with CUE itself, what is effective with the rules, computed
// by the oracle.
func TestAgainstCUE(t *testing.T) {
	n := *cases
	switch {
	case n > 0:
	case testing.Short() || raceEnabled:
		n = 1000
	default:
		n = 5000
	}
	const shards = 4
	var counts [shards]tally
	t.Run("cases", func(t *testing.T) {
		for shard := range shards {
			t.Run(strconv.Itoa(shard), func(t *testing.T) {
				t.Parallel()
				for i := shard; i < n; i += shards {
					compareChain(t, *seed+uint64(i), &counts[shard])
				}
			})
		}
	})
	var sum tally
	for _, c := range counts {
		sum.accepted += c.accepted
		sum.refused += c.refused
		sum.paths += c.paths
	}
	t.Logf("%d chains: %d releases accepted, %d refused, %d paths", n, sum.accepted, sum.refused, sum.paths)
	if n >= 1000 && (sum.accepted < n/5 || sum.refused < n/5) {
		t.Errorf("the generator makes too few of one sort: %d accepted, %d refused", sum.accepted, sum.refused)
	}
}

// A tally says how much was compared.
type tally struct{ accepted, refused, paths int }

func compareChain(t *testing.T, seed uint64, count *tally) {
	c := generator{rand.New(rand.NewPCG(seed, 0))}.chain()
	tree := resolveSource(t, c.definition.cue(), c.module.cue(), cueText(c.release))
	judged := judge(t, c)
	want := oracle{judged.conflicts}.resolve(c)

	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	var invalid, undefined []string
	tree.Root.Walk(func(n *cascade.Node) bool {
		if n.Invalid != nil && n.Invalid.Layer == release {
			invalid = append(invalid, n.Path.String())
		}
		if n.Undefined {
			undefined = append(undefined, n.Path.String())
		}
		return true
	})
	known := unknownFields(want, nil)
	slices.Sort(invalid)
	slices.Sort(judged.errors)
	accepted, wanted := len(invalid)+len(undefined) == 0, len(judged.errors)+len(known) == 0
	if !want.contradicts() { // or else CUE speaks of what no longer counts
		if accepted != wanted {
			report("accepted here: %v, by CUE: %v", accepted, wanted)
		}
		if !slices.Equal(invalid, judged.errors) && !slices.ContainsFunc(judged.errors, func(p string) bool { return slices.Contains(undefined, p) }) {
			report("wrong here: %q, to CUE: %q", invalid, judged.errors)
		}
	}
	compareNodes(tree.Root, want, report)
	if problems != nil {
		t.Errorf("seed %d:\n%s\ndefinition %s\nmodule %s\nrelease %s", seed, strings.Join(problems, "\n"),
			c.definition.cue(), c.module.cue(), cueText(c.release))
	}
	if accepted {
		count.accepted++
	} else {
		count.refused++
	}
	tree.Root.Walk(func(*cascade.Node) bool { count.paths++; return true })
}

// contradicts reports whether a layer below the release contradicts another one.
func (w *want) contradicts() bool {
	return w.invalid == module && !w.badDefault || slices.ContainsFunc(w.children, (*want).contradicts)
}

func unknownFields(w *want, found []string) []string {
	if w.undefined {
		found = append(found, w.path)
	}
	for _, c := range w.children {
		found = unknownFields(c, found)
	}
	return found
}

// compareNodes compares a node and all below it with what the oracle wants.
func compareNodes(n *cascade.Node, w *want, report func(string, ...any)) {
	at := w.path
	if got, want := stateOf(n), w.state(); got != want {
		report("%s: got %s, want %s", at, got, want)
		return
	}
	if len(n.Children) != len(w.children) {
		report("%s: %d children, want %d", at, len(n.Children), len(w.children))
		return
	}
	for _, c := range w.children {
		i := slices.IndexFunc(n.Children, func(child *cascade.Node) bool { return child.Path.String() == c.path })
		if i < 0 {
			report("%s is not there", c.path)
			continue
		}
		compareNodes(n.Children[i], c, report)
	}
}

func stateOf(n *cascade.Node) string {
	var s []string
	add := func(ok bool, format string, args ...any) {
		if ok {
			s = append(s, fmt.Sprintf(format, args...))
		}
	}
	add(n.Undefined, "undefined")
	add(n.Missing, "missing")
	add(n.Unread, "unknown")
	add(n.Struct, "struct")
	add(n.Present, "present")
	add(n.Optional && !n.Undefined, "optional")
	add(n.Value != nil, "%v from %d", n.Value, n.From)
	if n.Invalid != nil {
		add(true, "invalid in %d", n.Invalid.Layer)
		add(n.Invalid.Default, "by its default")
	}
	return strings.Join(s, " ")
}

func (w *want) state() string {
	var s []string
	add := func(ok bool, text string) {
		if ok {
			s = append(s, text)
		}
	}
	add(w.undefined, "undefined")
	add(w.missing, "missing")
	add(w.unknown, "unknown")
	add(w.isStruct, "struct")
	add(w.present, "present")
	add(w.optional, "optional")
	add(w.value != "", fmt.Sprintf("%s from %d", w.value, w.from))
	add(w.invalid >= 0, fmt.Sprintf("invalid in %d", w.invalid))
	add(w.badDefault, "by its default")
	return strings.Join(s, " ")
}

// resolveSource resolves the chain of three documents with these values.
func resolveSource(t testing.TB, definition, module, release string) *cascade.Tree {
	t.Helper()
	tree := resolveRelease(chainIndex(t, definition, module, release))
	if tree == nil || len(tree.Layers) != layers {
		t.Fatal("not a chain of three layers")
	}
	return tree
}

// chainIndex returns the index of a definition, a Module and releases of it with these values.
func chainIndex(t testing.TB, definition, module string, releases ...string) *catalogindex.Index {
	t.Helper()
	sources := []string{
		"package webapp\n\n#ModuleDefinition & {\n#metadata: {name: \"web-app\", version: \"1.0.0\"}\nvalues: " + definition + "\n}\n",
		"package webmodule\n\nimport original \"github.com/company/web-app:1.0.0\"\n\n#Module & {\n#metadata: {name: \"web\", version: \"1.0.0-platform.1\"}\n" +
			"#moduleDefinition: original.#ModuleDefinition\nvalues: #moduleDefinition.values & " + module + "\n}\n",
	}
	for i, release := range releases {
		sources = append(sources, fmt.Sprintf("package webrelease\n\nimport catalog \"p/web:1.0.0-platform.1\"\n\n#ModuleRelease & {\n#metadata: name: \"web-%d\"\n#module: catalog.#Module\nvalues: %s\n}\n", i, release))
	}
	index := indexOf(sources...)
	for _, path := range index.Files() {
		if file := index.File(path); len(file.Problems) > 0 {
			t.Fatalf("%s does not parse: %v\n%s", path, file.Problems, file.Text.Content())
		}
	}
	return index
}

// resolveRelease resolves the first release of an index; nil if there is none.
func resolveRelease(index *catalogindex.Index) *cascade.Tree {
	for d := range releases(index) {
		return resolve(layersOf(index, d))
	}
	return nil
}

// A judgement is what CUE says of a chain.
type judgement struct {
	errors    []string        // paths of the release that a layer's constraint refuses, sorted as the tree is
	conflicts map[string]bool // paths at which the Module contradicts the definition
}

func judge(t *testing.T, c chain) judgement {
	t.Helper()
	ctx := cuecontext.New()
	build := func(text string, changes ...func(astutil.Cursor) bool) cue.Value {
		expr, err := parser.ParseExpr("values", text)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range changes {
			expr = astutil.Apply(expr, nil, change).(ast.Expr)
		}
		v := ctx.BuildExpr(expr)
		if v.Err() != nil && !v.Exists() {
			t.Fatalf("%v\n%s", v.Err(), text)
		}
		return v
	}
	written := build(cueText(c.release))
	j := judgement{conflicts: make(map[string]bool)}
	for _, layer := range []*object{c.definition, c.module} {
		for _, path := range errorPaths(written.Unify(build(layer.cue(), withoutDefaultList, withoutMark)).Validate()) {
			if !slices.Contains(j.errors, path) {
				j.errors = append(j.errors, path)
			}
		}
	}
	present := func(c astutil.Cursor) bool { // CUE keeps quiet about an optional field
		if f, ok := c.Node().(*ast.Field); ok {
			f.Constraint = token.ILLEGAL
		}
		return true
	}
	upper, lower := build(c.module.cue(), withoutDefaultList, withoutMark, present), build(c.definition.cue(), withoutDefaultList, withoutMark, present)
	own := errorPaths(upper.Validate())
	for _, path := range errorPaths(lower.Unify(upper).Validate()) {
		j.conflicts[path] = !slices.Contains(own, path)
	}
	return j
}

// withoutDefaultList takes a marked list out of a disjunction. Its elements' schema
// stands beside it, and structs in it are open, so it would allow what that does not.
func withoutDefaultList(c astutil.Cursor) bool {
	if x, ok := c.Node().(*ast.BinaryExpr); ok && x.Op == token.OR {
		switch {
		case isMarkedList(x.X):
			c.Replace(x.Y)
		case isMarkedList(x.Y):
			c.Replace(x.X)
		}
	}
	return true
}

// withoutMark takes a default mark off.
func withoutMark(c astutil.Cursor) bool {
	if x, ok := c.Node().(*ast.UnaryExpr); ok && x.Op == token.MUL {
		c.Replace(x.X)
	}
	return true
}

func isMarkedList(expr ast.Expr) bool {
	marked, ok := expr.(*ast.UnaryExpr)
	if !ok {
		return false
	}
	_, ok = marked.X.(*ast.ListLit)
	return ok
}

// errorPaths returns where CUE finds errors, each path once, as a Path is written. An
// error inside of something that is wrong as a whole is left out.
func errorPaths(err error) []string {
	var out []string
	for _, e := range errors.Errors(err) {
		var path cascade.Path
		for _, label := range e.Path() {
			if i, err := strconv.Atoi(label); err == nil {
				label = cascade.IndexLabel(i)
			} else if name, err := strconv.Unquote(label); err == nil {
				label = name
			}
			path = append(path, label)
		}
		out = append(out, path.String())
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(slices.Clone(out), func(s string) bool {
		return slices.ContainsFunc(out, func(above string) bool { return strings.HasPrefix(s, above+".") || strings.HasPrefix(s, above+"[") })
	})
}
