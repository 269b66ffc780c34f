package syntax_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

const spoken = `package a // of its own

// About it.
import "strings"

#Module & {
	name: "a // b" // no comment before this one
	text: """
		  several // lines
		and \( strings.ToUpper( // of a kind
			"x"))
		"""

	list: [1, 2, // two
		3]
	if name != _|_ {big: >=1 & // half
		<=2}
}
`

// restyled returns a source that says the same, written otherwise.
func restyled(source string) string {
	source = strings.Replace(source, "package a // of its own\n", "// One.\n\n\npackage a\n// Two.\n", 1)
	source = strings.Replace(source, "\n\tlist:", "\n\n    // A list.\n  list:", 1)
	source = strings.Replace(source, "<=2}", "\t<=2} // all of it", 1)
	return strings.Replace(source, "// two", "", 1)
}

func TestMeaning(t *testing.T) {
	before, after := syntax.Parse("a.cue", spoken), syntax.Parse("a.cue", restyled(spoken))
	if len(before.Problems)+len(after.Problems) > 0 {
		t.Fatal(before.Problems, after.Problems)
	}
	if before.Meaning() != after.Meaning() {
		t.Error("comments, empty lines and indentation mean something")
	}
	ast.Walk(before.AST(), func(n ast.Node) bool {
		if _, comment := n.(*ast.CommentGroup); comment {
			return false
		}
		span := before.Span(n)
		moved, ok := before.Moved(span, after)
		if _, file := n.(*ast.File); !ok && !file && span.Len() > 0 {
			t.Errorf("%q is nowhere", before.Text.Slice(span))
		}
		_, isStruct := n.(*ast.StructLit)
		_, isField := n.(*ast.Field)
		if was, is := before.Text.Slice(span), after.Text.Slice(moved); ok && was != is && !strings.Contains(was, "\n") {
			t.Errorf("%q became %q", was, is)
		} else if ok && (isStruct || isField) && was[:1] != is[:1] {
			t.Errorf("%q became %q", was, is)
		}
		return true
	}, nil)
	if _, ok := before.Moved(text.Span{Start: 13, End: 15}, after); ok {
		t.Error("a comment has no place in another file")
	}
}

// TestMeaningSays holds that every letter outside of comments means something.
func TestMeaningSays(t *testing.T) {
	file := syntax.Parse("a.cue", spoken)
	for _, change := range [][2]string{
		{"\"a // b\"", "\"a // c\""}, {"several // lines", "several // line"}, {"\t\tand", "\t\t and"}, {"\t\t  several", "\t\t several"},
		{"1, 2", "1,2"}, {"<=2", "<=3"}, {"package a", "package b"}, {"of a kind", "of no kind"},
	} {
		changed := syntax.Parse("a.cue", strings.Replace(spoken, change[0], change[1], 1))
		if changed.Text.Content() == spoken || changed.Meaning() == file.Meaning() {
			t.Errorf("%q for %q means nothing", change[1], change[0])
		}
	}
	broken := syntax.Parse("a.cue", "a: {\n")
	if broken.Meaning() == syntax.Parse("a.cue", "a: {\n\n").Meaning() {
		t.Error("what does not parse means what it is, byte by byte")
	}
}

// TestMeaningOfExamples holds the same of real files, with a comment in front of each line
// that begins a field.
func TestMeaningOfExamples(t *testing.T) {
	paths, err := filepath.Glob("../../../testdata/workspace/*/*/*.cue")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		before := syntax.Parse(path, string(content))
		var b strings.Builder
		for line := range strings.Lines(string(content)) {
			if strings.Contains(line, ": {") {
				b.WriteString("\n// A comment.\n  ")
			}
			b.WriteString(line)
		}
		after := syntax.Parse(path, b.String())
		if (before.Meaning() == after.Meaning()) != (len(before.Problems) == 0) {
			t.Errorf("%s means something else with comments", path)
		}
	}
}
