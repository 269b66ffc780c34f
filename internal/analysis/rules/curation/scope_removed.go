package curation

import "github.com/open-platform-model/opm-lsp/internal/analysis/rule"

// ScopeRemoved reports a definition's scope that its Module does not carry.
var ScopeRemoved = &rule.Rule{
	Code:     "curation/scope-removed",
	Severity: rule.Error,
	Finds:    "a definition's scope that the Module does not carry",
	Fix:      "inherits all scopes of the definition",
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			reportRemoved(p, scopesOf(p, r))
		}
	},
}
