package analysis

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/names"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A Use is one place at which the thing under a cursor is declared or read.
type Use struct {
	Location      // of the name alone
	Declares bool // it is a label of a layer, the mark of a document, an import's own path
}

// References returns the places at which the thing at a byte offset is used, in all layers
// and files; with those that declare it, if asked for. They are sorted.
//
// A value is the same one in all layers that are built on the lowest that has it, and so is
// a component or a scope. What refers to a Module or a definition is its uses. When ctx ends, so does
// the search, with what it has found so far.
func (s *Snapshot) References(ctx context.Context, path string, offset int, declarations bool) []Use {
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	uses := s.usesOf(ctx, at, nil)
	if !declarations {
		uses = slices.DeleteFunc(uses, func(u Use) bool { return u.Declares })
	}
	return uses
}

// Highlights returns the places in the same file that mean the thing at a byte offset,
// sorted.
func (s *Snapshot) Highlights(path string, offset int) []Use {
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	uses := s.usesOf(context.Background(), at, at.File)
	return slices.DeleteFunc(uses, func(u Use) bool { return u.Path != path })
}

// usesOf returns every place that means the same as one, sorted; only those in one file, or
// nearly, if that is not nil.
func (s *Snapshot) usesOf(ctx context.Context, at *Place, only *syntax.File) []Use {
	var uses []Use
	switch s.role(at) {
	case ValuePlace, ReadPlace, ComponentPlace, ScopePlace:
		uses = s.layerUses(ctx, at, only)
	case ReferencePlace, ImportPlace:
		if below := s.referred(at); len(below) > 0 && only == nil {
			for _, d := range below {
				uses = append(uses, s.documentUses(d)...)
			}
		} else {
			uses = s.nameUses(at, only)
		}
	case SchemaPlace:
		if d := s.markedBy(at); d != nil && only == nil {
			uses = s.documentUses(d)
		} else {
			uses = s.schemaUses(ctx, at, only)
		}
	case MetadataPlace:
		if d := s.namedBy(at); d != nil && only == nil {
			uses = s.documentUses(d)
		} else {
			uses = s.nameUses(at, only)
		}
	case RulePlace:
		uses = s.ruleUses(ctx, at, only)
	case NamePlace:
		uses = s.nameUses(at, only)
	}
	slices.SortFunc(uses, compareUses)
	return slices.CompactFunc(uses, func(a, b Use) bool { return a.Location == b.Location })
}

func compareUses(a, b Use) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), a.Span.Compare(b.Span))
}

// layerUses returns the places that mean a value, a component or a scope, in the lowest
// layer that has it and all that are built on that.
func (s *Snapshot) layerUses(ctx context.Context, at *Place, only *syntax.File) []Use {
	if at.Document == nil {
		return nil
	}
	var uses []Use
	family := s.withAbove(s.lowest(at))
	label := at.label()
	searched := make(map[string]bool)
	for _, d := range family {
		if ctx.Err() != nil {
			break
		}
		if searched[d.Package.Key] || only != nil && !slices.ContainsFunc(d.Package.Files, func(f *syntax.File) bool { return f.Path == only.Path }) {
			continue
		}
		searched[d.Package.Key] = true
		finder := s.placesOf(d.Package)
		for _, file := range d.Package.Files {
			if only != nil && file.Path != only.Path {
				continue
			}
			for _, m := range mentionsOf(file, label) {
				other := finder.at(file, m.Span.Start)
				if other == nil || other.Span != m.Span || !other.means(at) {
					continue
				}
				if slices.ContainsFunc(family, func(d *catalogindex.Document) bool { return isSame(d, other.Document.Document) }) {
					uses = append(uses, Use{Location: rule.At(file, m.Span), Declares: other.IsLabel})
				}
			}
		}
	}
	return uses
}

// label returns the name that a place of a value, a component or a scope goes by.
func (at *Place) label() string {
	switch {
	case at.Kind == ComponentPlace || at.Kind == ScopePlace:
		return at.Member
	case len(at.Path) > 0:
		return at.Path[len(at.Path)-1]
	}
	return at.Document.Document.ValuesLabel()
}

// means reports whether two places of one family of documents mean the same value,
// component or scope.
func (at *Place) means(other *Place) bool {
	if at.Document == nil || other.Document == nil {
		return false
	}
	isValue := func(p *Place) bool { return p.Kind == ValuePlace || p.Kind == ReadPlace }
	if isValue(at) && isValue(other) {
		return slices.EqualFunc(at.Path, other.Path, sameLabel)
	}
	return at.Kind == other.Kind && at.Member == other.Member
}

// sameLabel reports whether two labels of paths may mean one: that of a pattern, or of the
// elements of a list, stands for all.
func sameLabel(a, b string) bool {
	isElement := func(label string) bool { return strings.HasPrefix(label, "[") }
	return a == b || a == cascade.AnyLabel || b == cascade.AnyLabel || isElement(a) && isElement(b)
}

// mentionsOf returns the places in a file at which a name stands as a label or in an
// expression, in order.
func mentionsOf(file *syntax.File, name string) []names.Mention {
	var out []names.Mention
	if !strings.Contains(file.Text.Content(), name) && !strings.ContainsAny(name, "\"\\\n\t") {
		return nil
	}
	ast.Walk(file.AST(), func(n ast.Node) bool {
		if label, ok := n.(ast.Label); ok {
			if found, ok := syntax.LabelName(label); ok && found == name {
				if _, isAlias := n.(*ast.Alias); !isAlias {
					out = append(out, names.Mention{File: file, Node: n, Span: file.Span(n)})
				}
			}
		}
		return true
	}, nil)
	return out
}

// lowest returns the lowest layer that has the value, component or scope of a place.
func (s *Snapshot) lowest(at *Place) *catalogindex.Document {
	d := at.Document.Document
	for i, layer := range at.Document.Chain {
		var has bool
		switch {
		case at.Kind == ComponentPlace:
			has = slices.ContainsFunc(layer.Components(), func(m catalogindex.Member) bool { return m.Name == at.Member })
		case at.Kind == ScopePlace:
			has = slices.ContainsFunc(layer.Scopes(), func(m catalogindex.Member) bool { return m.Name == at.Member })
		case at.Node != nil && i < len(at.Node.Layers):
			has = at.Node.Layers[i] != nil
		default:
			has = i < len(at.Document.Tree.Layers) && len(declarationsAt(at.Document, i, at.Path)) > 0
		}
		if has {
			d = layer
			break
		}
	}
	return s.current(d)
}

// declarationsAt returns where the i-th layer of a document declares the value at a path,
// which may go through a pattern.
func declarationsAt(r *rule.Resolved, i int, path cascade.Path) []cascade.Decl {
	if n := r.Tree.Lookup(path); n != nil {
		if n.Layers[i] == nil {
			return nil
		}
		return n.Layers[i].Decls
	}
	var out []cascade.Decl
	if values := r.Tree.Root.Layers[i]; values != nil {
		values.Each(cascade.Path{}, func(at cascade.Path, f *cascade.FieldShape) {
			if slices.EqualFunc(at, path, sameLabel) {
				out = append(out, f.Decls...)
			}
		})
	}
	return out
}

// current returns a document as it is in the index: a result that is remembered may hold
// an older one of the same content.
func (s *Snapshot) current(d *catalogindex.Document) *catalogindex.Document {
	p := s.index.Package(d.Package.Key)
	if p == nil {
		return d
	}
	if i := slices.IndexFunc(p.Documents, func(other *catalogindex.Document) bool { return isSame(d, other) }); i >= 0 {
		return p.Documents[i]
	}
	return d
}

// withAbove returns a document and all that are built on it, directly or through others,
// lower layers first.
func (s *Snapshot) withAbove(d *catalogindex.Document) []*catalogindex.Document {
	out := []*catalogindex.Document{d}
	for i := 0; i < len(out); i++ {
		for _, above := range s.builtOn(out[i]) {
			if !slices.Contains(out, above) {
				out = append(out, above)
			}
		}
	}
	return out
}

// role returns what a place is to who follows it: what stands for a document, as
// catalog.#Module does, is a reference wherever it stands.
func (s *Snapshot) role(at *Place) PlaceKind {
	if at.Kind == NamePlace && len(s.referred(at)) > 0 {
		return ReferencePlace
	}
	return at.Kind
}

// referred returns the documents to which a reference or an import leads.
func (s *Snapshot) referred(at *Place) []*catalogindex.Document {
	if at.Kind == NamePlace {
		if at.Import == nil || at.Target.Package == nil || len(rootFields(at.Target.Package, at.Name)) > 0 {
			return nil
		}
		return slices.DeleteFunc(slices.Clone(at.Target.Documents), func(d *catalogindex.Document) bool {
			return !slices.Contains(d.Dialect.SchemasOf(d.Kind), at.Name) || len(d.Path) > 0
		})
	}
	if at.Kind == ReferencePlace {
		if d := at.Document.Below(); d != nil {
			return []*catalogindex.Document{s.current(d)}
		}
		return nil
	}
	// A document of this package says best which one of the other's is meant.
	for _, r := range s.resolve(s.index.PackageOf(at.File.Path)) {
		if r.Below() != nil && r.Resolution.Import != nil && r.Resolution.File.Path == at.File.Path && r.Resolution.Import.Span == at.Import.Span {
			return []*catalogindex.Document{s.current(r.Below())}
		}
	}
	return at.Target.Documents
}

// markedBy returns the document whose mark a place is, or nil.
func (s *Snapshot) markedBy(at *Place) *catalogindex.Document {
	for _, d := range s.index.PackageOf(at.File.Path).Documents {
		if d.File.Path == at.File.Path && d.Mark.Covers(at.Span) {
			return d
		}
	}
	return nil
}

// namedBy returns the document whose name or version a place is the label of, or nil.
func (s *Snapshot) namedBy(at *Place) *catalogindex.Document {
	if at.Document == nil {
		return nil
	}
	d := s.current(at.Document.Document)
	for _, label := range []string{"name", "version"} {
		for _, f := range catalogindex.Fields(d.Slot(d.Dialect.Metadata), label) {
			if f.File.Path == at.File.Path && f.Label() == at.Span {
				return d
			}
		}
	}
	return nil
}

// documentUses returns the references to a document and their imports, and what marks it.
func (s *Snapshot) documentUses(d *catalogindex.Document) []Use {
	uses := []Use{{Location: rule.At(d.File, d.Mark), Declares: true}}
	for _, above := range s.builtOn(d) {
		r, _ := s.index.Resolve(above)
		if ref := above.Reference; ref != nil && ref.Target() != nil {
			uses = append(uses, Use{Location: rule.At(ref.File, ref.Span)})
		}
		if r.Import != nil {
			uses = append(uses, Use{Location: rule.At(r.File, r.Import.Span)})
		}
	}
	return uses
}

// nameUses returns the places that mean what a name of plain CUE means.
func (s *Snapshot) nameUses(at *Place, only *syntax.File) []Use {
	name := at.nameNode()
	if name == nil {
		return nil
	}
	n := names.New(s.index, &s.memo.names)
	if only != nil {
		n = names.Alone(s.index, &s.memo.names)
	}
	file := s.index.File(at.File.Path)
	declared := make(map[Location]bool)
	for _, m := range n.Definitions(file, name) {
		declared[rule.At(m.File, m.Span)] = true
	}
	var uses []Use
	for _, m := range n.Uses(file, name, true) {
		if m.File != file && strings.HasPrefix(m.File.Path, catalogindex.EmbeddedRoot) || isOtherLabel(m, name) {
			continue
		}
		at := rule.At(m.File, m.Span)
		uses = append(uses, Use{Location: at, Declares: declared[at]})
	}
	return uses
}

// isOtherLabel reports whether a place is the label of a field that is called otherwise: all
// that "..." lets in counts as one to who follows names.
func isOtherLabel(m names.Mention, asked ast.Node) bool {
	nameOf := func(n ast.Node) string {
		label, _ := n.(ast.Label)
		name, _ := syntax.LabelName(label)
		return name
	}
	around := nodesAt(m.File, m.Span.Start)
	if len(around) < 2 || nameOf(m.Node) == nameOf(asked) {
		return false
	}
	field, ok := around[len(around)-2].(*ast.Field)
	return ok && m.File.Span(field.Label) == m.Span
}

// nameNode returns the name or label at a place, or nil.
func (at *Place) nameNode() ast.Node {
	if at.Import != nil && at.Kind == ImportPlace {
		if at.Import.Spec().Name != nil {
			return at.Import.Spec().Name
		}
		return at.Import.Spec().Path
	}
	if len(at.around) == 0 {
		return nil
	}
	return at.around[len(at.around)-1]
}

// schemaUses returns the places of the workspace that mean a name of the embedded core.
func (s *Snapshot) schemaUses(ctx context.Context, at *Place, only *syntax.File) []Use {
	var uses []Use
	for _, p := range s.index.Packages() {
		if ctx.Err() != nil {
			break
		}
		finder := s.placesOf(p)
		for _, file := range p.Files {
			if only != nil && file.Path != only.Path {
				continue
			}
			for _, m := range mentionsOf(file, at.Name) {
				other := finder.at(file, m.Span.Start)
				if other == nil || other.Kind != SchemaPlace || other.Name != at.Name || other.Target.Package != at.Target.Package {
					continue
				}
				uses = append(uses, Use{Location: rule.At(file, other.Span)})
			}
		}
	}
	for _, f := range rootFields(at.Target.Package, at.Name) {
		uses = append(uses, Use{Location: rule.At(f.File, f.Label()), Declares: true})
	}
	return uses
}

// ruleUses returns the comments that suppress a rule.
func (s *Snapshot) ruleUses(ctx context.Context, at *Place, only *syntax.File) []Use {
	var uses []Use
	for _, p := range s.index.Packages() {
		if ctx.Err() != nil {
			break
		}
		for _, file := range p.Files {
			if only != nil && file.Path != only.Path {
				continue
			}
			for _, ignore := range rule.IgnoresOf(file) {
				for _, code := range ignore.Codes {
					if code.Code == at.Code {
						uses = append(uses, Use{Location: rule.At(file, code.Span)})
					}
				}
			}
		}
	}
	return uses
}
