package curation

import "github.com/open-platform-model/opm-lsp/internal/analysis/rule"

// ScopeModified reports what a Module writes into a scope of its definition. One that it
// sets to nothing is curation/scope-removed's.
var ScopeModified = &rule.Rule{
	Code:     "curation/scope-modified",
	Severity: rule.Error,
	Finds:    "other values, added fields or another `appliesTo` in a definition's scope",
	Fix:      "removes them; a `platform-*` scope is the place for what a platform adds",
	Settings: []string{"platformPrefixes"},
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			reportModified(p, scopesOf(p, r))
		}
	},
}
