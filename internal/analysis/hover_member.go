package analysis

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A memberLayer is what one layer writes of a component or a scope.
type memberLayer struct {
	document *catalogindex.Document
	member   catalogindex.Member
	fields   []catalogindex.Field
}

// memberLayers returns what the layers write of the component or the scope at a place,
// lowest first.
func memberLayers(at *Place) []memberLayer {
	var out []memberLayer
	for _, d := range at.Document.Chain {
		members, slot := d.Components(), d.Dialect.Components
		if at.Kind == ScopePlace {
			members, slot = d.Scopes(), d.Dialect.Scopes
		}
		if i := slices.IndexFunc(members, func(m catalogindex.Member) bool { return m.Name == at.Member }); i >= 0 {
			out = append(out, memberLayer{d, members[i], catalogindex.Fields(d.Slot(slot), at.Member)})
		}
	}
	return out
}

// writeMember writes the first lines of a component or a scope: what it is, who wrote it.
func (c *card) writeMember(kind, says string, at *Place, layers []memberLayer) {
	first := layers[0]
	line := first.member.File.Text.LineOf(first.member.Label.Start) + 1
	c.title(kind, at.Member, "of "+rule.LayerTitle(first.document), says, first.member.File, line)
	var types []string
	for _, l := range layers {
		for _, f := range l.fields {
			for _, o := range catalogindex.Operands(f.File, f.Field.Value) {
				if names := catalogindex.SelectorNames(o.Expr); len(names) > 0 && strings.HasPrefix(names[len(names)-1], "#") {
					types = append(types, strings.Join(names, "."))
				}
			}
		}
	}
	if len(types) > 0 {
		c.linked("is", backquoted(types), strings.Join(types, ", "))
	}
	for _, l := range layers[1:] {
		line := l.member.File.Text.LineOf(l.member.Label.Start) + 1
		c.linked("also in", escapeMarkdown(rule.LayerTitle(l.document))+" "+placeLink(l.member.File, line), rule.LayerTitle(l.document))
	}
}

// memberDoc returns the comments on a component or a scope, lowest layer first.
func memberDoc(layers []memberLayer) string {
	var docs []string
	for _, l := range layers {
		for _, f := range l.fields {
			if doc := docText(ast.Comments(f.Field)); doc != "" && !slices.Contains(docs, doc) {
				docs = append(docs, doc)
			}
		}
	}
	return strings.Join(docs, "\n\n")
}

// writeComponent writes what is known about a component.
func (s *Snapshot) writeComponent(c *card, at *Place) {
	layers := memberLayers(at)
	if len(layers) == 0 {
		return
	}
	c.writeMember("component", "", at, layers)
	var reads []string
	for _, f := range cascade.Flows(at.Document.Tree.Layers) {
		if path := f.Value.String(); f.Component == at.Member && !slices.Contains(reads, path) {
			reads = append(reads, path)
		}
	}
	c.names("reads", reads, layers[0].document)
	for _, d := range at.Document.Chain {
		for _, scope := range d.Scopes() {
			if cascade.Governs(scope, d, at.Member) {
				line := scope.File.Text.LineOf(scope.Label.Start) + 1
				words := scope.Name + " of " + rule.LayerTitle(d) + immutability(scope)
				c.linked("governed by", escapeMarkdown(words)+" "+placeLink(scope.File, line), words)
			}
		}
	}
	c.doc(memberDoc(layers))
	c.content(s, at, layers, (*cascade.Layer).Components, at.Document.Document.Dialect.Components)
}

func immutability(scope catalogindex.Member) string {
	if scope.Immutable {
		return " (immutable)"
	}
	return ""
}

// writeScope writes what a scope enforces, and on what.
func (s *Snapshot) writeScope(c *card, at *Place) {
	layers := memberLayers(at)
	if len(layers) == 0 {
		return
	}
	says := "immutable, no release may contradict it"
	if !slices.ContainsFunc(layers, func(l memberLayer) bool { return l.member.Immutable }) {
		says = "not immutable"
	}
	c.writeMember("scope", says, at, layers)
	var governs []string
	for _, d := range at.Document.Chain {
		for _, component := range d.Components() {
			if slices.ContainsFunc(layers, func(l memberLayer) bool { return cascade.Governs(l.member, l.document, component.Name) }) && !slices.Contains(governs, component.Name) {
				governs = append(governs, component.Name)
			}
		}
	}
	if len(governs) == 0 {
		governs = []string{"nothing that can be read off the text"}
		c.fact("applies to", governs[0])
	} else {
		c.names("applies to", governs, layers[0].document)
	}
	c.doc(memberDoc(layers))
	c.content(s, at, layers, (*cascade.Layer).Scopes, at.Document.Document.Dialect.Scopes)
}

// content writes a table of what a component or a scope says, with the effective values in
// place.
func (c *card) content(s *Snapshot, at *Place, layers []memberLayer, read func(*cascade.Layer, cascade.Source) *cascade.FieldShape, slot string) {
	r := at.Document
	resolved := s.beside(r, read).Child(at.Member)
	type row struct {
		path cascade.Path
		says string
		code bool
		file *memberLayer
		line int
	}
	var rows []row
	for i := range layers {
		l := &layers[i]
		written := cascade.ReadMember(s.source(), l.document, slot, at.Member)
		if written == nil {
			continue
		}
		written.Each(cascade.Path{}, func(path cascade.Path, f *cascade.FieldShape) {
			if len(path) == 0 || path[0] == l.document.Dialect.Metadata || path[0] == "appliesTo" || f.Shape.StructShape() != nil {
				return
			}
			if slices.ContainsFunc(path, func(label string) bool { return strings.HasPrefix(label, "[") }) {
				return // an element of a list: the list is shown
			}
			if slices.ContainsFunc(rows, func(other row) bool { return slices.Equal(other.path, path) }) {
				return
			}
			out := row{path: path, file: l}
			if out.says = coveredUp; !r.Tree.Secrets.HidesField(path, f) {
				out.says, out.code = saysAt(r, resolved, path, f)
			}
			if len(f.Decls) > 0 {
				out.line = f.Decls[0].File.Text.LineOf(f.Decls[0].Label.Start) + 1
			}
			rows = append(rows, out)
		})
	}
	if len(rows) == 0 {
		return
	}
	c.line("\n| field | is |\n|:--|:--|", "\n")
	for _, row := range rows[:min(len(rows), maxRows)] {
		says := escapeMarkdown(row.says)
		if row.code {
			says = codeCell(row.says)
		}
		c.line(fmt.Sprintf("| `%s` | %s |", row.path, says), fmt.Sprintf("%s  %s", row.path, row.says))
	}
	if more := len(rows) - maxRows; more > 0 {
		next := rows[maxRows]
		c.rest(more, next.file.member.File, max(next.line, 1))
	}
}

// saysAt returns what stands at a path of a component or a scope: the value with all layers
// and values in place, else what is allowed in words.
func saysAt(r *rule.Resolved, resolved *cascade.Node, path cascade.Path, f *cascade.FieldShape) (says string, code bool) {
	n := resolved
	for _, label := range path {
		if n != nil {
			n = n.Child(label)
		}
	}
	secrets := r.Tree.Secrets.Beside()
	switch {
	case n != nil && n.Effective() != nil && secrets.Names(path):
		return coveredUp, false
	case n != nil && n.Effective() != nil:
		return shorten(secrets.Show(path, n.Effective())), true
	case f.Shape.Unread():
		return "computed", false
	}
	return shorten(secrets.Describe(path, f.Shape)), false
}
