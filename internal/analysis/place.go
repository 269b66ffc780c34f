package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A PlaceKind says what stands at a place.
type PlaceKind int

// The kinds of place.
const (
	ValuePlace     PlaceKind = iota // a values path, in a layer that writes it: its label or its value
	ReadPlace                       // a values path, where something reads it: values.image.tag
	ReferencePlace                  // what refers to the document below: its field or its target
	ImportPlace                     // an import
	ComponentPlace                  // a component: its label, or a reference to it
	ScopePlace                      // a scope: its label, or a reference to it
	SchemaPlace                     // a name of the embedded core or of its traits: traits.#Container
	MetadataPlace                   // the label of a field of metadata
	RulePlace                       // the code of a rule in a comment that suppresses it
	NamePlace                       // any other name or label
)

// A Place is what stands at a byte offset of a file. It is what all that is said or done
// about the thing under a cursor begins with.
type Place struct {
	Kind PlaceKind
	File *syntax.File
	// Span is the narrowest text that stands for the thing: a label, one of the names of
	// a selector, or a scalar.
	Span text.Span
	// IsLabel says that Span is the label of a field.
	IsLabel bool
	// Document is the one that the thing belongs to, which is the one below for
	// #moduleDefinition.values.x; for a ReferencePlace it is the one that refers. nil if
	// there is none.
	Document *rule.Resolved
	// Path is that of the value of a ValuePlace or ReadPlace; empty: all values. Below a
	// pattern it has cascade.AnyLabel. Node is nil if the Document has no such value.
	Path cascade.Path
	Node *cascade.Node
	// Member is the name of a component or a scope.
	Member string
	// Name is that of a SchemaPlace: #Container; of a NamePlace that goes through an import
	// the one behind that.
	Name string
	// Import is that of an ImportPlace, or of a ReferencePlace, SchemaPlace or NamePlace that
	// goes through one; Target is what it leads to, unless it is a ReferencePlace.
	Import *syntax.Import
	Target catalogindex.ImportTarget
	// Rule is that of a RulePlace, and of the ValuePlace of a rule in opm-lsp.cue. It is nil
	// if there is none with the code.
	Rule *rule.Rule
	Code string // of the rule, as it is written

	around []ast.Node // the nodes that the offset is in, outermost first
}

// PlaceAt returns what stands at a byte offset of a file; nil if that is nothing that
// has a name.
func (s *Snapshot) PlaceAt(path string, offset int) *Place {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	return s.placesOf(p).at(s.index.File(path), offset)
}

// placesOf returns a finder of the places of a package.
func (s *Snapshot) placesOf(p *catalogindex.Package) *placeFinder {
	return &placeFinder{snapshot: s, pkg: p, resolved: s.resolve(p), read: make(map[*rule.Resolved][]cascade.Read)}
}

// at returns what stands at a byte offset of a file of the package, or nil.
func (f *placeFinder) at(file *syntax.File, offset int) *Place {
	if file == nil {
		return nil
	}
	f.file, f.offset, f.around = file, offset, nodesAt(file, offset)
	for _, find := range []func() *Place{f.rule, f.imported, f.label, f.name, f.value} {
		if place := find(); place != nil {
			place.File, place.around = f.file, f.around
			return place
		}
	}
	return nil
}

// A placeFinder looks at one offset of a file after the other.
type placeFinder struct {
	snapshot *Snapshot
	file     *syntax.File
	pkg      *catalogindex.Package
	resolved []*rule.Resolved // the documents of the package; their files may be older ones of the same content
	offset   int
	around   []ast.Node
	read     map[*rule.Resolved][]cascade.Read // the places at which values are read, of those documents that were asked for
}

// nodesAt returns the nodes of a file that an offset is in or directly behind, outermost
// first. Where two touch, a name counts more than anything else.
func nodesAt(file *syntax.File, offset int) []ast.Node {
	var stack, best []ast.Node
	ast.Walk(file.AST(), func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CommentGroup, *ast.Comment:
			return false
		case *ast.File:
		default:
			if !file.Span(n).Contains(offset) {
				return false
			}
		}
		stack = append(stack, n)
		if len(best) == 0 || betterNode(file, offset, n, best[len(best)-1]) {
			best = slices.Clone(stack)
		}
		return true
	}, func(ast.Node) { stack = stack[:len(stack)-1] })
	return best
}

// betterNode reports whether a node tells more of what stands at an offset than the one
// that was met before.
func betterNode(file *syntax.File, offset int, n, before ast.Node) bool {
	if span, was := file.Span(n), file.Span(before); span.Len() == 0 && was.Len() > 0 {
		return false // it exists by repair alone
	} else if was.Covers(span) {
		return true
	} else if was.End > offset {
		return false
	}
	_, wasName := before.(*ast.Ident)
	return !wasName // the offset is directly behind the other
}

// rule finds the code of a rule in a comment.
func (f *placeFinder) rule() *Place {
	line := f.file.Text.Line(f.file.Text.LineOf(f.offset))
	if !strings.Contains(f.file.Text.Slice(line), "//") { // nearly no line has a comment
		return nil
	}
	for _, ignore := range rule.IgnoresOf(f.file) {
		for _, code := range ignore.Codes {
			if code.Span.Contains(f.offset) {
				return &Place{Kind: RulePlace, Span: code.Span, Code: code.Code, Rule: rules.Named(code.Code)}
			}
		}
	}
	return nil
}

// imported finds an import, by its path or its name.
func (f *placeFinder) imported() *Place {
	imports := f.file.Imports()
	for i := range imports {
		imp := &imports[i]
		span := f.file.Span(imp.Spec())
		if !span.Contains(f.offset) {
			continue
		}
		if imp.Spec().Name == nil || !f.file.Span(imp.Spec().Name).Contains(f.offset) {
			span = imp.Span
		} else {
			span = f.file.Span(imp.Spec().Name)
		}
		return &Place{Kind: ImportPlace, Span: span, IsLabel: true, Import: imp, Target: f.snapshot.index.ResolveImport(f.file, imp.Path)}
	}
	return nil
}

// label finds what a field's label declares.
func (f *placeFinder) label() *Place {
	field, label := f.labelAt()
	if field == nil {
		return nil
	}
	place := &Place{Kind: NamePlace, Span: f.file.Span(label), IsLabel: true}
	if f.valueLabel(place) || f.member(place, field) {
		return place
	}
	if _, ok := syntax.LabelName(field.Label); !ok {
		return nil
	}
	for _, r := range f.resolved {
		ref := r.Document.Reference
		if ref != nil && ref.File.Path == f.file.Path && ref.Slot == place.Span {
			place.Kind, place.Document, place.Import = ReferencePlace, r, r.Resolution.Import
			return place
		}
	}
	if f.isMetadata() {
		place.Kind = MetadataPlace
	}
	place.Document = f.document()
	return place
}

// labelAt returns the field on whose label the offset is, and the name in the label that
// stands for the field.
func (f *placeFinder) labelAt() (*ast.Field, ast.Node) {
	if len(f.around) < 2 {
		return nil, nil
	}
	last := len(f.around) - 1
	switch parent := f.around[last-1].(type) {
	case *ast.Field:
		if f.around[last] == ast.Node(parent.Label) {
			return parent, parent.Label
		}
	case *ast.Alias: // X=a: the label
		if field, ok := f.around[max(last-2, 0)].(*ast.Field); ok && ast.Node(parent) == ast.Node(field.Label) && f.around[last] == ast.Node(parent.Expr) {
			return field, parent.Expr
		}
	}
	return nil, nil
}

// valueLabel fills a place whose span is the label of a value, wherever in the package the
// layer writes it: a schema that it names counts, too.
func (f *placeFinder) valueLabel(place *Place) bool {
	for _, r := range f.resolved {
		for _, field := range catalogindex.Fields(r.Document.Parts(), r.Document.ValuesLabel()) {
			if field.File.Path == f.file.Path && field.Label() == place.Span {
				place.Kind, place.Document, place.Path, place.Node = ValuePlace, r, cascade.Path{}, r.Tree.Root
				return true
			}
		}
		if n := declaredAt(r, f.file.Path, place.Span); n != nil {
			f.fillValue(place, r, n.Path)
			return true
		}
		if at := f.patternField(r, place.Span); at != nil {
			f.fillValue(place, r, at)
			return true
		}
	}
	return false
}

func (f *placeFinder) fillValue(place *Place, r *rule.Resolved, at cascade.Path) {
	place.Kind, place.Document, place.Path, place.Node = ValuePlace, r, at, r.Tree.Lookup(at)
	if r.Document.Dialect.IsConfiguration() && len(at) == 2 && at[0] == "rules" {
		place.Code, place.Rule = at[1], rules.Named(at[1])
	}
}

// declaredAt returns the value of which a document's own layer has the label at a span.
func declaredAt(r *rule.Resolved, path string, label text.Span) *cascade.Node {
	var found *cascade.Node
	top := len(r.Tree.Layers) - 1
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		if found == nil && len(n.Path) > 0 && n.Layers[top] != nil && slices.ContainsFunc(n.Layers[top].Decls, func(d cascade.Decl) bool {
			return d.File.Path == path && d.Label == label
		}) {
			found = n
		}
		return found == nil
	})
	return found
}

// patternField returns the path of a field that is declared below a pattern or for the
// elements of a list, or in an alternative that does not count; nil if there is none
// with that label.
func (f *placeFinder) patternField(r *rule.Resolved, label text.Span) cascade.Path {
	own := r.Tree.Root.Layers[len(r.Tree.Layers)-1]
	if own == nil {
		return nil
	}
	var found cascade.Path
	own.Each(cascade.Path{}, func(at cascade.Path, field *cascade.FieldShape) {
		if found == nil && len(at) > 0 && slices.ContainsFunc(field.Decls, func(d cascade.Decl) bool {
			return d.File.Path == f.file.Path && d.Label == label
		}) {
			found = slices.Clone(at)
		}
	})
	return found
}

// member fills a place on the label of a component or a scope.
func (f *placeFinder) member(place *Place, field *ast.Field) bool {
	name, ok := syntax.LabelName(field.Label)
	if !ok {
		return false
	}
	has := func(slot []catalogindex.Part) bool {
		return slices.ContainsFunc(catalogindex.Fields(slot, name), func(m catalogindex.Field) bool {
			return m.File.Path == f.file.Path && m.Label() == place.Span
		})
	}
	for _, r := range f.resolved {
		d := r.Document
		switch {
		case has(d.Slot(d.Dialect.Components)):
			place.Kind = ComponentPlace
		case has(d.Slot(d.Dialect.Scopes)):
			place.Kind = ScopePlace
		default:
			continue
		}
		place.Document, place.Member = r, name
		return true
	}
	return false
}

// isMetadata reports whether the offset is on the label of metadata or in it.
func (f *placeFinder) isMetadata() bool {
	var labels []string
	for _, n := range f.around {
		if field, ok := n.(*ast.Field); ok {
			name, _ := syntax.LabelName(field.Label)
			labels = append(labels, name)
		}
	}
	r := f.document()
	return r != nil && slices.Contains(labels, r.Document.Dialect.Metadata)
}

// document returns the innermost document around the offset, or nil.
func (f *placeFinder) document() *rule.Resolved {
	var best *rule.Resolved
	var span text.Span
	for _, r := range f.resolved {
		for _, part := range r.Document.Parts() {
			if part.File.Path == f.file.Path && part.Span.Contains(f.offset) && (best == nil || span.Covers(part.Span) && span != part.Span) {
				best, span = r, part.Span
			}
		}
	}
	return best
}

// name finds what a name means that is no label: one name of a selector such as
// values.image.tag.
func (f *placeFinder) name() *Place {
	at := f.selector()
	if at == nil {
		return nil
	}
	place := &Place{Kind: NamePlace, Span: at.span, Document: f.document()}
	if f.target(place, at) || f.schema(place, at) {
		return place
	}
	// What is declared around a name hides what is called so further out.
	for _, r := range f.byNearness() {
		if f.reads(place, at, r) || f.slot(place, at, r) {
			return place
		}
	}
	if at.first == nil || cascade.IsPredeclared(at.first.Name) && at.first.Node == nil && len(at.names) == 1 {
		return nil
	}
	return place
}

// byNearness returns the documents of the package, the one around the offset first.
func (f *placeFinder) byNearness() []*rule.Resolved {
	nearest := f.document()
	if nearest == nil {
		return f.resolved
	}
	return append([]*rule.Resolved{nearest}, slices.DeleteFunc(slices.Clone(f.resolved), func(r *rule.Resolved) bool { return r == nearest })...)
}

// A selector is a chain of names, such as values.image.tag, with one of them pointed at.
type selector struct {
	first *ast.Ident // nil if it does not begin with a name
	whole ast.Expr   // all of it
	names []string   // up to the one that is pointed at
	left  int        // how many names follow
	span  text.Span  // of the one that is pointed at
}

// selector returns the one that the offset is in, or nil.
func (f *placeFinder) selector() *selector {
	last := len(f.around) - 1
	if last < 0 {
		return nil
	}
	leaf := f.around[last]
	switch x := leaf.(type) {
	case *ast.Ident:
		if last > 0 {
			if _, ok := f.around[last-1].(*ast.Package); ok {
				return nil
			}
		}
	case *ast.BasicLit:
		if last == 0 {
			return nil
		}
		switch parent := f.around[last-1].(type) {
		case *ast.SelectorExpr: // a."b-c"
		case *ast.IndexExpr: // a["b-c"]
			if ast.Node(parent.Index) != ast.Node(x) {
				return nil
			}
		default:
			return nil
		}
	default:
		return nil
	}
	at := &selector{span: f.file.Span(leaf)}
	pointed, ok := leaf.(ast.Expr)
	if !ok {
		return nil
	}
	i := last - 1
	if i >= 0 {
		switch parent := f.around[i].(type) {
		case *ast.SelectorExpr:
			if ast.Node(parent.Sel) == leaf {
				pointed = parent
				i--
			}
		case *ast.IndexExpr:
			if ast.Node(parent.Index) == leaf {
				if _, isLiteral := leaf.(*ast.BasicLit); isLiteral {
					pointed = parent
					i--
				}
			}
		}
	}
	at.whole = pointed
	for ; i >= 0; i-- {
		parent, ok := f.around[i].(ast.Expr)
		if !ok || leftOf(parent) != at.whole || catalogindex.SelectorNames(parent) == nil {
			break
		}
		at.whole = parent
		at.left++
	}
	at.names = catalogindex.SelectorNames(pointed)
	at.first = firstName(pointed)
	return at
}

// leftOf returns what a selector or an index is taken of, or nil.
func leftOf(expr ast.Expr) ast.Expr {
	switch x := expr.(type) {
	case *ast.SelectorExpr:
		return x.X
	case *ast.IndexExpr:
		return x.X
	}
	return nil
}

func firstName(expr ast.Expr) *ast.Ident {
	for expr != nil {
		if ident, ok := expr.(*ast.Ident); ok {
			return ident
		}
		expr = leftOf(expr)
	}
	return nil
}

// target fills a place in the target of a document's reference.
func (f *placeFinder) target(place *Place, at *selector) bool {
	for _, r := range f.resolved {
		ref := r.Document.Reference
		if ref != nil && ref.Target() != nil && ref.File.Path == f.file.Path && ref.Span.Contains(f.offset) {
			place.Kind, place.Document, place.Import = ReferencePlace, r, r.Resolution.Import
			place.Span = ref.Span
			return true
		}
	}
	return false
}

// schema fills a place on a name of the embedded core: core.#Module through an import, or
// #Module where the package has no such name itself.
func (f *placeFinder) schema(place *Place, at *selector) bool {
	if at.first == nil || len(at.names) == 0 {
		return false
	}
	if imp := f.importOf(at.first); imp != nil {
		target := f.snapshot.index.ResolveImport(f.file, imp.Path)
		if len(at.names) != 2 || target.Package == nil {
			return false
		}
		place.Name, place.Import, place.Target = at.names[1], imp, target
		if !target.Package.Embedded || len(rootFields(target.Package, at.names[1])) == 0 {
			return false
		}
		place.Kind = SchemaPlace
		return true
	}
	core := f.snapshot.index.Core()
	if f.pkg.Embedded && !strings.HasPrefix(at.names[0], "#") || len(at.names) != 1 || at.first.Node != nil && !f.pkg.Embedded || len(rootFields(f.pkg, at.names[0])) > 0 && !f.pkg.Embedded {
		return false
	}
	if f.pkg.Embedded {
		core = f.pkg
	}
	if len(rootFields(core, at.names[0])) == 0 {
		return false
	}
	place.Kind, place.Name = SchemaPlace, at.names[0]
	place.Target = catalogindex.ImportTarget{Source: catalogindex.EmbeddedSource, Package: core}
	return true
}

// rootFields returns the fields of a package with a name.
func rootFields(p *catalogindex.Package, name string) []catalogindex.Field {
	var out []catalogindex.Field
	for _, file := range p.Files {
		out = append(out, catalogindex.Fields([]catalogindex.Part{{File: file, Decls: file.AST().Decls}}, name)...)
	}
	return out
}

// importOf returns the import that a name means, or nil.
func (f *placeFinder) importOf(ident *ast.Ident) *syntax.Import {
	imports := f.file.Imports()
	for i := range imports {
		imp := &imports[i]
		switch {
		case ident.Node == ast.Node(imp.Spec()):
			return imp
		case ident.Node != nil:
		case imp.Name == ident.Name:
			return imp
		case imp.Spec().Name == nil: // it goes by the name of the package
			if target := f.snapshot.index.ResolveImport(f.file, imp.Path); target.Package != nil && target.Package.Name == ident.Name {
				return imp
			}
		}
	}
	return nil
}

// reads fills a place in a reference to a value of a document, whatever name leads there.
func (f *placeFinder) reads(place *Place, at *selector, r *rule.Resolved) bool {
	whole := f.file.Span(at.whole)
	reads, known := f.read[r]
	if !known {
		reads = cascade.Reads(f.snapshot.index, r.Document)
		f.read[r] = reads
	}
	for _, read := range reads {
		if read.File.Path != f.file.Path || read.Span != whole || len(read.Value) < at.left {
			continue
		}
		path := read.Value[:len(read.Value)-at.left]
		if len(path) == 0 && len(at.names) == 1 && at.names[0] != r.Document.ValuesLabel() {
			continue // a name for all values
		}
		place.Kind, place.Document, place.Path, place.Node = ReadPlace, r, path, r.Tree.Lookup(path)
		return true
	}
	return false
}

// slot fills a place in a reference that goes through a slot of a document, or of the one
// below it: components.server, #moduleDefinition.values.replicas.
func (f *placeFinder) slot(place *Place, at *selector, r *rule.Resolved) bool {
	d, names := r.Document, at.names
	if at.first == nil || len(names) == 0 || !isSlotName(d, at.first) {
		return false
	}
	if slot := d.Dialect.Reference[d.Kind]; slot != "" && names[0] == slot {
		if len(names) == 1 {
			place.Kind, place.Document, place.Import = ReferencePlace, r, r.Resolution.Import
			return true
		}
		if r.Below() == nil {
			return false
		}
		r, names = f.snapshot.resolved(r.Below()), names[1:]
		d = r.Document
	} else if n := len(d.Path); n > 0 && len(names) > n && slices.Equal(names[:n], d.Path) {
		names = names[n:]
	}
	switch {
	case names[0] == d.ValuesLabel():
		place.Kind, place.Document, place.Path, place.Node = ReadPlace, r, names[1:], r.Tree.Lookup(names[1:])
	case len(names) == 2 && names[0] == d.Dialect.Components:
		place.Kind, place.Document, place.Member = ComponentPlace, r, names[1]
	case len(names) == 2 && d.Dialect.Scopes != "" && names[0] == d.Dialect.Scopes:
		place.Kind, place.Document, place.Member = ScopePlace, r, names[1]
	default:
		return false
	}
	return true
}

// isSlotName reports whether a name is that of a document's own field, or of the field in
// the package that the document is, and not of another one that is called the same.
func isSlotName(d *catalogindex.Document, ident *ast.Ident) bool {
	if ident.Node == nil {
		return true
	}
	means := func(f catalogindex.Field) bool {
		value := f.Field.Value
		if alias, ok := value.(*ast.Alias); ok {
			value = alias.Expr
		}
		return value == ident.Node
	}
	if slices.ContainsFunc(catalogindex.Fields(d.Parts(), ident.Name), means) {
		return true
	}
	_, inFile := ident.Scope.(*ast.File)
	return inFile && len(d.Path) > 0 && d.Path[0] == ident.Name
}

// value finds the value that the offset is in, where it is on no name.
func (f *placeFinder) value() *Place {
	for _, r := range f.resolved {
		label := r.Document.ValuesLabel()
		for _, field := range catalogindex.AllFields(r.Document.Parts()) {
			var at cascade.Path
			switch {
			case field.File.Path != f.file.Path || !f.file.Span(field.Field).Contains(f.offset):
				continue
			case label == "": // the field is one of the values itself
				at = cascade.Path{field.Name}
			case field.Name != label:
				continue
			}
			if at, span := pathAt(field.File, field.Field, at, f.offset); len(at) > 0 {
				place := &Place{Span: span}
				f.fillValue(place, r, at)
				if place.Node != nil {
					return place
				}
			}
		}
	}
	return nil
}

// pathAt returns the path of the innermost field below f that the offset is on, and
// the span of it that is there: its label, or a scalar value. The path is empty for
// f itself, and nil if the offset is on none: between fields, say.
func pathAt(file *syntax.File, f *ast.Field, at cascade.Path, offset int) (cascade.Path, text.Span) {
	if label := file.Span(f.Label); label.Contains(offset) {
		return append(cascade.Path{}, at...), label
	}
	return exprAt(file, f.Value, at, offset)
}

func exprAt(file *syntax.File, expr ast.Expr, at cascade.Path, offset int) (cascade.Path, text.Span) {
	if expr == nil || !file.Span(expr).Contains(offset) {
		return nil, text.Span{}
	}
	switch x := expr.(type) {
	case *ast.StructLit:
		for _, d := range x.Elts {
			switch d := d.(type) {
			case *ast.Field:
				name, ok := syntax.LabelName(d.Label)
				if ok && file.Span(d).Contains(offset) {
					return pathAt(file, d, at.Child(name), offset)
				}
			case *ast.EmbedDecl:
				if found, span := exprAt(file, d.Expr, at, offset); found != nil {
					return found, span
				}
			}
		}
		return nil, text.Span{}
	case *ast.ListLit:
		for i, e := range x.Elts {
			if _, ok := e.(*ast.Ellipsis); ok { // says what each element is, and is none
				continue
			}
			if found, span := exprAt(file, e, at.Child(cascade.IndexLabel(i)), offset); found != nil {
				return found, span
			}
		}
		return nil, text.Span{}
	case *ast.BinaryExpr:
		for _, side := range []ast.Expr{x.X, x.Y} {
			if found, span := exprAt(file, side, at, offset); found != nil {
				return found, span
			}
		}
		return append(cascade.Path{}, at...), file.Span(x)
	case *ast.ParenExpr:
		return exprAt(file, x.X, at, offset)
	}
	return append(cascade.Path{}, at...), file.Span(expr)
}

// String returns the word for the kind.
func (k PlaceKind) String() string {
	return [...]string{"value", "read", "reference", "import", "component", "scope", "schema", "metadata", "rule", "name"}[k]
}
