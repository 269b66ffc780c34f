package catalog

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// MissingProvenance reports a Module that does not say which definition it is made from. That
// the import of one leads nowhere is cue/unresolved-import's.
var MissingProvenance = &rule.Rule{
	Code:     "catalog/missing-provenance",
	Severity: rule.Error,
	Finds:    "a Module that does not say which definition it is made from",
	Check: func(p *rule.Pass) {
		for _, r := range p.Modules() {
			if d := r.Document; isCurated(d) && (namesNothing(p, d) || namesSchema(p, r)) {
				reportProvenance(p, d)
			}
		}
	},
}

// isCurated reports whether a document is surely of a form in which Modules are made from
// definitions.
func isCurated(d *catalogindex.Document) bool {
	return d.Dialect.Reference[catalogindex.Module] != "" &&
		!slices.ContainsFunc(d.Rivals(), func(other *catalogindex.Dialect) bool { return other.Reference[catalogindex.Module] == "" })
}

// namesNothing reports whether a Module surely has no reference to a definition: none at all,
// or one that is written out in place.
func namesNothing(p *rule.Pass, d *catalogindex.Document) bool {
	return (d.Reference == nil || d.Reference.Target() == nil) && p.Tells(d, d.Dialect.Reference[catalogindex.Module])
}

// namesSchema reports whether what a Module names is only what all definitions have in common.
func namesSchema(p *rule.Pass, r *rule.Resolved) bool {
	if !r.HasTarget || r.Below() != nil {
		return false
	}
	names := r.Document.Reference.Names
	if kind, ok := r.Document.Dialect.Schemas[names[len(names)-1]]; !ok || kind != catalogindex.Definition {
		return false
	}
	if r.Resolution.Import != nil {
		return r.Resolution.Source == catalogindex.EmbeddedSource
	}
	return len(names) == 1 && len(p.Index.Joined(p.Package)) == 0
}

func reportProvenance(p *rule.Pass, d *catalogindex.Document) {
	finding := rule.Finding{
		File: d.File,
		Span: d.Mark,
		Message: fmt.Sprintf("This Module does not say which definition it is made from: import that and write %s: <import>.#ModuleDefinition.",
			d.Dialect.Reference[catalogindex.Module]),
	}
	if d.Reference != nil {
		finding.File, finding.Span = d.Reference.File, d.Reference.Slot
		if d.Reference.Target() != nil {
			finding.Span = d.Reference.Span
		}
	}
	p.Report(finding)
}
