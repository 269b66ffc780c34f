// Package rules lists the rules. A new one is one file in the folder of its
// category and one line here.
package rules

import (
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/cue"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/release"
)

// All returns every rule, in order of their codes.
func All() []*rule.Rule {
	return []*rule.Rule{
		cue.Conflict,
		cue.Syntax,
		cue.UnresolvedImport,
		release.ImmutableScope,
		release.InvalidValue,
		release.MissingValue,
		release.StructuralChange,
		release.UnknownModule,
		release.UnknownValue,
	}
}
