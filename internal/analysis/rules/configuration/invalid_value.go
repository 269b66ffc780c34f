package configuration

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// InvalidValue reports a value of opm-lsp.cue that is none that its key can have.
var InvalidValue = &rule.Rule{
	Code:     "configuration/invalid-value",
	Severity: rule.Error,
	Finds:    "a value of `opm-lsp.cue` that its key cannot have, such as a severity that does not exist",
	Fix:      "the nearest value",
	Check: func(p *rule.Pass) {
		forEachKey(p, func(r *rule.Resolved, n *cascade.Node, d cascade.Decl) {
			if n.Invalid != nil && n.Invalid.Layer == len(r.Tree.Layers)-1 {
				reportInvalidValue(p, r, n, d)
			}
		})
	},
}

func reportInvalidValue(p *rule.Pass, r *rule.Resolved, n *cascade.Node, d cascade.Decl) {
	finding := rule.Finding{
		File:    d.File,
		Span:    d.Value,
		Message: fmt.Sprintf("`%s` must be %s.", n.Path, r.Tree.Secrets.Describe(n.Path, n.AllowedBelow())),
	}
	if len(n.Invalid.Breaks) == 0 {
		finding.Message = fmt.Sprintf("This says two different things of `%s`: keep one of them.", n.Path)
	}
	written := n.Layers[n.Invalid.Layer].Shape.Concrete()
	if written == nil || written.Kind != cascade.String {
		p.Report(finding)
		return
	}
	if near := rule.NearestMember(n.AllowedBelow(), written.Text); near != nil {
		finding.Message = fmt.Sprintf("`%s` must be %s. Did you mean %s?", n.Path, r.Tree.Secrets.Describe(n.Path, n.AllowedBelow()), near)
		finding.Fixes = rule.Replace(d.File, d.Value, near.String(), fmt.Sprintf("Change to %s", near))
	}
	p.Report(finding)
}
