package cascade_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// valuesOf reads the values of a definition, given as the fields in them.
func valuesOf(t *testing.T, fields string) *cascade.FieldShape {
	t.Helper()
	file := syntax.Parse("/w/definition.cue", "package w\n\nimport \"list\"\n\n#ModuleDefinition & {\n\tvalues: {\n"+fields+"\n}\n}\n")
	index := emptyIndex().With(catalogindex.Change{Path: file.Path, File: file})
	return cascade.ReadValues(cascade.Source{Index: index}, index.Packages()[0].Documents[0])
}

// TestNarrowed finds where one schema allows less than another.
func TestNarrowed(t *testing.T) {
	for _, test := range []struct {
		before, after string
		by            string // where after is a layer on top of before
		from          string // where after takes the place of before
	}{
		{before: `a: int, b: string`, after: `a: uint`, by: "a -1 at uint", from: "a -1 at uint; b gone"},
		{before: `a?: b?: int`, after: `a?: b?: >=3 & <5`, by: "a.b 2 at >=3", from: "a.b 2 at >=3"},
		{before: `a: {...}`, after: `a: b: int`, by: "", from: ""},
		{before: `a: {b: int, c: int}`, after: `a: {b: int, ...}`, by: "", from: ""},
		{before: `a: [string]: string`, after: `a: [string]: =~"^x"`, by: `a[*] "a" at =~"^x"`, from: `a[*] "a" at =~"^x"`},
		{before: `a: [string]: string`, after: `a: b: "x" | "y"`, by: `a.b "a" at "x" | "y"`, from: `a[*] gone`},
		{before: `a: [...{p: int, q: int}]`, after: `a: [...{p: <9}]`, by: `a[*].p 9 at <9`, from: `a[*].p 9 at <9; a[*].q gone`},
		{before: `a: [...int]`, after: `a: [...int] & list.MaxItems(1)`, by: `a [1, 1] at list.MaxItems(1)`, from: `a [1, 1] at list.MaxItems(1)`},
		{before: `a: [int, ...int]`, after: `a: [<5, ...]`, by: `a[0] 5 at <5`, from: `a[0] 5 at <5`},
		{before: `a: int`, after: `a: b: int`, by: `a 1 at b: int`, from: `a 1 at b: int`},
		{before: `a: {b: int}`, after: `a: int`, by: `a {b: 1} at int`, from: `a {b: 1} at int`},
		{before: `a: int | *3`, after: `a: int | *4`, by: "", from: ""},
		{before: `a:`, after: `a: int`, by: "", from: ""},
		{before: `a: int`, after: `a:`, by: "", from: ""},
		{before: `a: int, b: <5`, after: `a: b, b: <5`, by: "", from: ""},
		{before: `a: {if b {c: int}}, b: bool`, after: `a: {}, b: bool`, by: "", from: ""},
		{before: `a: c: int, b: bool`, after: `a: {if b {c: int}}, b: bool`, by: "", from: ""},
	} {
		before, after := valuesOf(t, test.before), valuesOf(t, test.after)
		if got := narrowings(cascade.NarrowedBy(before, after)); got != test.by {
			t.Errorf("{%s} by {%s}:\n got %s\nwant %s", test.before, test.after, got, test.by)
		}
		if got := narrowings(cascade.NarrowedFrom(before, after)); got != test.from {
			t.Errorf("{%s} to {%s}:\n got %s\nwant %s", test.before, test.after, got, test.from)
		}
	}
	if cascade.NarrowedBy(nil, valuesOf(t, "a: int")) != nil || cascade.NarrowedFrom(valuesOf(t, "a: int"), nil) != nil {
		t.Error("without values nothing is narrowed")
	}
}

func narrowings(all []cascade.Narrowing) string {
	var out []string
	for _, n := range all {
		if n.After == nil {
			out = append(out, n.Path.String()+" gone")
			continue
		}
		at := n.At()
		out = append(out, fmt.Sprintf("%s %s at %s", n.Path, n.Witness, at.File.Text.Slice(at.Span)))
	}
	return strings.Join(out, "; ")
}

// TestEach visits every field that is declared.
func TestEach(t *testing.T) {
	values := valuesOf(t, `a?: {b: int, [=~"^x"]: c: string}
l: [{f: int}, ...{g: int}]
choice: {k: "a", s: int} | {k: "b"}
if a {later: d: int}
_hidden: int`)
	var got []string
	values.Each(nil, func(at cascade.Path, f *cascade.FieldShape) { got = append(got, at.String()) })
	want := []string{"", "a", "a.b", "a[*]", "a[*].c", "l", "l[0]", "l[0].f", "l[*]", "l[*].g", "choice", "choice.k", "choice.s", "choice.k", "later", "later.d"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMustSet says what a layer above a definition has to set.
func TestMustSet(t *testing.T) {
	values := valuesOf(t, `a: int
b!: string
c?: string
d?: {e!: int, f?: int | *1}
g: {h!: int, i?: int}
j: int | *1
k: "x"
l: "\(b)"
m: [...int]
n:`)
	tree := cascade.Resolve([]*cascade.Layer{{Document: &catalogindex.Document{}, Values: values}}, false)
	var got []string
	for _, n := range tree.MustSet() {
		got = append(got, n.Path.String())
	}
	if want := []string{"a", "b", "g.h", "m"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSuggestions says which default is obvious, and which number is nearest.
func TestSuggestions(t *testing.T) {
	for _, test := range []struct{ expr, neutral, to20 string }{
		{`"a" | "b"`, `"a"`, ""},
		{`bool`, "false", ""},
		{`uint & >=3 & <=10`, "3", "10"},
		{`int & >25`, "", "26"},
		{`int & >=0`, "", "0"},
		{`number & <=2.5`, "", "2"},
		{`int`, "", ""},
		{`string`, "", ""},
		{`"a"`, "", ""},
		{`(>=1 & <=5) | (>=30 & <=40)`, "", "30"},
	} {
		s := shapeOf(t, test.expr)
		text := func(v *cascade.Value) string {
			if v == nil {
				return ""
			}
			return v.String()
		}
		if got := text(s.Neutral()); got != test.neutral {
			t.Errorf("%s: the obvious default is %q, want %q", test.expr, got, test.neutral)
		}
		if got := text(s.NearestNumber(shapeOf(t, "20").Concrete())); got != test.to20 {
			t.Errorf("%s: nearest to 20 is %q, want %q", test.expr, got, test.to20)
		}
	}
}
