package cue

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// UnresolvedImport reports an import that no source knows. A release's import of its Module
// is release/unknown-module's, and of traits that may be newer than opm-lsp
// cue/unresolved-reference speaks.
var UnresolvedImport = &rule.Rule{
	Code:     "cue/unresolved-import",
	Severity: rule.Error,
	Finds:    "an import that resolves nowhere",
	Fix:      "writes the nearest name or version that there is",
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
				if modules[imp.Path] || isTraits(imp.Path) || p.Index.ResolveImport(f, imp.Path).Source != catalogindex.Unresolved {
					continue
				}
				reportUnresolvedImport(p, f, imp)
			}
		}
	},
}

func reportUnresolvedImport(p *rule.Pass, f *syntax.File, imp syntax.Import) {
	finding := rule.Finding{File: f, Span: imp.Span, Message: fmt.Sprintf("The import %q leads nowhere", imp.Path)}
	isRead := len(f.Problems) > 0 || !slices.ContainsFunc(unread(p, f), func(other syntax.Import) bool { return other.Spec() == imp.Spec() })
	switch near := rule.NearestImport(p.Index, imp.Path, catalogindex.Definition); {
	case near != "":
		finding.Message += fmt.Sprintf(". Did you mean %q?", near)
		finding.Fixes = rule.Replace(f, imp.Span, strconv.Quote(near), fmt.Sprintf("Import %q", near))
	case !isRead:
		finding.Message += ", and nothing in this file reads it: remove it."
		finding.Fixes = removeImport(f, imp)
	default:
		finding.Message += ": no package of the workspace, no catalog entry and no package under cue.mod answers to it."
	}
	p.Report(finding)
}
