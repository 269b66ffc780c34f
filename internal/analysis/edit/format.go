package edit

import (
	"strings"

	"cuelang.org/go/cue/format"
)

// Formatted returns a text after an edit: in the form of `cue fmt`, if the text before
// was in that form; otherwise as it is. So an edit need not know how columns are aligned,
// and a file that its authors lay out in another way keeps their layout.
func Formatted(before, after string) string {
	if !isFormatted(before) {
		return after
	}
	formatted, err := format.Source([]byte(lf(after)))
	if err != nil {
		return after
	}
	if strings.Contains(before, "\r\n") {
		return strings.ReplaceAll(string(formatted), "\n", "\r\n")
	}
	return string(formatted)
}

func isFormatted(content string) bool {
	formatted, err := format.Source([]byte(lf(content)))
	return err == nil && string(formatted) == lf(content)
}

func lf(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
