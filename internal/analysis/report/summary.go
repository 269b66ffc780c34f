package report

import (
	"fmt"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// ANSI colours.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	blue   = "1;34"
	cyan   = "1;36"
	green  = "1;32"
)

// color returns a text in a colour, if the report has colours.
func (in Input) color(code, s string) string {
	if !in.Color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func severityColor(s analysis.Severity) string {
	switch s {
	case analysis.Error:
		return red
	case analysis.Warning:
		return yellow
	default:
		return cyan
	}
}

// summary returns the last lines of a report for people: what was fixed, and how much is
// wrong.
func summary(in Input) string {
	var b strings.Builder
	if in.Fixed != nil {
		fmt.Fprintln(&b, in.Fixed)
	}
	checked := rule.Plural(in.Files, "file") + " checked"
	if len(in.Diagnostics) == 0 {
		fmt.Fprintf(&b, "%s: nothing is wrong.\n", in.color(green, checked))
		return b.String()
	}
	n := counts(in.Diagnostics)
	var parts []string
	for _, s := range []analysis.Severity{analysis.Error, analysis.Warning} {
		if n[s] > 0 {
			parts = append(parts, in.color(severityColor(s), rule.Plural(n[s], s.String())))
		}
	}
	if other := n[analysis.Information] + n[analysis.Hint]; other > 0 {
		parts = append(parts, rule.Plural(other, "note"))
	}
	files := make(map[string]bool)
	for _, d := range in.Diagnostics {
		files[d.Path] = true
	}
	fmt.Fprintf(&b, "%s: %s in %s.\n", checked, strings.Join(parts, " and "), rule.Plural(len(files), "file"))
	return b.String()
}
