package rename

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A World is the names of some packages. It is for one goroutine.
type World struct {
	index *catalogindex.Index
	roots map[string]*Spot // by the key of the package
	nodes map[ast.Node]*Spot
	named map[ast.Node]*Spot // what a label or a name in an expression means
	reads []read             // those that are not resolved yet
	ups   map[*Spot]*reach
	downs map[*Spot]*reach
	files []*syntax.File // of the workspace, in order of the packages
	// documents holds those at each spot.
	documents map[*Spot][]*catalogindex.Document
}

// A read is a chain of names: values.image.tag.
type read struct {
	file    *syntax.File
	pkg     *catalogindex.Package
	ident   *ast.Ident // that it begins with
	base    *Spot      // what it begins with if that is no name
	steps   []step
	into    *Spot // what is unified with it, or nil
	escapes bool
}

// A step selects a field.
type step struct {
	node  ast.Expr // the selector or the index
	name  ast.Node // in it
	label string
}

// Around returns the packages in which something may be read that a package reads or
// declares: those that it imports, directly or through others, and all that import one of
// those.
func Around(index *catalogindex.Index, p *catalogindex.Package) []*catalogindex.Package {
	seen := make(map[string]bool)
	var out []*catalogindex.Package
	var add func(p *catalogindex.Package, above bool)
	add = func(p *catalogindex.Package, above bool) {
		if p == nil || seen[p.Key] {
			return
		}
		seen[p.Key] = true
		out = append(out, p)
		if p.Embedded {
			return
		}
		for _, joined := range append(index.Joined(p), index.Joins(p)...) {
			add(joined, above)
		}
		for _, f := range p.Files {
			for _, imp := range f.Imports() {
				target := index.ResolveImport(f, imp.Path)
				add(target.Package, above)
				for _, d := range target.Documents {
					add(d.Package, above)
				}
			}
		}
		if above {
			for _, dependent := range index.Dependents(p) {
				add(dependent, false)
			}
		}
	}
	add(p, true)
	return out
}

// NewWorld reads packages, and OPM's core.
func NewWorld(index *catalogindex.Index, packages []*catalogindex.Package) *World {
	w := &World{
		index: index,
		roots: make(map[string]*Spot),
		nodes: make(map[ast.Node]*Spot),
		named: make(map[ast.Node]*Spot),
		ups:   make(map[*Spot]*reach),
		downs: make(map[*Spot]*reach),

		documents: make(map[*Spot][]*catalogindex.Document),
	}
	core := index.Core()
	all := slices.Clone(packages)
	if !slices.Contains(all, core) {
		all = append(all, core)
	}
	for _, p := range all {
		for _, f := range p.Files {
			(&scan{World: w, pkg: p, file: f}).decls(f.AST().Decls, w.root(p))
			if !p.Embedded {
				w.files = append(w.files, f)
			}
		}
	}
	for _, p := range all {
		for _, joined := range index.Joined(p) {
			unify(w.root(p), w.root(joined))
		}
		for _, d := range p.Documents {
			w.documents[w.Document(d)] = append(w.documents[w.Document(d)], d)
			w.layers(d)
		}
		w.schemas(p)
	}
	for _, r := range w.reads {
		w.resolve(r)
	}
	w.reads = nil
	return w
}

func (w *World) root(p *catalogindex.Package) *Spot {
	if w.roots[p.Key] == nil {
		w.roots[p.Key] = newRoot(p)
	}
	return w.roots[p.Key]
}

// Document returns the spot of a document.
func (w *World) Document(d *catalogindex.Document) *Spot { return w.root(d.Package).below(d.Path) }

// layers adds what a document takes over from the one below.
func (w *World) layers(d *catalogindex.Document) {
	resolution, _ := w.index.Resolve(d)
	b := resolution.Document
	if b == nil || d.Dialect.IsConfiguration() {
		return
	}
	above, below := w.Document(d), w.Document(b)
	unify(above.child(d.Dialect.Reference[d.Kind]), below)
	for _, slot := range [][2]string{
		{d.ValuesLabel(), b.ValuesLabel()},
		{d.Dialect.Components, b.Dialect.Components},
		{d.Dialect.Scopes, b.Dialect.Scopes},
	} {
		if slot[0] != "" && slot[1] != "" {
			unify(above.child(slot[0]), below.child(slot[1]))
		}
	}
}

// schemas adds that catalog.#Module means the Module of an imported package.
func (w *World) schemas(p *catalogindex.Package) {
	if p.Embedded {
		return
	}
	root := w.root(p)
	done := make(map[string]bool)
	add := func(d *catalogindex.Document) {
		for schema, kind := range d.Dialect.Schemas {
			if kind != d.Kind || done[schema] {
				continue
			}
			done[schema] = true
			if c := root.child(schema); len(c.labels) == 0 {
				unify(c, w.Document(d))
			}
		}
	}
	for _, d := range p.Documents {
		if len(d.Path) == 0 {
			add(d)
		}
	}
	for _, d := range p.Documents {
		add(d)
	}
}

// resolve enters where a read leads.
func (w *World) resolve(r read) {
	at := r.base
	if r.ident != nil {
		at = w.base(r)
		if at == nil {
			return
		}
		w.use(at, site{r.file, r.ident}, r.ident)
		if at.keysOf != nil {
			at.keysOf.loose = append(at.keysOf.loose, site{r.file, r.ident})
		}
	}
	for _, s := range r.steps {
		if s.label == someOne {
			at.loose = append(at.loose, site{r.file, s.node})
		}
		at = at.child(s.label)
		if s.name != nil {
			w.use(at, site{r.file, s.node}, s.name)
		}
	}
	if r.into != nil {
		unify(r.into, at)
	}
	if r.escapes {
		at.escapes = append(at.escapes, site{r.file, r.ident})
	}
}

func (w *World) use(s *Spot, at site, name ast.Node) {
	s.uses = append(s.uses, at)
	w.named[name] = s
}

// base returns what the first name of a read means, or nil.
func (w *World) base(r read) *Spot {
	if r.ident.Node != nil {
		return w.nodes[r.ident.Node]
	}
	name := r.ident.Name
	if s := w.imported(r.file, name); s != nil {
		return s
	}
	if s := w.slot(r); s != nil {
		return s
	}
	for _, p := range append([]*catalogindex.Package{r.pkg}, w.index.Joined(r.pkg)...) {
		if c := w.root(p).children[name]; c != nil && len(c.labels) > 0 {
			return w.root(r.pkg).child(name)
		}
	}
	if c := w.root(w.index.Core()).children[name]; c != nil && len(c.labels) > 0 {
		return c
	}
	if cascade.IsPredeclared(name) {
		return nil
	}
	return w.root(r.pkg).child(name)
}

// imported returns the import that a name means in a file, or nil.
func (w *World) imported(file *syntax.File, name string) *Spot {
	imports := file.Imports()
	for i := range imports {
		imp := &imports[i]
		if imp.Name == name {
			return w.nodes[imp.Spec()]
		}
		if imp.Spec().Name == nil { // it goes by the name of the package
			if p := w.index.ResolveImport(file, imp.Path).Package; p != nil && p.Name == name {
				return w.nodes[imp.Spec()]
			}
		}
	}
	return nil
}

// slot returns the slot of the document around a name that no struct around it declares.
func (w *World) slot(r read) *Spot {
	at := r.file.Span(r.ident)
	var found *catalogindex.Document
	for _, d := range r.pkg.Documents {
		if d.Dialect.IsConfiguration() || !slices.Contains(d.Dialect.Slots(d.Kind), r.ident.Name) {
			continue
		}
		for _, p := range d.Parts() {
			if p.File == r.file && p.Span.Covers(at) && (found == nil || len(d.Path) > len(found.Path)) {
				found = d
			}
		}
	}
	if found == nil {
		return nil
	}
	return w.Document(found).child(r.ident.Name)
}

// A scan reads one file.
type scan struct {
	*World
	pkg  *catalogindex.Package
	file *syntax.File
}

func (s *scan) site(n ast.Node) site { return site{s.file, n} }

// declare notes the name of a field or of something that is none.
func (s *scan) declare(at *Spot, name ast.Node) {
	if ident, ok := name.(*ast.Ident); ok && ident == nil {
		return
	}
	at.labels = append(at.labels, s.site(name))
	s.named[name] = at
}

// decls reads the declarations of the struct at a spot.
func (s *scan) decls(decls []ast.Decl, at *Spot) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			s.field(d, at)
		case *ast.EmbedDecl:
			s.expr(d.Expr, at)
		case *ast.Comprehension:
			s.comprehension(d, at)
		case *ast.LetClause:
			s.nodes[d] = s.name(d.Ident, d.Expr)
		case *ast.Alias:
			s.nodes[d] = s.name(d.Ident, d.Expr)
		case *ast.Ellipsis:
			s.expr(d.Type, at.child(anyField))
		case *ast.ImportDecl:
			for _, spec := range d.Specs {
				s.importSpec(spec)
			}
		}
	}
}

// name reads what binds a name to an expression.
func (s *scan) name(ident *ast.Ident, expr ast.Expr) *Spot {
	n := newName(ident.Name)
	s.declare(n, ident)
	s.nodes[ident] = n
	s.expr(expr, n)
	return n
}

func (s *scan) importSpec(spec *ast.ImportSpec) {
	imports := s.file.Imports()
	i := slices.IndexFunc(imports, func(imp syntax.Import) bool { return imp.Spec() == spec })
	if i < 0 {
		return
	}
	n := newName(imports[i].Name)
	if spec.Name != nil {
		s.declare(n, spec.Name)
	} else {
		s.declare(n, spec.Path)
	}
	s.nodes[spec] = n
	if p := s.index.ResolveImport(s.file, imports[i].Path).Package; p != nil {
		unify(n, s.root(p))
	}
}

func (s *scan) field(f *ast.Field, at *Spot) {
	label := ast.Node(f.Label)
	alias, _ := f.Label.(*ast.Alias)
	if alias != nil {
		label = alias.Expr
	}
	var field *Spot
	switch l := label.(type) {
	case *ast.ListLit:
		field = at.child(anyField)
		at.patterns = append(at.patterns, s.site(l))
		for _, e := range l.Elts {
			if a, ok := e.(*ast.Alias); ok { // [Name=string]
				s.nodes[a.Expr] = newName(a.Ident.Name)
				s.declare(s.nodes[a.Expr], a.Ident)
				e = a.Expr
			}
			s.expr(e, nil)
		}
	default:
		if key, ok := keyOf(label); ok {
			field = at.child(key)
			s.declare(field, label)
			break
		}
		field = at.child(anyField)
		at.loose = append(at.loose, s.site(label))
		if e, ok := label.(ast.Expr); ok {
			s.expr(e, nil)
		}
	}
	if alias != nil {
		s.alias(f, alias.Ident, field)
	}
	if f.Alias != nil {
		s.alias(f, f.Alias.Field, field)
	}
	if f.Value == nil {
		return
	}
	value := f.Value
	if a, ok := value.(*ast.Alias); ok { // a: X={…}
		s.alias(a, a.Ident, field)
		value = a.Expr
	}
	s.nodes[value] = field
	s.expr(value, field)
}

// alias binds another name to a field. by is the node that uses of the name lead to.
func (s *scan) alias(by ast.Node, ident *ast.Ident, field *Spot) {
	if ident == nil {
		return
	}
	n := newName(ident.Name)
	s.declare(n, ident)
	s.nodes[by] = n
	unify(n, field)
}

func (s *scan) comprehension(c *ast.Comprehension, at *Spot) {
	for _, clause := range c.Clauses {
		switch x := clause.(type) {
		case *ast.ForClause:
			source := newName("")
			s.expr(x.Source, source)
			if x.Key != nil {
				key := newName(x.Key.Name)
				key.keysOf = source
				s.declare(key, x.Key)
				s.nodes[x.Key] = key
			}
			if x.Value != nil {
				value := newName(x.Value.Name)
				s.declare(value, x.Value)
				s.nodes[x.Value] = value
				unify(value, source.child(someOne))
			}
		case *ast.IfClause:
			s.expr(x.Condition, nil)
		case *ast.LetClause:
			s.nodes[x] = s.name(x.Ident, x.Expr)
		case *ast.TryClause:
			if x.Ident != nil {
				s.nodes[x] = s.name(x.Ident, x.Expr)
			}
		}
	}
	s.expr(c.Value, at)
	if c.Fallback != nil && c.Fallback.Body != nil {
		s.expr(c.Fallback.Body, at)
	}
}

// expr reads an expression with which a spot is unified; nil: none.
func (s *scan) expr(e ast.Expr, at *Spot) {
	switch x := e.(type) {
	case nil:
	case *ast.StructLit:
		if at == nil {
			at = newName("")
		}
		s.decls(x.Elts, at)
	case *ast.ListLit:
		s.list(x, at)
	case *ast.Ellipsis:
		s.expr(x.Type, at)
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		s.read(x, at, false)
	case *ast.ParenExpr:
		s.expr(x.X, at)
	case *ast.PostfixExpr:
		s.expr(x.X, at)
	case *ast.Alias:
		if at == nil {
			at = newName("")
		}
		s.alias(x, x.Ident, at)
		s.expr(x.Expr, at)
	case *ast.UnaryExpr:
		if x.Op != token.MUL {
			at = nil
		}
		s.expr(x.X, at)
	case *ast.BinaryExpr:
		if x.Op != token.AND && x.Op != token.OR {
			at = nil
		}
		s.expr(x.X, at)
		s.expr(x.Y, at)
	case *ast.Comprehension:
		if at == nil {
			at = newName("")
		}
		s.comprehension(x, at)
	case *ast.Interpolation:
		for _, elt := range x.Elts {
			s.expr(elt, nil)
		}
	case *ast.SliceExpr:
		s.expr(x.X, at)
		s.expr(x.Low, nil)
		s.expr(x.High, nil)
	case *ast.CallExpr:
		s.call(x, at)
	}
}

func (s *scan) list(x *ast.ListLit, at *Spot) {
	if at == nil {
		at = newName("")
	}
	for _, e := range x.Elts {
		s.expr(e, at.child(element))
	}
}

// call reads a call. What the function does with the names of fields is not known, except
// of those that are another way to write an operator.
func (s *scan) call(x *ast.CallExpr, at *Spot) {
	s.expr(x.Fun, nil)
	name, _ := x.Fun.(*ast.Ident)
	known := func(names ...string) bool {
		return name != nil && name.Node == nil && slices.Contains(names, name.Name)
	}
	for _, arg := range x.Args {
		list, isList := arg.(*ast.ListLit)
		switch {
		case known("close"):
			s.expr(arg, at)
		case known("or", "and") && isList:
			for _, e := range list.Elts {
				s.expr(e, at)
			}
		case known("len"):
			s.expr(arg, nil)
		default:
			s.argument(arg)
		}
	}
}

// argument reads what is handed over to a function.
func (s *scan) argument(arg ast.Expr) {
	switch arg.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		s.read(arg, nil, true)
	case *ast.BasicLit:
	default:
		n := newName("")
		n.escapes = append(n.escapes, s.site(arg))
		s.expr(arg, n)
	}
}

// read notes a chain of names.
func (s *scan) read(e ast.Expr, into *Spot, escapes bool) {
	r := read{file: s.file, pkg: s.pkg, into: into, escapes: escapes}
	for {
		switch x := e.(type) {
		case *ast.Ident:
			if x.Name == "_" {
				return
			}
			r.ident = x
		case *ast.SelectorExpr:
			st := step{node: x, name: x.Sel, label: someOne}
			if key, ok := keyOf(x.Sel); ok {
				st.label = key
			}
			r.steps = append(r.steps, st)
			e = x.X
			continue
		case *ast.IndexExpr:
			st := step{node: x, label: someOne}
			lit, isLiteral := x.Index.(*ast.BasicLit)
			if isLiteral {
				if key, ok := keyOf(lit); ok {
					st.name, st.label = lit, key
				} else {
					st.label = element
				}
			} else {
				s.expr(x.Index, nil)
			}
			r.steps = append(r.steps, st)
			e = x.X
			continue
		default:
			r.base = newName("")
			s.expr(x, r.base)
		}
		break
	}
	slices.Reverse(r.steps)
	s.reads = append(s.reads, r)
}

// isOwn reports whether a file is one that somebody can change: no part of opm-lsp itself,
// and not kept by CUE for others.
func isOwn(path string) bool {
	return !strings.HasPrefix(path, catalogindex.EmbeddedRoot)
}
