package suppression

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// NoReason reports a comment that does not say why it suppresses something.
var NoReason = &rule.Rule{
	Code:     "suppression/no-reason",
	Severity: rule.Hint,
	Finds:    "a comment that suppresses a rule and does not say why",
	Last:     true,
	Check: func(p *rule.Pass) {
		for _, ignore := range p.Ignores {
			if ignore.Reason != "" || len(ignore.Codes) == 0 || !suppresses(ignore) {
				continue // what it ought to do in the first place is another rule's
			}
			p.Report(rule.Finding{
				File:    ignore.File,
				Span:    ignore.Span,
				Message: fmt.Sprintf("Say why: // opm:ignore %s — the reason.", ignore.Codes[0].Code),
			})
		}
	},
}

// suppresses reports whether a comment suppresses something, or may if the rule ran.
func suppresses(ignore *rule.Ignore) bool {
	for _, code := range ignore.Codes {
		if code.Used || code.Idle {
			return true
		}
	}
	return false
}
