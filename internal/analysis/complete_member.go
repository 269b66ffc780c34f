package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// coreSchemas are the names of the documents in OPM's core.
var coreSchemas = map[catalogindex.Kind]string{
	catalogindex.Definition: "#ModuleDefinition",
	catalogindex.Module:     "#Module",
	catalogindex.Release:    "#ModuleRelease",
}

// inMembers offers what may stand in components or scopes.
func (c *completer) inMembers() []Completion {
	d := c.doc.Document
	if len(c.rest) >= 3 && c.rest[2] == targetField && c.rest[0] == d.Dialect.Scopes {
		if items := c.targets(c.rest[2:]); items != nil || !c.cursor.InValue || c.reading.Kind != syntax.Operand {
			return items
		}
	}
	if len(c.rest) >= 3 && c.rest[2] == d.Dialect.Metadata && c.isLabelKey() {
		return c.labelKeys()
	}
	switch {
	case c.cursor.Aside:
		return c.names()
	case len(c.rest) == 1 && !c.cursor.InValue:
		return nil // whatever somebody wants to call it
	case len(c.rest) == 2 && c.cursor.InValue:
		return c.immutable(append(c.memberSchemas(), c.names()...))
	case c.cursor.InValue:
		members := c.schemaMembers()
		names := c.names()
		if len(members) > 0 { // a type says less than the field does
			names = slices.DeleteFunc(names, func(item Completion) bool { return item.Kind == KeywordItem })
		}
		return c.immutable(append(members, names...))
	}
	items := c.schemaFields()
	if len(c.rest) == 2 && c.reading.Kind == syntax.Declaration && !c.cursor.HasColon {
		items = append(items, c.traits()...)
	}
	return items
}

// immutable leaves out what would let releases change a scope that the platform adds.
func (c *completer) immutable(items []Completion) []Completion {
	d := c.doc.Document
	if d.Kind != catalogindex.Module || c.rest[0] != d.Dialect.Scopes || len(c.rest) < 2 || len(c.doc.Chain) < 2 {
		return items
	}
	for _, below := range c.doc.Chain[:len(c.doc.Chain)-1] {
		if slices.ContainsFunc(below.Scopes(), func(m catalogindex.Member) bool { return m.Name == c.rest[1] }) {
			return items
		}
	}
	never := "#ModuleScope"
	if len(c.rest) > 2 {
		if never = "false"; !slices.Equal(c.rest[2:], []string{d.Dialect.Metadata, "immutable"}) {
			return items
		}
	}
	return slices.DeleteFunc(items, func(item Completion) bool { return strings.HasSuffix(item.Label, never) })
}

// schemaAt returns what the schemas say of the struct or the value at the cursor: those of
// the core, and what the document writes itself and embeds.
func (c *completer) schemaAt() (*schemaReader, []catalogindex.Operand) {
	s := c.schemas()
	d := c.doc.Document
	core := make([]string, len(c.rest))
	for i, label := range c.rest {
		core[i] = coreLabel(d.Dialect, label)
	}
	operands := s.at(valuesOf(rootFields(c.s.index.Core(), coreSchemas[d.Kind])), core)
	var own []catalogindex.Operand
	for _, p := range d.Parts() {
		own = append(own, catalogindex.Operand{File: p.File, Expr: &ast.StructLit{Elts: p.Decls}})
	}
	return s, append(s.at(own, c.rest), operands...)
}

// coreLabel returns the label that OPM's core has for one of a dialect.
func coreLabel(d *catalogindex.Dialect, label string) string {
	switch label {
	case d.Metadata:
		return "#metadata"
	case d.Components:
		return "components"
	case d.Scopes:
		return "scopes"
	}
	return label
}

// schemaFields offers the fields of the struct at the cursor that are not there yet, those
// first that have to be.
func (c *completer) schemaFields() []Completion {
	if !c.cursor.TakesField || c.reading.Kind == syntax.Operand && c.cursor.Word.Len() > 0 {
		return nil
	}
	s, operands := c.schemaAt()
	there := c.declaredAround()
	var required, rest []Completion
	for _, f := range s.fields(operands) {
		label := f.name
		if label == "#metadata" {
			label = c.doc.Document.Dialect.Metadata
		}
		if strings.HasPrefix(label, "_") || strings.HasPrefix(label, "#") && label != c.doc.Document.Dialect.Metadata || !f.embedded && !c.isElsewhere(f) || slices.Contains(there, label) || c.isWritten(f) {
			continue
		}
		item := Completion{Label: label, Kind: FieldItem, Detail: s.detailOf(f), Doc: f.doc, Replace: c.cursor.Word}
		if !strings.HasPrefix(label, "#") {
			item.Label = cascade.QuoteLabel(label)
		}
		c.asField(&item, s.holdsFields(f))
		if f.required {
			item.Origin = "required"
			required = append(required, item)
		} else {
			rest = append(rest, item)
		}
	}
	return append(required, rest...)
}

// isElsewhere reports whether a field is declared in another package.
func (c *completer) isElsewhere(f schemaField) bool {
	return slices.ContainsFunc(f.values, func(o catalogindex.Operand) bool { return c.s.index.PackageOf(o.File.Path) != c.pkg })
}

// isWritten reports whether the document itself writes a field, elsewhere than where the
// cursor is.
func (c *completer) isWritten(f schemaField) bool {
	return slices.ContainsFunc(f.values, func(o catalogindex.Operand) bool {
		value := o.File.Span(o.Expr)
		touched := o.File.Path == c.file.Path && (value.Contains(c.offset) || value.Len() == 0)
		here := o.File.Path == c.file.Path && c.cursor.HasColon && c.file.Text.LineOf(value.Start) == c.file.Text.LineOf(c.cursor.Word.Start)
		return !touched && !here && slices.ContainsFunc(c.doc.Document.Parts(), func(p catalogindex.Part) bool { return p.File == o.File && p.Span.Covers(value) })
	})
}

// asField makes an item write a field: its colon if there is none, and a struct.
func (c *completer) asField(item *Completion, holdsFields bool) {
	item.NewText = item.Label
	if holdsFields {
		item.Kind = StructItem
	}
	if c.cursor.HasColon {
		return
	}
	item.NewText += ": "
	if holdsFields {
		item.Snippet = snippetEscaper.Replace(item.Label) + ": {\n\t$0\n}"
	}
}

// declaredAround returns the labels in the struct that the cursor is in, without the one
// that is being written.
func (c *completer) declaredAround() []string {
	var names []string
	for _, lit := range c.structsAround() {
		names = nil
		for _, f := range catalogindex.AllFields([]catalogindex.Part{{File: c.file, Decls: lit}}) {
			if f.Label() != c.cursor.Word {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

// structsAround returns the declarations of the structs that the offset is in, outermost
// first.
func (c *completer) structsAround() [][]ast.Decl {
	var out [][]ast.Decl
	ast.Walk(c.file.AST(), func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.File:
			out = append(out, x.Decls)
		case *ast.StructLit:
			span := c.file.Span(x)
			if c.offset <= span.Start || span.End <= c.offset && x.Rbrace.IsValid() && c.file.Text.Slice(text.Span{Start: max(span.End-1, 0), End: span.End}) == "}" || c.offset > span.End {
				return false
			}
			out = append(out, x.Elts)
		case *ast.CommentGroup:
			return false
		}
		return true
	}, nil)
	return out
}

// elementsAround returns the elements of the innermost list that the offset is in, as they
// are written.
func (c *completer) elementsAround() []string {
	var out []string
	ast.Walk(c.file.AST(), func(n ast.Node) bool {
		if list, ok := n.(*ast.ListLit); ok && c.file.Span(list).Contains(c.offset) {
			out = nil
			for _, e := range list.Elts {
				out = append(out, strings.Join(strings.Fields(c.file.Source(e)), ""))
			}
		}
		return true
	}, nil)
	return out
}

// schemaMembers offers the members of an enumeration. OPM spells some in two ways; one of
// each is enough.
func (c *completer) schemaMembers() []Completion {
	if c.reading.Kind == syntax.Operand && !c.reading.Alone || c.cursor.Aside {
		return nil
	}
	s, operands := c.schemaAt()
	members := s.members(c.file, operands)
	for _, demanded := range c.demands() {
		if both := slices.DeleteFunc(slices.Clone(members), func(m string) bool { return !slices.Contains(demanded, m) }); len(both) > 0 {
			members = both
		}
	}
	var items []Completion
	seen := make(map[string]bool)
	for _, member := range members {
		key := strings.ToLower(strings.ReplaceAll(member, "-", ""))
		if seen[key] {
			continue
		}
		seen[key] = true
		items = append(items, Completion{Label: member, NewText: member, Kind: EnumItem, Replace: c.cursor.Word})
	}
	return items
}

// demands returns the members that each schema of the field at the cursor has by itself: what all of
// them have is allowed. A component's type is one of two, and that of #WorkloadComponent one.
func (c *completer) demands() [][]string {
	last := len(c.rest) - 1
	s := c.schemas()
	var out [][]string
	for _, p := range c.doc.Document.Parts() {
		own := []catalogindex.Operand{{File: p.File, Expr: &ast.StructLit{Elts: p.Decls}}}
		for _, o := range s.value(s.at(own, c.rest[:last]), c.rest[last]) {
			if o.File.Path == c.file.Path && c.file.Span(o.Expr).Contains(c.offset) {
				continue
			}
			if members := s.members(c.file, s.expand([]catalogindex.Operand{o})); len(members) > 0 {
				out = append(out, members)
			}
		}
	}
	return out
}

// memberSchemas offers what a component, or a scope, may be made from.
func (c *completer) memberSchemas() []Completion {
	if c.reading.Kind != syntax.Operand || !c.reading.Alone {
		return nil
	}
	names := []string{"#WorkloadComponent", "#ResourceComponent", "#Component"}
	if c.rest[0] == c.doc.Document.Dialect.Scopes {
		names = []string{"#ModuleScope", "#PlatformScope", "#Scope"}
		if c.doc.Document.Kind == catalogindex.Module {
			names[0], names[1] = names[1], names[0]
		}
	}
	prefix := c.corePrefix()
	var items []Completion
	for _, name := range names {
		item := Completion{Label: prefix + name, NewText: prefix + name + " & ", Kind: SchemaItem, Replace: c.reading.Word}
		for _, f := range rootFields(c.s.index.Core(), name) {
			item.Doc = commentOf(f.Field)
		}
		item.NewText = item.Label + " & {}"
		item.Snippet = snippetEscaper.Replace(item.Label) + " & {\n\t$0\n}"
		items = append(items, item)
	}
	return items
}

// corePrefix returns what stands before the names of the core in this document: "core." if
// it imports them.
func (c *completer) corePrefix() string {
	mark := c.doc.Document
	if mark.File.Path != c.file.Path {
		return ""
	}
	prefix, name, selected := strings.Cut(c.file.Text.Slice(mark.Mark), ".")
	if _, ok := mark.Dialect.Schemas[name]; selected && ok {
		return prefix + "."
	}
	return ""
}

// traits offers the traits of the file's imports that the component, or scope, does not have
// yet.
func (c *completer) traits() []Completion {
	there := make(map[string]bool)
	structs := c.structsAround()
	for _, d := range structs[len(structs)-1] {
		if embed, ok := d.(*ast.EmbedDecl); ok && !c.file.Span(embed).Contains(c.offset) {
			there[c.file.Source(embed.Expr)] = true
		}
	}
	var items []Completion
	for _, imp := range c.file.Imports() {
		target := c.s.index.ResolveImport(c.file, imp.Path)
		if target.Package == nil || !strings.HasPrefix(imp.Path, traitsPrefix) {
			continue
		}
		for _, name := range traitNames(target.Package) {
			if label := imp.Name + "." + name.Name; !there[label] {
				items = append(items, Completion{Label: label, NewText: label, Kind: SchemaItem, Doc: commentOf(name.Field), Replace: c.reading.Word})
			}
		}
	}
	return items
}

const traitsPrefix = "traits.opm.dev/"

// traitNames returns the traits of a package, in order: its definitions that add a single
// field, and not those that say what one holds. A trait's struct is open and has one field,
// that is no option.
func traitNames(p *catalogindex.Package) []catalogindex.Field {
	var out []catalogindex.Field
	for _, f := range rootNames(p) {
		lit, ok := f.Field.Value.(*ast.StructLit)
		if !ok || !strings.HasPrefix(f.Name, "#") {
			continue
		}
		fields := catalogindex.AllFields([]catalogindex.Part{{File: f.File, Decls: lit.Elts}})
		if len(fields) == 1 && fields[0].Field.Constraint == 0 {
			out = append(out, f)
		}
	}
	return out
}

// rootNames returns the fields at the root of a package, in order of the names, each once.
func rootNames(p *catalogindex.Package) []catalogindex.Field {
	var out []catalogindex.Field
	for _, f := range p.Files {
		out = append(out, catalogindex.AllFields([]catalogindex.Part{{File: f, Decls: f.AST().Decls}})...)
	}
	slices.SortStableFunc(out, func(a, b catalogindex.Field) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(out, func(a, b catalogindex.Field) bool { return a.Name == b.Name })
}
