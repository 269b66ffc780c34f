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
		c.imported(u, imp)
		return
	}
	r := c.documentAt(u)
	if r == nil {
		return
	}
	switch d := r.Document; {
	case !isSlotOf(d, u):
	case u.name() == d.ValuesLabel():
		c.value(u, r, 0)
	case u.name() == d.Dialect.Reference[d.Kind] && len(r.Chain) > 1 && u.names[1] == r.Below().ValuesLabel():
		c.value(u, c.pass.Resolve(r.Chain[:len(r.Chain)-1]), 1)
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
	return slices.ContainsFunc(catalogindex.Fields(d.Parts(), u.name()), func(f catalogindex.Field) bool {
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

// value reports a path of values that no layer has. The values are the use's name number
// at, from 0.
func (c *referenceCheck) value(u use, r *rule.Resolved, at int) {
	if !c.isKnown(r) {
		return
	}
	n := r.Tree.Root
	for i := at + 1; i < len(u.names); i++ {
		label := u.names[i]
		if namePrefix(label) != "" || strings.HasPrefix(label, "[") {
			return // a helper, or an element of a list
		}
		child := n.Child(label)
		switch {
		case child != nil:
			n = child
			continue
		case n.Parent == nil && !slices.ContainsFunc(n.Layers, func(f *cascade.FieldShape) bool { return f != nil }):
			// One cause, however much of it is read.
			c.add("no values "+strings.Join(r.Document.Path, "."), rule.Finding{
				File: u.file, Span: u.label(i),
				Message: fmt.Sprintf("`%s` is no value of %s, which has none at all: add `%s`.", pathOf(u.names[:i+1]), rule.LayerTitle(r.Document), r.Document.ValuesLabel()),
			})
		case n.Tells():
			c.noValue(u, r, n, i)
		case isScalar(n):
			c.add("", rule.Finding{File: u.file, Span: u.label(i), Message: fmt.Sprintf("`%s` is no struct: it has no field `%s`.", pathOf(u.names[:i]), label)})
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
	} else if meant = valueCalled(r, u.names[i:]); meant != nil {
		path := pathOf(append(slices.Clone(u.names[:i-len(n.Path)]), meant.Path...))
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
	for _, f := range catalogindex.Fields(d.Parts(), slot) {
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
