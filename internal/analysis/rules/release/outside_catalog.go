package release

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// OutsideCatalog reports a release that goes past the catalog, straight to a definition.
var OutsideCatalog = &rule.Rule{
	Code:     "release/outside-catalog",
	Severity: rule.Error,
	Finds:    "a release that refers to a definition in place of a Module of the catalog",
	Fix:      "refers to the Module that is made from the definition",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			if definition := r.Resolution.PastCatalog(); definition != nil {
				reportOutside(p, r, definition)
			}
		}
	},
}

func reportOutside(p *rule.Pass, r *rule.Resolved, definition *catalogindex.Document) {
	ref := r.Document.Reference
	finding := rule.Finding{
		File: ref.File,
		Span: ref.Span,
		Message: fmt.Sprintf("`%s` leads past the catalog to %s: a release can only refer to a Module",
			strings.Join(ref.Names, "."), rule.LayerTitle(definition)),
		Related: []rule.Related{{Location: rule.At(definition.File, definition.Mark), Message: capitalise(rule.LayerTitle(definition))}},
	}
	curated := curatedFrom(p.Index, definition)
	if len(curated) == 0 {
		finding.Message += ", and none is made from this definition. Ask the platform team for one."
		p.Report(finding)
		return
	}
	newest := curated[len(curated)-1]
	finding.Message += fmt.Sprintf(", such as %s, which is made from it.", newest.Title())
	finding.Related = append(finding.Related, rule.Related{Location: rule.At(newest.File, newest.Mark), Message: capitalise(rule.LayerTitle(newest))})
	if path := catalogPathOf(p.Index, r, newest); path != "" {
		finding.Fixes = []rule.Fix{{
			Title: fmt.Sprintf("Use %s", newest.Title()),
			Edits: []rule.Edit{
				{Location: rule.At(ref.File, ref.File.Span(ref.Import.Spec())), NewText: importSpec(ref.Import.Name, path)},
				{Location: rule.At(ref.File, ref.Span), NewText: ref.Import.Name + ".#Module"},
			},
		}}
	}
	p.Report(finding)
}

// curatedFrom returns the Modules that are made from a definition and have a version, the
// newest one last; pre-releases come before all others.
func curatedFrom(index *catalogindex.Index, definition *catalogindex.Document) []*catalogindex.Document {
	out := slices.DeleteFunc(index.Curated(definition), func(d *catalogindex.Document) bool { return d.Version.Value == "" })
	slices.SortStableFunc(out, func(a, b *catalogindex.Document) int {
		if pre := catalogindex.IsPreRelease(a.Version.Value); pre != catalogindex.IsPreRelease(b.Version.Value) {
			if pre {
				return -1
			}
			return 1
		}
		return catalogindex.CompareVersions(a.Version.Value, b.Version.Value)
	})
	return out
}

// importSpec returns the import of a path by a name.
func importSpec(name, path string) string {
	if name == syntax.DefaultImportName(path) {
		return strconv.Quote(path)
	}
	return name + " " + strconv.Quote(path)
}

// catalogPathOf returns the path by which the import of a release leads to a Module instead:
// the import's own with the Module's name and version. It is "" if the release refers in another way, or needs the import for something else too.
func catalogPathOf(index *catalogindex.Index, r *rule.Resolved, module *catalogindex.Document) string {
	imp, file := r.Document.Reference.Import, r.Document.Reference.File
	if imp == nil || uses(file, imp.Name) > 1 {
		return ""
	}
	dir := imp.Path
	if c, ok := catalogindex.ParseCatalogPath(dir); ok {
		dir = c.Prefix + c.Name
	}
	dir, _, _ = strings.Cut(dir, "@")
	path := rule.PinnedPath(dir[:strings.LastIndexByte(dir, '/')+1]+module.Name.Value, module)
	if !rule.LeadsTo(index, file, path, module) {
		return ""
	}
	return path
}

// uses returns how often a file refers to something by a name.
func uses(file *syntax.File, name string) int {
	n := 0
	ast.Walk(file.AST(), func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.ImportDecl:
			return false
		case *ast.SelectorExpr:
			if ident, ok := x.X.(*ast.Ident); ok && ident.Name == name {
				n++
			}
		}
		return true
	}, nil)
	return n
}
