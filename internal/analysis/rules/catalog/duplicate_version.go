package catalog

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// DuplicateVersion reports documents of which nobody can tell which one a reference means,
// each at its own place.
var DuplicateVersion = &rule.Rule{
	Code:     "catalog/duplicate-version",
	Severity: rule.Error,
	Finds:    "two Modules, or two definitions, with one name and version",
	Fix:      "the next free version",
	Check: func(p *rule.Pass) {
		for _, r := range curated(p) {
			if r.Document.Version.Value != "" {
				reportDuplicate(p, r.Document)
			}
		}
	},
}

func reportDuplicate(p *rule.Pass, d *catalogindex.Document) {
	others := sameKind(p, d)
	finding := rule.Finding{
		File: d.Version.File,
		Span: d.Version.Span,
		Message: fmt.Sprintf("There is another %s %s %s, and no reference can tell them apart: give one of them another version.",
			d.Kind, d.Name.Value, d.Version.Value),
	}
	for _, other := range others {
		if plain(other.Version.Value) == plain(d.Version.Value) && (other.Version.File != d.Version.File || other.Version.Span != d.Version.Span) {
			finding.Related = append(finding.Related, rule.Related{Location: rule.At(other.Version.File, other.Version.Span), Message: "The other one"})
		}
	}
	if finding.Related == nil {
		return
	}
	// The first one in the workspace keeps its version.
	first := slices.IndexFunc(p.Index.Named(d.Name.Value), func(other *catalogindex.Document) bool {
		return other == d || slices.Contains(others, other) && plain(other.Version.Value) == plain(d.Version.Value)
	})
	if next := nextFree(d.Version.Value, others); next != "" && p.Index.Named(d.Name.Value)[first] != d {
		finding.Fixes = rule.Replace(d.Version.File, d.Version.Span, strconv.Quote(next), fmt.Sprintf("Change to %q", next))
	}
	p.Report(finding)
}
