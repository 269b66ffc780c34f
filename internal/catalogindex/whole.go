package catalogindex

import (
	"maps"
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// Tells reports whether the text tells all fields of one of the document's slots, such as
// its metadata. It does not where something is unified with a name from elsewhere, stands
// under a condition, or does not parse: then a field may be there that nobody sees.
func (d *Document) Tells(slot string) bool {
	if d.opaque || slices.ContainsFunc(d.Parts(), hidesFields) {
		return false
	}
	for _, f := range Fields(d.Parts(), slot) {
		for _, o := range Operands(f.File, f.Field.Value) {
			s, ok := o.Expr.(*ast.StructLit)
			if !ok || hidesFields(Part{o.File, s.Elts, o.File.Span(s)}) {
				return false
			}
		}
	}
	return true
}

// hidesFields reports whether a struct may have fields besides those that are read off it.
func hidesFields(p Part) bool {
	conditional := slices.ContainsFunc(p.Decls, func(d ast.Decl) bool {
		_, ok := d.(*ast.Comprehension)
		return ok
	})
	return conditional || slices.ContainsFunc(p.File.Problems, func(problem syntax.Problem) bool {
		return problem.Extent == syntax.InFile || problem.Extent == syntax.InStruct && p.Span.Covers(problem.Span)
	})
}

// isOpaque reports whether one of the operands that make a document stands for fields that
// are not read: it is neither a struct literal nor one of OPM's schemas, nor a name that the
// package explains.
func (r *recogniser) isOpaque(operands []Operand) bool {
	return slices.ContainsFunc(operands, func(o Operand) bool {
		if _, ok := o.Expr.(*ast.StructLit); ok {
			return false
		}
		names := selectorNames(o.Expr)
		if len(names) == 0 || len(names) > 2 {
			return true
		}
		_, schema := schemaKind(names[len(names)-1])
		return !schema && (len(names) == 2 || len(r.pkg.templates(names[0])) == 0)
	})
}

// OwnParts returns the parts that no other document of the package shares, as documents do
// that are made from one template: what is changed there changes this document alone.
func (d *Document) OwnParts() []Part {
	return slices.DeleteFunc(slices.Clone(d.Parts()), func(p Part) bool {
		return slices.ContainsFunc(d.Package.Documents, func(other *Document) bool {
			return other != d && slices.ContainsFunc(other.Parts(), func(q Part) bool { return q.File == p.File && q.Span == p.Span })
		})
	})
}

// Rivals returns the other forms of OPM that the document fits as well as its own: it
// writes nothing that tells them apart.
func (d *Document) Rivals() []*Dialect {
	return slices.DeleteFunc(slices.Clone(dialects), func(other *Dialect) bool {
		return other == d.Dialect || other.Metadata != d.Dialect.Metadata || !other.has(d.Kind) ||
			other.slotsOf(d.Parts()) < d.Dialect.slotsOf(d.Parts())
	})
}

// has reports whether the form has documents of a kind.
func (d *Dialect) has(k Kind) bool {
	return slices.Contains(slices.Collect(maps.Values(d.Kinds)), k)
}

// slotsOf returns how many of the fields of the parts are slots of a document.
func (d *Dialect) slotsOf(parts []Part) int {
	n := 0
	for f := range allFields(parts) {
		if d.isSlot(Definition, f.Name) || d.isSlot(Module, f.Name) || d.isSlot(Release, f.Name) {
			n++
		}
	}
	return n
}
