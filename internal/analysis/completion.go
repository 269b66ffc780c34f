package analysis

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A CompletionKind says what a completion item is.
type CompletionKind int

// The kinds of completion item.
const (
	FieldItem     CompletionKind = iota // a field
	StructItem                          // a field that holds fields
	ValueItem                           // a scalar value
	EnumItem                            // one of several allowed values
	ReferenceItem                       // a document, a component or a value that is referred to
	ImportItem                          // an import, or the name of one
	SchemaItem                          // a definition: a trait, a schema of the core
	FunctionItem                        // a function of one of CUE's own packages
	KeywordItem                         // a name that CUE itself knows
	SnippetItem                         // a whole document, or a slot of one
	RuleItem                            // the code of a rule
)

// A Completion is one item that may be typed at a place.
type Completion struct {
	Label    string
	Kind     CompletionKind
	Detail   string    // type or constraint of a field, short
	Origin   string    // the effective default and its layer, short: "= 2 · module"
	Doc      string    // Markdown, may be empty
	SortText string    // items sort by it
	Replace  text.Span // what the item replaces; it is on one line and holds the place
	NewText  string    // what stands there afterwards
	Snippet  string    // the same with LSP snippet placeholders; empty where there is no gain
	// PlainCUE says that it is a name of CUE alone, which whatever knows CUE offers here.
	PlainCUE bool
	// Imports are the edits that import what NewText reads; empty if that is there.
	Imports []Edit
}

// IsDeprecated reports whether the comment on what the item stands for says so.
func (c *Completion) IsDeprecated() bool {
	return strings.HasPrefix(c.Doc, "Deprecated:") || strings.Contains(c.Doc, "\nDeprecated:")
}

// Completion returns what may be typed at the byte offset, in order. Each place of a
// document has a file of its own, complete_*.go; what they offer is told apart by its
// label.
func (s *Snapshot) Completion(path string, offset int) []Completion {
	c := s.completerAt(path, offset)
	if c == nil {
		return nil
	}
	return numbered(c.fitting(c.items()))
}

// A completer collects what may be typed at one offset of a file.
type completer struct {
	s        *Snapshot
	pkg      *catalogindex.Package
	file     *syntax.File
	offset   int
	cursor   syntax.Cursor
	reading  syntax.Reading
	resolved []*rule.Resolved
	around   []ast.Node // the nodes that the offset is in, outermost first
	// doc is the document that the offset is in, or nil, and rest the labels that lead
	// from its top to the cursor.
	doc  *rule.Resolved
	rest []string
}

func (s *Snapshot) completerAt(path string, offset int) *completer {
	p, file := s.index.PackageOf(path), s.index.File(path)
	if p == nil || file == nil || p.Embedded {
		return nil
	}
	offset = min(max(offset, 0), file.Text.Len())
	c := &completer{s: s, pkg: p, file: file, offset: offset, cursor: file.CursorAt(offset), reading: file.ReadingAt(offset), resolved: s.resolve(p)}
	c.around = nodesAt(file, offset)
	c.findDocument()
	return c
}

// findDocument finds the innermost document that the cursor is in.
func (c *completer) findDocument() {
	for _, r := range c.resolved {
		d := r.Document
		n := len(d.Path)
		if len(c.cursor.Path) < n || !slices.Equal(c.cursor.Path[:n], d.Path) || c.doc != nil && len(c.doc.Document.Path) >= n {
			continue
		}
		if rest := c.cursor.Path[n:]; n > 0 || c.isPartOf(d) || len(rest) > 0 && slices.Contains(d.Dialect.Slots(d.Kind), rest[0]) {
			c.doc, c.rest = r, rest
		}
	}
}

func (c *completer) isPartOf(d *catalogindex.Document) bool {
	return slices.ContainsFunc(d.Parts(), func(p catalogindex.Part) bool {
		return p.File.Path == c.file.Path && p.Span.Contains(c.offset)
	})
}

// items returns what the place that the offset is in offers.
func (c *completer) items() []Completion {
	switch c.reading.Kind {
	case syntax.Comment:
		return c.ignorable()
	case syntax.ImportPath:
		return c.importPaths()
	case syntax.Selected:
		return c.selected()
	}
	if c.inValues() {
		return c.values()
	}
	if c.doc != nil && len(c.rest) > 0 {
		return c.inSlot()
	}
	if c.cursor.Aside || c.cursor.InValue {
		return c.names()
	}
	if c.doc != nil {
		return c.slots()
	}
	return c.documents()
}

// inSlot returns what one of a document's slots offers, besides its values.
func (c *completer) inSlot() []Completion {
	d := c.doc.Document
	switch {
	case c.cursor.Aside && c.reading.Kind != syntax.Operand:
		return nil
	case c.rest[0] == d.Dialect.Reference[d.Kind] && len(c.rest) == 1:
		return c.references()
	case c.rest[0] == d.Dialect.Metadata:
		return c.metadata()
	case d.Kind.IsFinal():
		return nil
	case c.rest[0] == d.Dialect.Components, c.rest[0] == d.Dialect.Scopes && d.Dialect.Scopes != "":
		return c.inMembers()
	}
	return c.names()
}

// fitting returns the items that can be put in place, each once: an answer of LSP replaces
// within a line, and around the place that was asked about.
func (c *completer) fitting(items []Completion) []Completion {
	seen := make(map[string]bool)
	return slices.DeleteFunc(items, func(item Completion) bool {
		r := item.Replace
		if r.Start > c.offset || r.End < c.offset || strings.ContainsAny(c.file.Text.Slice(r), "\n\r") || seen[item.Label] {
			return true
		}
		seen[item.Label] = true
		return false
	})
}

// numbered makes the items sort in the order in which they stand.
func numbered(items []Completion) []Completion {
	for i := range items {
		items[i].SortText = fmt.Sprintf("%04d", i)
	}
	return items
}

var snippetEscaper = strings.NewReplacer(`\`, `\\`, `$`, `\$`, `}`, `\}`)

// selectorText returns names as CUE selects one of the other.
func selectorText(names ...string) string {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i == 0:
			b.WriteString(name)
		case strings.HasPrefix(name, "["):
			b.WriteString(name)
		default:
			b.WriteString("." + selectable(name))
		}
	}
	return b.String()
}

// selectable returns a name as it stands behind a dot.
func selectable(name string) string {
	if strings.HasPrefix(name, "#") && ast.IsValidIdent(name) {
		return name
	}
	return cascade.QuoteLabel(name)
}
