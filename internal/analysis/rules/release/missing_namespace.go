package release

import (
	"fmt"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// MissingNamespace reports a release that does not say where it goes.
var MissingNamespace = &rule.Rule{
	Code:     "release/missing-namespace",
	Severity: rule.Warning,
	Finds:    "a release without a namespace, which goes to `default`",
	Fix:      "inserts one",
	Settings: []string{"namespaces"},
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			d := r.Document
			if len(catalogindex.Fields(d.Slot(d.Dialect.Metadata), "namespace")) == 0 && p.Tells(d, d.Dialect.Metadata) {
				reportNoNamespace(p, d)
			}
		}
	},
}

func reportNoNamespace(p *rule.Pass, d *catalogindex.Document) {
	label := d.Dialect.Metadata
	message := fmt.Sprintf("This release names no namespace, so it goes to `%s`: name one in `%s`.", catalogindex.DefaultNamespace, label)
	if d.Dialect.NeedsNamespace {
		message = fmt.Sprintf("This release names no namespace, and it must have one: name it in `%s`.", label)
	}
	finding := rule.Finding{File: d.File, Span: d.Mark, Message: message}
	if fields := catalogindex.Fields(d.Parts(), label); len(fields) > 0 {
		finding.File, finding.Span = fields[0].File, fields[0].Label()
	}
	field := fmt.Sprintf("namespace: %q", firstNamespace(p.Settings.Namespaces))
	if edits := edit.InsertIntoSlot(d, label, field); edits != nil {
		finding.Fixes = []rule.Fix{{Title: "Insert " + field, Edits: edits}}
	}
	p.Report(finding)
}

// firstNamespace returns the namespace to begin with: the first one that the project names
// in full.
func firstNamespace(allowed []string) string {
	for _, name := range allowed {
		if !strings.Contains(name, "*") {
			return name
		}
	}
	return catalogindex.DefaultNamespace
}
