package curation

import (
	"fmt"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// ScopeTraits reports a scope that has several responsibilities, or none.
var ScopeTraits = &rule.Rule{
	Code:     "curation/scope-traits",
	Severity: rule.Warning,
	Finds:    "a scope with more than one trait, or none",
	Check: func(p *rule.Pass) {
		for _, r := range writing(p) {
			scopes := scopesOf(p, r)
			for _, scope := range scopes.own {
				if find(scopes.below, scope.Name) != nil {
					continue // it is judged where it is written
				}
				ts := traitsOf(p.Index, scope)
				switch {
				case len(ts.all) > 1:
					reportTraits(p, scope, ts.all)
				case len(ts.all) == 0 && !ts.unknown && scopes.isComplete(scope):
					reportNoTrait(p, scope)
				}
			}
		}
	},
}

func reportTraits(p *rule.Pass, scope member, all []trait) {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.name
	}
	finding := rule.Finding{
		File: scope.File,
		Span: scope.Label,
		Message: fmt.Sprintf("The scope `%s` has %d traits, %s: a scope has one. Write a scope for each of them.",
			scope.Name, len(all), join(quoted(names))),
	}
	for _, t := range all {
		finding.Related = append(finding.Related, rule.Related{Location: rule.At(t.file, t.span), Message: fmt.Sprintf("The trait `%s`", t.name)})
	}
	p.Report(finding)
}

// join joins phrases as a sentence does: "a, b and c".
func join(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

func reportNoTrait(p *rule.Pass, scope member) {
	p.Report(rule.Finding{
		File:    scope.File,
		Span:    scope.Label,
		Message: fmt.Sprintf("The scope `%s` has no trait, so it demands nothing: embed one, such as `traits.#PodSecurity`.", scope.Name),
	})
}
