package syntax_test

import (
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// TestBrokenInManyPlaces parses what is wrong on every line. It ends, which it would not if
// anything took time for each mistake with each other; and small or large, something is said.
func TestBrokenInManyPlaces(t *testing.T) {
	for name, line := range map[string]string{
		"strings without end": "a: \"x\n",
		"escapes":             "a: \"\\q\\q\\q\\q\"\n",
		"dashes":              "a-b-c: 1\n",
		"no values":           "a:\nb: \n",
		"words":               "a b c d\n",
		"characters":          "a: $%§?\n",
		"braces":              "a: b: {\n",
		"closing braces":      "a: 1}\n",
		"numbers":             "a: 1__0x\n",
		"colons":              ":::\n",
		"commas":              "a: 1,,,,\n",
		"interpolations":      "a: \"\\(\n",
	} {
		for _, size := range []int{150 << 10, 1200 << 10} {
			content := "package x\n\n#Module & {\n" + strings.Repeat(line, size/len(line)) + "}\n"
			f := syntax.Parse("x.cue", content)
			if len(f.Problems) == 0 {
				t.Errorf("%s: nothing is wrong with %d bytes", name, size)
			}
			for _, p := range f.Problems {
				if p.Span.Start < 0 || p.Span.End > len(content) || p.Message == "" {
					t.Errorf("%s: %+v", name, p)
				}
			}
		}
	}
}
