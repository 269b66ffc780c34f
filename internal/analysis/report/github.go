package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// github prints workflow commands, of which GitHub Actions makes annotations in the files
// of a pull request, then the summary for the log. The log shows of each only the
// message, so that says the place once more. Columns count characters (Unicode code
// points) from 1, as in the pretty report: GitHub says of no unit that it is the right one.
//
// The syntax: https://docs.github.com/actions/reference/workflow-commands-for-github-actions,
// its escapes: escapeData and escapeProperty in packages/core/src/command.ts of
// github.com/actions/toolkit.
func github(w io.Writer, in Input) error {
	var b strings.Builder
	dir := cmp.Or(in.Repository, in.Root)
	for _, d := range in.Diagnostics {
		properties := []string{"file=" + escapeProperty(in.inRepository(d.Path))}
		if t := in.Text(d.Path); t != nil {
			properties = append(properties, lines(t.Range(d.Span, text.UTF32))...)
		}
		properties = append(properties, "title="+escapeProperty(d.Code))
		message := in.place(dir, d.Location) + " " + Visible(d.Message)
		for _, r := range d.Related {
			message += "\n" + in.place(dir, r.Location) + " " + Visible(r.Message)
		}
		fmt.Fprintf(&b, "::%s %s::%s\n", command(d.Severity), strings.Join(properties, ","), escapeData(message))
	}
	b.WriteString(summary(in))
	_, err := io.WriteString(w, b.String())
	return err
}

func command(s analysis.Severity) string {
	switch s {
	case analysis.Error:
		return "error"
	case analysis.Warning:
		return "warning"
	default:
		return "notice"
	}
}

// lines returns the properties that say where an annotation stands, counted from 1. GitHub
// takes columns only within one line.
func lines(r text.Range) []string {
	out := []string{fmt.Sprintf("line=%d", r.Start.Line+1), fmt.Sprintf("endLine=%d", r.End.Line+1)}
	if r.Start.Line == r.End.Line {
		out = append(out, fmt.Sprintf("col=%d", r.Start.Character+1), fmt.Sprintf("endColumn=%d", r.End.Character+1))
	}
	return out
}

func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
