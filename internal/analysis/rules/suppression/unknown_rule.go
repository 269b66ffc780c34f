package suppression

import (
	"fmt"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// UnknownRule reports a comment that names no rule.
var UnknownRule = &rule.Rule{
	Code:     "suppression/unknown-rule",
	Severity: rule.Hint,
	Finds:    "a comment that is to suppress a rule and names none that exists",
	Fix:      "the nearest rule; else removes the comment",
	Last:     true,
	Check: func(p *rule.Pass) {
		for _, ignore := range p.Ignores {
			if len(ignore.Codes) == 0 {
				p.Report(rule.Finding{
					File:    ignore.File,
					Span:    ignore.Span,
					Message: "This names no rule: // opm:ignore category/name — the reason.",
					Fixes:   []rule.Fix{{Title: "Remove the comment", Edits: []rule.Edit{removeComment(ignore)}, Safe: true}},
				})
			}
			for _, code := range ignore.Codes {
				if code.Rule == nil {
					reportUnknownRule(p, ignore, code)
				}
			}
		}
	},
}

func reportUnknownRule(p *rule.Pass, ignore *rule.Ignore, code rule.IgnoredCode) {
	var known []string
	for _, r := range p.Rules {
		known = append(known, r.Code)
	}
	finding := rule.Finding{
		File:    ignore.File,
		Span:    code.Span,
		Message: fmt.Sprintf("There is no rule %q: opm-lsp rules lists them.", code.Code),
		Fixes:   []rule.Fix{{Title: "Remove " + code.Code, Edits: []rule.Edit{remove(ignore, code)}, Safe: true}},
	}
	if near := rule.Nearest(code.Code, known); near != "" && strings.Contains(code.Code, "/") {
		finding.Message = fmt.Sprintf("There is no rule %q. Did you mean %s?", code.Code, near)
		finding.Fixes = rule.Replace(ignore.File, code.Span, near, fmt.Sprintf("Change to %s", near))
	}
	p.Report(finding)
}
