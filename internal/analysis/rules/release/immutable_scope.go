package release

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// ImmutableScope reports a release that writes to a scope that nobody may change, or
// that sets a value so that a component contradicts one.
var ImmutableScope = &rule.Rule{
	Code:     "release/immutable-scope",
	Severity: rule.Error,
	Finds:    "a release that writes to an immutable scope, or whose values contradict one",
	Fix:      "removes it",
	Binding:  true,
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			for _, w := range scopeWrites(r) {
				if w.immutable {
					reportScopeWrite(p, w)
				}
			}
			contradicting := without(governed(p.Source(), r), func(g cascade.Governance) bool { return allows(r, g) })
			for _, group := range byValue(contradicting) {
				reportContradiction(p, r, group)
			}
		}
	},
}

func reportScopeWrite(p *rule.Pass, w scopeWrite) {
	p.Report(rule.Finding{
		File: w.field.File,
		Span: w.field.Label(),
		Message: fmt.Sprintf("The scope `%s` of %s is immutable: a release cannot change it. Remove it, or ask the platform team.",
			w.field.Name, rule.LayerTitle(w.owner)),
		Related: []rule.Related{{
			Location: rule.At(w.scope.File, w.scope.Label),
			Message:  fmt.Sprintf("The scope `%s` in %s", w.scope.Name, rule.LayerTitle(w.owner)),
		}},
		Fixes: removalOfPart(w.field, fmt.Sprintf("Remove %s", w.field.Name)),
	})
}

// A scopeWrite is a scope that a release writes to, in whatever form.
type scopeWrite struct {
	field     catalogindex.Field
	prefix    string // what stands before the name of the scope
	immutable bool
	scope     catalogindex.Member    // the scope, if it is immutable
	owner     *catalogindex.Document // the document that declares it so
}

// scopeWrites finds the scopes that a release writes: in its own scopes, or in
// those of its Module. A field that is no struct of scopes counts as itself.
func scopeWrites(r *rule.Resolved) []scopeWrite {
	d := r.Document
	label := d.Dialect.Scopes
	if label == "" {
		return nil
	}
	var writes []scopeWrite
	collect := func(fields []catalogindex.Field, prefix string) {
		for _, f := range fields {
			scopes := withoutHelpers(catalogindex.AllFields(catalogindex.StructParts([]catalogindex.Field{f})))
			for _, s := range scopes {
				w := scopeWrite{field: s, prefix: prefix + label + "."}
				w.scope, w.owner, w.immutable = immutableScope(r, s.Name)
				writes = append(writes, w)
			}
			if len(scopes) == 0 {
				writes = append(writes, scopeWrite{field: f, prefix: prefix})
			}
		}
	}
	collect(catalogindex.Fields(d.Parts(), label), "")
	if d.Reference != nil {
		collect(catalogindex.Fields(d.Reference.Overrides(), label), d.Dialect.Reference[catalogindex.Release]+".")
	}
	return writes
}

// immutableScope finds the immutable scope with a name in the layers below.
func immutableScope(r *rule.Resolved, name string) (catalogindex.Member, *catalogindex.Document, bool) {
	for i := len(r.Chain) - 2; i >= 0; i-- {
		for _, s := range r.Chain[i].Scopes() {
			if s.Name == name && s.Immutable {
				return s, r.Chain[i], true
			}
		}
	}
	return catalogindex.Member{}, nil, false
}

func reportContradiction(p *rule.Pass, r *rule.Resolved, group []cascade.Governance) {
	g := group[0]
	node := r.Tree.Lookup(g.Flow.Value)
	d, ok := own(r, node)
	if !ok {
		return
	}
	p.Report(rule.Finding{
		File: d.File,
		Span: d.Value,
		Message: fmt.Sprintf("`%s` sets `%s` of the component `%s`, which the immutable scope `%s` of %s wants to be %s. Remove it, or ask the platform team.",
			node.Path, g.Flow.Field, g.Flow.Component, g.Scope.Name, rule.LayerTitle(g.Document), r.Tree.Secrets.Describe(g.Flow.Field, g.Says.Shape)),
		Related: scopeAndReaders(group),
		Fixes:   removalOfAll(node.Layers[topLayer(r)].Decls, fmt.Sprintf("Remove %s", node.Path)),
	})
}
