package curation

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// top returns the index of the Module's own layer.
func top(r *rule.Resolved) int { return len(r.Tree.Layers) - 1 }

// ownDecl returns what the document itself declares at a node; the last of several
// declarations. What comes with a schema of somebody else's is not its own.
func ownDecl(r *rule.Resolved, n *cascade.Node) (cascade.Decl, bool) {
	f := n.Layers[top(r)]
	if f == nil || len(f.Decls) == 0 {
		return cascade.Decl{}, false
	}
	d := f.Decls[len(f.Decls)-1]
	return d, r.IsOwn(d.File)
}

// belowTitle names the layer that the Module curates.
func belowTitle(r *rule.Resolved) string { return rule.LayerTitle(r.Chain[len(r.Chain)-2]) }

// said returns where the layers below the document's declare a node, each with what it says.
func said(r *rule.Resolved, n *cascade.Node) []rule.Related {
	var out []rule.Related
	for i, f := range slices.Backward(n.Layers[:top(r)]) {
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			out = append(out, rule.Related{
				Location: rule.At(d.File, d.Field),
				Message:  fmt.Sprintf("`%s` in %s", n.Path, rule.LayerTitle(r.Tree.Layers[i].Document)),
			})
		}
	}
	return out
}

// deepest returns the node at a path, or the last one on the way to it.
func deepest(t *cascade.Tree, path cascade.Path) (n *cascade.Node, whole bool) {
	n = t.Root
	for _, label := range path {
		c := n.Child(label)
		if c == nil {
			return n, false
		}
		n = c
	}
	return n, true
}

// isImpossible reports whether what the Module writes at a node, or around it, contradicts
// the layers below.
func isImpossible(r *rule.Resolved, n *cascade.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Invalid != nil && n.Invalid.Layer == top(r) && !n.Invalid.Default {
			return true
		}
	}
	return false
}

// isBuiltOn reports whether a release is one of the Module.
func isBuiltOn(release, module *rule.Resolved) bool {
	below := release.Below()
	d := module.Document
	return below != nil && below.File.Path == d.File.Path && slices.Equal(below.Path, d.Path)
}

// refusedValues returns a function that says whether the Module's layer, and no other, refuses
// what a release sets at a path or below it.
func refusedValues(module *rule.Resolved, path cascade.Path) func(*rule.Resolved) (rule.Related, bool) {
	return func(release *rule.Resolved) (at rule.Related, ok bool) {
		n, _ := deepest(release.Tree, path)
		if !isBuiltOn(release, module) || len(n.Path) == 0 {
			return at, false
		}
		own := len(release.Tree.Layers) - 1
		n.Walk(func(below *cascade.Node) bool {
			if ok || below.Invalid == nil || below.Invalid.Layer != own || len(below.Layers[own].Decls) == 0 {
				return !ok
			}
			// What the definition refuses as well breaks whatever the Module says.
			if ok = len(below.Invalid.Breaks) == 1 && below.Invalid.Breaks[0].Layer == own-1; ok {
				d := below.Layers[own].Decls[len(below.Layers[own].Decls)-1]
				at = rule.Related{Location: rule.At(d.File, d.Value), Message: fmt.Sprintf("%s sets it so", capitalise(rule.LayerTitle(release.Document)))}
			}
			return !ok
		})
		return at, ok
	}
}

// defaultFix returns the fix that gives a field a default.
func defaultFix(path cascade.Path, f *cascade.FieldShape, v *cascade.Value) (rule.Fix, bool) {
	d := f.Decls[len(f.Decls)-1]
	if v == nil || f.Shape.Unread() || d.Value.Len() == 0 || d.Value == d.Label {
		return rule.Fix{}, false
	}
	fix := rule.Fix{Title: fmt.Sprintf("Let %s be %s", path, v), Edits: []rule.Edit{edit.AddDefault(d.File, d.Value, v.String())}}
	if f.Presence == cascade.Required { // a default does not set what is marked with "!"
		fix.Edits = append(fix.Edits, mark(f, "?")...)
	}
	return fix, true
}

// mark returns the edits that mark all declarations of a field.
func mark(f *cascade.FieldShape, mark string) []rule.Edit {
	var edits []rule.Edit
	for _, d := range f.Decls {
		edits = append(edits, edit.SetMark(d.File, d.Label, mark)...)
	}
	return edits
}

// isOptionalBelow reports whether every layer below that speaks of a node marks it with "?".
func isOptionalBelow(r *rule.Resolved, n *cascade.Node) bool {
	return !slices.ContainsFunc(n.Layers[:top(r)], func(f *cascade.FieldShape) bool { return f != nil && f.Presence != cascade.Optional })
}

// nearestTo returns the value that is allowed and nearest to another one; nil if none is
// near.
func nearestTo(v *cascade.Value, allowed *cascade.Shape) *cascade.Value {
	if v.Kind == cascade.String {
		return rule.NearestMember(allowed, v.Text)
	}
	return allowed.NearestNumber(v)
}

// isLowest reports whether a document refers to no other by its kind.
func isLowest(d *catalogindex.Document) bool { return d.Dialect.Reference[d.Kind] == "" }
