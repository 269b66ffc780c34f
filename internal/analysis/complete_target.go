package analysis

import (
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// targetField is the field of a scope that says to which components it applies.
const targetField = "appliesTo"

// targets offers what a scope may apply to: every component, or a list of some.
func (c *completer) targets(at []string) []Completion {
	inList := len(at) == 2 && strings.HasPrefix(at[1], "[")
	quoted := c.reading.Kind == syntax.Quoted
	if len(at) > 2 || len(at) == 2 && !inList || c.cursor.Aside || !c.cursor.InValue || !quoted && !c.reading.Alone {
		return nil
	}
	word := c.cursor.Word
	var items []Completion
	if !inList {
		items = append(items, Completion{Label: `"*"`, NewText: `"*"`, Kind: ValueItem, Detail: "every component", Replace: word})
	}
	d := c.doc.Document
	listed := c.textOfSlot(at)
	for _, m := range c.members((*catalogindex.Document).Components) {
		name := selectorText(d.Dialect.Components, m.member.Name)
		item := Completion{Label: name, NewText: name, Kind: ReferenceItem, Origin: m.document.Kind.Layer(), Doc: m.doc(), Replace: word}
		switch {
		case !inList:
			item.Label = "[" + name + "]"
			item.NewText = item.Label
		case slices.Contains(listed, name) && name != c.file.Text.Slice(word):
			continue
		}
		items = append(items, item)
	}
	return items
}

// textOfSlot returns the elements of the list that the cursor is in, as they are written.
func (c *completer) textOfSlot(at []string) []string {
	if len(at) < 2 {
		return nil
	}
	return c.elementsAround()
}

// A layerMember is a component or a scope with the document that writes it.
type layerMember struct {
	member   catalogindex.Member
	document *catalogindex.Document
}

func (m layerMember) doc() string {
	return "In " + m.document.Kind.Layer() + " " + m.document.Title() + "."
}

// members returns the components, or the scopes, of the document and of those below it,
// its own last, each once.
func (c *completer) members(of func(*catalogindex.Document) []catalogindex.Member) []layerMember {
	return membersOf(c.doc.Chain, of)
}

func membersOf(chain []*catalogindex.Document, of func(*catalogindex.Document) []catalogindex.Member) []layerMember {
	var out []layerMember
	for _, d := range chain {
		for _, m := range of(d) {
			if !slices.ContainsFunc(out, func(other layerMember) bool { return other.member.Name == m.Name }) {
				out = append(out, layerMember{m, d})
			}
		}
	}
	return out
}
