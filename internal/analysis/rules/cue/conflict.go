package cue

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// Conflict reports a document that contradicts itself, or the schemas that it is unified
// with: OPM's core and the traits. What contradicts a layer below is the business of the
// rules about curation and releases.
var Conflict = &rule.Rule{
	Code:     "cue/conflict",
	Severity: rule.Error,
	Finds:    "a document that contradicts itself, OPM's core or a trait",
	Check: func(p *rule.Pass) {
		reported := make(map[rule.Location]bool)
		broken := make(map[*syntax.File]brokenFile)
		for _, f := range p.Package.Files {
			broken[f] = brokenIn(f)
		}
		for _, r := range p.Resolved {
			if r.Document.Kind > catalogindex.Release {
				continue // configuration/invalid-value looks at those
			}
			c := &conflictCheck{pass: p, resolved: r, schema: schemaOf(p.Index, r.Document), broken: broken, reported: reported}
			if c.twoDocuments() {
				continue // one cause, one diagnostic
			}
			c.metadata()
			if r.Document.Kind != catalogindex.Release { // what it writes, rules about releases look at
				c.structs(r.Document.Parts(), r.Document.ValuesLabel(), c.whole())
				c.values()
				c.members(r.Document.Dialect.Components, "component")
				c.members(r.Document.Dialect.Scopes, "scope")
			}
		}
	},
}

// A conflictCheck looks for what contradicts in one document.
type conflictCheck struct {
	pass     *rule.Pass
	resolved *rule.Resolved
	schema   []catalogindex.Part // of the document as a whole
	broken   map[*syntax.File]brokenFile
	// reported are the places of which something was said: a template that several
	// components are made of is wrong once.
	reported map[rule.Location]bool
}

// add reports a finding.
func (c *conflictCheck) add(f rule.Finding) {
	if at := rule.At(f.File, f.Span); !c.reported[at] {
		c.reported[at] = true
		c.pass.Report(f)
	}
}

// twoDocuments reports two documents at the root of one package, which CUE takes for one,
// by what they say of who they are.
func (c *conflictCheck) twoDocuments() bool {
	d := c.resolved.Document
	if len(d.Path) > 0 {
		return false
	}
	meta := d.Slot(d.Dialect.Metadata)
	for _, field := range []string{"name", "version", "namespace"} {
		said := catalogindex.Literals(meta, field)
		for _, other := range said[min(len(said), 1):] {
			first := said[0]
			if other.Value == first.Value || other.File == first.File {
				continue
			}
			c.add(rule.Finding{
				File: other.File,
				Span: other.Span,
				Message: fmt.Sprintf("The root of a package is one %s, and this one has two values of `%s`, %q and %q: give the other its own package clause, or write it as a field, other: #%s & {…}.",
					d.Kind, field, first.Value, other.Value, d.Kind),
				Related: []rule.Related{{Location: rule.At(first.File, first.Span), Message: "The first one"}},
			})
			return true
		}
	}
	return false
}

// metadata looks at the document's metadata.
func (c *conflictCheck) metadata() {
	d := c.resolved.Document
	label := d.Dialect.Metadata
	c.structs(d.Parts(), label, c.whole())
	written := d.Slot(label)
	if len(written) == 0 {
		return
	}
	c.report(cascade.Against(c.pass.Source(), c.resolved.Tree, slot(c.schema, label), written), place{
		title:  c.whole().title,
		prefix: cascade.Path{label},
		schema: func(string) string { return core },
		skips: func(n *cascade.Node) bool { // whether a string is one, other rules say
			return len(n.Path) == 1 && (n.Label() == "version" || n.Label() == "namespace") && isString(n.Layers[1])
		},
	})
}

func isString(f *cascade.FieldShape) bool {
	v := f.Shape.Concrete()
	return v != nil && v.Kind == cascade.String
}

// slot returns the struct literals of a field in others.
func slot(parts []catalogindex.Part, label string) []catalogindex.Part {
	return catalogindex.StructParts(catalogindex.Fields(parts, label))
}

// values looks for values of which the document says what cannot be both.
func (c *conflictCheck) values() {
	top := len(c.resolved.Tree.Layers) - 1
	c.resolved.Tree.Root.Walk(func(n *cascade.Node) bool {
		if n.Parent != nil && n.Invalid != nil && n.Invalid.Layer == top && len(n.Invalid.Breaks) == 0 && !losesDefault(n.Layers[top]) {
			c.itself(n, n.Layers[top], place{})
		}
		return true
	})
}

// losesDefault reports whether a field refuses its own default: definition/default-invalid
// and its like speak of that.
func losesDefault(f *cascade.FieldShape) bool {
	return slices.ContainsFunc(f.Shape.Refused, func(r cascade.Refusal) bool { return !r.Beside })
}

// members looks at the components, or the scopes, that the document adds. What it writes
// into those of a layer below, curation/component-modified and its like speak of.
func (c *conflictCheck) members(label, kind string) {
	d := c.resolved.Document
	if label == "" {
		return
	}
	c.structs(d.Parts(), label, c.whole())
	var names []string
	fields := make(map[string][]catalogindex.Field)
	for _, f := range catalogindex.AllFields(d.Slot(label)) {
		if strings.HasPrefix(f.Name, "_") {
			continue // nobody's but the author's
		}
		if fields[f.Name] == nil {
			names = append(names, f.Name)
		}
		fields[f.Name] = append(fields[f.Name], f)
	}
	for _, name := range names {
		if !c.isInherited(label, name) {
			c.member(kind, label, name, fields[name])
		}
	}
}

func (c *conflictCheck) isInherited(label, name string) bool {
	chain := c.resolved.Chain
	return slices.ContainsFunc(chain[:len(chain)-1], func(d *catalogindex.Document) bool {
		return len(catalogindex.Fields(d.Slot(label), name)) > 0
	})
}

// member looks at one component or scope.
func (c *conflictCheck) member(kind, label, name string, fields []catalogindex.Field) {
	d := c.resolved.Document
	var operands []catalogindex.Operand
	for _, f := range fields {
		operands = append(operands, catalogindex.Operands(f.File, f.Field.Value)...)
	}
	var written []catalogindex.Part
	var by schemas
	for _, o := range d.Package.Expand(operands) {
		if s, ok := o.Expr.(*ast.StructLit); ok {
			written = append(written, catalogindex.Part{File: o.File, Decls: s.Elts, Span: o.File.Span(s)})
			continue
		}
		if names := catalogindex.SelectorNames(o.Expr); isSchema(d.Package, names) {
			by = append(by, schema{"`" + o.File.Source(o.Expr) + "`", cascade.SchemaParts(c.pass.Index, d, []catalogindex.Operand{o})})
		}
	}
	by = append(by, schema{core, cascade.SchemaParts(c.pass.Index, d, patterns(slot(c.schema, label)))})
	at := place{
		title:  fmt.Sprintf("the %s `%s`", kind, name),
		schema: by.of,
		skips: func(n *cascade.Node) bool { // curation/scope-target's
			return len(n.Path) > 0 && n.Path[0] == targetField
		},
	}
	c.isStruct(fields, at)
	c.report(cascade.Against(c.pass.Source(), c.resolved.Tree, by.parts(), written), at)
	c.structs(written, d.Dialect.Metadata, at)
	at.prefix = cascade.Path{d.Dialect.Metadata}
	by, written = by.in(d.Dialect.Metadata), slot(written, d.Dialect.Metadata)
	at.schema = by.of
	at.skips = func(n *cascade.Node) bool { // curation/scope-not-immutable's
		return d.Kind == catalogindex.Module && len(n.Path) == 1 && n.Label() == "immutable"
	}
	c.report(cascade.Against(c.pass.Source(), c.resolved.Tree, by.parts(), written), at)
}

// isSchema reports whether names lead to a definition of another package. One of the package
// itself is a part of the document.
func isSchema(p *catalogindex.Package, names []string) bool {
	if len(names) == 0 || !strings.HasSuffix(namePrefix(names[len(names)-1]), "#") {
		return false
	}
	return len(names) > 1 || len(catalogindex.Fields(roots(p), names[0])) == 0
}

// structs reports what stands in place of a struct as the value of a field of some parts.
func (c *conflictCheck) structs(parts []catalogindex.Part, label string, at place) {
	at.prefix = cascade.Path{label}
	c.isStruct(catalogindex.Fields(parts, label), at)
}

// isStruct reports what stands in place of a struct as the value of fields.
func (c *conflictCheck) isStruct(fields []catalogindex.Field, at place) {
	for _, f := range fields {
		for _, o := range catalogindex.Operands(f.File, f.Field.Value) {
			what := notStruct(o)
			span := o.File.Span(o.Expr)
			if what == "" || c.broken[o.File].covers(span) {
				continue
			}
			name := at.title
			if len(at.prefix) > 0 {
				name = fmt.Sprintf("`%s` of %s", at.prefix[0], at.title)
			}
			c.add(rule.Finding{
				File: o.File, Span: span,
				Message: fmt.Sprintf("%s is %s, but must be a struct: %s says so.", capitalise(name), what, core),
			})
			break
		}
	}
}

// notStruct says what an operand is that surely is no struct; "" for any other.
func notStruct(o catalogindex.Operand) string {
	switch o.Expr.(type) {
	case *ast.BasicLit, *ast.Interpolation:
		return "a scalar"
	case *ast.ListLit:
		return "a list"
	}
	return ""
}

// whole is the place of what belongs to the document as a whole.
func (c *conflictCheck) whole() place { return place{title: "the " + c.resolved.Document.Kind.Layer()} }

// core names the schemas that every document is unified with.
const core = "OPM's core"

// A schema is one of those that a component or scope is unified with.
type schema struct {
	name  string // in a sentence
	parts []catalogindex.Part
}

type schemas []schema

// parts returns the struct literals that all of them are made of, each once.
func (s schemas) parts() []catalogindex.Part {
	var out []catalogindex.Part
	for _, one := range s {
		for _, p := range one.parts {
			if !slices.ContainsFunc(out, func(other catalogindex.Part) bool { return other.File == p.File && other.Span == p.Span }) {
				out = append(out, p)
			}
		}
	}
	return out
}

// in returns the schemas of one field.
func (s schemas) in(label string) schemas {
	var out schemas
	for _, one := range s {
		out = append(out, schema{one.name, slot(one.parts, label)})
	}
	return out
}

// of names the schema that a field is of: the first one that has it.
func (s schemas) of(field string) string {
	for _, one := range s {
		if len(catalogindex.Fields(one.parts, field)) > 0 {
			return one.name
		}
	}
	return core
}

// patterns returns what structs demand of all their fields.
func patterns(parts []catalogindex.Part) []catalogindex.Operand {
	var out []catalogindex.Operand
	for _, p := range parts {
		for _, decl := range p.Decls {
			if f, ok := decl.(*ast.Field); ok {
				if _, isPattern := f.Label.(*ast.ListLit); isPattern && f.Value != nil {
					out = append(out, catalogindex.Operand{File: p.File, Expr: f.Value})
				}
			}
		}
	}
	return out
}

// schemaOf returns the struct literals of the schema that a document is unified with: the
// workspace's own, or that of the embedded core.
func schemaOf(index *catalogindex.Index, d *catalogindex.Document) []catalogindex.Part {
	name := ""
	for schema, kind := range d.Dialect.Schemas {
		if kind == d.Kind {
			name = schema
		}
	}
	pkg := index.Core()
	written := strings.Split(d.File.Text.Slice(d.Mark), ".")
	switch {
	case len(written) == 1 && len(catalogindex.Fields(roots(d.Package), name)) > 0:
		pkg = d.Package
	case len(written) == 2 && written[1] == name:
		for _, imp := range d.File.Imports() {
			if imp.Name == written[0] {
				pkg = index.ResolveImport(d.File, imp.Path).Package
			}
		}
	}
	if pkg == nil {
		return nil
	}
	read := func() []catalogindex.Part {
		var schemas []catalogindex.Operand
		for _, f := range catalogindex.Fields(roots(pkg), name) {
			schemas = append(schemas, catalogindex.Operand{File: f.File, Expr: f.Field.Value})
		}
		return cascade.SchemaParts(index, d, schemas)
	}
	if pkg != index.Core() {
		return read()
	}
	type key struct{ name string }
	return pkg.Derived(key{name}, func() any { return read() }).([]catalogindex.Part) // it reads nothing but itself
}
