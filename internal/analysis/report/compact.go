package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// compact prints each diagnostic on a line that editors and other programs know how to
// follow, then the summary:
//
//	releases/web.cue:8:19: error[release/invalid-value]: `replicas` is 99, but …
//
// Lines and columns count from 1, columns in characters (Unicode code points), as in the
// pretty report.
func compact(w io.Writer, in Input) error {
	var b strings.Builder
	for _, d := range in.Diagnostics {
		fmt.Fprintf(&b, "%s %s[%s]: %s\n", in.place(in.Root, d.Location), d.Severity, d.Code, Visible(d.Message))
	}
	b.WriteString(summary(in))
	_, err := io.WriteString(w, b.String())
	return err
}

// place returns where a location begins, in a form that editors make a link of:
// "file:line:column:", relative to a directory.
func (in Input) place(dir string, l analysis.Location) string {
	name := Visible(relative(dir, l.Path))
	t := in.Text(l.Path)
	if t == nil {
		return name + ":"
	}
	at := t.Position(l.Span.Start, text.UTF32)
	return fmt.Sprintf("%s:%d:%d:", name, at.Line+1, at.Character+1)
}
