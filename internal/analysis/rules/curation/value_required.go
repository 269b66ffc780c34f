package curation

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// ValueRequired reports a value that a release has to set because of the Module.
var ValueRequired = &rule.Rule{
	Code:     "curation/value-required",
	Severity: rule.Error,
	Finds:    "a default lost without a new one, or a new required value",
	Fix:      "gives it a default, or makes it optional",
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			r.Tree.Root.Walk(func(n *cascade.Node) bool {
				if why := requiredBy(p, r, n); why != nil {
					reportRequired(p, r, n, why)
				}
				return true
			})
		}
	},
}

// A requirement is why a release has to set a value.
type requirement struct {
	below *cascade.Node // the value without the Module; nil if it has none
	at    *cascade.Node // the node at or around it that the Module writes
	decl  cascade.Decl
}

// requiredBy returns why a release has to set a value, if that is the Module's doing; nil if
// it need not or if something else is said of it.
func requiredBy(p *rule.Pass, r *rule.Resolved, n *cascade.Node) *requirement {
	if !n.Missing {
		return nil
	}
	if f := n.Layers[top(r)]; n.Invalid != nil || f != nil && len(f.Shape.Refused) > 0 {
		return nil // its default is refused
	}
	without := p.Resolve(r.Chain[:len(r.Chain)-1])
	for _, other := range without.Tree.MustSet() {
		if slices.Equal(other.Path, n.Path) {
			return nil
		}
	}
	why := &requirement{below: without.Tree.Lookup(n.Path)}
	if b := why.below; b != nil && (b.Unread || b.Invalid != nil || slices.ContainsFunc(b.Layers, func(f *cascade.FieldShape) bool { return f != nil && len(f.Shape.Refused) > 0 })) {
		return nil
	}
	for why.at = n; why.at != nil && len(why.at.Path) > 0; why.at = why.at.Parent {
		var ok bool
		if why.decl, ok = ownDecl(r, why.at); ok {
			return why
		}
	}
	return nil
}

func reportRequired(p *rule.Pass, r *rule.Resolved, n *cascade.Node, why *requirement) {
	finding := rule.Finding{
		File:    why.decl.File,
		Span:    why.decl.Label,
		Related: said(r, n),
		Fixes:   requiredFixes(r, n, why),
		Breaks:  missingIn(r, n.Path),
	}
	secrets := r.Tree.Secrets
	allowed := secrets.Describe(n.Path, n.Allowed)
	switch b := why.below; {
	case b == nil:
		finding.Message = fmt.Sprintf("`%s` is new and has to be set to %s by every release, also by those that exist: give it a default, or mark it with \"?\".", n.Path, allowed)
	case b.Value != nil && why.at == n:
		was := "a default"
		if !secrets.HidesIn(n.Path, b.Value) {
			was = "the default " + showWitness(b.Value)
		}
		finding.Message = fmt.Sprintf("`%s` has %s in %s, which is refused here, so every release has to set it to %s: give it another default.", n.Path, was, belowTitle(r), allowed)
	case why.at != n:
		finding.Message = fmt.Sprintf("`%s` is optional in %s and always there here, so every release has to set `%s` to %s: mark it with \"?\".", why.at.Path, belowTitle(r), n.Path, allowed)
	default:
		finding.Message = fmt.Sprintf("`%s` is optional in %s, and here every release has to set it to %s: give it a default, or mark it with \"?\".", n.Path, belowTitle(r), allowed)
	}
	p.Report(finding)
}

// requiredFixes returns the ways to make a value one that a release need not set.
func requiredFixes(r *rule.Resolved, n *cascade.Node, why *requirement) []rule.Fix {
	var fixes []rule.Fix
	own := why.at.Layers[top(r)]
	if why.at == n && !r.Tree.Secrets.Names(n.Path) {
		v := n.Allowed.Neutral()
		if why.below != nil && why.below.Value != nil {
			if near := nearestTo(why.below.Value, n.Allowed); near != nil {
				v = near
			}
		}
		if fix, ok := defaultFix(n.Path, own, v); ok {
			fixes = append(fixes, fix)
		}
	}
	lost := why.at == n && why.below != nil && why.below.Value != nil // then nothing would be there to be read
	if !lost && own.Presence != cascade.Optional && isOptionalBelow(r, why.at) {
		fixes = append(fixes, rule.Fix{Title: fmt.Sprintf("Make %s optional", why.at.Path), Edits: mark(own, "?")})
	}
	return fixes
}

// missingIn returns a function that says whether a release of the Module does not set a path,
// or to something that the Module refuses.
func missingIn(module *rule.Resolved, path cascade.Path) func(*rule.Resolved) (rule.Related, bool) {
	refused := refusedValues(module, path)
	return func(release *rule.Resolved) (rule.Related, bool) {
		n := release.Tree.Lookup(path)
		if !isBuiltOn(release, module) || n == nil || !n.Missing {
			return refused(release)
		}
		return rule.Related{
			Location: rule.At(release.Document.File, release.Document.Mark),
			Message:  fmt.Sprintf("%s does not set it", capitalise(rule.LayerTitle(release.Document))),
		}, true
	}
}
