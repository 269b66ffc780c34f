package curation

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// reportModified reports what a Module writes into the members of its definition.
func reportModified(p *rule.Pass, s *slot) {
	if !s.Complete {
		return
	}
	below := make(map[*catalogindex.Document]func(name string) *cascade.FieldShape)
	for _, w := range s.writes() {
		c := comparison{pass: p, slot: w, reported: make(map[rule.Location]bool)}
		above := w.reader(w.Document)
		for _, m := range s.below {
			a := above(m.Name)
			if a == nil {
				continue // nearly always
			}
			if below[m.document] == nil {
				below[m.document] = s.reader(m.document)
			}
			c.name, c.member = m.Name, m
			if b := below[m.document](m.Name); b != nil {
				c.field(nil, b, a, nil)
			}
			if own := find(w.own, m.Name); own != nil {
				c.metadata(*own, m)
				c.target(*own, m)
			}
		}
	}
}

// reader returns a function that reads what a document writes into a member; nil if that
// is nothing.
func (s *slot) reader(d *catalogindex.Document) func(name string) *cascade.FieldShape {
	label := s.labelIn(d)
	if !hasPattern(d, label) {
		return func(name string) *cascade.FieldShape { return cascade.ReadMember(s.pass.Source(), d, label, name) }
	}
	read := cascade.ReadComponents
	if s.word == "scope" {
		read = cascade.ReadScopes
	}
	all := structOf(read(s.pass.Source(), d))
	return func(name string) *cascade.FieldShape {
		if all == nil {
			return nil
		}
		return all.Field(name)
	}
}

func structOf(f *cascade.FieldShape) *cascade.StructShape {
	if f == nil {
		return nil
	}
	return f.Shape.StructShape()
}

// A comparison of what a Module writes into one member with what that is in the
// definition.
type comparison struct {
	pass     *rule.Pass
	slot     *slot
	name     string
	member   member                 // of the definition
	reported map[rule.Location]bool // a pattern lays the same over several
	inList   bool                   // what is compared is an element, or in one
}

// structs compares the fields of two structs. known says that below holds all the fields
// that the definition writes there. removable is what a fix takes away for something in a
// list: the field that is the list, since otherwise what stands behind would move up. It is
// nil elsewhere.
func (c *comparison) structs(at cascade.Path, below, above *cascade.StructShape, known bool, removable *cascade.Decl) {
	for _, f := range fieldsOf(above) {
		path := at.Child(f.Label)
		if len(at) == 0 && (f.Label == c.slot.Document.Dialect.Metadata || c.slot.word == "scope" && f.Label == appliesTo) {
			continue // see metadata and target
		}
		b := below.Field(f.Label)
		switch open := c.opened(below).Field(f.Label); {
		case b != nil && c.isSaid(b):
			c.field(path, b, f, removable)
		case open != nil:
			c.field(path, open, f, removable)
		case !known || below.Unread || inClauses(below, f.Label):
		case isFree(path):
		case mayHoldFree(path) && f.Shape.StructShape() != nil:
			c.structs(path, &cascade.StructShape{}, f.Shape.StructShape(), true, removable)
		default:
			c.added(path, f, removable)
		}
	}
}

// opened returns the patterns of a struct that the definition itself writes: it leaves what
// matches them to others.
func (c *comparison) opened(s *cascade.StructShape) *cascade.StructShape {
	out := &cascade.StructShape{}
	for _, p := range s.Patterns {
		if alts := p.Label.Alts; len(alts) > 0 && alts[0].Origin.File != nil && isOf(alts[0].Origin.File, c.member.document) {
			out.Patterns = append(out.Patterns, p)
		}
	}
	return out
}

// fieldsOf returns the fields of a struct, those under conditions included.
func fieldsOf(s *cascade.StructShape) []*cascade.FieldShape {
	out := slices.Clip(s.Fields)
	for _, clause := range s.Clauses {
		if clause.Body != nil && clause.Label == nil {
			out = append(out, fieldsOf(clause.Body)...)
		}
	}
	return out
}

// inClauses reports whether the struct may have a field by a condition or a loop.
func inClauses(s *cascade.StructShape, label string) bool {
	return slices.ContainsFunc(s.Clauses, func(c *cascade.Clause) bool {
		return c.Body == nil || c.Label != nil || c.Body.Field(label) != nil || inClauses(c.Body, label)
	})
}

// isSaid reports whether the definition itself says something at a field, and not only the
// schema of a trait.
func (c *comparison) isSaid(f *cascade.FieldShape) bool {
	if slices.ContainsFunc(f.Decls, func(d cascade.Decl) bool { return isOf(d.File, c.member.document) }) {
		return true
	}
	if s := f.Shape.StructShape(); s != nil {
		return slices.ContainsFunc(s.Fields, c.isSaid)
	}
	return f.Shape.Unread() || f.Shape.Concrete() != nil
}

// isOf reports whether a file belongs to the package of a document.
func isOf(file *syntax.File, d *catalogindex.Document) bool {
	return slices.ContainsFunc(d.Package.Files, func(f *syntax.File) bool { return f.Path == file.Path })
}

// isFree reports whether a platform may add a field: labels, annotations, and what a
// container requests and is limited to.
func isFree(at cascade.Path) bool {
	for i, label := range at[:len(at)-1] {
		switch next := at[i+1]; {
		case i == 0 && label == metadataLabel && (next == "labels" || next == "annotations"),
			label == "resources" && (next == "requests" || next == "limits"):
			return true
		}
	}
	return false
}

// mayHoldFree reports whether a field may be added as far as nothing else is in it.
func mayHoldFree(at cascade.Path) bool {
	return len(at) == 1 && at[0] == metadataLabel || len(at) > 1 && at[len(at)-1] == "resources"
}

// metadataLabel stands in paths for the metadata of a member, whatever the dialect calls it.
const metadataLabel = "#metadata"

// field compares one field that the definition has.
func (c *comparison) field(at cascade.Path, below, above *cascade.FieldShape, removable *cascade.Decl) {
	a, b := above.Shape, below.Shape
	decl, ok := declIn(above, c.slot.Document)
	switch {
	case len(at) == 0 && (a.StructShape() == nil || b.StructShape() == nil):
		return // not what a member is
	case len(at) > 0 && !ok:
		return // a schema's, or somebody else's template
	case len(a.Alts) == 0:
		return // it contradicts itself, which is another matter
	case a.StructShape() != nil:
		switch {
		case b.StructShape() != nil:
			c.structs(at, b.StructShape(), a.StructShape(), !b.Unread(), removable)
		case len(b.Reads()) > 0:
			c.intoFlow(at, nil, below, a.StructShape(), removable)
		case !b.Unread() && len(b.Alts) == 1:
			c.differs(at, nil, below, decl, removable)
		}
	case listOf(a) != nil:
		c.lists(at, below, above, removable)
	case !same(at, b, a):
		c.differs(at, nil, below, decl, removable)
	}
}

// intoFlow reports what a Module writes into a struct that the definition takes from values
// as a whole. sub is the path of the struct below the one that is taken.
func (c *comparison) intoFlow(at, sub cascade.Path, below *cascade.FieldShape, above *cascade.StructShape, removable *cascade.Decl) {
	for _, f := range fieldsOf(above) {
		path, inner := at.Child(f.Label), sub.Child(f.Label)
		decl, ok := declIn(f, c.slot.Document)
		switch s := f.Shape.StructShape(); {
		case isFree(path):
		case s != nil:
			c.intoFlow(path, inner, below, s, removable)
		case ok && literalOf(f.Shape) != nil:
			c.differs(path, inner, below, decl, removable)
		}
	}
}

// listOf returns the list that a shape is, nil if it is something else or leaves the
// length open.
func listOf(s *cascade.Shape) *cascade.ListShape {
	if len(s.Alts) == 1 && s.Alts[0].List != nil && s.Alts[0].List.Rest == nil {
		return s.Alts[0].List
	}
	return nil
}

func (c *comparison) lists(at cascade.Path, below, above *cascade.FieldShape, removable *cascade.Decl) {
	decl, _ := declIn(above, c.slot.Document)
	if removable == nil {
		removable = &decl
	}
	a, b := listOf(above.Shape), listOf(below.Shape)
	switch {
	case b == nil && (len(below.Shape.Reads()) > 0 || !below.Shape.Unread() && len(below.Shape.Alts) == 1 && below.Shape.Alts[0].List == nil):
		c.differs(at, nil, below, decl, removable)
		return
	case b == nil:
		return // it leaves the list open, or cannot be read
	case len(a.Items) < len(b.Items):
		c.differs(at, nil, below, decl, removable)
		return
	}
	inner := *c
	inner.inList = true
	lower, _ := declIn(below, c.member.document)
	own, others := elementsOf(decl), elementsOf(lower)
	for i, item := range b.Items {
		path := at.Child(cascade.IndexLabel(i))
		inner.field(path, element(item, path, others, lower, i), element(a.Items[i], path, own, decl, i), removable)
	}
	if n := len(b.Items); len(a.Items) > n {
		path := at.Child(cascade.IndexLabel(n))
		inner.added(path, element(a.Items[n], path, own, decl, n), removable)
	}
}

// elementsOf returns where the elements of the list stand that a field declares; none if
// its value is not a list in so many words.
func elementsOf(d cascade.Decl) []text.Span {
	var out []text.Span
	if d.File == nil {
		return nil
	}
	ast.Walk(d.File.AST(), func(n ast.Node) bool {
		if list, ok := n.(*ast.ListLit); ok && out == nil && d.File.Span(list) == d.Value {
			for _, e := range list.Elts {
				out = append(out, d.File.Span(e))
			}
		}
		return out == nil
	}, nil)
	return out
}

// element returns the i-th element of a list, from 0, as a field. Where its own place is
// not known it stands where the list does.
func element(item *cascade.Shape, at cascade.Path, spans []text.Span, list cascade.Decl, i int) *cascade.FieldShape {
	f := &cascade.FieldShape{Label: at[len(at)-1], Presence: cascade.Regular, Shape: item}
	switch {
	case i < len(spans):
		f.Decls = []cascade.Decl{{File: list.File, Label: spans[i], Value: spans[i], Field: spans[i]}}
	case list.File != nil:
		f.Decls = []cascade.Decl{{File: list.File, Label: list.Value, Value: list.Value, Field: list.Value}}
	}
	return f
}

// same reports whether a Module leaves a scalar field as it is: it writes the same value,
// or one where the definition leaves it open, a constraint that the definition's value
// meets, or something that cannot be read.
func same(at cascade.Path, below, above *cascade.Shape) bool {
	value := literalOf(above)
	fixed := below.Concrete()
	switch {
	case len(below.Reads()) > 0:
		// The definition makes it from values. The same again is fine, and so is a type.
		return value == nil && (len(above.Reads()) == 0 || cascade.SameComputation(below, above))
	case below.Unread():
		return true
	case value != nil && fixed != nil:
		return fixed.Equal(value) || isSpelling(at) && spelling(fixed) == spelling(value)
	case value != nil:
		return below.Allows(value)
	case len(above.Reads()) > 0:
		return fixed == nil
	case above.Unread():
		return true
	}
	return fixed == nil || above.Allows(fixed)
}

// literalOf returns the value that a shape stands for, whatever else it demands.
func literalOf(s *cascade.Shape) *cascade.Value {
	if len(s.Alts) == 1 && s.Alts[0].Value != nil {
		return s.Alts[0].Value
	}
	return s.Concrete()
}

// isSpelling reports whether a field may be written in two ways: the type of a component,
// "scheduled-task" or "ScheduledTask".
func isSpelling(at cascade.Path) bool {
	return len(at) == 2 && at[0] == metadataLabel && (at[1] == "type" || at[1] == "workloadType")
}

func spelling(v *cascade.Value) string {
	return strings.ReplaceAll(strings.ToLower(v.Text), "-", "")
}

// metadata compares the metadata of a member, which is no value to the cascade.
func (c *comparison) metadata(own, below member) {
	label := own.document.Dialect.Metadata
	above := cascade.ReadField(c.pass.Source(), own.document, own.Parts, cascade.Path{label})
	if above == nil || above.Shape.StructShape() == nil {
		return
	}
	lower := cascade.ReadField(c.pass.Source(), below.document, below.Parts, cascade.Path{below.document.Dialect.Metadata})
	lowerStruct, known := &cascade.StructShape{}, !below.composition(c.pass.Index).unknown
	if lower != nil {
		known = known && !lower.Shape.Unread()
		if s := lower.Shape.StructShape(); s != nil {
			lowerStruct = s
		} else {
			return
		}
	}
	without := *above.Shape.StructShape()
	without.Fields = slices.DeleteFunc(slices.Clone(without.Fields), func(f *cascade.FieldShape) bool {
		// The schema that the definition names says as much.
		return f.Label == "type" && lowerStruct.Field("type") == nil ||
			f.Label == "name" && lowerStruct.Field("name") == nil && isText(f.Shape, own.Name)
	})
	c.structs(cascade.Path{metadataLabel}, lowerStruct, &without, known, nil)
}

func isText(s *cascade.Shape, text string) bool {
	v := s.Concrete()
	return v != nil && v.Kind == cascade.String && v.Text == text
}

// target compares what a scope applies to.
func (c *comparison) target(own, below member) {
	if c.slot.word != "scope" {
		return
	}
	fields := catalogindex.Fields(own.Parts, appliesTo)
	if len(fields) == 0 {
		return
	}
	components := componentsOf(c.pass, c.slot.Resolved)
	above := components.targets(own)
	lower := components.targets(below)
	if !above.known || len(above.wrong) > 0 || !lower.known || above.all == lower.all && slices.Equal(above.names, lower.names) {
		return
	}
	f := fields[len(fields)-1]
	decl := cascade.Decl{File: f.File, Label: f.Label(), Value: f.File.Span(f.Field.Value), Field: f.File.Span(f.Field)}
	at := cascade.Path{appliesTo}
	var lowerDecls []cascade.Decl
	for _, b := range catalogindex.Fields(below.Parts, appliesTo) {
		lowerDecls = append(lowerDecls, cascade.Decl{File: b.File, Label: b.Label(), Field: b.File.Span(b.Field)})
	}
	c.differs(at, nil, &cascade.FieldShape{Shape: cascade.Top(), Decls: lowerDecls}, decl, nil)
}

// differs reports a field that is another one than the definition's. sub is the path of the
// field below the one that below is, if it is not that one.
func (c *comparison) differs(at, sub cascade.Path, below *cascade.FieldShape, decl cascade.Decl, removable *cascade.Decl) {
	field := fmt.Sprintf("`%s` of the %s `%s`", c.show(at), c.slot.word, c.name)
	var message string
	reads := below.Shape.Reads()
	fixed := below.Shape.Concrete()
	switch {
	case len(reads) == 1 && c.slot.word == "component":
		message = fmt.Sprintf("%s follows `%s.%s` in %s: a Module cannot change it. Change the default of that value instead.",
			field, c.slot.Document.ValuesLabel(), slices.Concat(reads[0], sub), c.member.title())
	case fixed != nil && c.mayShow(at, fixed):
		message = fmt.Sprintf("%s is %s in %s: a Module cannot change it. Remove it%s.", field, fixed, c.member.title(), c.instead())
	default:
		message = fmt.Sprintf("%s is another one in %s: a Module cannot change it. Remove it%s.", field, c.member.title(), c.instead())
	}
	related := c.slot.relatedBelow(c.member)
	if d, ok := declIn(below, c.member.document); ok {
		related = []rule.Related{{Location: rule.At(d.File, narrow(d)), Message: fmt.Sprintf("`%s` in %s", c.show(at), c.member.title())}}
	}
	c.report(at, decl.File, decl.Value, message, related, decl, removable)
}

// maxShown is how many bytes of a value a message repeats.
const maxShown = 40

// mayShow reports whether a message may repeat what the definition has at a path. What is
// in a list may be a secret by what stands beside it, as in {name: "PASSWORD", value: …}.
func (c *comparison) mayShow(at cascade.Path, v *cascade.Value) bool {
	return !c.inList && !c.slot.Tree.Secrets.HidesIn(at, v) && len(v.String()) <= maxShown
}

// narrow returns the place of a declaration: all of it where that is one line.
func narrow(d cascade.Decl) text.Span {
	if d.File.Text.LineOf(d.Field.Start) == d.File.Text.LineOf(d.Field.End) {
		return d.Field
	}
	return d.Label
}

// added reports a field that the definition does not have.
func (c *comparison) added(at cascade.Path, f *cascade.FieldShape, removable *cascade.Decl) {
	decl, ok := declIn(f, c.slot.Document)
	if !ok {
		return
	}
	what := "`" + c.show(at) + "`"
	message := fmt.Sprintf("The %s `%s` of %s has no %s: a Module cannot add to it. Remove it%s.",
		c.slot.word, c.name, c.member.title(), what, c.instead())
	c.report(at, decl.File, decl.Label, message, c.slot.relatedBelow(c.member), decl, removable)
}

// instead says where what a platform wants to add belongs.
func (c *comparison) instead() string {
	prefix := "platform"
	if prefixes := c.pass.Settings.PlatformPrefixes; len(prefixes) > 0 {
		prefix = prefixes[0] + "*"
	}
	if c.slot.word == "scope" {
		return fmt.Sprintf(", or write a `%s` scope of your own", prefix)
	}
	return fmt.Sprintf(", or write a `%s` component or scope of your own", prefix)
}

func (c *comparison) report(at cascade.Path, file *syntax.File, span text.Span, message string, related []rule.Related, decl cascade.Decl, removable *cascade.Decl) {
	location := rule.At(file, span)
	if c.reported[location] {
		return
	}
	c.reported[location] = true
	removed := at
	if removable != nil {
		decl = *removable
		removed = at[:slices.IndexFunc(at, func(label string) bool { return strings.HasPrefix(label, "[") })]
	}
	c.pass.Report(rule.Finding{
		File:    file,
		Span:    span,
		Message: message,
		Related: related,
		Fixes: []rule.Fix{{
			Title: fmt.Sprintf("Remove %s: %s stays as %s has it", c.show(removed), c.name, c.member.title()),
			Edits: []rule.Edit{edit.RemoveField(decl.File, decl.Field)},
		}},
	})
}

// show returns a path as the document writes it.
func (c *comparison) show(at cascade.Path) string {
	if at[0] == metadataLabel {
		label := c.slot.Document.Dialect.Metadata
		if len(at) == 1 {
			return label
		}
		return label + "." + at[1:].String()
	}
	return at.String()
}
