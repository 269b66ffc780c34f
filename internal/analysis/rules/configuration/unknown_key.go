// Package configuration holds the rules about opm-lsp.cue.
package configuration

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// UnknownKey reports a field of opm-lsp.cue that means nothing, among them rules that do
// not exist.
var UnknownKey = &rule.Rule{
	Code:     "configuration/unknown-key",
	Severity: rule.Error,
	Finds:    "a key of `opm-lsp.cue` that means nothing, such as a rule that does not exist",
	Fix:      "the nearest key; else removes it",
	Check: func(p *rule.Pass) {
		forEachKey(p, func(r *rule.Resolved, n *cascade.Node, d cascade.Decl) {
			if n.Undefined {
				reportUnknownKey(p, n, d)
			}
		})
	},
}

func reportUnknownKey(p *rule.Pass, n *cascade.Node, d cascade.Decl) {
	what := "opm-lsp has no setting"
	if len(n.Path) > 1 && n.Path[0] == "rules" {
		what = "There is no rule or category"
	}
	var known []string
	for _, c := range n.Parent.Children {
		if !c.Undefined {
			known = append(known, c.Label())
		}
	}
	finding := rule.Finding{File: d.File, Span: d.Label}
	if near := rule.Nearest(n.Label(), known); near != "" {
		finding.Message = fmt.Sprintf("%s `%s`. Did you mean `%s`?", what, n.Label(), near)
		finding.Fixes = rule.Replace(d.File, d.Label, cascade.QuoteLabel(near), fmt.Sprintf("Rename to %s", near))
	} else {
		finding.Message = fmt.Sprintf("%s `%s`: remove it.", what, n.Label())
		finding.Fixes = []rule.Fix{{Title: "Remove " + n.Label(), Edits: []rule.Edit{edit.RemoveField(d.File, d.Field)}}}
	}
	p.Report(finding)
}

// forEachKey calls visit for every path that an opm-lsp.cue of the package writes, with
// its last declaration there.
func forEachKey(p *rule.Pass, visit func(*rule.Resolved, *cascade.Node, cascade.Decl)) {
	for _, r := range p.Resolved {
		if r.Document.Kind != catalogindex.Configuration {
			continue
		}
		top := len(r.Tree.Layers) - 1
		r.Tree.Root.Walk(func(n *cascade.Node) bool {
			if f := n.Layers[top]; f != nil && len(f.Decls) > 0 {
				visit(r, n, f.Decls[len(f.Decls)-1])
			}
			return !n.Undefined
		})
	}
}
