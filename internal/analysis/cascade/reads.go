package cascade

import (
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Read is a place of a document's package at which values of the document are read.
type Read struct {
	// Value is the path that is read, with all below it; empty: all values. AnyLabel stands
	// for the label that is not known where a schema reads what it is applied to.
	Value Path
	// By is the value that reads it; nil if what reads it is none.
	By   Path
	File *syntax.File
	Span text.Span // of the reference
	// Guarded says that something around the reference provides for a value that is not
	// there: a condition, another alternative, an optional field.
	Guarded bool
}

// Reads returns every place in a document's package at which one of its values is read,
// in order of the files and of the text, whatever name leads there.
func Reads(index *catalogindex.Index, d *catalogindex.Document) []Read {
	if d.ValuesLabel() == "" {
		return nil
	}
	r := newReader(Source{Index: index}, d)
	r.onlyPaths = true
	r.slot(d.ValuesLabel(), Path{})
	w := &readWalk{reader: r}
	for _, f := range d.Package.Files {
		w.file = f
		for _, decl := range f.AST().Decls {
			w.walk(decl, context{})
		}
	}
	return w.found
}

// A readWalk goes through the syntax of a package and notes what reads values.
type readWalk struct {
	reader *reader
	file   *syntax.File
	found  []Read
}

// A context says what is around a place.
type context struct {
	by      Path // the value that it belongs to
	guarded bool
	guards  []guard
}

// A guard is a condition that asks whether values are there.
type guard []Path

// withGuard returns a context in which something provides for values that are not there.
func (c context) withGuard() context {
	c.guarded = true
	return c
}

// walk notes the references to values in a node and all below it.
func (w *readWalk) walk(node ast.Node, around context) {
	ast.Walk(node, func(n ast.Node) bool {
		if n == node {
			if e, ok := n.(ast.Expr); ok {
				return w.expr(e, around)
			}
			return w.decl(n, around)
		}
		w.walk(n, around)
		return false
	}, nil)
}

// decl looks at a declaration or a clause, and reports whether what is in it is to be looked at
// in the same context.
func (w *readWalk) decl(n ast.Node, around context) bool {
	switch n := n.(type) {
	case *ast.Field:
		if l, ok := n.Label.(*ast.Alias); ok {
			w.label(l.Expr, around)
		} else {
			w.label(n.Label, around)
		}
		if n.Value == nil {
			return false
		}
		inside := around
		if at, ok := w.reader.paths[n.Value]; ok {
			inside.by = anyLabels(at)
			if w.reader.more[n.Value] != nil { // of several
				inside.by = nil
			}
		}
		name, _ := syntax.LabelName(n.Label)
		if n.Constraint == token.OPTION || isHelper(n.Label, name) {
			inside = inside.withGuard()
		}
		w.walk(n.Value, inside)
		return false
	case *ast.LetClause:
		if w.pathsOf(n.Expr) == nil { // else whoever uses the name reads them
			w.walk(n.Expr, around.withGuard())
		}
		return false
	case *ast.Alias:
		w.walk(n.Expr, around)
		return false
	case *ast.Comprehension:
		w.comprehension(n, around)
		return false
	case *ast.ImportDecl, *ast.Package, *ast.Attribute, *ast.CommentGroup:
		return false
	}
	return true
}

// label looks at a label: only a computed one may read anything.
func (w *readWalk) label(l ast.Node, around context) {
	switch l.(type) {
	case *ast.Ident, *ast.BasicLit:
	default:
		w.walk(l, around)
	}
}

func (w *readWalk) comprehension(x *ast.Comprehension, around context) {
	inside := around
	for _, c := range x.Clauses {
		condition, ok := c.(*ast.IfClause)
		if !ok {
			inside.guarded = true // how often it is there at all is not known
			continue
		}
		if asksForPresence(condition.Condition) {
			inside.guards = append(slices.Clip(inside.guards), w.readIn(condition.Condition))
		}
	}
	for _, c := range x.Clauses {
		clause := inside
		if _, ok := c.(*ast.ForClause); ok {
			clause.guarded = around.guarded
		}
		w.walk(c, clause)
	}
	for _, c := range x.Clauses {
		if condition, ok := c.(*ast.IfClause); ok && !asksForPresence(condition.Condition) {
			inside.guarded = true // it may well be the one that belongs to what is read
		}
	}
	w.walk(x.Value, inside)
	if x.Fallback != nil {
		w.walk(x.Fallback.Body, around.withGuard())
	}
}

// asksForPresence reports whether a condition compares something with bottom.
func asksForPresence(condition ast.Expr) bool {
	found := false
	ast.Walk(condition, func(n ast.Node) bool {
		x, ok := n.(*ast.BinaryExpr)
		found = found || ok && isPresenceTest(x)
		return !found
	}, nil)
	return found
}

func isPresenceTest(x *ast.BinaryExpr) bool {
	_, left := x.X.(*ast.BottomLit)
	_, right := x.Y.(*ast.BottomLit)
	return (x.Op == token.NEQ || x.Op == token.EQL) && (left || right)
}

// readIn returns the paths of the values that an expression reads.
func (w *readWalk) readIn(expr ast.Expr) guard {
	inner := &readWalk{reader: w.reader, file: w.file}
	inner.walk(expr, context{})
	var g guard
	for _, r := range inner.found {
		g = append(g, r.Value)
	}
	return g
}

// expr looks at an expression, and reports whether what is in it is to be looked at in the
// same context.
func (w *readWalk) expr(expr ast.Expr, around context) bool {
	switch x := expr.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		paths := w.pathsOf(x)
		for _, path := range paths {
			w.add(x, path, around)
		}
		// x[i]: both are looked at. And of f(x).y only what is in front.
		return paths == nil && catalogindex.SelectorNames(x) == nil
	case *ast.BinaryExpr:
		if x.Op == token.OR || isPresenceTest(x) {
			w.walk(x.X, around.withGuard())
			w.walk(x.Y, around.withGuard())
			return false
		}
	case *ast.Alias:
		w.walk(x.Expr, around)
		return false
	case *ast.Comprehension:
		w.comprehension(x, around)
		return false
	}
	return true
}

func (w *readWalk) add(expr ast.Expr, path Path, around context) {
	w.found = append(w.found, Read{
		Value:   path,
		By:      around.by,
		File:    w.file,
		Span:    w.file.Span(expr),
		Guarded: around.guarded || slices.ContainsFunc(around.guards, func(g guard) bool { return g.guards(path) }),
	})
}

// guards reports whether a condition that asks for some values may be there for the sake of
// another: one at, above or below it, or one of the same struct.
func (g guard) guards(path Path) bool {
	return len(g) == 0 || slices.ContainsFunc(g, func(asked Path) bool {
		n := min(len(asked), len(path))
		return slices.Equal(asked[:n], path[:n]) || n > 1 && slices.Equal(asked[:n-1], path[:n-1])
	})
}

// pathsOf returns the values that a reference means: one, or several where the struct that
// it stands in is used as the schema of several; nil if it means no value.
func (w *readWalk) pathsOf(expr ast.Expr) []Path {
	names := catalogindex.SelectorNames(expr)
	if names == nil {
		return nil
	}
	first := firstIdent(expr)
	if let, ok := first.Node.(*ast.LetClause); ok {
		var out []Path
		for _, p := range w.pathsOf(let.Expr) {
			out = append(out, slices.Concat(p, names[1:]))
		}
		return out
	}
	if path, ok := w.reader.valuePath(expr, names); ok && !isBeside(path) {
		out := []Path{anyLabels(path)}
		for _, at := range w.reader.more[first.Node] {
			out = append(out, anyLabels(slices.Concat(at, names[1:])))
		}
		return out
	}
	return w.fromRoot(first, names)
}

// fromRoot returns the values that a reference means which goes through the document by its
// own name in the package.
func (w *readWalk) fromRoot(first *ast.Ident, names []string) []Path {
	d := w.reader.document
	at := d.ValuesPath()
	if len(d.Path) == 0 || len(names) < len(at) || !slices.Equal(names[:len(at)], at) {
		return nil
	}
	if _, inFile := first.Scope.(*ast.File); first.Node != nil && !inFile {
		return nil
	}
	return []Path{append(Path{}, names[len(at):]...)}
}

// anyLabels returns a path with AnyLabel where the reader does not know the label.
func anyLabels(path Path) Path {
	if !slices.Contains(path, wild) {
		return path
	}
	out := slices.Clone(path)
	for i, label := range out {
		if label == wild {
			out[i] = AnyLabel
		}
	}
	return out
}
