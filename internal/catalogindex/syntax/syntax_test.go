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
		// Dangling ends.
		{"dangling colon above a struct", "a: {\n\tb:\n}\nc: {\n\td: 1\n}\n", "a: {\n\tb: _\n}\nc: {\n\td: 1\n}\n", []string{"b:"}},
		{"dangling colon above a comment", "a: {\n\tb: // what\n\tc: 1\n}\n", "a: {\n\tb: _ // what\n\tc: 1\n}\n", []string{"b:"}},
		{"dangling colon above a quoted label", "a: {\n\tb:\n\t\"c-d\": 1\n}\n", "a: {\n\tb: _\n\t\"c-d\": 1\n}\n", []string{"b:"}},
		{"dangling colon above a dashed label", "a: {\n\tb:\n\tc-d: 1\n}\n", "a: {\n\tb: _\n\t\"c-d\": 1\n}\n", []string{"b:", "c-d"}},
		{"dangling colon above an embedding", "a: {\n\tb:\n\tx.#Y\n\tc: 1\n}\n", "a: {\n\tb: x.#Y\n\tc: 1\n}\n", nil},
		{"dangling colon above a condition", "a: {\n\tb:\n\tif x {c: 1}\n\td: 2\n}\n", "a: {\n\tb: _\n\tif x {c: 1}\n\td: 2\n}\n", []string{"b:"}},
		{"dangling colon above a let", "a: {\n\tb:\n\tlet x = 1\n\td: 2\n}\n", "a: {\n\tb: _\n\tlet x = 1\n\td: 2\n}\n", []string{"b:"}},
		{"dangling colon of a path", "a: b:\nc: 1\n", "a: b: _\nc: 1\n", []string{"b:"}},
		{"dangling colon of a quoted label", "a: {\n\t\"b-c\":\n}\n", "a: {\n\t\"b-c\": _\n}\n", []string{"\"b-c\":"}},
		{"dangling colon of a dashed label", "a: {\n\tb-c:\n\td: 1\n}\n", "a: {\n\t\"b-c\": _\n\td:     1\n}\n", []string{"b-c", "b-c:"}},
		{"dangling colon before a field on its line", "a: {b: , c: 1}\nd: 2\n", "a: {b: _, c: 1}\nd: 2\n", []string{"b:"}},
		{"dangling colon of a pattern", "a: {\n\t[string]:\n\tb: 1\n}\n", "a: {\n\t[string]: _\n\tb: 1\n}\n", []string{"[string]:"}},
		{"dangling colon, blank lines", "a: {\n\tb:\n\n\n\tc: 1\n}\n", "a: {\n\tb: _\n\n\tc: 1\n}\n", []string{"b:"}},
		{"dangling dot at a brace", "a: {b: x.}\nc: 1\n", "a: {b: x}\nc: 1\n", []string{"."}},
		{"dangling dot at the end", "#module: catalog.", "#module: catalog\n", []string{"."}},
		{"dangling dot in the middle", "#module: catalog.\n\nvalues: {\n\ta: 1\n}\n", "#module: catalog\n\nvalues: {\n\ta: 1\n}\n", []string{"."}},
		{"dangling dot above an embedding", "a: {\n\tx.\n\ty.#Z\n\tb: 1\n}\n", "a: {\n\tx\n\ty.#Z\n\tb: 1\n}\n", []string{"."}},
		{"dangling and at the end", "#ModuleRelease &", "#ModuleRelease\n", []string{"&"}},
		{"dangling and above a brace", "a: x &\n{b: 1}\n", "a: x & {b: 1}\n", nil},
		{"dangling pipe at the end", "a: \"x\" |", "a: \"x\"\n", []string{"|"}},
		{"dangling pipe in parentheses", "a: (1 | )\nb: 2\n", "a: (1)\nb: 2\n", []string{"|"}},
		{"dangling plus", "a: 1 +\nb: 2\n", "a: 1\nb: 2\n", []string{"+"}},
		{"dangling comparison", "a: {\n\tb: int & >\n\tc: 1\n}\n", "a: {\n\tb: int\n\tc: 1\n}\n", []string{">"}},
		{"dangling match", "a: =~\nb: 1\n", "a: _\nb: 1\n", []string{"=~"}},
		{"dangling comma in a list", "a: [1, ,2]\nb: 1\n", "a: [1, 2]\nb: 1\n", []string{","}},
		{"dangling comma of a struct", "a: {b: 1,, c: 2}\n", "a: {b: 1, c: 2}\n", []string{","}},
		{"dangling equals", "a: {\n\tlet x =\n\tb: 1\n}\nc: 2\n", "a: {\n\tlet x = _\n\tb: 1\n}\nc: 2\n", []string{"="}},
		{"dangling not", "a: !\nb: 1\n", "a: _\nb: 1\n", []string{"!"}},

		// Open ends.
		{"open brace of a release", "package p\n\n#ModuleRelease & {\n\tvalues: {\n\t\treplicas: 2\n", "package p\n\n#ModuleRelease & {\n\tvalues: {\n\t\treplicas: 2 } }\n", []string{"{", "{"}},
		{"open brace above a field of the root", "a: {\n\tb: 1\nc: 2\n", "a: {\n\tb: 1 }\nc: 2\n", []string{"{"}},
		{"open brace, nothing behind it", "a: {", "a: {}\n", []string{"{"}},
		{"open brace, nothing in it", "a: {\n\tb: {\n\tc: 1\n}\n", "a: {\n\tb: {}\n\tc: 1\n}\n", []string{"{"}},
		{"open bracket with a struct", "a: [{\n\tb: 1\n}\nc: 2\n", "a: [{\n\tb: 1\n}]\nc: 2\n", []string{"["}},
		{"open bracket on lines", "a: {\n\tb: [\n\t\t1,\n\t\t2,\n\tc: 3\n}\n", "a: {\n\tb: [\n\t\t1,\n\t\t2\n\t]\n\tc: 3\n}\n", []string{"["}},
		{"open bracket at a brace", "a: {b: [1, 2}\nc: 3\n", "a: {b: [1, 2]}\nc: 3\n", []string{"["}},
		{"open parenthesis", "a: (1 | 2\nb: 3\n", "a: (1 | 2)\nb: 3\n", []string{"("}},
		{"open call", "a: strings.MinRunes(\nb: 3\n", "a: strings.MinRunes()\nb: 3\n", []string{"("}},
		{"wrong bracket", "a: [1, 2}\nb: 3\n", "a: [1, 2]\nb: 3\n", []string{"[", "}"}},
		{"two open strings", "a: {\n\tb: \"x\n\tc: \"y\n\td: 1\n}\n", "a: {\n\tb: \"x\"\n\tc: \"y\"\n\td: 1\n}\n", []string{"\"x", "\"y"}},
		{"open string in a list", "a: [\"x, \"y\"]\nb: 1\n", "a: []\nb: 1\n", []string{"[", "\"]"}},
		{"open string before a brace", "a: {b: \"x}\nc: 1\n", "a: {b: \"x}\"}\nc: 1\n", []string{"{", "\"x}"}},
		{"open string with a backslash", "a: \"x\\\nb: 1\n", "a: _\nb: 1\n", []string{"\"x\\"}},
		{"open single quotes", "a: 'x\nb: 1\n", "a: 'x'\nb: 1\n", []string{"'x"}},
		{"open raw string", "a: #\"x\"\nb: 1\n", "a: #\"x\"\"#\nb: 1\n", []string{"#\"x\""}},
		{"open label", "a: {\n\t\"b: 1\n\tc: 2\n}\n", "a: {\n\n\tc: 2\n}\n", []string{"\"b: 1"}},
		{"text among fields", "a: {\n\t\"b\"\n\tc: 2\n}\n", "a: {\n\tc: 2\n}\n", []string{"\"b\""}},
		{"number above fields", "3\nc: 2\n", "c: 2\n", []string{"3"}},
		{"text beside a helper", "a: {\n\t\"b\"\n\t#c: 2\n\td?: 3\n}\n", "a: {\n\t\"b\"\n\t#c: 2\n\td?: 3\n}\n", nil},
		{"string over two lines", "a: \"x\n\ty\"\nb: 1\n", "a: \"xy\"\nb: 1\n", []string{"\"x\n\ty\""}},
		{"string over two lines with CRLF", "a: \"x\r\n\"\r\nb: 1\r\n", "a: \"x\"\nb: 1\n", []string{"\"x\r\n\""}},
		{"strings that are not closed on two lines", "a: \"x\nb: \"\nc: 1\n", "a: \"x\"\nb: \"\"\nc: 1\n", []string{"\"x", "\""}},
		{"open interpolation with its quote", "a: \"x\\(y\"\nb: 1\n", "a: _\nb: 1\n", []string{"\"x\\(y\""}},
		{"interpolation of nothing", "a: \"x\\()\"\nb: 1\n", "a: _\nb: 1\n", []string{"\"x\\()\""}},
		{"interpolation with a dangling dot", "a: \"x\\(y.)\"\nb: 1\n", "a: _\nb: 1\n", []string{"\"x\\(y.)\""}},
		{"open multi-line string in a struct", "a: {\n\tb: \"\"\"\n\t\tx\n}\nc: 1\n", "a: {\n\tb: _ }\n", []string{"\"\"\"\n\t\tx\n}\nc: 1\n"}},
		{"slash of a comment", "a: 1\n/\nb: 2\n", "a: 1\n\nb: 2\n", []string{"/"}},
		{"open block comment", "a: 1\n/* x\nb: 2\n", "a: 1\n\nb: 2\n", []string{"/*"}},

		// Strays.
		{"stray bracket", "a: 1]\nb: 2\n", "a: 1\nb: 2\n", []string{"]"}},
		{"stray word", "a: 1 2\nb: 2\n", "a: 1\nb: 2\n", []string{"2"}},
		{"stray at sign", "a: {\n\t@\n\tb: 1\n}\n", "a: {\n\n\tb: 1\n}\n", []string{"@"}},
		{"stray semicolon", "a: 1;\nb: 2\n", "a: 1\nb: 2\n", []string{";"}},
		{"stray backslash", "a: \\\nb: 2\n", "a: _\nb: 2\n", []string{"a:", "\\"}},
		{"stray emoji", "a: 1\n🚀\nb: 2\n", "a: 1\n\nb: 2\n", []string{"🚀"}},
		{"equals instead of a colon", "a: {\n\tb = 1\n\tc: 2\n}\n", "a: {\n\tb: 1\n\tc: 2\n}\n", []string{"="}},
		{"two colons", "a:: 1\nb: 2\n", "a: 1\nb: 2\n", []string{":"}},
		{"label that is a number", "a: {\n\t1: 2\n\tb: 3\n}\n", "a: {\n\t\"1\": 2\n\tb: 3\n}\n", []string{"1"}},
		{"merge conflict", "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\nc: 3\n", "a: 1\n\nb: 1\n\nb: 2\n\nc: 3\n", []string{"<<<<<<< HEAD", "=======", ">>>>>>> other"}},

		// Dashes in odd places.
		{"dash label in a one-line struct", "a: {b-c: 1, d: 2}\n", "a: {\"b-c\": 1, d: 2}\n", []string{"b-c"}},
		{"dash label, then a struct", "a: {\n\tb-c: {\n\t\td: 1\n\t}\n}\n", "a: {\n\t\"b-c\": {\n\t\td: 1\n\t}\n}\n", []string{"b-c"}},
		{"dash label with a digit", "a: {\n\tb-2: 1\n\tc: 2\n}\n", "a: {\n\t\"b-2\": 1\n\tc:     2\n}\n", []string{"b-2"}},
		{"dash label that begins with a digit", "a: {\n\t2-b: 1\n\tc: 2\n}\n", "a: {\n\t\"2-b\": 1\n\tc:     2\n}\n", []string{"2-b"}},
		{"dash label behind a brace", "a: {b: {c: 1}}, d-e: 2\nf: 3\n", "a: {b: {c: 1}}\n\"d-e\": 2\nf: 3\n", []string{"d-e"}},
		{"dash label being typed", "a: {\n\tcost-\n\tb: 1\n}\n", "a: {\n\tcost\n\tb: 1\n}\n", []string{"-"}},
		{"subtraction", "a: b-c\nd: -1\ne: x -1\n", "a: b - c\nd: -1\ne: x - 1\n", nil},

		// Lines that no mend is known for.
		{"value given up, label kept", "a: {\n\tb: 1 ? 2\n\tc: 1\n}\n", "a: {\n\tb: _\n\tc: 1\n}\n", []string{"?"}},
		{"value given up, struct kept", "a: {\n\tb: x ? {\n\t\td: 1\n\t}\n\tc: 1\n}\n", "a: {\n\tb: {\n\t\td: 1\n\t}\n\tc: 1\n}\n", []string{"{"}},
		{"label given up, struct kept", "a: {\n\tb ? {\n\t\td: 1\n\t}\n\tc: 1\n}\n", "a: {\n\t(_): {\n\t\td: 1\n\t}\n\tc: 1\n}\n", []string{"{"}},
		{"value given up behind a quoted label", "a-b: 1 ? 2\nc: 1\n", "\"a-b\": _\nc: 1\n", []string{"a-b"}},
		{"two values and a field on one line", "a: 1 2 b: 3\nc: 1\n", "a: 1\nb: 3\nc: 1\n", []string{"2", "b"}},
		{"multi-line string given up", "a: x \"\"\"\n\ty\n\t\"\"\"\nb: 1\n", "a: x\n\nb: 1\n", []string{"\"\"\"\n\ty\n\t\"\"\""}},

		// Heads of files.
		{"half an import", "package p\n\nimport\n\na: 1\n", "package p\n\na: 1\n", []string{"import"}},
		{"import without its closing quote", "package p\n\nimport \"x.com/y\n\na: 1\n", "package p\n\nimport \"x.com/y\"\n\na: 1\n", []string{"\"x.com/y"}},
		{"import that is an alias alone", "package p\n\nimport (\n\tcatalog\n)\n\na: 1\n", "package p\n\na: 1\n", []string{"catalog"}},
		{"imports, one without its closing quote", "package p\n\nimport (\n\t\"x.com/y\n\tz \"x.com/z\"\n)\n\na: 1\n", "package p\n\nimport (\n\t\"x.com/y\"\n\tz \"x.com/z\"\n)\n\na: 1\n", []string{"\"x.com/y"}},
		{"import of nothing", "package p\n\nimport \"\"\n\na: 1\n", "package p\n\na: 1\n", []string{"\"\""}},
		{"half a package clause", "package\n\na: 1\n", "a: 1\n", []string{"package"}},
		{"half a package clause above an import", "package\n\nimport \"x.com/y\"\n\na: 1\n", "import \"x.com/y\"\n\na: 1\n", []string{"package"}},
		{"package with a dash", "package web-app\n\na: 1\n", "package web\n\na: 1\n", []string{"-app"}},
		{"beginning of the word package", "pack\n\na: 1\n", "pack\n\na: 1\n", nil},
		{"import behind a field", "package p\na: 1\nimport \"x.com/y\"\nb: 2\n", "package p\n\na: 1\n\nb: 2\n", []string{"import"}},

		// Encodings.
		{"CRLF, dangling colon", "a: {\r\n\tb:\r\n\tc: 1\r\n}\r\n", "a: {\n\tb: _\n\tc: 1\n}\n", []string{"b:"}},
		{"CRLF, open string", "a: \"x\r\nb: 1\r\n", "a: \"x\"\nb: 1\n", []string{"\"x"}},
		{"CRLF, open brace", "a: {\r\n\tb: {\r\n\t\tc: 1\r\n\td: 1\r\n}\r\n", "a: {\n\tb: {\n\t\tc: 1 }\n\td: 1\n}\n", []string{"{"}},
		{"byte order mark, open brace", "\ufeffa: {\n\tb: 1\nc: 2\n", "a: {\n\tb: 1 }\nc: 2\n", []string{"{"}},
		{"emoji before the place", "// 🚀🚀\na: \"🚀\"\nb:\nc: \"🚀\n", "// 🚀🚀\na: \"🚀\"\nb: _\nc: \"🚀\"\n", []string{"b:", "\"🚀"}},
		{"spaces and tabs", "a: {\n    b:\n\tc: 1\n}\n", "a: {\n\tb: _\n\tc: 1\n}\n", []string{"b:"}},
		{"no line end", "a: {\n\tb: 1\n\tc", "a: {\n\tb: 1\n\tc }\n", []string{"{"}},

		// What is right stays as it is.
		{"value below its label", "a:\n\tb: 1\n", "a:\n\tb: 1\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Parse("x.cue", test.src)
			got, err := format.Node(f.AST())
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
	if f.AST() == nil {
		t.Fatalf("no AST for %q", src)
	}
	for _, p := range f.Problems {
		if p.Span.Start < 0 || p.Span.End > len(src) || p.Span.Start > p.Span.End {
			t.Fatalf("problem %v outside the text %q", p, src)
		}
	}
	ast.Walk(f.AST(), func(n ast.Node) bool {
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

// TestHostile parses what nobody writes: it has to end, soon and without a crash.
// A file that is nested beyond the bounds says so and is left out.
func TestHostile(t *testing.T) {
	for _, test := range []struct {
		name, piece string
		deep        bool
	}{
		{"brackets", "[", true}, {"braces", "{", true}, {"parentheses", "(", true}, {"calls", "x(", true},
		{"labels", "a:", true}, {"labels and braces", "{a:", true}, {"closed brackets", "[[]", true},
		{"minus", "-", true}, {"plus", "1+", true}, {"selectors", "a.", true}, {"disjuncts", "\"x\" | ", true},
		{"interpolations", `"\(`, true}, {"multi-line interpolations", `"""\(`, true},
		{"closing braces", "}\n", false}, {"lines of half fields", "a:\n", true}, {"commas", ",", false},
		{"dashes", "a-", true}, {"two values", "1 ", false}, {"quotes", `"`, false}, {"comments", "/*", true},
		{"conflict markers", "<<<<<<<\n", true}, {"fields", "a: 1\n", false}, {"elements", "x: [1, 2]\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := Parse("x.cue", "x: "+strings.Repeat(test.piece, 60_000))
			deep := len(f.AST().Decls) == 0 && len(f.Problems) == 1 && strings.Contains(f.Problems[0].Message, "nested so deep")
			if deep != test.deep {
				t.Errorf("too deep: %v, want %v; %d problems", deep, test.deep, len(f.Problems))
			}
			f.CursorAt(f.Text.Len())
		})
	}
}

func TestNotUTF8(t *testing.T) {
	f := Parse("x.cue", "a: \"\xff\"\nb: 1\n")
	if len(f.Problems) != 1 || f.Problems[0].Span != (text.Span{Start: 4, End: 5}) {
		t.Errorf("problems %v", f.Problems)
	}
	if len(f.AST().Decls) != 2 {
		t.Errorf("%d declarations, want 2", len(f.AST().Decls))
	}
}
