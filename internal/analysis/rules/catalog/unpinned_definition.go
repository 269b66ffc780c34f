package catalog

import "github.com/open-platform-model/opm-lsp/internal/analysis/rule"

// UnpinnedDefinition reports a Module that is made from whatever version of its definition is
// newest.
var UnpinnedDefinition = &rule.Rule{
	Code:     "catalog/unpinned-definition",
	Severity: rule.Warning,
	Finds:    "a Module whose definition is imported without an exact version",
	Fix:      "pins the version that it has now",
	Check: func(p *rule.Pass) {
		for _, r := range p.Modules() {
			p.ReportUnpinned(r)
		}
	},
}
