package cue

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// targetField is the field of a scope that lists the components which it applies to.
const targetField = "appliesTo"

// A scope knows the names that any file of a package can read.
type scope struct {
	pass  *rule.Pass
	names map[string]bool // of the package
	core  map[string]bool // of OPM's core
	slots map[string]bool // of documents: the core schema has them where the file does not
	// lost says that a file which may define any name does not parse.
	lost   bool
	broken map[*syntax.File]brokenFile
	places map[*syntax.File][]documentPlace
}

// A documentPlace is one of the parts of a document in a file.
type documentPlace struct {
	span     text.Span
	document *rule.Resolved
	around   int // the innermost place around it, or -1
}

// scopeOf returns the scope of a pass's package, which its rules share.
func scopeOf(p *rule.Pass) *scope {
	type key struct{}
	return p.Once(key{}, func() any { return newScope(p) }).(*scope)
}

func newScope(p *rule.Pass) *scope {
	s := &scope{pass: p, names: make(map[string]bool), broken: make(map[*syntax.File]brokenFile)}
	core := p.Index.Core()
	s.core = coreNames(core)
	s.slots = slotNames(core, p.Package.Documents)
	s.lost = isBroken(core)
	for _, pkg := range append([]*catalogindex.Package{p.Package}, p.Index.Joined(p.Package)...) {
		addDeclared(s.names, pkg)
		s.lost = s.lost || isBroken(pkg)
	}
	for _, f := range p.Package.Files {
		s.broken[f] = brokenIn(f)
	}
	s.places = placesOf(p.Resolved)
	return s
}

// addDeclared adds the names that the files of a package declare.
func addDeclared(names map[string]bool, p *catalogindex.Package) {
	for _, f := range p.Files {
		for _, name := range declared(f.AST().Decls) {
			names[name] = true
		}
	}
}

// coreNames returns the names that OPM's core declares.
func coreNames(core *catalogindex.Package) map[string]bool {
	type key struct{}
	return core.Derived(key{}, func() any {
		names := make(map[string]bool)
		addDeclared(names, core)
		return names
	}).(map[string]bool)
}

// slotNames returns the labels that documents of the same forms as some may have at their tops, of
// whatever kind: a template may be of any. They are remembered beside the core.
func slotNames(core *catalogindex.Package, documents []*catalogindex.Document) map[string]bool {
	type key struct{ dialect *catalogindex.Dialect }
	ofDialect := func(dialect *catalogindex.Dialect) map[string]bool {
		return core.Derived(key{dialect}, func() any {
			names := make(map[string]bool)
			for k := catalogindex.Definition; k <= catalogindex.Release; k++ {
				for _, slot := range dialect.Slots(k) {
					names[slot] = true
				}
			}
			return names
		}).(map[string]bool)
	}
	var names map[string]bool
	for i, d := range documents {
		switch of := ofDialect(d.Dialect); {
		case i == 0:
			names = of
		case d.Dialect != documents[0].Dialect:
			names = maps.Clone(names)
			maps.Copy(names, of)
		}
	}
	return names
}

// has reports whether the package, OPM's core or a slot has a name.
func (s *scope) has(name string) bool { return s.names[name] || s.core[name] || s.slots[name] }

// placesOf returns where documents stand in each file, in order of their beginnings. Struct
// literals lie in each other or apart.
func placesOf(resolved []*rule.Resolved) map[*syntax.File][]documentPlace {
	places := make(map[*syntax.File][]documentPlace)
	for _, r := range resolved {
		for _, part := range r.Document.Parts() {
			places[part.File] = append(places[part.File], documentPlace{part.Span, r, -1})
		}
	}
	for _, in := range places {
		slices.SortStableFunc(in, func(a, b documentPlace) int {
			return cmp.Or(cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(b.span.End, a.span.End))
		})
		for i := range in {
			at := i - 1
			for at >= 0 && !in[at].span.Covers(in[i].span) {
				at = in[at].around
			}
			in[i].around = at
		}
	}
	return places
}

// declared returns the names that declarations define for what stands beside and below
// them. A label in quotes is no name.
func declared(decls []ast.Decl) []string {
	var names []string
	add := func(ident *ast.Ident) {
		if ident != nil {
			names = append(names, ident.Name)
		}
	}
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			label := d.Label
			if alias, ok := label.(*ast.Alias); ok {
				add(alias.Ident)
				label, _ = alias.Expr.(ast.Label)
			}
			if ident, ok := label.(*ast.Ident); ok {
				add(ident)
			}
			if d.Alias != nil {
				add(d.Alias.Label)
				add(d.Alias.Field)
			}
		case *ast.LetClause:
			add(d.Ident)
		case *ast.Alias:
			add(d.Ident)
		}
	}
	return names
}

// defines reports whether something defines the name that a use reads, or may define it
// in a place that does not parse.
func (s *scope) defines(u use) bool {
	name := u.name()
	return u.ident.Node != nil || s.has(name) || s.lost || cascade.IsPredeclared(name) ||
		s.importOf(u) != nil || s.broken[u.file].imports || s.broken[u.file].covers(u.span())
}

// importOf returns the import whose name a use reads, or nil.
func (s *scope) importOf(u use) *syntax.Import {
	imports := u.file.Imports()
	for i := range imports {
		imp := &imports[i]
		switch {
		case u.ident.Node == imp.Spec():
			return imp
		case u.ident.Node != nil || s.has(u.name()):
		case imp.Name == u.name():
			return imp
		case imp.Spec().Name == nil: // it goes by the name of the package
			if target := s.pass.Index.ResolveImport(u.file, imp.Path); target.Package != nil && target.Package.Name == u.name() {
				return imp
			}
		}
	}
	return nil
}

// undefined returns the uses of a file whose name nothing defines, in order.
func (s *scope) undefined(f *syntax.File) []use {
	if !slices.ContainsFunc(f.AST().Unresolved, func(ident *ast.Ident) bool {
		return !s.has(ident.Name) && !cascade.IsPredeclared(ident.Name)
	}) {
		return nil
	}
	return slices.DeleteFunc(usesOf(f), s.defines)
}

// documentAt returns the document in which a use stands, the innermost one; nil if it
// stands in none.
func (s *scope) documentAt(u use) *rule.Resolved {
	span, places := u.span(), s.places[u.file]
	at, _ := slices.BinarySearchFunc(places, span.Start+1, func(p documentPlace, start int) int { return cmp.Compare(p.span.Start, start) })
	for at--; at >= 0; at = places[at].around {
		if places[at].span.Covers(span) {
			return places[at].document
		}
	}
	return nil
}

// visible returns the names that can be read where a use stands, sorted, without those of
// the fields around it: a field does not read itself.
func (s *scope) visible(u use) []string {
	names := maps.Clone(s.names)
	maps.Copy(names, s.core)
	maps.Copy(names, s.slots)
	for _, name := range cascade.Predeclared() {
		names[name] = true
	}
	for _, imp := range u.file.Imports() {
		names[imp.Name] = true
	}
	add := func(more ...string) {
		for _, name := range more {
			names[name] = true
		}
	}
	at := u.ident.Pos().Offset()
	var around []string
	ast.Walk(u.file.AST(), func(n ast.Node) bool {
		if _, isFile := n.(*ast.File); !isFile && (at < n.Pos().Offset() || n.End().Offset() <= at) {
			return false
		}
		switch n := n.(type) {
		case *ast.StructLit:
			add(declared(n.Elts)...)
		case *ast.Field:
			around = append(around, declared([]ast.Decl{n})...)
			if alias, ok := n.Value.(*ast.Alias); ok {
				add(alias.Ident.Name)
			}
			if list, ok := n.Label.(*ast.ListLit); ok && len(list.Elts) == 1 {
				if alias, ok := list.Elts[0].(*ast.Alias); ok {
					add(alias.Ident.Name)
				}
			}
		case *ast.Comprehension:
			for _, c := range n.Clauses {
				add(bound(c)...)
			}
		}
		return true
	}, nil)
	for _, name := range around {
		if !s.slots[name] {
			delete(names, name)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// bound returns the names that a clause of a comprehension binds.
func bound(c ast.Clause) []string {
	var names []string
	add := func(ident *ast.Ident) {
		if ident != nil {
			names = append(names, ident.Name)
		}
	}
	switch c := c.(type) {
	case *ast.ForClause:
		add(c.Key)
		add(c.Value)
	case *ast.LetClause:
		add(c.Ident)
	case *ast.TryClause:
		add(c.Ident)
	}
	return names
}

// nearest returns the visible name that somebody who wrote another one most likely meant;
// "" if none is near. A definition is meant by the name of one, and a hidden field, too.
func (s *scope) nearest(u use) string {
	prefix := namePrefix(u.name())
	return rule.Nearest(u.name(), slices.DeleteFunc(s.visible(u), func(name string) bool { return namePrefix(name) != prefix }))
}

// namePrefix returns what tells a definition or a hidden field from others: # or _, or "".
func namePrefix(name string) string {
	return name[:len(name)-len(strings.TrimLeft(name, "_#"))]
}

// members returns the names of the components, or of the scopes, of a document and of those
// below it, sorted.
func members(r *rule.Resolved, of func(*catalogindex.Document) []catalogindex.Member) []string {
	var names []string
	for _, d := range r.Chain {
		for _, m := range of(d) {
			names = append(names, m.Name)
		}
	}
	slices.SortFunc(names, cmp.Compare[string])
	return slices.Compact(names)
}
