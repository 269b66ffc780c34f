package cascade

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A Computed is an expression that depends on other values: "\(host):\(port)", a
// reference, arithmetic. Its text is kept in pieces, with gaps where a value is
// read. Once those values are settled their text goes into the gaps, and what stands
// there then depends on nothing any more and is read like any other expression.
type Computed struct {
	asker
	pieces  []piece
	imports []string // of CUE's own packages, as import specs
	origin  Origin
}

// A piece is text as written, or a gap.
type piece struct {
	text string
	ref  Path // of the value to put here; nil for text
	// label is, plus one, how deep the label stands that is to be put here: the name of
	// the field that a pattern matched. 0 for text.
	label int
}

// isConstant reports whether the expression depends on nothing.
func (c *Computed) isConstant() bool {
	return !slices.ContainsFunc(c.pieces, func(p piece) bool { return p.ref != nil || p.label > 0 })
}

// maxText is how many bytes of text an expression may come to: values that read each
// other twice double with every step.
const maxText = 64 << 10

// maxPieces is how many pieces an expression may come to: names for expressions, of which each
// reads the one before twice, double with every step.
const maxPieces = 4096

// wild stands in the path of a reference for the label or index that is not known
// before the schema around it is applied to one: that of a list's element, or of a
// field that a pattern matches.
const wild = "[]"

// reads returns the paths of the values that the expression reads, as seen from the
// node at a path.
func (c *Computed) reads(at Path) []Path {
	var paths []Path
	for _, p := range c.pieces {
		if p.ref != nil {
			paths = append(paths, seenFrom(p.ref, at))
		}
	}
	return paths
}

// seenFrom puts the labels of the node at a path in place of what was wild.
func seenFrom(ref, at Path) Path {
	if !slices.Contains(ref, wild) {
		return ref
	}
	out := slices.Clone(ref)
	for i, label := range out {
		if label == wild && i < len(at) {
			out[i] = at[i]
		}
	}
	return out
}

// whole returns the path of the value that the expression is, if it is nothing but a
// reference.
func (c *Computed) whole() Path {
	if len(c.pieces) == 1 {
		return c.pieces[0].ref
	}
	return nil
}

// read returns what the expression at a path is once the values that it reads are
// known, and what of it nobody could compute. valueText returns a value as CUE.
func (c *Computed) read(at Path, valueText func(Path) string) (*Shape, []Stop) {
	var src strings.Builder
	for _, spec := range c.imports {
		src.WriteString("import " + spec + "\n")
	}
	src.WriteString("computed: ")
	for _, p := range c.pieces {
		switch {
		case p.ref != nil:
			src.WriteString("(" + valueText(p.ref) + ")")
		case p.label > 0:
			src.WriteString((&Value{Kind: String, Text: at[p.label-1]}).String())
		default:
			src.WriteString(p.text)
		}
	}
	if src.Len() > maxText {
		return unread(AnyKind, c.origin), nil
	}
	src.WriteString("\n")
	file := syntax.Parse("", src.String())
	fields := catalogindex.Fields([]catalogindex.Part{{File: file, Decls: file.AST().Decls}}, "computed")
	if len(fields) != 1 || len(file.Problems) > 0 {
		return unread(AnyKind, c.origin), nil
	}
	r := &reader{asker: c.asker}
	s := writtenAt(r.read(file, fields[0].Field.Value), c.origin)
	for i := range r.stops {
		r.stops[i].Origin, r.stops[i].Reads = c.origin, c.reads(at)
	}
	return s, r.stops
}

// writtenAt returns the shape with all of it said to stand at one place.
func writtenAt(s *Shape, origin Origin) *Shape {
	move := func(alts []*Alt) []*Alt {
		var out []*Alt
		for _, a := range alts {
			moved := *a
			moved.Origin = origin
			moved.Tests = slices.Clone(a.Tests)
			for i := range moved.Tests {
				moved.Tests[i].Origin = origin
			}
			if a.List != nil {
				moved.List = &ListShape{}
				for _, item := range a.List.Items {
					moved.List.Items = append(moved.List.Items, writtenAt(item, origin))
				}
				if a.List.Rest != nil {
					moved.List.Rest = writtenAt(a.List.Rest, origin)
				}
			}
			if a.Struct != nil {
				s := *a.Struct
				s.Fields = nil
				for _, f := range a.Struct.Fields {
					field := *f
					field.Shape = writtenAt(f.Shape, origin)
					field.Decls = []Decl{{File: origin.File, Label: origin.Span, Value: origin.Span, Field: origin.Span}}
					s.Fields = append(s.Fields, &field)
				}
				moved.Struct = &s
			}
			out = append(out, &moved)
		}
		return out
	}
	return &Shape{Alts: move(s.Alts), Defaults: move(s.Defaults)}
}

// compute reads an expression that cannot be read off its own text alone. If it only
// depends on values it becomes a Computed; if it depends on nothing CUE computes it
// at once; if it depends on anything else it stays unread.
func (r *reader) compute(file *syntax.File, expr ast.Expr, kinds Kind, origin Origin) *Shape {
	c := &Computed{asker: r.asker, origin: origin}
	bounded := isBounded(expr)
	if r.onlyPaths || !r.takes(bounded) || !r.take(c, file, expr) {
		return unread(kinds, origin)
	}
	if c.isConstant() {
		if s := r.constant(c, bounded); s != nil {
			return s
		}
		return unread(kinds, origin)
	}
	return &Shape{Alts: []*Alt{{Kinds: kinds, Unread: true, Computed: []*Computed{c}, Origin: origin}}}
}

// constant has CUE compute an expression that reads no value; nil if CUE refuses it, or
// cannot say.
func (r *reader) constant(c *Computed, bounded bool) *Shape {
	var src strings.Builder
	for _, p := range c.pieces {
		src.WriteString(p.text)
	}
	if o := exhausted(r.stops); o != "" {
		r.stops = append(r.stops, Stop{Origin: c.origin, Obstacle: o})
		return nil
	}
	call := &Call{Source: src.String(), Imports: c.imports, asker: c.asker, bounded: bounded}
	s, obstacle := call.read(c.origin)
	if obstacle != "" {
		r.stops = append(r.stops, Stop{Origin: c.origin, Obstacle: obstacle})
	}
	return s
}

// take appends the text of an expression to c, with gaps for the values that it reads.
// It returns false if the expression depends on something that is neither a value nor
// constant.
func (r *reader) take(c *Computed, file *syntax.File, expr ast.Expr) bool {
	if r.depth >= maxReadDepth {
		return false
	}
	r.depth++
	defer func() { r.depth-- }()
	whole := file.Span(expr)
	last := whole.Start
	ok := true
	put := func(n ast.Node, pieces ...piece) {
		span := file.Span(n)
		if span.Start > last {
			c.pieces = append(c.pieces, piece{text: file.Text.Content()[last:span.Start]})
		}
		c.pieces = append(c.pieces, pieces...)
		last = span.End
	}
	nest := func(e ast.Expr) {
		inner := &Computed{}
		if ok = r.take(inner, file, e); ok {
			c.addImports(inner.imports)
			put(e, inner.pieces...)
			ok = len(c.pieces) <= maxPieces
		}
	}
	ast.Walk(expr, func(n ast.Node) bool {
		if !ok {
			return false
		}
		switch n := n.(type) {
		case *ast.Field: // a label is no reference
			if n.Value != nil {
				nest(n.Value)
			}
			return false
		case *ast.ForClause: // nor are the names that it binds
			for _, name := range []*ast.Ident{n.Key, n.Value} {
				if name != nil {
					r.bind(name)
				}
			}
			nest(n.Source)
			return false
		case *ast.LetClause:
			r.bind(n)
			nest(n.Expr)
			return false
		case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
			names := catalogindex.SelectorNames(n.(ast.Expr))
			if names == nil {
				return true // x[i]: look at its parts
			}
			pieces, known := r.dependency(c, file, n.(ast.Expr), names)
			if ok = known; ok && pieces != nil {
				put(n, pieces...)
				ok = len(c.pieces) <= maxPieces
			}
			return false
		}
		return true
	}, nil)
	if ok && whole.End > last {
		c.pieces = append(c.pieces, piece{text: file.Text.Content()[last:whole.End]})
	}
	return ok
}

// bind notes that a comprehension inside an expression binds a name.
func (r *reader) bind(n ast.Node) {
	if r.bound == nil {
		r.bound = make(map[ast.Node]bool)
	}
	r.bound[n] = true
}

func (c *Computed) addImports(specs []string) {
	for _, spec := range specs {
		if !slices.Contains(c.imports, spec) {
			c.imports = append(c.imports, spec)
		}
	}
}

// dependency says what a name in an expression stands for: pieces to put in its place,
// or nil to leave it as it is. known is false if that cannot be told.
func (r *reader) dependency(c *Computed, file *syntax.File, expr ast.Expr, names []string) (pieces []piece, known bool) {
	if path, ok := r.valuePath(expr, names); ok {
		return []piece{{ref: path}}, true
	}
	if depth, ok := r.labelOf(expr); ok {
		return []piece{{label: depth + 1}}, true
	}
	first := firstIdent(expr)
	if first == nil {
		return nil, false
	}
	if r.bound[first.Node] {
		return nil, true // bound by a comprehension inside the expression itself
	}
	if let, ok := first.Node.(*ast.LetClause); ok {
		inner := &Computed{}
		if !r.take(inner, file, let.Expr) {
			return nil, false
		}
		c.addImports(inner.imports)
		pieces = append([]piece{{text: "("}}, inner.pieces...)
		pieces = append(pieces, piece{text: ")" + selectors(names[1:])})
		return pieces, true
	}
	if spec, ok := builtinImport(file, first); ok {
		c.addImports([]string{spec})
		return nil, true
	}
	if first.Node == nil && len(names) == 1 && (predeclared(names[0]) != nil || names[0] == "_" || slices.Contains(builtinFunctions, names[0])) && r.packageFields(file, names[0]) == nil {
		return nil, true
	}
	if r.isCore(file, first, names) {
		return []piece{{text: "_"}}, true // OPM's own schemas set no value
	}
	if v := r.reference(file, expr, Origin{}).Concrete(); v != nil {
		return []piece{{text: "(" + v.String() + ")"}}, true
	}
	return nil, false
}

// labelOf returns how deep the label stands that an alias means: N in [N=string]: {…}.
func (r *reader) labelOf(expr ast.Expr) (depth int, ok bool) {
	name, isIdent := expr.(*ast.Ident)
	if !isIdent || name.Node == nil {
		return 0, false
	}
	depth, ok = r.labels[name.Node]
	return depth, ok
}

// isCore reports whether a name stands for a schema of the embedded core.
func (r *reader) isCore(file *syntax.File, first *ast.Ident, names []string) bool {
	operands := r.target(file, first, names[0])
	for _, name := range names[1:] {
		operands = selectField(operands, name)
	}
	return len(operands) > 0 && strings.HasPrefix(operands[0].File.Path, catalogindex.EmbeddedRoot)
}

func selectors(names []string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString("[" + (&Value{Kind: String, Text: name}).String() + "]")
	}
	return b.String()
}

// builtinImport returns the import spec of one of CUE's own packages that a name
// stands for. One that is used without an import counts: what is meant is clear, and
// cue/missing-import speaks of it.
func builtinImport(file *syntax.File, ident *ast.Ident) (spec string, ok bool) {
	switch ident.Node.(type) {
	case nil, *ast.ImportSpec:
	default:
		return "", false
	}
	for _, imp := range file.Imports() {
		if imp.Name == ident.Name {
			return imp.Name + ` "` + imp.Path + `"`, catalogindex.IsBuiltin(imp.Path)
		}
	}
	return `"` + ident.Name + `"`, catalogindex.IsBuiltin(ident.Name)
}

// valuePath returns the values path that a reference means, from the root of values:
// values.a.b by its full name, or a by the name of a field around the reference.
func (r *reader) valuePath(expr ast.Expr, names []string) (Path, bool) {
	first := firstIdent(expr)
	if first == nil || r.document == nil {
		return nil, false
	}
	if at, ok := r.paths[first.Node]; ok && first.Node != nil {
		return append(slices.Clone(at), names[1:]...), true
	}
	if first.Node != nil || len(r.document.Path) > 0 || len(r.paths) == 0 {
		return nil, false
	}
	switch names[0] { // in another file of the package
	case r.document.ValuesLabel():
		return slices.Clone(names[1:]), true
	case r.document.Dialect.Components:
		return append(Path{underComponents}, names[1:]...), true
	}
	return nil, false
}
