package analysis

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Hover is what is known about the thing at a place, as Markdown and as plain
// text for clients that have no Markdown.
type Hover struct {
	Span      text.Span // what the hover speaks of
	Markdown  string
	PlainText string
}

// Hover answers what the byte offset in the file is about, or nil.
func (s *Snapshot) Hover(path string, offset int) *Hover {
	if at := s.valueAt(path, offset); at != nil && len(at.node.Path) > 0 {
		return hoverValue(at)
	}
	if at := s.referenceAt(path, offset); at != nil && at.resolved.Below() != nil {
		return s.hoverReference(at)
	}
	return nil
}

// A layerRow is one line of the table of layers.
type layerRow struct {
	kind, title string
	says        string // what the layer says, as CUE or in words
	isCode      bool
	wins        bool
	beaten      bool
	invalid     bool
	file        *syntax.File
	line        int // from 1
}

func layerRows(r *rule.Resolved, n *cascade.Node) []layerRow {
	var rows []layerRow
	for i := len(r.Tree.Layers) - 1; i >= 0; i-- {
		f := n.Layers[i]
		if f == nil {
			continue
		}
		doc := r.Tree.Layers[i].Document
		row := layerRow{
			kind:    doc.Kind.Layer(),
			title:   doc.Title(),
			wins:    i == n.From && n.Present,
			invalid: n.Invalid != nil && n.Invalid.Layer == i || n.Undefined,
		}
		row.says, row.isCode = says(n, f)
		row.beaten = row.isCode && !row.wins && n.From > i
		if len(f.Decls) > 0 {
			d := f.Decls[len(f.Decls)-1]
			row.file, row.line = d.File, d.File.Text.LineOf(d.Label.Start)+1
		}
		rows = append(rows, row)
	}
	return rows
}

// maxShown is how many characters of a value a hover shows.
const maxShown = 80

// says returns what a layer says at a path: the value that it stands for, else its
// constraint in words.
func says(n *cascade.Node, f *cascade.FieldShape) (words string, isCode bool) {
	v := f.Shape.Concrete()
	switch {
	case v != nil && n.Path.IsSecret():
		return "(a secret)", false
	case v != nil && v.Kind != cascade.Struct:
		return shorten(v.String()), true
	case f.Shape.StructShape() != nil:
		return "a struct", false
	case f.Shape.Unread():
		return "computed", false
	}
	return shorten(cascade.Describe(f.Shape)), false
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > maxShown {
		return string(runes[:maxShown-1]) + "…"
	}
	return s
}

// statement says what the layers below the top one let the path be.
func statement(n *cascade.Node) string {
	switch {
	case n.Undefined:
		return "not a value of this Module"
	case n.Struct && len(n.Children) == 0:
		return "a struct"
	case n.Struct:
		return "a struct of " + count(len(n.Children), "value")
	case n.Missing:
		return cascade.Describe(n.AllowedBelow()) + "; a release must set it"
	}
	return cascade.Describe(n.AllowedBelow())
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// docsOf returns the comments on a path, those of the highest layer first. If
// several layers say something different, each is marked with its layer.
func docsOf(r *rule.Resolved, n *cascade.Node) string {
	var docs, layers []string
	for i, f := range slices.Backward(n.Layers) {
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			if d.Doc != "" && !slices.Contains(docs, d.Doc) {
				docs = append(docs, d.Doc)
				layers = append(layers, r.Tree.Layers[i].Document.Kind.Layer())
			}
		}
	}
	if len(docs) > 1 {
		for i := range docs {
			docs[i] = layers[i] + ": " + docs[i]
		}
	}
	return strings.Join(docs, "\n\n")
}

func hoverValue(at *valuePlace) *Hover {
	var md, plain strings.Builder
	fmt.Fprintf(&md, "**`%s`** — %s\n\n", at.node.Path, escapeMarkdown(statement(at.node)))
	fmt.Fprintf(&plain, "%s: %s\n\n", at.node.Path, statement(at.node))
	rows := layerRows(at.document, at.node)
	md.WriteString("| layer | document | value | |\n|:--|:--|:--|:--|\n")
	for _, row := range rows {
		md.WriteString(row.markdown())
		plain.WriteString(row.plain())
	}
	if doc := docsOf(at.document, at.node); doc != "" {
		fmt.Fprintf(&md, "\n%s\n", doc)
		fmt.Fprintf(&plain, "\n%s\n", doc)
	}
	return &Hover{Span: at.span, Markdown: md.String(), PlainText: plain.String()}
}

func (row layerRow) markdown() string {
	value := strings.ReplaceAll(row.says, "|", `\|`)
	if row.isCode {
		value = "`" + value + "`"
	} else {
		value = escapeMarkdown(row.says)
	}
	kind := row.kind
	switch {
	case row.invalid:
		value += " ✗ not allowed"
	case row.wins:
		kind, value = "**"+kind+"**", "**"+value+"** ← effective"
	case row.beaten:
		value = "~~" + value + "~~"
	}
	link := ""
	if row.file != nil {
		link = fmt.Sprintf("[%s:%d](%s)", rule.FileName(row.file), row.line, fileLink(row.file.Path, row.line))
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", kind, escapeMarkdown(row.title), value, link)
}

func (row layerRow) plain() string {
	mark := ""
	switch {
	case row.invalid:
		mark = "  (not allowed)"
	case row.wins:
		mark = "  <- effective"
	case row.beaten:
		mark = "  (overridden)"
	}
	place := ""
	if row.file != nil {
		place = fmt.Sprintf("  %s:%d", rule.FileName(row.file), row.line)
	}
	return fmt.Sprintf("%-10s  %s  %s%s%s\n", row.kind, row.title, row.says, mark, place)
}

// fileLink returns a URI that opens a file at a line, counted from 1.
func fileLink(path string, line int) string {
	if strings.HasPrefix(path, catalogindex.EmbeddedRoot) {
		return path
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // a drive letter
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed, Fragment: fmt.Sprintf("L%d", line)}).String()
}

var markdownEscaper = strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;")

func escapeMarkdown(s string) string { return markdownEscaper.Replace(s) }

// hoverReference shows what a reference leads to.
func (s *Snapshot) hoverReference(at *referencePlace) *Hover {
	d := at.resolved.Below()
	facts := [][2]string{}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, [2]string{name, value})
		}
	}
	if below, ok := s.index.Resolve(d); ok && below.Document != nil {
		add("curated from", below.Document.Kind.String()+" "+below.Document.Title())
	}
	var components, scopes []string
	for _, layer := range cascade.Chain(s.index, d) {
		components = appendNames(components, layer.Components())
		scopes = appendNames(scopes, layer.Scopes())
	}
	add("components", strings.Join(components, ", "))
	add("scopes", strings.Join(scopes, ", "))
	add("found in", string(at.resolved.Resolution.Source))
	line := d.File.Text.LineOf(d.Mark.Start) + 1
	var md, plain strings.Builder
	fmt.Fprintf(&md, "**%s** %s — [%s:%d](%s)\n\n", d.Kind, escapeMarkdown(d.Title()), rule.FileName(d.File), line, fileLink(d.File.Path, line))
	fmt.Fprintf(&plain, "%s %s  %s:%d\n\n", d.Kind, d.Title(), rule.FileName(d.File), line)
	for _, f := range facts {
		fmt.Fprintf(&md, "- %s: %s\n", f[0], escapeMarkdown(f[1]))
		fmt.Fprintf(&plain, "%s: %s\n", f[0], f[1])
	}
	return &Hover{Span: at.span, Markdown: md.String(), PlainText: plain.String()}
}

func appendNames(names []string, members []catalogindex.Member) []string {
	for _, m := range members {
		if !slices.Contains(names, m.Name) {
			names = append(names, m.Name)
		}
	}
	return names
}
