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
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	switch at.Kind {
	case ValuePlace, ReadPlace:
		if at.Node != nil && len(at.Path) > 0 {
			return s.hoverValue(at)
		}
	case ReferencePlace:
		if at.Document.Below() != nil {
			return s.hoverReference(at)
		}
	}
	return nil
}

func (s *Snapshot) hoverValue(at *Place) *Hover {
	e := s.explain(at.Document, at.Node)
	var md, plain strings.Builder
	fmt.Fprintf(&md, "**`%s`** — %s\n\n", e.Path, escapeMarkdown(e.Statement))
	fmt.Fprintf(&plain, "%s: %s\n\n", e.Path, e.Statement)
	md.WriteString("| layer | document | value | |\n|:--|:--|:--|:--|\n")
	for _, row := range e.Rows {
		md.WriteString(row.markdown())
		plain.WriteString(row.plain())
	}
	if e.Doc != "" {
		fmt.Fprintf(&md, "\n%s\n", e.Doc)
		fmt.Fprintf(&plain, "\n%s\n", e.Doc)
	}
	if len(e.Feeds) > 0 {
		fmt.Fprintf(&md, "\nFeeds %s\n", backquoted(e.Feeds))
		fmt.Fprintf(&plain, "\nFeeds %s\n", strings.Join(e.Feeds, ", "))
	}
	for _, scope := range e.Governed {
		fmt.Fprintf(&md, "\nGoverned by the immutable scope %s\n", escapeMarkdown(scope))
		fmt.Fprintf(&plain, "\nGoverned by the immutable scope %s\n", scope)
	}
	return &Hover{Span: at.Span, Markdown: md.String(), PlainText: plain.String()}
}

func backquoted(names []string) string {
	return "`" + strings.Join(names, "`, `") + "`"
}

func (row LayerRow) markdown() string {
	layer, value := row.Layer, escapeMarkdown(row.Says)
	if row.IsValue {
		value = "`" + strings.ReplaceAll(row.Says, "|", `\|`) + "`"
	}
	switch row.State {
	case NotAllowed:
		value += " ✗ not allowed"
	case Wins:
		layer, value = "**"+layer+"**", "**"+value+"** ← effective"
	case Overridden:
		value = "~~" + value + "~~"
	}
	link := ""
	if row.File != nil {
		link = fmt.Sprintf("[%s:%d](%s)", rule.FileName(row.File), row.Line, fileLink(row.File.Path, row.Line))
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", layer, escapeMarkdown(row.Document), value, link)
}

// Remark says in words what becomes of the contribution; "" if there is nothing to
// say.
func (row LayerRow) Remark() string {
	return map[RowState]string{Wins: "← effective", Overridden: "overridden", NotAllowed: "not allowed"}[row.State]
}

func (row LayerRow) plain() string {
	place := ""
	if row.File != nil {
		place = fmt.Sprintf("%s:%d", rule.FileName(row.File), row.Line)
	}
	columns := []string{fmt.Sprintf("%-10s", row.Layer), row.Document, row.Says, row.Remark(), place}
	return strings.Join(slices.DeleteFunc(columns, func(s string) bool { return s == "" }), "  ") + "\n"
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
func (s *Snapshot) hoverReference(at *Place) *Hover {
	d := at.Document.Below()
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
	add("found in", string(at.Document.Resolution.Source))
	line := d.File.Text.LineOf(d.Mark.Start) + 1
	var md, plain strings.Builder
	fmt.Fprintf(&md, "**%s** %s — [%s:%d](%s)\n\n", d.Kind, escapeMarkdown(d.Title()), rule.FileName(d.File), line, fileLink(d.File.Path, line))
	fmt.Fprintf(&plain, "%s %s  %s:%d\n\n", d.Kind, d.Title(), rule.FileName(d.File), line)
	for _, f := range facts {
		fmt.Fprintf(&md, "- %s: %s\n", f[0], escapeMarkdown(f[1]))
		fmt.Fprintf(&plain, "%s: %s\n", f[0], f[1])
	}
	return &Hover{Span: at.Span, Markdown: md.String(), PlainText: plain.String()}
}

func appendNames(names []string, members []catalogindex.Member) []string {
	for _, m := range members {
		if !slices.Contains(names, m.Name) {
			names = append(names, m.Name)
		}
	}
	return names
}
