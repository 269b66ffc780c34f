package cascade_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
)

// TestWitness finds values that one expression allows and another refuses.
func TestWitness(t *testing.T) {
	for _, test := range []struct{ allows, refuses, want string }{
		{`uint & >=1 & <=10 | *3`, `uint & >=2 & <=20 | *3`, `1`},
		{`uint & >=1 & <=20 | *3`, `uint & >=3 & <=50 | *5`, `2`},
		{`uint & >=1 & <=20`, `uint & <=10`, `11`},
		{`uint & >=1 & <=20`, `uint & <10`, `10`},
		{`uint`, `>0`, `0`},
		{`int`, `uint`, `-1`},
		{`number`, `int`, `0.5`},
		{`float`, `float & >1.5`, `1.5`},
		{`int & !=5`, `int & !=5 & !=7`, `7`},
		{`int`, `80`, `79`},
		{`int`, `80 | 443`, `79`},
		{`"a" | "b" | *"c"`, `"a" | "b" | *"a"`, `"c"`},
		{`"low" | "high"`, `"low"`, `"high"`},
		{`string`, `"a" | "b"`, `"A"`},
		{`bool | *true`, `true`, `false`},
		{`string | *"short"`, `string & strings.MinRunes(16) | *"generated-password"`, `"short"`},
		{`string`, `strings.MinRunes(16)`, `"a"`},
		{`string & strings.MinRunes(4)`, `strings.MinRunes(8)`, `"aaaa"`},
		{`string`, `strings.MaxRunes(5)`, `"example.com"`},
		{`string & =~"^[a-z]+$"`, `string & strings.MaxRunes(8)`, `"aaaaaaaaa"`},
		{`string & =~"^[a-z]{1,10}$"`, `string & =~"^[a-z]{3,10}$"`, `"a"`},
		{`string & =~"^[a-zA-Z0-9]+$" | *"a_b"`, `string & =~"^[a-z]+$"`, `"A"`},
		{`string & =~"^[0-9]+(Mi|Gi|Ti)$" | *"20Gi"`, `=~"^[0-9]+(Mi|Gi)$"`, `"0Ti"`},
		{`string & =~"^v[0-9]+"`, `string & =~"^v[0-9]+[.][0-9]+"`, `"v0"`},
		{`string | null`, `string`, `null`},
		{`string | int`, `string`, `1`},
		{`[...string]`, `[...string] & list.MinItems(1)`, `[]`},
		{`[...string]`, `[...string] & list.MaxItems(2)`, `["a", "a", "a"]`},
		{`[...int]`, `[...uint]`, `[-1]`},
		{`[...{port: int, name?: string}]`, `[...{port: >=1024}]`, `[{port: 1023}]`},
		{`[...{name: string}]`, `[...{name: string, zone: string}]`, `[{name: "a"}]`},
		{`{kind: "a"} | {kind: "b", n: int}`, `{kind: "a"}`, `{kind: "b", n: 1}`},
		{`_`, `int`, `true`},
		{`{...}`, `string`, `{}`},

		{`uint & >=1 & <=10 | *3`, `uint & >=1 & <=10 | *2`, ``},
		{`uint & >=1 & <=10 | *20`, `uint & >=1 & <=10 | *2`, ``},
		{`string | *null`, `string | *"a"`, ``},
		{`string | *"a"`, `string | *"b"`, ``},
		{`uint & >=1 & <=10`, `uint & <=20`, ``},
		{`int & >0 & <=10`, `int & >=1 & <11`, ``},
		{`"a" | "b"`, `"a" | "b" | "c"`, ``},
		{`string & =~"^[a-z]+$"`, `string`, ``},
		{`string & strings.MinRunes(4)`, `string & strings.MinRunes(4)`, ``},
		{`string`, `"\(y)"`, ``},
		{`"\(y)"`, `"a"`, ``},
		{`int`, `_`, ``},
		{`[...string]`, `[...string] | *["a"]`, ``},
		{`[...{port: int}] | *[{port: 1}]`, `[...{port: int}] | *[{port: 2}]`, ``},
	} {
		got := ""
		if v := cascade.Witness(shapeOf(t, test.allows), shapeOf(t, test.refuses)); v != nil {
			got = v.String()
		}
		if got != test.want {
			t.Errorf("%s, but not %s: got %s, want %s", test.allows, test.refuses, got, test.want)
		}
	}
}

// TestWitnessHolds has CUE judge the witnesses of generated expressions.
func TestWitnessHolds(t *testing.T) {
	found := 0
	const n = 2000
	for seed := range uint64(n) {
		g := generator{rand.New(rand.NewPCG(seed, 1))}
		allows := g.schema(1)
		refuses := g.schema(1)
		if allows.scalar != nil && g.chance(60) {
			refuses = &schema{scalar: g.curatedScalar(allows.scalar)}
		}
		v := cascade.Witness(shapeOf(t, allows.cue()), shapeOf(t, refuses.cue()))
		if v == nil {
			continue
		}
		found++
		if err := unifies(t, allows, v); err != nil {
			t.Errorf("seed %d: %s does not allow %s: %v", seed, allows.cue(), v, err)
		}
		if unifies(t, refuses, v) == nil {
			t.Errorf("seed %d: %s allows %s", seed, refuses.cue(), v)
		}
	}
	if found < n/4 {
		t.Errorf("only %d witnesses", found)
	}
}

// unifies has CUE judge whether a value has a schema.
func unifies(t *testing.T, s *schema, v *cascade.Value) error {
	t.Helper()
	expr, err := parser.ParseExpr("schema", s.cue())
	if err != nil {
		t.Fatal(err)
	}
	ctx := cuecontext.New()
	is := ctx.BuildExpr(astutil.Apply(expr, nil, withoutDefaultList).(ast.Expr))
	return is.Unify(ctx.CompileString(v.String())).Validate(cue.Concrete(true), cue.Final())
}

// TestWitnessEnds looks for a value among alternatives in alternatives.
func TestWitnessEnds(t *testing.T) {
	allows, refuses := `{x: string}`, `{x: strings.MinRunes(3)}`
	for i := range 6 {
		allows = fmt.Sprintf(`{k: "a", a: %[1]s} | {k: "b", b: [...%[1]s]} | {k: "c", c%[2]d: %[1]s}`, allows, i)
		refuses = fmt.Sprintf(`{k: "a", a: %[1]s} | {k: "b", b: [...%[1]s]} | {k: "c", c%[2]d: %[1]s}`, refuses, i)
	}
	v := cascade.Witness(shapeOf(t, allows), shapeOf(t, refuses)) // for hours, if it tried all
	t.Logf("found %v", v)
}

// BenchmarkWitness looks for a value where there is none, which takes longest.
func BenchmarkWitness(b *testing.B) {
	allows, refuses := shapeOf(b, `string & =~"^[a-z][a-z0-9-]*$"`), shapeOf(b, `string & =~"^[a-z][a-z0-9-]{0,}$"`)
	b.ReportAllocs()
	for b.Loop() {
		cascade.Witness(allows, refuses)
	}
}
