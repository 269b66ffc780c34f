package cue

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// selectors reports a path that leads nowhere from a name that is defined: through the
// values, the components or the scopes of the document around it, or into an import.
func (c *referenceCheck) selectors(u use) {
	if len(u.names) < 2 {
		return
	}
	if imp := c.importOf(u); imp != nil {
		c.imported(u, importedName{imp, c.pass.Index.ResolveImport(u.file, imp.Path), u.names[1]})
		return
	}
	r := c.documentAt(u)
	if r == nil {
		return
	}
	switch d := r.Document; {
	case !isSlotOf(d, u):
	case u.name() == d.ValuesLabel():
		c.value(u, r)
	case u.target || d.Kind > catalogindex.Module:
	case u.name() == d.Dialect.Components:
		c.member(u, r, componentsSlot, (*catalogindex.Document).Components)
	case u.name() == d.Dialect.Scopes:
		c.member(u, r, scopesSlot, (*catalogindex.Document).Scopes)
	}
}

// isSlotOf reports whether the name of a use is that of a document's own field, and not of
// another one that is called the same.
func isSlotOf(d *catalogindex.Document, u use) bool {
	if u.ident.Node == nil {
		return true
	}
	return slices.ContainsFunc(catalogindex.Fields(d.Parts, u.name()), func(f catalogindex.Field) bool {
		value := f.Field.Value
		if alias, ok := value.(*ast.Alias); ok {
			value = alias.Expr
		}
		return value == u.ident.Node
	})
}

// isKnown reports whether the text tells all that the layers of a document say: they go
// down to one that refers to no other, and nothing else adds to them.
func (c *referenceCheck) isKnown(r *rule.Resolved) bool {
	lowest := r.Chain[0]
	return lowest.Dialect.Reference[lowest.Kind] == "" && !slices.ContainsFunc(r.Chain, func(d *catalogindex.Document) bool {
		return !c.pass.Tells(d, "")
	})
}

// value reports a path of values that no layer has.
func (c *referenceCheck) value(u use, r *rule.Resolved) {
	if !c.isKnown(r) {
		return
	}
	n := r.Tree.Root
	for i, label := range u.names[1:] {
		if namePrefix(label) != "" || strings.HasPrefix(label, "[") {
			return // a helper, or an element of a list
		}
		child := n.Child(label)
		switch {
		case child != nil:
			n = child
			continue
		case n.Tells() || i == 0 && !slices.ContainsFunc(n.Layers, func(f *cascade.FieldShape) bool { return f != nil }):
			c.noValue(u, r, n, i+1)
		case isScalar(n):
			c.add("", rule.Finding{File: u.file, Span: u.label(i + 1), Message: fmt.Sprintf("`%s` is no struct: it has no field `%s`.", pathOf(u.names[:i+1]), label)})
		}
		return
	}
}

// isScalar reports whether a node surely holds no fields.
func isScalar(n *cascade.Node) bool {
	return !n.Struct && len(n.Allowed.Alts) > 0 && !slices.ContainsFunc(n.Allowed.Alts, func(a *cascade.Alt) bool {
		return a.Unread || a.Kinds&(cascade.Struct|cascade.List) != 0
	})
}

// noValue reports that n, which a use reaches, has no field called as its i-th name.
func (c *referenceCheck) noValue(u use, r *rule.Resolved, n *cascade.Node, i int) {
	finding := rule.Finding{File: u.file, Span: u.label(i)}
	finding.Message = fmt.Sprintf("`%s` is no value of %s", pathOf(u.names[:i+1]), rule.LayerTitle(r.Document))
	near := rule.Nearest(u.names[i], labels(n))
	meant := n.Child(near)
	if near != "" {
		finding.Message += fmt.Sprintf(". Did you mean `%s`?", pathOf(append(slices.Clone(u.names[:i]), near)))
		finding.Fixes = rule.Replace(u.file, finding.Span, cascade.QuoteLabel(near), "Write "+cascade.QuoteLabel(near))
	} else if meant = c.valueCalled(use{ident: &ast.Ident{Name: u.names[i]}, names: u.names[i:]}, r); meant != nil {
		path := pathOf(append([]string{u.name()}, meant.Path...))
		finding.Message += fmt.Sprintf(". Did you mean `%s`?", path)
		whole := u.span()
		whole.End = finding.Span.End
		finding.Fixes = rule.Replace(u.file, whole, path, "Write "+path)
	} else {
		finding.Message += ": add it there, or read another one."
	}
	finding.Related = declarations(r, meant)
	c.add("", finding)
}

// declarations returns where the layers declare a value, highest first.
func declarations(r *rule.Resolved, n *cascade.Node) []rule.Related {
	if n == nil {
		return nil
	}
	var related []rule.Related
	for i, f := range slices.Backward(n.Layers) {
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			related = append(related, rule.Related{
				Location: rule.At(d.File, d.Label),
				Message:  fmt.Sprintf("`%s` in %s", n.Path, rule.LayerTitle(r.Tree.Layers[i].Document)),
			})
		}
	}
	return related
}

// member reports a component or a scope that no layer has.
func (c *referenceCheck) member(u use, r *rule.Resolved, slot func(*catalogindex.Dialect) string, of func(*catalogindex.Document) []catalogindex.Member) {
	names := members(r, of)
	if slices.Contains(names, u.names[1]) || namePrefix(u.names[1]) != "" || !c.isKnown(r) {
		return
	}
	for _, d := range r.Chain {
		if !listsMembers(d, slot(d.Dialect)) {
			return
		}
	}
	finding := rule.Finding{File: u.file, Span: u.label(1)}
	finding.Message = fmt.Sprintf("`%s` is none of the %s of %s", pathOf(u.names[:2]), u.name(), rule.LayerTitle(r.Document))
	if near := rule.Nearest(u.names[1], names); near != "" {
		finding.Message += fmt.Sprintf(". Did you mean `%s`?", pathOf([]string{u.name(), near}))
		finding.Fixes = rule.Replace(u.file, finding.Span, cascade.QuoteLabel(near), "Write "+cascade.QuoteLabel(near))
	} else {
		finding.Message += ": add it there, or read another one."
	}
	c.add("", finding)
}

// listsMembers reports whether a document names all components, or scopes, that it has
// besides those of the layer below.
func listsMembers(d *catalogindex.Document, slot string) bool {
	for _, f := range catalogindex.Fields(d.Parts, slot) {
		for _, o := range catalogindex.Operands(f.File, f.Field.Value) {
			s, ok := o.Expr.(*ast.StructLit)
			if !ok {
				if names := catalogindex.SelectorNames(o.Expr); len(names) < 2 || names[len(names)-1] != slot {
					return false
				}
				continue
			}
			for _, decl := range s.Elts {
				switch decl := decl.(type) {
				case *ast.Field:
					if _, ok := decl.Label.(*ast.ListLit); ok {
						return false
					}
					if isComputed(decl.Label) {
						return false
					}
				case *ast.EmbedDecl, *ast.CommentGroup, *ast.Attribute, *ast.LetClause:
				default:
					return false
				}
			}
		}
	}
	return true
}

// isComputed reports whether a label is the result of an expression.
func isComputed(label ast.Label) bool {
	switch label.(type) {
	case *ast.ParenExpr, *ast.Interpolation:
		return true
	}
	return false
}

// imported reports a name that the package of an import does not have.
func (c *referenceCheck) imported(u use, n importedName) {
	if n.target.Package == nil || c.isReleaseReference(u) {
		return
	}
	names, known := c.exported(n.target)
	if !known || slices.Contains(names, n.name) || strings.HasPrefix(n.name, "_") {
		return
	}
	finding := rule.Finding{File: u.file, Span: u.label(1)}
	near := rule.Nearest(n.name, slices.DeleteFunc(names, func(name string) bool { return namePrefix(name) != namePrefix(n.name) }))
	switch {
	case n.isTraits() && namePrefix(n.name) != "":
		finding.Severity = rule.Information
		finding.Message = fmt.Sprintf("No trait `%s` is known, so nothing that it adds is checked.", n.name)
	case n.target.Package.Embedded:
		finding.Message = fmt.Sprintf("OPM's core has no `%s`.", n.name)
	default:
		finding.Message = fmt.Sprintf("%s has no `%s`.", n.quoted(), n.name)
	}
	if near != "" {
		finding.Message += fmt.Sprintf(" Did you mean `%s`?", pathOf([]string{u.name(), near}))
		finding.Fixes = rule.Replace(u.file, finding.Span, near, "Write "+near)
	}
	key := ""
	if finding.Severity == rule.Information { // once for each document
		key = "trait " + n.imp.Path + " " + n.name
		if r := c.documentAt(u); r != nil {
			key += " " + strings.Join(r.Document.Path, ".")
		}
	}
	c.add(key, finding)
}

// isReleaseReference reports whether a use is what a release refers to its Module by:
// release/unknown-module and its like speak of that.
func (c *referenceCheck) isReleaseReference(u use) bool {
	return slices.ContainsFunc(c.pass.Releases(), func(r *rule.Resolved) bool {
		ref := r.Document.Reference
		return ref != nil && ref.File == u.file && ref.Target == u.expr
	})
}

// exported returns the names that can be read out of an import, sorted; known is false if
// there may be others.
func (c *referenceCheck) exported(target catalogindex.ImportTarget) (names []string, known bool) {
	packages := []*catalogindex.Package{target.Package}
	for _, d := range target.Documents {
		packages = append(packages, d.Package)
	}
	for _, p := range packages {
		if isBroken(p) || len(c.pass.Index.Joined(p)) > 0 {
			return nil, false
		}
		for _, d := range p.Documents {
			if len(d.Path) > 0 {
				names = append(names, d.Path[0])
				continue
			}
			if !d.Tells("") {
				return nil, false
			}
			names = append(names, d.Dialect.Slots()...)
			for _, f := range catalogindex.AllFields(d.Parts) {
				names = append(names, f.Name)
			}
		}
		isDocument := slices.ContainsFunc(p.Documents, func(d *catalogindex.Document) bool { return len(d.Path) == 0 })
		for _, part := range roots(p) {
			for _, decl := range part.Decls {
				switch decl := decl.(type) {
				case *ast.EmbedDecl, *ast.Comprehension:
					if !isDocument {
						return nil, false
					}
				case *ast.Field:
					if isComputed(decl.Label) {
						return nil, false
					}
				}
			}
			for _, f := range catalogindex.AllFields([]catalogindex.Part{part}) {
				names = append(names, f.Name)
			}
		}
	}
	// An import of a document is the document, by the name of its schema.
	for _, d := range target.Documents {
		for schema, kind := range d.Dialect.Schemas {
			if kind == d.Kind {
				names = append(names, schema)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), true
}
