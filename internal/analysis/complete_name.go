package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// names offers the names that an expression can read at the cursor, the nearest first.
func (c *completer) names() []Completion {
	if c.reading.Kind != syntax.Operand || catalogindex.IsConfiguration(c.file.Path) {
		return nil
	}
	var items []Completion
	add := func(name string, kind CompletionKind, detail, doc string) {
		if name != "_" && name != "" {
			items = append(items, Completion{Label: name, NewText: name, Kind: kind, Detail: detail, Doc: doc, Replace: c.reading.Word, PlainCUE: kind != StructItem && kind != SchemaItem})
		}
	}
	structs := c.structsAround()
	for _, decls := range slices.Backward(structs) {
		for _, d := range decls {
			for _, name := range c.declares(d) {
				add(name, FieldItem, "", commentOf(d))
			}
		}
	}
	for _, name := range c.boundAround() {
		add(name, FieldItem, "", "")
	}
	for _, f := range rootNames(c.pkg) {
		if _, isName := f.Field.Label.(*ast.Ident); isName {
			add(f.Name, FieldItem, "", commentOf(f.Field))
		}
	}
	if c.doc != nil {
		for _, slot := range c.doc.Document.Dialect.Slots(c.doc.Document.Kind) {
			d := c.doc.Document
			if slot == d.ValuesLabel() || slot == d.Dialect.Reference[d.Kind] || slot == d.Dialect.Components || slot == d.Dialect.Metadata {
				if len(c.rest) == 1 && c.rest[0] == slot {
					continue // nothing reads itself
				}
				add(slot, StructItem, "", c.slotDoc(slot))
			}
		}
	}
	for _, imp := range c.file.Imports() {
		add(imp.Name, ImportItem, imp.Path, "")
	}
	for _, f := range rootNames(c.s.index.Core()) {
		if len(c.rest) > 2 {
			break // in a field of a component or a scope there is neither
		}
		if strings.HasSuffix(f.Name, "Component") || strings.HasSuffix(f.Name, "Scope") { // the rest is documents, and types of labels
			add(f.Name, SchemaItem, "", commentOf(f.Field))
		}
	}
	for _, name := range cascade.Predeclared() {
		add(name, KeywordItem, "", "")
	}
	return items
}

// declares returns the names that a declaration defines for what stands beside it, but not
// that of the field whose label or value is being written: nothing reads itself.
func (c *completer) declares(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.Field:
		ident, ok := d.Label.(*ast.Ident)
		if !ok || (c.file.Span(d).Contains(c.offset) || slices.Contains(c.cursor.Path, ident.Name)) && !(c.isSlot(ident.Name) && len(c.rest) > 1) {
			return nil
		}
		return []string{ident.Name}
	case *ast.LetClause:
		if !c.file.Span(d).Contains(c.offset) {
			return []string{d.Ident.Name}
		}
	case *ast.Alias:
		return []string{d.Ident.Name}
	}
	return nil
}

func (c *completer) isSlot(name string) bool {
	return c.doc != nil && slices.Contains(c.doc.Document.Dialect.Slots(c.doc.Document.Kind), name)
}

// boundAround returns the names that comprehensions around the cursor bind.
func (c *completer) boundAround() []string {
	var names []string
	for _, n := range c.around {
		comprehension, ok := n.(*ast.Comprehension)
		if !ok {
			continue
		}
		for _, clause := range comprehension.Clauses {
			switch clause := clause.(type) {
			case *ast.ForClause:
				for _, ident := range []*ast.Ident{clause.Key, clause.Value} {
					if ident != nil {
						names = append(names, ident.Name)
					}
				}
			case *ast.LetClause:
				names = append(names, clause.Ident.Name)
			}
		}
	}
	return names
}

// selected offers what can be selected of the names in front of the cursor.
func (c *completer) selected() []Completion {
	names := c.reading.Names
	if len(names) == 0 {
		return nil
	}
	if imp := c.importCalled(names[0]); imp != nil {
		return c.imported(imp, names[1:])
	}
	if c.doc != nil {
		if items, mine := c.ofDocument(c.doc, names); mine {
			return c.withoutConflicts(names, items)
		}
	}
	return c.ofField(names)
}

// withoutConflicts leaves out the values, selected of names, of which the field around the
// cursor cannot take what they may be. A struct stays: it leads on to what is in it.
func (c *completer) withoutConflicts(names []string, items []Completion) []Completion {
	if names[0] != c.doc.Document.ValuesLabel() || len(items) > maxTried {
		return items
	}
	conflicts := func(put string) map[string]bool {
		content, word := c.file.Text.Content(), c.reading.Word
		found := make(map[string]bool)
		for _, d := range c.s.WithText(c.file.Path, content[:word.Start]+put+content[word.End:]).Diagnostics(c.file.Path) {
			if d.Code == "cue/conflict" {
				found[d.Message] = true
			}
		}
		return found
	}
	before := conflicts("_")
	return slices.DeleteFunc(items, func(item Completion) bool {
		if n := c.doc.Tree.Lookup(append(slices.Clone(names[1:]), item.Label)); n == nil || n.Struct {
			return false
		}
		for message := range conflicts(item.NewText) {
			if !before[message] {
				return true
			}
		}
		return false
	})
}

// importCalled returns the import of the file that a name means, or nil.
func (c *completer) importCalled(name string) *syntax.Import {
	return importNamed(c.s.index, c.file, &ast.Ident{Name: name})
}

// imported offers what can be selected of an import, and of what is in it.
func (c *completer) imported(imp *syntax.Import, names []string) []Completion {
	target := c.s.index.ResolveImport(c.file, imp.Path)
	switch {
	case target.Source == catalogindex.Builtin && len(names) == 0:
		return c.builtins(imp.Path)
	case len(target.Documents) > 0 && len(names) == 0:
		items := c.documentMembers(target.Documents)
		if target.Package != nil {
			items = append(items, c.ofPackage(target.Package)...)
		}
		return items
	case len(target.Documents) > 0:
		for _, kind := range []catalogindex.Kind{catalogindex.Definition, catalogindex.Module, catalogindex.Release} {
			for _, name := range c.documentNames(target.Documents, kind) {
				if name.text == names[0] {
					return c.ofLayer(c.s.resolved(name.document), names[1:])
				}
			}
		}
	case target.Package != nil && len(names) == 0:
		return c.ofPackage(target.Package)
	case target.Package != nil:
		s := c.schemas()
		return c.schemaNames(s, s.at(valuesOf(rootFields(target.Package, names[0])), names[1:]))
	}
	return nil
}

// ofPackage offers the fields of a package that others can read.
func (c *completer) ofPackage(p *catalogindex.Package) []Completion {
	var traits, rest []Completion
	s := c.schemas()
	known := traitNames(p)
	for _, f := range rootNames(p) {
		if strings.HasPrefix(f.Name, "_") {
			continue
		}
		label := selectable(f.Name)
		item := Completion{Label: label, NewText: label, Kind: FieldItem, Doc: commentOf(f.Field), Replace: c.reading.Word}
		if strings.HasPrefix(f.Name, "#") {
			item.Kind = SchemaItem
		}
		if p.Embedded && slices.ContainsFunc(known, func(k catalogindex.Field) bool { return k.Name == f.Name }) {
			item.Detail = "trait"
			traits = append(traits, item)
			continue
		}
		item.Detail = s.detailOf(schemaField{values: valuesOf([]catalogindex.Field{f})})
		rest = append(rest, item)
	}
	return append(traits, rest...)
}

// ofDocument offers what can be selected of a slot of a document; mine is false if the first
// of the names is none.
func (c *completer) ofDocument(r *rule.Resolved, names []string) (items []Completion, mine bool) {
	d := r.Document
	if n := len(d.Path); n > 0 && len(names) >= n && slices.Equal(names[:n], d.Path) {
		return c.ofLayer(r, names[n:]), true
	}
	switch {
	case c.isShadowed(names[0]):
		return nil, false
	case names[0] == d.Dialect.Reference[d.Kind] && r.Below() != nil:
		return c.ofLayer(c.s.resolved(r.Below()), names[1:]), true
	case names[0] == d.ValuesLabel(), names[0] == d.Dialect.Components, names[0] == d.Dialect.Scopes && names[0] != "":
		return c.ofLayer(r, names), true
	}
	return nil, false
}

// isShadowed reports whether a struct around the cursor, other than the document itself, has
// a field of its own by a name.
func (c *completer) isShadowed(name string) bool {
	structs := c.structsAround()
	for i, decls := range structs {
		own := slices.ContainsFunc(c.doc.Document.Parts(), func(p catalogindex.Part) bool {
			return p.File.Path == c.file.Path && len(p.Decls) == len(decls) && (len(decls) == 0 || p.Decls[0] == decls[0])
		})
		if i == 0 || own {
			continue
		}
		for _, d := range decls {
			if f, ok := d.(*ast.Field); ok {
				if ident, ok := f.Label.(*ast.Ident); ok && ident.Name == name {
					return true
				}
			}
		}
	}
	return false
}

// ofLayer offers what can be selected of a document: its slots, its values with what is
// effective, its components.
func (c *completer) ofLayer(r *rule.Resolved, names []string) []Completion {
	d := r.Document
	if len(names) == 0 {
		var items []Completion
		for _, slot := range []string{d.Dialect.Metadata, d.Dialect.Components, d.Dialect.Scopes, d.ValuesLabel()} {
			if slot != "" {
				items = append(items, Completion{Label: slot, NewText: slot, Kind: StructItem, Replace: c.reading.Word})
			}
		}
		return items
	}
	switch names[0] {
	case d.ValuesLabel():
		return valueItems(r, names[1:], c.reading.Word)
	case d.Dialect.Components:
		return c.ofMembers(r, names, (*catalogindex.Document).Components)
	case d.Dialect.Scopes:
		return c.ofMembers(r, names, (*catalogindex.Document).Scopes)
	}
	return c.ofSchema(r, names)
}

func (c *completer) ofMembers(r *rule.Resolved, names []string, of func(*catalogindex.Document) []catalogindex.Member) []Completion {
	if len(names) > 1 {
		return c.ofSchema(r, names)
	}
	var items []Completion
	for _, m := range membersOf(r.Chain, of) {
		label := selectable(m.member.Name)
		items = append(items, Completion{Label: label, NewText: label, Kind: ReferenceItem, Origin: m.document.Kind.Layer(), Doc: m.doc(), Replace: c.reading.Word})
	}
	return items
}

// ofSchema offers the fields at a path of a document besides its values.
func (c *completer) ofSchema(r *rule.Resolved, names []string) []Completion {
	s := c.schemas()
	var operands []catalogindex.Operand
	for _, d := range r.Chain {
		for _, p := range d.Parts() {
			operands = append(operands, catalogindex.Operand{File: p.File, Expr: &ast.StructLit{Elts: p.Decls}})
		}
	}
	return c.schemaNames(s, s.at(operands, names))
}

// ofField offers the fields of what a name of the package, or of a struct around the cursor,
// stands for.
func (c *completer) ofField(names []string) []Completion {
	s := c.schemas()
	for _, decls := range slices.Backward(c.structsAround()) {
		var operands []catalogindex.Operand
		for _, d := range decls {
			switch d := d.(type) {
			case *ast.Field:
				if ident, ok := d.Label.(*ast.Ident); ok && ident.Name == names[0] {
					operands = append(operands, catalogindex.Operand{File: c.file, Expr: d.Value})
				}
			case *ast.LetClause:
				if d.Ident.Name == names[0] {
					operands = append(operands, catalogindex.Operand{File: c.file, Expr: d.Expr})
				}
			}
		}
		if operands != nil {
			return c.schemaNames(s, s.at(operands, names[1:]))
		}
	}
	operands := valuesOf(rootFields(c.pkg, names[0]))
	if operands == nil {
		operands = valuesOf(rootFields(c.s.index.Core(), names[0]))
	}
	return c.schemaNames(s, s.at(operands, names[1:]))
}

// schemaNames offers the fields of what a schema was expanded to, to be selected.
func (c *completer) schemaNames(s *schemaReader, operands []catalogindex.Operand) []Completion {
	var items []Completion
	for _, f := range s.fields(operands) {
		if strings.HasPrefix(f.name, "_") {
			continue
		}
		label := selectable(f.name)
		items = append(items, Completion{Label: label, NewText: label, Kind: FieldItem, Detail: s.detailOf(f), Doc: f.doc, Replace: c.reading.Word})
	}
	return items
}

// builtins offers what one of CUE's own packages has.
func (c *completer) builtins(path string) []Completion {
	var items []Completion
	for _, name := range catalogindex.BuiltinNames(path) {
		items = append(items, Completion{Label: name, NewText: name, Kind: FunctionItem, Replace: c.reading.Word, PlainCUE: true})
	}
	return items
}
