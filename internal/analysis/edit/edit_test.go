package edit_test

import (
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A change is a text before an edit and after it.
type change struct{ name, before, after string }

// check applies the edits that do to each text, and the same to the text with Windows line
// endings. What comes out has to parse.
func check(t *testing.T, changes []change, edits func(t *testing.T, f *syntax.File) []rule.Edit) {
	t.Helper()
	for _, c := range changes {
		for _, crlf := range []bool{false, true} {
			name, before, after := c.name, c.before, c.after
			if crlf && !strings.Contains(before, "\n") {
				continue // nothing says how its lines end
			}
			if crlf {
				name += " with CRLF"
				before, after = strings.ReplaceAll(before, "\n", "\r\n"), strings.ReplaceAll(after, "\n", "\r\n")
			}
			t.Run(name, func(t *testing.T) {
				f := syntax.Parse("/f.cue", before)
				got := analysis.ApplyEdits(before, edits(t, f))
				if diff := cmp.Diff(after, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if _, err := parser.ParseFile("f.cue", got, parser.ParseComments); err != nil {
					t.Errorf("what is left does not parse: %v", err)
				}
			})
		}
	}
}

func TestAddImport(t *testing.T) {
	changes := []change{
		{"nothing", "", "import \"strings\"\n\n"},
		{"no clause", "a: 1\n", "import \"strings\"\n\na: 1\n"},
		{"no clause, a comment of the field", "// About a.\na: 1\n", "import \"strings\"\n\n// About a.\na: 1\n"},
		{"no clause, a comment of the file", "// About the file.\n\na: 1\n", "// About the file.\n\nimport \"strings\"\n\na: 1\n"},
		{"no clause, a byte order mark", "\ufeffa: 1\n", "\ufeffimport \"strings\"\n\na: 1\n"},
		{"an attribute", "@extern(embed)\n\na: 1\n", "@extern(embed)\n\nimport \"strings\"\n\na: 1\n"},
		{"a clause", "package x\n\na: 1\n", "package x\n\nimport \"strings\"\n\na: 1\n"},
		{"a clause with a comment", "// About x.\npackage x // here\n\na: 1\n", "// About x.\npackage x // here\n\nimport \"strings\"\n\na: 1\n"},
		{"a clause, no empty line", "package x\na: 1\n", "package x\n\nimport \"strings\"\n\na: 1\n"},
		{"a clause and nothing else", "package x\n", "package x\n\nimport \"strings\"\n"},
		{"a clause and no line ending", "package x", "package x\n\nimport \"strings\""},
		{"an attribute and a clause", "@if(prod)\n\npackage x\n\na: 1\n", "@if(prod)\n\npackage x\n\nimport \"strings\"\n\na: 1\n"},
		{"one import", "package x\n\nimport \"list\"\n\na: 1\n", "package x\n\nimport (\n\t\"list\"\n\t\"strings\"\n)\n\na: 1\n"},
		{"one import that comes later", "import \"time\"\n", "import (\n\t\"strings\"\n\t\"time\"\n)\n"},
		{"one import with a name and a comment", "// For a.\nimport l \"list\" // for lists\n\na: 1\n", "// For a.\nimport (\n\tl \"list\" // for lists\n\t\"strings\"\n)\n\na: 1\n"},
		{"two imports", "import \"list\"\nimport \"net\"\n\na: 1\n", "import \"list\"\nimport \"net\"\nimport \"strings\"\n\na: 1\n"},
		{"a block, at its end", "import (\n\t\"list\"\n\tm \"math\" // sums\n)\n", "import (\n\t\"list\"\n\tm \"math\" // sums\n\t\"strings\"\n)\n"},
		{"a block, in the middle", "import (\n\t\"list\"\n\t\"time\"\n)\n", "import (\n\t\"list\"\n\t\"strings\"\n\t\"time\"\n)\n"},
		{"a block, before a comment", "import (\n\t// When it is.\n\t\"time\"\n)\n", "import (\n\t\"strings\"\n\t// When it is.\n\t\"time\"\n)\n"},
		{"a block that ends on the line of an import", "import (\n\t\"list\"\n\t\"math\")\n", "import (\n\t\"list\"\n\t\"math\"\n\t\"strings\")\n"},
		{"a block on one line", "import (\"list\", \"time\")\n", "import (\"list\", \"time\", \"strings\")\n"},
		{"a block and a single import", "import (\n\t\"list\"\n)\nimport \"net\"\n", "import (\n\t\"list\"\n\t\"strings\"\n)\nimport \"net\"\n"},
		{"an empty block", "import ()\n\na: 1\n", "import ()\nimport \"strings\"\n\na: 1\n"},
	}
	check(t, changes, func(_ *testing.T, f *syntax.File) []rule.Edit { return []rule.Edit{edit.AddImport(f, "strings")} })
}

func TestAddNamedImport(t *testing.T) {
	changes := []change{
		{"no import", "package x\n\na: 1\n", "package x\n\nimport traits \"traits.opm.dev/v1alpha1\"\n\na: 1\n"},
		{"a block", "import (\n\t\"list\"\n)\n", "import (\n\t\"list\"\n\ttraits \"traits.opm.dev/v1alpha1\"\n)\n"},
	}
	check(t, changes, func(_ *testing.T, f *syntax.File) []rule.Edit {
		return []rule.Edit{edit.AddNamedImport(f, "traits", "traits.opm.dev/v1alpha1")}
	})
}

// TestRemoveImport takes the import "strings" away.
func TestRemoveImport(t *testing.T) {
	changes := []change{
		{"the only one", "package x\n\nimport \"strings\"\n\na: 1\n", "package x\n\na: 1\n"},
		{"the only one, with a name and comments", "package x\n\n// For texts.\nimport s \"strings\" // still\n\na: 1\n", "package x\n\na: 1\n"},
		{"the only one, at the top", "import \"strings\"\n\na: 1\n", "a: 1\n"},
		{"the only one of a block", "package x\n\nimport (\n\t\"strings\"\n)\n\na: 1\n", "package x\n\na: 1\n"},
		{"the first of a block", "import (\n\t\"strings\"\n\t\"time\"\n)\n", "import (\n\t\"time\"\n)\n"},
		{"the last of a block", "import (\n\t\"list\"\n\t\"strings\"\n)\n", "import (\n\t\"list\"\n)\n"},
		{"with its comment", "import (\n\t\"list\"\n\t// For texts.\n\t\"strings\"\n)\n", "import (\n\t\"list\"\n)\n"},
		{"in a group of its own", "import (\n\t\"list\"\n\n\t\"strings\"\n)\n", "import (\n\t\"list\"\n)\n"},
		{"of a block on one line", "import (\"list\", \"strings\", \"time\")\n", "import (\"list\", \"time\")\n"},
		{"the last of a block on one line", "import (\"list\", \"strings\")\n", "import (\"list\")\n"},
		{"one of two declarations", "import \"list\"\nimport \"strings\"\n\na: 1\n", "import \"list\"\n\na: 1\n"},
	}
	check(t, changes, func(t *testing.T, f *syntax.File) []rule.Edit {
		i := slices.IndexFunc(f.Imports(), func(imp syntax.Import) bool { return imp.Path == "strings" })
		if i < 0 {
			t.Fatal("there is no such import")
		}
		return []rule.Edit{edit.RemoveImport(f, f.Imports()[i])}
	})
}

// TestRemoveField takes the field x away.
func TestRemoveField(t *testing.T) {
	changes := []change{
		{"a line", "a: 1\nx: 2\nb: 3\n", "a: 1\nb: 3\n"},
		{"several lines", "a: 1\nx: {\n\tc: 2\n}\nb: 3\n", "a: 1\nb: 3\n"},
		{"the last line without an ending", "a: 1\nx: 2", "a: 1\n"},
		{"with a comment above and behind", "a: 1\n// About x,\n// at length.\nx: 2 // really\nb: 3\n", "a: 1\nb: 3\n"},
		{"a comment that is not its own", "a: 1\n\n// About all below.\n\nx: 2\nb: 3\n", "a: 1\n\n// About all below.\n\nb: 3\n"},
		{"between empty lines", "a: 1\n\nx: 2\n\nb: 3\n", "a: 1\n\nb: 3\n"},
		{"below an empty line", "a: 1\n\nx: 2\nb: 3\n", "a: 1\n\nb: 3\n"},
		{"the first of a struct", "a: {\n\tx: 1\n\n\tb: 2\n}\n", "a: {\n\tb: 2\n}\n"},
		{"the last of a struct", "a: {\n\tb: 2\n\n\tx: 1\n}\n", "a: {\n\tb: 2\n}\n"},
		{"the last of a file", "a: 1\n\nx: 2\n", "a: 1\n"},
		{"the only one of a struct", "a: {\n\tx: 1\n}\n", "a: {\n}\n"},
		{"with a comma", "a: {\n\tb: 1,\n\tx: 2, // really\n\tc: 3,\n}\n", "a: {\n\tb: 1,\n\tc: 3,\n}\n"},
		{"the first of a line", "a: {x: 1, b: 2}\n", "a: {b: 2}\n"},
		{"in the middle of a line", "a: {b: 1, x: 2, c: 3}\n", "a: {b: 1, c: 3}\n"},
		{"the last of a line", "a: {b: 1, x: 2}\n", "a: {b: 1}\n"},
		{"alone on a line", "a: {x: 1}\n", "a: {}\n"},
		{"before a brace", "a: {\n\tb: 1\n\tx: 2}\n", "a: {\n\tb: 1\n\t}\n"},
		{"behind a comma on a line", "b: 1, x: 2 // both\n", "b: 1 // both\n"},
		{"the end of a chain", "a: 1\nb: c: x: 2\nd: 3\n", "a: 1\nd: 3\n"},
		{"the end of a chain on a line", "a: {b: c: x: 2, d: 3}\n", "a: {d: 3}\n"},
		{"the start of a chain", "a: 1\nx: c: d: 2\n", "a: 1\n"},
		{"in braces at the end of a chain", "b: c: {x: 2, d: 3}\n", "b: c: {d: 3}\n"},
		{"in a conjunction", "a: #A & {x: 1}\n", "a: #A & {}\n"},
		{"in a call", "a: close({x: 1})\n", "a: close({})\n"},
		{"in an element", "a: [{x: 1, b: 2}]\n", "a: [{b: 2}]\n"},
		{"with an attribute", "a: 1\nx: 2 @tag(x)\nb: 3\n", "a: 1\nb: 3\n"},
		{"with an alias and a mark", "a: 1\nX=x?: 2\nb: 3\n", "a: 1\nb: 3\n"},
		{"a quoted one", "a: 1\n\"x\": 2\nb: 3\n", "a: 1\nb: 3\n"},
	}
	check(t, changes, func(t *testing.T, f *syntax.File) []rule.Edit {
		return []rule.Edit{edit.RemoveField(f, f.Span(fieldNamed(t, f, "x")))}
	})
}

func fieldNamed(t *testing.T, f *syntax.File, name string) *ast.Field {
	t.Helper()
	var found *ast.Field
	ast.Walk(f.AST(), func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok {
			if label, ok := syntax.LabelName(field.Label); ok && label == name {
				found = field
			}
		}
		return true
	}, nil)
	if found == nil {
		t.Fatalf("there is no field %s", name)
	}
	return found
}

// TestInsertField adds the field x to the struct of the field s.
func TestInsertField(t *testing.T) {
	changes := []change{
		{"in braces", "s: {\n\ta: 1\n}\n", "s: {\n\ta: 1\n\tx: 2\n}\n"},
		{"indented", "r: {\n    s: {\n        a: 1\n    }\n}\n", "r: {\n    s: {\n        a: 1\n        x: 2\n    }\n}\n"},
		{"behind a comment of the last field", "s: {\n\ta: 1 // one\n}\n", "s: {\n\ta: 1 // one\n\tx: 2\n}\n"},
		{"before a comment of the struct", "s: {\n\ta: 1\n\n\t// No more.\n}\n", "s: {\n\ta: 1\n\tx: 2\n\n\t// No more.\n}\n"},
		{"before three dots", "s: {\n\ta: 1\n\t...\n}\n", "s: {\n\ta: 1\n\tx: 2\n\t...\n}\n"},
		{"behind a comma", "s: {\n\ta: 1,\n}\n", "s: {\n\ta: 1,\n\tx: 2\n}\n"},
		{"a brace on the last line", "s: {\n\ta: 1}\n", "s: {\n\ta: 1\n\tx: 2\n}\n"},
		{"a field on the first line", "s: {a: 1\n\tb: 2\n}\n", "s: {a: 1\n\tb: 2\n\tx: 2\n}\n"},
		{"a struct as the last field", "s: {\n\ta: {\n\t\tb: 1\n\t}\n}\n", "s: {\n\ta: {\n\t\tb: 1\n\t}\n\tx: 2\n}\n"},
		{"one line", "s: {a: 1}\n", "s: {a: 1, x: 2}\n"},
		{"one line with a comma", "s: {a: 1,}\n", "s: {a: 1, x: 2}\n"},
		{"one line with room", "s: { a: 1 }\n", "s: { a: 1, x: 2 }\n"},
		{"empty", "s: {}\n", "s: {x: 2}\n"},
		{"empty on two lines", "s: {\n}\n", "s: {\n\tx: 2\n}\n"},
		{"empty with a comment", "s: {\n\t// Nothing yet.\n}\n", "s: {\n\tx: 2\n\t// Nothing yet.\n}\n"},
		{"without braces", "s: a: 1\n", "s: {\n\ta: 1\n\tx: 2\n}\n"},
		{"without braces, with a comment", "s: a: 1 // one\n", "s: {\n\ta: 1 // one\n\tx: 2\n}\n"},
		{"without braces, indented", "r: {\n\ts: a: 1\n}\n", "r: {\n\ts: {\n\t\ta: 1\n\t\tx: 2\n\t}\n}\n"},
		{"without braces, on a line", "r: {s: a: 1, b: 2}\n", "r: {s: {\n\ta: 1\n\tx: 2\n}, b: 2}\n"},
		{"in a conjunction", "s: #S & {\n\ta: 1\n}\n", "s: #S & {\n\ta: 1\n\tx: 2\n}\n"},
	}
	check(t, changes, func(t *testing.T, f *syntax.File) []rule.Edit {
		parts := catalogindex.StructParts([]catalogindex.Field{{File: f, Field: fieldNamed(t, f, "s"), Name: "s"}})
		if len(parts) != 1 {
			t.Fatalf("%d parts", len(parts))
		}
		return edit.InsertField(parts[0], "x: 2")
	})
}

// TestInsertFieldAtRoot adds a field to a file as a whole.
func TestInsertFieldAtRoot(t *testing.T) {
	changes := []change{
		{"fields", "package p\n\na: 1\n", "package p\n\na: 1\nx: {\n\ty: 2\n}\n"},
		{"no line ending", "a: 1", "a: 1\nx: {\n\ty: 2\n}\n"},
		{"empty", "", "x: {\n\ty: 2\n}\n"},
		{"braces around all of it", "{\n\ta: 1\n}\n", "{\n\ta: 1\n}\nx: {\n\ty: 2\n}\n"},
	}
	check(t, changes, func(_ *testing.T, f *syntax.File) []rule.Edit {
		root := catalogindex.Part{File: f, Decls: f.AST().Decls, Span: text.Span{End: f.Text.Len()}}
		return edit.InsertField(root, "x: {\n\ty: 2\n}")
	})
}

// TestInsertFieldOfLines adds a field of several lines, as deep as it belongs.
func TestInsertFieldOfLines(t *testing.T) {
	changes := []change{
		{"in braces", "s: {\n\ta: 1\n}\n", "s: {\n\ta: 1\n\tx: {\n\t\ty: 2\n\t}\n}\n"},
		{"without braces", "s: a: 1\n", "s: {\n\ta: 1\n\tx: {\n\t\ty: 2\n\t}\n}\n"},
		{"the whole file in braces", "{\n\ta: 1\n}", "{\n\ta: 1\n\tx: {\n\t\ty: 2\n\t}\n}"},
	}
	check(t, changes, func(_ *testing.T, f *syntax.File) []rule.Edit {
		var part catalogindex.Part
		ast.Walk(f.AST(), func(n ast.Node) bool {
			if s, ok := n.(*ast.StructLit); ok {
				part = catalogindex.Part{File: f, Decls: s.Elts, Span: f.Span(s)}
			}
			return part.File == nil
		}, nil)
		return edit.InsertField(part, "x: {\n\ty: 2\n}")
	})
}

func TestFormatted(t *testing.T) {
	for _, c := range []struct{ name, before, after, want string }{
		{"formatted before", "a: 1\n", "a: 1\nlonger: 2\n", "a:      1\nlonger: 2\n"},
		{"formatted before, with CRLF", "a: 1\r\n", "a: 1\r\nlonger: 2\r\n", "a:      1\r\nlonger: 2\r\n"},
		{"laid out otherwise before", "a:   1\n", "a:   1\nlonger: 2\n", "a:   1\nlonger: 2\n"},
		{"does not parse before", "a: {\n", "a: {\nlonger: 2\n", "a: {\nlonger: 2\n"},
		{"must be quoted before", "a: {\n\tx:   1\n\tb-c: 2\n}\n", "a: {\n\tx:   1\n\t\"b-c\": 2\n}\n", "a: {\n\tx:     1\n\t\"b-c\": 2\n}\n"},
		{"must be quoted, laid out otherwise", "a: {\n\tx: 1\n\tb-c: 2\n}\n", "a: {\n\tx: 1\n\t\"b-c\": 2\n}\n", "a: {\n\tx: 1\n\t\"b-c\": 2\n}\n"},
		{"a byte order mark", "\ufeffa: 1\n", "\ufeffa: 1\nlonger: 2\n", "\ufeffa:      1\nlonger: 2\n"},
		{"mixed line ends", "a: 1\r\nb: 1\n", "a: 1\r\nb: 1\nlonger: 2\n", "a: 1\r\nb: 1\nlonger: 2\n"},
		{"does not parse after", "a: 1\n", "a: 1\nlonger: {\n", "a: 1\nlonger: {\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, edit.Formatted(c.before, c.after)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
