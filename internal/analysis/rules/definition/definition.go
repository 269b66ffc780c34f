// Package definition holds the rules about ModuleDefinitions, and about whatever else lies
// at the bottom of a cascade: in some forms of OPM that is a Module.
package definition

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// definitions returns the documents of a package below which there is no other.
func definitions(p *rule.Pass) []*rule.Resolved {
	return slices.DeleteFunc(slices.Clone(p.Resolved), func(r *rule.Resolved) bool {
		d := r.Document
		return d.Kind != catalogindex.Definition && d.Kind != catalogindex.Module || d.Dialect.Reference[d.Kind] != ""
	})
}
