// Package rules lists the rules. A new one is a file in the folder of its category with
// its page beside it, and one line here.
package rules

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/catalog"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/configuration"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/cue"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/curation"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/definition"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/release"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/suppression"
)

// All returns every rule, in order of their codes.
func All() []*rule.Rule {
	return []*rule.Rule{
		catalog.DuplicateVersion,
		catalog.InvalidVersion,
		catalog.MissingProvenance,
		catalog.MissingVersion,
		catalog.UnpinnedDefinition,
		catalog.VersionBump,

		configuration.InvalidValue,
		configuration.MissingSource,
		configuration.NotAtTop,
		configuration.UnknownKey,

		cue.Conflict,
		cue.EvaluationStopped,
		cue.ImportCycle,
		cue.MissingImport,
		cue.Syntax,
		cue.UnresolvedImport,
		cue.UnresolvedReference,
		cue.UnusedImport,

		curation.ComponentModified,
		curation.ComponentRemoved,
		curation.DefaultInvalid,
		curation.NotPortable,
		curation.OptionalRead,
		curation.PlatformPrefix,
		curation.ScopeConflict,
		curation.ScopeModified,
		curation.ScopeNotImmutable,
		curation.ScopeRemoved,
		curation.ScopeTarget,
		curation.ScopeTraits,
		curation.ValueNarrowed,
		curation.ValueRemoved,
		curation.ValueRequired,

		definition.DefaultInvalid,
		definition.MissingDefault,
		definition.SecretDefault,
		definition.UndocumentedValue,
		definition.UnusedValue,

		release.DefinitionAccess,
		release.Duplicate,
		release.EnvironmentMismatch,
		release.GovernedValue,
		release.ImmutableScope,
		release.InvalidNamespace,
		release.InvalidValue,
		release.MissingNamespace,
		release.MissingValue,
		release.OutdatedModule,
		release.OutsideCatalog,
		release.PlaintextSecret,
		release.RedundantValue,
		release.ResourcePolicy,
		release.StructuralChange,
		release.UnknownModule,
		release.UnknownValue,
		release.UnpinnedModule,

		suppression.NoReason,
		suppression.UnknownRule,
		suppression.Unused,
	}
}

// Named returns the rule with a code, or nil.
func Named(code string) *rule.Rule {
	all := All()
	if i := slices.IndexFunc(all, func(r *rule.Rule) bool { return r.Code == code }); i >= 0 {
		return all[i]
	}
	return nil
}
