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
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			for _, w := range scopeWrites(r) {
				if w.immutable {
					reportScopeWrite(p, w)
				}
			}
			for _, c := range contradictions(p.Index, r) {
				reportContradiction(p, r, c)
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
		Fixes: removal(w.field.File, w.field.File.Span(w.field.Field), fmt.Sprintf("Remove %s", w.field.Name)),
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
	collect(catalogindex.Fields(d.Parts, label), "")
	if d.Reference != nil {
		collect(catalogindex.Fields(d.Reference.Overrides, label), d.Dialect.Reference[catalogindex.Release]+".")
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

// A contradiction is a value of a release that an immutable scope does not allow in
// the component that reads it.
type contradiction struct {
	node  *cascade.Node
	flow  cascade.Flow
	scope catalogindex.Member
	owner *catalogindex.Document
	field *cascade.FieldShape // what the scope says
}

// contradictions follows the values that the release sets into the components that
// read them, and compares with the scopes that govern those.
func contradictions(index *catalogindex.Index, r *rule.Resolved) []contradiction {
	var out []contradiction
	below := r.Chain[:len(r.Chain)-1]
	flows := cascade.Flows(below)
	for _, owner := range below {
		for _, scope := range owner.Scopes() {
			if !scope.Immutable {
				continue
			}
			for _, flow := range flows {
				node := r.Tree.Lookup(flow.Value)
				if !flow.Direct || node == nil || node.Value == nil || node.From != topLayer(r) || !cascade.Governs(scope, owner, flow.Component) {
					continue
				}
				field := cascade.ReadField(index, owner, scope.Parts, flow.Field)
				if field != nil && !field.Shape.Allows(node.Value) {
					out = append(out, contradiction{node, flow, scope, owner, field})
				}
			}
		}
	}
	return out
}

func reportContradiction(p *rule.Pass, r *rule.Resolved, c contradiction) {
	d, ok := own(r, c.node)
	if !ok {
		return
	}
	p.Report(rule.Finding{
		File: d.File,
		Span: d.Value,
		Message: fmt.Sprintf("`%s` sets `%s` of the component `%s`, which the immutable scope `%s` of %s wants to be %s. Remove it, or ask the platform team.",
			c.node.Path, c.flow.Field, c.flow.Component, c.scope.Name, rule.LayerTitle(c.owner), cascade.Describe(c.field.Shape)),
		Related: []rule.Related{
			{Location: rule.At(c.field.Decls[0].File, c.field.Decls[0].Field), Message: fmt.Sprintf("The scope `%s`", c.scope.Name)},
			{Location: rule.At(c.flow.File, c.flow.Span), Message: fmt.Sprintf("The component `%s` reads the value here", c.flow.Component)},
		},
		Fixes: removal(d.File, d.Field, fmt.Sprintf("Remove %s", c.node.Path)),
	})
}
