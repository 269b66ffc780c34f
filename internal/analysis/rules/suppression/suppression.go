// Package suppression holds the rules about the comments that suppress others.
package suppression

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// remove returns the edit that takes a rule out of a comment, and the comment with its
// last one.
func remove(ignore *rule.Ignore, code rule.IgnoredCode) rule.Edit {
	content := ignore.File.Text.Content()
	if len(ignore.Codes) > 1 {
		span := code.Span
		for span.End < len(content) && strings.IndexByte(" ,", content[span.End]) >= 0 {
			span.End++
		}
		if code.Span == ignore.Codes[len(ignore.Codes)-1].Span { // the comma is in front
			span = text.Span{Start: ignore.Codes[len(ignore.Codes)-2].Span.End, End: code.Span.End}
		}
		return edit.Replace(ignore.File, span, "")
	}
	return removeComment(ignore)
}

// removeComment returns the edit that takes a comment away, with its line if nothing else
// stands there.
func removeComment(ignore *rule.Ignore) rule.Edit {
	content := ignore.File.Text.Content()
	line := ignore.File.Text.Line(ignore.File.Text.LineOf(ignore.Span.Start))
	before := strings.TrimRight(content[line.Start:ignore.Span.Start], " \t")
	if before == "" {
		return edit.RemoveField(ignore.File, ignore.Span) // with its line
	}
	return edit.Replace(ignore.File, text.Span{Start: line.Start + len(before), End: ignore.Span.End}, "")
}

// Unused reports a comment that suppresses nothing.
var Unused = &rule.Rule{
	Code:        "suppression/unused",
	Severity:    rule.Hint,
	Finds:       "a comment that suppresses nothing",
	Fix:         "removes it",
	Unnecessary: true,
	Last:        true,
	Check: func(p *rule.Pass) {
		if slices.ContainsFunc(p.Package.Files, func(f *syntax.File) bool { return len(f.Problems) > 0 }) {
			return // rules keep silent about what does not parse, and may speak again when it does
		}
		for _, ignore := range p.Ignores {
			for _, code := range ignore.Codes {
				if code.Rule == nil || code.Used || code.Idle {
					continue
				}
				finding := rule.Finding{
					File:    ignore.File,
					Span:    code.Span,
					Message: fmt.Sprintf("This suppresses nothing: %s finds nothing here. Remove it.", code.Code),
					Fixes:   []rule.Fix{{Title: "Remove " + code.Code, Edits: []rule.Edit{remove(ignore, code)}, Safe: true}},
				}
				if code.Rule.Binding {
					finding.Message = fmt.Sprintf("This suppresses nothing: %s cannot be suppressed. Remove it.", code.Code)
				}
				p.Report(finding)
			}
		}
	},
}
