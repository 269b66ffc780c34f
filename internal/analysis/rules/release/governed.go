package release

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// governed follows the values that the release sets into the components that read them, and
// returns the immutable scopes there that speak of the very same fields. The caller must not
// change what this returns.
func governed(from cascade.Source, r *rule.Resolved) []cascade.Governance {
	type key struct{}
	return r.Once(key{}, func() any {
		below := r.Tree.Layers[:topLayer(r)]
		if !slices.ContainsFunc(below, func(l *cascade.Layer) bool { return hasImmutableScope(l.Document) }) {
			return []cascade.Governance(nil)
		}
		return cascade.ImmutableGovernances(from, below, ownFlows(r))
	}).([]cascade.Governance)
}

func hasImmutableScope(d *catalogindex.Document) bool {
	return slices.ContainsFunc(d.Scopes(), func(s catalogindex.Member) bool { return s.Immutable })
}

// allows reports whether a scope allows the value that it governs.
func allows(r *rule.Resolved, g cascade.Governance) bool {
	return g.Says.Shape.Allows(r.Tree.Lookup(g.Flow.Value).Value)
}

// byValue puts together what one scope says of one value: it may flow into several
// components, and is right or wrong once.
func byValue(all []cascade.Governance) [][]cascade.Governance {
	var out [][]cascade.Governance
	for _, g := range all {
		i := slices.IndexFunc(out, func(group []cascade.Governance) bool {
			first := group[0]
			return slices.Equal(first.Flow.Value, g.Flow.Value) && first.Scope.Name == g.Scope.Name && first.Document == g.Document
		})
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], g)
	}
	return out
}

// scopeAndReaders returns what a scope says of a value, and where components read it.
func scopeAndReaders(group []cascade.Governance) []rule.Related {
	g := group[0]
	out := []rule.Related{{Location: rule.At(g.Says.Decls[0].File, g.Says.Decls[0].Field), Message: fmt.Sprintf("The scope `%s`", g.Scope.Name)}}
	for _, g := range group {
		out = append(out, rule.Related{
			Location: rule.At(g.Flow.File, g.Flow.Span),
			Message:  fmt.Sprintf("The component `%s` reads the value here", g.Flow.Component),
		})
	}
	return out
}

// ownFlows returns where the values that the release sets are, unchanged, fields of
// components. A struct that a component takes as a whole counts value by value. The caller
// must not change them.
func ownFlows(r *rule.Resolved) []cascade.Flow {
	type key struct{}
	return r.Once(key{}, func() any { return findOwnFlows(r) }).([]cascade.Flow)
}

func findOwnFlows(r *rule.Resolved) []cascade.Flow {
	var out []cascade.Flow
	for _, l := range r.Tree.Layers[:topLayer(r)] {
		for _, f := range l.Flows() {
			if !f.Direct {
				continue
			}
			n := r.Tree.Lookup(f.Value)
			if n == nil {
				continue
			}
			n.Walk(func(leaf *cascade.Node) bool {
				if leaf.Value != nil && leaf.From == topLayer(r) && !leaf.Struct {
					own := f
					own.Value = leaf.Path
					own.Field = slices.Concat(f.Field, leaf.Path[len(f.Value):])
					out = append(out, own)
				}
				return leaf.Struct // a list is one value
			})
		}
	}
	return out
}
