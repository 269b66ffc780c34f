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

// ImportCycle reports packages that import each other, in each of them at the import that
// leads into the circle.
var ImportCycle = &rule.Rule{
	Code:     "cue/import-cycle",
	Severity: rule.Error,
	Finds:    "packages that import each other, directly or through others",
	Check: func(p *rule.Pass) {
		circles := circlesOf(p)
		for _, f := range p.Package.Files {
			for _, c := range circles[f] {
				if c.holdsDocument() && c.isFirst {
					reportCircle(p, f, c)
				}
			}
		}
	},
}

func reportCircle(p *rule.Pass, f *syntax.File, c circle) {
	finding := rule.Finding{File: f, Span: c.imp.Span}
	if len(c.packages) == 1 {
		finding.Message = fmt.Sprintf("This import of %q leads back to the package that it stands in: remove it, and use the names of the package without it.", c.imp.Path)
	} else {
		var names []string
		for _, pkg := range append(c.packages, p.Package) {
			names = append(names, packageTitle(pkg))
		}
		finding.Message = fmt.Sprintf("This import leads in a circle, which CUE does not load: %s. Move what they share into a package of its own.", strings.Join(names, " → "))
		for _, step := range c.steps {
			finding.Related = append(finding.Related, rule.Related{
				Location: rule.At(step.file, step.imp.Span),
				Message:  fmt.Sprintf("%s imports %s", packageTitle(step.from), packageTitle(step.to)),
			})
		}
	}
	p.Report(finding)
}

// packageTitle names a package in a sentence: by its clause, else by its file.
func packageTitle(p *catalogindex.Package) string {
	if p.Name != "" {
		return p.Name
	}
	return rule.FileName(p.Files[0])
}

// A circle is the shortest way by which an import leads back to its own package.
type circle struct {
	imp      syntax.Import
	packages []*catalogindex.Package // on the way, beginning with the one that imports
	steps    []importStep            // from each of the others to the next
	isFirst  bool                    // of the package's imports that lead to the same one
}

// An importStep is an import that leads from one package to another.
type importStep struct {
	from, to *catalogindex.Package
	file     *syntax.File
	imp      syntax.Import
}

func (c circle) holdsDocument() bool {
	return slices.ContainsFunc(c.packages, func(p *catalogindex.Package) bool { return len(p.Documents) > 0 })
}

// circlesOf returns the circles into which the imports of a package lead, by the file that
// imports.
func circlesOf(p *rule.Pass) map[*syntax.File][]circle {
	self := p.Package
	firsts := importsOf(p.Index, self)
	imported := len(p.Index.Importers(self)) > 0
	circles := make(map[*syntax.File][]circle)
	seen := make(map[string]bool)
	for _, step := range firsts {
		if step.to.Key != self.Key && !imported {
			continue // nobody can lead back
		}
		c, ok := wayBack(p.Index, self, step)
		if !ok {
			continue
		}
		c.isFirst = !seen[step.to.Key]
		seen[step.to.Key] = true
		circles[step.file] = append(circles[step.file], c)
	}
	return circles
}

// wayBack returns the shortest circle that begins with a step from a package.
func wayBack(index *catalogindex.Index, self *catalogindex.Package, first importStep) (c circle, ok bool) {
	c = circle{imp: first.imp, packages: []*catalogindex.Package{self}}
	if first.to.Key == self.Key {
		return c, true
	}
	by := map[string]importStep{first.to.Key: first} // how each package was reached
	for queue := []*catalogindex.Package{first.to}; len(queue) > 0; queue = queue[1:] {
		for _, step := range importsOf(index, queue[0]) {
			if step.to.Key == self.Key {
				c.steps = []importStep{step}
				for at := by[step.from.Key]; at.from.Key != self.Key; at = by[at.from.Key] {
					c.steps = append(c.steps, at)
				}
				slices.Reverse(c.steps)
				for _, s := range c.steps {
					c.packages = append(c.packages, s.from)
				}
				return c, true
			}
			if _, reached := by[step.to.Key]; !reached {
				by[step.to.Key] = step
				queue = append(queue, step.to)
			}
		}
	}
	return circle{}, false
}

// importsOf returns where the imports of a package lead, in order of file and place. What
// comes with opm-lsp imports nothing of the workspace.
func importsOf(index *catalogindex.Index, p *catalogindex.Package) []importStep {
	resolutions := make(map[*ast.ImportSpec]catalogindex.Resolution) // of the package's documents
	for _, d := range p.Documents {
		if r, ok := index.Resolve(d); ok && r.Import != nil {
			resolutions[r.Import.Spec()] = r
		}
	}
	var steps []importStep
	for _, f := range p.Files {
		for _, imp := range f.Imports() {
			target := index.ResolveImport(f, imp.Path)
			to := onlyPackage(target)
			r, isReference := resolutions[imp.Spec()]
			if r.Document != nil {
				to = r.Document.Package
			}
			byName := target.Source == catalogindex.CatalogEntry || target.Source == catalogindex.CatalogNewest
			switch {
			case to == nil || to.Embedded:
			case to == p && byName && (r.Document != nil || !isReference): // one document of the package refers to another one
			default:
				steps = append(steps, importStep{p, to, f, imp})
			}
		}
	}
	return steps
}

// onlyPackage returns the package that an import leads to; nil if it leads to none, or to
// documents of one name in several.
func onlyPackage(target catalogindex.ImportTarget) *catalogindex.Package {
	if slices.ContainsFunc(target.Documents, func(d *catalogindex.Document) bool { return d.Package.Key != target.Package.Key }) {
		return nil
	}
	return target.Package
}
