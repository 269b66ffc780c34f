package cascade

import (
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
	"github.com/cockroachdb/apd/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// maxReadDepth bounds how deep structs, lists and references are followed.
const maxReadDepth = 48

// maxReads bounds how many expressions are read for one layer. References multiply
// what is written: ten definitions, each with two fields of the next one, make a
// thousand.
const maxReads = 1 << 15

// A reader turns the text of one layer's values into a shape.
type reader struct {
	asker
	index    *catalogindex.Index
	document *catalogindex.Document
	depth    int
	reads    int
	// following holds the targets of the references that are being read, outermost
	// first: a schema may refer to itself.
	following []ast.Expr
	at        Path              // of the value that is being read
	paths     map[ast.Node]Path // of the fields of values, by the expressions of their values
	bound     map[ast.Node]bool // names that belong to an expression itself
	labels    map[ast.Node]int  // how deep the labels stand that aliases of patterns mean
	// onlyPaths says that nothing but the paths is wanted: nothing is computed. Then more
	// holds the further paths of what is the schema of several values.
	onlyPaths bool
	more      map[ast.Node][]Path
	// withoutSchemas says that what OPM's own schemas and traits say is left out.
	withoutSchemas bool
	stops          []Stop
}

// A Source is what documents are read with.
type Source struct {
	Index     *catalogindex.Index
	Evaluator evaluation.Evaluator // of expressions; nil for one in this process
}

func newReader(from Source, d *catalogindex.Document) *reader {
	return &reader{index: from.Index, document: d, paths: make(map[ast.Node]Path), asker: askerFor(from.Evaluator, d)}
}

// ReadValues reads what a document writes under its values. What it takes over
// from the layer below, such as #moduleDefinition.values, is left out: that is the
// layer below's own contribution. The result is nil if the document has no values.
func ReadValues(from Source, d *catalogindex.Document) *FieldShape {
	r := newReader(from, d)
	if d.ValuesLabel() == "" {
		return r.whole()
	}
	values := r.slot(d.ValuesLabel(), Path{})
	if values == nil && slices.ContainsFunc(d.Parts(), mayHaveLost) {
		// The line that says so does not parse: there are values, nobody knows which.
		values = &FieldShape{Label: d.ValuesLabel(), Shape: &Shape{Alts: []*Alt{{Kinds: Struct, Struct: &StructShape{Unread: true}}}}}
	}
	if values != nil {
		values.stops = r.stops
	}
	return values
}

// whole reads a document that is values from top to bottom.
func (r *reader) whole() *FieldShape {
	shape := Top()
	for _, p := range r.document.Parts() {
		s, _ := r.structLit(p.File, p.Decls)
		s.Unread = s.Unread || mayHaveLost(p)
		shape = Meet(shape, &Shape{Alts: []*Alt{{Kinds: Struct, Struct: s, Origin: Origin{p.File, p.Span}}}})
	}
	return &FieldShape{Shape: shape, Presence: Regular, stops: r.stops}
}

// slot reads one of the document's own fields, which stands at a path.
func (r *reader) slot(label string, at Path) *FieldShape {
	fields := catalogindex.Fields(r.document.Parts(), label)
	for _, f := range fields {
		r.registerField(f.Field, at)
	}
	var out *FieldShape
	for _, f := range fields {
		read := r.field(f.File, f.Field, f.Name, at)
		if out == nil {
			out = read
		} else {
			out = meetFields(out, read)
		}
	}
	return out
}

// field reads a field of which the value stands at a path.
func (r *reader) field(file *syntax.File, f *ast.Field, label string, at Path) *FieldShape {
	presence := Regular
	switch f.Constraint {
	case token.OPTION:
		presence = Optional
	case token.NOT:
		presence = Required
	}
	decl := Decl{File: file, Label: file.Span(f.Label), Field: file.Span(f), Doc: docOf(f)}
	if f.Value != nil {
		decl.Value = file.Span(f.Value)
	}
	out := &FieldShape{Label: label, Presence: presence, Shape: r.readAt(file, f.Value, at), Decls: []Decl{decl}}
	whole := decl.Field
	if r.document != nil && !r.document.Kind.IsFinal() { // a schema without its last operand allows something else
		whole = toLineEnd(file, whole)
	}
	if !decl.isHole() && !IsMended(file, whole) && !holdsFields(f.Value, false) {
		out.Shape = unread(AnyKind, Origin{file, decl.Value})
	}
	return out
}

// readAt reads an expression that stands at a path.
func (r *reader) readAt(file *syntax.File, expr ast.Expr, at Path) *Shape {
	defer func(around Path) { r.at = around }(r.at)
	r.at = at
	return r.read(file, expr)
}

// docOf returns a field's comment: the lines above it, else the one behind it.
func docOf(f *ast.Field) string {
	var behind string
	for _, group := range ast.Comments(f) {
		switch {
		case group.Doc:
			return commentText(group)
		case group.Line:
			behind = commentText(group)
		}
	}
	if behind == "" && f.Value != nil {
		for _, group := range ast.Comments(f.Value) {
			if group.Line {
				behind = commentText(group)
			}
		}
	}
	return behind
}

func commentText(group *ast.CommentGroup) string {
	var lines []string
	for _, c := range group.List {
		line := strings.TrimPrefix(c.Text, "//")
		if strings.HasPrefix(strings.TrimSpace(line), "opm:") {
			continue // a directive to opm-lsp
		}
		lines = append(lines, strings.TrimPrefix(line, " "))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// read returns the shape of an expression.
func (r *reader) read(file *syntax.File, expr ast.Expr) *Shape {
	if r.depth == maxReadDepth || r.reads == maxReads {
		return unread(AnyKind, Origin{})
	}
	r.depth++
	r.reads++
	defer func() { r.depth-- }()
	if expr == nil {
		return Top()
	}
	origin := Origin{file, file.Span(expr)}
	switch x := expr.(type) {
	case *ast.BasicLit:
		return readLiteral(x, origin)
	case *ast.Ident:
		if x.Name == "_" {
			return Top()
		}
		return r.reference(file, x, origin)
	case *ast.SelectorExpr, *ast.IndexExpr:
		return r.reference(file, x, origin)
	case *ast.ParenExpr:
		return r.read(file, x.X)
	case *ast.Alias: // a: X={…}
		return r.read(file, x.Expr)
	case *ast.UnaryExpr:
		return r.unary(file, x, origin)
	case *ast.BinaryExpr:
		return r.binary(file, x, origin)
	case *ast.StructLit:
		s, embedded := r.structLit(file, x.Elts)
		s.Unread = s.Unread || r.isBroken(file, x)
		if embedded != nil && embedded.unknowable() { // what is embedded may hold any field
			s.Unread, embedded = true, nil
		}
		out := &Shape{Alts: []*Alt{{Kinds: Struct, Struct: s, Origin: origin}}}
		if embedded != nil && len(s.Fields) == 0 && len(s.Patterns) == 0 && !s.Open && !s.Unread {
			return embedded // {int} is int
		}
		if embedded != nil {
			out = Meet(out, embedded)
		}
		return out
	case *ast.ListLit:
		return r.listLit(file, x, origin)
	case *ast.CallExpr:
		if s := r.builtinCall(file, x); s != nil {
			return s
		}
		return r.compute(file, x, AnyKind, origin)
	case *ast.Interpolation:
		kind := String
		if len(x.Elts) > 0 && strings.HasPrefix(file.Source(x.Elts[0]), "'") {
			kind = Bytes
		}
		return r.compute(file, x, kind, origin)
	case *ast.BottomLit:
		return &Shape{}
	}
	return unread(AnyKind, origin)
}

// builtinCall reads the calls that are another way to write what has an operator.
func (r *reader) builtinCall(file *syntax.File, x *ast.CallExpr) *Shape {
	name, ok := x.Fun.(*ast.Ident)
	if !ok || len(x.Args) != 1 {
		return nil
	}
	if name.Name == "close" {
		return r.read(file, x.Args[0]) // closed it is anyway
	}
	list, ok := x.Args[0].(*ast.ListLit)
	if !ok || len(list.Elts) == 0 || slices.ContainsFunc(list.Elts, func(e ast.Expr) bool {
		switch e.(type) {
		case *ast.Ellipsis, *ast.Comprehension:
			return true
		}
		return false
	}) {
		return nil
	}
	switch name.Name {
	case "or":
		return r.disjunction(file, list.Elts)
	case "and":
		out := Top()
		for _, e := range list.Elts {
			out = Meet(out, r.read(file, e))
		}
		return out
	}
	return nil
}

func readLiteral(x *ast.BasicLit, origin Origin) *Shape {
	switch x.Kind {
	case token.NULL:
		return exactly(&Value{Kind: Null}, origin)
	case token.TRUE, token.FALSE:
		return exactly(&Value{Kind: Bool, Bool: x.Kind == token.TRUE}, origin)
	case token.INT, token.FLOAT:
		var info literal.NumInfo
		if literal.ParseNum(x.Value, &info) != nil {
			break
		}
		d := new(apd.Decimal)
		if info.Decimal(d) != nil {
			break
		}
		kind := Float
		if info.IsInt() {
			kind = Int
		}
		return exactly(&Value{Kind: kind, Number: d}, origin)
	case token.STRING:
		kind := String
		if strings.HasPrefix(strings.TrimLeft(x.Value, "#"), "'") {
			kind = Bytes
		}
		if s, err := literal.Unquote(x.Value); err == nil {
			return exactly(&Value{Kind: kind, Text: s}, origin)
		}
	}
	return unread(AnyKind, origin)
}

func (r *reader) unary(file *syntax.File, x *ast.UnaryExpr, origin Origin) *Shape {
	operand := r.read(file, x.X)
	switch x.Op {
	case token.MUL: // a default mark
		if len(operand.Defaults) > 0 {
			return operand
		}
		marked := make([]*Alt, len(operand.Alts))
		for i, a := range operand.Alts {
			alt := *a
			alt.marked = true
			marked[i] = &alt
		}
		return &Shape{Alts: marked, Defaults: marked, Refused: operand.Refused}
	case token.SUB, token.ADD:
		v := operand.Concrete()
		if v == nil || v.Kind&Number == 0 {
			return r.compute(file, x, Number, origin)
		}
		if x.Op == token.ADD {
			return exactly(v, origin)
		}
		negated := new(apd.Decimal)
		negated.Neg(v.Number)
		return exactly(&Value{Kind: v.Kind, Number: negated}, origin)
	case token.NOT:
		if v := operand.Concrete(); v != nil && v.Kind == Bool {
			return exactly(&Value{Kind: Bool, Bool: !v.Bool}, origin)
		}
		return r.compute(file, x, Bool, origin)
	}
	op, ok := bounds[x.Op]
	if !ok {
		return unread(AnyKind, origin)
	}
	v := operand.Concrete()
	if v == nil {
		return r.compute(file, x, AnyKind, origin)
	}
	return bound(op, v, origin)
}

var bounds = map[token.Token]Op{
	token.LSS: Less, token.LEQ: LessEqual, token.GTR: Greater, token.GEQ: GreaterEqual,
	token.NEQ: NotEqual, token.MAT: Match, token.NMAT: NotMatch,
}

// bound returns the shape of ">=1" and its like, which also settles the kind.
func bound(op Op, v *Value, origin Origin) *Shape {
	test := Test{Op: op, Operand: v, Origin: origin}
	kinds := v.Kind
	switch {
	case v.Kind&Number != 0:
		kinds = Number
	case v.Kind == Null && op == NotEqual:
		return &Shape{Alts: []*Alt{{Kinds: AnyKind &^ Null, Origin: origin}}}
	case v.Kind&(List|Struct) != 0:
		return unread(v.Kind, origin)
	}
	if op == Match || op == NotMatch {
		test.pattern, _ = regexp.Compile(v.Text)
	}
	return &Shape{Alts: []*Alt{{Kinds: kinds, Tests: []Test{test}, Origin: origin}}}
}

func (r *reader) binary(file *syntax.File, x *ast.BinaryExpr, origin Origin) *Shape {
	switch x.Op {
	case token.AND:
		out := Top()
		for _, operand := range chainOf(x) {
			out = Meet(out, r.read(file, operand))
		}
		return out
	case token.OR:
		return r.disjunction(file, chainOf(x))
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ, token.MAT, token.NMAT, token.LAND, token.LOR:
		return r.compute(file, x, Bool, origin)
	}
	return r.compute(file, x, AnyKind, origin)
}

// chainOf returns the operands of a & b & c, without looking into parentheses. The
// parser nests them, and a long enumeration would nest too deep.
func chainOf(x *ast.BinaryExpr) []ast.Expr {
	var operands []ast.Expr
	var left ast.Expr = x
	for {
		b, ok := left.(*ast.BinaryExpr)
		if !ok || b.Op != x.Op {
			break
		}
		operands = append(operands, b.Y)
		left = b.X
	}
	operands = append(operands, left)
	slices.Reverse(operands)
	return operands
}

// disjunction reads a | b | *c. Marks inside an operand count only where the
// disjunction itself has none: (*1 | 2) | *3 stands for 3.
//
// Source: the CUE language specification, "Default values".
func (r *reader) disjunction(file *syntax.File, operands []ast.Expr) *Shape {
	marks := slices.ContainsFunc(operands, isMarked)
	shapes := make([]*Shape, len(operands))
	for i, operand := range operands {
		shapes[i] = r.read(file, operand)
		if marks && !isMarked(operand) {
			shapes[i] = &Shape{Alts: shapes[i].Alts}
		}
	}
	out := Join(shapes...)
	if marks {
		out.Refused = addRefused(out.Refused, besideOthers(shapes)...)
	}
	return out
}

func isMarked(expr ast.Expr) bool {
	x, ok := expr.(*ast.UnaryExpr)
	return ok && x.Op == token.MUL
}
