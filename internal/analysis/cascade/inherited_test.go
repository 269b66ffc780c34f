package cascade_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
)

// TestRedundant takes away what is said to be redundant, one by one and all at once, from the
// releases of generated chains: everything else stays as it is.
func TestRedundant(t *testing.T) {
	const chains = 400
	found := 0
	for i := range uint64(chains) {
		g := generator{rand.New(rand.NewPCG(i, 1))}
		c := g.chain()
		inherited := resolveSource(t, c.definition.cue(), c.module.cue(), "{}")
		c.release = g.inheriting(c.release, inherited.Root)
		before := resolveSource(t, c.definition.cue(), c.module.cue(), cueText(c.release))
		redundant := before.Redundant()
		found += len(redundant)
		all := c.release
		for _, n := range redundant {
			compareWithout(t, i, c, before, removed(c.release, n.Path))
			all = removed(all, n.Path)
		}
		compareWithout(t, i, c, before, all)
	}
	if found < chains/4 {
		t.Errorf("the generator makes too few: %d", found)
	}
}

func compareWithout(t *testing.T, seed uint64, c chain, before *cascade.Tree, release record) {
	t.Helper()
	after := resolveSource(t, c.definition.cue(), c.module.cue(), cueText(release))
	if diff := cmp.Diff(standing(before), standing(after)); diff != "" {
		t.Fatalf("seed %d (-before +after):\n%s\ndefinition %s\nmodule %s\nrelease %s\nafter %s",
			seed, diff, c.definition.cue(), c.module.cue(), cueText(c.release), cueText(release))
	}
}

// inheriting returns a release that repeats some of what it inherits.
func (g generator) inheriting(release record, n *cascade.Node) record {
	out := slices.Clone(release)
	for i, f := range out {
		child := n.Child(f.name)
		switch below, isRecord := f.is.(record); {
		case child == nil:
		case isRecord:
			out[i].is = g.inheriting(below, child)
		case child.Value != nil && g.chance(60):
			out[i].is = verbatim(child.Value.String())
		}
	}
	return out
}

// verbatim is a value given as CUE.
type verbatim string

// removed returns a record without the field at a path, nor the records that would be empty.
func removed(r record, path cascade.Path) record {
	var out record
	for _, f := range r {
		if f.name != path[0] {
			out = append(out, f)
			continue
		}
		if below, ok := f.is.(record); ok && len(path) > 1 {
			if rest := removed(below, path[1:]); len(rest) > 0 {
				out = append(out, entry{f.name, rest})
			}
		}
	}
	return out
}

// standing returns what stands at each path, and what is wrong there.
func standing(tree *cascade.Tree) string {
	var b strings.Builder
	tree.Root.Walk(func(n *cascade.Node) bool {
		var said []string
		if v := n.Value; v != nil && n.Present && !n.Struct {
			said = append(said, sorted(v).String())
		}
		if n.Missing {
			said = append(said, "missing")
		}
		if n.Undefined {
			said = append(said, "undefined")
		}
		if n.Invalid != nil && n.Invalid.Layer == len(tree.Layers)-1 {
			said = append(said, "invalid")
		}
		if said != nil {
			fmt.Fprintf(&b, "%s: %s\n", n.Path, strings.Join(said, ", "))
		}
		return !n.Undefined
	})
	lines := strings.SplitAfter(b.String(), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// sorted returns a value with the fields of its structs in order of their names.
func sorted(v *cascade.Value) *cascade.Value {
	out := *v
	out.Items, out.Fields = nil, nil
	for _, item := range v.Items {
		out.Items = append(out.Items, sorted(item))
	}
	for _, f := range v.Fields {
		out.Fields = append(out.Fields, cascade.NamedValue{Name: f.Name, Value: sorted(f.Value)})
	}
	slices.SortFunc(out.Fields, func(a, b cascade.NamedValue) int { return strings.Compare(a.Name, b.Name) })
	return &out
}
