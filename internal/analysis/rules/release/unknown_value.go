package release

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// UnknownValue reports a value that the Module does not have.
var UnknownValue = &rule.Rule{
	Code:     "release/unknown-value",
	Severity: rule.Error,
	Finds:    "a path that the Module's values do not have",
	Fix:      "the nearest name; else removes it",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			unknown := 0
			r.Tree.Root.Walk(func(n *cascade.Node) bool {
				if n.Undefined {
					unknown++
					reportUnknown(p, r, n, unknown <= maxSuggested)
				}
				return true
			})
		}
	},
}

// maxSuggested is for how many unknown values of a release it is found out what they were to be:
// each is compared with all that there are. Where more are unknown the release is another Module's.
const maxSuggested = 100

func reportUnknown(p *rule.Pass, r *rule.Resolved, n *cascade.Node, suggest bool) {
	d, ok := own(r, n)
	if !ok {
		return
	}
	finding := rule.Finding{File: d.File, Span: d.Label}
	var near, elsewhere *cascade.Node
	if suggest {
		if near = nearestSibling(n); near == nil {
			elsewhere = sameLabel(r.Tree, n)
		}
	}
	switch {
	case near != nil:
		finding.Message = fmt.Sprintf("`%s` is not a value of %s. Did you mean `%s`?", n.Path, moduleTitle(r), near.Label())
		finding.Related = declarations(r, near, "`"+near.Label()+"` in %s")
		finding.Fixes = renaming(n.Layers[topLayer(r)].Decls, near.Label())
	default:
		finding.Message = fmt.Sprintf("`%s` is not a value of %s: remove it", n.Path, moduleTitle(r))
		if elsewhere != nil {
			finding.Message += fmt.Sprintf(", or set `%s`", elsewhere.Path)
			finding.Related = declarations(r, elsewhere, "`"+elsewhere.Path.String()+"` in %s")
		}
		finding.Message += "."
		finding.Fixes = removal(d.File, d.Field, fmt.Sprintf("Remove %s", n.Label()))
	}
	p.Report(finding)
}

// renaming returns a fix that gives a field another label in every place that writes it.
func renaming(decls []cascade.Decl, label string) []rule.Fix {
	fix := rule.Fix{Title: "Rename to " + label}
	for _, d := range decls {
		fix.Edits = append(fix.Edits, rule.Edit{Location: rule.At(d.File, d.Label), NewText: cascade.QuoteLabel(label)})
	}
	return []rule.Fix{fix}
}

// nearestSibling returns the defined field of the same struct whose name is most
// like the node's; one that the release has not set yet before one that it has.
func nearestSibling(n *cascade.Node) *cascade.Node {
	var free, taken []string
	for _, c := range n.Parent.Children {
		switch {
		case c.Undefined:
		case c.Layers[len(c.Layers)-1] == nil:
			free = append(free, c.Label())
		default:
			taken = append(taken, c.Label())
		}
	}
	for _, labels := range [][]string{free, taken} {
		if near := rule.Nearest(n.Label(), labels); near != "" {
			return n.Parent.Child(near)
		}
	}
	return nil
}

// sameLabel returns a defined value somewhere else that has the node's own label.
func sameLabel(t *cascade.Tree, n *cascade.Node) *cascade.Node {
	var found *cascade.Node
	t.Root.Walk(func(c *cascade.Node) bool {
		if found == nil && c != n && !c.Undefined && c.Label() == n.Label() {
			found = c
		}
		return found == nil && !c.Undefined
	})
	return found
}
