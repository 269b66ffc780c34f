// Package cue holds the rules about CUE itself.
package cue

import (
	"slices"
	"strings"
	"unicode"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
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
					finding.Fixes = rule.Replace(f, problem.Span, problem.Replacement, mending(problem.Replacement))
					finding.Fixes[0].Safe = isSurelyMeant(f.Text.Slice(problem.Span))
				}
				if mayShowSecret(p, f, problem.Span) {
					finding.Message = "This does not parse, and is not repeated here, since it may be a secret: a label has a colon behind it, and a text stands in quotes."
					finding.Fixes = nil
				}
				p.Report(finding)
			}
		}
	},
}

// mending is the title of a fix that writes a text.
func mending(written string) string {
	if len(written) > maxWritten || strings.Contains(written, "\n") || cascade.LooksSecret(written) {
		return "Write what was meant"
	}
	return "Write " + written
}

// isSurelyMeant reports whether what is to be written in place of a text is no guess: where a
// string without its end was to end is one, and whether a.b is a label or a path.
func isSurelyMeant(source string) bool {
	return !startsString(source) && !strings.ContainsAny(source, ".#")
}

// mayShowSecret reports whether a place that does not parse stands behind the name of a secret
// on its line.
func mayShowSecret(p *rule.Pass, f *syntax.File, span text.Span) bool {
	line := f.Text.Slice(text.Span{Start: f.Text.Line(f.Text.LineOf(span.Start)).Start, End: span.End})
	words := strings.FieldsFunc(line, func(r rune) bool {
		return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return slices.ContainsFunc(words, func(word string) bool { return p.Settings.Secrets.Names(cascade.Path{word}) })
}

// startsString reports whether a text begins with a quote.
func startsString(source string) bool {
	return strings.HasPrefix(source, `"`) || strings.HasPrefix(source, "'")
}
