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
	finding := rule.Finding{
		File:    r.Document.File,
		Span:    r.Document.Mark,
		Message: fmt.Sprintf("`%s` has no value: set it to %s.", n.Path, r.Tree.Secrets.Describe(n.Path, n.Allowed)),
		Related: declarations(r, n, "Required by %s"),
		Fixes:   fixes,
	}
	if file, label, _, _, ok := surrounding(r, n); ok { // that is where it belongs
		finding.File, finding.Span = file, label
	}
	p.Report(finding)
}
