package catalogindex_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// TestJoined says for each file of a workspace which other packages CUE reads together with
// its own, and asks the other way round as well.
func TestJoined(t *testing.T) {
	files := map[string]string{
		"outside/x.cue":           "package x\n",
		"outside/below/x.cue":     "package x\n",
		"m/cue.mod/module.cue":    "module: \"m.example\"\n",
		"m/x.cue":                 "package x\n",
		"m/y.cue":                 "package y\n",
		"m/a/b/x.cue":             "package x\n",
		"m/a/b/more.cue":          "package x\n",
		"m/a/b/prod.cue":          "@if(prod)\n\npackage x\n",
		"m/a/b/x_tool.cue":        "package x\n",
		"m/a/b/none.cue":          "a: 1\n",
		"m/n/cue.mod/module.cue":  "module: \"n.example\"\n",
		"m/n/x.cue":               "package x\n",
		"m/n/inner/deeper/x.cue":  "package x\n",
		"m/n/inner/deeper2/x.cue": "package z\n",
	}
	want := map[string][]string{
		"m/a/b/x.cue":            {"m/a/b/prod.cue", "m/x.cue"},
		"m/a/b/more.cue":         {"m/a/b/prod.cue", "m/x.cue"},
		"m/a/b/prod.cue":         {"m/a/b/more.cue", "m/a/b/x.cue", "m/x.cue"},
		"m/a/b/x_tool.cue":       {"m/a/b/more.cue", "m/a/b/prod.cue", "m/a/b/x.cue", "m/x.cue"},
		"m/n/inner/deeper/x.cue": {"m/n/x.cue"},
	}
	var changes []catalogindex.Change
	for name, content := range files {
		changes = append(changes, catalogindex.Change{Path: root + name, File: syntax.Parse(root+name, content)})
	}
	index := catalogindex.New().With(changes...)
	joins := make(map[string][]string) // what Joins says, turned round
	for name := range files {
		p := index.PackageOf(root + name)
		if diff := cmp.Diff(want[name], filesOf(index.Joined(p))); diff != "" {
			t.Errorf("joined to %s (-want +got):\n%s", name, diff)
		}
		for _, other := range filesOf(index.Joins(p)) {
			joins[other] = append(joins[other], name)
		}
	}
	for name := range joins {
		slices.Sort(joins[name])
	}
	if diff := cmp.Diff(want, joins); diff != "" {
		t.Errorf("the other way round (-want +got):\n%s", diff)
	}
	// A file that changes its clause is no part of the old one's packages any more.
	index = index.With(catalogindex.Change{Path: root + "m/x.cue", File: syntax.Parse(root+"m/x.cue", "package other\n")})
	if got := filesOf(index.Joined(index.PackageOf(root + "m/a/b/x.cue"))); !slices.Equal(got, []string{"m/a/b/prod.cue"}) {
		t.Errorf("after the change: %v", got)
	}
	if got := index.Joins(index.PackageOf(root + "m/x.cue")); len(got) > 0 {
		t.Errorf("after the change it joins %v", filesOf(got))
	}
}

func filesOf(packages []*catalogindex.Package) []string {
	var names []string
	for _, p := range packages {
		for _, f := range p.Files {
			names = append(names, strings.TrimPrefix(f.Path, root))
		}
	}
	slices.Sort(names)
	return names
}
