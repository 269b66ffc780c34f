package catalog

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// MissingVersion reports a Module that no release can pin.
var MissingVersion = &rule.Rule{
	Code:     "catalog/missing-version",
	Severity: rule.Warning,
	Finds:    "a Module without a version",
	Fix:      "adds one",
	Check: func(p *rule.Pass) {
		for _, r := range p.Modules() {
			d := r.Document
			metadata := d.Slot(d.Dialect.Metadata)
			isNamed := len(catalogindex.Fields(metadata, "name")) > 0 // else it is what others are made from
			if isVersioned(d) && isNamed && len(catalogindex.Fields(metadata, "version")) == 0 && p.Tells(d, d.Dialect.Metadata) {
				reportNoVersion(p, r)
			}
		}
	},
}

// isVersioned reports whether a document is surely of a form in which it states its version.
func isVersioned(d *catalogindex.Document) bool {
	return d.Dialect.Versioned && !slices.ContainsFunc(d.Rivals(), func(other *catalogindex.Dialect) bool { return !other.Versioned })
}

func reportNoVersion(p *rule.Pass, r *rule.Resolved) {
	d := r.Document
	label := d.Dialect.Metadata
	finding := rule.Finding{
		File:    d.File,
		Span:    d.Mark,
		Message: fmt.Sprintf("This Module has no version, so no release can refer to it by name and version: add one to `%s`.", label),
	}
	if fields := catalogindex.Fields(d.Parts(), label); len(fields) > 0 {
		finding.File, finding.Span = fields[0].File, fields[0].Label()
	}
	field := fmt.Sprintf("version: %q", firstVersion(p, r))
	if edits := edit.InsertIntoSlot(d, label, field); edits != nil {
		finding.Fixes = []rule.Fix{{Title: "Insert " + field, Edits: edits}}
	}
	p.Report(finding)
}

// firstVersion returns a version for a Module that has none: that of its definition, with the
// suffix of a platform.
func firstVersion(p *rule.Pass, r *rule.Resolved) string {
	version := "0.1.0"
	if below := r.Below(); below != nil && isSemVer(plain(below.Version.Value)) {
		version = plain(below.Version.Value) + "-platform.1"
	}
	others := sameKind(p, r.Document)
	if slices.ContainsFunc(others, func(d *catalogindex.Document) bool { return plain(d.Version.Value) == version }) {
		return nextFree(version, others)
	}
	return version
}
