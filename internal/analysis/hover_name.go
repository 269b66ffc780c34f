package analysis

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/names"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// writeSchema writes what a name of the embedded core means; for what marks a document also
// the document's card.
func (s *Snapshot) writeSchema(c *card, at *Place) {
	fields := rootFields(at.Target.Package, at.Name)
	if d := s.markedBy(at); d != nil {
		s.writeDocument(c, d, "")
		c.rule()
	}
	importPath := strings.TrimPrefix(at.Target.Package.Key, catalogindex.EmbeddedRoot)
	c.title("", at.Name, "of "+importPath, "", nil, 0)
	for _, f := range fields {
		c.doc(docText(ast.Comments(f.Field)))
	}
	var shown int
	all := fieldsOf(fields)
	for _, f := range all {
		doc, _, _ := strings.Cut(docText(ast.Comments(f.Field)), "\n\n")
		doc = strings.ReplaceAll(doc, "\n", " ")
		if doc == "" {
			continue
		}
		if shown++; shown > maxRows {
			continue
		}
		if shown == 1 {
			c.line("\n", "\n")
		}
		c.linked("`"+f.Name+"`", doc, doc)
	}
	if shown > maxRows {
		first := fields[0]
		c.rest(shown-maxRows, first.File, first.File.Text.LineOf(first.Label().Start)+1)
	}
}

// fieldsOf returns the fields of structs that fields hold, each once.
func fieldsOf(fields []catalogindex.Field) []catalogindex.Field {
	var out []catalogindex.Field
	for _, f := range catalogindex.AllFields(catalogindex.StructParts(fields)) {
		if !slices.ContainsFunc(out, func(other catalogindex.Field) bool { return other.Name == f.Name }) {
			out = append(out, f)
		}
	}
	return out
}

// writeName writes what is known about a name of plain CUE: where it is declared, and the
// comments there. It says nothing of what nobody comments on, if that stands here.
func (s *Snapshot) writeName(c *card, at *Place) {
	name := at.nameNode()
	file := s.index.File(at.File.Path)
	if name == nil || file == nil {
		return
	}
	n := names.New(s.index, &s.memo.names)
	declared := slices.DeleteFunc(n.Definitions(file, name), func(m names.Mention) bool {
		return at.IsLabel && m.File.Path == file.Path && m.Span == at.Span
	})
	var docs []string
	for _, d := range n.Docs(file, name) {
		if doc := docText(d.Groups); doc != "" && !slices.Contains(docs, doc) {
			docs = append(docs, doc)
		}
	}
	if len(docs) == 0 && (len(declared) == 0 || at.IsLabel) {
		return
	}
	text := file.Text.Slice(at.Span)
	if len(declared) == 0 {
		c.title("", text, "", "", nil, 0)
	} else {
		first := declared[0]
		c.title("", text, "", s.saysOf(first), first.File, first.File.Text.LineOf(first.Span.Start)+1)
	}
	for _, doc := range docs {
		c.doc(doc)
	}
	if len(declared) > 1 {
		c.line("\n", "\n")
	}
	for _, m := range declared[min(1, len(declared)):min(len(declared), maxRows)] {
		line := m.File.Text.LineOf(m.Span.Start) + 1
		c.linked("also in", placeLink(m.File, line), fmt.Sprintf("%s:%d", rule.FileName(m.File), line))
	}
}

// saysOf says in words what a field at the root of a package may be; "" for anything else, or
// what cannot be said.
func (s *Snapshot) saysOf(m names.Mention) string {
	label, ok := m.Node.(ast.Label)
	if !ok {
		return ""
	}
	name, ok := syntax.LabelName(label)
	p := s.index.PackageOf(m.File.Path)
	if !ok || p == nil || !slices.ContainsFunc(rootFields(p, name), func(f catalogindex.Field) bool { return f.File.Path == m.File.Path && f.Label() == m.Span }) {
		return ""
	}
	var parts []catalogindex.Part
	for _, f := range p.Files {
		parts = append(parts, catalogindex.Part{File: f, Decls: f.AST().Decls})
	}
	shape := cascade.ReadField(s.source(), (&catalogindex.Document{Package: p, Dialect: &catalogindex.Dialect{}, File: m.File}).WithParts(parts), parts, cascade.Path{name})
	if shape == nil || shape.Shape.Unread() || shape.Shape.IsTop() {
		return ""
	}
	return shorten(s.secretsOf(p).Describe(cascade.Path{name}, shape.Shape))
}

// writeRule writes the page of a rule, in short.
func writeRule(c *card, code string, r *rule.Rule) {
	if r == nil {
		if strings.Contains(code, "/") {
			c.title("", code, "", "no rule is called so", nil, 0)
		}
		return
	}
	facts := rules.SeverityTitle(r)
	if r.Fix != "" {
		facts += ", has a fix"
	}
	c.title("", r.Code, "", facts, nil, 0)
	c.line("Finds "+r.Finds+".", "Finds "+r.Finds+".")
	if page, err := rules.PageOf(r); err == nil {
		c.doc(page.Text)
	}
	c.paragraph(fmt.Sprintf("[The whole page, with examples](%s)", rules.URL(r.Code)), rules.URL(r.Code))
}
