package curation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// DefaultInvalid reports a default of a Module that some layer does not allow.
var DefaultInvalid = &rule.Rule{
	Code:     "curation/default-invalid",
	Severity: rule.Error,
	Finds:    "a Module's default outside a constraint of any layer; as a warning, one that all alternatives beside it would refuse",
	Fix:      "the nearest value that is allowed",
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			var reported []cascade.Origin
			r.Tree.Root.Walk(func(n *cascade.Node) bool {
				if n.Invalid != nil && n.Invalid.Layer == top(r) && n.Invalid.Default {
					reported = append(reported, reportDefault(p, r, n))
				}
				return true
			})
			for _, d := range rule.RefusedDefaults(r) {
				if !slices.Contains(reported, d.Default.Origin) {
					finding := d.Finding(r)
					finding.Fixes = nearestDefault(r, d.Path, d.Default, d.By)
					p.Report(finding)
				}
			}
		}
	},
}

// reportDefault reports a default that a layer below refuses, and returns where it is written.
func reportDefault(p *rule.Pass, r *rule.Resolved, n *cascade.Node) cascade.Origin {
	standard := n.Layers[top(r)].Shape.Defaults[0]
	decl, ok := ownDecl(r, n)
	if !ok {
		return standard.Origin
	}
	finding := rule.Finding{File: decl.File, Span: decl.Value}
	if at := standard.Origin; at.File != nil && r.IsOwn(at.File) {
		finding.File, finding.Span = at.File, at.Span
	}
	var who []string
	for _, broken := range n.Invalid.Breaks {
		layer := r.Tree.Layers[broken.Layer].Document
		who = append(who, rule.LayerTitle(layer))
		if broken.Origin.File != nil {
			finding.Related = append(finding.Related, rule.Related{
				Location: rule.At(broken.Origin.File, broken.Origin.Span),
				Message:  fmt.Sprintf("%s says so", capitalise(rule.LayerTitle(layer))),
			})
		}
	}
	name, must := "The default", r.Tree.Secrets.Describe(n.Path, n.AllowedBelow())
	v := (&cascade.Shape{Alts: []*cascade.Alt{standard}}).Concrete()
	if v == nil || r.Tree.Secrets.HidesIn(n.Path, v) {
		must = "one that it allows"
	} else {
		name += " " + showWitness(v)
	}
	finding.Message = fmt.Sprintf("%s of `%s` is refused by %s: it must be %s.", name, n.Path, strings.Join(who, " and "), must)
	finding.Fixes = nearestDefault(r, n.Path, standard, n.Allowed)
	p.Report(finding)
	return standard.Origin
}

// nearestDefault returns the fix that puts the nearest value that is allowed in place of a
// default.
func nearestDefault(r *rule.Resolved, path cascade.Path, standard *cascade.Alt, allowed *cascade.Shape) []rule.Fix {
	at := standard.Origin
	if standard.Value == nil || at.File == nil || !r.IsOwn(at.File) || r.Tree.Secrets.HidesIn(path, standard.Value) {
		return nil
	}
	n, whole := deepest(r.Tree, path)
	near := nearestTo(standard.Value, allowed)
	if near == nil && whole && n.From >= 0 && n.Value != nil {
		near = n.Value // the definition's
	}
	if near == nil || whole && !n.AllowedBelow().Allows(near) {
		return nil
	}
	return []rule.Fix{{
		Title: fmt.Sprintf("Let %s be %s", path, near),
		Edits: []rule.Edit{edit.Replace(at.File, at.Span, near.String())},
	}}
}
