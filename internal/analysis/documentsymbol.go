package analysis

import (
	"cmp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A SymbolKind says what a symbol is.
type SymbolKind int

// The kinds of symbol.
const (
	FieldSymbol SymbolKind = iota
	DefinitionSymbol
	ModuleSymbol
	ReleaseSymbol
	ConfigurationSymbol
	ComponentSymbol
	ScopeSymbol
	SchemaSymbol // a definition of CUE: #Name
	SlotSymbol   // of a document, and metadata
	StructSymbol
	ListSymbol
	StringSymbol
	NumberSymbol
	BoolSymbol
	NullSymbol
	VariableSymbol // a let
)

// A Symbol is a declaration of a file.
type Symbol struct {
	Name       string // never blank
	Detail     string // short, "" if there is none; holds no secret
	Kind       SymbolKind
	Deprecated bool      // its comment says "Deprecated:"
	Span       text.Span // all of it, with its comment; covers Focus and the Spans of Below
	Focus      text.Span // its name
	Below      []Symbol
}

// DocumentSymbols returns what a file declares, as a tree in order of the text: its
// documents with their metadata, components, scopes and values, and any other fields.
func (s *Snapshot) DocumentSymbols(path string) []Symbol {
	file := s.index.File(path)
	if file == nil {
		return nil
	}
	describe := symbolist{file: file, secrets: s.Secrets(path), members: make(members)}
	declared := s.outline(file)
	all := describe.symbols(declared)
	r := s.rootDocument(path)
	if r == nil {
		return all
	}
	return describe.wrapped(r, declared, all)
}

// rootDocument returns the document that the package of a file is as a whole, or nil.
func (s *Snapshot) rootDocument(path string) *rule.Resolved {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	for _, r := range s.resolve(p) {
		if len(r.Document.Path) == 0 {
			return r
		}
	}
	return nil
}

type symbolist struct {
	file    *syntax.File
	secrets cascade.Secrets
	members members
}

// wrapped puts what a file says of the document that its package is below a symbol for
// that. Files that say nothing of it stay as they are.
func (d symbolist) wrapped(r *rule.Resolved, declared []*outlined, all []Symbol) []Symbol {
	doc := r.Document
	var whole, focus text.Span
	found := false
	grow := func(span, at text.Span) {
		if !found {
			whole, focus, found = span, at, true
		}
		whole = hull(whole, span)
	}
	if doc.File.Path == d.file.Path && doc.Mark.Len() > 0 {
		grow(doc.Mark, doc.Mark)
		for _, decl := range d.file.AST().Decls {
			if embed, ok := decl.(*ast.EmbedDecl); ok && d.file.Span(embed).Covers(doc.Mark) {
				grow(d.file.Span(embed), doc.Mark)
			}
		}
	}
	for _, f := range declared {
		if f.region == inDocument && f.inner != inPackage || f.region == inValues {
			grow(f.span, f.label)
		}
	}
	if !found {
		return all
	}
	if doc.Name.File != nil && doc.Name.File.Path == d.file.Path && whole.Covers(doc.Name.Span) && doc.Name.Span.Len() > 0 {
		focus = doc.Name.Span
	}
	wrapper := Symbol{Span: whole, Focus: clamp(focus, whole)}
	wrapper.Name, wrapper.Detail, wrapper.Kind = documentSymbol(r)
	var out []Symbol
	at := -1
	for _, symbol := range all {
		switch {
		case whole.Covers(symbol.Span):
			wrapper.Below = append(wrapper.Below, symbol)
			if at < 0 {
				at = len(out)
			}
		default:
			if at < 0 && symbol.Span.Start > whole.Start {
				at = len(out)
			}
			out = append(out, symbol)
		}
	}
	if at < 0 {
		at = len(out)
	}
	return slices.Insert(out, at, wrapper)
}

// documentSymbol returns the name, the detail and the kind of a document's symbol.
func documentSymbol(r *rule.Resolved) (name, detail string, kind SymbolKind) {
	d := r.Document
	name = cmp.Or(d.Name.Value, "(no name)")
	detail = d.Kind.String()
	switch d.Kind {
	case catalogindex.Definition:
		kind = DefinitionSymbol
	case catalogindex.Module:
		kind = ModuleSymbol
	case catalogindex.Release:
		name, kind = d.Title(), ReleaseSymbol
		if below := r.Below(); below != nil {
			detail += " of " + below.Title()
		}
	default:
		return catalogindex.ConfigurationFile, detail, ConfigurationSymbol
	}
	if d.Kind != catalogindex.Release && d.Version.Value != "" {
		detail += " " + d.Version.Value
	}
	return visible(name), detail, kind
}

func (d symbolist) symbols(declared []*outlined) []Symbol {
	var out []Symbol
	for _, f := range declared {
		out = append(out, d.symbol(f))
	}
	return out
}

func (d symbolist) symbol(f *outlined) Symbol {
	symbol := Symbol{Name: visible(f.name), Span: f.span, Focus: f.label, Below: d.symbols(f.below)}
	symbol.Deprecated = isDeprecated(f)
	_, let := f.decl.(*ast.LetClause)
	switch {
	case let:
		symbol.Kind, symbol.Detail = VariableSymbol, d.source(f)
	case f.document != nil:
		symbol.Name, symbol.Detail, symbol.Kind = documentSymbol(f.document)
		if symbol.Detail != "" {
			symbol.Detail = f.name + " · " + symbol.Detail
		}
	case f.node != nil && f.region == inValues:
		symbol.Kind, symbol.Detail = valueSymbol(f.r, f.node)
	case f.region == inComponents:
		symbol.Kind, symbol.Detail = ComponentSymbol, d.workload(f.r, f.name)
	case f.region == inScopes:
		symbol.Kind = ScopeSymbol
		if f.is != nil && f.is.Immutable {
			symbol.Detail = "immutable"
		}
	case f.region == inDocument && f.inner != inPackage, f.r != nil && f.name == f.r.Document.Dialect.Metadata:
		symbol.Kind, symbol.Detail = SlotSymbol, d.source(f)
	case f.isDefinition():
		symbol.Kind, symbol.Detail = SchemaSymbol, d.source(f)
	default:
		symbol.Kind, symbol.Detail = writtenKind(f), d.source(f)
	}
	return symbol
}

// visible returns a name of which something is to be seen, on one line.
func visible(name string) string {
	if strings.TrimSpace(name) == "" || strings.ContainsAny(name, "\n\r\t") {
		return cascade.QuoteLabel(name)
	}
	return shorten(name)
}

// valueSymbol says what a value is: what is effective at its path, in the eyes of the
// document that the file is of, and who says so if that is another layer.
func valueSymbol(r *rule.Resolved, n *cascade.Node) (SymbolKind, string) {
	kind := shapeKind(n)
	switch {
	case n.Undefined:
		return kind, "not a value of this Module"
	case n.Struct:
		return StructSymbol, ""
	case n.Invalid != nil:
		return kind, shorten("must be " + r.Tree.Secrets.Describe(n.Path, n.AllowedBelow()))
	case len(n.Children) > 0:
		return ListSymbol, rule.Plural(len(n.Children), "element")
	case n.Value != nil && n.From >= 0:
		if r.Tree.Secrets.HidesIn(n.Path, n.Value) {
			return kind, coveredUp
		}
		detail := "= " + shorten(r.Tree.Secrets.Show(n.Path, n.Value))
		if top := len(r.Tree.Layers) - 1; n.From != top {
			detail += " · " + r.Tree.Layers[n.From].Document.Kind.Layer()
		}
		return kind, detail
	case n.Unread:
		return kind, "computed"
	}
	return kind, shorten(statement(r, n))
}

// shapeKind returns the kind for a path by its value, or by what is allowed there.
func shapeKind(n *cascade.Node) SymbolKind {
	kinds := cascade.Kind(0)
	switch {
	case n.Struct:
		return StructSymbol
	case n.Value != nil:
		kinds = n.Value.Kind
	case n.Allowed != nil:
		for _, a := range n.Allowed.Alts {
			kinds |= a.Kinds
		}
	}
	switch {
	case kinds == 0:
		return FieldSymbol
	case kinds&^cascade.Number == 0:
		return NumberSymbol
	case kinds&^(cascade.String|cascade.Bytes) == 0:
		return StringSymbol
	case kinds == cascade.Bool:
		return BoolSymbol
	case kinds == cascade.List:
		return ListSymbol
	case kinds == cascade.Struct:
		return StructSymbol
	case kinds == cascade.Null:
		return NullSymbol
	}
	return FieldSymbol
}

// writtenKind returns the kind of a field by what is written behind its label.
func writtenKind(f *outlined) SymbolKind {
	switch x := f.value().(type) {
	case *ast.BasicLit:
		switch x.Kind {
		case token.STRING:
			return StringSymbol
		case token.INT, token.FLOAT:
			return NumberSymbol
		case token.TRUE, token.FALSE:
			return BoolSymbol
		case token.NULL:
			return NullSymbol
		}
	case *ast.Interpolation:
		return StringSymbol
	case *ast.ListLit:
		return ListSymbol
	}
	if len(f.below) > 0 {
		return StructSymbol
	}
	if _, ok := f.value().(*ast.StructLit); ok {
		return StructSymbol
	}
	return FieldSymbol
}

// source returns what is written behind a label if that is short and plain: a scalar or a
// reference.
func (d symbolist) source(f *outlined) string {
	switch x := f.value().(type) {
	case *ast.BasicLit:
		source := d.file.Source(x)
		if d.secrets.Names(f.path()) || cascade.LooksSecret(source) {
			return coveredUp
		}
		if !strings.ContainsAny(source, "\n\r") {
			return shorten(source)
		}
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		if catalogindex.SelectorNames(x) != nil {
			return shorten(strings.Join(strings.Fields(d.file.Source(x)), ""))
		}
	}
	return ""
}

// workload returns what kind of component a component is, as the highest layer that says it
// does.
func (d symbolist) workload(r *rule.Resolved, name string) string {
	for _, document := range slices.Backward(r.Chain) {
		m := d.members.named(document, inComponents, name)
		if m == nil {
			continue
		}
		meta := catalogindex.StructParts(catalogindex.Fields(m.Parts, document.Dialect.Metadata))
		for _, label := range []string{"workloadType", "type"} {
			if said := catalogindex.Literals(meta, label); len(said) > 0 && said[0].Value != "" {
				return visible(said[0].Value)
			}
		}
	}
	return ""
}

// isDeprecated reports whether the comments on a declaration say so, in any layer.
func isDeprecated(f *outlined) bool {
	if f.node != nil {
		for _, layer := range f.node.Layers {
			if layer != nil && slices.ContainsFunc(layer.Decls, func(d cascade.Decl) bool { return saysDeprecated(d.Doc) }) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(ast.Comments(f.decl), func(c *ast.CommentGroup) bool { return c.Doc && saysDeprecated(c.Text()) })
}

// saysDeprecated reports whether a paragraph of a comment begins with "Deprecated:", as in
// many languages.
func saysDeprecated(doc string) bool {
	return slices.ContainsFunc(strings.Split(doc, "\n\n"), func(paragraph string) bool {
		return strings.HasPrefix(strings.TrimSpace(paragraph), "Deprecated:")
	})
}
