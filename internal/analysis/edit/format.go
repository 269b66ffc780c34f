package edit

import (
	"strings"

	"cuelang.org/go/cue/format"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// Formatted returns a text after an edit: in the form of `cue fmt`, if the text before
// was in that form; otherwise as it is. So an edit need not know how columns are aligned,
// and a file that its authors lay out in another way keeps their layout.
func Formatted(before, after string) string {
	l := layoutOf(before)
	if !l.isFormatted(before) {
		return after
	}
	formatted, err := format.Source([]byte(l.strip(after)))
	if err != nil {
		return after
	}
	out := string(formatted)
	if l.returns {
		out = strings.ReplaceAll(out, "\n", "\r\n")
	}
	return l.mark + out
}

// A layout is what a file keeps and `cue fmt` does not know.
type layout struct {
	mark    string // the byte order mark at its beginning, or ""
	returns bool   // all its lines end with "\r\n"
}

const byteOrderMark = "\ufeff"

func layoutOf(content string) layout {
	var l layout
	if strings.HasPrefix(content, byteOrderMark) {
		l.mark = byteOrderMark
	}
	n := strings.Count(content, "\n")
	l.returns = n > 0 && strings.Count(content, "\r\n") == n
	return l
}

// strip returns a content as `cue fmt` would see it.
func (l layout) strip(content string) string {
	content = strings.TrimPrefix(content, l.mark)
	if l.returns {
		content = strings.ReplaceAll(content, "\r\n", "\n")
	}
	return content
}

func (l layout) isFormatted(content string) bool {
	content = l.strip(content)
	formatted, err := format.Source([]byte(content))
	if err != nil {
		content = mended(content)
		formatted, err = format.Source([]byte(content))
	}
	return err == nil && string(formatted) == content
}

// mended returns a content with names of the same length in the place of those that must
// be quoted: of a file that parses but for them, it says whether it is formatted.
func mended(content string) string {
	out := []byte(content)
	for _, p := range syntax.Parse("", content).Problems {
		if p.Replacement == "" {
			continue
		}
		for i := p.Span.Start; i < p.Span.End; i++ {
			out[i] = 'x'
		}
	}
	return string(out)
}
