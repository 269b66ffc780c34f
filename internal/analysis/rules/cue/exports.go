package cue

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// isTraits reports whether an import path is that of one of OPM's packages of traits, in
// whatever version and wherever it comes from.
func isTraits(path string) bool { return strings.HasPrefix(path, "traits.opm.dev/") }

// imported reports a name that the package of an import does not have.
func (c *referenceCheck) imported(u use, imp *syntax.Import) {
	name := u.names[1]
	has := c.exportsOf(u.file, imp)
	if c.ofReleases[u.expr] || !has.known || slices.Contains(has.names, name) || strings.HasPrefix(name, "_") {
		return
	}
	finding := rule.Finding{File: u.file, Span: u.label(1)}
	near := rule.Nearest(name, slices.DeleteFunc(slices.Clone(has.names), func(other string) bool { return namePrefix(other) != namePrefix(name) }))
	switch {
	case isTraits(imp.Path) && namePrefix(name) != "":
		finding.Severity = rule.Information
		finding.Message = fmt.Sprintf("%q has no trait `%s` that is known, so nothing that it adds is checked.", imp.Path, name)
	case has.embedded:
		finding.Message = fmt.Sprintf("OPM's core has no `%s`.", name)
	default:
		finding.Message = fmt.Sprintf("%q has no `%s`.", imp.Path, name)
	}
	if near != "" {
		path := pathOf([]string{u.name(), near})
		finding.Message += fmt.Sprintf(" Did you mean `%s`?", path)
		label := strings.TrimPrefix(path, u.name()+".")
		finding.Fixes = rule.Replace(u.file, finding.Span, label, "Write "+label)
	}
	key := ""
	if finding.Severity == rule.Information { // once for each document
		key = "trait " + imp.Path + " " + name
		if r := c.documentAt(u); r != nil {
			key += " " + strings.Join(r.Document.Path, ".")
		}
	}
	c.add(key, finding)
}

// exports are the names that can be read out of an import.
type exports struct {
	names    []string // sorted
	known    bool     // there are no others
	embedded bool
}

func (c *referenceCheck) exportsOf(f *syntax.File, imp *syntax.Import) exports {
	if e, ok := c.exports[imp.Spec()]; ok {
		return e
	}
	var e exports
	switch target := c.pass.Index.ResolveImport(f, imp.Path); {
	case target.Package != nil:
		e.embedded = target.Package.Embedded
		e.names, e.known = c.exported(target)
	case target.Source == catalogindex.Unresolved && isTraits(imp.Path): // newer than opm-lsp, most likely
		e.known = true
	}
	c.exports[imp.Spec()] = e
	return e
}

// exported returns the names that can be read out of an import, sorted; known is false if
// there may be others.
func (c *referenceCheck) exported(target catalogindex.ImportTarget) (names []string, known bool) {
	packages := []*catalogindex.Package{target.Package}
	for _, d := range target.Documents {
		packages = append(packages, d.Package)
	}
	for _, p := range packages {
		if isBroken(p) || len(c.pass.Index.Joined(p)) > 0 {
			return nil, false
		}
		for _, d := range p.Documents {
			if len(d.Path) > 0 {
				names = append(names, d.Path[0])
				continue
			}
			if !d.Tells("") {
				return nil, false
			}
			names = append(names, d.Dialect.Slots(d.Kind)...)
			for _, f := range catalogindex.AllFields(d.Parts()) {
				names = append(names, f.Name)
			}
		}
		isDocument := slices.ContainsFunc(p.Documents, func(d *catalogindex.Document) bool { return len(d.Path) == 0 })
		for _, part := range roots(p) {
			for _, decl := range part.Decls {
				switch decl := decl.(type) {
				case *ast.EmbedDecl, *ast.Comprehension:
					if !isDocument {
						return nil, false
					}
				case *ast.Field:
					if isComputed(decl.Label) {
						return nil, false
					}
				}
			}
			for _, f := range catalogindex.AllFields([]catalogindex.Part{part}) {
				names = append(names, f.Name)
			}
		}
	}
	// An import of a document is the document, by the name of its schema.
	for _, d := range target.Documents {
		for schema, kind := range d.Dialect.Schemas {
			if kind == d.Kind {
				names = append(names, schema)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), true
}
