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

// writeReferred writes what a reference or an import leads to.
func (s *Snapshot) writeReferred(c *card, at *Place) {
	docs := s.referred(at)
	if len(docs) == 1 {
		s.writeDocument(c, docs[0], s.foundIn(at))
		return
	}
	if at.Kind != ImportPlace {
		s.writeName(c, at)
		return
	}
	if at.Target.Source == catalogindex.Unresolved {
		c.title("import", at.Import.Path, "", "leads nowhere", nil, 0)
		return
	}
	c.title("import", at.Import.Path, "", string(at.Target.Source), nil, 0)
	if p := at.Target.Package; p != nil {
		c.fact("package", p.Name)
		for _, d := range docs[:min(len(docs), maxRows)] {
			line := d.File.Text.LineOf(d.Mark.Start) + 1
			c.linked(d.Kind.String(), escapeMarkdown(d.Title())+" "+placeLink(d.File, line), d.Title())
		}
		var exported []string
		for _, f := range p.Files {
			for _, field := range catalogindex.AllFields([]catalogindex.Part{{File: f, Decls: f.AST().Decls}}) {
				if strings.HasPrefix(field.Name, "#") && !slices.Contains(exported, field.Name) {
					exported = append(exported, field.Name)
				}
			}
		}
		slices.Sort(exported)
		c.sentence("Defines", exported)
		for _, f := range p.Files {
			c.doc(packageDoc(f.AST()))
		}
	}
}

// packageDoc returns the comment on a package clause.
func packageDoc(f *ast.File) string {
	for _, d := range f.Decls {
		if clause, ok := d.(*ast.Package); ok {
			return docText(ast.Comments(clause))
		}
	}
	return ""
}

// docText returns what comments say that stand above something.
func docText(groups []*ast.CommentGroup) string {
	var out []string
	for _, g := range groups {
		if !g.Doc {
			continue
		}
		var lines []string
		for _, comment := range g.List {
			line := strings.TrimPrefix(strings.TrimPrefix(comment.Text, "//"), " ")
			if !strings.HasPrefix(strings.TrimSpace(line), "opm:") {
				lines = append(lines, strings.TrimRight(line, " \t\r"))
			}
		}
		out = append(out, strings.TrimSpace(strings.Join(lines, "\n")))
	}
	return strings.TrimSpace(strings.Join(out, "\n\n"))
}

// foundIn says how a reference was resolved.
func (s *Snapshot) foundIn(at *Place) string {
	if at.Kind != ReferencePlace {
		return string(at.Target.Source)
	}
	return string(at.Document.Resolution.Source)
}

// writeDocument writes the card of a definition, a Module or a release.
func (s *Snapshot) writeDocument(c *card, d *catalogindex.Document, foundIn string) {
	line := d.File.Text.LineOf(d.Mark.Start) + 1
	c.line(fmt.Sprintf("**%s** %s — %s\n", d.Kind, escapeMarkdown(d.Title()), placeLink(d.File, line)),
		fmt.Sprintf("%s %s  %s:%d\n", d.Kind, d.Title(), rule.FileName(d.File), line))
	chain := cascade.Chain(s.index, d)
	for _, layer := range slices.Backward(chain) {
		if about := catalogindex.Literals(layer.Slot(layer.Dialect.Metadata), "description"); len(about) > 0 && about[0].Value != "" {
			c.line(escapeMarkdown(about[0].Value)+"\n", about[0].Value+"\n")
			break
		}
	}
	if below, ok := s.index.Resolve(d); ok && below.Document != nil {
		from := below.Document
		word := "curated from"
		if d.Kind == catalogindex.Release {
			word = "deploys"
		}
		line := from.File.Text.LineOf(from.Mark.Start) + 1
		c.linked(word, fmt.Sprintf("%s [%s](%s)", from.Kind, escapeMarkdown(from.Title()), fileLink(from.File.Path, line)), from.Kind.String()+" "+from.Title())
	}
	var components, scopes []string
	for _, layer := range chain {
		components = appendNames(components, layer.Components())
		for _, m := range layer.Scopes() {
			name := m.Name
			if m.Immutable {
				name += " (immutable)"
			}
			if !slices.Contains(scopes, name) {
				scopes = append(scopes, name)
			}
		}
	}
	c.fact("components", cut(components))
	c.fact("scopes", cut(scopes))
	s.writeValueCount(c, d)
	s.writeNewer(c, d)
	s.writeUsers(c, d)
	c.fact("found in", foundIn)
}

// cut returns names as a list, without those that are too many.
func cut(names []string) string {
	if len(names) > maxRows {
		return fmt.Sprintf("%s, … %d more", strings.Join(names[:maxRows], ", "), len(names)-maxRows)
	}
	return strings.Join(names, ", ")
}

// writeValueCount writes how many values there are, and which a release must set.
func (s *Snapshot) writeValueCount(c *card, d *catalogindex.Document) {
	r := s.resolved(d)
	count := 0
	var required []string
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		if n.Struct {
			return !n.Optional || n.Present || len(n.Path) == 0 || !mustSetWithin(n)
		}
		count++
		if mustSet(n) {
			required = append(required, n.Path.String())
		}
		return false
	})
	if count == 0 {
		return
	}
	words := fmt.Sprint(count)
	switch {
	case d.Kind == catalogindex.Release:
	case len(required) > 0:
		words += "; to be set: " + cut(required)
	default:
		words += ", each with a default or optional"
	}
	c.fact("values", words)
}

// mustSetWithin reports whether a struct holds a value that must be set once it is there.
func mustSetWithin(n *cascade.Node) bool {
	return slices.ContainsFunc(n.Children, func(child *cascade.Node) bool { return mustSet(child) })
}

// writeNewer writes which newer versions of a document there are.
func (s *Snapshot) writeNewer(c *card, d *catalogindex.Document) {
	newer := s.newerVersions(d)
	if len(newer) == 0 {
		return
	}
	var markdown, plain []string
	for _, other := range newer[:min(len(newer), maxRows)] {
		line := other.File.Text.LineOf(other.Mark.Start) + 1
		markdown = append(markdown, fmt.Sprintf("[%s](%s)", escapeMarkdown(other.Version.Value), fileLink(other.File.Path, line)))
		plain = append(plain, other.Version.Value)
	}
	c.linked("newer", strings.Join(markdown, ", "), strings.Join(plain, ", "))
}

// writeUsers writes what is built on a document.
func (s *Snapshot) writeUsers(c *card, d *catalogindex.Document) {
	if d.Kind == catalogindex.Release {
		return
	}
	modules, releases := 0, 0
	for _, above := range s.withAbove(d)[1:] {
		if above.Kind == catalogindex.Release {
			releases++
		} else {
			modules++
		}
	}
	words := rule.Plural(releases, "release")
	if modules > 0 {
		words = rule.Plural(modules, "Module") + " and " + words
	}
	c.fact("used by", words)
}

func appendNames(names []string, members []catalogindex.Member) []string {
	for _, m := range members {
		if !slices.Contains(names, m.Name) {
			names = append(names, m.Name)
		}
	}
	return names
}
