package cue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
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
		if len(p.Package.Documents) == 0 {
			return // a CUE package that has nothing to do with OPM
		}
		c := &referenceCheck{scope: newScope(p), once: make(map[string]int)}
		for _, f := range p.Package.Files {
			for _, u := range usesOf(f) {
				switch {
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

// A referenceCheck collects what is wrong with the names of a package.
type referenceCheck struct {
	*scope
	findings []rule.Finding
	once     map[string]int // index in findings of what is said once for several uses
}

// add notes a finding; of several with a key the first, with the places of the others.
func (c *referenceCheck) add(key string, finding rule.Finding) {
	if at, ok := c.once[key]; ok && key != "" {
		c.findings[at].Related = append(c.findings[at].Related, rule.Related{Location: rule.At(finding.File, finding.Span), Message: "Also here"})
		return
	}
	c.once[key] = len(c.findings)
	c.findings = append(c.findings, finding)
}

// name reports a name that nothing defines.
func (c *referenceCheck) name(u use) {
	if c.isReleaseReference(u) {
		return
	}
	finding := rule.Finding{File: u.file, Span: u.span()}
	finding.Message = fmt.Sprintf("Nothing here is called `%s`", u.name())
	if u.readsDefinition() { // one import is missing, however often it is read
		c.add("import "+u.file.Path+" "+u.name(), c.withImport(finding, u))
		return
	}
	if u.alone && namePrefix(u.name()) == "" { // a label, typed half
		finding.Message += ": if it is to be a field, write a colon and a value behind it."
		c.add("", finding)
		return
	}
	path, sure := c.wholePath(u)
	if path == "" {
		path = c.nearest(u)
	}
	if path == "" {
		path = c.nearestElsewhere(u)
	}
	switch {
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
	if r == nil {
		return "", false
	}
	d := r.Document
	isComponent := d.Dialect.Components != "" && slices.Contains(members(r, (*catalogindex.Document).Components), u.name())
	value := c.valueCalled(u, r)
	switch {
	case u.target && isComponent, isComponent && value == nil:
		return d.Dialect.Components + "." + u.name(), true
	case u.target || value == nil:
		return "", false
	}
	return pathOf(append([]string{d.ValuesLabel()}, value.Path...)), true
}

// valueCalled returns the value that a use means by the end of its path: one at the top of
// the values, or the only one elsewhere that is called so.
func (c *referenceCheck) valueCalled(u use, r *rule.Resolved) *cascade.Node {
	fits := func(n *cascade.Node) bool {
		return n != nil && !n.Undefined && n.Label() == u.name() && (len(u.names) == 1 || below(n, u.names[1:]) != nil)
	}
	if top := r.Tree.Root.Child(u.name()); fits(top) {
		return top
	}
	var found []*cascade.Node
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		if fits(n) {
			found = append(found, n)
		}
		return n.Struct || n.Parent == nil
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
		out = append(out, catalogindex.Part{File: f, Decls: f.AST.Decls})
	}
	return out
}

// nearestElsewhere returns the whole path of the component or of the value at the top whose
// name is nearest; "" if none is near.
func (c *referenceCheck) nearestElsewhere(u use) string {
	r := c.documentAt(u)
	if r == nil || namePrefix(u.name()) != "" {
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

// An importedName is a name that a use reads out of an import.
type importedName struct {
	imp    *syntax.Import
	target catalogindex.ImportTarget
	name   string
}

// isTraits reports whether the import is OPM's package of traits, in whatever version and
// from wherever.
func (n importedName) isTraits() bool { return strings.HasPrefix(n.imp.Path, "traits.opm.dev/") }

// quoted returns the import's path as it is written.
func (n importedName) quoted() string { return strconv.Quote(n.imp.Path) }
