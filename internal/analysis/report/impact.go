package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// maxChangesShown is how many changed values of one release are shown.
const maxChangesShown = 10

// WriteImpacts writes what becomes of releases, for a terminal or a log: a paragraph for each that
// does not stay as it was, and how many there are of each kind. added and gone are releases that
// were not there before, and that are not there any more.
func WriteImpacts(out io.Writer, s *analysis.Snapshot, impacts []analysis.Impact, added, gone []*catalogindex.Document) {
	place := func(d *catalogindex.Document) string { return Visible(relative(s.Root(d.File.Path), d.File.Path)) }
	for _, i := range impacts {
		if i.Effect == analysis.Stays {
			continue
		}
		fmt.Fprintf(out, "%s %s (%s)\n", Visible(i.Release.Title()), i.Effect, place(i.Release))
		for _, line := range impactLines(i, func(value string) string { return value }) {
			fmt.Fprintf(out, "  %s\n", Visible(line))
		}
		fmt.Fprintln(out)
	}
	for _, d := range added {
		title, errors := Visible(d.Title()), ""
		if n := len(s.Effective(d).Problems); n > 0 {
			errors = ", and has " + rule.Plural(n, "error")
		}
		fmt.Fprintf(out, "%s is new%s (%s)\n\n", title, errors, place(d))
	}
	for _, d := range gone {
		fmt.Fprintf(out, "%s is gone (%s)\n\n", Visible(d.Title()), place(d))
	}
	fmt.Fprintln(out, impactSummary(impacts))
}

// impactLines says what becomes of a release, a line for each thing. quote writes CUE.
func impactLines(i analysis.Impact, quote func(string) string) []string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	side := func(value string) string {
		if value == "" {
			return "nothing"
		}
		return quote(value)
	}
	for _, p := range i.Errors {
		add("%s (%s)", p.Message, p.Code)
	}
	for _, c := range i.Changed[:min(len(i.Changed), maxChangesShown)] {
		add("%s: %s → %s", quote(c.Path.String()), side(c.Before), side(c.After))
	}
	if n := len(i.Changed) - maxChangesShown; n > 0 {
		add("and %s more", rule.Plural(n, "value"))
	}
	if i.Others > 0 {
		add("It has %s, as before.", rule.Plural(i.Others, "error"))
	}
	return lines
}

// impactSummary counts the effects.
func impactSummary(impacts []analysis.Impact) string {
	count := make(map[analysis.Effect]int)
	for _, i := range impacts {
		count[i.Effect]++
	}
	var said []string
	for _, e := range []struct {
		effect     analysis.Effect
		one, other string
	}{{analysis.Breaks, "breaks", "break"}, {analysis.Changes, "changes", "change"}, {analysis.Mends, "is mended", "are mended"}, {analysis.Stays, "stays", "stay"}} {
		switch n := count[e.effect]; n {
		case 0:
		case 1:
			said = append(said, "1 "+e.one)
		default:
			said = append(said, fmt.Sprintf("%d %s", n, e.other))
		}
	}
	if len(said) == 0 {
		return "There is no release to compare."
	}
	return fmt.Sprintf("%s: %s.", rule.Plural(len(impacts), "release"), strings.Join(said, ", "))
}
