package catalogindex

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Package is the files of one directory that share a package clause. A file
// without one is a package of its own, as in CUE.
type Package struct {
	Key       string // unique in the index
	Dir       string // absolute
	Name      string // as in the package clause, or ""
	Embedded  bool   // part of opm-lsp itself, not of the workspace
	Files     []*syntax.File
	Documents []*Document // in order of file and place
}

// A Document is one ModuleDefinition, Module or ModuleRelease.
type Document struct {
	Kind      Kind
	Dialect   *Dialect
	Package   *Package
	Path      []string // the fields that lead to it from the package's root; empty for the root
	Parts     []Part   // the struct literals that together are the document
	File      *syntax.File
	Mark      text.Span // in File: what marks the document, such as #Module
	Name      Literal
	Version   Literal // Definition and Module
	Namespace Literal // Release
	Reference *Reference
}

// A Part is one struct literal, or the root of one file.
type Part struct {
	File  *syntax.File
	Decls []ast.Decl
	Span  text.Span
}

// A Literal is a string in the text. The zero Literal is one that is not there.
type Literal struct {
	Value string
	File  *syntax.File
	Span  text.Span // with its quotes
}

// A Reference leads from a Module to its ModuleDefinition, or from a release to
// its Module.
type Reference struct {
	File *syntax.File
	Slot text.Span // the label of the field, such as #module
	// Target is the expression that names the document; nil if there is none,
	// only struct literals.
	Target ast.Expr
	Span   text.Span // of Target
	// Names is what Target says, part by part: an import's or a field's name and
	// the selectors behind it.
	Names     []string
	Import    *syntax.Import // the import that Names[0] is, or nil
	Overrides []Part         // struct literals unified with the target
}

// Title returns how people call the document: its name and version, or its
// namespace and name.
func (d *Document) Title() string {
	name := d.Name.Value
	if name == "" {
		name = "(no name)"
	}
	switch {
	case d.Kind == Release && d.Namespace.Value != "":
		return d.Namespace.Value + "/" + name
	case d.Kind != Release && d.Version.Value != "":
		return name + " " + d.Version.Value
	}
	return name
}

// A Field is one declaration of a field in a part of a document.
type Field struct {
	File  *syntax.File
	Field *ast.Field
	Name  string
}

// Label returns where the field's label stands.
func (f Field) Label() text.Span { return f.File.Span(f.Field.Label) }

// Fields returns the declarations of a field in the parts, in order.
func Fields(parts []Part, name string) []Field {
	var out []Field
	for f := range allFields(parts) {
		if f.Name == name {
			out = append(out, f)
		}
	}
	return out
}

// AllFields returns every field of the parts whose label is a plain name.
func AllFields(parts []Part) []Field {
	return slices.Collect(allFields(parts))
}

func allFields(parts []Part) func(yield func(Field) bool) {
	return func(yield func(Field) bool) {
		for _, p := range parts {
			for _, d := range p.Decls {
				field, ok := d.(*ast.Field)
				if !ok {
					continue
				}
				if name, ok := syntax.LabelName(field.Label); ok && !yield(Field{p.File, field, name}) {
					return
				}
			}
		}
	}
}

// An Operand is one of several expressions that are unified with each other.
type Operand struct {
	File *syntax.File
	Expr ast.Expr
	via  *Operand // the name by which a template brought the operand in, or nil
}

// mark returns where the operand is written, or the name that brought it in.
func (o Operand) mark() Operand {
	if o.via != nil {
		return *o.via
	}
	return o
}

// Operands takes an expression apart at its top-level "&" and parentheses, and
// struct literals at their embedded expressions.
func Operands(file *syntax.File, expr ast.Expr) []Operand {
	switch x := expr.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			return append(Operands(file, x.X), Operands(file, x.Y)...)
		}
	case *ast.ParenExpr:
		return Operands(file, x.X)
	case *ast.StructLit:
		out := []Operand{{File: file, Expr: x}}
		for _, d := range x.Elts {
			if embed, ok := d.(*ast.EmbedDecl); ok {
				out = append(out, Operands(file, embed.Expr)...)
			}
		}
		return out
	case nil:
		return nil
	}
	return []Operand{{File: file, Expr: expr}}
}

// StructParts returns the struct literals among the operands of the fields'
// values: the parts of the struct that the fields declare together.
func StructParts(fields []Field) []Part {
	var parts []Part
	for _, f := range fields {
		for _, o := range Operands(f.File, f.Field.Value) {
			if s, ok := o.Expr.(*ast.StructLit); ok {
				parts = append(parts, Part{o.File, s.Elts, o.File.Span(s)})
			}
		}
	}
	return parts
}

// Slot returns the parts of the struct in one of the document's own fields.
func (d *Document) Slot(name string) []Part {
	if name == "" {
		return nil
	}
	return StructParts(Fields(d.Parts, name))
}

// ValuesLabel returns the label of the field that holds the document's values.
func (d *Document) ValuesLabel() string { return d.Dialect.Values[d.Kind] }

// A Member is a component or a scope of a document.
type Member struct {
	Name      string
	File      *syntax.File
	Label     text.Span
	Parts     []Part
	Immutable bool // for scopes: nobody further down may change it
}

// Components returns the components that the document itself writes.
func (d *Document) Components() []Member { return d.members(d.Dialect.Components) }

// Scopes returns the scopes that the document itself writes.
func (d *Document) Scopes() []Member { return d.members(d.Dialect.Scopes) }

func (d *Document) members(slot string) []Member {
	var out []Member
	for _, f := range AllFields(d.Slot(slot)) {
		i := slices.IndexFunc(out, func(m Member) bool { return m.Name == f.Name })
		if i < 0 {
			out = append(out, Member{Name: f.Name, File: f.File, Label: f.Label()})
			i = len(out) - 1
		}
		m := &out[i]
		m.Parts = append(m.Parts, StructParts([]Field{f})...)
		for _, o := range Operands(f.File, f.Field.Value) {
			if names := selectorNames(o.Expr); len(names) > 0 && names[len(names)-1] == "#PlatformScope" {
				m.Immutable = true
			}
		}
		for _, meta := range Fields(m.Parts, d.Dialect.Metadata) {
			for _, im := range Fields(StructParts([]Field{meta}), "immutable") {
				if lit, ok := im.Field.Value.(*ast.BasicLit); ok && lit.Kind == token.TRUE {
					m.Immutable = true
				}
			}
		}
	}
	return out
}

// selectorNames returns the names of "a.b.c", or nil if the expression is
// something else.
func selectorNames(expr ast.Expr) []string {
	switch x := expr.(type) {
	case *ast.Ident:
		return []string{x.Name}
	case *ast.SelectorExpr:
		names := selectorNames(x.X)
		if names == nil {
			return nil
		}
		if name, ok := syntax.LabelName(x.Sel); ok {
			return append(names, name)
		}
	case *ast.IndexExpr:
		names := selectorNames(x.X)
		if lit, ok := x.Index.(*ast.BasicLit); ok && names != nil && lit.Kind == token.STRING {
			if name, err := literal.Unquote(lit.Value); err == nil {
				return append(names, name)
			}
		}
	}
	return nil
}

// SelectorNames returns the names of a selector such as a.b["c"], or nil if the
// expression is something else.
func SelectorNames(expr ast.Expr) []string { return selectorNames(expr) }

// maxDocumentDepth is how many fields deep below a package's root a document is
// looked for: releases: prod: core.#ModuleRelease & {…} is two deep.
const maxDocumentDepth = 4

// recognise finds the documents of a package.
func recognise(p *Package) []*Document {
	r := recogniser{pkg: p}
	root := make([]Operand, 0, len(p.Files))
	for _, f := range p.Files {
		// The root of a file is a struct without braces.
		root = append(root, Operands(f, &ast.StructLit{Elts: f.AST.Decls})...)
	}
	r.visit(nil, root)
	slices.SortFunc(r.found, compareDocuments)
	return r.found
}

type recogniser struct {
	pkg   *Package
	found []*Document
}

// visit looks at the struct that the operands make together: it is a document, or
// may hold some.
func (r *recogniser) visit(path []string, operands []Operand) {
	operands = r.expand(operands, nil)
	var parts []Part
	for _, o := range operands {
		if s, ok := o.Expr.(*ast.StructLit); ok {
			span := text.Span{End: o.File.Text.Len()}
			if len(path) > 0 || s.Lbrace.IsValid() || o.via != nil {
				span = o.File.Span(s)
			}
			parts = append(parts, Part{o.File, s.Elts, span})
		}
	}
	if len(parts) == 0 {
		return
	}
	isSlot := func(string) bool { return false } // of the document at the package's root: its own content
	if d := r.document(path, operands, parts); d != nil {
		r.found = append(r.found, d)
		if len(path) > 0 {
			return
		}
		isSlot = func(label string) bool { return d.Dialect.isSlot(d.Kind, label) }
	}
	if len(path) == maxDocumentDepth {
		return
	}
	var names []string
	below := make(map[string][]Operand) // by name: a file of data may have many
	for f := range allFields(parts) {
		if isSlot(f.Name) {
			continue
		}
		if _, ok := below[f.Name]; !ok {
			names = append(names, f.Name)
		}
		below[f.Name] = append(below[f.Name], Operands(f.File, f.Field.Value)...)
	}
	for _, name := range names {
		at := slices.Concat(path, []string{name})
		switch {
		case isDefinition(name):
			if d := r.document(at, below[name], structParts(below[name])); d != nil && d.Kind != Release && d.saysWhoItIs() {
				r.found = append(r.found, d) // any other definition is a schema
			}
		case strings.HasPrefix(name, "_"): // a template: it counts where its name stands
		default:
			r.visit(at, below[name])
		}
	}
}

// expand adds what the names among the operands stand for: templates at the root of the
// package, such as _base in _base & {…}.
func (r *recogniser) expand(operands []Operand, above []string) []Operand {
	var out []Operand
	for _, o := range operands {
		out = append(out, o)
		name, ok := o.Expr.(*ast.Ident)
		if !ok || slices.Contains(above, name.Name) {
			continue
		}
		via := o.mark()
		for _, brought := range r.expand(r.pkg.templates(name.Name), append(above, name.Name)) {
			brought.via = &via
			out = append(out, brought)
		}
	}
	return out
}

// templates returns what a hidden field, a definition or a let at the root of the
// package stands for.
func (p *Package) templates(name string) []Operand {
	hidden := strings.HasPrefix(name, "_") || isDefinition(name)
	var out []Operand
	for _, f := range p.Files {
		for _, d := range f.AST.Decls {
			switch d := d.(type) {
			case *ast.Field:
				if label, ok := syntax.LabelName(d.Label); ok && hidden && label == name {
					out = append(out, Operands(f, d.Value)...)
				}
			case *ast.LetClause:
				if d.Ident.Name == name {
					out = append(out, Operands(f, d.Expr)...)
				}
			}
		}
	}
	return out
}

func structParts(operands []Operand) []Part {
	var parts []Part
	for _, o := range operands {
		if s, ok := o.Expr.(*ast.StructLit); ok {
			parts = append(parts, Part{o.File, s.Elts, o.File.Span(s)})
		}
	}
	return parts
}

// saysWhoItIs reports whether the document is one, and not a schema for several: it
// has a name, or refers to the layer below.
func (d *Document) saysWhoItIs() bool {
	for _, name := range Fields(d.Slot(d.Dialect.Metadata), "name") {
		switch x := name.Field.Value.(type) {
		case *ast.BasicLit:
			return x.Kind == token.STRING
		case *ast.Interpolation:
			return true
		}
	}
	return d.Reference != nil && d.Reference.Target != nil
}

func isDefinition(label string) bool {
	return strings.HasPrefix(label, "#") || strings.HasPrefix(label, "_#")
}

// document returns the document that the operands make, or nil.
func (r *recogniser) document(path []string, operands []Operand, parts []Part) *Document {
	d := &Document{Package: r.pkg, Path: path, Parts: parts}
	if !r.bySchema(d, operands) && !r.byKind(d) {
		return nil
	}
	meta := d.Slot(d.Dialect.Metadata)
	d.Name = literalOf(meta, "name")
	if d.Kind == Release {
		d.Namespace = literalOf(meta, "namespace")
	} else {
		d.Version = literalOf(meta, "version")
	}
	d.Reference = reference(d)
	return d
}

// bySchema recognises a document by the schema that it is unified with.
func (r *recogniser) bySchema(d *Document, operands []Operand) bool {
	for _, o := range operands {
		names := selectorNames(o.Expr)
		if len(names) == 0 || len(names) > 2 {
			continue
		}
		schema := names[len(names)-1]
		dialect := dialectOf(d.Parts, func(dialect *Dialect) bool {
			_, ok := dialect.Schemas[schema]
			return ok
		})
		if dialect == nil {
			continue
		}
		kind := dialect.Schemas[schema]
		switch {
		case len(names) == 1 && r.definesOther(schema):
			continue
		case len(names) == 2 && !r.isCore(o.File, names[0], d.Parts, dialect, kind):
			continue
		}
		mark := o.mark()
		d.Kind, d.Dialect, d.File, d.Mark = kind, dialect, mark.File, mark.File.Span(mark.Expr)
		return true
	}
	return false
}

// byKind recognises a document by a field such as #kind: "Module". Under the label
// of a definition that is a schema's own kind, not a document's.
func (r *recogniser) byKind(d *Document) bool {
	if len(d.Path) > 0 && isDefinition(d.Path[len(d.Path)-1]) {
		return false
	}
	for _, dialect := range dialects {
		kind := literalOf(d.Parts, dialect.KindField)
		if k, ok := dialect.Kinds[kind.Value]; ok && dialect.mayBe(literalOf(d.Parts, dialect.APIVersion)) {
			d.Kind, d.File, d.Mark = k, kind.File, kind.Span
			d.Dialect = dialectOf(d.Parts, func(other *Dialect) bool {
				_, ok := other.Kinds[kind.Value]
				return ok && other.KindField == dialect.KindField
			})
			return true
		}
	}
	return false
}

// dialectOf returns, of the dialects that may be, the one most of whose slots the
// parts have; the first of several.
func dialectOf(parts []Part, may func(*Dialect) bool) *Dialect {
	var best *Dialect
	bestCount := -1
	for _, dialect := range dialects {
		if !may(dialect) {
			continue
		}
		count := 0
		for f := range allFields(parts) {
			if dialect.isSlot(Definition, f.Name) || dialect.isSlot(Module, f.Name) || dialect.isSlot(Release, f.Name) {
				count++
			}
		}
		if count > bestCount {
			best, bestCount = dialect, count
		}
	}
	return best
}

// definesOther reports whether the package defines the schema's name itself and
// means something that has nothing to do with OPM.
func (r *recogniser) definesOther(schema string) bool {
	var own []Field
	for _, f := range r.pkg.Files {
		own = append(own, Fields([]Part{{File: f, Decls: f.AST.Decls}}, schema)...)
	}
	if len(own) == 0 {
		return false
	}
	parts := StructParts(own)
	for _, dialect := range dialects {
		if len(Fields(parts, dialect.KindField)) > 0 || len(Fields(parts, dialect.APIVersion)) > 0 {
			return false
		}
	}
	for _, f := range own {
		for _, o := range Operands(f.File, f.Field.Value) {
			if names := selectorNames(o.Expr); len(names) == 2 && names[1] == schema {
				return false // #Module: core.#Module & {…}
			}
		}
	}
	return true
}

// isCore reports whether an import by this name brings OPM's core schemas, and not
// a document of somebody's that happens to be called #Module.
func (r *recogniser) isCore(file *syntax.File, name string, parts []Part, dialect *Dialect, kind Kind) bool {
	imp := importNamed(file, name)
	if imp == nil {
		return false
	}
	if isEmbeddedPath(imp.Path) {
		return true
	}
	if _, ok := ParseCatalogPath(imp.Path); ok {
		return false
	}
	return slices.ContainsFunc(AllFields(parts), func(f Field) bool { return dialect.isSlot(kind, f.Name) })
}

func importNamed(file *syntax.File, name string) *syntax.Import {
	imports := file.Imports()
	for i := range imports {
		if imports[i].Name == name {
			return &imports[i]
		}
	}
	return nil
}

func literalOf(parts []Part, name string) Literal {
	if all := Literals(parts, name); len(all) > 0 {
		return all[0]
	}
	return Literal{}
}

// Literals returns the strings that the parts write as the value of a field, in order.
func Literals(parts []Part, name string) []Literal {
	var out []Literal
	for _, f := range Fields(parts, name) {
		for _, o := range Operands(f.File, f.Field.Value) {
			if lit, ok := o.Expr.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := literal.Unquote(lit.Value); err == nil {
					out = append(out, Literal{s, f.File, f.File.Span(lit)})
				}
			}
		}
	}
	return out
}

func reference(d *Document) *Reference {
	label := d.Dialect.Reference[d.Kind]
	if label == "" {
		return nil
	}
	var ref *Reference
	for _, f := range Fields(d.Parts, label) {
		if ref == nil {
			ref = &Reference{File: f.File, Slot: f.Label()}
		}
		for _, o := range Operands(f.File, f.Field.Value) {
			if s, ok := o.Expr.(*ast.StructLit); ok {
				ref.Overrides = append(ref.Overrides, Part{o.File, s.Elts, o.File.Span(s)})
				continue
			}
			names := selectorNames(o.Expr)
			if names == nil || ref.Target != nil {
				continue
			}
			ref.File, ref.Slot = f.File, f.Label()
			ref.Target, ref.Span, ref.Names = o.Expr, o.File.Span(o.Expr), names
			ref.Import = importNamed(o.File, names[0])
		}
	}
	return ref
}

// maxFollowed is how many names of the package are followed from one to the next.
const maxFollowed = 8

// follow returns the selector that a name of the package stands for in the end: that of
// an import, for M where the package says let M = catalog.#Module.
func (p *Package) follow(o Operand) Operand {
	for range maxFollowed {
		name, ok := o.Expr.(*ast.Ident)
		if !ok || importNamed(o.File, name.Name) != nil {
			return o
		}
		i := slices.IndexFunc(p.templates(name.Name), func(t Operand) bool { return selectorNames(t.Expr) != nil })
		if i < 0 {
			return o
		}
		o = p.templates(name.Name)[i]
	}
	return o
}
