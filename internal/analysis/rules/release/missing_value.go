package release

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// MissingValue reports a value that the release must set and does not.
var MissingValue = &rule.Rule{
	Code:     "release/missing-value",
	Severity: rule.Error,
	Finds:    "a required value that no layer sets",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			r.Tree.Root.Walk(func(n *cascade.Node) bool {
				if n.Missing {
					reportMissing(p, r, n)
				}
				return true
			})
		}
	},
}

func reportMissing(p *rule.Pass, r *rule.Resolved, n *cascade.Node) {
	finding := rule.Finding{
		File:    r.Document.File,
		Span:    r.Document.Mark,
		Message: fmt.Sprintf("`%s` has no value: set it to %s.", n.Path, r.Tree.Secrets.Describe(n.Path, n.Allowed)),
		Related: declarations(r, n, "Required by %s"),
	}
	if values := catalogindex.Fields(r.Document.Parts, r.Document.ValuesLabel()); len(values) > 0 {
		finding.File, finding.Span = values[0].File, values[0].Label()
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
