package curation

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Module carries the members of its definition by
//
//	components: #moduleDefinition.components
//
// or by a list that names every one, by a loop over them, or, where it says nothing of
// them, through the core schema, which inherits. It does not carry one that it leaves out
// of a list, filters away in a loop, or sets to nothing: CUE brings that back, silently.

// reportRemoved reports the members of a slot that the Module does not carry.
func reportRemoved(p *rule.Pass, s *slot) {
	if len(s.below) == 0 {
		return
	}
	c := s.carrying()
	for _, m := range s.below {
		switch how := c.of(m.Name); {
		case how == nil:
		case how.field != nil:
			reportNothing(p, s, m, how)
		case how.loop != nil:
			reportFiltered(p, s, m, how)
		default:
			reportLeftOut(p, s, m, how)
		}
	}
}

// A removal is how a Module takes a member away.
type removal struct {
	file *syntax.File
	span text.Span
	// slot is the field that holds the list or the loop.
	slot  catalogindex.Field
	loop  *filter             // that leaves the member out, or nil
	field *catalogindex.Field // that sets the member to nothing, or nil
}

// A carrying says how a document takes over the members of the layer below.
type carrying struct {
	whole   bool // it takes all of them over at once
	unknown bool // perhaps: something cannot be read
	named   map[string]bool
	list    *catalogindex.Field // the field in which members stand for themselves
	filters []*filter
	nothing map[string]removal
}

// of returns how a member is taken away, nil if it is not.
func (c *carrying) of(name string) *removal {
	if how, ok := c.nothing[name]; ok {
		return &how
	}
	if c.whole || c.unknown || c.named[name] {
		return nil
	}
	var by *removal
	for _, f := range c.filters {
		out, leaves := f.leavesOut(name)
		if !leaves {
			return nil
		}
		by = &removal{file: f.file, span: f.file.Span(out), slot: f.slot, loop: f}
	}
	if by == nil && c.list != nil {
		by = &removal{file: c.list.File, span: c.list.Label(), slot: *c.list}
	}
	return by
}

func (s *slot) carrying() *carrying {
	d := s.Document
	c := &carrying{
		named:   make(map[string]bool),
		nothing: make(map[string]removal),
		unknown: hasConditional(d, s.label) || slices.ContainsFunc(d.Parts(), cascade.MayHaveLost),
	}
	for _, f := range catalogindex.Fields(d.Parts(), s.label) {
		for _, o := range catalogindex.Operands(f.File, f.Field.Value) {
			literal, ok := o.Expr.(*ast.StructLit)
			switch {
			case ok:
				for _, decl := range literal.Elts {
					s.declaration(c, f, o.File, literal, decl)
				}
			case s.isSlotBelow(o.File, o.Expr):
				c.whole = true
			case !isTop(o.Expr):
				c.unknown = true
			}
		}
	}
	return c
}

// declaration notes what one declaration in the slot carries.
func (s *slot) declaration(c *carrying, of catalogindex.Field, file *syntax.File, around *ast.StructLit, decl ast.Decl) {
	switch x := decl.(type) {
	case *ast.Field:
		name, ok := syntax.LabelName(x.Label)
		switch {
		case !ok:
			c.unknown = c.unknown || addsUnknown(x)
		case find(s.below, name) == nil || x.Constraint != token.ILLEGAL:
		case isNothing(x.Value):
			field := catalogindex.Field{File: file, Field: x, Name: name}
			c.nothing[name] = removal{file: file, span: file.Span(x.Value), slot: of, field: &field}
		default:
			c.named[name] = true
			if c.list == nil && s.standsForItself(file, name, x.Value) {
				c.list = &of
			}
		}
	case *ast.Comprehension:
		f, kind := s.readLoop(file, x)
		switch kind {
		case carries:
			f.slot, f.around = of, around
			c.filters = append(c.filters, f)
		case unreadable:
			c.unknown = true
		}
	case *ast.BadDecl:
		c.unknown = true
	}
}

// isNothing reports whether a value is one that people write to take a field away.
func isNothing(value ast.Expr) bool {
	switch x := value.(type) {
	case *ast.BottomLit:
		return true
	case *ast.BasicLit:
		return x.Kind == token.NULL
	}
	return false
}

// standsForItself reports whether what a Module writes under the name of a member is the
// member, as an element of a list: a reference to it, or the member in full. Fields to lay
// over it are neither, also beside the name of a schema.
func (s *slot) standsForItself(file *syntax.File, name string, value ast.Expr) bool {
	var own []catalogindex.Part
	for _, o := range catalogindex.Operands(file, value) {
		literal, ok := o.Expr.(*ast.StructLit)
		switch {
		case ok:
			own = append(own, catalogindex.Part{File: o.File, Decls: literal.Elts})
		case !isSchema(s.pass.Index, o):
			return true
		}
	}
	metadata := catalogindex.StructParts(catalogindex.Fields(own, s.Document.Dialect.Metadata))
	for _, label := range []string{"type", "workloadType"} {
		if len(catalogindex.Fields(metadata, label)) > 0 { // it says what it is
			return true
		}
	}
	said := catalogindex.AllFields(find(s.below, name).Parts)
	return len(said) > 0 && !slices.ContainsFunc(said, func(f catalogindex.Field) bool {
		return !strings.HasPrefix(f.Name, "_") && len(catalogindex.Fields(own, f.Name)) == 0
	})
}

func reportLeftOut(p *rule.Pass, s *slot, m member, how *removal) {
	p.Report(rule.Finding{
		File: how.file,
		Span: how.span,
		Message: fmt.Sprintf("The %s `%s` of %s is missing from this list: a Module cannot remove it, and CUE brings it back. Inherit all of them with `%s: %s`.",
			s.word, m.Name, m.title(), s.label, s.slotBelowText()),
		Related: s.relatedBelow(m),
		Fixes:   s.inherit(how),
	})
}

func reportFiltered(p *rule.Pass, s *slot, m member, how *removal) {
	p.Report(rule.Finding{
		File: how.file,
		Span: how.span,
		Message: fmt.Sprintf("This leaves out the %s `%s` of %s: a Module cannot remove it, and CUE brings it back. Inherit all of them with `%s: %s`.",
			s.word, m.Name, m.title(), s.label, s.slotBelowText()),
		Related: s.relatedBelow(m),
		Fixes:   s.inherit(how),
	})
}

func reportNothing(p *rule.Pass, s *slot, m member, how *removal) {
	p.Report(rule.Finding{
		File: how.file,
		Span: how.span,
		Message: fmt.Sprintf("The %s `%s` belongs to %s: a Module cannot remove it. Take `%s` away.",
			s.word, m.Name, m.title(), how.file.Text.Slice(how.span)),
		Related: s.relatedBelow(m),
		Fixes: []rule.Fix{{
			Title: fmt.Sprintf("Keep %s", m.Name),
			Edits: []rule.Edit{edit.RemoveField(how.file, how.file.Span(how.field.Field))},
			Safe:  true,
		}},
	})
}

// relatedBelow returns the place of a member in the layer below.
func (s *slot) relatedBelow(m member) []rule.Related {
	return []rule.Related{{Location: m.location(), Message: fmt.Sprintf("`%s` in %s", m.Name, m.title())}}
}

// inherit returns the fix that takes over all members of the layer below: in place of a
// loop that does nothing else, or beside what is there.
func (s *slot) inherit(how *removal) []rule.Fix {
	fix := rule.Fix{Title: fmt.Sprintf("Inherit all %ss of %s", s.word, rule.LayerTitle(s.Below())), Safe: true}
	if loop := how.loop; loop != nil && loop.pure {
		source := loop.file.Source(loop.source)
		span := loop.file.Span(loop.expr)
		if len(loop.around.Elts) == 1 {
			span = loop.file.Span(loop.around)
		}
		fix.Edits = []rule.Edit{edit.Replace(loop.file, span, source)}
		return []rule.Fix{fix}
	}
	before := how.slot
	ref := s.Document.Reference
	here, ok := partOf(s.Document, before.File, before.Label())
	there, found := partOf(s.Document, ref.File, ref.Slot)
	if !ok || !found {
		return nil
	}
	line := s.label + ": " + s.slotBelowText()
	if here.File == there.File && here.Span == there.Span || len(s.Document.Path) == 0 && isRoot(here) && isRoot(there) {
		fix.Edits = []rule.Edit{edit.InsertBefore(before.File, before.File.Span(before.Field), line)}
		return []rule.Fix{fix}
	}
	for _, f := range catalogindex.AllFields([]catalogindex.Part{there}) { // where the name is known
		if f.Label() == ref.Slot {
			fix.Edits = []rule.Edit{edit.InsertBefore(f.File, f.File.Span(f.Field), line)}
			return []rule.Fix{fix}
		}
	}
	return nil
}

// isRoot reports whether a part is the root of its file.
func isRoot(p catalogindex.Part) bool { return p.Span.Len() == p.File.Text.Len() }
