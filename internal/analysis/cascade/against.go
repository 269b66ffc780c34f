package cascade

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// Against resolves what a document writes of something beside its values, such as a
// component, against the schema that it is unified with: a node of two layers, the schema
// and what is written. So Invalid says where they contradict each other, or where the upper
// one contradicts itself. Where a field is nothing but a reference to one of the tree's
// values, what that allows counts; anything else that is computed is unread.
func Against(from Source, t *Tree, schema, written []catalogindex.Part) *Node {
	d := t.Layers[len(t.Layers)-1].Document
	b := &builder{layers: []*Layer{{Document: d}, {Document: d}}, values: t.Root, against: true}
	return b.settled([]*FieldShape{readSchema(from, d, schema), readParts(from, d, written)})
}

// maxSchemaParts bounds of how many struct literals a schema is made that is read once.
const maxSchemaParts = 4

// A schemaKey stands for the struct literals that a schema is made of.
type schemaKey [maxSchemaParts]Origin

// readSchema is readParts for the schema that a document is unified with. One that comes with
// opm-lsp is read once for all documents: all that it says is its own.
func readSchema(from Source, d *catalogindex.Document, parts []catalogindex.Part) *FieldShape {
	var key schemaKey
	for i, p := range parts {
		if !isEmbedded(p) || i == maxSchemaParts {
			return readParts(from, d, parts)
		}
		key[i] = Origin{p.File, p.Span}
	}
	if len(parts) == 0 {
		return readParts(from, d, parts)
	}
	pkg := from.Index.PackageOf(parts[0].File.Path)
	return pkg.Derived(key, func() any { return readParts(from, d, parts) }).(*FieldShape)
}

// isEmbedded reports whether a struct literal comes with opm-lsp.
func isEmbedded(p catalogindex.Part) bool {
	return strings.HasPrefix(p.File.Path, catalogindex.EmbeddedRoot)
}

// readParts reads struct literals of a document, or of a schema, that are unified with each
// other: the fields that they write themselves, without what is embedded in them.
func readParts(from Source, d *catalogindex.Document, parts []catalogindex.Part) *FieldShape {
	r := newReader(from, d)
	for _, f := range catalogindex.Fields(d.Parts(), d.ValuesLabel()) {
		r.registerField(f.Field, Path{})
	}
	r.at = Path{underComponents} // no field of the parts is one of the values
	s := &StructShape{}
	for _, p := range parts {
		s = meetStructs(s, r.part(p))
	}
	return &FieldShape{Presence: Regular, Shape: &Shape{Alts: []*Alt{{Kinds: Struct, Struct: s}}}}
}

// part reads one of several struct literals. Those of the schemas that come with opm-lsp are
// read once: all that they say is theirs.
func (r *reader) part(p catalogindex.Part) *StructShape {
	read := func() any {
		s, _ := r.structLit(p.File, slices.DeleteFunc(slices.Clone(p.Decls), isEmbedding))
		s.Unread = s.Unread || mayHaveLost(p)
		return s
	}
	if isEmbedded(p) {
		if pkg := r.index.PackageOf(p.File.Path); pkg != nil {
			return pkg.Derived(Origin{p.File, p.Span}, read).(*StructShape)
		}
	}
	return read().(*StructShape)
}

func isEmbedding(d ast.Decl) bool {
	_, ok := d.(*ast.EmbedDecl)
	return ok
}

// SchemaParts returns the struct literals that schemas are made of, wherever their names
// lead: those of #Component and its own for #WorkloadComponent. What cannot be followed is
// left out.
func SchemaParts(index *catalogindex.Index, d *catalogindex.Document, schemas []catalogindex.Operand) []catalogindex.Part {
	r := newReader(Source{Index: index}, d)
	var parts []catalogindex.Part
	for _, o := range schemas {
		parts = append(parts, r.schemaParts(o)...)
	}
	return parts
}

func (r *reader) schemaParts(schema catalogindex.Operand) []catalogindex.Part {
	if len(r.following) == maxReadDepth || slices.Contains(r.following, schema.Expr) {
		return nil
	}
	r.following = append(r.following, schema.Expr)
	defer func() { r.following = r.following[:len(r.following)-1] }()
	var parts []catalogindex.Part
	for _, o := range catalogindex.Operands(schema.File, schema.Expr) {
		if s, ok := o.Expr.(*ast.StructLit); ok {
			parts = append(parts, catalogindex.Part{File: o.File, Decls: s.Elts, Span: o.File.Span(s)})
			continue
		}
		names := catalogindex.SelectorNames(o.Expr)
		if len(names) == 0 {
			continue
		}
		targets := r.target(o.File, firstIdent(o.Expr), names[0])
		for _, name := range names[1:] {
			targets = selectField(targets, name)
		}
		for _, target := range targets {
			parts = append(parts, r.schemaParts(target)...)
		}
	}
	return parts
}
