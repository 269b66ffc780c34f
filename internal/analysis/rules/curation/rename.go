package curation

import (
	"fmt"
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// rename returns the fix that gives a member another name, with every reference to it:
// in the package, and in those that are built on it.
func (s *slot) rename(m member, name string) rule.Fix {
	r := renaming{label: s.label, from: m.Name, to: name}
	r.document(s.Document)
	document := s.Document
	return rule.Fix{
		Title: fmt.Sprintf("Rename to %s", name),
		Edits: r.edits,
		Elsewhere: func(index *catalogindex.Index) []rule.Edit {
			return renameAbove(index, document, renaming{label: s.label, from: m.Name, to: name})
		},
	}
}

// renameAbove returns the edits in the packages that are built on a document's.
func renameAbove(index *catalogindex.Index, d *catalogindex.Document, r renaming) []rule.Edit {
	p := index.Package(d.Package.Key)
	if p == nil {
		return nil
	}
	for _, dependent := range index.Dependents(p) {
		for _, above := range dependent.Documents {
			chain := cascade.Chain(index, above)
			if slices.ContainsFunc(chain[:len(chain)-1], func(b *catalogindex.Document) bool {
				return b.Package.Key == d.Package.Key && b.Kind == d.Kind && slices.Equal(b.Path, d.Path)
			}) {
				r.document(above)
			}
		}
	}
	return r.edits
}

// A renaming collects the edits that rename a member.
type renaming struct {
	label    string // of the slot
	from, to string
	edits    []rule.Edit

	slots   []ast.Node // what the name of the slot stands for
	members []ast.Node // what the name of the member stands for
	roots   [][]string // the names that lead to the document
	isRoot  bool       // the slot is a field of the package
}

// document renames the member in a document, and in the package of it what refers to the
// document's.
func (r *renaming) document(d *catalogindex.Document) {
	r.roots, r.isRoot = nil, len(d.Path) == 0
	if len(d.Path) > 0 {
		r.roots = append(r.roots, d.Path)
	}
	parts := d.Parts
	if ref := d.Reference; ref != nil {
		parts = slices.Concat(parts, ref.Overrides)
		if d.Kind == catalogindex.Release {
			r.roots = append(r.roots, []string{d.Dialect.Reference[d.Kind]}, ref.Names)
		}
	}
	fields := catalogindex.Fields(parts, r.label)
	r.slots = nodesOf(fields)
	members := catalogindex.Fields(catalogindex.StructParts(fields), r.from)
	r.members = nodesOf(members)
	for _, f := range members {
		r.add(f.File, labelSpan(f), cascade.QuoteLabel(r.to))
	}
	for _, f := range d.Package.Files {
		ast.Walk(f.AST, func(n ast.Node) bool { return r.node(f, n) }, nil)
	}
}

// nodesOf returns what a name may stand for that means one of the fields.
func nodesOf(fields []catalogindex.Field) []ast.Node {
	var out []ast.Node
	for _, f := range fields {
		out = append(out, f.Field)
		if f.Field.Value != nil {
			out = append(out, f.Field.Value)
		}
	}
	return out
}

// labelSpan returns where the name of a field stands, without an alias before it.
func labelSpan(f catalogindex.Field) text.Span {
	if alias, ok := f.Field.Label.(*ast.Alias); ok {
		return f.File.Span(alias.Expr)
	}
	return f.Label()
}

func (r *renaming) add(file *syntax.File, span text.Span, newText string) {
	e := edit.Replace(file, span, newText)
	if !slices.ContainsFunc(r.edits, func(other rule.Edit) bool { return other.Location == e.Location }) {
		r.edits = append(r.edits, e)
	}
}

// node renames what one node says of the member; false if there is nothing below it to
// look at.
func (r *renaming) node(file *syntax.File, n ast.Node) bool {
	switch x := n.(type) {
	case *ast.SelectorExpr:
		if name, ok := syntax.LabelName(x.Sel); ok && name == r.from && r.isSlot(x.X) {
			r.add(file, text.Span{Start: file.Span(x.X).End, End: file.Span(x).End}, selector(r.to))
			return false
		}
	case *ast.IndexExpr:
		if key, ok := x.Index.(*ast.BasicLit); ok && r.isSlot(x.X) {
			if name, ok := unquoted(key); ok && name == r.from {
				r.add(file, file.Span(key), (&cascade.Value{Kind: cascade.String, Text: r.to}).String())
				return false
			}
		}
	case *ast.Ident: // by the name of the field around
		if x.Name == r.from && x.Node != nil && slices.Contains(r.members, x.Node) {
			r.add(file, file.Span(x), r.label+selector(r.to))
		}
	}
	return true
}

// isSlot reports whether an expression is the slot: components, or by a longer name
// #module.components.
func (r *renaming) isSlot(expr ast.Expr) bool {
	if name, ok := expr.(*ast.Ident); ok {
		return name.Name == r.label && (slices.Contains(r.slots, name.Node) || name.Node == nil && r.isRoot)
	}
	names := catalogindex.SelectorNames(expr)
	last := len(names) - 1
	return last > 0 && names[last] == r.label &&
		slices.ContainsFunc(r.roots, func(root []string) bool { return slices.Equal(root, names[:last]) })
}
