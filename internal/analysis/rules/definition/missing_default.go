package definition

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// MissingDefault reports a value that has to be set before anything is deployed.
var MissingDefault = &rule.Rule{
	Code:     "definition/missing-default",
	Severity: rule.Information,
	Finds:    "a value that a release must set before anything deploys",
	Fix:      "adds a default, where one is obvious",
	Check: func(p *rule.Pass) {
		for _, r := range definitions(p) {
			for _, n := range r.Tree.MustSet() {
				reportMissingDefault(p, r, n)
			}
		}
	},
}

func reportMissingDefault(p *rule.Pass, r *rule.Resolved, n *cascade.Node) {
	f := n.Layers[0]
	if f == nil || len(f.Decls) == 0 || !r.IsOwn(f.Decls[0].File) || r.Tree.Secrets.Names(n.Path) || len(f.Shape.Refused) > 0 {
		return // a secret has to be set, and a default that is refused is said to be so
	}
	d := f.Decls[0]
	p.Report(rule.Finding{
		File: d.File,
		Span: d.Label,
		Message: fmt.Sprintf("`%s` has no default, so nothing is deployed before a release sets it to %s: give it one that works for most.",
			n.Path, r.Tree.Secrets.Describe(n.Path, n.Allowed)),
		Fixes: neutralDefault(n.Path, f, n.Allowed),
	})
}

// neutralDefault returns the fix that gives a field the default that is obvious; none if no
// value is.
func neutralDefault(path cascade.Path, f *cascade.FieldShape, allowed *cascade.Shape) []rule.Fix {
	v := allowed.Neutral()
	if v == nil || f.Shape.Unread() {
		return nil
	}
	fix := rule.Fix{Title: fmt.Sprintf("Let %s be %s", path, v)}
	for i, d := range f.Decls {
		if f.Presence == cascade.Required { // a default does not set what is marked with "!"
			fix.Edits = append(fix.Edits, edit.SetMark(d.File, d.Label, "?")...)
		}
		if i == 0 {
			fix.Edits = append(fix.Edits, edit.AddDefault(d.File, d.Value, v.String()))
		}
	}
	return []rule.Fix{fix}
}
