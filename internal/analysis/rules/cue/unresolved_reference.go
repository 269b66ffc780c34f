package cue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// UnresolvedReference reports a name that nothing defines. A package of CUE without its
// import is cue/missing-import's, and a component that a scope names by its whole path is
// curation/scope-target's.
var UnresolvedReference = &rule.Rule{
	Code:     "cue/unresolved-reference",
	Severity: rule.Error,
	Finds:    "a name that nothing defines, and a path that leads nowhere",
	Fix:      "writes the nearest name, or the whole path, such as `components.frontend`",
	Check: func(p *rule.Pass) {
		var almost map[ast.Expr]bool
		if len(p.Package.Documents) == 0 {
			if almost = misspelt(p.Package); len(almost) == 0 {
				return // a CUE package that has nothing to do with OPM
			}
		}
		c := newReferenceCheck(p)
		for _, f := range p.Package.Files {
			for _, u := range usesOf(f) {
				switch {
				case almost != nil && !almost[u.expr]:
				case c.broken[f].covers(u.span()):
				case c.defines(u):
					c.selectors(u)
				case builtinOf(u) == "":
					c.name(u)
				}
			}
		}
		for _, finding := range c.findings {
			p.Report(finding)
		}
	},
}

// misspelt returns what stands where the schema of a document ought to, and is called nearly
// as one: the struct is no document by that.
func misspelt(p *catalogindex.Package) map[ast.Expr]bool {
	out := make(map[ast.Expr]bool)
	for _, o := range p.Almost() {
		names := catalogindex.SelectorNames(o.Expr)
		if rule.Nearest(names[len(names)-1], catalogindex.SchemaNames()) != "" {
			out[o.Expr] = true
		}
	}
	return out
}

// A referenceCheck collects what is wrong with the names of a package.
type referenceCheck struct {
	*scope
	findings []rule.Finding
	once     map[string]int // index in findings of what is said once for several uses
	// ofReleases holds what releases refer to their Modules by: release/unknown-module and
	// its like speak of that.
	ofReleases map[ast.Expr]bool
	exports    map[*ast.ImportSpec]exports
	suggested  int
}

func newReferenceCheck(p *rule.Pass) *referenceCheck {
	c := &referenceCheck{
		scope:      scopeOf(p),
		once:       make(map[string]int),
		ofReleases: make(map[ast.Expr]bool),
		exports:    make(map[*ast.ImportSpec]exports),
	}
	for _, r := range p.Releases() {
		if ref := r.Document.Reference; ref != nil && ref.Target() != nil {
			c.ofReleases[ref.Target()] = true
		}
	}
	return c
}

// maxSuggested is for how many names of a package another one is suggested. Whoever has more
// that nothing defines has another problem, and a search through all that is visible each.
const maxSuggested = 50

// maxAlso is how many further places a finding names.
const maxAlso = 10

// add notes a finding; of several with a key the first, with the places of the others.
func (c *referenceCheck) add(key string, finding rule.Finding) {
	if at, ok := c.once[key]; ok && key != "" {
		if first := &c.findings[at]; len(first.Related) < maxAlso {
			first.Related = append(first.Related, rule.Related{Location: rule.At(finding.File, finding.Span), Message: "Also here"})
		}
		return
	}
	c.once[key] = len(c.findings)
	c.findings = append(c.findings, finding)
}

// name reports a name that nothing defines.
func (c *referenceCheck) name(u use) {
	if c.ofReleases[u.expr] || c.unquoted(u) {
		return
	}
	finding := rule.Finding{File: u.file, Span: u.span()}
	finding.Message = fmt.Sprintf("Nothing here is called `%s`", u.name())
	mayBeSecret := mayShowSecret(c.pass, u.file, u.span())
	if mayBeSecret {
		finding.Message = "This is the name of nothing, and is not repeated here, since it may be a secret: a text stands in quotes."
	}
	if mayBeSecret && u.alone {
		c.add("", finding)
		return
	}
	if u.readsDefinition() && !mayBeSecret { // one import is missing, however often it is read
		c.add("import "+u.file.Path+" "+u.name(), c.withImport(finding, u))
		return
	}
	if u.alone && namePrefix(u.name()) == "" { // a label, typed half
		finding.Message += ": if it is to be a field, write a colon behind it, and a value."
		c.add("", finding)
		return
	}
	path, sure := c.meant(u)
	switch {
	case mayBeSecret && path != "":
		finding.Message += fmt.Sprintf(" Did you mean `%s`?", path)
	case mayBeSecret:
	case sure:
		finding.Message += fmt.Sprintf(": write `%s`.", path)
	case path != "":
		finding.Message += fmt.Sprintf(". Did you mean `%s`?", path)
	case u.target:
		finding.Message += fmt.Sprintf(": list components by their path, as in `%s.<name>`.", c.slot(u, componentsSlot))
	default:
		finding.Message += ": define it, import it, or write the whole path to it."
	}
	if path != "" {
		finding.Fixes = rule.Replace(u.file, finding.Span, path, "Write "+path)
		finding.Fixes[0].Safe = sure && u.target
	}
	c.add("", finding)
}

// meant returns what somebody most likely meant who wrote a name that nothing defines; "" if
// nothing is near. sure says that it is that very name, with the path to it.
func (c *referenceCheck) meant(u use) (path string, sure bool) {
	if c.suggested++; c.suggested > maxSuggested {
		return "", false
	}
	if path, sure = c.wholePath(u); path != "" {
		return path, sure
	}
	return cmp.Or(c.nearest(u), c.nearestElsewhere(u)), false
}

// knownImports are the imports that OPM's documents go by a name of.
var knownImports = map[string]string{
	"core":   "core.opm.dev/v1",
	"traits": "traits.opm.dev/v1alpha1",
}

// withImport completes the finding of a name that is meant to be an import's.
func (c *referenceCheck) withImport(finding rule.Finding, u use) rule.Finding {
	path, known := knownImports[u.name()]
	for _, f := range c.pass.Package.Files { // imports count for their own file only
		for _, imp := range f.Imports() {
			if imp.Name == u.name() {
				path, known = imp.Path, true
			}
		}
	}
	if !known {
		var names []string
		for _, imp := range u.file.Imports() {
			names = append(names, imp.Name)
		}
		if near := rule.Nearest(u.name(), names); near != "" {
			finding.Message += fmt.Sprintf(". Did you mean the import `%s`?", near)
			finding.Fixes = rule.Replace(u.file, finding.Span, near, "Write "+near)
			return finding
		}
		finding.Message += ": import the package that you mean."
		return finding
	}
	finding.Message += fmt.Sprintf(" in this file: import %q.", path)
	finding.Fixes = []rule.Fix{{
		Title: fmt.Sprintf("Import %q", path),
		Edits: []rule.Edit{edit.AddNamedImport(u.file, u.name(), path)},
		Safe:  true,
	}}
	return finding
}

// componentsSlot and scopesSlot say which of a dialect's slots is meant.
func componentsSlot(d *catalogindex.Dialect) string { return d.Components }
func scopesSlot(d *catalogindex.Dialect) string     { return d.Scopes }

// slot returns the label of a slot where a use stands.
func (c *referenceCheck) slot(u use, of func(*catalogindex.Dialect) string) string {
	if r := c.documentAt(u); r != nil {
		return of(r.Document.Dialect)
	}
	return of(c.pass.Package.Documents[0].Dialect)
}

// wholePath returns the path that somebody meant who wrote only its end: of a component, of
// a value, or of a definition in an import. sure is false if there are several.
func (c *referenceCheck) wholePath(u use) (path string, sure bool) {
	if strings.HasPrefix(u.name(), "#") {
		return c.importedDefinition(u)
	}
	r := c.documentAt(u)
	if r == nil || r.Document.ValuesLabel() == "" {
		return "", false
	}
	d := r.Document
	isComponent := d.Dialect.Components != "" && slices.Contains(members(r, (*catalogindex.Document).Components), u.name())
	value := valueCalled(r, u.names)
	switch {
	case u.target && isComponent, isComponent && value == nil:
		return d.Dialect.Components + "." + u.name(), true
	case u.target || value == nil:
		return "", false
	}
	return pathOf(append([]string{d.ValuesLabel()}, value.Path...)), true
}

// valueCalled returns the value that is meant by the end of its path: one at the top of the
// values, or the only one elsewhere that is called so.
func valueCalled(r *rule.Resolved, names []string) *cascade.Node {
	fits := func(n *cascade.Node) bool {
		return n != nil && !n.Undefined && n.Label() == names[0] && below(n, names[1:]) != nil
	}
	if top := r.Tree.Root.Child(names[0]); fits(top) {
		return top
	}
	var found []*cascade.Node
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		if fits(n) {
			found = append(found, n)
		}
		return n.Struct
	})
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// below returns the node at a path below another one, or nil.
func below(n *cascade.Node, path []string) *cascade.Node {
	for _, label := range path {
		if n = n.Child(label); n == nil {
			return nil
		}
	}
	return n
}

// importedDefinition returns a definition by the name of the import that has it.
func (c *referenceCheck) importedDefinition(u use) (path string, sure bool) {
	for _, imp := range u.file.Imports() {
		target := c.pass.Index.ResolveImport(u.file, imp.Path)
		if target.Package == nil || len(catalogindex.Fields(roots(target.Package), u.name())) == 0 {
			continue
		}
		if path != "" {
			return path, false
		}
		path, sure = imp.Name+"."+u.name(), true
	}
	return path, sure
}

func roots(p *catalogindex.Package) []catalogindex.Part {
	var out []catalogindex.Part
	for _, f := range p.Files {
		out = append(out, catalogindex.Part{File: f, Decls: f.AST().Decls})
	}
	return out
}

// nearestElsewhere returns the whole path of the component or of the value at the top whose
// name is nearest; "" if none is near.
func (c *referenceCheck) nearestElsewhere(u use) string {
	r := c.documentAt(u)
	if r == nil || r.Document.ValuesLabel() == "" || namePrefix(u.name()) != "" {
		return ""
	}
	slot, names := r.Document.Dialect.Components, members(r, (*catalogindex.Document).Components)
	if !u.target {
		slot, names = r.Document.ValuesLabel(), labels(r.Tree.Root)
	}
	if near := rule.Nearest(u.name(), names); near != "" {
		return pathOf([]string{slot, near})
	}
	return ""
}

// labels returns the labels of a node's children that some layer defines.
func labels(n *cascade.Node) []string {
	var out []string
	for _, c := range n.Children {
		if !c.Undefined {
			out = append(out, c.Label())
		}
	}
	return out
}

// pathOf returns labels as CUE reads them one by one: components."a-b".
func pathOf(labels []string) string {
	out := make([]string, len(labels))
	for i, label := range labels {
		if out[i] = label; i > 0 && namePrefix(label) == "" {
			out[i] = cascade.QuoteLabel(label)
		}
	}
	return strings.Join(out, ".")
}
