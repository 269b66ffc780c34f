package release

import (
	"fmt"
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// RedundantValue reports an override by the very value that is inherited.
var RedundantValue = &rule.Rule{
	Code:        "release/redundant-value",
	Severity:    rule.Hint,
	Finds:       "an override equal to what is inherited",
	Fix:         "removes it",
	Unnecessary: true,
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			if !r.Complete {
				continue // a layer that is not there may have a say
			}
			redundant := slices.DeleteFunc(r.Tree.Redundant(), func(n *cascade.Node) bool { return !isPlainOverride(r, n) })
			for _, n := range redundant {
				reportRedundant(p, r, n, redundant)
			}
		}
	},
}

// isPlainOverride reports whether the release writes the value once, as a literal, and for
// itself alone: what is computed is equal by chance, and what releases share is for others.
func isPlainOverride(r *rule.Resolved, n *cascade.Node) bool {
	decls := n.Layers[topLayer(r)].Decls
	return len(decls) == 1 && isLiteral(decls[0].File, decls[0].Value) && isOwn(r.Document, decls[0].File, decls[0].Field) &&
		!slices.ContainsFunc(decls[0].File.Problems, func(p syntax.Problem) bool {
			return p.Extent == syntax.InFile || decls[0].Field.Covers(p.Span)
		})
}

func reportRedundant(p *rule.Pass, r *rule.Resolved, n *cascade.Node, redundant []*cascade.Node) {
	d := n.Layers[topLayer(r)].Decls[0]
	without := r.Tree.Without(n)
	from := r.Tree.Layers[without.From].Document
	value := "this value"
	if shown := r.Tree.Secrets.Show(n.Path, n.Value); len(shown) <= maxWritten && !r.Tree.Secrets.HidesIn(n.Path, n.Value) {
		value = shown
	}
	finding := rule.Finding{
		File: d.File,
		Span: d.Field,
		Message: fmt.Sprintf("`%s` is %s without this line, too: %s says so. Remove it, unless it is to stay when that changes.",
			n.Path, value, rule.LayerTitle(from)),
	}
	if f := n.Layers[without.From]; f != nil && len(f.Decls) > 0 {
		last := f.Decls[len(f.Decls)-1]
		finding.Related = []rule.Related{{Location: rule.At(last.File, last.Field), Message: capitalise(rule.LayerTitle(from))}}
	}
	at, title := outermost(r, n, redundant), fmt.Sprintf("Remove %s", n.Path)
	if at != n {
		title = fmt.Sprintf("Remove %s: all that it sets is inherited", at.Path)
	}
	finding.Fixes = removalOfAll(at.Layers[topLayer(r)].Decls, title)
	p.Report(finding)
}

// outermost returns the outermost struct around a redundant value in which the release sets
// nothing that is not redundant; the value itself if there is none.
func outermost(r *rule.Resolved, n *cascade.Node, redundant []*cascade.Node) *cascade.Node {
	at := n
	for at.Parent != nil && at.Parent.Parent != nil && isAllRedundant(r, at.Parent, redundant) {
		at = at.Parent
	}
	return at
}

func isAllRedundant(r *rule.Resolved, n *cascade.Node, redundant []*cascade.Node) bool {
	own := n.Layers[topLayer(r)]
	if slices.ContainsFunc(own.Decls, func(d cascade.Decl) bool { return !isOnlyFields(d.File, fieldAt(d.File, d.Field)) }) {
		return false
	}
	all := true
	n.Walk(func(below *cascade.Node) bool {
		if below.Layers[topLayer(r)] != nil && !below.Struct {
			all = all && slices.Contains(redundant, below)
		}
		return all && below.Struct
	})
	return all
}

// isOnlyFields reports whether a field holds nothing but fields with plain labels, down to
// the last struct: no helper that something else may read.
func isOnlyFields(file *syntax.File, f *ast.Field) bool {
	if f == nil {
		return false
	}
	s, ok := f.Value.(*ast.StructLit)
	if !ok {
		return isLiteralExpr(f.Value)
	}
	return !slices.ContainsFunc(s.Elts, func(d ast.Decl) bool {
		below, ok := d.(*ast.Field)
		if ok {
			var name string
			name, ok = syntax.LabelName(below.Label)
			ok = ok && !isHelper(name)
		}
		return !ok || !isOnlyFields(file, below)
	})
}
