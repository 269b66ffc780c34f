package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// TestHalfTyped holds what must still be known of a file while somebody types in
// it. want is the repaired file as CUE prints it; problems are the texts that the
// problems stand on.
func TestHalfTyped(t *testing.T) {
	for _, test := range []struct {
		name, src, want string
		problems        []string
	}{
		{"unquoted dash", "a: {\n\tteam: \"x\"\n\tcost-center: \"y\"\n\tb: 1\n}\nc: 2\n",
			"a: {\n\tteam:          \"x\"\n\t\"cost-center\": \"y\"\n\tb:             1\n}\nc: 2\n", []string{"cost-center"}},
		{"two dashes", "a-b-c?: 1\nd: 2\n", "\"a-b-c\"?: 1\nd:        2\n", []string{"a-b-c"}},
		{"dotted label", "platform.company.com/tier: 1\n", "\"platform.company.com/tier\": 1\n", []string{"platform.company.com/tier"}},
		{"two dashed labels", "a: b-c: 1\nuse-case: 2\n", "a: \"b-c\":  1\n\"use-case\": 2\n", []string{"b-c", "use-case"}},
		{"dangling colon", "a: {\n\tb:\n\tc: 1\n}\nd: 2\n", "a: {\n\tb: _\n\tc: 1\n}\nd: 2\n", []string{"b:"}},
		{"dangling colon at a brace", "a: {\n\tb: \n}\nd: 2\n", "a: {\n\tb: _\n}\nd: 2\n", []string{"b:"}},
		{"dangling colon at the end", "a: {\n\tb:", "a: {\n\tb: _\n}\n", []string{"{", "b:"}},
		{"dangling colon on one line", "a: {b:}\nc: 1\n", "a: {b: _}\nc: 1\n", []string{"b:"}},
		{"dangling optional", "a: {\n\tb?:\n}\n", "a: {\n\tb?: _\n}\n", []string{"b?:"}},
		{"dangling dot", "a: {\n\tb: x.\n\tc: 1\n}\nd: 2\n", "a: {\n\tb: x\n\tc: 1\n}\nd: 2\n", []string{"."}},
		{"dangling pipe", "a: {\n\tb: 1 |\n\tc: 1\n}\n", "a: {\n\tb: 1\n\tc: 1\n}\n", []string{"|"}},
		{"dangling default", "a: {\n\tb: 1 | *\n\tc: 1\n}\n", "a: {\n\tb: 1\n\tc: 1\n}\n", []string{"*"}},
		{"dangling bound", "b: >=\nc: 1\n", "b: _\nc: 1\n", []string{">="}},
		{"dangling and", "b: int &\n\"c\": 1\n", "b:   int\n\"c\": 1\n", []string{"&"}},
		{"open brace", "a: {\n\tb: 1\n\tc: {\n\t\td: 1\n", "a: {\n\tb: 1\n\tc: {\n\t\td: 1 } }\n", []string{"{", "{"}},
		{"open brace inside", "a: {\n\tc: {\n\t\td: 1\n\te: 2\n}\nf: 3\n", "a: {\n\tc: {\n\t\td: 1 }\n\te: 2\n}\nf: 3\n", []string{"{"}},
		{"open bracket", "a: [1, 2\nb: 3\n", "a: [1, 2]\nb: 3\n", []string{"["}},
		{"stray brace", "a: 1\n}\nb: 2\n", "a: 1\n\nb: 2\n", []string{"}"}},
		{"stray paren", "a: {\n\tb: )\n\tc: 1\n}\n", "a: {\n\tb: _\n\tc: 1\n}\n", []string{"b:", ")"}},
		{"open string", "a: {\n\tb: \"abc\n\tc: 1\n}\n", "a: {\n\tb: \"abc\"\n\tc: 1\n}\n", []string{"\"abc"}},
		{"open interpolation", "b: \"a\\(x\nc: 1\n", "b: _\nc: 1\n", []string{"\"a\\(x"}},
		{"open multi-line string", "a: 1\nb: \"\"\"\n\tx\nc: 1\n", "a: 1\nb: _\n", []string{"\"\"\"\n\tx\nc: 1\n"}},
		{"one line", "a: 1 b: 2\nc: 3\n", "a: 1\nb: 2\nc: 3\n", []string{"b"}},
		{"open import", "package p\nimport (\n\t\"x.com/y\"\n\na: 1\n", "package p\n\nimport (\n\t\"x.com/y\" )\n\na: 1\n", []string{"("}},
		{"stray character", "a: 1\n§\nb: 2\n", "a: 1\n\nb: 2\n", []string{"§"}},
		{"key alone", "a: {\n\tb\n}\n", "a: {\n\tb\n}\n", nil},
		{"value below its label", "a:\n\tb: 1\n", "a:\n\tb: 1\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Parse("x.cue", test.src)
			got, err := format.Node(f.AST)
			if err != nil {
				t.Fatal(err)
			}
			if squeeze(string(got)) != squeeze(test.want) {
				t.Errorf("repaired text:\n%s\nwant:\n%s", got, test.want)
			}
			var problems []string
			for _, p := range f.Problems {
				problems = append(problems, f.Text.Slice(p.Span))
			}
			if strings.Join(problems, "|") != strings.Join(test.problems, "|") {
				t.Errorf("problems on %q, want %q", problems, test.problems)
				for _, p := range f.Problems {
					t.Log(p.Message)
				}
			}
		})
	}
}

// squeeze makes white space not matter.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestPrefixes parses every beginning of real files: nothing may panic, every span
// must lie in the text, and the spans of labels must hold the labels.
func TestPrefixes(t *testing.T) {
	files, _ := filepath.Glob("../embedded/*/*/*.cue")
	more, _ := filepath.Glob("../../../testdata/workspace/*/*/*.cue")
	for _, path := range append(files, more...) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		step := max(1, len(content)/400)
		for end := 0; end < len(content); end += step {
			checkSpans(t, string(content[:end]))
		}
	}
}

func checkSpans(t *testing.T, src string) {
	t.Helper()
	f := Parse("x.cue", src)
	if f.AST == nil {
		t.Fatalf("no AST for %q", src)
	}
	for _, p := range f.Problems {
		if p.Span.Start < 0 || p.Span.End > len(src) || p.Span.Start > p.Span.End {
			t.Fatalf("problem %v outside the text %q", p, src)
		}
	}
	ast.Walk(f.AST, func(n ast.Node) bool {
		s := f.Span(n)
		if s.Start < 0 || s.End > len(src) || s.Start > s.End {
			t.Fatalf("span %v of %T outside %q", s, n, src)
		}
		if field, ok := n.(*ast.Field); ok {
			name, ok := LabelName(field.Label)
			at := f.Text.Slice(f.Span(field.Label))
			if id, isIdent := field.Label.(*ast.Ident); ok && isIdent && at != id.Name && at != "" && utf8.ValidString(src) {
				t.Fatalf("label %s stands on %q in %q", name, at, src)
			}
		}
		return true
	}, nil)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a: {b: 1", "a-b: \"x\\(y", "x: [1,\ny: 2}", "\ufeffa: 1\r\nb:\r\n", "a: \"\"\"\n\tb\n\t\"\"\"\nc-d: 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) { checkSpans(t, src) })
}

func TestImports(t *testing.T) {
	f := Parse("x.cue", "package p\nimport (\n\ta \"x.com/catalog/web-app:1.0.0\"\n\t\"x.com/y/v1.2.0\"\n\t\"strings\"\n\t\"x.com/y@v0:z\"\n)\n")
	var got []string
	for _, i := range f.Imports() {
		got = append(got, i.Name+"="+i.Path+"="+f.Text.Slice(i.Span))
	}
	want := []string{
		`a=x.com/catalog/web-app:1.0.0="x.com/catalog/web-app:1.0.0"`,
		`y=x.com/y/v1.2.0="x.com/y/v1.2.0"`,
		`strings=strings="strings"`,
		`z=x.com/y@v0:z="x.com/y@v0:z"`,
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("imports %q, want %q", got, want)
	}
}

func TestNotUTF8(t *testing.T) {
	f := Parse("x.cue", "a: \"\xff\"\nb: 1\n")
	if len(f.Problems) != 1 || f.Problems[0].Span != (text.Span{Start: 4, End: 5}) {
		t.Errorf("problems %v", f.Problems)
	}
	if len(f.AST.Decls) != 2 {
		t.Errorf("%d declarations, want 2", len(f.AST.Decls))
	}
}
