package rename

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Refusal says in a sentence why something cannot be renamed.
type Refusal string

func (r Refusal) Error() string { return string(r) }

func refuse(format string, arguments ...any) error {
	return Refusal(fmt.Sprintf(format, arguments...))
}

// At returns what a label or a name in an expression means; nil if that is nothing that the
// world knows.
func (w *World) At(name ast.Node) *Spot { return w.named[name] }

// Below returns the field at a path below one of the slots of a document.
func (w *World) Below(d *catalogindex.Document, slot string, path ...string) *Spot {
	at := w.Document(d)
	if slot != "" {
		at = at.child(slot)
	}
	return at.below(path)
}

// Name returns the name of what a spot is.
func (s *Spot) Name() string { return strings.TrimPrefix(s.label, quoted) }

// IsField reports whether the spot is a field, and no name of a let, an alias or an import.
func (s *Spot) IsField() bool { return !s.isName() }

// An Occurrence is a place at which a name is written.
type Occurrence struct {
	File     *syntax.File
	Span     text.Span // of the name alone, with its quotes
	Declares bool
}

// Occurrences returns every place at which the name of a spot is written, sorted.
func (w *World) Occurrences(s *Spot) []Occurrence {
	var out []Occurrence
	for _, c := range w.class(s) {
		for _, l := range c.labels {
			out = append(out, Occurrence{l.file, l.file.Span(l.node), true})
		}
		for _, u := range c.uses {
			out = append(out, Occurrence{u.file, u.file.Span(nameOf(u.node)), false})
		}
	}
	slices.SortFunc(out, func(a, b Occurrence) int {
		return cmp.Or(cmp.Compare(a.File.Path, b.File.Path), a.Span.Compare(b.Span))
	})
	return slices.CompactFunc(out, func(a, b Occurrence) bool { return a.File.Path == b.File.Path && a.Span == b.Span })
}

// nameOf returns the name in a selector or an index.
func nameOf(n ast.Node) ast.Node {
	switch x := n.(type) {
	case *ast.SelectorExpr:
		return x.Sel
	case *ast.IndexExpr:
		return x.Index
	}
	return n
}

// Check says why a spot cannot be renamed, whatever its new name; nil if it can. own reports
// whether a file is one that may be changed.
func (w *World) Check(s *Spot, own func(path string) bool) error {
	class := w.class(s)
	for _, c := range class {
		if isCore(c) {
			return refuse("%s is a name of OPM itself, or what has it is taken over as a whole by something of OPM that has it, so it cannot be renamed.", s.Name())
		}
		if slot := w.slotOf(c); slot != nil {
			return refuse("%s belongs to what makes a %s, so it cannot be renamed.", s.Name(), slot.Kind)
		}
	}
	occurrences := w.Occurrences(s)
	for _, o := range occurrences {
		if !own(o.File.Path) {
			return refuse("%s is written in %s too, which is not a file of this workspace to change.", s.Name(), at(o.File, o.Span))
		}
	}
	if !slices.ContainsFunc(occurrences, func(o Occurrence) bool { return o.Declares }) {
		return refuse("Nothing that opm-lsp can see declares %s, so it cannot be renamed everywhere.", s.Name())
	}
	if err := w.mayBeMeantElsewhere(s, class); err != nil {
		return err
	}
	return w.mayBeLost(s, occurrences)
}

// slotOf returns the document of which a spot is a slot, a field of the metadata, or
// anything at all where the names are not the author's.
func (w *World) slotOf(s *Spot) *catalogindex.Document {
	for p := s.parent; p != nil; p = p.parent {
		for _, d := range w.documents[p] {
			switch {
			case d.Dialect.IsConfiguration(),
				p == s.parent && slices.Contains(d.Dialect.Slots(d.Kind), s.label),
				d.Dialect.Metadata != "" && s.parent == p.children[d.Dialect.Metadata]:
				return d
			}
		}
	}
	return nil
}

// mayBeMeantElsewhere refuses what a name that is computed may mean.
func (w *World) mayBeMeantElsewhere(s *Spot, class []*Spot) error {
	name := s.Name()
	for _, c := range class {
		if c.isName() {
			continue
		}
		for _, p := range w.related(c.parent) {
			for _, l := range p.loose {
				if isOwn(l.file.Path) && mayBe(l.node, name) {
					return refuse("The name at %s is computed and may mean %s, which nobody can tell: write it out first.", at(l.file, l.file.Span(l.node)), name)
				}
			}
		}
		for parent := c.parent; parent != nil; parent = parent.parent {
			for _, p := range w.related(parent) {
				for _, e := range p.escapes {
					if isOwn(e.file.Path) {
						return refuse("A function gets the struct around %s as a whole at %s, with the names in it, so it cannot be renamed.", name, at(e.file, e.file.Span(e.node)))
					}
				}
			}
		}
	}
	return nil
}

// mayBe reports whether a computed label may be a name.
func mayBe(label ast.Node, name string) bool {
	x, ok := label.(*ast.Interpolation)
	if !ok {
		return true
	}
	var pattern strings.Builder
	for i, e := range x.Elts {
		lit, ok := e.(*ast.BasicLit)
		if !ok {
			pattern.WriteString("(?s:.*)")
			continue
		}
		piece := lit.Value
		if i == 0 {
			piece = strings.TrimPrefix(piece, `"`)
		} else {
			piece = strings.TrimPrefix(piece, ")")
		}
		piece = strings.TrimSuffix(strings.TrimSuffix(piece, `\(`), `"`)
		if strings.ContainsAny(piece, "\\\"#'\n") {
			return true
		}
		pattern.WriteString(regexp.QuoteMeta(piece))
	}
	matches, err := regexp.MatchString("^(?:"+pattern.String()+")$", name)
	return matches || err != nil
}

// mayBeLost refuses what a file that does not parse may hold another reference to.
func (w *World) mayBeLost(s *Spot, known []Occurrence) error {
	for _, f := range w.files {
		if len(f.Problems) == 0 || s.isName() && !slices.ContainsFunc(known, func(o Occurrence) bool { return o.File == f }) {
			continue
		}
		if w.hides(f, s.Name()) {
			return refuse("%s does not parse, and something that means %s may be hidden there: mend it first.", at(f, f.Problems[0].Span), s.Name())
		}
	}
	return nil
}

// hides reports whether a word stands in a file in a place that nothing is known about.
func (w *World) hides(f *syntax.File, word string) bool {
	var known []text.Span
	ast.Walk(f.AST(), func(n ast.Node) bool {
		if w.named[n] != nil {
			known = append(known, f.Span(n))
		}
		return true
	}, nil)
	for i := range f.Text.LineCount() {
		line := f.Text.Line(i)
		source, _, _ := strings.Cut(f.Text.Slice(line), "//")
		for at := 0; ; at += len(word) {
			j := strings.Index(source[at:], word)
			if j < 0 {
				break
			}
			at += j
			span := text.Span{Start: line.Start + at, End: line.Start + at + len(word)}
			if !isWordByte(before(source, at)) && !isWordByte(behind(source, at+len(word))) &&
				!slices.ContainsFunc(known, func(k text.Span) bool { return k.Covers(span) }) {
				return true
			}
		}
	}
	return false
}

func before(s string, i int) byte {
	if i == 0 {
		return ' '
	}
	return s[i-1]
}

func behind(s string, i int) byte {
	if i == len(s) {
		return ' '
	}
	return s[i]
}

func isWordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// at names a place for people: the file with its directory, and the line.
func at(f *syntax.File, span text.Span) string {
	return fmt.Sprintf("%s:%d", Short(f.Path), f.Text.LineOf(span.Start)+1)
}

// Short returns the name of a file with that of its directory.
func Short(path string) string {
	return filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
}

// Rename returns the edits that give a spot another name, in all places of the world, or
// says why that name cannot be had. Whether the spot can be renamed at all Check knows.
func (w *World) Rename(s *Spot, to string) ([]rule.Edit, error) {
	if err := w.mayBeCalled(s, to); err != nil {
		return nil, err
	}
	var edits []rule.Edit
	for _, c := range w.class(s) {
		for _, l := range c.labels {
			edits = append(edits, relabel(c, l, to))
		}
		for _, u := range c.uses {
			e, err := w.reread(c, u, to)
			if err != nil {
				return nil, err
			}
			edits = append(edits, e)
		}
	}
	slices.SortFunc(edits, func(a, b rule.Edit) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), a.Span.Compare(b.Span))
	})
	return slices.CompactFunc(edits, func(a, b rule.Edit) bool { return a.Location == b.Location }), nil
}

// mayBeCalled says why a spot cannot have a name.
func (w *World) mayBeCalled(s *Spot, to string) error {
	from := s.Name()
	switch {
	case to == "":
		return refuse("The new name is empty.")
	case to == from:
		return refuse("It is called %s already.", from)
	case strings.ContainsFunc(to, func(r rune) bool { return r < ' ' || r == '\uFFFD' }):
		return refuse("A name cannot hold line ends or other control characters.")
	case s.isName() && !isPlainName(to):
		return refuse("%s is no name for a let, an alias or an import: letters, digits and _ are.", to)
	case s.isName():
		return nil
	case isSpecial(s.label) && (prefixOf(to) != prefixOf(from) || !ast.IsValidIdent(to)):
		return refuse("%s begins with %s, and so must its new name.", from, prefixOf(from))
	case !isSpecial(s.label) && isSpecial(to):
		return refuse("%s would be hidden: names with _ or # in front are no values, components or scopes.", to)
	}
	for _, c := range w.class(s) {
		if d := w.documentAround(c); d != nil && slices.Contains(d.Dialect.Slots(d.Kind), to) {
			return refuse("%s is a field that every %s has, so it cannot be the name of something else.", to, d.Kind)
		}
		for _, p := range w.related(c.parent) {
			if taken := p.children[to]; taken != nil && len(taken.labels) > 0 {
				l := taken.labels[0]
				return refuse("%s is taken: %s has it beside %s.", to, at(l.file, l.file.Span(l.node)), from)
			}
			for _, l := range p.patterns {
				if !samePattern(l.node, from, to) {
					return refuse("The pattern at %s may hold for only one of %s and %s, so the meaning would change.", at(l.file, l.file.Span(l.node)), from, to)
				}
			}
		}
	}
	return nil
}

// documentAround returns the innermost document in which a spot is, or nil.
func (w *World) documentAround(s *Spot) *catalogindex.Document {
	for p := s.parent; p != nil; p = p.parent {
		if in := w.documents[p]; len(in) > 0 {
			return in[0]
		}
	}
	return nil
}

// prefixOf returns the characters that make a name that of a definition or a hidden field.
func prefixOf(name string) string {
	return name[:len(name)-len(strings.TrimLeft(name, "_#"))]
}

// isPlainName reports whether a name can stand by itself in an expression.
func isPlainName(name string) bool {
	return ast.IsValidIdent(name) && name != "_" && token.Lookup(name) == token.IDENT && !slices.Contains(words, name)
}

// words are the names that CUE understands otherwise where they stand by themselves.
var words = []string{"true", "false", "null", "for", "in", "if", "let", "import", "package", "div", "mod", "quo", "rem"}

// samePattern reports whether a pattern surely says the same of two names.
func samePattern(pattern ast.Node, a, b string) bool {
	list, ok := pattern.(*ast.ListLit)
	if !ok || len(list.Elts) != 1 {
		return false
	}
	expr := list.Elts[0]
	if alias, ok := expr.(*ast.Alias); ok {
		expr = alias.Expr
	}
	switch x := expr.(type) {
	case *ast.Ident:
		return x.Name == "string" || x.Name == "_"
	case *ast.UnaryExpr:
		lit, ok := x.X.(*ast.BasicLit)
		if !ok || x.Op != token.MAT && x.Op != token.NMAT {
			return false
		}
		text, err := literal.Unquote(lit.Value)
		if err != nil {
			return false
		}
		re, err := regexp.Compile(text)
		return err == nil && re.MatchString(a) == re.MatchString(b)
	case *ast.BasicLit:
		text, err := literal.Unquote(x.Value)
		return err == nil && (text == a) == (text == b)
	}
	return false
}

// relabel renames a declaration.
func relabel(s *Spot, l site, to string) rule.Edit {
	span := l.file.Span(l.node)
	_, isLiteral := l.node.(*ast.BasicLit)
	switch {
	case s.isName() && isLiteral: // an import without a name
		return edit.Insert(l.file, span.Start, to+" ")
	case isLiteral:
		return edit.Replace(l.file, span, quote(to))
	}
	return edit.Replace(l.file, span, labelOf(s, to))
}

// labelOf returns a name as the label of a field is written.
func labelOf(s *Spot, to string) string {
	if s.isName() || isSpecial(s.label) {
		return to
	}
	return cascade.QuoteLabel(to)
}

func quote(s string) string { return (&cascade.Value{Kind: cascade.String, Text: s}).String() }

// reread renames a use.
func (w *World) reread(s *Spot, u site, to string) (rule.Edit, error) {
	switch x := u.node.(type) {
	case *ast.SelectorExpr:
		span := u.file.Span(x.Sel)
		label := labelOf(s, to)
		if _, isLiteral := x.Sel.(*ast.BasicLit); isLiteral {
			return edit.Replace(u.file, span, quote(to)), nil
		}
		if label == to {
			return edit.Replace(u.file, span, to), nil
		}
		return edit.Replace(u.file, text.Span{Start: u.file.Span(x.X).End, End: span.End}, "["+label+"]"), nil
	case *ast.IndexExpr:
		return edit.Replace(u.file, u.file.Span(x.Index), quote(to)), nil
	case *ast.Ident:
		span := u.file.Span(x)
		if isPlainName(to) || isSpecial(s.label) {
			return edit.Replace(u.file, span, to), nil
		}
		if path := pathTo(s, u); path != "" {
			return edit.Replace(u.file, span, path+"["+quote(to)+"]"), nil
		}
		return rule.Edit{}, refuse("%s reads %s by its bare name, and %s cannot be one: letters, digits and _ can.", at(u.file, span), s.Name(), to)
	}
	return rule.Edit{}, refuse("%s reads %s in a way that opm-lsp cannot rewrite.", at(u.file, u.file.Span(u.node)), s.Name())
}

// pathTo returns how the struct around a field is written where a use of the field stands;
// "" if no name leads there.
func pathTo(s *Spot, u site) string {
	span := u.file.Span(u.node)
	for p := s.parent; p != nil && p.parent != nil; p = p.parent {
		for _, l := range p.labels {
			ident, ok := l.node.(*ast.Ident)
			if !ok || l.file != u.file {
				continue
			}
			for _, f := range u.file.AST().Decls {
				if around := fieldOf(f, ident); around != nil && u.file.Span(around).Covers(span) {
					return ident.Name
				}
			}
		}
		return "" // only the nearest struct: what lies further out may have another below
	}
	return ""
}

// fieldOf returns the field that has a label, at or below a node.
func fieldOf(n ast.Node, label *ast.Ident) *ast.Field {
	var found *ast.Field
	ast.Walk(n, func(n ast.Node) bool {
		f, ok := n.(*ast.Field)
		if ok && (f.Label == ast.Label(label) || isAliased(f.Label, label)) {
			found = f
		}
		return found == nil
	}, nil)
	return found
}

func isAliased(l ast.Label, label *ast.Ident) bool {
	alias, ok := l.(*ast.Alias)
	return ok && alias.Expr == ast.Expr(label)
}

// A ValuePath is where a value stands in the values of a document.
type ValuePath struct {
	Document *catalogindex.Document
	Path     cascade.Path
}

// ValuePaths returns where a spot stands in the values of documents; none if it is no value.
func (w *World) ValuePaths(s *Spot) []ValuePath {
	var out []ValuePath
	for _, c := range w.class(s) {
		var path []string
		for at := c; at.parent != nil; at = at.parent {
			for _, d := range w.documents[at.parent] {
				if label := d.ValuesLabel(); label != "" && at.label == label && len(path) > 0 {
					labels := cascade.Path(slices.Clone(path))
					slices.Reverse(labels)
					out = append(out, ValuePath{d, labels})
				}
			}
			path = append(path, at.Name())
		}
	}
	return out
}
