package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/release"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// inValues reports whether the cursor is in the values of its document.
func (c *completer) inValues() bool {
	if c.doc == nil {
		return false
	}
	label := c.doc.Document.ValuesLabel()
	return label == "" || len(c.rest) > 0 && c.rest[0] == label
}

// values returns what may be set at a place of the values.
func (c *completer) values() []Completion {
	if c.cursor.Aside {
		return nil
	}
	at := c.rest
	if c.doc.Document.ValuesLabel() != "" {
		at = at[1:]
	}
	node := c.doc.Tree.Lookup(at)
	switch {
	case node == nil:
		return c.elementValues(at)
	case c.cursor.InValue && !node.Struct:
		items := completeValue(c.doc, node, c.cursor)
		if c.doc.Tree.Depends || c.isBounded(node) {
			return c.tried(items)
		}
		return items
	case node.Struct && c.cursor.TakesField:
		items := completeFields(c.doc, node, c.file, c.cursor)
		if c.cursor.HasColon && c.cursor.Holds != syntax.Unclear {
			return c.tried(items)
		}
		return items
	}
	return nil
}

// elementValues offers the members of an enumeration for an element that a list does not
// have yet.
func (c *completer) elementValues(at cascade.Path) []Completion {
	last := len(at) - 1
	if last < 0 || !strings.HasPrefix(at[last], "[") || !c.cursor.InValue {
		return nil
	}
	list := c.doc.Tree.Lookup(at[:last])
	if list == nil || c.doc.Tree.Secrets.Hides(list.Path) {
		return nil
	}
	var items []Completion
	for _, alt := range list.AllowedBelow().Alts {
		if alt.List == nil || alt.List.Rest == nil {
			continue
		}
		for _, v := range cascade.Members(alt.List.Rest) {
			items = append(items, Completion{Label: v.String(), Kind: EnumItem, Replace: c.cursor.Word, NewText: v.String()})
		}
	}
	return c.tried(items)
}

// isBounded reports whether more than the layers' constraints says what a value may be: a scope
// that governs a component which reads it.
func (c *completer) isBounded(n *cascade.Node) bool {
	below := c.doc.Tree.Layers[:len(c.doc.Tree.Layers)-1]
	flows := slices.DeleteFunc(slices.Clone(cascade.Flows(below)), func(f cascade.Flow) bool {
		shared := min(len(f.Value), len(n.Path))
		return !slices.Equal(f.Value[:shared], n.Path[:shared])
	})
	return slices.ContainsFunc(cascade.Governances(c.s.source(), below, flows), func(g cascade.Governance) bool {
		return g.Says != nil || release.BoundsResources(g.Scope) && release.IsResourceField(g.Flow.Field)
	})
}

// maxTried is how many items are tried before they are offered. More are hardly ever
// offered for what is there already.
const maxTried = 32

// tried returns the items that do not make something wrong that is right without them:
// what an immutable scope forbids, say. Values can do that, and labels of values.
func (c *completer) tried(items []Completion) []Completion {
	if len(items) == 0 || !c.doc.Document.Kind.IsFinal() || c.doc.Document.Dialect.IsConfiguration() || len(items) > maxTried {
		return items
	}
	wrong := make(map[string]bool)
	for _, unset := range []string{c.file.Text.Slice(c.cursor.Word), "_"} {
		if c.cursor.InValue || unset != "_" {
			for _, d := range c.errorsWith(unset) {
				wrong[d.Code+d.Message] = true
			}
		}
	}
	return slices.DeleteFunc(items, func(item Completion) bool {
		return item.NewText != c.file.Text.Slice(c.cursor.Word) && slices.ContainsFunc(c.errorsWith(item.NewText), func(d Diagnostic) bool { return !wrong[d.Code+d.Message] })
	})
}

// errorsWith returns the errors of the file with a text in place of what is being written.
func (c *completer) errorsWith(written string) []Diagnostic {
	content, word := c.file.Text.Content(), c.cursor.Word
	after := c.s.WithText(c.file.Path, content[:word.Start]+written+content[word.End:])
	return slices.DeleteFunc(slices.Clone(after.Diagnostics(c.file.Path)), func(d Diagnostic) bool { return d.Severity != Error })
}

// completeFields offers the fields of a struct that this layer has not set yet: those that
// must be set, then those of the highest layer below. If the cursor is on a label that
// holds something, that is still one of them, and the others must be able to hold the same.
func completeFields(r *rule.Resolved, n *cascade.Node, file *syntax.File, cursor syntax.Cursor) []Completion {
	top := len(r.Tree.Layers) - 1
	byLayer := make([][]Completion, top+2) // the last one: required
	for _, c := range n.Children {
		if c.Undefined {
			continue
		}
		here, elsewhere := declared(c.Layers[top], file.Path, cursor.Word)
		if !here && (elsewhere || isFixed(c, top) || !mayHold(c, cursor.Holds)) {
			continue
		}
		layer := layerOf(c, top)
		if layer < 0 { // only this layer has it: it is what is being typed
			if c.Layers[top] != nil && top > 0 && here && !cursor.HasColon {
				continue
			}
			layer = 0
		}
		if c.Missing || mustSet(c) {
			layer = top + 1
		}
		byLayer[layer] = append(byLayer[layer], fieldItem(r, c, cursor))
	}
	slices.Reverse(byLayer)
	return slices.Concat(byLayer...)
}

// layerOf returns the highest layer below the top one that speaks of a path, or -1.
func layerOf(n *cascade.Node, top int) int {
	for i := top - 1; i >= 0; i-- {
		if n.Layers[i] != nil {
			return i
		}
	}
	return -1
}

func fieldItem(r *rule.Resolved, n *cascade.Node, cursor syntax.Cursor) Completion {
	item := Completion{
		Label:   cascade.QuoteLabel(n.Label()),
		Detail:  statement(r, n),
		Origin:  origin(r, n),
		Doc:     docsOf(r, n),
		Replace: cursor.Word,
	}
	item.NewText = item.Label
	if n.Struct {
		item.Kind = StructItem
	}
	if cursor.HasColon {
		return item
	}
	item.NewText += ": "
	if n.Struct {
		item.Snippet = snippetEscaper.Replace(item.Label) + ": {\n" + requiredStops(n) + "}"
	}
	return item
}

// requiredStops returns the lines of a snippet for what a struct cannot do without.
func requiredStops(n *cascade.Node) string {
	var b strings.Builder
	i := 0
	for _, c := range n.Children {
		if mustSet(c) && c.Label() != "" {
			i++
			fmt.Fprintf(&b, "\t%s: $%d\n", snippetEscaper.Replace(cascade.QuoteLabel(c.Label())), i)
		}
	}
	if i == 0 {
		return "\t$0\n"
	}
	return b.String()
}

// mustSet reports whether a path needs a value and has none.
func mustSet(n *cascade.Node) bool {
	return !n.Struct && n.Value == nil && !n.Optional && !n.Unread
}

// isFixed reports whether a layer below settled the value for good.
func isFixed(n *cascade.Node, top int) bool {
	for _, f := range n.Layers[:top] {
		if f != nil && len(f.Shape.Alts) == 1 && f.Shape.Alts[0].Value != nil {
			return true
		}
	}
	return false
}

// declared reports whether a layer has the field at the very label that is being
// typed, and whether it has it elsewhere.
func declared(f *cascade.FieldShape, path string, word text.Span) (here, elsewhere bool) {
	if f == nil {
		return false, false
	}
	for _, d := range f.Decls {
		if d.File.Path == path && d.Label == word {
			here = true
		} else {
			elsewhere = true
		}
	}
	return here, elsewhere
}

// mayHold reports whether what stands behind a label may stand behind this one.
func mayHold(n *cascade.Node, content syntax.Content) bool {
	switch content {
	case syntax.Fields:
		return n.Struct || slices.ContainsFunc(n.AllowedBelow().Alts, func(a *cascade.Alt) bool { return a.Kinds&cascade.Struct != 0 })
	case syntax.NoFields:
		return !n.Struct
	}
	return true
}

// origin says what stands at a path if nobody sets it here, and who says so.
func origin(r *rule.Resolved, n *cascade.Node) string {
	if n.Value == nil || n.From < 0 {
		return ""
	}
	value := shorten(r.Tree.Secrets.Show(n.Path, n.Value))
	return fmt.Sprintf("= %s · %s", value, r.Tree.Layers[n.From].Document.Kind.Layer())
}

// completeValue offers the values that a path may have: the members of an
// enumeration, and what it is by default. They have no Detail: the constraint would
// be the list of all members at each of them, and leave no room for their Origin.
func completeValue(r *rule.Resolved, n *cascade.Node, cursor syntax.Cursor) []Completion {
	top := len(r.Tree.Layers) - 1
	below := n.AllowedBelow()
	if isFixed(n, top) || r.Tree.Secrets.Hides(n.Path) { // nor is a secret anybody's to offer
		return nil
	}
	members := cascade.Members(below)
	kind := EnumItem
	standing, from := inherited(r, n, top)
	if members == nil && standing != nil {
		members, kind = []*cascade.Value{standing}, ValueItem
	}
	var items []Completion
	for _, v := range members {
		if r.Tree.Secrets.HidesIn(n.Path, v) {
			continue
		}
		item := Completion{Label: v.String(), Kind: kind, Replace: cursor.Word, NewText: v.String(), Doc: docsOf(r, n)}
		if standing != nil && standing.Equal(v) {
			item.Origin = "default · " + from
		}
		items = append(items, item)
	}
	return items
}

// inherited returns the value that the layers below the top one give a path, and the
// word for the layer that it comes from.
func inherited(r *rule.Resolved, n *cascade.Node, top int) (*cascade.Value, string) {
	for i := max(top, 1) - 1; i >= 0; i-- {
		if f := n.Layers[i]; f != nil && f.Shape.Concrete() != nil {
			return f.Shape.Concrete(), r.Tree.Layers[i].Document.Kind.Layer()
		}
	}
	return nil, ""
}

// valueItems offers the values of a struct where something reads them.
func valueItems(r *rule.Resolved, at cascade.Path, word text.Span) []Completion {
	n := r.Tree.Lookup(at)
	if n == nil {
		return nil
	}
	var items []Completion
	for _, c := range n.Children {
		if c.Undefined || strings.HasPrefix(c.Label(), "[") {
			continue
		}
		item := fieldItem(r, c, syntax.Cursor{Word: word, HasColon: true})
		item.Kind = ReferenceItem
		item.NewText = selectable(c.Label())
		items = append(items, item)
	}
	return items
}
