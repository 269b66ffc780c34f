package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A schemaReader follows the names in schemas: OPM's core, its traits, and templates of the
// workspace. It reads syntax alone, and gathers all that any alternative allows: it is for
// offering what may stand at a place.
type schemaReader struct {
	index   *catalogindex.Index
	secrets cascade.Secrets
	under   cascade.Path // the fields that lead to what was looked at last
	seen    map[ast.Expr]bool
}

func (c *completer) schemas() *schemaReader {
	return &schemaReader{index: c.s.index, secrets: c.s.Secrets(c.file.Path)}
}

// A schemaField is a field that a schema has.
type schemaField struct {
	name     string
	required bool // it has to be set, as far as its declarations tell
	doc      string
	values   []catalogindex.Operand
	embedded bool // some declaration is one of OPM's own
}

// maxSchemaDepth is how many names are followed from one to the next.
const maxSchemaDepth = 12

// expand returns what expressions come to: struct literals, lists, scalars and types.
func (s *schemaReader) expand(operands []catalogindex.Operand) []catalogindex.Operand {
	s.seen = make(map[ast.Expr]bool)
	var out []catalogindex.Operand
	for _, o := range operands {
		out = append(out, s.follow(o, 0)...)
	}
	return out
}

func (s *schemaReader) follow(o catalogindex.Operand, depth int) []catalogindex.Operand {
	if o.Expr == nil || depth > maxSchemaDepth || s.seen[o.Expr] {
		return nil
	}
	s.seen[o.Expr] = true
	with := func(expr ast.Expr) []catalogindex.Operand {
		return s.follow(catalogindex.Operand{File: o.File, Expr: expr}, depth)
	}
	switch x := o.Expr.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.AND || x.Op == token.OR {
			return append(with(x.X), with(x.Y)...)
		}
	case *ast.UnaryExpr:
		if x.Op == token.MUL {
			return with(x.X)
		}
	case *ast.ParenExpr:
		return with(x.X)
	case *ast.Alias:
		return with(x.Expr)
	case *ast.StructLit:
		out := []catalogindex.Operand{o}
		for _, d := range x.Elts {
			if embed, ok := d.(*ast.EmbedDecl); ok {
				out = append(out, with(embed.Expr)...)
			}
		}
		return out
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		targets := s.targets(o, depth)
		if targets == nil {
			return []catalogindex.Operand{o}
		}
		var out []catalogindex.Operand
		for _, t := range targets {
			out = append(out, s.follow(t, depth+1)...)
		}
		return out
	case nil:
		return nil
	}
	return []catalogindex.Operand{o}
}

// targets returns what a name, or a selector, stands for; nil if that is not known.
func (s *schemaReader) targets(o catalogindex.Operand, depth int) []catalogindex.Operand {
	switch x := o.Expr.(type) {
	case *ast.Ident:
		return s.named(o.File, x)
	case *ast.SelectorExpr:
		name, ok := syntax.LabelName(x.Sel)
		if !ok {
			return nil
		}
		if base, ok := x.X.(*ast.Ident); ok {
			if imp := importNamed(s.index, o.File, base); imp != nil {
				target := s.index.ResolveImport(o.File, imp.Path)
				if target.Package == nil {
					return nil
				}
				return valuesOf(rootFields(target.Package, name))
			}
		}
		return s.value(s.follow(catalogindex.Operand{File: o.File, Expr: x.X}, depth+1), name)
	}
	return nil
}

// named returns what a name stands for in a file.
func (s *schemaReader) named(file *syntax.File, ident *ast.Ident) []catalogindex.Operand {
	switch node := ident.Node.(type) {
	case *ast.ImportSpec:
		return nil
	case *ast.LetClause:
		return []catalogindex.Operand{{File: file, Expr: node.Expr}}
	case *ast.Field:
		return []catalogindex.Operand{{File: file, Expr: node.Value}}
	case ast.Expr:
		if _, inFile := ident.Scope.(*ast.File); !inFile {
			return []catalogindex.Operand{{File: file, Expr: node}}
		}
	}
	p := s.index.PackageOf(file.Path)
	if p == nil {
		return nil
	}
	if found := valuesOf(rootFields(p, ident.Name)); found != nil || p.Embedded {
		return found
	}
	return valuesOf(rootFields(s.index.Core(), ident.Name))
}

// importNamed returns the import that a name in a file means, or nil.
func importNamed(index *catalogindex.Index, file *syntax.File, ident *ast.Ident) *syntax.Import {
	f := placeFinder{snapshot: &Snapshot{index: index}, file: file}
	return f.importOf(ident)
}

func valuesOf(fields []catalogindex.Field) []catalogindex.Operand {
	var out []catalogindex.Operand
	for _, f := range fields {
		out = append(out, catalogindex.Operand{File: f.File, Expr: f.Field.Value})
	}
	return out
}

// fields returns the fields of what was expanded, in the order in which they are met.
func (s *schemaReader) fields(operands []catalogindex.Operand) []schemaField {
	var out []schemaField
	at := make(map[string]int)
	for _, o := range operands {
		lit, ok := o.Expr.(*ast.StructLit)
		if !ok {
			continue
		}
		own := s.index.PackageOf(o.File.Path)
		for _, f := range catalogindex.AllFields([]catalogindex.Part{{File: o.File, Decls: lit.Elts}}) {
			i, met := at[f.Name]
			if !met {
				i = len(out)
				at[f.Name] = i
				out = append(out, schemaField{name: f.Name})
			}
			field := &out[i]
			field.values = append(field.values, catalogindex.Operand{File: f.File, Expr: f.Field.Value})
			field.embedded = field.embedded || own != nil && own.Embedded
			if field.doc == "" {
				field.doc = commentOf(f.Field)
			}
			field.required = field.required || f.Field.Constraint == token.NOT || f.Field.Constraint == token.ILLEGAL && needsValue(f.Field.Value)
		}
	}
	return slices.DeleteFunc(out, func(f schemaField) bool {
		return slices.ContainsFunc(f.values, func(o catalogindex.Operand) bool { _, never := o.Expr.(*ast.BottomLit); return never })
	})
}

// needsValue reports whether an expression has no default and is no value by itself, as far
// as its form tells.
func needsValue(expr ast.Expr) bool {
	switch x := expr.(type) {
	case *ast.BinaryExpr:
		return needsValue(x.X) && needsValue(x.Y)
	case *ast.UnaryExpr:
		return x.Op != token.MUL
	case *ast.BasicLit, *ast.StructLit, *ast.ListLit:
		return false
	}
	return true
}

// commentOf returns the comment above a declaration, without its slashes.
func commentOf(n ast.Node) string {
	var lines []string
	for _, group := range ast.Comments(n) {
		if group.Doc {
			for _, c := range group.List {
				lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(c.Text, "//"), " "))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// value returns what was expanded says of one field, or of an element of a list.
func (s *schemaReader) value(operands []catalogindex.Operand, label string) []catalogindex.Operand {
	var out []catalogindex.Operand
	for _, o := range operands {
		switch x := o.Expr.(type) {
		case *ast.StructLit:
			for _, d := range x.Elts {
				field, ok := d.(*ast.Field)
				if !ok {
					continue
				}
				name, plain := syntax.LabelName(field.Label)
				_, pattern := field.Label.(*ast.ListLit)
				if plain && name == label || pattern && !plain {
					out = append(out, catalogindex.Operand{File: o.File, Expr: field.Value})
				}
			}
		case *ast.ListLit:
			if !strings.HasPrefix(label, "[") {
				continue
			}
			for _, e := range x.Elts {
				if rest, ok := e.(*ast.Ellipsis); ok && rest.Type != nil {
					out = append(out, catalogindex.Operand{File: o.File, Expr: rest.Type})
				}
			}
		}
	}
	return out
}

// at returns what operands come to at a path below them.
func (s *schemaReader) at(operands []catalogindex.Operand, path []string) []catalogindex.Operand {
	s.under = path
	operands = s.expand(operands)
	for _, label := range path {
		operands = s.expand(s.value(operands, label))
	}
	return operands
}

// members returns the scalars that what was expanded names, in order: an enumeration.
func (s *schemaReader) members(file *syntax.File, operands []catalogindex.Operand) []string {
	var out []string
	add := func(member string) {
		if !slices.Contains(out, member) {
			out = append(out, member)
		}
	}
	for _, o := range operands {
		if p := s.index.PackageOf(o.File.Path); o.File == file || p == nil {
			continue
		}
		switch x := o.Expr.(type) {
		case *ast.BasicLit:
			add(o.File.Source(x))
		case *ast.Ident:
			if x.Name == "bool" {
				add("true")
				add("false")
			}
		}
	}
	return out
}

// detailOf says in short what a field may hold.
func (s *schemaReader) detailOf(f schemaField) string {
	for _, o := range f.values {
		if _, ok := o.Expr.(*ast.StructLit); ok {
			continue
		}
		source := o.File.Source(o.Expr)
		if holdsLiteral(o.Expr) && (s.secrets.Names(s.under.Child(f.name)) || cascade.LooksSecret(source)) {
			return coveredUp
		}
		return shorten(strings.Join(strings.Fields(source), " "))
	}
	return "a struct"
}

// holdsLiteral reports whether a value is written out in an expression.
func holdsLiteral(expr ast.Expr) bool {
	found := false
	ast.Walk(expr, func(n ast.Node) bool {
		_, is := n.(*ast.BasicLit)
		found = found || is
		return !found
	}, nil)
	return found
}

// holdsFields reports whether a field may hold fields.
func (s *schemaReader) holdsFields(f schemaField) bool {
	return slices.ContainsFunc(s.expand(f.values), func(o catalogindex.Operand) bool { _, ok := o.Expr.(*ast.StructLit); return ok })
}
