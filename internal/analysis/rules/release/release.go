// Package release holds the rules about ModuleReleases.
package release

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// topLayer returns the index of the release's own layer.
func topLayer(r *rule.Resolved) int { return len(r.Tree.Layers) - 1 }

// own returns what the release itself declares at a node; the last of several
// declarations, the one that was written over the others.
func own(r *rule.Resolved, n *cascade.Node) (cascade.Decl, bool) {
	f := n.Layers[topLayer(r)]
	if f == nil || len(f.Decls) == 0 {
		return cascade.Decl{}, false
	}
	return f.Decls[len(f.Decls)-1], true
}

// declarations returns where the layers below the release declare a node, highest
// first, each with the message.
func declarations(r *rule.Resolved, n *cascade.Node, message string) []rule.Related {
	var related []rule.Related
	for i := topLayer(r) - 1; i >= 0; i-- {
		f := n.Layers[i]
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			related = append(related, rule.Related{
				Location: rule.At(d.File, d.Field),
				Message:  fmt.Sprintf(message, rule.LayerTitle(r.Tree.Layers[i].Document)),
			})
		}
	}
	return related
}

// module returns the Module that a release refers to, or nil.
func module(r *rule.Resolved) *catalogindex.Document {
	if below := r.Below(); below != nil && below.Kind == catalogindex.Module {
		return below
	}
	return nil
}

// moduleTitle names the Module of a release in a sentence.
func moduleTitle(r *rule.Resolved) string {
	if below := module(r); below != nil {
		return rule.LayerTitle(below)
	}
	return "its Module"
}

// overrides returns what a release writes into its Module: #module: … & {…}.
func overrides(d *catalogindex.Document) []catalogindex.Field {
	if d.Reference == nil {
		return nil
	}
	return withoutHelpers(catalogindex.AllFields(d.Reference.Overrides()))
}

// withoutHelpers leaves out hidden fields: they are nobody's but the author's.
func withoutHelpers(fields []catalogindex.Field) []catalogindex.Field {
	return slices.DeleteFunc(fields, func(f catalogindex.Field) bool { return isHelper(f.Name) })
}

// isHelper reports whether a label is that of a hidden field.
func isHelper(label string) bool { return strings.HasPrefix(label, "_") }

// changeAll returns a fix that writes something else in every place that gives a path the value of
// one of them: it is the same mistake, and one alone would contradict the others. It returns
// nil if some place gives another one, which may contradict what is to be written.
func changeAll(n *cascade.Node, layer int, d cascade.Decl, newText, title string) []rule.Fix {
	fix := rule.Fix{Title: title}
	written := d.File.Text.Slice(d.Value)
	for _, other := range n.Layers[layer].Decls {
		if other.File.Text.Slice(other.Value) != written {
			return nil
		}
		fix.Edits = append(fix.Edits, rule.Edit{Location: rule.At(other.File, other.Value), NewText: newText})
	}
	return []rule.Fix{fix}
}

// without returns a list that leaves out some of another one, which stays as it is.
func without[T any](list []T, leaveOut func(T) bool) []T {
	var out []T
	for _, item := range list {
		if !leaveOut(item) {
			out = append(out, item)
		}
	}
	return out
}
