package cue

import (
	"fmt"
	"strconv"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// UnresolvedImport reports an import that no source knows. A release's import of
// its Module is release/unknown-module's.
var UnresolvedImport = &rule.Rule{
	Code:     "cue/unresolved-import",
	Severity: rule.Error,
	Finds:    "an import that resolves nowhere",
	Check: func(p *rule.Pass) {
		if len(p.Package.Documents) == 0 {
			return // a CUE package that has nothing to do with OPM
		}
		modules := make(map[string]bool) // imports by which releases refer to their Module
		for _, r := range p.Releases() {
			if imp := r.Resolution.Import; imp != nil {
				modules[imp.Path] = true
			}
		}
		for _, f := range p.Package.Files {
			for _, imp := range f.Imports() {
				if modules[imp.Path] || p.Index.ResolveImport(f, imp.Path).Source != catalogindex.Unresolved {
					continue
				}
				finding := rule.Finding{
					File:    f,
					Span:    imp.Span,
					Message: fmt.Sprintf("The import %q leads nowhere: no package of the workspace, no catalog entry and no package under cue.mod answers to it.", imp.Path),
				}
				if near := rule.NearestImport(p.Index, imp.Path, catalogindex.Definition); near != "" {
					finding.Message = fmt.Sprintf("The import %q leads nowhere. Did you mean %q?", imp.Path, near)
					finding.Fixes = rule.Replace(f, imp.Span, strconv.Quote(near), fmt.Sprintf("Import %q", near))
				}
				p.Report(finding)
			}
		}
	},
}
