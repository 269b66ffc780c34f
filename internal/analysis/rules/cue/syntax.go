// Package cue holds the rules about CUE itself.
package cue

import "github.com/open-platform-model/opm-lsp/internal/analysis/rule"

// Syntax reports what does not parse.
var Syntax = &rule.Rule{
	Code:     "cue/syntax",
	Severity: rule.Error,
	Finds:    "what does not parse; the rest of the file is analysed all the same",
	Check: func(p *rule.Pass) {
		for _, f := range p.Package.Files {
			for _, problem := range f.Problems {
				finding := rule.Finding{File: f, Span: problem.Span, Message: problem.Message}
				if problem.Replacement != "" {
					finding.Fixes = rule.Replace(f, problem.Span, problem.Replacement, "Write "+problem.Replacement)
				}
				p.Report(finding)
			}
		}
	},
}
