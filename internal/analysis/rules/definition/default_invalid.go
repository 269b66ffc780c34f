package definition

import (
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// DefaultInvalid reports a default that the definition itself does not allow.
var DefaultInvalid = &rule.Rule{
	Code:     "definition/default-invalid",
	Severity: rule.Error,
	Finds:    "a default that its own layer refuses; as a warning, one that all alternatives beside it would refuse",
	Check: func(p *rule.Pass) {
		for _, r := range definitions(p) {
			for _, d := range rule.RefusedDefaults(r) {
				p.Report(d.Finding(r))
			}
		}
	},
}
