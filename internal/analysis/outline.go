package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A region says which part of a document a struct is.
type region int

const (
	inPackage    region = iota // no document
	inDocument                 // its top, where the slots are
	inMetadata                 // at any depth
	inComponents               // where the components are
	inComponent                // in one of them, at any depth
	inScopes
	inScope
	inValues
	inDetail // of another slot, such as the status, at any depth
)

// An around is what a declaration stands in.
type around struct {
	region region
	r      *rule.Resolved       // of the document; nil in a package
	values cascade.Path         // inValues: the path of the struct
	member *catalogindex.Member // inComponent and inScope
	labels cascade.Path         // from the package's root
}

// An outlined is a declaration of a file with what it means: a field, a let, or an element
// of a list that holds fields.
type outlined struct {
	around
	name  string // as people say it: without quotes, "[0]" for an element
	decl  ast.Node
	span  text.Span // with the comment above it; covers the spans below
	label text.Span // in span
	inner region    // what the struct behind the label is
	node  *cascade.Node
	// document is set if the field is a document of its own, and is if it is a component or
	// a scope.
	document *rule.Resolved
	is       *catalogindex.Member
	below    []*outlined
}

// maxOutlined is how deep declarations are looked at.
const maxOutlined = 200

// outline returns the declarations of a file, in order of the text.
func (s *Snapshot) outline(file *syntax.File) []*outlined {
	o := outliner{file: file, documents: make(map[string]*rule.Resolved), members: make(members)}
	if p := s.index.PackageOf(file.Path); p != nil {
		for _, r := range s.resolve(p) {
			o.documents[documentKey(r.Document.Path)] = r
		}
	}
	at := around{}
	if r := o.documents[documentKey(nil)]; r != nil {
		at = topOf(r, nil)
	}
	out := o.decls(file.AST().Decls, at)
	clampAll(out, text.Span{End: file.Text.Len()})
	return out
}

func documentKey(path []string) string { return strings.Join(path, "\x00") }

type outliner struct {
	file      *syntax.File
	documents map[string]*rule.Resolved // by documentKey
	members   members
	depth     int
}

// members remembers the components and the scopes of documents, by their names.
type members map[memberSlot]map[string]*catalogindex.Member

type memberSlot struct {
	document *catalogindex.Document
	region   region // inComponents or inScopes
}

// named returns the component or the scope of a document with a name, or nil.
func (m members) named(d *catalogindex.Document, slot region, name string) *catalogindex.Member {
	at := memberSlot{d, slot}
	known, ok := m[at]
	if !ok {
		known = make(map[string]*catalogindex.Member)
		list := d.Components()
		if slot == inScopes {
			list = d.Scopes()
		}
		for i := range list {
			known[list[i].Name] = &list[i]
		}
		m[at] = known
	}
	return known[name]
}

// topOf returns what is around the slots of a document.
func topOf(r *rule.Resolved, labels cascade.Path) around {
	if r.Document.ValuesLabel() == "" { // all of it is values
		return around{region: inValues, r: r, values: cascade.Path{}, labels: labels}
	}
	return around{region: inDocument, r: r, labels: labels}
}

func (o *outliner) decls(decls []ast.Decl, at around) []*outlined {
	var out []*outlined
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			out = append(out, o.field(d, at)...)
		case *ast.EmbedDecl:
			out = append(out, o.expr(d.Expr, at)...)
		case *ast.Comprehension:
			out = append(out, o.expr(d, at)...)
		case *ast.LetClause:
			if label := o.file.Span(d.Ident); label.Len() > 0 {
				let := &outlined{around: at, name: d.Ident.Name, decl: d, span: o.file.Span(d), label: label, inner: at.region}
				let.below = o.expr(d.Expr, around{region: at.hidden(), r: at.r, member: at.member, labels: at.labels.Child(d.Ident.Name)})
				out = append(out, let)
			}
		}
	}
	return out
}

// hidden returns the region of what stands in a helper.
func (at around) hidden() region {
	if at.region == inPackage {
		return inPackage
	}
	return inDetail
}

// field returns a field with what is below it. Of a field whose label nobody wrote only
// that is returned.
func (o *outliner) field(d *ast.Field, at around) []*outlined {
	name, plain := syntax.LabelName(d.Label)
	f := &outlined{around: at, name: name, decl: d, label: o.file.Span(d.Label)}
	if !plain {
		f.name = strings.Join(strings.Fields(o.file.Text.Slice(f.label)), " ")
	}
	inside := o.inside(f, plain)
	f.inner = inside.region
	f.below = o.expr(d.Value, inside)
	if f.label.Len() == 0 {
		return f.below
	}
	f.span = hull(o.file.Span(d), f.label)
	for _, c := range ast.Comments(d) {
		if span := o.file.Span(c); c.Doc && span.Len() > 0 && span.Start < f.span.Start {
			f.span.Start = span.Start
		}
	}
	return []*outlined{f}
}

// inside returns what is around the declarations behind a label, and says of the field
// what it is.
func (o *outliner) inside(f *outlined, plain bool) around {
	in := f.around
	in.labels = in.labels.Child(f.name)
	if !plain {
		in.region, in.values = f.hidden(), nil
		if f.region == inComponent || f.region == inScope {
			in.region = f.region
		}
		return in
	}
	switch f.region {
	case inPackage:
		if r := o.documents[documentKey(in.labels)]; r != nil {
			f.document = r
			return topOf(r, in.labels)
		}
	case inDocument:
		return o.insideSlot(f, in)
	case inComponents:
		f.is = o.members.named(f.r.Document, inComponents, f.name)
		in.region, in.member = inComponent, f.is
	case inScopes:
		f.is = o.members.named(f.r.Document, inScopes, f.name)
		in.region, in.member = inScope, f.is
	case inValues:
		in.values = in.values.Child(f.name)
		f.node = f.r.Tree.Lookup(in.values)
	}
	return in
}

// insideSlot is inside for a field at the top of a document.
func (o *outliner) insideSlot(f *outlined, in around) around {
	d := f.r.Document
	switch f.name {
	case d.ValuesLabel():
		in.region, in.values = inValues, cascade.Path{}
		f.node = f.r.Tree.Root
	case d.Dialect.Metadata:
		in.region = inMetadata
	case d.Dialect.Components:
		in.region = inComponents
	case d.Dialect.Scopes:
		in.region = inScopes
	default:
		in.region = inDetail
		if len(d.Path) == 0 && !slices.Contains(d.Dialect.Slots(d.Kind), f.name) {
			in.region, in.r = inPackage, nil // beside the document, not in it
			if r := o.documents[documentKey(in.labels)]; r != nil {
				f.document = r
				return topOf(r, in.labels)
			}
		}
	}
	return in
}

// expr returns the declarations in an expression.
func (o *outliner) expr(expr ast.Node, at around) []*outlined {
	if o.depth > maxOutlined {
		return nil
	}
	o.depth++
	defer func() { o.depth-- }()
	switch x := expr.(type) {
	case *ast.StructLit:
		return o.decls(x.Elts, at)
	case *ast.ListLit:
		return o.elements(x, at)
	case *ast.BinaryExpr:
		return append(o.expr(x.X, at), o.expr(x.Y, at)...)
	case *ast.UnaryExpr:
		return o.expr(x.X, at)
	case *ast.ParenExpr:
		return o.expr(x.X, at)
	case *ast.Alias:
		return o.expr(x.Expr, at)
	case *ast.CallExpr:
		var out []*outlined
		for _, arg := range x.Args {
			out = append(out, o.expr(arg, at)...)
		}
		return out
	case *ast.Comprehension:
		out := o.expr(x.Value, at)
		if x.Fallback != nil {
			out = append(out, o.expr(x.Fallback.Body, at)...)
		}
		return out
	}
	return nil
}

// elements returns those elements of a list in which something is declared.
func (o *outliner) elements(x *ast.ListLit, at around) []*outlined {
	var out []*outlined
	for i, e := range x.Elts {
		in := at
		label := cascade.IndexLabel(i)
		in.labels = in.labels.Child(label)
		element := &outlined{around: at, name: label, decl: e, span: o.file.Span(e), inner: at.region}
		if at.region == inValues {
			in.values = in.values.Child(label)
			element.node = at.r.Tree.Lookup(in.values)
		}
		if element.below = o.expr(e, in); element.below == nil {
			continue
		}
		element.label = text.Span{Start: element.span.Start, End: min(element.span.Start+1, element.span.End)}
		if element.span.Len() == 0 {
			out = append(out, element.below...)
			continue
		}
		out = append(out, element)
	}
	return out
}

// isDefinition reports whether the field is a definition of CUE: #Name.
func (f *outlined) isDefinition() bool {
	return strings.HasPrefix(f.name, "#") || strings.HasPrefix(f.name, "_#")
}

// path returns the labels that lead to the declaration from the package's root.
func (f *outlined) path() cascade.Path { return f.labels.Child(f.name) }

// value returns the expression behind the label, or nil.
func (f *outlined) value() ast.Expr {
	switch d := f.decl.(type) {
	case *ast.Field:
		return d.Value
	case *ast.LetClause:
		return d.Expr
	}
	return nil
}

func hull(a, b text.Span) text.Span {
	return text.Span{Start: min(a.Start, b.Start), End: max(a.End, b.End)}
}

// clampAll makes the spans of declarations lie in a span, and those below in theirs. What
// is parsed nests by itself; what was repaired need not.
func clampAll(list []*outlined, within text.Span) {
	for _, f := range list {
		f.span = clamp(f.span, within)
		f.label = clamp(f.label, f.span)
		clampAll(f.below, f.span)
	}
}

func clamp(s, within text.Span) text.Span {
	start := min(max(s.Start, within.Start), within.End)
	return text.Span{Start: start, End: min(max(s.End, start), within.End)}
}

// eachOutlined calls visit for the declarations and all below them, parents first.
func eachOutlined(list []*outlined, visit func(*outlined)) {
	for _, f := range list {
		visit(f)
		eachOutlined(f.below, visit)
	}
}
