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
			for _, why := range requirements(p, r) {
				reportRequired(p, r, why)
			}
		}
	},
}

// A requirement is a value that a release has to set because of the Module.
type requirement struct {
	node  *cascade.Node
	below *cascade.Node // the value without the Module; nil if it has none
	at    *cascade.Node // the node at or around it that the Module writes
	decl  cascade.Decl
}

// requirements returns those of a Module. What a release has to set anyway is none, and
// neither is a value of which something else is said.
func requirements(p *rule.Pass, r *rule.Resolved) []requirement {
	var missing []*cascade.Node
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		if n.Missing && n.Invalid == nil && !hasRefused(n) {
			missing = append(missing, n)
		}
		return true
	})
	if missing == nil {
		return nil
	}
	without := p.Resolve(r.Chain[:len(r.Chain)-1]).Tree
	anyway := make(map[string]bool)
	for _, n := range without.MustSet() {
		anyway[n.Path.String()] = true
	}
	var out []requirement
	for _, n := range missing {
		why := requirement{node: n, below: without.Lookup(n.Path)}
		if b := why.below; anyway[n.Path.String()] || b != nil && (b.Unread || b.Invalid != nil || hasRefused(b)) {
			continue
		}
		for why.at = n; why.at != nil && len(why.at.Path) > 0; why.at = why.at.Parent {
			var ok bool
			if why.decl, ok = ownDecl(r, why.at); ok {
				out = append(out, why)
				break
			}
		}
	}
	return out
}

// hasRefused reports whether a layer's own text refuses the default that it gives a node.
func hasRefused(n *cascade.Node) bool {
	return slices.ContainsFunc(n.Layers, func(f *cascade.FieldShape) bool { return f != nil && len(f.Shape.Refused) > 0 })
}

func reportRequired(p *rule.Pass, r *rule.Resolved, why requirement) {
	n := why.node
	finding := rule.Finding{
		File:    why.decl.File,
		Span:    why.decl.Label,
		Related: said(r, n),
		Fixes:   requiredFixes(r, why),
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
func requiredFixes(r *rule.Resolved, why requirement) []rule.Fix {
	n := why.node
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
