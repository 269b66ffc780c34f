package release

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// MissingValue reports a value that the release must set and does not.
var MissingValue = &rule.Rule{
	Code:     "release/missing-value",
	Severity: rule.Error,
	Finds:    "a required value that no layer sets",
	Fix:      "sets all required values, each to one that is allowed",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			var missing []*cascade.Node
			r.Tree.Root.Walk(func(n *cascade.Node) bool {
				if n.Missing {
					missing = append(missing, n)
				}
				return true
			})
			if len(missing) == 0 {
				continue
			}
			fixes := filling(r, missing)
			for _, n := range missing {
				reportMissing(p, r, n, fixes)
			}
		}
	},
}

func reportMissing(p *rule.Pass, r *rule.Resolved, n *cascade.Node, fixes []rule.Fix) {
	place, span := valuesPlace(r.Document)
	finding := rule.Finding{
		File:    place,
		Span:    span,
		Message: fmt.Sprintf("`%s` has no value: set it to %s.", n.Path, r.Tree.Secrets.Describe(n.Path, n.Allowed)),
		Related: declarations(r, n, "Required by %s"),
		Fixes:   fixes,
	}
	// The deepest struct around it that the release wrote is where it belongs.
	for at := n; at.Parent != nil; at = at.Parent {
		if d, ok := own(r, at); ok {
			finding.File, finding.Span = d.File, d.Label
			break
		}
	}
	p.Report(finding)
}
