package edit

import (
	"strings"

	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
)

// Reformat returns a content in the form of `cue fmt`, with its byte order mark and its line
// endings as they are. ok is false if it does not parse: then there is no such form.
func Reformat(content string) (formatted string, ok bool) {
	l := layoutOf(content)
	out, err := format.Source([]byte(l.strip(content)))
	if err != nil {
		return "", false
	}
	// The formatter is not without faults: what it makes must be CUE as well.
	if _, err := parser.ParseFile("", out); err != nil {
		return "", false
	}
	formatted = string(out)
	if l.returns {
		formatted = strings.ReplaceAll(formatted, "\n", "\r\n")
	}
	return l.mark + formatted, true
}
