package release

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// DefinitionAccess reports a release that writes to the definition behind its Module.
var DefinitionAccess = &rule.Rule{
	Code:     "release/definition-access",
	Severity: rule.Error,
	Finds:    "a release that writes to the definition which its Module is made from",
	Fix:      "removes it",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			d := r.Document
			for _, f := range catalogindex.AllFields(d.Parts()) {
				if isDefinitionSlot(d, f.Name) {
					reportDefinitionAccess(p, r, f, f.Name)
				}
			}
			for _, f := range overrides(d) {
				if r.HasTarget && isDefinitionSlot(d, f.Name) {
					reportDefinitionAccess(p, r, f, d.Dialect.Reference[catalogindex.Release]+"."+f.Name)
				}
			}
		}
	},
}

// isDefinitionSlot reports whether a name is that of the field by which a Module refers to
// its definition.
func isDefinitionSlot(d *catalogindex.Document, name string) bool {
	return name != "" && name == d.Dialect.Reference[catalogindex.Module]
}

func reportDefinitionAccess(p *rule.Pass, r *rule.Resolved, f catalogindex.Field, name string) {
	finding := rule.Finding{
		File: f.File,
		Span: f.Label(),
		Message: fmt.Sprintf("A release cannot change the definition behind %s: remove `%s`, and set values in `%s` instead.",
			moduleTitle(r), name, r.Document.ValuesLabel()),
		Fixes: removalOfPart(f, fmt.Sprintf("Remove %s", f.Name)),
	}
	if below := r.Below(); below != nil && below.Reference != nil {
		finding.Related = []rule.Related{{
			Location: rule.At(below.Reference.File, below.Reference.Slot),
			Message:  fmt.Sprintf("Only %s says which definition it is", rule.LayerTitle(below)),
		}}
	}
	p.Report(finding)
}
