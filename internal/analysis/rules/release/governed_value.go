package release

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// GovernedValue reports a value that an immutable scope has a say in too. That it allows
// another one is release/immutable-scope's.
var GovernedValue = &rule.Rule{
	Code:     "release/governed-value",
	Severity: rule.Information,
	Finds:    "a value that is set for a field of a component on which an immutable scope has a say too",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			allowed := without(governed(p.Source(), r), func(g cascade.Governance) bool {
				return !allows(r, g) || g.Says.Shape.IsTop() || g.Says.Shape.Unread()
			})
			for _, group := range byValue(allowed) {
				reportGoverned(p, r, group)
			}
		}
	},
}

func reportGoverned(p *rule.Pass, r *rule.Resolved, group []cascade.Governance) {
	g := group[0]
	node := r.Tree.Lookup(g.Flow.Value)
	d, ok := own(r, node)
	if !ok {
		return
	}
	p.Report(rule.Finding{
		File: d.File,
		Span: d.Value,
		Message: fmt.Sprintf("`%s` sets `%s` of the component `%s`, and the immutable scope `%s` of %s keeps that to %s: no release can go beyond it.",
			node.Path, g.Flow.Field, g.Flow.Component, g.Scope.Name, rule.LayerTitle(g.Document), r.Tree.Secrets.Describe(g.Flow.Field, g.Says.Shape)),
		Related: scopeAndReaders(group),
	})
}
