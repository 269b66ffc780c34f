package catalogindex

import (
	"slices"

	"cuelang.org/go/cue/ast"
)

// minSlots is how many of a document's slots a struct has that is meant to be one.
const minSlots = 2

// Almost returns the names that stand where a document's schema ought to stand: unified,
// at the root of the package or in one of the fields there, with a struct that has slots
// of a document. A package of which no struct is one may have misspelt its schema.
func (p *Package) Almost() []Operand {
	var root []Operand
	for _, f := range p.Files {
		root = append(root, Operands(f, &ast.StructLit{Elts: f.AST().Decls})...)
	}
	out := almost(root)
	for _, f := range AllFields(structParts(root)) {
		out = append(out, almost(Operands(f.File, f.Field.Value))...)
	}
	return out
}

func almost(operands []Operand) []Operand {
	parts := structParts(operands)
	isDocument := false
	for _, dialect := range dialects {
		isDocument = isDocument || dialect.slotsOf(parts) >= minSlots
	}
	if !isDocument {
		return nil
	}
	var out []Operand
	for _, o := range operands {
		if names := selectorNames(o.Expr); len(names) == 1 || len(names) == 2 {
			out = append(out, o)
		}
	}
	return out
}

// SchemaNames returns the names of the schemas that mark a document, sorted.
func SchemaNames() []string {
	var names []string
	for _, dialect := range dialects {
		for name := range dialect.Schemas {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
