package release

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// environment is the name of the label, and of the value, that say for which environment a
// release is.
const environment = "environment"

// EnvironmentMismatch reports a release whose label says another environment than its values.
var EnvironmentMismatch = &rule.Rule{
	Code:     "release/environment-mismatch",
	Severity: rule.Information,
	Finds:    "a label `environment` that is not the value `environment`",
	Fix:      "sets the label to the value",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			n := r.Tree.Lookup(cascade.Path{environment})
			if n == nil || !isKnown(r, n) || n.Value.Kind != cascade.String || r.Tree.Secrets.Names(n.Path) {
				continue
			}
			labels := catalogindex.StructParts(catalogindex.Fields(r.Document.Slot(r.Document.Dialect.Metadata), "labels"))
			if said := catalogindex.Literals(labels, environment); len(said) == 1 && said[0].Value != n.Value.Text {
				reportEnvironment(p, r, n, said[0])
			}
		}
	},
}

// isKnown reports whether the effective value is surely that: no layer above the one that it
// comes from may say something else.
func isKnown(r *rule.Resolved, n *cascade.Node) bool {
	return n.Value != nil && n.Present && n.Invalid == nil && (n.From == topLayer(r) || r.Complete && !n.IsUnknown())
}

func reportEnvironment(p *rule.Pass, r *rule.Resolved, n *cascade.Node, label catalogindex.Literal) {
	from := ""
	if n.From != topLayer(r) {
		from = " by " + rule.LayerTitle(r.Tree.Layers[n.From].Document)
	}
	finding := rule.Finding{
		File: label.File,
		Span: label.Span,
		Message: fmt.Sprintf("The label `%s` says %q, but the value `%s` is %s%s: make them the same.",
			environment, label.Value, n.Path, r.Tree.Secrets.Show(n.Path, n.Value), from),
	}
	if f := n.Layers[n.From]; f != nil && len(f.Decls) > 0 {
		d := f.Decls[len(f.Decls)-1]
		finding.Related = []rule.Related{{Location: rule.At(d.File, d.Value), Message: "The value"}}
	}
	if isOwn(r.Document, label.File, label.Span) && !r.Tree.Secrets.HidesIn(n.Path, n.Value) {
		finding.Fixes = rule.Replace(label.File, label.Span, n.Value.String(), fmt.Sprintf("Change the label to %s", n.Value))
	}
	p.Report(finding)
}
