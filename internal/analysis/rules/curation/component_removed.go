package curation

import "github.com/open-platform-model/opm-lsp/internal/analysis/rule"

// ComponentRemoved reports a definition's component that its Module does not carry.
var ComponentRemoved = &rule.Rule{
	Code:     "curation/component-removed",
	Severity: rule.Error,
	Finds:    "a definition's component that the Module does not carry",
	Fix:      "inherits all components of the definition",
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			reportRemoved(p, componentsOf(p, r))
		}
	},
}
