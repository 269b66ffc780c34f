package catalogindex

import (
	"slices"
	"sync"

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
	said      sayings
	derived   sync.Map

	waking sync.Once
	woken  []*written // of the documents
}

// Derived returns what make makes of the package's files alone. It is remembered by the key
// for as long as the package is there, which is until one of its files changes.
func (p *Package) Derived(key any, make func() any) any {
	if known, ok := p.derived.Load(key); ok {
		return known
	}
	made, _ := p.derived.LoadOrStore(key, make())
	return made
}

// A Document is one ModuleDefinition, Module or ModuleRelease.
type Document struct {
	Kind      Kind
	Dialect   *Dialect
	Package   *Package
	Path      []string // the fields that lead to it from the package's root; empty for the root
	File      *syntax.File
	Mark      text.Span // in File: what marks the document, such as #Module
	Name      Literal
	Version   Literal // Definition and Module
	Parsed    Version // Version, taken apart
	Namespace Literal // Release
	Reference *Reference
	opaque    bool // something that it is unified with is not among Parts
	number    int  // among those of the package
	written   *written
}

// written is what a document says beyond the facts: syntax trees. A package at rest has none, see
// rest.go.
type written struct {
	parts     []Part
	target    ast.Expr
	overrides []Part
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
	Span text.Span // of Target
	// Names is what Target says, part by part: an import's or a field's name and
	// the selectors behind it; nil if there is no Target.
	Names  []string
	Import *syntax.Import // the import that Names[0] is, or nil

	of    *Document
	meant selector // what Target stands for, if it is a name of the package
}

// A selector is names behind each other, the first of which may be an import of the file.
type selector struct {
	file  *syntax.File
	names []string
	imp   *syntax.Import
}

// Parts returns the struct literals that together are the document.
func (d *Document) Parts() []Part { return d.reading().parts }

// WithParts returns the same document as if it were made of other struct literals.
func (d *Document) WithParts(parts []Part) *Document {
	other := *d
	other.written = &written{parts: parts}
	return &other
}

// Target returns the expression that names the document; nil if there is none, only struct
// literals.
func (r *Reference) Target() ast.Expr { return r.of.reading().target }

// Overrides returns the struct literals that are unified with the target.
func (r *Reference) Overrides() []Part { return r.of.reading().overrides }

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
		parts = append(parts, structParts(Operands(f.File, f.Field.Value))...)
	}
	return parts
}

// structParts returns the struct literals among operands.
func structParts(operands []Operand) []Part {
	var parts []Part
	for _, o := range operands {
		if s, ok := o.Expr.(*ast.StructLit); ok {
			parts = append(parts, Part{o.File, s.Elts, o.File.Span(s)})
		}
	}
	return parts
}

// Slot returns the parts of the struct in one of the document's own fields.
func (d *Document) Slot(name string) []Part {
	if name == "" {
		return nil
	}
	return StructParts(Fields(d.Parts(), name))
}

// ValuesLabel returns the label of the field that holds the document's values; "" if the
// document as a whole does.
func (d *Document) ValuesLabel() string { return d.Dialect.Values[d.Kind] }

// ValuesPath returns the fields that lead from the package's root to the document's values.
func (d *Document) ValuesPath() []string {
	if label := d.ValuesLabel(); label != "" {
		return slices.Concat(d.Path, []string{label})
	}
	return d.Path
}

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

// membersOf is the key of what a document writes in a slot.
type membersOf struct {
	document *Document
	slot     string
}

// members returns what is in a slot. It is read once: nobody changes what this returns.
func (d *Document) members(slot string) []Member {
	if !slices.Contains(d.Package.Documents, d) { // it was made for the moment
		return d.readMembers(slot)
	}
	return d.Package.Derived(membersOf{d, slot}, func() any { return d.readMembers(slot) }).([]Member)
}

func (d *Document) readMembers(slot string) []Member {
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

// selectorNames returns the names of "a.b.c", or nil if the expression is something
// else. The index of a list's element counts as the name "[0]".
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
		lit, ok := x.Index.(*ast.BasicLit)
		if !ok || names == nil {
			return nil
		}
		switch lit.Kind {
		case token.STRING:
			if name, err := literal.Unquote(lit.Value); err == nil {
				return append(names, name)
			}
		case token.INT: // an element of a list
			return append(names, "["+lit.Value+"]")
		}
	}
	return nil
}

// SelectorNames returns the names of a selector such as a.b["c"], or nil if the
// expression is something else.
func SelectorNames(expr ast.Expr) []string { return selectorNames(expr) }
