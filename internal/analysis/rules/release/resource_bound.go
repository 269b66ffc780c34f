package release

import (
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// The fields of the two traits by which a scope bounds resources.
const (
	resourceLimit = "resourceLimit" // of each container
	resourceQuota = "resourceQuota" // of all governed components together
)

// A boundKind is what a bound is about.
type boundKind int

const (
	most  boundKind = iota // a container's amount is at most this
	least                  // a container's amount is at least this
	ratio                  // a container's limit is at most so many times its request
	total                  // all amounts together are at most this
)

// boundLabels are the fields of resourceLimit that bound what a container may have. Its
// defaults bound nothing: they count where a container says nothing.
var boundLabels = map[string]boundKind{
	"max": most, "maxLimit": most, "limit": most, "limits": most,
	"min":                  least,
	"maxLimitRequestRatio": ratio,
}

// The fields of a container's resources.
const (
	limits   = "limits"
	requests = "requests"
)

// A resourceBound is one amount that a scope sets.
type resourceBound struct {
	scope    string
	document *catalogindex.Document // that declares the scope
	kind     boundKind
	of       string // limits or requests, for a total
	resource string // such as cpu
	amount   quantity
	value    *cascade.Value // the amount as it is written
	at       rule.Location
	governs  func(component string) bool
}

func (b resourceBound) isTighter(than resourceBound) bool {
	if b.kind == least {
		return b.amount.Cmp(than.amount) > 0
	}
	return b.amount.Cmp(than.amount) < 0
}

// hasResourceScope reports whether a layer below the release declares a scope with a bound on
// resources.
func hasResourceScope(r *rule.Resolved) bool {
	return slices.ContainsFunc(r.Chain[:len(r.Chain)-1], func(d *catalogindex.Document) bool {
		return slices.ContainsFunc(d.Scopes(), BoundsResources)
	})
}

// BoundsResources reports whether a scope says how much may be used.
func BoundsResources(s catalogindex.Member) bool {
	return len(catalogindex.Fields(s.Parts, resourceLimit)) > 0 || len(catalogindex.Fields(s.Parts, resourceQuota)) > 0
}

// resourceBounds returns what the scopes of a chain set, with the effective values in place.
func resourceBounds(from cascade.Source, r *rule.Resolved) []resourceBound {
	root := resolveBelow(from, r, (*cascade.Layer).Scopes)
	var out []resourceBound
	seen := make(map[string]bool)
	for _, d := range r.Chain[:len(r.Chain)-1] {
		for _, s := range d.Scopes() {
			if n := root.Child(s.Name); n != nil && !seen[s.Name] && BoundsResources(s) {
				seen[s.Name] = true
				b := resourceBound{scope: s.Name, document: d, governs: governance(r, s.Name)}
				out = append(append(out, b.limitBounds(r, n.Child(resourceLimit))...), b.quotaBounds(r, n.Child(resourceQuota))...)
			}
		}
	}
	return out
}

// governance returns whether a scope governs a component: as any of the layers says that
// declare it.
func governance(r *rule.Resolved, scope string) func(string) bool {
	return func(component string) bool {
		return slices.ContainsFunc(r.Chain[:len(r.Chain)-1], func(d *catalogindex.Document) bool {
			return slices.ContainsFunc(d.Scopes(), func(s catalogindex.Member) bool {
				return s.Name == scope && cascade.Governs(s, d, component)
			})
		})
	}
}

// resolveBelow resolves what the layers below the release write beside the values, with the
// release's values in place.
func resolveBelow(from cascade.Source, r *rule.Resolved, read func(*cascade.Layer, cascade.Source) *cascade.FieldShape) *cascade.Node {
	written := make([]*cascade.FieldShape, len(r.Tree.Layers))
	for i, layer := range r.Tree.Layers[:topLayer(r)] {
		written[i] = read(layer, from)
	}
	return cascade.ResolveBeside(r.Tree, written)
}

// limitBounds returns the bounds of resourceLimit; amounts without a label of their own
// between are bounds too.
func (b resourceBound) limitBounds(r *rule.Resolved, n *cascade.Node) []resourceBound {
	if n == nil {
		return nil
	}
	var out []resourceBound
	for _, c := range n.Children {
		kind, known := boundLabels[c.Label()]
		switch {
		case known && c.Struct:
			for _, resource := range c.Children {
				out = b.with(out, r, kind, limits, resource.Label(), resource)
			}
		case !known:
			out = b.with(out, r, most, limits, c.Label(), c)
		}
	}
	return out
}

// quotaBounds returns the totals of resourceQuota, under hard or without it: "limits.cpu",
// limits: cpu, or cpu alone, which counts what is requested.
func (b resourceBound) quotaBounds(r *rule.Resolved, n *cascade.Node) []resourceBound {
	if n == nil {
		return nil
	}
	var out []resourceBound
	for _, c := range n.Children {
		of, resource, split := strings.Cut(c.Label(), ".")
		switch {
		case c.Label() == "hard":
			out = append(out, b.quotaBounds(r, c)...)
		case c.Struct && (of == limits || of == requests):
			for _, resource := range c.Children {
				out = b.with(out, r, total, of, resource.Label(), resource)
			}
		case split && (of == limits || of == requests):
			out = b.with(out, r, total, of, resource, c)
		case !split:
			out = b.with(out, r, total, requests, of, c)
		}
	}
	return out
}

// with appends the bound that a node holds, if that is an amount.
func (b resourceBound) with(out []resourceBound, r *rule.Resolved, kind boundKind, of, resource string, n *cascade.Node) []resourceBound {
	amount, ok := quantityOf(n.Value)
	if !ok || n.From < 0 || n.Layers[n.From] == nil || len(n.Layers[n.From].Decls) == 0 {
		return out
	}
	decl := n.Layers[n.From].Decls[0]
	b.kind, b.of, b.resource, b.amount, b.value = kind, of, resource, amount, n.Value
	b.document = r.Tree.Layers[n.From].Document
	b.at = rule.At(decl.File, decl.Field)
	return append(out, b)
}
