package release

import (
	"cmp"
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// Duplicate reports releases that would overwrite each other, each at its own place.
var Duplicate = &rule.Rule{
	Code:     "release/duplicate",
	Severity: rule.Error,
	Finds:    "two releases with one name and namespace",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			d := r.Document
			if d.Name.Value == "" || !saysNamespace(d) {
				continue
			}
			for _, other := range rule.Namesakes(d, p.Index.Releases(d.Namespace.Value, d.Name.Value)) {
				if saysNamespace(other) && (other.Name.File != d.Name.File || other.Name.Span != d.Name.Span) {
					reportDuplicate(p, d, other)
					break
				}
			}
		}
	},
}

// saysNamespace reports whether it is known where a release goes: it says so, or says nothing.
func saysNamespace(d *catalogindex.Document) bool {
	return d.Namespace.File != nil ||
		len(catalogindex.Fields(d.Slot(d.Dialect.Metadata), "namespace")) == 0 && d.Tells(d.Dialect.Metadata)
}

func reportDuplicate(p *rule.Pass, d, other *catalogindex.Document) {
	p.Report(rule.Finding{
		File: d.Name.File,
		Span: d.Name.Span,
		Message: fmt.Sprintf("There is another release `%s` in the namespace `%s`, and one would overwrite the other: give one of them another name or namespace.",
			d.Name.Value, cmp.Or(d.Namespace.Value, catalogindex.DefaultNamespace)),
		Related: []rule.Related{{Location: rule.At(other.Name.File, other.Name.Span), Message: "The other one"}},
	})
}
