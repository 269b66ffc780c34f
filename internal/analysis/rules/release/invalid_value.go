package release

import (
	"fmt"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// InvalidValue reports a value that a layer below the release does not allow.
var InvalidValue = &rule.Rule{
	Code:     "release/invalid-value",
	Severity: rule.Error,
	Finds:    "a value outside a type, bound, enumeration, pattern or fixed value of a layer below",
	Fix:      "the nearest value that is allowed; else removes the override",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			r.Tree.Root.Walk(func(n *cascade.Node) bool {
				if n.Invalid != nil && n.Invalid.Layer == topLayer(r) {
					reportInvalid(p, r, n)
				}
				return true
			})
		}
	},
}

func reportInvalid(p *rule.Pass, r *rule.Resolved, n *cascade.Node) {
	d, ok := own(r, n)
	if !ok {
		return
	}
	shape := n.Layers[topLayer(r)].Shape
	if len(n.Invalid.Breaks) == 0 {
		reportTwice(p, r, n)
		return
	}
	finding := rule.Finding{File: d.File, Span: d.Value}
	var who []string
	for _, broken := range n.Invalid.Breaks {
		layer := r.Tree.Layers[broken.Layer].Document
		who = append(who, rule.LayerTitle(layer))
		if broken.Origin.File == nil {
			continue
		}
		finding.Related = append(finding.Related, rule.Related{
			Location: rule.At(broken.Origin.File, broken.Origin.Span),
			Message:  fmt.Sprintf("%s allows %s", capitalise(rule.LayerTitle(layer)), r.Tree.Secrets.Describe(n.Path, n.Layers[broken.Layer].Shape)),
		})
	}
	finding.Message = fmt.Sprintf("`%s` is %s, but must be %s: %s.", named(r, n), written(r, n, shape), allowed(r, n), because(n, who))
	if r.Tree.Secrets.Names(n.Path) {
		finding.Message = fmt.Sprintf("The value of `%s` is none that %s allows.", named(r, n), strings.Join(who, " and "))
	}
	near, likely := nearestAllowed(r, n, shape, d)
	if likely {
		finding.Message = strings.TrimSuffix(finding.Message, ".") + fmt.Sprintf(". Did you mean %s?", near)
	}
	if near != "" {
		finding.Fixes = changeAll(n, topLayer(r), d, near, fmt.Sprintf("Change to %s", near))
	}
	finding.Fixes = append(finding.Fixes, removalOfOverride(r, n)...)
	p.Report(finding)
}

// removalOfOverride returns a fix that leaves a path to the layers below, if they have a
// value for it or it may be absent.
func removalOfOverride(r *rule.Resolved, n *cascade.Node) []rule.Fix {
	title := fmt.Sprintf("Remove %s", named(r, n))
	without := r.Tree.Without(n)
	switch {
	case without.Value != nil && !r.Tree.Secrets.HidesIn(n.Path, without.Value) && len(without.Value.String()) <= maxWritten:
		title += fmt.Sprintf(": then it is %s", without.Value)
	case without.Value == nil && !without.Struct && !without.Optional, without.Unread:
		return nil
	}
	return removalOfAll(n.Layers[topLayer(r)].Decls, title)
}

// reportTwice reports a value that the release itself gives in ways that contradict each
// other.
func reportTwice(p *rule.Pass, r *rule.Resolved, n *cascade.Node) {
	decls := n.Layers[topLayer(r)].Decls
	last := decls[len(decls)-1]
	finding := rule.Finding{
		File:    last.File,
		Span:    last.Value,
		Message: fmt.Sprintf("This release says two different things of `%s`: keep one of them.", named(r, n)),
	}
	for _, d := range decls[:len(decls)-1] {
		finding.Related = append(finding.Related, rule.Related{Location: rule.At(d.File, d.Value), Message: "It is also set here"})
	}
	p.Report(finding)
}

// named returns how a sentence calls a path: the values as a whole by the label that they have.
func named(r *rule.Resolved, n *cascade.Node) string {
	if len(n.Path) == 0 {
		return r.Document.ValuesLabel()
	}
	return n.Path.String()
}

// maxWritten is how many bytes of a value a message repeats.
const maxWritten = 40

// written says what the release writes, in few words and never a secret.
func written(r *rule.Resolved, n *cascade.Node, shape *cascade.Shape) string {
	v := shape.Concrete()
	if v == nil || v.Kind&(cascade.Struct|cascade.List) != 0 {
		return r.Tree.Secrets.Describe(n.Path, shape)
	}
	if shown := r.Tree.Secrets.Show(n.Path, v); len(shown) <= maxWritten {
		return shown
	}
	return r.Tree.Secrets.Describe(n.Path, shape)
}

// allowed says what the path may be.
func allowed(r *rule.Resolved, n *cascade.Node) string {
	lowest := n.Layers[n.Invalid.Breaks[0].Layer].Shape
	if len(n.Invalid.Breaks) > 1 && len(n.Allowed.Alts) > 0 {
		lowest = n.Allowed
	}
	return r.Tree.Secrets.Describe(n.Path, lowest)
}

func because(n *cascade.Node, who []string) string {
	verb := "says so"
	if len(who) > 1 {
		verb = "say so"
	}
	if broken := n.Layers[n.Invalid.Breaks[0].Layer].Shape; len(broken.Alts) == 1 && broken.Alts[0].Value != nil && len(broken.Defaults) == 0 {
		verb = strings.Replace(verb, "so", "so, and a release cannot change a fixed value", 1)
	}
	return strings.Join(who, " and ") + " " + verb
}

func capitalise(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
