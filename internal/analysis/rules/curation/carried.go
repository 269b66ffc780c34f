package curation

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A slot is the components or the scopes of a document: what the document writes of them
// itself, and what the layers below have, to which it may add and from which it may take
// nothing away.
type slot struct {
	*rule.Resolved
	pass  *rule.Pass
	word  string // "component" or "scope"
	label string // of the field that holds them
	own   []member
	below []member
	// ownWhole and belowWhole say that those are all: nothing that cannot be read may hold
	// more of them.
	ownWhole, belowWhole bool
}

// A member is a component or a scope of one document, with all its declarations there.
type member struct {
	catalogindex.Member
	document *catalogindex.Document
	fields   []catalogindex.Field
	// partial says that something else in the slot may add to the member: a pattern that
	// is laid over all of them, say.
	partial bool
}

// componentsOf returns the components of a document.
func componentsOf(p *rule.Pass, r *rule.Resolved) *slot {
	return newSlot(p, r, "component", r.Document.Dialect.Components)
}

// scopesOf returns the scopes of a document. A document of a form without scopes has none.
func scopesOf(p *rule.Pass, r *rule.Resolved) *slot {
	return newSlot(p, r, "scope", r.Document.Dialect.Scopes)
}

// slotsOf returns both.
func slotsOf(p *rule.Pass, r *rule.Resolved) []*slot {
	return []*slot{componentsOf(p, r), scopesOf(p, r)}
}

func newSlot(p *rule.Pass, r *rule.Resolved, word, label string) *slot {
	s := &slot{Resolved: r, pass: p, word: word, label: label}
	if label == "" {
		return s
	}
	s.own, s.ownWhole = s.members(r.Document)
	s.belowWhole = s.isLowest() || r.Complete
	for _, d := range r.Chain[:len(r.Chain)-1] {
		members, whole := s.members(d)
		for _, m := range members {
			if find(s.below, m.Name) == nil {
				s.below = append(s.below, m)
			}
		}
		s.belowWhole = s.belowWhole && whole
	}
	return s
}

// labelIn returns the label of the slot in another document, which may be of another form.
func (s *slot) labelIn(d *catalogindex.Document) string {
	if s.word == "component" {
		return d.Dialect.Components
	}
	return d.Dialect.Scopes
}

// isLowest reports whether the document refers to no other by its kind.
func (s *slot) isLowest() bool { return s.Document.Dialect.Reference[s.Document.Kind] == "" }

// members returns what a document writes into the slot, and whether that is all that it
// puts there.
func (s *slot) members(d *catalogindex.Document) (members []member, whole bool) {
	label := s.labelIn(d)
	whole = s.isWhole(d)
	partial := !whole || hasPattern(d, label)
	all := d.Components()
	if s.word == "scope" {
		all = d.Scopes()
	}
	fields := catalogindex.AllFields(d.Slot(label))
	for _, m := range all {
		if strings.HasPrefix(m.Name, "_") || strings.HasPrefix(m.Name, "#") {
			continue // a helper of its author's
		}
		of := slices.DeleteFunc(slices.Clone(fields), func(f catalogindex.Field) bool { return f.Name != m.Name })
		if !slices.ContainsFunc(of, func(f catalogindex.Field) bool { return isOutOfJoint(f.File) }) {
			members = append(members, member{Member: m, document: d, fields: of, partial: partial})
		}
	}
	return members, whole
}

// isOutOfJoint reports whether a brace is missing or left over somewhere in a file, so that
// nobody knows what stands in which struct.
func isOutOfJoint(file *syntax.File) bool {
	return slices.ContainsFunc(file.Problems, func(p syntax.Problem) bool { return p.Extent == syntax.InFile })
}

func find(members []member, name string) *member {
	if i := slices.IndexFunc(members, func(m member) bool { return m.Name == name }); i >= 0 {
		return &members[i]
	}
	return nil
}

func namesOf(members ...[]member) []string {
	var names []string
	for _, m := range slices.Concat(members...) {
		if !slices.Contains(names, m.Name) {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return names
}

// A composition is what is unified to be a member.
type composition struct {
	parts   []catalogindex.Part    // its structs, those of templates of its package included
	schemas []catalogindex.Operand // of OPM's schemas and traits
	unknown bool                   // there is more, which cannot be read
}

func (m *member) composition(index *catalogindex.Index) composition {
	var c composition
	for _, o := range m.operands() {
		literal, ok := o.Expr.(*ast.StructLit)
		switch {
		case ok:
			c.parts = append(c.parts, catalogindex.Part{File: o.File, Decls: literal.Elts, Span: o.File.Span(literal)})
			c.unknown = c.unknown || slices.ContainsFunc(literal.Elts, addsUnknown)
		case isSchema(index, o):
			c.schemas = append(c.schemas, o)
		case isTop(o.Expr), m.isTemplate(o):
		default:
			c.unknown = true
		}
	}
	c.unknown = c.unknown || slices.ContainsFunc(c.parts, cascade.MayHaveLost) || m.isUnfinished()
	return c
}

// isUnfinished reports whether there may be more of the member than its declarations say,
// or somebody is still typing one of those.
func (m *member) isUnfinished() bool {
	return m.partial || slices.ContainsFunc(m.fields, func(f catalogindex.Field) bool {
		return f.Field.Value == nil || !cascade.IsMended(f.File, f.File.Span(f.Field))
	})
}

// operands returns what is unified to be the member. What the name of a template stands
// for stands behind it.
func (m *member) operands() []catalogindex.Operand {
	var out []catalogindex.Operand
	for _, f := range m.fields {
		out = append(out, catalogindex.Operands(f.File, f.Field.Value)...)
	}
	return m.document.Package.Expand(out)
}

// isTemplate reports whether an operand is a name of the package that stands for others.
func (m *member) isTemplate(o catalogindex.Operand) bool {
	_, ok := o.Expr.(*ast.Ident)
	return ok && len(m.document.Package.Expand([]catalogindex.Operand{o})) > 1
}

// isWhole reports whether the names that a document writes into the slot are all that it
// puts there.
func (s *slot) isWhole(d *catalogindex.Document) bool {
	label := s.labelIn(d)
	if s.pass.Index.IsPartial(d.Package) || slices.ContainsFunc(d.Parts(), cascade.MayHaveLost) || hasConditional(d, label) {
		return false
	}
	for _, f := range catalogindex.Fields(d.Parts(), label) {
		for _, o := range catalogindex.Operands(f.File, f.Field.Value) {
			literal, ok := o.Expr.(*ast.StructLit)
			switch {
			case ok && slices.ContainsFunc(literal.Elts, addsUnknown):
				return false
			case !ok && !isTop(o.Expr) && !s.isSlotBelow(o.File, o.Expr):
				return false
			}
		}
	}
	return true
}

// addsUnknown reports whether a declaration may add fields whose names cannot be read.
func addsUnknown(d ast.Decl) bool {
	switch d := d.(type) {
	case *ast.Field:
		_, plain := syntax.LabelName(d.Label)
		_, pattern := d.Label.(*ast.ListLit)
		return !plain && !pattern
	case *ast.Comprehension, *ast.BadDecl:
		return true
	}
	return false
}

// hasPattern reports whether a document lays something over all members at once:
// components: [string]: {…}.
func hasPattern(d *catalogindex.Document, label string) bool {
	return slices.ContainsFunc(d.Slot(label), func(p catalogindex.Part) bool {
		return slices.ContainsFunc(p.Decls, func(decl ast.Decl) bool {
			f, ok := decl.(*ast.Field)
			if !ok {
				return false
			}
			_, ok = f.Label.(*ast.ListLit)
			return ok
		})
	})
}

// hasConditional reports whether the document writes the field under a condition.
func hasConditional(d *catalogindex.Document, label string) bool {
	for _, p := range d.Parts() {
		for _, decl := range p.Decls {
			c, ok := decl.(*ast.Comprehension)
			if !ok {
				continue
			}
			body, ok := c.Value.(*ast.StructLit)
			if !ok || len(catalogindex.Fields([]catalogindex.Part{{File: p.File, Decls: body.Elts}}, label)) > 0 {
				return true
			}
		}
	}
	return false
}

func isTop(expr ast.Expr) bool {
	name, ok := expr.(*ast.Ident)
	return ok && name.Name == "_"
}

// isSlotBelow reports whether an expression is the whole slot of the layer below, such as
// #moduleDefinition.components.
func (s *slot) isSlotBelow(file *syntax.File, expr ast.Expr) bool {
	names, ok := s.pathBelow(file, expr)
	return ok && slices.Equal(names, []string{s.labelBelow()})
}

// memberBelow returns the name of the member of the layer below that an expression is:
// "server" for #moduleDefinition.components.server.
func (s *slot) memberBelow(file *syntax.File, expr ast.Expr) (name string, ok bool) {
	names, ok := s.pathBelow(file, expr)
	if !ok || len(names) != 2 || names[0] != s.labelBelow() {
		return "", false
	}
	return names[1], true
}

func (s *slot) labelBelow() string {
	if d := s.Below(); d != nil {
		return s.labelIn(d)
	}
	return s.label
}

// pathBelow returns the names of the fields through which an expression leads into the
// document below, by the slot that refers to it or by its import: components and server
// for #moduleDefinition.components.server and for
// original.#ModuleDefinition.components.server.
func (s *slot) pathBelow(file *syntax.File, expr ast.Expr) ([]string, bool) {
	expr = withoutLets(expr)
	names := catalogindex.SelectorNames(expr)
	ref := s.Document.Reference
	if len(names) == 0 || ref == nil {
		return nil, false
	}
	if names[0] == s.Document.Dialect.Reference[s.Document.Kind] {
		return names[1:], true
	}
	n := len(ref.Names)
	if n > 0 && len(names) > n && slices.Equal(names[:n], ref.Names) && (file == ref.File || ref.Import != nil && imports(file, names[0]) == ref.Import.Path) {
		return names[n:], true
	}
	if below := s.Below(); below != nil && ref.Import != nil && imports(file, names[0]) == ref.Import.Path {
		if rest := names[1:]; len(rest) > len(below.Path) && slices.Equal(rest[:len(below.Path)], below.Path) {
			return rest[len(below.Path):], true
		}
	}
	return nil, false
}

// imports returns the path of a file's import by its name, or "".
func imports(file *syntax.File, name string) string {
	for _, imp := range file.Imports() {
		if imp.Name == name {
			return imp.Path
		}
	}
	return ""
}

// maxLets is how many names of a let are followed from one to the next.
const maxLets = 8

// withoutLets returns what the name of a let stands for.
func withoutLets(expr ast.Expr) ast.Expr {
	for range maxLets {
		switch x := expr.(type) {
		case *ast.ParenExpr:
			expr = x.X
			continue
		case *ast.Ident:
			if let, ok := x.Node.(*ast.LetClause); ok {
				expr = let.Expr
				continue
			}
		}
		return expr
	}
	return expr
}

// added returns the members that the document adds to those of the layers below; none if
// nobody can say which those are.
func (s *slot) added() []member {
	if s.isLowest() || !s.Complete || !s.belowWhole {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.own), func(m member) bool {
		return find(s.below, m.Name) != nil
	})
}

// writes returns the slot as the document writes it: in a field of its own, and, where it
// does, behind the reference to the layer below, as in
//
//	#moduleDefinition: original.#ModuleDefinition & {components: server: replicas: 5}
func (s *slot) writes() []*slot {
	out := []*slot{s}
	ref := s.Document.Reference
	if ref == nil || len(catalogindex.Fields(ref.Overrides(), s.labelBelow())) == 0 {
		return out
	}
	behind, document := *s, s.Document.WithParts(ref.Overrides())
	behind.Resolved = s.Resolved.As(document)
	behind.own, behind.ownWhole = behind.members(document)
	return append(out, &behind)
}

// curating returns the Modules of a pass that are known down to their definition.
func curating(p *rule.Pass) []*rule.Resolved {
	return slices.DeleteFunc(p.Modules(), func(r *rule.Resolved) bool { return !r.Complete })
}

// writing returns the documents of a pass that may write components and scopes.
func writing(p *rule.Pass) []*rule.Resolved {
	return append(p.Definitions(), p.Modules()...)
}

// title names the document in a sentence.
func (m *member) title() string { return rule.LayerTitle(m.document) }

// location returns where the name of the member stands.
func (m *member) location() rule.Location { return rule.At(m.File, m.Label) }

// selector returns what stands behind an expression to select a field: .server, or
// ["platform-agent"].
func selector(name string) string {
	if label := cascade.QuoteLabel(name); label != name {
		return "[" + label + "]"
	}
	return "." + name
}

// slotBelowText returns how the document writes the slot of the layer below.
func (s *slot) slotBelowText() string {
	return s.Document.Dialect.Reference[s.Document.Kind] + "." + s.labelBelow()
}

// partOf returns the innermost part of the document that a span lies in.
func partOf(d *catalogindex.Document, file *syntax.File, span text.Span) (catalogindex.Part, bool) {
	var best catalogindex.Part
	found := false
	for _, p := range d.Parts() {
		if p.File == file && p.Span.Covers(span) && (!found || best.Span.Covers(p.Span)) {
			best, found = p, true
		}
	}
	return best, found
}
