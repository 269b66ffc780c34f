package curation

import "github.com/open-platform-model/opm-lsp/internal/analysis/rule"

// ComponentModified reports what a Module writes into a component of its definition. One
// that it sets to nothing is curation/component-removed's.
var ComponentModified = &rule.Rule{
	Code:     "curation/component-modified",
	Severity: rule.Error,
	Finds:    "other values or added fields in a definition's component",
	Fix:      "removes them; a `platform-*` component or scope is the place for what a platform adds",
	Settings: []string{"platformPrefixes"},
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			reportModified(p, componentsOf(p, r))
		}
	},
}
