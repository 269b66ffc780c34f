package cascade

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// reference reads what a name stands for, where that can be told without
// evaluating: a definition, a let or a field of the package or of an imported one.
func (r *reader) reference(file *syntax.File, expr ast.Expr, origin Origin) *Shape {
	names := catalogindex.SelectorNames(expr)
	if len(names) == 0 {
		return r.compute(file, expr, AnyKind, origin)
	}
	if r.isLayerBelow(file, names) { // a struct to which this layer adds nothing
		broken := slices.ContainsFunc(file.Problems, func(p syntax.Problem) bool { return p.Extent == syntax.InFile })
		return &Shape{Alts: []*Alt{{Kinds: Struct, Struct: &StructShape{Unread: broken}, Origin: origin}}}
	}
	first := firstIdent(expr)
	if path, ok := r.valuePath(expr, names); ok {
		c := &Computed{pieces: []piece{{ref: path}}, origin: origin}
		return &Shape{Alts: []*Alt{{Kinds: AnyKind, Unread: true, Computed: []*Computed{c}, Origin: origin}}}
	}
	if _, ok := r.labelOf(expr); ok {
		return r.compute(file, expr, String, origin)
	}
	if _, ok := builtinImport(file, first); ok && len(names) > 1 { // time.Duration
		return r.compute(file, expr, AnyKind, origin)
	}
	if first.Node == nil && len(names) == 1 && r.packageFields(file, names[0]) == nil {
		if s := predeclared(names[0]); s != nil {
			return withOrigin(s, origin)
		}
	}
	if r.isTagged(file, names[0]) {
		return unread(AnyKind, origin) // its value comes with the command that reads it
	}
	operands := r.target(file, first, names[0])
	for _, name := range names[1:] {
		operands = selectField(operands, name)
	}
	if len(operands) == 0 {
		return unread(AnyKind, origin)
	}
	if r.withoutSchemas && strings.HasPrefix(operands[0].File.Path, catalogindex.EmbeddedRoot) {
		return Top()
	}
	shape := Top()
	for _, o := range operands {
		if o.Expr != nil && slices.Contains(r.following, o.Expr) {
			return unread(AnyKind, origin)
		}
		r.following = append(r.following, o.Expr)
		shape = Meet(shape, r.read(o.File, o.Expr))
		r.following = r.following[:len(r.following)-1]
	}
	return shape
}

func withOrigin(s *Shape, origin Origin) *Shape {
	alt := *s.Alts[0]
	alt.Origin = origin
	alt.Tests = slices.Clone(alt.Tests)
	for i := range alt.Tests {
		alt.Tests[i].Origin = origin
	}
	return &Shape{Alts: []*Alt{&alt}}
}

func firstIdent(expr ast.Expr) *ast.Ident {
	for {
		switch x := expr.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			expr = x.X
		case *ast.IndexExpr:
			expr = x.X
		default:
			return nil
		}
	}
}

// isLayerBelow reports whether the names lead to the values, or the components, of the
// document that this one refers to: #moduleDefinition.values, or
// original.#ModuleDefinition.values.
func (r *reader) isLayerBelow(file *syntax.File, names []string) bool {
	d := r.document
	if d == nil || d.Reference == nil || len(names) < 2 {
		return false
	}
	head, last := names[:len(names)-1], names[len(names)-1]
	if last != d.Dialect.Components && last != d.Dialect.Scopes && last != d.Dialect.Values[d.Kind] && last != d.Dialect.Values[d.Kind-1] {
		return false
	}
	if len(head) == 1 && head[0] == d.Dialect.Reference[d.Kind] {
		return true
	}
	return d.Reference.File == file && slices.Equal(head, d.Reference.Names)
}

// target returns the expressions that the first name of a reference stands for;
// none if that cannot be told from the text, as for a field of values, which
// depends on the other layers.
func (r *reader) target(file *syntax.File, ident *ast.Ident, name string) []catalogindex.Operand {
	switch node := ident.Node.(type) {
	case *ast.LetClause:
		return []catalogindex.Operand{{File: file, Expr: node.Expr}}
	case *ast.ImportSpec:
		return r.importedRoot(file, name)
	case nil:
		if fields := r.packageFields(file, name); fields != nil {
			return operandsOf(fields)
		}
		if imported := r.importedRoot(file, name); imported != nil || r.index == nil {
			return imported
		}
		return operandsOf(rootFields(r.index.Core(), name))
	}
	if _, inFile := ident.Scope.(*ast.File); inFile || isDefinitionName(name) {
		if fields := r.packageFields(file, name); fields != nil {
			return operandsOf(fields)
		}
		if value, ok := ident.Node.(ast.Expr); ok && isDefinitionName(name) {
			return []catalogindex.Operand{{File: file, Expr: value}}
		}
	}
	return nil
}

// isTagged reports whether a field of the package has the attribute @tag.
func (r *reader) isTagged(file *syntax.File, name string) bool {
	return slices.ContainsFunc(r.packageFields(file, name), func(f catalogindex.Field) bool {
		return slices.ContainsFunc(f.Field.Attrs, func(a *ast.Attribute) bool {
			key, _ := a.Split()
			return key == "tag"
		})
	})
}

// isDefinitionName reports whether a name is that of a definition or a hidden field: no
// other layer has a say in those.
func isDefinitionName(name string) bool {
	return strings.HasPrefix(name, "#") || strings.HasPrefix(name, "_")
}

// packageFields returns the fields with a name at the root of the package that the
// file belongs to. A slot of a document there is none of them: what it holds is
// settled by the other layers too.
func (r *reader) packageFields(file *syntax.File, name string) []catalogindex.Field {
	if r.document == nil {
		return nil
	}
	p := r.document.Package
	if !slices.Contains(p.Files, file) {
		p = r.index.PackageOf(file.Path)
	}
	if p == nil {
		return nil
	}
	for _, d := range p.Documents {
		if len(d.Path) == 0 && slices.Contains([]string{d.ValuesLabel(), d.Dialect.Components, d.Dialect.Scopes, d.Dialect.Metadata}, name) {
			return nil
		}
	}
	return rootFields(p, name)
}

func rootFields(p *catalogindex.Package, name string) []catalogindex.Field {
	var out []catalogindex.Field
	for _, f := range p.Files {
		out = append(out, catalogindex.Fields([]catalogindex.Part{{File: f, Decls: f.AST().Decls}}, name)...)
	}
	return out
}

func operandsOf(fields []catalogindex.Field) []catalogindex.Operand {
	var out []catalogindex.Operand
	for _, f := range fields {
		out = append(out, catalogindex.Operand{File: f.File, Expr: f.Field.Value})
	}
	return out
}

// importedRoot returns the roots of the files of an imported package, each as a
// struct literal.
func (r *reader) importedRoot(file *syntax.File, name string) []catalogindex.Operand {
	for _, imp := range file.Imports() {
		if imp.Name != name || r.index == nil {
			continue
		}
		target := r.index.ResolveImport(file, imp.Path)
		if target.Package == nil {
			return nil
		}
		var out []catalogindex.Operand
		for _, f := range target.Package.Files {
			out = append(out, catalogindex.Operand{File: f, Expr: &ast.StructLit{Elts: f.AST().Decls}})
		}
		return out
	}
	return nil
}

// selectField returns the values of a field in struct literals.
func selectField(operands []catalogindex.Operand, name string) []catalogindex.Operand {
	var parts []catalogindex.Part
	for _, o := range operands {
		for _, single := range catalogindex.Operands(o.File, o.Expr) {
			if s, ok := single.Expr.(*ast.StructLit); ok {
				parts = append(parts, catalogindex.Part{File: single.File, Decls: s.Elts, Span: text.Span{}})
			}
		}
	}
	return operandsOf(catalogindex.Fields(parts, name))
}
