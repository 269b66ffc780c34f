package curation

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// traitsPath is the import path of the traits that opm-lsp brings along.
const traitsPath = "traits.opm.dev/v1alpha1"

// maxTemplates is how deep the definitions are followed that a scope is made of.
const maxTemplates = 8

// A trait is one of those that a scope has.
type trait struct {
	name   string   // as it is written: #PodSecurity, or the field podSecurity
	fields []string // that it adds, sorted; none: it is not known
	file   *syntax.File
	span   text.Span // where the scope brings it in
}

// traits are what a scope has of them.
type traits struct {
	all []trait
	// unknown says that there may be more: something cannot be read, or belongs to no
	// trait that is known.
	unknown bool
}

// traitsOf reads the traits of a scope off what is embedded in it and off its fields.
func traitsOf(index *catalogindex.Index, scope member) traits {
	out := traits{unknown: scope.isUnfinished()}
	written := &reading{index: index, document: scope.document}
	for _, f := range scope.fields {
		for _, o := range catalogindex.Operands(f.File, f.Field.Value) {
			written.operand(&out, o, scope.document.Package, 0)
		}
	}
	// What no embedded trait adds. One that is not known may be what adds it.
	if !slices.ContainsFunc(out.all, func(t trait) bool { return len(t.fields) == 0 }) {
		for _, f := range written.own {
			switch {
			case slices.ContainsFunc(out.all, func(t trait) bool { return slices.Contains(t.fields, f.Name) }):
			case slices.Contains(knownTraitFields(index), f.Name):
				out.add(trait{name: f.Name, fields: []string{f.Name}, file: f.File, span: f.Label()})
			default:
				out.unknown = true
			}
		}
	}
	slices.SortStableFunc(out.all, func(a, b trait) int {
		if a.file.Path != b.file.Path {
			return strings.Compare(a.file.Path, b.file.Path)
		}
		return a.span.Compare(b.span)
	})
	return out
}

// add adds a trait that is not there yet. The same one under another name is.
func (ts *traits) add(t trait) {
	if !slices.ContainsFunc(ts.all, func(other trait) bool {
		if len(t.fields) == 0 {
			return other.name == t.name
		}
		return slices.Equal(other.fields, t.fields)
	}) {
		ts.all = append(ts.all, t)
	}
}

// A reading goes through what a scope is made of.
type reading struct {
	index    *catalogindex.Index
	document *catalogindex.Document
	own      []catalogindex.Field // that the scope writes, or a template that is no trait
}

// operand reads one of the things that are unified to be a scope, in a package.
func (r *reading) operand(out *traits, o catalogindex.Operand, in *catalogindex.Package, depth int) {
	expr := withoutLets(o.Expr)
	switch x := expr.(type) {
	case *ast.StructLit:
		if o.Expr != expr { // a let: Operands did not look into it
			r.operands(out, catalogindex.Operands(o.File, x), in, depth+1)
			return
		}
		r.own = append(r.own, regularFields(o.File, x)...)
		if slices.ContainsFunc(x.Elts, addsUnknown) {
			out.unknown = true
		}
		return
	case *ast.BinaryExpr:
		if o.Expr != expr {
			r.operands(out, catalogindex.Operands(o.File, x), in, depth+1)
			return
		}
	}
	names := catalogindex.SelectorNames(expr)
	if len(names) == 0 || depth >= maxTemplates || names[0] == "_" {
		out.unknown = out.unknown || names == nil || depth >= maxTemplates
		return
	}
	if r.isCore(names) {
		return
	}
	body, pkg, isImport := r.target(o.File, names, in)
	name := names[len(names)-1]
	switch {
	case body == nil && isImport:
		out.add(trait{name: name, file: o.File, span: o.File.Span(o.Expr)})
		return
	case body == nil:
		out.unknown = true
		return
	}
	// What it brings stands where its name does.
	inner := &reading{index: r.index, document: r.document}
	var brought traits
	inner.operands(&brought, body, pkg, depth+1)
	for _, t := range brought.all {
		t.file, t.span = o.File, o.File.Span(o.Expr)
		out.add(t)
	}
	var fields []string
	for _, f := range inner.own {
		if !slices.ContainsFunc(brought.all, func(t trait) bool { return slices.Contains(t.fields, f.Name) }) {
			fields = append(fields, f.Name)
		}
	}
	if len(fields) > 0 {
		slices.Sort(fields)
		out.add(trait{name: name, fields: slices.Compact(fields), file: o.File, span: o.File.Span(o.Expr)})
	}
	out.unknown = out.unknown || brought.unknown
}

func (r *reading) operands(out *traits, operands []catalogindex.Operand, in *catalogindex.Package, depth int) {
	for _, o := range operands {
		r.operand(out, o, in, depth)
	}
}

// isCore reports whether a name is that of one of OPM's schemas, such as #PlatformScope or
// core.#PlatformScope.
func (r *reading) isCore(names []string) bool {
	return len(names) <= 2 && len(rootFields(r.index.Core(), names[len(names)-1])) > 0
}

// target returns what a name stands for: that of its package, or of one that is imported.
func (r *reading) target(file *syntax.File, names []string, in *catalogindex.Package) (body []catalogindex.Operand, pkg *catalogindex.Package, isImport bool) {
	switch path := imports(file, names[0]); {
	case path != "" && len(names) == 2:
		pkg, isImport = r.index.ResolveImport(file, path).Package, true
		names = names[1:]
	case path == "" && len(names) == 1:
		pkg = in
	default:
		return nil, nil, path != ""
	}
	if pkg == nil {
		return nil, nil, isImport
	}
	for _, f := range rootFields(pkg, names[0]) {
		body = append(body, catalogindex.Operands(f.File, f.Field.Value)...)
	}
	return body, pkg, isImport
}

func rootFields(p *catalogindex.Package, name string) []catalogindex.Field {
	var out []catalogindex.Field
	for _, f := range p.Files {
		out = append(out, catalogindex.Fields([]catalogindex.Part{{File: f, Decls: f.AST().Decls}}, name)...)
	}
	return out
}

// regularFields returns the fields of a struct that may be those of a trait.
func regularFields(file *syntax.File, x *ast.StructLit) []catalogindex.Field {
	return slices.DeleteFunc(catalogindex.AllFields([]catalogindex.Part{{File: file, Decls: x.Elts}}), func(f catalogindex.Field) bool {
		return !isTraitField(f.Name)
	})
}

// isTraitField reports whether a field of a scope may be that of a trait.
func isTraitField(name string) bool {
	return name != appliesTo && name != "metadata" && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "#")
}

// knownTraitFields returns the fields that the traits add which opm-lsp brings along. A
// trait has one that is always there; the types that they use have none such.
func knownTraitFields(index *catalogindex.Index) []string {
	p := index.PackageOf(catalogindex.EmbeddedRoot + traitsPath + "/")
	if p == nil {
		return nil
	}
	var out []string
	for _, file := range p.Files {
		for _, f := range catalogindex.AllFields([]catalogindex.Part{{File: file, Decls: file.AST().Decls}}) {
			literal, ok := f.Field.Value.(*ast.StructLit)
			if !ok {
				continue
			}
			for _, t := range regularFields(file, literal) {
				if t.Field.Constraint == token.ILLEGAL {
					out = append(out, t.Name)
				}
			}
		}
	}
	return out
}

// isSchema reports whether an operand is one of OPM's schemas or traits, which set nothing.
func isSchema(index *catalogindex.Index, o catalogindex.Operand) bool {
	names := catalogindex.SelectorNames(o.Expr)
	r := reading{index: index}
	return len(names) > 0 && (r.isCore(names) || strings.HasPrefix(imports(o.File, names[0]), traitsPath))
}
