package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A CompletionKind says what a completion item is.
type CompletionKind int

// The kinds of completion item.
const (
	FieldItem  CompletionKind = iota // a field of values
	StructItem                       // a field that holds fields
	ValueItem                        // a scalar value
	EnumItem                         // one of several allowed values
)

// A Completion is one item that may be typed at a place.
type Completion struct {
	Label    string
	Kind     CompletionKind
	Detail   string    // type or constraint of a field, short
	Origin   string    // the effective default and its layer, short: "= 2 · module"
	Doc      string    // Markdown, may be empty
	SortText string    // items sort by it
	Replace  text.Span // what the item replaces
	NewText  string    // what stands there afterwards
	Snippet  string    // the same with LSP snippet placeholders; empty where there is no gain
}

// Completion returns what may be typed at the byte offset, in order.
func (s *Snapshot) Completion(path string, offset int) []Completion {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	file := s.index.File(path)
	cursor := file.CursorAt(offset)
	if cursor.Aside || strings.Contains(file.Text.Slice(cursor.Word), "\n") { // LSP replaces within a line
		return nil
	}
	for _, r := range s.result(p).resolved {
		prefix := r.Document.ValuesPath()
		if len(cursor.Path) < len(prefix) || !slices.Equal(cursor.Path[:len(prefix)], prefix) {
			continue
		}
		node := r.Tree.Lookup(cursor.Path[len(prefix):])
		switch {
		case node == nil:
			return nil
		case cursor.InValue && !node.Struct:
			return completeValue(r, node, cursor)
		case node.Struct && cursor.TakesField:
			return completeFields(r, node, file, cursor)
		}
		return nil
	}
	return nil
}

// completeFields offers the fields of a struct that this layer has not set yet. If
// the cursor is on a label that holds something, that is still one of them, and the
// others must be able to hold the same.
func completeFields(r *rule.Resolved, n *cascade.Node, file *syntax.File, cursor syntax.Cursor) []Completion {
	top := len(r.Tree.Layers) - 1
	var required, rest []Completion
	for _, c := range n.Children {
		if c.Undefined {
			continue
		}
		here, elsewhere := declared(c.Layers[top], file.Path, cursor.Word)
		if !here && (elsewhere || isFixed(c, top) || !mayHold(c, cursor.Holds)) {
			continue
		}
		item := Completion{
			Label:   cascade.QuoteLabel(c.Label()),
			Detail:  statement(r, c),
			Origin:  origin(r, c),
			Doc:     docsOf(r, c),
			Replace: cursor.Word,
		}
		item.NewText = item.Label
		if c.Struct {
			item.Kind = StructItem
		}
		if !cursor.HasColon {
			item.NewText += ": "
			if c.Struct {
				item.Snippet = snippetEscaper.Replace(item.Label) + ": {\n\t$0\n}"
			}
		}
		if c.Missing || mustSet(c) {
			required = append(required, item)
		} else {
			rest = append(rest, item)
		}
	}
	return numbered(append(required, rest...))
}

var snippetEscaper = strings.NewReplacer(`\`, `\\`, `$`, `\$`, `}`, `\}`)

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
	if isFixed(n, top) || r.Tree.Secrets.Names(n.Path) { // nor is a secret anybody's to offer
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
		item := Completion{Label: v.String(), Kind: kind, Replace: cursor.Word, NewText: v.String()}
		if standing != nil && standing.Equal(v) {
			item.Origin = "default · " + from
		}
		items = append(items, item)
	}
	return numbered(items)
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

// numbered makes the items sort in the order in which they stand.
func numbered(items []Completion) []Completion {
	for i := range items {
		items[i].SortText = fmt.Sprintf("%04d", i)
	}
	return items
}
