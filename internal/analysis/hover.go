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
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	c := &card{}
	switch s.role(at) {
	case ValuePlace, ReadPlace:
		s.writeValue(c, at)
	case ReferencePlace, ImportPlace:
		s.writeReferred(c, at)
	case ComponentPlace:
		s.writeComponent(c, at)
	case ScopePlace:
		s.writeScope(c, at)
	case SchemaPlace:
		s.writeSchema(c, at)
	case RulePlace:
		writeRule(c, at.Code, at.Rule)
	default:
		s.writeName(c, at)
	}
	if c.isEmpty() {
		return nil
	}
	return &Hover{Span: at.Span, Markdown: tidy(c.markdown.String()), PlainText: tidy(c.plain.String())}
}

// writeValue writes what is known about a value.
func (s *Snapshot) writeValue(c *card, at *Place) {
	node := valueNode(at)
	if node == nil {
		return
	}
	if len(at.Path) == 0 {
		s.writeAllValues(c, at)
		return
	}
	c.explanation(s.explain(at.Document, node))
	if node.Struct && at.Node != nil {
		s.writeChildren(c, at.Document, node)
	}
	if at.Code != "" {
		c.rule()
		writeRule(c, at.Code, at.Rule)
	}
}

// valueNode returns what is known of the value at a place, or of all that fit a pattern there;
// nil if that is nothing.
func valueNode(at *Place) *cascade.Node {
	if at.Node != nil {
		return at.Node
	}
	return patternNode(at)
}

// patternNode returns what the layers say of a field below a pattern, or of all elements of a
// list, in the form of a value; nil if they say nothing.
func patternNode(at *Place) *cascade.Node {
	r := at.Document
	n := &cascade.Node{Path: at.Path, Layers: make([]*cascade.FieldShape, len(r.Tree.Layers)), Allowed: cascade.Top(), From: -1}
	found := false
	for i, values := range r.Tree.Root.Layers {
		if values == nil {
			continue
		}
		values.Each(cascade.Path{}, func(path cascade.Path, f *cascade.FieldShape) {
			if n.Layers[i] == nil && slices.Equal(path, at.Path) {
				n.Layers[i], found = f, true
			}
		})
		if n.Layers[i] != nil {
			n.Allowed = cascade.Meet(n.Allowed, n.Layers[i].Shape)
		}
	}
	if !found {
		return nil
	}
	return n
}

// writeAllValues writes which values a document has.
func (s *Snapshot) writeAllValues(c *card, at *Place) {
	r := at.Document
	var missing []string
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		if n.Missing {
			missing = append(missing, n.Path.String())
		}
		return true
	})
	c.title("", r.Document.ValuesLabel(), "of "+rule.LayerTitle(r.Document), "", nil, 0)
	c.names("must be set", missing, r.Document)
	s.writeChildren(c, r, r.Tree.Root)
}

// explanation writes what is known about one values path.
func (c *card) explanation(e *Explanation) {
	c.layers(e)
	c.doc(e.Doc)
	c.sentence("Feeds", e.Feeds)
	for _, scope := range e.Governed {
		c.paragraph("Governed by the immutable scope "+escapeMarkdown(scope), "Governed by the immutable scope "+scope)
	}
}

// layers writes what a value may be and the table of its layers.
func (c *card) layers(e *Explanation) {
	c.title("", e.Path, "", e.Statement, nil, 0)
	c.line("| layer | document | value | |\n|:--|:--|:--|:--|", "")
	for _, row := range e.Rows {
		c.markdown.WriteString(row.markdown())
		c.plain.WriteString(row.plain())
	}
}

// Markdown returns an explanation as a line and the table of its layers.
func (e *Explanation) Markdown() string {
	c := &card{}
	c.layers(e)
	return tidy(c.markdown.String())
}

// PlainText is Markdown for those who cannot show that.
func (e *Explanation) PlainText() string {
	c := &card{}
	c.layers(e)
	return tidy(c.plain.String())
}

// maxRows is how many rows of a table, or items of a list, a hover shows.
const maxRows = 10

// writeChildren writes a table of the values in a struct, with what is effective.
func (s *Snapshot) writeChildren(c *card, r *rule.Resolved, n *cascade.Node) {
	if len(n.Children) == 0 {
		return
	}
	c.line("\n| value | is | from |\n|:--|:--|:--|", "\n")
	for _, row := range s.valueRows(r, n) {
		shown := escapeMarkdown(row.Is)
		if row.IsValue {
			shown = codeCell(row.Is)
		}
		c.line(fmt.Sprintf("| `%s` | %s | %s |", row.Label, shown, row.Layer), strings.TrimRight(fmt.Sprintf("%s  %s  %s", row.Label, row.Is, row.Layer), " "))
	}
	if more := len(n.Children) - maxRows; more > 0 {
		c.more(more, n, r.Document)
	}
}

// valueRows returns the first values in a struct, with what is effective.
func (s *Snapshot) valueRows(r *rule.Resolved, n *cascade.Node) []ValueRow {
	var rows []ValueRow
	for _, child := range n.Children[:min(len(n.Children), maxRows)] {
		row := ValueRow{Label: cascade.QuoteLabel(child.Label()), Is: shorten(statement(r, child))}
		if v := child.Value; v != nil && child.From >= 0 {
			row.Layer = r.Tree.Layers[child.From].Document.Kind.Layer()
			if row.Is, row.IsValue = coveredUp, !r.Tree.Secrets.Hides(child.Path); row.IsValue {
				row.Is = shorten(r.Tree.Secrets.Show(child.Path, v))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// more says how many rows were left out, with a link to where all are.
func (c *card) more(left int, n *cascade.Node, d *catalogindex.Document) {
	file, line := d.File, d.File.Text.LineOf(d.Mark.Start)+1
	for i := range slices.Backward(n.Layers) {
		if f := n.Layers[i]; f != nil && len(f.Decls) > 0 {
			file, line = f.Decls[0].File, f.Decls[0].File.Text.LineOf(f.Decls[0].Label.Start)+1
		}
	}
	c.rest(left, file, line)
}

func (c *card) rest(left int, file *syntax.File, line int) {
	c.paragraph(fmt.Sprintf("… %d more in %s", left, placeLink(file, line)), fmt.Sprintf("… %d more in %s:%d", left, rule.FileName(file), line))
}

func backquoted(names []string) string {
	return "`" + strings.Join(names, "`, `") + "`"
}

func (row LayerRow) markdown() string {
	layer, value := row.Layer, escapeMarkdown(row.Says)
	if row.IsValue {
		value = codeCell(row.Says)
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
		link = placeLink(row.File, row.Line())
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", layer, escapeMarkdown(row.Document.Title()), value, link)
}

// Remark says in words what becomes of the contribution; "" if there is nothing to
// say.
func (row LayerRow) Remark() string {
	return map[RowState]string{Wins: "← effective", Overridden: "overridden", NotAllowed: "not allowed"}[row.State]
}

func (row LayerRow) plain() string {
	place := ""
	if row.File != nil {
		place = fmt.Sprintf("%s:%d", rule.FileName(row.File), row.Line())
	}
	columns := []string{fmt.Sprintf("%-10s", row.Layer), row.Document.Title(), row.Says, row.Remark(), place}
	return strings.Join(slices.DeleteFunc(columns, func(s string) bool { return s == "" }), "  ") + "\n"
}

// placeLink returns a link to a line of a file, counted from 1.
func placeLink(file *syntax.File, line int) string {
	return fmt.Sprintf("[%s:%d](%s)", rule.FileName(file), line, fileLink(file.Path, line))
}

// fileLink returns a URI that opens a file at a line, counted from 1.
func fileLink(path string, line int) string {
	if strings.HasPrefix(path, catalogindex.EmbeddedRoot) {
		return fmt.Sprintf("%s#L%d", path, line)
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // a drive letter
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed, Fragment: fmt.Sprintf("L%d", line)}).String()
}

var markdownEscaper = strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;")

func escapeMarkdown(s string) string { return markdownEscaper.Replace(s) }

// codeCell returns a piece of code for the cell of a table.
func codeCell(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}
