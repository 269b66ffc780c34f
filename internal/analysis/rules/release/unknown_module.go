package release

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// UnknownModule reports a release whose Module is in no source. That it names a definition
// instead is release/outside-catalog's.
var UnknownModule = &rule.Rule{
	Code:     "release/unknown-module",
	Severity: rule.Error,
	Finds:    "a release whose Module is in no source",
	Fix:      "the nearest name or version",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			switch {
			case !r.HasTarget:
				reportNoReference(p, r)
			case r.Resolution.Source == catalogindex.Unresolved:
				reportUnresolved(p, r)
			case module(r) == nil && r.Resolution.Source != catalogindex.Dependency && r.Resolution.PastCatalog() == nil:
				reportNoModule(p, r)
			}
		}
	},
}

func reportNoReference(p *rule.Pass, r *rule.Resolved) {
	d := r.Document
	slot := d.Dialect.Reference[catalogindex.Release]
	finding := rule.Finding{
		File:    d.File,
		Span:    d.Mark,
		Message: fmt.Sprintf("This release refers to no Module: import one from the catalog and write %s: <import>.#Module.", slot),
	}
	if d.Reference != nil {
		finding.File, finding.Span = d.Reference.File, d.Reference.Slot
	}
	p.Report(finding)
}

// reportUnresolved stands on the import, since that is what leads nowhere.
func reportUnresolved(p *rule.Pass, r *rule.Resolved) {
	imp := r.Resolution.Import
	finding := rule.Finding{File: r.Resolution.File, Span: imp.Span}
	c, ok := catalogindex.ParseCatalogPath(imp.Path)
	if !ok {
		finding.Message = fmt.Sprintf("The catalog has no Module for %q: write the import as <catalog>/<name>:<version>.", imp.Path)
		p.Report(finding)
		return
	}
	finding.Message = fmt.Sprintf("The catalog has no Module %s %s", c.Name, c.Version)
	if versions := rule.Versions(p.Index, c.Name, catalogindex.Module); len(versions) > 0 {
		finding.Message += ", only " + strings.Join(versions, ", ")
	}
	finding.Message += "."
	if near := rule.NearestImport(p.Index, imp.Path, catalogindex.Module); near != "" {
		finding.Message += fmt.Sprintf(" Did you mean %q?", near)
		finding.Fixes = rule.Replace(finding.File, imp.Span, strconv.Quote(near), fmt.Sprintf("Use %q", near))
	}
	p.Report(finding)
}

// reportNoModule stands on the reference: its package is there, the Module is not.
func reportNoModule(p *rule.Pass, r *rule.Resolved) {
	ref := r.Document.Reference
	finding := rule.Finding{
		File:    ref.File,
		Span:    ref.Span,
		Message: fmt.Sprintf("`%s` is no Module", strings.Join(ref.Names, ".")),
	}
	var holds []string
	if pkg := r.Resolution.Package; pkg != nil {
		for _, d := range pkg.Documents {
			if d != r.Document {
				holds = append(holds, d.Kind.String()+" "+d.Title())
				finding.Related = append(finding.Related, rule.Related{Location: rule.At(d.File, d.Mark), Message: d.Kind.String() + " " + d.Title()})
			}
		}
	}
	switch {
	case r.Resolution.Import != nil && len(holds) == 0:
		finding.Message += fmt.Sprintf(": %q holds none.", r.Resolution.Import.Path)
	case len(holds) > 0:
		finding.Message += ": its package holds " + strings.Join(holds, ", ") + "."
	default:
		finding.Message += " of this package, nor an import."
	}
	p.Report(finding)
}
