package analysis

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A card is a hover that is being written, in both of its forms.
type card struct {
	markdown, plain strings.Builder
}

func (c *card) isEmpty() bool { return c.markdown.Len() == 0 }

// title writes the first line: what kind of thing it is, its name, whose it is, what is to be
// said of it, and where it stands. Each but the name may be missing.
func (c *card) title(kind, name, whose, says string, file *syntax.File, line int) {
	md, plain := "**"+codeCell(name)+"**", name
	if kind != "" {
		md, plain = kind+" "+md, kind+" "+plain
	}
	if whose != "" {
		md, plain = md+" "+escapeMarkdown(whose), plain+" "+whose
	}
	if says != "" {
		md, plain = md+" — "+escapeMarkdown(says), plain+": "+says
	}
	if file != nil {
		md += " — " + placeLink(file, line)
		plain += fmt.Sprintf("  %s:%d", rule.FileName(file), line)
	}
	c.line(md+"\n", plain+"\n")
}

// blankLines matches more than one blank line.
var blankLines = regexp.MustCompile(`\n{3,}`)

// tidy returns a text with single blank lines and one line end behind it.
func tidy(s string) string { return strings.TrimSpace(blankLines.ReplaceAllString(s, "\n\n")) + "\n" }

// line writes a line; "" writes none in that form.
func (c *card) line(markdown, plain string) {
	if markdown != "" {
		c.markdown.WriteString(markdown + "\n")
	}
	if plain != "" {
		c.plain.WriteString(plain + "\n")
	}
}

// paragraph writes a paragraph.
func (c *card) paragraph(markdown, plain string) { c.line("\n"+markdown, "\n"+plain) }

// rule writes a line between two things.
func (c *card) rule() { c.line("\n---\n", "") }

// maxDocLines is how many lines of comments a hover shows.
const maxDocLines = 40

// doc writes a comment, which is Markdown.
func (c *card) doc(doc string) {
	if doc == "" {
		return
	}
	if lines := strings.Split(doc, "\n"); len(lines) > maxDocLines {
		doc = strings.Join(lines[:maxDocLines], "\n") + "\n\n…"
	}
	c.paragraph(doc, doc)
}

// fact writes one fact of a list; nothing if it is "".
func (c *card) fact(name, value string) {
	if value != "" {
		c.linked(name, escapeMarkdown(value), value)
	}
}

// linked writes one fact of a list, in both forms.
func (c *card) linked(name, markdown, plain string) {
	c.line(fmt.Sprintf("- %s: %s", name, markdown), fmt.Sprintf("%s: %s", strings.Trim(name, "`"), plain))
}

// names writes a fact that is a list of names; the document is where to read the rest.
func (c *card) names(name string, all []string, d *catalogindex.Document) {
	if len(all) == 0 {
		return
	}
	shown, more := all, ""
	if len(all) > maxRows {
		shown = all[:maxRows]
		line := d.File.Text.LineOf(d.Mark.Start) + 1
		more = fmt.Sprintf(", … [%d more](%s)", len(all)-maxRows, fileLink(d.File.Path, line))
	}
	plain := strings.Join(shown, ", ")
	if more != "" {
		plain += fmt.Sprintf(", … %d more", len(all)-maxRows)
	}
	c.linked(name, backquoted(shown)+more, plain)
}

// sentence writes a word and the names that belong to it.
func (c *card) sentence(word string, all []string) {
	if len(all) == 0 {
		return
	}
	shown, more := all[:min(len(all), maxRows)], ""
	if len(all) > maxRows {
		more = fmt.Sprintf(", … %d more", len(all)-maxRows)
	}
	c.paragraph(word+" "+backquoted(shown)+more, word+" "+strings.Join(shown, ", ")+more)
}
