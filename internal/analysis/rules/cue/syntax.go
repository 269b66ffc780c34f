// Package cue holds the rules about CUE itself.
package cue

import (
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// Syntax reports what does not parse.
var Syntax = &rule.Rule{
	Code:     "cue/syntax",
	Severity: rule.Error,
	Finds:    "what does not parse; the rest of the file is analysed all the same",
	Fix:      "writes what was meant, such as the quotes of a label with a dash",
	Check: func(p *rule.Pass) {
		for _, f := range p.Package.Files {
			for _, problem := range f.Problems {
				finding := rule.Finding{File: f, Span: problem.Span, Message: problem.Message}
				if problem.Replacement != "" {
					finding.Fixes = rule.Replace(f, problem.Span, problem.Replacement, "Write "+problem.Replacement)
					finding.Fixes[0].Safe = !startsString(f.Text.Slice(problem.Span))
				}
				p.Report(finding)
			}
		}
	},
}

// startsString reports whether a text begins with a quote. Where a string without its end was
// to end is a guess.
func startsString(source string) bool {
	return strings.HasPrefix(source, `"`) || strings.HasPrefix(source, "'")
}
