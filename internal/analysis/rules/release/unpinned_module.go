package release

import "github.com/open-platform-model/opm-lsp/internal/analysis/rule"

// UnpinnedModule reports a release that deploys whatever version of its Module is newest.
var UnpinnedModule = &rule.Rule{
	Code:     "release/unpinned-module",
	Severity: rule.Warning,
	Finds:    "a release whose Module is imported without an exact version",
	Fix:      "pins the version that it has now",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			if module(r) != nil {
				p.ReportUnpinned(r)
			}
		}
	},
}
