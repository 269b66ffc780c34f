package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// An Effective is the final configuration of a release, as far as it could be
// computed.
type Effective struct {
	Document *catalogindex.Document
	Layers   []*catalogindex.Document // lowest first
	Values   *EffectiveField
	// Components holds the components with those values in place.
	Components *EffectiveField
	// Scopes holds what the scopes demand, with those values in place.
	Scopes   *EffectiveField
	Problems []Diagnostic // the errors of the release
	// Incomplete says that a layer below is not known, nor what it would say.
	Incomplete bool

	secrets cascade.Secrets
}

// An EffectiveField is a field of the final configuration, or an element of a list.
type EffectiveField struct {
	Label  string
	Value  *cascade.Value    // a scalar, or an empty list; nil otherwise
	Fields []*EffectiveField // of a struct
	Items  []*EffectiveField // of a list
	From   *Provenance       // where Value comes from; nil for structs
	// Gap says why the field has no value: what must be set, or that it cannot be
	// computed. "" if it has one.
	Gap string
	// Refused says that a layer's contribution is not allowed, so that Value, if there is
	// one, is another layer's. "" if all are.
	Refused string
	// Lost says that a struct may have more fields: some cannot be computed.
	Lost bool
}

// Gaps returns how many fields at or below this one have no value, or are lost.
func (field *EffectiveField) Gaps() int {
	n := 0
	if field.Gap != "" || field.Lost {
		n++
	}
	for _, below := range slices.Concat(field.Fields, field.Items) {
		n += below.Gaps()
	}
	return n
}

// A Provenance is the place that a value comes from.
type Provenance struct {
	Layer    string // definition, module or release
	Document string
	File     *syntax.File
	Line     int // from 1
}

// Effective computes the final configuration of a release. It is never nil: what
// cannot be computed is a gap in it.
func (s *Snapshot) Effective(d *catalogindex.Document) *Effective {
	r := s.resolved(d)
	e := &Effective{Document: d, Layers: r.Chain, Incomplete: !r.Complete, Values: effectiveField(r, r.Tree.Root), secrets: r.Tree.Secrets}
	e.Components = effectiveField(r, s.beside(r, (*cascade.Layer).Components))
	e.Scopes = effectiveField(r, s.beside(r, (*cascade.Layer).Scopes))
	for _, scope := range e.Scopes.Fields {
		// What a scope applies to is whole components: they are printed where they are.
		scope.Fields = slices.DeleteFunc(scope.Fields, func(f *EffectiveField) bool { return f.Label == "appliesTo" })
	}
	for _, f := range d.Package.Files {
		for _, problem := range s.Diagnostics(f.Path) {
			if problem.Severity == Error && concerns(problem, d) {
				e.Problems = append(e.Problems, problem)
			}
		}
	}
	return e
}

// beside resolves what stands beside the values of a chain.
func (s *Snapshot) beside(r *rule.Resolved, read func(*cascade.Layer, cascade.Source) *cascade.FieldShape) *cascade.Node {
	written := make([]*cascade.FieldShape, len(r.Tree.Layers))
	for i, layer := range r.Tree.Layers {
		written[i] = read(layer, s.source())
	}
	return cascade.ResolveBeside(r.Tree, written)
}

// concerns reports whether a diagnostic of its package is about the document: it
// stands in it, or in what all documents of the file share.
func concerns(problem Diagnostic, d *catalogindex.Document) bool {
	inAny := false
	for _, other := range d.Package.Documents {
		for _, p := range other.Parts() {
			if p.File.Path == problem.Path && p.Span.Covers(problem.Span) {
				inAny = true
				if other.Kind == d.Kind && other.Mark == d.Mark && other.File.Path == d.File.Path {
					return true
				}
			}
		}
	}
	return !inAny
}

func effectiveField(r *rule.Resolved, n *cascade.Node) *EffectiveField {
	field := &EffectiveField{Label: n.Label(), Refused: refused(r, n)}
	switch {
	case n.Missing, n.Invalid != nil && !n.Present:
		field.Gap = gapOf(r, n)
		return field
	case n.Struct:
		field.Lost = n.Partial
		for _, c := range n.Children {
			if c.Present || c.Missing || c.Struct && (hasGap(c) || c.Partial && !c.Optional) || c.Unread && !c.Optional || c.Invalid != nil {
				field.Fields = append(field.Fields, effectiveField(r, c))
			}
		}
		return field
	case len(n.Children) > 0:
		for _, c := range n.Children {
			field.Items = append(field.Items, effectiveField(r, c))
		}
	case n.Value != nil:
		field.fill(n.Value)
	default:
		field.Gap = gapOf(r, n)
	}
	field.From = provenance(r, n)
	return field
}

// gapOf says why a path without a value has none.
func gapOf(r *rule.Resolved, n *cascade.Node) string {
	switch allowed := r.Tree.Secrets.Describe(n.Path, n.Allowed); {
	case n.Invalid != nil && n.Optional:
		return fmt.Sprintf("may be %s; what the %s sets is not allowed", allowed, refusedLayer(r, n))
	case n.Invalid != nil:
		return fmt.Sprintf("must be %s; what the %s sets is not allowed", allowed, refusedLayer(r, n))
	case n.Missing:
		return "must be set to " + r.Tree.Secrets.Describe(n.Path, n.AllowedBelow())
	}
	return "cannot be computed"
}

// refused says whose contribution to a path is not allowed, "" if all are. It does not
// say what that is, which may be a secret.
func refused(r *rule.Resolved, n *cascade.Node) string {
	switch {
	case n.Invalid == nil:
		return ""
	case n.Invalid.Default:
		return fmt.Sprintf("the %s's default is not allowed", refusedLayer(r, n))
	}
	return fmt.Sprintf("the %s's value is not allowed", refusedLayer(r, n))
}

func refusedLayer(r *rule.Resolved, n *cascade.Node) string {
	return r.Tree.Layers[n.Invalid.Layer].Document.Kind.Layer()
}

// hasGap reports whether a path that a release must set lies below.
func hasGap(n *cascade.Node) bool {
	found := false
	n.Walk(func(below *cascade.Node) bool {
		found = found || below.Missing
		return !found
	})
	return found
}

// fill copies a value that has no nodes of its own, such as one under "_".
func (field *EffectiveField) fill(v *cascade.Value) {
	switch v.Kind {
	case cascade.Struct:
		for _, f := range v.Fields {
			below := &EffectiveField{Label: f.Name}
			below.fill(f.Value)
			field.Fields = append(field.Fields, below)
		}
	case cascade.List:
		for _, item := range v.Items {
			below := &EffectiveField{}
			below.fill(item)
			field.Items = append(field.Items, below)
		}
	}
	if field.Fields == nil && field.Items == nil {
		field.Value = v
	}
}

func provenance(r *rule.Resolved, n *cascade.Node) *Provenance {
	if n.From < 0 || n.Layers[n.From] == nil {
		return nil
	}
	d := r.Tree.Layers[n.From].Document
	p := &Provenance{Layer: d.Kind.Layer(), Document: d.Title()}
	if decls := n.Layers[n.From].Decls; len(decls) > 0 {
		last := decls[len(decls)-1]
		for _, d := range decls { // what a trait says of the field comes with it
			if !strings.HasPrefix(d.File.Path, catalogindex.EmbeddedRoot) {
				last = d
			}
		}
		p.File, p.Line = last.File, last.File.Text.LineOf(last.Label.Start)+1
	}
	return p
}

// WithoutSecrets returns the configuration as it may be shown to anybody: with "•••" in the
// place of every value that is a secret. Components and scopes, where a secret may have gone
// under any name, are left out.
func (e *Effective) WithoutSecrets() *Effective {
	out := *e
	out.Values = e.Values.withoutSecrets(nil, e.secrets)
	out.Components, out.Scopes = &EffectiveField{}, &EffectiveField{}
	return &out
}

func (field *EffectiveField) withoutSecrets(at cascade.Path, secrets cascade.Secrets) *EffectiveField {
	out := *field
	if field.Value != nil && secrets.HidesIn(at, field.Value) {
		out.Value = &cascade.Value{Kind: cascade.String, Text: "•••"}
	}
	out.Fields = slices.Clone(field.Fields)
	for i, below := range out.Fields {
		out.Fields[i] = below.withoutSecrets(at.Child(below.Label), secrets)
	}
	out.Items = slices.Clone(field.Items)
	for i, item := range out.Items {
		out.Items[i] = item.withoutSecrets(at.Child(cascade.IndexLabel(i)), secrets)
	}
	return &out
}
