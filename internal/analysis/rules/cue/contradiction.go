package cue

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A place is what a path is a part of.
type place struct {
	title  string                     // in a sentence: "the component `server`"; "" for values
	prefix cascade.Path               // of every path
	schema func(field string) string  // names the schema that says something of a field
	skips  func(n *cascade.Node) bool // whether another rule speaks of a path
}

// report reports what is wrong at and below a node of two layers, a schema and what the
// document writes.
func (c *conflictCheck) report(root *cascade.Node, at place) {
	root.Walk(func(n *cascade.Node) bool {
		switch {
		case n.Invalid == nil || n.Invalid.Default || n.Layers[1] == nil || at.skips(n):
		case n.Invalid.Layer == 0:
			c.forbidden(n, at)
		case len(n.Invalid.Breaks) == 0:
			c.itself(n, n.Layers[1], at)
		default:
			c.schemaBroken(n, at)
		}
		return true
	})
}

// said returns where the package says something of a field, and where else something is
// said; ok is false if it does not say anything, or that nothing is allowed on purpose, or
// if what was parsed there may not be what is meant.
func (c *conflictCheck) said(f *cascade.FieldShape) (own cascade.Decl, others []cascade.Decl, ok bool) {
	for _, d := range f.Decls {
		if isNothing(d) || c.broken[d.File].covers(d.Value) {
			return cascade.Decl{}, nil, false
		}
		if d.Value.Len() == 0 {
			continue // not typed yet
		}
		if slices.Contains(c.pass.Package.Files, d.File) {
			if ok {
				others = append(others, own)
			}
			own, ok = d, true
			continue
		}
		others = append(others, d)
	}
	return own, others, ok
}

// isNothing reports whether a declaration says that nothing is allowed, on purpose.
func isNothing(d cascade.Decl) bool { return strings.Contains(d.File.Text.Slice(d.Value), "_|_") }

func (at place) path(n *cascade.Node) cascade.Path { return slices.Concat(at.prefix, n.Path) }

// name returns how a sentence calls a path.
func (at place) name(n *cascade.Node) string {
	// The labels of a prefix need no quotes.
	name := strings.Join(append(slices.Clone(at.prefix), n.Path.String()), ".")
	if at.title == "" {
		return "`" + name + "`"
	}
	return fmt.Sprintf("`%s` of %s", name, at.title)
}

// itself reports a field of which the document says what cannot be both.
func (c *conflictCheck) itself(n *cascade.Node, f *cascade.FieldShape, at place) {
	own, others, ok := c.said(f)
	if !ok {
		return
	}
	finding := rule.Finding{File: own.File, Span: own.Value}
	finding.Message = fmt.Sprintf("%s is said to be two different things: keep one of them.", capitalise(at.name(n)))
	if len(others) == 0 {
		finding.Message = fmt.Sprintf("%s can have no value: %s. Keep what is meant.", capitalise(at.name(n)), c.nothing(at.path(n), own))
	}
	for _, d := range others {
		finding.Related = append(finding.Related, rule.Related{Location: rule.At(d.File, d.Value), Message: "It is also set here"})
	}
	c.add(finding)
}

// nothing says why one declaration leaves nothing.
func (c *conflictCheck) nothing(at cascade.Path, own cascade.Decl) string {
	source := own.File.Text.Slice(own.Value)
	if len(source) > maxWritten || strings.Contains(source, "\n") || !strings.Contains(source, "&") || c.resolved.Tree.Secrets.Names(at) {
		return "what is said of it here contradicts itself"
	}
	return fmt.Sprintf("nothing is `%s`", source)
}

// forbidden reports a field that the schema does not allow at all.
func (c *conflictCheck) forbidden(n *cascade.Node, at place) {
	own, _, ok := c.said(n.Layers[1])
	if !ok || !slices.ContainsFunc(n.Layers[0].Decls, isNothing) {
		return
	}
	c.add(rule.Finding{
		File:    own.File,
		Span:    own.Label,
		Message: fmt.Sprintf("%s must not be set: %s says so. Remove it.", capitalise(at.name(n)), at.schema(n.Path[0])),
	})
}

// schemaBroken reports a field that is not what the schema allows.
func (c *conflictCheck) schemaBroken(n *cascade.Node, at place) {
	own, _, ok := c.said(n.Layers[1])
	if !ok {
		return
	}
	path := at.path(n)
	finding := rule.Finding{File: own.File, Span: own.Value}
	finding.Message = fmt.Sprintf("%s is %s, but must be %s: %s says so.",
		capitalise(at.name(n)), c.written(path, own, n.Layers[1].Shape), c.resolved.Tree.Secrets.Describe(path, n.Layers[0].Shape), at.schema(n.Path[0]))
	for _, broken := range n.Invalid.Breaks {
		if o := broken.Origin; o.File != nil && !strings.HasPrefix(o.File.Path, catalogindex.EmbeddedRoot) {
			finding.Related = append(finding.Related, rule.Related{Location: rule.At(o.File, o.Span), Message: "The schema says so here"})
		}
	}
	c.add(finding)
}

// maxWritten is how many bytes of a value a message repeats.
const maxWritten = 40

// written says what stands at a path, in few words and never a secret. Of a reference to a
// value it says which, and what that allows.
func (c *conflictCheck) written(at cascade.Path, own cascade.Decl, s *cascade.Shape) string {
	secrets := c.resolved.Tree.Secrets
	source := own.File.Text.Slice(own.Value)
	if path, ok := strings.CutPrefix(source, c.resolved.Document.ValuesLabel()+"."); ok {
		if value := cascade.Path(strings.Split(path, ".")); secrets.Names(value) {
			at = value
		}
		return fmt.Sprintf("`%s`, %s", source, secrets.Describe(at, s))
	}
	if v := s.Concrete(); v != nil && v.Kind&(cascade.Struct|cascade.List) == 0 && !secrets.Names(at) && len(v.String()) <= maxWritten {
		return v.String()
	}
	return secrets.Describe(at, s)
}

func capitalise(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
