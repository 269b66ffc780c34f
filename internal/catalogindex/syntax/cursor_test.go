package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCursorAt holds what is known of a place while somebody types there. The
// cursor stands at "‸". want is the path, then what is being written there (label,
// value or aside), then the word, with a colon if one is behind it.
func TestCursorAt(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		// Labels.
		{"empty file", "‸", `. label ""`},
		{"empty line at the root", "a: 1\n‸\nb: 2\n", `. label ""`},
		{"word at the root", "val‸", `. label "val"`},
		{"label with a colon", "val‸ues: 1\n", `. label "values":`},
		{"before a label", "‸values: 1\n", `. label "values":`},
		{"behind a label", "values‸: 1\n", `. label "values":`},
		{"behind a label with a space", "values‸ : 1\n", `. label "values":`},
		{"optional label", "val‸ues?: 1\n", `. label "values":`},
		{"required label", "val‸ues!: 1\n", `. label "values":`},
		{"quoted label", "a: {\n\t\"cost-cen‸ter\": 1\n}\n", `a label "\"cost-center\"":`},
		{"quoted label without its end", "a: {\n\t\"cost-cen‸\n}\n", `a label "\"cost-cen"`},
		{"quoted label without a colon", "a: {\n\t\"cost-cen‸\"\n}\n", `a label "\"cost-cen\""`},
		{"dashed label", "a: {\n\tcost-cen‸ter: 1\n}\n", `a label "cost-center":`},
		{"start of a dashed label", "a: {\n\tco‸st-center: 1\n}\n", `a label "cost-center":`},
		{"dashed label without a colon", "a: {\n\tcost-cen‸\n}\n", `a label "cost-cen"`},
		{"dotted label", "a: {\n\tplatform.com‸/x: 1\n}\n", `a label "platform.com/x":`},
		{"embedded selector", "a: {\n\ttraits.#Con‸\n}\n", `a aside "#Con"`},
		{"label with an emoji before it", "// 🚀\na: {b: \"🚀\", rep‸}\n", `a label "rep"`},
		{"before a quoted label", "a: {\n\t‸\"b-c\": 1\n}\n", `a label "\"b-c\"":`},
		{"quoted label behind a colon", "a: ‸\"b-c\": 1\n", `a label "\"b-c\"":`},
		{"indentation of a field", "a: {\n ‸\tb: 1\n}\n", `a aside ""`},
		{"blank before a field on one line", "a: {‸ b: 1}\n", `a aside ""`},
		{"blank before a comma", "a: {b: 1,‸ , c: 1}\n", `a label ""`},
		{"blank before a colon", "a: {\n\tb ‸: 1\n}\n", `a aside ""`},
		{"word before a struct", "a: {\n\tb‸ {}\n}\n", `a aside "b"`},
		{"label in an interpolated one", "\"\\(x)-a\": {\n\tb‸\n}\n", `"\(x)-a" label "b"`},

		// The struct around the cursor.
		{"empty struct on one line", "values: {‸}\n", `values label ""`},
		{"empty struct on lines", "values: {\n\t‸\n}\n", `values label ""`},
		{"indentation of an empty line", "values: {\n‸\t\n\ta: 1\n}\n", `values label ""`},
		{"line without indentation", "values: {\n\ta: 1\n‸\n}\n", `values label ""`},
		{"nested structs", "a: b: {\n\tc: {\n\t\td‸\n\t}\n}\n", `a.b.c label "d"`},
		{"path on one line", "a: b: c‸\n", `a.b value "c"`},
		{"label in a path", "a: b‸: c: 1\n", `a label "b":`},
		{"label in a path before its colon", "a: b: c‸: 1\n", `a.b label "c":`},
		{"behind a struct", "a: {\n\tb: 1\n}\n‸\n", `. label ""`},
		{"several fields on a line", "a: {b: 1, c: 2, d‸}\n", `a label "d"`},
		{"value among fields on a line", "a: {b: 1, c: ‸, d: 3}\n", `a.c value ""`},
		{"second struct of a value", "values: base.values & {\n\ta: 1\n} & {\n\tb‸\n}\n", `values label "b"`},
		{"quoted path", "a: {\n\t\"b-c\": {\n\t\td‸\n\t}\n}\n", `a.b-c label "d"`},
		{"dashed path", "a: {\n\tb-c: {\n\t\td‸\n\t}\n}\n", `a.b-c label "d"`},
		{"alias of a field", "a: X=b: {\n\tc‸\n}\n", `a.b label "c"`},
		{"named document", "prod: core.#ModuleRelease & {\n\tvalues: {\n\t\trep‸\n\t}\n}\n", `prod.values label "rep"`},
		{"document in a map", "releases: \"eu-1\": core.#ModuleRelease & {\n\tvalues: a: ‸\n}\n", `releases.eu-1.values.a value ""`},
		{"embedded document", "#ModuleRelease & {\n\tvalues: {\n\t\t‸\n\t}\n}\n", `values label ""`},
		{"in a comprehension", "a: {\n\tif x {\n\t\tb‸\n\t}\n}\n", `a label "b"`},
		{"pattern", "components: [string]: {\n\tc‸\n}\n", `components.[string] label "c"`},
		{"computed label", "components: (x): {\n\tc‸\n}\n", `components.(x) label "c"`},

		// Values.
		{"behind a colon", "a: ‸\n", `a value ""`},
		{"directly behind a colon", "a:‸\n", `a value ""`},
		{"behind a colon above a field", "a: {\n\tb: ‸\n\tc: 1\n}\n", `a.b value ""`},
		{"line below a colon", "a: {\n\tb:\n\t‸\n}\n", `a label ""`},
		{"word of a value", "a: {\n\tb: tr‸\n}\n", `a.b value "tr"`},
		{"string", "a: \"pro‸d\"\n", `a value "\"prod\""`},
		{"empty string", "a: \"‸\"\n", `a value "\"\""`},
		{"open string", "a: {\n\tb: \"pro‸\n\tc: 1\n}\n", `a.b value "\"pro"`},
		{"behind a string", "a: \"prod\"‸\n", `a value "\"prod\""`},
		{"multi-line string", "a: \"\"\"\n\tx‸\n\t\"\"\"\n", `a value "\"\"\"\n\tx\n\t\"\"\""`},
		{"number", "a: 12‸\n", `a value "12"`},
		{"behind a pipe", "a: \"x\" | ‸\n", `a value ""`},
		{"behind a pipe on the next line", "a: \"x\" |\n\t‸\n", `a value ""`},
		{"behind a default", "a: \"x\" | *‸\n", `a value ""`},
		{"behind a bound", "a: >=1‸\n", `a value "1"`},
		{"behind an and", "a: uint & ‸\nb: 1\n", `a value ""`},
		{"behind a struct on its line", "a: {b: 1} & ‸\n", `a value ""`},
		{"in parentheses", "a: uint & (‸)\n", `a value ""`},
		{"value before a field on one line", "a: ‸ b: 1\n", `a aside ""`},
		{"before a string", "a: ‸\"x\"\n", `a value "\"x\""`},
		{"between the colon and a string", "a: ‸ \"x\"\n", `a value " \"x\""`},
		{"between the colon and a number", "a:‸  12 // x\n", `a value "  12"`},
		{"between the colon and a word", "{a: ‸ x, b: 1}\n", `a value " x"`},
		{"between the colon and a value of two parts", "a: ‸ \"x\" | \"y\"\n", `a value " \"x\""`},
		{"between the colon and a struct", "a:‸  {\n}\n", `a aside ""`},
		{"between the colon and a list", "a: ‸[1]\n", `a aside ""`},
		{"between the colon and a bound", "a: ‸ >=1\n", `a aside ""`},
		{"between the colon and a sum", "a: ‸1 + 2\n", `a aside "1"`},
		{"between the colon and a call", "a: ‸ strings.MinRunes(1)\n", `a aside " strings"`},
		{"word before a dot", "a: x‸.y\n", `a aside "x"`},
		{"between the colon and an operator", "a: ‸ | \"x\"\n", `a value ""`},
		{"between the colon and an attribute", "a: ‸ @go()\n", `a value ""`},
		{"between the colon and a comma", "{a: ‸, b: 1}\n", `a value ""`},
		{"behind a value and a blank", "a: 1 ‸\n", `a aside ""`},
		{"behind a value with an attribute", "a: 1 @go() ‸\n", `a aside ""`},
		{"second word of a value", "a: x y‸\n", `a aside "y"`},
		{"directly behind a struct", "a: {\n\tb: 1\n}‸\n", `a aside ""`},
		{"behind a struct of the file", "{\n\tb: 1\n} ‸\n", `. aside ""`},
		{"directly behind a list", "a: [1]‸\n", `a aside ""`},
		{"behind an ellipsis", "a: {...‸}\n", `a aside ""`},

		// Lists.
		{"empty list", "a: [‸]\n", `a.[0] value ""`},
		{"second element", "a: [1, ‸]\n", `a.[1] value ""`},
		{"element on a line of its own", "a: [\n\t1,\n\t2,\n\t‸\n]\n", `a.[2] value ""`},
		{"elements without commas", "a: [\n\t1\n\t2\n\t‸\n]\n", `a.[2] value ""`},
		{"struct in a list", "a: [{b: 1}, {\n\tc‸\n}]\n", `a.[1] label "c"`},
		{"value in a struct in a list", "a: [{b: 1}, {\n\tc: ‸\n}]\n", `a.[1].c value ""`},
		{"list in a list", "a: [[1, 2], [3, ‸]]\n", `a.[1].[1] value ""`},

		// Unclosed.
		{"open brace at the end", "values: {‸", `values label ""`},
		{"open brace, cursor below", "values: {\n\t‸", `values label ""`},
		{"open braces, cursor between", "a: {\n\tb: {\n\t\tc: 1\n\t‸\n", `a label ""`},
		{"open braces, cursor inside", "a: {\n\tb: {\n\t\tc: 1\n\t\t‸\n", `a.b label ""`},
		{"open braces, cursor outside", "a: {\n\tb: {\n\t\tc: 1\n‸\n", `. label ""`},
		{"open brace before a field", "a: {\n\tb: {\n\t\tc: 1\n\t\t‸\n\td: 2\n}\n", `a.b label ""`},
		{"open brace before a field, cursor behind a value", "a: {\n\tb: {\n\t\tc: ‸\n\td: 2\n}\n", `a.b.c value ""`},
		{"open list", "a: {\n\tb: [1, ‸\n\tc: 2\n}\n", `a.b.[1] value ""`},
		{"CRLF", "values: {\r\n\ta: 1\r\n\t‸\r\n", `values label ""`},
		{"byte order mark", "\ufeffvalues: {\n\ta: {\n\t\tb: ‸\n\tc: 1\n}\n", `values.a.b value ""`},

		// Neither a label nor a value.
		{"in a comment", "a: {\n\t// rep‸\n}\n", `a aside ""`},
		{"in a comment behind a value", "a: 1 // x‸\n", `a aside ""`},
		{"between the slashes", "a: {\n\t/‸/ x\n}\n", `a aside ""`},
		{"before a comment", "a: {\n\t‸// x\n}\n", `a label ""`},
		{"in a doc comment with a brace", "a: {\n\t// {‸\n\tb: 1\n}\n", `a aside ""`},
		{"slashes in a string", "a: \"https://‸\"\n", `a value "\"https://\""`},
		{"behind a dot", "a: x.‸\n", `a aside ""`},
		{"selector", "a: x.y‸\n", `a aside "y"`},
		{"argument of a call", "a: strings.MinRunes(‸)\n", `a aside ""`},
		{"index", "a: x[‸]\n", `a aside ""`},
		{"interpolation", "a: \"x-\\(y‸)\"\n", `a aside "\"x-\\(y)\""`},
		{"behind an interpolation", "a: \"x-\\(y)‸\"\n", `a value "\"x-\\(y)\""`},
		{"attribute", "a: 1 @go(‸)\n", `a aside "@go()"`},
		{"package clause", "package ‸\n", `. aside ""`},
		{"below the package clause", "package p\n‸\n", `. label ""`},
		{"import", "import \"x‸\"\n", `. aside "\"x\""`},
		{"imports", "import (\n\tcatalog \"‸\"\n)\n", `. aside "\"\""`},
		{"let", "a: {\n\tlet x = ‸\n\tb: 1\n}\n", `a aside ""`},
		{"condition", "a: {\n\tif ‸\n\tb: 1\n}\n", `a aside ""`},
		{"field called import", "import: ‸\n", `import value ""`},
	} {
		t.Run(test.name, func(t *testing.T) {
			offset := strings.Index(test.src, "‸")
			f := Parse("x.cue", strings.Replace(test.src, "‸", "", 1))
			if got := describe(f, f.CursorAt(offset)); got != test.want {
				t.Errorf("in %q:\ngot  %s\nwant %s", test.src, got, test.want)
			}
		})
	}
}

func describe(f *File, c Cursor) string {
	what := "label"
	switch {
	case c.Aside:
		what = "aside"
	case c.InValue:
		what = "value"
	}
	path := strings.Join(c.Path, ".")
	if path == "" {
		path = "."
	}
	out := fmt.Sprintf("%s %s %q", path, what, f.Text.Slice(c.Word))
	if c.HasColon {
		out += ":"
	}
	return out
}

// TestCursorAtLabel holds what is known of the label at "‸": what stands behind its
// colon, and whether a field may stand in its place.
func TestCursorAtLabel(t *testing.T) {
	for _, test := range []struct {
		src       string
		holds     Content
		takeField bool
	}{
		{"a‸: {\n}\n", Fields, true},
		{"a‸?: {b: 1}\n", Fields, true},
		{"a‸: b: 1\n", Fields, true},
		{"a‸: \"b-c\": 1\n", Fields, true},
		{"a‸:\n\tb: 1\n", Fields, true},
		{"a‸: 1\n", NoFields, true},
		{"a‸: \"x\"\n", NoFields, true},
		{"a‸: -1\n", NoFields, true},
		{"a‸: >=1 & <=2\n", NoFields, true},
		{"a‸: *1 | 2\n", NoFields, true},
		{"a‸: true\n", NoFields, true},
		{"a‸: [{b: 1}]\n", NoFields, true},
		{"a‸: \n", Unclear, true},
		{"a‸:\nb: 1\n", Unclear, true},
		{"{a‸: , b: 1}\n", Unclear, true},
		{"{a‸: }\n", Unclear, true},
		{"a‸: base.values & {b: 1}\n", Unclear, true},
		{"a‸: (x)\n", Unclear, true},
		{"a‸\n", Unclear, true},
		{"a: ‸\n", Unclear, true},
		{"a: b‸\n", Unclear, true},
		{"a: b & c‸\n", Unclear, false},
		{"a: b &\n\t‸\n", Unclear, false},
		{"a: b‸ & {c: 1}\n", Unclear, false},
		{"a: [‸]\n", Unclear, false},
		{"a: (‸)\n", Unclear, false},
		{"a: [{‸}]\n", Unclear, true},
		{"X=a‸: {}\n", Fields, false},
	} {
		offset := strings.Index(test.src, "‸")
		c := Parse("x.cue", strings.Replace(test.src, "‸", "", 1)).CursorAt(offset)
		if c.Holds != test.holds || c.TakesField != test.takeField {
			t.Errorf("in %q: holds %v, takes a field: %v; want %v and %v", test.src, c.Holds, c.TakesField, test.holds, test.takeField)
		}
	}
}

// TestCursorEverywhere asks for every place of real files, whole and cut off there:
// the word must touch the place, whatever is missing.
func TestCursorEverywhere(t *testing.T) {
	paths, _ := filepath.Glob("../../../testdata/workspace/releases/*/*.cue")
	if len(paths) == 0 {
		t.Fatal("no files")
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := Parse(path, string(content))
		for offset := 0; offset <= len(content); offset += 7 {
			checkCursor(t, whole, offset)
			checkCursor(t, Parse(path, string(content[:offset])), offset)
		}
	}
}

func checkCursor(t *testing.T, f *File, offset int) {
	t.Helper()
	c := f.CursorAt(offset)
	if c.Word.Start < 0 || c.Word.Start > offset || c.Word.End < offset || c.Word.End > f.Text.Len() {
		t.Fatalf("word %v does not touch offset %d of %q", c.Word, offset, f.Text.Content())
	}
}

func FuzzCursorAt(f *testing.F) {
	f.Add("a: {b-c: [1, \"x\\(y", 9)
	f.Add("\ufeffa: {\r\n\tb: x.\r\n}", 13)
	f.Add("a: (b: {c: 1} & ", 16)
	f.Fuzz(func(t *testing.T, src string, offset int) {
		if offset >= 0 && offset <= len(src) {
			checkCursor(t, Parse("x.cue", src), offset)
		}
	})
}
