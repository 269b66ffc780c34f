package release

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// StructuralChange reports what a release writes besides values. What it writes
// into an immutable scope is release/immutable-scope's, and what it writes into the
// definition release/definition-access's.
var StructuralChange = &rule.Rule{
	Code:     "release/structural-change",
	Severity: rule.Error,
	Finds:    "components, scopes or any other field that is not a release's to write",
	Fix:      "moves it to where it belongs, else removes it",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			for _, f := range catalogindex.AllFields(r.Document.Parts()) {
				if isForeign(p, r, f) {
					reportStructural(p, r, f, "")
				}
			}
			for _, f := range overrides(r.Document) {
				if r.Below() == nil { // that it refers to no Module is said already
					break
				}
				if f.Name != r.Document.Dialect.Scopes && !isDefinitionSlot(r.Document, f.Name) {
					reportStructural(p, r, f, r.Document.Dialect.Reference[catalogindex.Release]+".")
				}
			}
			for _, w := range scopeWrites(r) {
				if !w.immutable {
					reportStructural(p, r, w.field, w.prefix)
				}
			}
		}
	},
}

// isForeign reports whether a field at the top of a release is none of a release's
// own and no helper of its author's.
func isForeign(p *rule.Pass, r *rule.Resolved, f catalogindex.Field) bool {
	d := r.Document
	switch {
	case slices.Contains(d.Dialect.ReleaseSlots(), f.Name), f.Name == d.Dialect.Scopes, isDefinitionSlot(d, f.Name):
		return false
	case f.Name == d.Dialect.Components:
		return true
	case strings.HasPrefix(f.Name, "_"), strings.HasPrefix(f.Name, "#"):
		return false
	}
	// Another document of the same package, beside a release at its root.
	return !slices.ContainsFunc(p.Package.Documents, func(other *catalogindex.Document) bool {
		return other != d && len(d.Path) == 0 && len(other.Path) > 0 && other.Path[0] == f.Name
	})
}

func reportStructural(p *rule.Pass, r *rule.Resolved, f catalogindex.Field, prefix string) {
	d := r.Document
	values := d.ValuesLabel()
	name := prefix + f.Name
	finding := rule.Finding{File: f.File, Span: f.Label()}
	n := r.Tree.Root.Child(f.Name)
	near := rule.Nearest(f.Name, []string{values, d.Dialect.Metadata, d.Dialect.Reference[catalogindex.Release]})
	switch {
	case n != nil && !n.Undefined:
		finding.Message = fmt.Sprintf("`%s` does not belong here: it is a value. Move it into `%s`.", name, values)
		finding.Fixes = moving(d, f, values)
	case prefix != "" && r.Below() != nil && f.Name == r.Below().ValuesLabel():
		finding.Message = fmt.Sprintf("A release sets values in its own `%s`, not in `%s`. Move them there.", values, name)
		finding.Fixes = moving(d, f, "")
	case prefix == "" && near != "":
		finding.Message = fmt.Sprintf("A release has no field `%s`. Did you mean `%s`?", name, near)
		finding.Fixes = rule.Replace(f.File, f.Label(), near, fmt.Sprintf("Rename to %s", near))
	case prefix == "" && slices.Contains([]string{"name", "namespace", "labels", "annotations"}, f.Name):
		finding.Message = fmt.Sprintf("`%s` does not belong here: move it into `%s`.", name, d.Dialect.Metadata)
		finding.Fixes = moving(d, f, d.Dialect.Metadata)
	case prefix == "" && f.Name != d.Dialect.Components && f.Name != d.Dialect.Scopes:
		finding.Message = fmt.Sprintf("A release has no field `%s`: it can only set values. Remove it.", name)
		finding.Fixes = removalOfPart(f, fmt.Sprintf("Remove %s", f.Name))
	default:
		finding.Message = fmt.Sprintf("A release can only set values: `%s` belongs to %s. Remove it.", name, moduleTitle(r))
		finding.Fixes = removalOfPart(f, fmt.Sprintf("Remove %s", f.Name))
	}
	p.Report(finding)
}
