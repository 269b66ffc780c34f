package curation

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// ScopeConflict reports two scopes that demand of one component what cannot be both.
var ScopeConflict = &rule.Rule{
	Code:     "curation/scope-conflict",
	Severity: rule.Error,
	Finds:    "two scopes that contradict each other in one trait of one component",
	Check: func(p *rule.Pass) {
		for _, r := range writing(p) {
			checkConflicts(p, scopesOf(p, r), componentsOf(p, r))
		}
	},
}

// checkConflicts compares every scope that a document writes with those of the layers below
// and with those that stand before it.
func checkConflicts(p *rule.Pass, scopes, components *slot) {
	others := slices.Clone(scopes.below)
	for _, scope := range scopes.own {
		if find(scopes.below, scope.Name) != nil {
			continue // what a Module writes into it is curation/scope-modified's
		}
		for _, other := range others {
			shared := sharedTraits(scope, other)
			if len(shared) == 0 {
				continue // nearly always
			}
			component, ok := components.governedBy(scope, other)
			if !ok {
				continue
			}
			c := conflict{pass: p, slot: scopes, scope: scope, other: other, component: component}
			for _, label := range shared {
				c.fields(cascade.Path{label}, scopes.fieldOf(scope, label), scopes.fieldOf(other, label))
			}
		}
		others = append(others, scope)
	}
}

// sharedTraits returns the fields besides metadata and target that both scopes write.
func sharedTraits(a, b member) []string {
	var out []string
	for _, part := range a.Parts {
		for _, f := range catalogindex.AllFields([]catalogindex.Part{part}) {
			if isTraitField(f.Name) && !slices.Contains(out, f.Name) && len(catalogindex.Fields(b.Parts, f.Name)) > 0 {
				out = append(out, f.Name)
			}
		}
	}
	return out
}

// governedBy returns a component that both scopes surely apply to.
func (s *slot) governedBy(a, b member) (name string, ok bool) {
	ta, tb := s.targets(a), s.targets(b)
	for _, name := range namesOf(s.below, s.own) {
		if ta.governs(name) && tb.governs(name) {
			return name, true
		}
	}
	return "", false
}

// fieldOf reads a field of a scope; nil if it cannot be read.
func (s *slot) fieldOf(scope member, label string) *cascade.FieldShape {
	read := structOf(cascade.ReadMember(s.pass.Source(), scope.document, s.labelIn(scope.document), scope.Name))
	if read == nil {
		return nil
	}
	return read.Field(label)
}

// A conflict looks for the fields in which two scopes contradict each other.
type conflict struct {
	pass         *rule.Pass
	slot         *slot
	scope, other member
	component    string
}

// fields compares one field of both. Lists are left alone: what one scope lists, it may
// well add to what the other lists.
func (c conflict) fields(at cascade.Path, own, other *cascade.FieldShape) {
	if own == nil || other == nil || len(own.Shape.Alts) == 0 || len(other.Shape.Alts) == 0 {
		return
	}
	a, b := own.Shape.StructShape(), other.Shape.StructShape()
	switch {
	case a != nil && b != nil:
		for _, f := range a.Fields {
			c.fields(at.Child(f.Label), f, b.Field(f.Label))
		}
	case listOf(own.Shape) != nil && listOf(other.Shape) != nil:
	case len(cascade.Meet(own.Shape, other.Shape).Alts) == 0:
		c.report(at, own, other)
	}
}

func (c conflict) report(at cascade.Path, own, other *cascade.FieldShape) {
	d, ok := declIn(own, c.scope.document)
	if !ok {
		return
	}
	secrets := c.slot.Tree.Secrets
	finding := rule.Finding{
		File: d.File,
		Span: d.Value,
		Message: fmt.Sprintf("The scope `%s` wants `%s` of the component `%s` to be %s, and the scope `%s` of %s wants %s: nothing is both. Change this one, or let it apply to other components.",
			c.scope.Name, at, c.component, secrets.Describe(at, own.Shape), c.other.Name, c.other.title(), secrets.Describe(at, other.Shape)),
	}
	if o, ok := declIn(other, c.other.document); ok {
		finding.Related = append(finding.Related, rule.Related{Location: rule.At(o.File, o.Field), Message: fmt.Sprintf("The scope `%s` in %s", c.other.Name, c.other.title())})
	} else {
		finding.Related = append(finding.Related, rule.Related{Location: c.other.location(), Message: fmt.Sprintf("The scope `%s` in %s", c.other.Name, c.other.title())})
	}
	c.pass.Report(finding)
}

// declIn returns where the package of a document writes a field; the last of several
// places.
func declIn(f *cascade.FieldShape, d *catalogindex.Document) (cascade.Decl, bool) {
	for _, decl := range slices.Backward(f.Decls) {
		if isOf(decl.File, d) {
			return decl, true
		}
	}
	return cascade.Decl{}, false
}
