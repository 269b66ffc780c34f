package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// importPaths offers what may be imported: the documents of the catalog, each in its newest
// version; the versions of one whose name is written; the packages of the workspace; CUE's
// own. Paths that the file imports already are left out.
func (c *completer) importPaths() []Completion {
	word := c.reading.Word
	written := ""
	if !c.reading.Unquoted {
		written = c.file.Text.Content()[word.Start:c.offset]
	}
	items := c.versions(written)
	if items == nil {
		items = append(c.catalogNames(written), c.packages()...)
	}
	items = slices.DeleteFunc(items, func(item Completion) bool { return c.isImported(item.NewText) })
	for i := range items {
		items[i].Kind, items[i].Replace = ImportItem, word
		switch {
		case c.reading.Unquoted:
			items[i].NewText = strconv.Quote(items[i].NewText)
		case c.reading.Unclosed:
			items[i].NewText += `"`
		}
	}
	return items
}

// isImported reports whether another import of the file has a path.
func (c *completer) isImported(path string) bool {
	return slices.ContainsFunc(c.file.Imports(), func(imp syntax.Import) bool {
		return imp.Path == path && !imp.Span.Contains(c.offset)
	})
}

// wanted returns the kinds of document that the file is likely to import: what the
// documents in it are made from.
func (c *completer) wanted() []catalogindex.Kind {
	var kinds []catalogindex.Kind
	for _, r := range c.resolved {
		switch {
		case r.Document.File.Path != c.file.Path:
		case r.Document.Kind == catalogindex.Release:
			kinds = append(kinds, catalogindex.Module)
		case r.Document.Kind == catalogindex.Module:
			kinds = append(kinds, catalogindex.Definition)
		}
	}
	if len(kinds) == 0 {
		return []catalogindex.Kind{catalogindex.Module, catalogindex.Definition}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// newestFirst returns the documents of a name and of some kinds that have a version, those
// last that are not yet released.
func (c *completer) newestFirst(name string, kinds []catalogindex.Kind) []*catalogindex.Document {
	docs := slices.DeleteFunc(slices.Clone(c.s.index.Named(name)), func(d *catalogindex.Document) bool {
		return !slices.Contains(kinds, d.Kind) || d.Version.Value == "" || d.Package == c.pkg
	})
	slices.SortStableFunc(docs, func(a, b *catalogindex.Document) int {
		if x, y := catalogindex.IsPreRelease(a.Version.Value), catalogindex.IsPreRelease(b.Version.Value); x != y {
			if y {
				return -1
			}
			return 1
		}
		return catalogindex.CompareVersions(b.Version.Value, a.Version.Value)
	})
	return slices.CompactFunc(docs, func(a, b *catalogindex.Document) bool { return plainVersion(a) == plainVersion(b) })
}

func plainVersion(d *catalogindex.Document) string { return strings.TrimPrefix(d.Version.Value, "v") }

// versions offers the versions of the document whose name is written with what separates
// it from a version behind it; nil if there is none.
func (c *completer) versions(written string) []Completion {
	for _, separator := range []string{":v", ":", "@v", "@", "/v", "/"} {
		i := strings.LastIndex(written, separator)
		if i < 0 || strings.ContainsAny(written[i+len(separator):], "/:@") {
			continue
		}
		prefix, name := written[:i], written[:i]
		if at := strings.LastIndexByte(name, '/'); at >= 0 {
			name = name[at+1:]
		}
		docs := c.newestFirst(name, c.wanted())
		if len(docs) == 0 {
			docs = c.newestFirst(name, []catalogindex.Kind{catalogindex.Definition, catalogindex.Module})
		}
		if len(docs) == 0 {
			continue
		}
		if separator == "@" || separator == "/" {
			separator += "v"
		}
		var items []Completion
		for _, d := range docs {
			path := prefix + separator + plainVersion(d)
			if c.leadsTo(path, d) {
				items = append(items, importItem(path, d))
			}
		}
		return items
	}
	return nil
}

func importItem(path string, d *catalogindex.Document) Completion {
	return Completion{Label: path, NewText: path, Origin: d.Kind.String(), Doc: cardOf(d)}
}

// leadsTo reports whether an import path of the file means a document, and one that is not built
// on the file's own package: CUE loads no circles.
func (c *completer) leadsTo(path string, d *catalogindex.Document) bool {
	return d.Package != c.pkg && !slices.Contains(c.s.index.Dependents(c.pkg), d.Package) &&
		slices.Contains(c.s.index.ResolveImport(c.file, path).Documents, d)
}

// catalogNames offers the names of the catalog, each with its newest version.
func (c *completer) catalogNames(written string) []Completion {
	var items []Completion
	forms := c.s.index.CatalogForms()
	for _, kind := range slices.Backward(c.wanted()) {
		usual := usualForm(c.s.index, forms, kind)
		for _, name := range c.s.index.Names(kind) {
			docs := c.newestFirst(name, []catalogindex.Kind{kind})
			if len(docs) == 0 {
				continue
			}
			form, ok := forms[name]
			if !ok {
				form = usual
			}
			if at := strings.LastIndexByte(written, '/'); at >= 0 && !strings.HasPrefix(form.Prefix, written[:at+1]) {
				form.Prefix = written[:at+1]
			}
			path := form.Prefix + name + form.Separator + plainVersion(docs[0])
			if !c.leadsTo(path, docs[0]) {
				continue
			}
			item := importItem(path, docs[0])
			if len(docs) > 1 {
				item.Detail = fmt.Sprintf("newest of %d versions", len(docs))
			}
			items = append(items, item)
		}
	}
	return items
}

// usualForm returns the form in which most documents of a kind are imported.
func usualForm(index *catalogindex.Index, forms map[string]catalogindex.CatalogForm, kind catalogindex.Kind) catalogindex.CatalogForm {
	counts := make(map[catalogindex.CatalogForm]int)
	best := catalogindex.CatalogForm{Prefix: "catalog/", Separator: ":"}
	if kind == catalogindex.Definition {
		best = catalogindex.CatalogForm{Prefix: "definitions/", Separator: "/v"}
	}
	for _, name := range index.Names(kind) {
		form, ok := forms[name]
		if !ok {
			continue
		}
		counts[form]++
		if n, most := counts[form], counts[best]; n > most || n == most && cmp.Or(cmp.Compare(form.Prefix, best.Prefix), cmp.Compare(form.Separator, best.Separator)) < 0 {
			best = form
		}
	}
	return best
}

// packages offers the packages of the workspace and of CUE. Those with documents of the
// catalog are imported by name and version.
func (c *completer) packages() []Completion {
	var items []Completion
	for _, path := range c.s.index.Importable(c.file) {
		target := c.s.index.ResolveImport(c.file, path)
		if slices.ContainsFunc(target.Documents, func(d *catalogindex.Document) bool { return d.Version.Value != "" || d.Kind == catalogindex.Release }) {
			continue
		}
		items = append(items, Completion{Label: path, NewText: path, Origin: string(target.Source)})
	}
	for _, path := range catalogindex.BuiltinPackages() {
		items = append(items, Completion{Label: path, NewText: path, Origin: string(catalogindex.Builtin)})
	}
	return items
}

// cardOf says in a few lines what a document is.
func cardOf(d *catalogindex.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", d.Kind, d.Title())
	for _, f := range catalogindex.Fields(d.Slot(d.Dialect.Metadata), "description") {
		if said, err := strconv.Unquote(f.File.Source(f.Field.Value)); err == nil {
			b.WriteString("\n\n" + said)
		}
	}
	if names := appendNames(nil, d.Components()); len(names) > 0 {
		b.WriteString("\n\nComponents: " + strings.Join(names, ", "))
	}
	if names := appendNames(nil, d.Scopes()); len(names) > 0 {
		b.WriteString("\n\nScopes: " + strings.Join(names, ", "))
	}
	return b.String()
}
