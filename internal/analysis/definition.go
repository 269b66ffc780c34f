package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/names"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Link leads from the thing under a cursor to where it comes from.
type Link struct {
	Origin text.Span // what was asked about, in the file that was asked
	Target Location  // the whole of it
	Focus  text.Span // the part of Target to put the cursor on
}

// Definition returns where the thing at the byte offset comes from: for a value
// every layer that speaks of it, the one that wins first; for a reference its
// Module; for a component or a scope every layer that writes it, the highest
// first; for any other name its declarations.
func (s *Snapshot) Definition(path string, offset int) []Link {
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	switch s.role(at) {
	case ValuePlace, ReadPlace:
		return s.valueLinks(at, winnerFirst(at))
	case ComponentPlace, ScopePlace:
		var links []Link
		for _, d := range slices.Backward(at.Document.Chain) {
			links = append(links, memberLinks(at, d)...)
		}
		return links
	case ReferencePlace:
		if links := documentLinks(at.Span, s.referred(at)); links != nil {
			return links
		}
	case ImportPlace:
		return s.importLinks(at)
	case SchemaPlace:
		return fieldLinks(at.Span, rootFields(at.Target.Package, at.Name))
	case RulePlace:
		return nil
	}
	return s.nameLinks(at)
}

// winnerFirst returns the layers of a value: the one that wins, then the highest first.
func winnerFirst(at *Place) []int {
	var order []int
	from := -1
	if at.Node != nil && at.Node.From >= 0 {
		from = at.Node.From
		order = append(order, from)
	}
	for i := range slices.Backward(at.Document.Tree.Layers) {
		if i != from {
			order = append(order, i)
		}
	}
	return order
}

// valueLinks leads to what layers declare of a value, also to the declaration that was
// asked about: it is one of the layers, and may be the one that wins.
func (s *Snapshot) valueLinks(at *Place, layers []int) []Link {
	var links []Link
	for _, i := range layers {
		for _, d := range declarationsAt(at.Document, i, at.Path) {
			link := Link{Origin: at.Span, Target: rule.At(d.File, d.Field), Focus: d.Label}
			if !slices.Contains(links, link) { // a layer may read one declaration in two ways
				links = append(links, link)
			}
		}
	}
	return links
}

// memberLinks leads to what one document writes of a component or a scope.
func memberLinks(at *Place, d *catalogindex.Document) []Link {
	slot := d.Dialect.Components
	if at.Kind == ScopePlace {
		slot = d.Dialect.Scopes
	}
	return fieldLinks(at.Span, catalogindex.Fields(d.Slot(slot), at.Member))
}

func fieldLinks(origin text.Span, fields []catalogindex.Field) []Link {
	var links []Link
	for _, f := range fields {
		links = append(links, Link{Origin: origin, Target: rule.At(f.File, f.File.Span(f.Field)), Focus: f.Label()})
	}
	return links
}

// importLinks leads to the documents that an import brings, else to the package: the names
// in its package clauses.
func (s *Snapshot) importLinks(at *Place) []Link {
	if links := documentLinks(at.Span, s.referred(at)); links != nil {
		return links
	}
	if at.Target.Package == nil {
		return nil
	}
	var links []Link
	for _, f := range at.Target.Package.Files {
		var focus, whole text.Span
		for _, d := range f.AST().Decls {
			if clause, ok := d.(*ast.Package); ok && clause.Name != nil {
				focus, whole = f.Span(clause.Name), f.Span(clause)
			}
		}
		links = append(links, Link{Origin: at.Span, Target: rule.At(f, whole), Focus: focus})
	}
	return links
}

// nameLinks leads to the declarations of a name of plain CUE.
func (s *Snapshot) nameLinks(at *Place) []Link {
	name := at.nameNode()
	if name == nil {
		return nil
	}
	var links []Link
	for _, m := range names.New(s.index, &s.memo.names).Definitions(s.index.File(at.File.Path), name) {
		links = append(links, Link{Origin: at.Span, Target: rule.At(m.File, declaring(m)), Focus: m.Span})
	}
	return links
}

// declaring returns the declaration that a label or a name belongs to.
func declaring(m names.Mention) text.Span {
	around := nodesAt(m.File, m.Span.Start)
	for _, n := range slices.Backward(around) {
		switch n.(type) {
		case *ast.Field, *ast.LetClause, *ast.ImportSpec, *ast.Package, *ast.ForClause, *ast.Alias:
			if span := m.File.Span(n); span.Covers(m.Span) {
				return span
			}
		}
	}
	return m.Span
}

func documentLinks(origin text.Span, docs []*catalogindex.Document) []Link {
	var links []Link
	for _, d := range docs {
		links = append(links, documentLink(origin, d))
	}
	return links
}

func documentLink(origin text.Span, d *catalogindex.Document) Link {
	whole := d.Mark
	for _, p := range d.Parts() {
		if p.File == d.File && p.Span.Start >= d.Mark.Start {
			whole.End = max(whole.End, p.Span.End)
		}
	}
	return Link{Origin: origin, Target: rule.At(d.File, whole), Focus: d.Mark}
}

// Declaration returns what the thing at the byte offset is in the first place: for a value,
// a component or a scope the lowest layer's, for a reference the definition that it goes
// down to; for any other name as [Snapshot.Definition].
func (s *Snapshot) Declaration(path string, offset int) []Link {
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	switch s.role(at) {
	case ValuePlace, ReadPlace:
		for i := range at.Document.Tree.Layers {
			if links := s.valueLinks(at, []int{i}); links != nil {
				return links
			}
		}
		return nil
	case ComponentPlace, ScopePlace:
		for _, d := range at.Document.Chain {
			if links := memberLinks(at, d); links != nil {
				return links
			}
		}
		return nil
	case ReferencePlace, ImportPlace:
		var links []Link
		for _, d := range s.referred(at) {
			if chain := cascade.Chain(s.index, d); len(chain) > 0 {
				links = append(links, documentLink(at.Span, chain[0]))
			}
		}
		if links != nil {
			return links
		}
	}
	return s.Definition(path, offset)
}

// TypeDefinition returns the definitions that the thing at the byte offset is made from:
// those of the core and of traits for a component, a scope or a document; for a value or
// any other field the definitions that it is unified with.
func (s *Snapshot) TypeDefinition(path string, offset int) []Link {
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	switch s.role(at) {
	case ValuePlace, ReadPlace:
		return s.typesOf(at, s.valueLinks(at, winnerFirst(at)))
	case ComponentPlace, ScopePlace:
		return s.typesOf(at, s.Definition(path, offset))
	case ReferencePlace, ImportPlace:
		var links []Link
		for _, d := range s.referred(at) {
			links = append(links, s.schemaLinks(at.Span, d)...)
		}
		return links
	case SchemaPlace:
		return s.Definition(path, offset)
	case RulePlace:
		return nil
	}
	return s.typesOf(at, s.nameLinks(at))
}

// schemaLinks leads to the schema of the core that a document follows.
func (s *Snapshot) schemaLinks(origin text.Span, d *catalogindex.Document) []Link {
	for _, schema := range d.Dialect.SchemasOf(d.Kind) {
		if links := fieldLinks(origin, rootFields(s.index.Core(), schema)); links != nil {
			return links
		}
	}
	return nil
}

// typesOf leads to the definitions that the fields to which links lead are unified with.
func (s *Snapshot) typesOf(at *Place, links []Link) []Link {
	n := names.New(s.index, &s.memo.names)
	var out []Link
	for _, l := range links {
		file := s.index.File(l.Target.Path)
		if file == nil {
			continue
		}
		for _, node := range nodesAt(file, l.Focus.Start) {
			field, ok := node.(*ast.Field)
			if !ok || file.Span(field.Label) != l.Focus && file.Span(field) != l.Target.Span {
				continue
			}
			for _, name := range definitionsIn(file, field.Value) {
				for _, m := range n.Definitions(file, name) {
					link := Link{Origin: at.Span, Target: rule.At(m.File, declaring(m)), Focus: m.Span}
					if !slices.Contains(out, link) {
						out = append(out, link)
					}
				}
			}
		}
	}
	return out
}

// definitionsIn returns the names of definitions that an expression is unified with, or is
// one of, or is a list of.
func definitionsIn(file *syntax.File, expr ast.Expr) []ast.Node {
	var out []ast.Node
	add := func(label ast.Label) {
		if name, ok := syntax.LabelName(label); ok && (strings.HasPrefix(name, "#") || strings.HasPrefix(name, "_#")) {
			out = append(out, label)
		}
	}
	if expr == nil {
		return nil
	}
	for _, o := range catalogindex.Operands(file, expr) {
		switch x := o.Expr.(type) {
		case *ast.Ident:
			add(x)
		case *ast.SelectorExpr:
			add(x.Sel)
		case *ast.BinaryExpr:
			out = append(append(out, definitionsIn(file, x.X)...), definitionsIn(file, x.Y)...)
		case *ast.UnaryExpr:
			out = append(out, definitionsIn(file, x.X)...)
		case *ast.ListLit:
			for _, e := range x.Elts {
				if rest, ok := e.(*ast.Ellipsis); ok {
					out = append(out, definitionsIn(file, rest.Type)...)
				}
			}
		}
	}
	return out
}

// Implementation returns what is built on the thing at the byte offset: the releases of a
// Module, the Modules of a definition; for a value, a component or a scope what the layers
// above write of it, lower layers first.
func (s *Snapshot) Implementation(path string, offset int) []Link {
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	switch s.role(at) {
	case ValuePlace, ReadPlace, ComponentPlace, ScopePlace:
		return s.linksAbove(at)
	case ReferencePlace, ImportPlace:
		var links []Link
		for _, d := range s.referred(at) {
			links = append(links, documentLinks(at.Span, s.builtOn(d))...)
		}
		return links
	case SchemaPlace:
		if d := s.markedBy(at); d != nil {
			return documentLinks(at.Span, s.builtOn(d))
		}
	case MetadataPlace:
		if d := s.namedBy(at); d != nil {
			return documentLinks(at.Span, s.builtOn(d))
		}
	}
	return nil
}

// linksAbove leads to what the documents above that of a place write of the same thing.
func (s *Snapshot) linksAbove(at *Place) []Link {
	var links []Link
	for _, d := range s.withAbove(s.current(at.Document.Document))[1:] {
		if at.Kind == ComponentPlace || at.Kind == ScopePlace {
			links = append(links, memberLinks(at, d)...)
			continue
		}
		r := s.resolved(d)
		for _, decl := range declarationsAt(r, len(r.Tree.Layers)-1, at.Path) {
			links = append(links, Link{Origin: at.Span, Target: rule.At(decl.File, decl.Field), Focus: decl.Label})
		}
	}
	return links
}
