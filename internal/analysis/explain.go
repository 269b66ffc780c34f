package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An Explanation is everything that is known about one values path of a document:
// what hover and `opm-lsp why` show.
type Explanation struct {
	Path      string // as people write it: image.tag
	Statement string // what the layers below the top one let it be, in words
	Effective string // what the final configuration holds, as CUE; "" if that is nothing, or a struct
	Rows      []LayerRow
	Doc       string   // comments of the layers, highest first
	Feeds     []string // the component fields that read it: server.container.image.tag
	Governed  []string // the immutable scopes of those components, in words
}

// A LayerRow is what one layer says about a path. Rows stand highest layer first.
type LayerRow struct {
	Layer    string // definition, module or release
	Document *catalogindex.Document
	Says     string // the value, as CUE, or the constraint in words
	IsValue  bool   // whether Says is CUE
	State    RowState
	File     *syntax.File // nil if the layer says it by no declaration of its own
	Label    text.Span    // in File: the label of that declaration
}

// Line returns the line of the declaration, from 1; 0 if there is none.
func (row LayerRow) Line() int {
	if row.File == nil {
		return 0
	}
	return row.File.Text.LineOf(row.Label.Start) + 1
}

// A RowState says what becomes of a layer's contribution.
type RowState int

// The states of a contribution.
const (
	Constrains RowState = iota // it is no value, or none that is looked at
	Wins                       // it is the effective value
	Overridden                 // a higher layer's value wins
	NotAllowed                 // it is wrong, and so counts as absent
)

// maxShown is how many characters of a value are shown.
const maxShown = 80

func (s *Snapshot) explain(r *rule.Resolved, n *cascade.Node) *Explanation {
	flows := flowsOf(r, n)
	return &Explanation{
		Path:      n.Path.String(),
		Statement: statement(r, n),
		Effective: effectiveValue(r, n),
		Rows:      layerRows(r, n),
		Doc:       docsOf(r, n),
		Feeds:     feeds(flows),
		Governed:  governed(r, cascade.Governances(s.source(), r.Tree.Layers, flows)),
	}
}

// coveredUp stands in the place of a secret.
const coveredUp = "(a secret)"

// effectiveValue returns the effective value of a path as CUE.
func effectiveValue(r *rule.Resolved, n *cascade.Node) string {
	switch v := n.Effective(); {
	case n.Struct || !n.Present || v == nil:
		return ""
	case r.Tree.Secrets.Hides(n.Path):
		return coveredUp
	default:
		return shorten(r.Tree.Secrets.Show(n.Path, v))
	}
}

func layerRows(r *rule.Resolved, n *cascade.Node) []LayerRow {
	var rows []LayerRow
	for i, f := range slices.Backward(n.Layers) {
		if f == nil {
			continue
		}
		doc := r.Tree.Layers[i].Document
		row := LayerRow{Layer: doc.Kind.Layer(), Document: doc}
		row.Says, row.IsValue = says(r, n, f)
		switch {
		case n.Invalid != nil && n.Invalid.Layer == i || n.Undefined:
			row.State = NotAllowed
		case i == n.From && n.Present:
			row.State = Wins
		case row.IsValue && n.From > i:
			row.State = Overridden
		}
		if row.IsValue && (r.Tree.Secrets.Hides(n.Path) || row.State == NotAllowed && holdsSecret(r, n)) {
			row.Says, row.IsValue = coveredUp, false
		}
		if len(f.Decls) > 0 {
			d := f.Decls[len(f.Decls)-1]
			row.File, row.Label = d.File, d.Label
		}
		rows = append(rows, row)
	}
	return rows
}

// holdsSecret reports whether some layer has a secret at a path or below. What another layer
// writes there in a wrong form may be one.
func holdsSecret(r *rule.Resolved, n *cascade.Node) bool {
	found := false
	for _, f := range n.Layers {
		if f != nil {
			f.Each(n.Path, func(at cascade.Path, _ *cascade.FieldShape) { found = found || r.Tree.Secrets.Hides(at) })
		}
	}
	return found
}

// says returns what a layer says at a path: the value that it stands for, else its
// constraint in words.
func says(r *rule.Resolved, n *cascade.Node, f *cascade.FieldShape) (words string, isValue bool) {
	v := f.Shape.Concrete()
	switch {
	case v != nil && v.Kind != cascade.Struct:
		return shorten(r.Tree.Secrets.Show(n.Path, v)), true
	case f.Shape.Unread():
		return "computed", false
	}
	return shorten(r.Tree.Secrets.Describe(n.Path, f.Shape)), false
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > maxShown {
		return string(runes[:maxShown-1]) + "…"
	}
	return s
}

// statement says what the layers below the top one let the path be.
func statement(r *rule.Resolved, n *cascade.Node) string {
	switch {
	case n.Undefined:
		return "not a value of this Module"
	case n.Struct && len(n.Children) == 0:
		return "a struct"
	case n.Struct:
		return "a struct of " + rule.Plural(len(n.Children), "value")
	case n.Missing:
		return r.Tree.Secrets.Describe(n.Path, n.AllowedBelow()) + "; a release must set it"
	case r.Tree.Secrets.Hides(n.Path) && !r.Tree.Secrets.Names(n.Path):
		return "made from a secret"
	}
	return r.Tree.Secrets.Describe(n.Path, n.AllowedBelow())
}

// docsOf returns the comments on a path, those of the highest layer first. If
// several layers say something different, each is marked with its layer.
func docsOf(r *rule.Resolved, n *cascade.Node) string {
	var docs, layers []string
	for i, f := range slices.Backward(n.Layers) {
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			if d.Doc != "" && !slices.Contains(docs, d.Doc) {
				docs = append(docs, d.Doc)
				layers = append(layers, r.Tree.Layers[i].Document.Kind.Layer())
			}
		}
	}
	if len(docs) > 1 {
		for i := range docs {
			docs[i] = layers[i] + ": " + docs[i]
		}
	}
	return strings.Join(docs, "\n\n")
}

// flowsOf returns where components read a value, or one of the values in it.
func flowsOf(r *rule.Resolved, n *cascade.Node) []cascade.Flow {
	return slices.DeleteFunc(cascade.Flows(r.Tree.Layers), func(f cascade.Flow) bool {
		return len(f.Value) < len(n.Path) || !slices.Equal(f.Value[:len(n.Path)], n.Path)
	})
}

// feeds returns the component fields into which values flow.
func feeds(flows []cascade.Flow) []string {
	var out []string
	for _, f := range flows {
		if field := append(cascade.Path{f.Component}, f.Field...).String(); !slices.Contains(out, field) {
			out = append(out, field)
		}
	}
	return out
}

// governed says which immutable scopes govern the components into which values flow,
// and what they want of the very fields.
func governed(r *rule.Resolved, governances []cascade.Governance) []string {
	var out []string
	for _, g := range governances {
		if !g.Scope.Immutable {
			continue
		}
		words := fmt.Sprintf("%s of %s", g.Scope.Name, rule.LayerTitle(g.Document))
		if g.Says != nil {
			words += fmt.Sprintf(", which wants %s to be %s", g.Flow.Field, r.Tree.Secrets.DescribeField(g.Flow.Field, g.Says))
		}
		if !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	return out
}

// Releases returns the releases that a name or a file (absolute) means: all of that
// file, or those called name, or namespace/name.
func (s *Snapshot) Releases(nameOrFile string) []*catalogindex.Document {
	var out []*catalogindex.Document
	for _, p := range s.index.Packages() {
		for _, d := range p.Documents {
			if d.Kind == catalogindex.Release && (d.File.Path == nameOrFile || d.Name.Value == nameOrFile || d.Namespace.Value+"/"+d.Name.Value == nameOrFile) {
				out = append(out, d)
			}
		}
	}
	return out
}

// Why explains one values path of a document, and everything below it that has a
// value of its own. It returns nil if the document has no such path.
func (s *Snapshot) Why(d *catalogindex.Document, path []string) []*Explanation {
	r := s.resolved(d)
	n := r.Tree.Lookup(path)
	if n == nil {
		return nil
	}
	var out []*Explanation
	n.Walk(func(below *cascade.Node) bool {
		if !below.Struct && (below == n || len(below.Path) == len(n.Path) || !isElement(below.Path[len(n.Path):])) {
			out = append(out, s.explain(r, below))
		}
		return true
	})
	if out == nil {
		out = append(out, s.explain(r, n))
	}
	return out
}

// isElement reports whether a path goes through an element of a list.
func isElement(path cascade.Path) bool {
	return slices.ContainsFunc(path, func(label string) bool { return strings.HasPrefix(label, "[") })
}

// resolved returns a document of the snapshot with its cascade.
func (s *Snapshot) resolved(d *catalogindex.Document) *rule.Resolved {
	for _, r := range s.resolve(d.Package) {
		if r.Document.Kind == d.Kind && slices.Equal(r.Document.Path, d.Path) {
			return r
		}
	}
	return s.resolveDocument(d)
}

// ValueNames returns the names of the values in the struct at a path of a document,
// without those that no layer defines.
func (s *Snapshot) ValueNames(d *catalogindex.Document, path []string) []string {
	n := s.resolved(d).Tree.Lookup(path)
	if n == nil {
		return nil
	}
	var names []string
	for _, c := range n.Children {
		if !c.Undefined {
			names = append(names, c.Label())
		}
	}
	return names
}

// ValuePaths returns the paths of all values of a document as people write them, parents
// first, without those that no layer defines and those inside of lists.
func (s *Snapshot) ValuePaths(d *catalogindex.Document) []string {
	var paths []string
	s.resolved(d).Tree.Root.Walk(func(n *cascade.Node) bool {
		if n.Undefined || isElement(n.Path) {
			return false
		}
		if len(n.Path) > 0 {
			paths = append(paths, n.Path.String())
		}
		return true
	})
	return paths
}
