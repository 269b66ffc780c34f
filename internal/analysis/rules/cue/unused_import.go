package cue

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// UnusedImport reports an import that nothing in its file reads. One that leads nowhere is
// cue/unresolved-import's, one that leads in a circle cue/import-cycle's.
var UnusedImport = &rule.Rule{
	Code:        "cue/unused-import",
	Severity:    rule.Hint,
	Finds:       "an import that nothing in its file reads",
	Fix:         "removes it",
	Unnecessary: true,
	Check: func(p *rule.Pass) {
		if len(p.Package.Documents) == 0 {
			return // a CUE package that has nothing to do with OPM
		}
		var circles map[*syntax.File][]circle
		for _, f := range p.Package.Files {
			if len(f.Imports()) == 0 || len(f.Problems) > 0 { // what does not parse may read it
				continue
			}
			for _, imp := range unread(p, f) {
				target := p.Index.ResolveImport(f, imp.Path)
				if target.Source == catalogindex.Unresolved && !isTraits(imp.Path) || isAwaited(p, target) {
					continue
				}
				if circles == nil {
					circles = circlesOf(p)
				}
				if slices.ContainsFunc(circles[f], func(c circle) bool { return c.imp.Span == imp.Span }) {
					continue
				}
				p.Report(rule.Finding{
					File:    f,
					Span:    f.Span(imp.Spec()),
					Message: fmt.Sprintf("Nothing in this file reads the import `%s`: remove it.", imp.Name),
					Fixes:   removeImport(f, imp),
				})
			}
		}
	},
}

func removeImport(f *syntax.File, imp syntax.Import) []rule.Fix {
	return []rule.Fix{{
		Title: fmt.Sprintf("Remove the import %q", imp.Path),
		Edits: []rule.Edit{edit.RemoveImport(f, imp)},
		Safe:  true,
	}}
}

// unread returns the imports of a file that nothing in it reads, in order. A name that
// means something nearer counts as read: whoever wrote it may have meant the import.
func unread(p *rule.Pass, f *syntax.File) []syntax.Import {
	read := make(map[string]bool)
	for _, u := range usesOf(f) {
		read[u.name()] = true
	}
	return slices.DeleteFunc(slices.Clone(f.Imports()), func(imp syntax.Import) bool {
		if read[imp.Name] {
			return true
		}
		if imp.Spec().Name != nil {
			return false
		}
		target := p.Index.ResolveImport(f, imp.Path) // it may go by the name of the package
		return target.Package != nil && read[target.Package.Name]
	})
}

// isAwaited reports whether an import holds what one of the package's documents ought to
// refer to, and does not: whoever imports it is about to write that.
func isAwaited(p *rule.Pass, target catalogindex.ImportTarget) bool {
	return slices.ContainsFunc(p.Resolved, func(r *rule.Resolved) bool {
		d := r.Document
		return r.Below() == nil && d.Dialect.Reference[d.Kind] != "" &&
			slices.ContainsFunc(target.Documents, func(below *catalogindex.Document) bool { return below.Kind == d.Kind-1 })
	})
}
