package cascade_test

import (
	"sync"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// emptyIndex returns an index of nothing; making it reads the embedded core.
var emptyIndex = sync.OnceValue(catalogindex.New)

// shapeOf reads an expression that a definition writes as one of its values.
func shapeOf(t testing.TB, expr string) *cascade.Shape {
	t.Helper()
	file := syntax.Parse("/w/definition.cue", "package w\n\nimport \"strings\"\n\nimport \"list\"\n\n#ModuleDefinition & {\n\tvalues: x: "+expr+"\n}\n")
	if len(file.Problems) > 0 {
		t.Fatalf("%s: %s", expr, file.Problems[0].Message)
	}
	index := emptyIndex().With(catalogindex.Change{Path: file.Path, File: file})
	values := cascade.ReadValues(cascade.Source{Index: index}, index.Packages()[0].Documents[0])
	return values.Shape.StructShape().Field("x").Shape
}

// TestRefused reads which defaults their own expression refuses.
func TestRefused(t *testing.T) {
	for _, test := range []struct {
		expr   string
		lost   string // the default that is lost
		beside string // the default that counts, though what stands beside refuses it
	}{
		{expr: `uint & >=1 & (int | *0)`, lost: "0"},
		{expr: `(int | *0) & >=1`, lost: "0"},
		{expr: `int & (*"a" | string)`, lost: `"a"`},
		{expr: `(int | *0) & (>=1 | *5)`, lost: "0"},
		{expr: `[...string] & ([...] | *[1])`, lost: "[1]"},
		{expr: `("a" | *"b") & ("a" | "c")`, lost: `"b"`},
		{expr: `(uint & >=1 | *0) & >=1`, lost: "0"},
		{expr: `string & =~"^[a-z]+$" | *"a_b"`, beside: `"a_b"`},
		{expr: `*"a_b" | string & =~"^[a-z]+$"`, beside: `"a_b"`},
		{expr: `string & (=~"^[a-z]+$" | *"a_b")`, beside: `"a_b"`},
		{expr: `uint & >=1 & <=10 | *20`, beside: "20"},
		{expr: `int & >=1 | string | *0`, beside: "0"},
		{expr: `string & strings.MinRunes(4) | *"abc"`, beside: `"abc"`},
		{expr: `[...int & >0] | *[0]`, beside: "[0]"},

		{expr: `uint & >=1 & <=10 | *2`},
		{expr: `uint & >=1 & (int | *2)`},
		{expr: `"a" | "b" | *"c"`},
		{expr: `"auto" | =~"^[0-9]+$" | *"none"`},
		{expr: `bool | *true`},
		{expr: `string | *null`},
		{expr: `int | *"auto"`},
		{expr: `float | *1`},
		{expr: `string & =~"^[a-z]+$" | *""`},
		{expr: `[...string] & list.MinItems(1) | *[]`},
		{expr: `(uint & >=1 | *0) | *5`},
		{expr: `(string | *"a") & (string | *"b")`},
		{expr: `("b" | "c") & (*"a" | *"b")`},
		{expr: `int & >=1`},
		{expr: `"\(y)" | *"a"`},
		{expr: `{port: int & >=1} | *{port: 0}`},
	} {
		var lost, beside string
		for _, r := range shapeOf(t, test.expr).Refused {
			v := (&cascade.Shape{Alts: []*cascade.Alt{r.Default}}).Concrete().String()
			if r.Beside {
				beside += v
			} else {
				lost += v
			}
		}
		if lost != test.lost || beside != test.beside {
			t.Errorf("%s: lost %q, beside others %q", test.expr, lost, beside)
		}
	}
}
