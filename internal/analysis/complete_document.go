package analysis

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// slots offers the slots that the document does not have yet, in the order in which people
// write them.
func (c *completer) slots() []Completion {
	d := c.doc.Document
	if c.reading.Kind != syntax.Declaration && !c.cursor.HasColon || d.ValuesLabel() == "" || !c.cursor.TakesField || c.reading.Depth == 0 && len(d.Path) == 0 && !c.isAtRoot(d) {
		return nil
	}
	labels := []string{d.Dialect.Metadata, d.Dialect.Reference[d.Kind], d.Dialect.Components, d.Dialect.Scopes, d.Dialect.Values[d.Kind]}
	if d.Kind == catalogindex.Release {
		labels = []string{d.Dialect.Metadata, d.Dialect.Reference[d.Kind], d.Dialect.Values[d.Kind]}
	}
	var items []Completion
	for _, label := range labels {
		if label == "" || c.hasSlot(d, label) {
			continue
		}
		item := Completion{Label: label, Kind: SnippetItem, Doc: c.slotDoc(label), Replace: c.cursor.Word}
		c.asField(&item, label != d.Dialect.Reference[d.Kind])
		if label == d.Dialect.Reference[d.Kind] && !c.cursor.HasColon {
			item.Snippet = snippetEscaper.Replace(label) + ": $0"
		}
		items = append(items, item)
	}
	return items
}

// isAtRoot reports whether the fields at the root of the file are those of a document.
func (c *completer) isAtRoot(d *catalogindex.Document) bool {
	return slices.ContainsFunc(d.Parts(), func(p catalogindex.Part) bool {
		return p.File.Path == c.file.Path && len(p.Decls) == len(c.file.AST().Decls) && p.Span.Start == 0
	})
}

func (c *completer) hasSlot(d *catalogindex.Document, label string) bool {
	return slices.ContainsFunc(catalogindex.Fields(d.Parts(), label), func(f catalogindex.Field) bool {
		return f.File.Path != c.file.Path || f.Label() != c.cursor.Word
	})
}

// slotDoc returns what the core says of a slot.
func (c *completer) slotDoc(label string) string {
	d := c.doc.Document
	name := coreLabel(d.Dialect, label)
	if label == d.Dialect.Reference[d.Kind] {
		name = map[catalogindex.Kind]string{catalogindex.Module: "#moduleDefinition", catalogindex.Release: "#module"}[d.Kind]
	} else if label == d.ValuesLabel() {
		name = "values"
	}
	s := c.schemas()
	for _, f := range s.fields(s.expand(valuesOf(rootFields(c.s.index.Core(), coreSchemas[d.Kind])))) {
		if f.name == name {
			return f.doc
		}
	}
	return ""
}

// documents offers new documents at the root of a file that has none, in a package that has
// none.
func (c *completer) documents() []Completion {
	if c.reading.Kind != syntax.Declaration || c.reading.Depth > 0 || len(c.pkg.Documents) > 0 || filepath.Base(filepath.Dir(c.file.Path)) == "cue.mod" || c.cursor.HasColon {
		return c.names()
	}
	if catalogindex.IsConfiguration(c.file.Path) || c.reading.Before && !c.reading.HasPackage {
		return nil
	}
	var items []Completion
	for _, kind := range []catalogindex.Kind{catalogindex.Release, catalogindex.Module, catalogindex.Definition} {
		items = append(items, c.newDocument(kind))
	}
	return items
}

// newDocument offers a document as a whole, with the package clause and the import that the
// file does not have.
func (c *completer) newDocument(kind catalogindex.Kind) Completion {
	item := Completion{
		Label:   kind.String(),
		Kind:    SnippetItem,
		Detail:  "a new " + kind.Layer(),
		Doc:     strings.TrimSpace(commentOf(first(rootFields(c.s.index.Core(), coreSchemas[kind])))),
		Replace: c.cursor.Word,
	}
	alias, importing := "catalog", ""
	if kind != catalogindex.Definition {
		alias, importing = c.importFor(kind - 1)
	} else {
		alias = ""
	}
	parts := c.skeleton(kind, alias)
	var head string
	if !c.reading.HasPackage {
		head = "package " + c.packageName() + "\n\n"
		if importing != "" {
			name, path, _ := strings.Cut(importing, " ")
			head += fmt.Sprintf("import %s %q\n\n", name, path)
		}
	} else if importing != "" {
		name, path, _ := strings.Cut(importing, " ")
		item.Imports = []Edit{edit.AddNamedImport(c.file, name, path)}
		if !c.isBehind(item.Imports[0].Span.End) {
			item.Imports = nil
		}
	}
	var plain, snippet strings.Builder
	plain.WriteString(head)
	snippet.WriteString(snippetEscaper.Replace(head))
	for i, p := range parts {
		if i%2 == 0 {
			plain.WriteString(p)
			snippet.WriteString(snippetEscaper.Replace(p))
		} else {
			plain.WriteString(p)
			fmt.Fprintf(&snippet, "${%d:%s}", i/2+1, snippetEscaper.Replace(p))
		}
	}
	nl := edit.NewLine(c.file)
	item.NewText = strings.NewReplacer("\n", nl, lastStop, "").Replace(plain.String())
	item.Snippet = strings.NewReplacer("\n", nl, lastStop, "$0").Replace(snippet.String())
	return item
}

// lastStop is where the cursor ends up in a new document.
const lastStop = "\x00"

// isBehind reports whether the cursor is behind an offset, so that an edit there moves it and
// does not meet it.
func (c *completer) isBehind(offset int) bool { return c.cursor.Word.Start > offset }

func first(fields []catalogindex.Field) ast.Node {
	if len(fields) == 0 {
		return &ast.File{}
	}
	return fields[0].Field
}

// importFor returns the name by which the file imports a document of a kind. If it does not
// import one, importing is the name and the path of the newest that the catalog has.
func (c *completer) importFor(kind catalogindex.Kind) (alias, importing string) {
	for _, imp := range c.file.Imports() {
		if names := c.documentNames(c.s.index.ResolveImport(c.file, imp.Path).Documents, kind); len(names) > 0 {
			return imp.Name, ""
		}
	}
	alias = "catalog"
	if kind == catalogindex.Definition {
		alias = "original"
	}
	forms := c.s.index.CatalogForms()
	for _, name := range c.s.index.Names(kind) {
		docs := c.newestFirst(name, []catalogindex.Kind{kind})
		if len(docs) == 0 {
			continue
		}
		form, ok := forms[name]
		if !ok {
			form = usualForm(c.s.index, forms, kind)
		}
		if path := form.Prefix + name + form.Separator + plainVersion(docs[0]); c.leadsTo(path, docs[0]) {
			return alias, alias + " " + path
		}
	}
	return alias, ""
}

// skeleton returns the text of a new document: what is fixed and what is to be filled in take
// turns.
func (c *completer) skeleton(kind catalogindex.Kind, alias string) []string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimSuffix(filepath.Base(c.file.Path), ".cue"))), "-")
	if name == "" {
		name = "my-app"
	}
	switch kind {
	case catalogindex.Release:
		return []string{"#ModuleRelease & {\n\t#metadata: {\n\t\tname:      \"", name, "\"\n\t\tnamespace: \"", "default", "\"\n\t}\n\n\t#module: ", alias, ".#Module\n\n\tvalues: {\n\t\t" + lastStop + "\n\t}\n}\n"}
	case catalogindex.Module:
		return []string{"#Module & {\n\t#metadata: {\n\t\tname:    \"", name, "\"\n\t\tversion: \"", "1.0.0-platform.1", "\"\n\t}\n\n\t#moduleDefinition: ", alias,
			".#ModuleDefinition\n\n\tcomponents: #moduleDefinition.components\n\n\tvalues: #moduleDefinition.values & {\n\t\t" + lastStop + "\n\t}\n}\n"}
	}
	return []string{"#ModuleDefinition & {\n\t#metadata: {\n\t\tname:    \"", name, "\"\n\t\tversion: \"", "1.0.0", "\"\n\t}\n\n\tcomponents: {\n\t}\n\n\tvalues: {\n\t\t" + lastStop + "\n\t}\n}\n"}
}

// packageName returns the name for a package of the file's own: that of its directory, or of
// the file where other files of the directory are a document already.
func (c *completer) packageName() string {
	dir := filepath.Dir(c.file.Path)
	name := asPackageName(filepath.Base(dir))
	for _, p := range c.s.index.PackagesIn(dir) {
		if p.Name == name && len(p.Documents) > 0 || name == "" {
			return asPackageName(strings.TrimSuffix(filepath.Base(c.file.Path), ".cue") + "release")
		}
	}
	return name
}

// asPackageName returns the letters and digits of a name.
func asPackageName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	if name != "" && !unicode.IsLetter([]rune(name)[0]) {
		name = "p" + name
	}
	return name
}
