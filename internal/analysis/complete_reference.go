package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// references offers the documents that a document may refer to, where its reference begins:
// those that an import of the file leads to, and others of the package.
func (c *completer) references() []Completion {
	d := c.doc.Document
	if c.reading.Kind != syntax.Operand {
		return nil
	}
	var items []Completion
	whole := c.wholeSelector()
	add := func(name string, to *catalogindex.Document) {
		items = append(items, Completion{Label: name, NewText: name, Kind: ReferenceItem, Origin: to.Title(), Doc: cardOf(to), Replace: whole})
	}
	for _, imp := range c.file.Imports() {
		target := c.s.index.ResolveImport(c.file, imp.Path)
		for _, name := range c.documentNames(target.Documents, d.Kind-1) {
			add(imp.Name+"."+name.text, name.document)
		}
	}
	for _, other := range c.pkg.Documents {
		if other != d && other.Kind == d.Kind-1 && len(other.Path) > 0 {
			add(selectorText(other.Path...), other)
		}
	}
	return items
}

// wholeSelector returns the span of a name that begins at the cursor's word with all that is selected of it:
// catalog.#Module where the cursor is in catalog.
func (c *completer) wholeSelector() text.Span {
	word := c.reading.Word
	for _, n := range c.around {
		if x, ok := n.(*ast.SelectorExpr); ok && catalogindex.SelectorNames(x) != nil {
			if span := c.file.Span(x); span.Start == word.Start && span.Covers(word) {
				return span
			}
		}
	}
	return word
}

// A documentName is what stands for a document behind the name of an import.
type documentName struct {
	text     string
	document *catalogindex.Document
}

// documentNames returns the names of documents of a kind, as an import of their package
// has them: the field that is the document, or the name of its schema.
func (c *completer) documentNames(docs []*catalogindex.Document, kind catalogindex.Kind) []documentName {
	var out []documentName
	add := func(name string, d *catalogindex.Document) {
		if !slices.ContainsFunc(out, func(other documentName) bool { return other.text == name }) {
			out = append(out, documentName{name, d})
		}
	}
	for _, d := range docs {
		switch {
		case d.Kind != kind || d.Package == c.pkg && len(d.Path) == 0:
		case len(d.Path) > 0:
			add(strings.TrimPrefix(selectorText(append([]string{"_"}, d.Path...)...), "_."), d)
		default:
			for schema, of := range d.Dialect.Schemas {
				if of == kind {
					add(schema, d)
				}
			}
		}
	}
	return out
}

// documentMembers offers the documents of an import behind its name.
func (c *completer) documentMembers(docs []*catalogindex.Document) []Completion {
	kinds := c.wanted()
	if c.doc != nil && len(c.rest) > 0 && c.rest[0] == c.doc.Document.Dialect.Reference[c.doc.Document.Kind] {
		kinds = []catalogindex.Kind{c.doc.Document.Kind - 1}
	}
	var items []Completion
	for _, kind := range kinds {
		for _, name := range c.documentNames(docs, kind) {
			items = append(items, Completion{
				Label: name.text, NewText: name.text, Kind: ReferenceItem, Origin: name.document.Title(),
				Detail: kind.String(), Doc: cardOf(name.document), Replace: c.reading.Word,
			})
		}
	}
	return items
}
