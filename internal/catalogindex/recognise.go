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

// maxDocumentDepth is how many fields deep below a package's root a document is
// looked for: releases: prod: core.#ModuleRelease & {…} is two deep.
const maxDocumentDepth = 4

// recognise finds the documents of a package.
func recognise(p *Package) []*Document {
	r := recogniser{pkg: p}
	root := make([]Operand, 0, len(p.Files))
	for _, f := range p.Files {
		// The root of a file is a struct without braces.
		root = append(root, Operands(f, &ast.StructLit{Elts: f.AST().Decls})...)
	}
	r.visit(nil, root)
	slices.SortFunc(r.found, compareDocuments)
	return r.found
}

type recogniser struct {
	pkg   *Package
	found []*Document
	// What names at the root of the package stand for, and whether a schema's name there is
	// something else than OPM's, once somebody has asked.
	named  map[string][]Operand
	others map[string]bool
}

// visit looks at the struct that the operands make together: it is a document, or
// may hold some.
func (r *recogniser) visit(path []string, operands []Operand) {
	operands = r.expand(operands)
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
// package, such as _base in _base & {…}. Each counts once, however often it is named: where
// templates name each other twice, all ways to the last one are without number.
func (r *recogniser) expand(operands []Operand) []Operand {
	var out []Operand
	seen := make(map[string]bool)
	var add func(operands []Operand)
	add = func(operands []Operand) {
		for _, o := range operands {
			out = append(out, o)
			name, ok := o.Expr.(*ast.Ident)
			if !ok || seen[name.Name] {
				continue
			}
			seen[name.Name] = true
			via := o.mark()
			at := len(out)
			add(r.templates(name.Name))
			for i := range out[at:] {
				out[at+i].via = &via
			}
		}
	}
	add(operands)
	return out
}

// templates is Package.templates for one who asks often.
func (r *recogniser) templates(name string) []Operand {
	if r.named == nil {
		r.named = make(map[string][]Operand)
		r.pkg.eachTemplate(func(name string, operands []Operand) { r.named[name] = append(r.named[name], operands...) })
	}
	return r.named[name]
}

// templates returns what a hidden field, a definition or a let at the root of the
// package stands for.
func (p *Package) templates(name string) []Operand {
	var out []Operand
	p.eachTemplate(func(other string, operands []Operand) {
		if other == name {
			out = append(out, operands...)
		}
	})
	return out
}

func (p *Package) eachTemplate(yield func(name string, operands []Operand)) {
	for _, f := range p.Files {
		for _, d := range f.AST().Decls {
			switch d := d.(type) {
			case *ast.Field:
				if label, ok := syntax.LabelName(d.Label); ok && (strings.HasPrefix(label, "_") || isDefinition(label)) {
					yield(label, Operands(f, d.Value))
				}
			case *ast.LetClause:
				yield(d.Ident.Name, Operands(f, d.Expr))
			}
		}
	}
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
	return d.Reference != nil && d.Reference.Names != nil
}

func isDefinition(label string) bool {
	return strings.HasPrefix(label, "#") || strings.HasPrefix(label, "_#")
}

// document returns the document that the operands make, or nil.
func (r *recogniser) document(path []string, operands []Operand, parts []Part) *Document {
	d := &Document{Package: r.pkg, Path: path, written: &written{parts: parts}}
	if !r.bySchema(d, operands) && !r.byKind(d) {
		return nil
	}
	meta := d.Slot(d.Dialect.Metadata)
	d.Name = literalOf(meta, "name")
	if d.Kind == Release {
		d.Namespace = literalOf(meta, "namespace")
	} else {
		d.Version = literalOf(meta, "version")
		d.Parsed = ParseVersion(d.Version.Value)
	}
	d.Reference = reference(d)
	d.opaque = r.isOpaque(operands)
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
		dialect := dialectOf(d.Parts(), func(dialect *Dialect) bool {
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
		case len(names) == 2 && !r.isCore(o.File, names[0], d.Parts(), dialect, kind):
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
		kind := literalOf(d.Parts(), dialect.KindField)
		if k, ok := dialect.Kinds[kind.Value]; ok && dialect.mayBe(literalOf(d.Parts(), dialect.APIVersion)) {
			d.Kind, d.File, d.Mark = k, kind.File, kind.Span
			d.Dialect = dialectOf(d.Parts(), func(other *Dialect) bool {
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
		if count := dialect.slotsOf(parts); count > bestCount {
			best, bestCount = dialect, count
		}
	}
	return best
}

// definesOther reports whether the package defines the schema's name itself and
// means something that has nothing to do with OPM.
func (r *recogniser) definesOther(schema string) bool {
	other, known := r.others[schema]
	if !known {
		other = r.looksForOther(schema)
		if r.others == nil {
			r.others = make(map[string]bool)
		}
		r.others[schema] = other
	}
	return other
}

func (r *recogniser) looksForOther(schema string) bool {
	var own []Field
	for _, f := range r.pkg.Files {
		own = append(own, Fields([]Part{{File: f, Decls: f.AST().Decls}}, schema)...)
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
	for _, f := range Fields(d.Parts(), label) {
		if ref == nil {
			ref = &Reference{of: d, File: f.File, Slot: f.Label()}
		}
		for _, o := range Operands(f.File, f.Field.Value) {
			if s, ok := o.Expr.(*ast.StructLit); ok {
				d.written.overrides = append(d.written.overrides, Part{o.File, s.Elts, o.File.Span(s)})
				continue
			}
			names := selectorNames(o.Expr)
			if names == nil || ref.Names != nil {
				continue
			}
			ref.File, ref.Slot = f.File, f.Label()
			d.written.target, ref.Span, ref.Names = o.Expr, o.File.Span(o.Expr), names
			if ref.Import = importNamed(o.File, names[0]); ref.Import == nil {
				ref.meant = d.Package.meaning(o)
			}
		}
	}
	return ref
}

// maxFollowed is how many names of the package are followed from one to the next.
const maxFollowed = 8

// meaning returns the selector that a name of the package stands for in the end: that of
// an import, for M where the package says let M = catalog.#Module.
func (p *Package) meaning(o Operand) selector {
	o = p.follow(o)
	names := selectorNames(o.Expr)
	return selector{file: o.File, names: names, imp: importNamed(o.File, names[0])}
}

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
