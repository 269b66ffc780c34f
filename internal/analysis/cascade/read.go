package cascade

import (
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
	"github.com/cockroachdb/apd/v3"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// maxReadDepth bounds how deep structs, lists and references are followed.
const maxReadDepth = 48

// maxReads bounds how many expressions are read for one layer. References multiply
// what is written: ten definitions, each with two fields of the next one, make a
// thousand.
const maxReads = 1 << 15

// A reader turns the text of one layer's values into a shape.
type reader struct {
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
}

func newReader(index *catalogindex.Index, d *catalogindex.Document) *reader {
	return &reader{index: index, document: d, paths: make(map[ast.Node]Path)}
}

// ReadValues reads what a document writes under its values. What it takes over
// from the layer below, such as #moduleDefinition.values, is left out: that is the
// layer below's own contribution. The result is nil if the document has no values.
func ReadValues(index *catalogindex.Index, d *catalogindex.Document) *FieldShape {
	values := newReader(index, d).slot(d.ValuesLabel(), Path{})
	if values == nil && slices.ContainsFunc(d.Parts, mayHaveLost) {
		// The line that says so does not parse: there are values, nobody knows which.
		values = &FieldShape{Label: d.ValuesLabel(), Shape: &Shape{Alts: []*Alt{{Kinds: Struct, Struct: &StructShape{Unread: true}}}}}
	}
	return values
}

// mayHaveLost reports whether something in a part does not parse, so that a field of it
// may be lost.
func mayHaveLost(p catalogindex.Part) bool {
	return slices.ContainsFunc(p.File.Problems, func(problem syntax.Problem) bool {
		return problem.Extent == syntax.InFile || problem.Extent == syntax.InStruct && p.Span.Covers(problem.Span)
	})
}

// slot reads one of the document's own fields, which stands at a path.
func (r *reader) slot(label string, at Path) *FieldShape {
	fields := catalogindex.Fields(r.document.Parts, label)
	for _, f := range fields {
		if f.Field.Value != nil {
			r.paths[f.Field.Value] = at
		}
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
	if !decl.isHole() && !isMended(file, decl.Field) && !holdsFields(f.Value, false) {
		out.Shape = unread(AnyKind, Origin{file, decl.Value})
	}
	return out
}

// isMended reports whether what was parsed in a span is surely what was meant.
func isMended(file *syntax.File, span text.Span) bool {
	return !slices.ContainsFunc(file.Problems, func(p syntax.Problem) bool {
		return p.Replacement == "" && span.Covers(p.Span)
	})
}

// holdsFields reports whether an expression holds a struct, so that what is broken in it
// is a matter of its fields; with braces: one that is written with them.
func holdsFields(expr ast.Expr, braces bool) bool {
	found := false
	ast.Walk(expr, func(n ast.Node) bool {
		s, ok := n.(*ast.StructLit)
		found = found || ok && (!braces || s.Lbrace.IsValid())
		return !found
	}, nil)
	return found
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
		if name, ok := x.Fun.(*ast.Ident); ok && name.Name == "close" && len(x.Args) == 1 {
			return r.read(file, x.Args[0]) // closed it is anyway
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
		marked := operand.Alts
		if len(operand.Defaults) > 0 {
			marked = operand.Defaults
		}
		return &Shape{Alts: operand.Alts, Defaults: marked}
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
	return Join(shapes...)
}

func isMarked(expr ast.Expr) bool {
	x, ok := expr.(*ast.UnaryExpr)
	return ok && x.Op == token.MUL
}

// structLit reads the fields of a struct, and returns what is embedded in it
// beside; nil if nothing is. Hidden fields, definitions, lets and aliases are
// helpers of the author's, not values.
func (r *reader) structLit(file *syntax.File, decls []ast.Decl) (s *StructShape, embedded *Shape) {
	s = &StructShape{}
	r.register(decls)
	at := make(map[string]int) // in s.Fields, by label
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			label, ok := syntax.LabelName(d.Label)
			if !ok {
				r.pattern(file, d, s)
				continue
			}
			if isHelper(d.Label, label) {
				continue
			}
			f := r.field(file, d, label, r.at.Child(label))
			if i, ok := at[label]; ok {
				s.Fields[i] = meetFields(s.Fields[i], f)
			} else {
				at[label] = len(s.Fields)
				s.Fields = append(s.Fields, f)
			}
		case *ast.Ellipsis:
			s.Open = true
		case *ast.EmbedDecl:
			shape := r.read(file, d.Expr)
			if embedded == nil {
				embedded = shape
			} else {
				embedded = Meet(embedded, shape)
			}
		case *ast.Comprehension:
			r.comprehension(file, d, s)
		case *ast.BadDecl:
			s.Unread = true
		}
	}
	return s, embedded
}

// isBroken reports whether fields of a struct may be lost because something in it does
// not parse, and not in a struct of its own.
func (r *reader) isBroken(file *syntax.File, x *ast.StructLit) bool {
	span := file.Span(x)
	for _, p := range file.Problems {
		if p.Extent == syntax.InFile {
			return true
		}
		if p.Extent == syntax.InField || !x.Lbrace.IsValid() || !span.Covers(p.Span) {
			continue
		}
		inner := slices.ContainsFunc(x.Elts, func(d ast.Decl) bool {
			f, ok := d.(*ast.Field)
			return ok && f.Value != nil && holdsFields(f.Value, true) && file.Span(f.Value).Covers(p.Span)
		})
		if !inner {
			return true
		}
	}
	return false
}

// register notes the paths of a struct's fields, before any of them is read: each may
// refer to the others.
func (r *reader) register(decls []ast.Decl) {
	if r.paths == nil {
		return
	}
	for _, d := range decls {
		if f, ok := d.(*ast.Field); ok && f.Value != nil {
			if label, ok := syntax.LabelName(f.Label); ok && !isHelper(f.Label, label) {
				r.paths[f.Value] = r.at.Child(label)
				r.paths[f] = r.at.Child(label) // as X in X="a-b": …
				if alias, ok := f.Label.(*ast.Alias); ok {
					r.paths[alias] = r.at.Child(label)
				}
			}
		}
	}
}

// comprehension reads fields that are there only under a condition, or once for each
// element of something.
func (r *reader) comprehension(file *syntax.File, x *ast.Comprehension, s *StructShape) {
	clause := &Clause{}
	for _, c := range x.Clauses {
		condition, ok := c.(*ast.IfClause)
		if !ok {
			r.loop(file, x, s)
			return
		}
		clause.Conditions = append(clause.Conditions, r.read(file, condition.Condition))
	}
	body, ok := x.Value.(*ast.StructLit)
	if !ok || slices.ContainsFunc(clause.Conditions, (*Shape).unknowable) {
		s.Unread = true
		return
	}
	var embedded *Shape
	if clause.Body, embedded = r.structLit(file, body.Elts); embedded != nil {
		s.Unread = true
		return
	}
	s.Clauses = append(s.Clauses, clause)
}

func (r *reader) loop(file *syntax.File, x *ast.Comprehension, s *StructShape) {
	c := &Computed{origin: Origin{file, file.Span(x)}}
	c.pieces = append(c.pieces, piece{text: "{"})
	if !isBounded(x) || !r.take(c, file, x) {
		s.Unread = true
		return
	}
	c.pieces = append(c.pieces, piece{text: "}"})
	if len(c.reads(nil)) == 0 {
		made := c.constant()
		if made == nil || made.StructShape() == nil {
			s.Unread = true
			return
		}
		*s = *meetStructs(s, made.StructShape())
		return
	}
	s.Clauses = append(s.Clauses, &Clause{Loop: &Shape{Alts: []*Alt{{Kinds: Struct, Unread: true, Computed: []*Computed{c}, Origin: c.origin}}}})
}

func isHelper(label ast.Label, name string) bool {
	if alias, ok := label.(*ast.Alias); ok {
		if l, ok := alias.Expr.(ast.Label); ok {
			label = l
		}
	}
	_, isIdent := label.(*ast.Ident)
	return isIdent && (strings.HasPrefix(name, "_") || strings.HasPrefix(name, "#"))
}

// pattern reads [string]: T. A computed label, "\(x)": T, makes a field that nobody
// can name from the text.
func (r *reader) pattern(file *syntax.File, f *ast.Field, s *StructShape) {
	list, ok := f.Label.(*ast.ListLit)
	if !ok || len(list.Elts) != 1 {
		s.Unread = true
		return
	}
	label := list.Elts[0]
	if alias, ok := label.(*ast.Alias); ok { // [Name=string]
		label = alias.Expr
	}
	s.Patterns = append(s.Patterns, Pattern{Label: r.read(file, label), Shape: r.readAt(file, f.Value, r.at.Child(wild))})
}

func (r *reader) listLit(file *syntax.File, x *ast.ListLit, origin Origin) *Shape {
	list := &ListShape{}
	for _, e := range x.Elts {
		switch e := e.(type) {
		case *ast.Ellipsis:
			list.Rest = r.readAt(file, e.Type, r.at.Child(wild))
		case *ast.Comprehension:
			return r.compute(file, x, List, origin)
		default:
			list.Items = append(list.Items, r.readAt(file, e, r.at.Child(IndexLabel(len(list.Items)))))
		}
	}
	return &Shape{Alts: []*Alt{{Kinds: List, List: list, Origin: origin}}}
}

var builtinFunctions = []string{"and", "or", "len", "close", "div", "mod", "quo", "rem", "matchN", "matchIf", "error"}

// predeclared returns the shape of one of CUE's own names, or nil.
func predeclared(name string) *Shape {
	if kind, ok := typeNames[name]; ok {
		return &Shape{Alts: []*Alt{{Kinds: kind}}}
	}
	limits, ok := integerLimits[name]
	if !ok {
		return nil
	}
	alt := &Alt{Kinds: Int}
	for i, op := range []Op{GreaterEqual, LessEqual} {
		if limits[i] == "" {
			continue
		}
		d, _, err := apd.NewFromString(limits[i])
		if err == nil {
			alt.Tests = append(alt.Tests, Test{Op: op, Operand: &Value{Kind: Int, Number: d}})
		}
	}
	return &Shape{Alts: []*Alt{alt}}
}

var typeNames = map[string]Kind{
	"string": String, "bytes": Bytes, "bool": Bool, "null": Null,
	"int": Int, "float": Float, "number": Number,
}

// integerLimits holds the least and greatest value of CUE's integer types.
//
// Source: the CUE language specification, "Predeclared identifiers".
var integerLimits = map[string][2]string{
	"uint":    {"0", ""},
	"uint8":   {"0", "255"},
	"int8":    {"-128", "127"},
	"uint16":  {"0", "65535"},
	"int16":   {"-32768", "32767"},
	"rune":    {"0", "1114111"},
	"uint32":  {"0", "4294967295"},
	"int32":   {"-2147483648", "2147483647"},
	"uint64":  {"0", "18446744073709551615"},
	"int64":   {"-9223372036854775808", "9223372036854775807"},
	"uint128": {"0", "340282366920938463463374607431768211455"},
	"int128": {
		"-170141183460469231731687303715884105728", "170141183460469231731687303715884105727",
	},
}

// reference reads what a name stands for, where that can be told without
// evaluating: a definition, a let or a field of the package or of an imported one.
func (r *reader) reference(file *syntax.File, expr ast.Expr, origin Origin) *Shape {
	names := catalogindex.SelectorNames(expr)
	if len(names) == 0 {
		return r.compute(file, expr, AnyKind, origin)
	}
	if r.isLayerBelow(file, names) { // a struct to which this layer adds nothing
		broken := slices.ContainsFunc(file.Problems, func(p syntax.Problem) bool { return p.Extent == syntax.InFile })
		return &Shape{Alts: []*Alt{{Kinds: Struct, Struct: &StructShape{Unread: broken}, Origin: origin}}}
	}
	first := firstIdent(expr)
	if path, ok := r.valuePath(expr, names); ok {
		c := &Computed{pieces: []piece{{ref: path}}, origin: origin}
		return &Shape{Alts: []*Alt{{Kinds: AnyKind, Unread: true, Computed: []*Computed{c}, Origin: origin}}}
	}
	if _, ok := builtinImport(file, first); ok && len(names) > 1 { // time.Duration
		return r.compute(file, expr, AnyKind, origin)
	}
	if first.Node == nil && len(names) == 1 && r.packageFields(file, names[0]) == nil {
		if s := predeclared(names[0]); s != nil {
			return withOrigin(s, origin)
		}
	}
	if r.isTagged(file, names[0]) {
		return unread(AnyKind, origin) // its value comes with the command that reads it
	}
	operands := r.target(file, first, names[0])
	for _, name := range names[1:] {
		operands = selectField(operands, name)
	}
	if len(operands) == 0 {
		return unread(AnyKind, origin)
	}
	shape := Top()
	for _, o := range operands {
		if o.Expr != nil && slices.Contains(r.following, o.Expr) {
			return unread(AnyKind, origin)
		}
		r.following = append(r.following, o.Expr)
		shape = Meet(shape, r.read(o.File, o.Expr))
		r.following = r.following[:len(r.following)-1]
	}
	return shape
}

func withOrigin(s *Shape, origin Origin) *Shape {
	alt := *s.Alts[0]
	alt.Origin = origin
	alt.Tests = slices.Clone(alt.Tests)
	for i := range alt.Tests {
		alt.Tests[i].Origin = origin
	}
	return &Shape{Alts: []*Alt{&alt}}
}

func firstIdent(expr ast.Expr) *ast.Ident {
	for {
		switch x := expr.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			expr = x.X
		case *ast.IndexExpr:
			expr = x.X
		default:
			return nil
		}
	}
}

// isLayerBelow reports whether the names lead to the values, or the components, of the
// document that this one refers to: #moduleDefinition.values, or
// original.#ModuleDefinition.values.
func (r *reader) isLayerBelow(file *syntax.File, names []string) bool {
	d := r.document
	if d == nil || d.Reference == nil || len(names) < 2 {
		return false
	}
	head, last := names[:len(names)-1], names[len(names)-1]
	if last != d.Dialect.Components && last != d.Dialect.Scopes && last != d.Dialect.Values[d.Kind] && last != d.Dialect.Values[d.Kind-1] {
		return false
	}
	if len(head) == 1 && head[0] == d.Dialect.Reference[d.Kind] {
		return true
	}
	return d.Reference.File == file && slices.Equal(head, d.Reference.Names)
}

// target returns the expressions that the first name of a reference stands for;
// none if that cannot be told from the text, as for a field of values, which
// depends on the other layers.
func (r *reader) target(file *syntax.File, ident *ast.Ident, name string) []catalogindex.Operand {
	switch node := ident.Node.(type) {
	case *ast.LetClause:
		return []catalogindex.Operand{{File: file, Expr: node.Expr}}
	case *ast.ImportSpec:
		return r.importedRoot(file, name)
	case nil:
		if fields := r.packageFields(file, name); fields != nil {
			return operandsOf(fields)
		}
		if imported := r.importedRoot(file, name); imported != nil || r.index == nil {
			return imported
		}
		return operandsOf(rootFields(r.index.Core(), name))
	}
	if _, inFile := ident.Scope.(*ast.File); inFile || isDefinitionName(name) {
		if fields := r.packageFields(file, name); fields != nil {
			return operandsOf(fields)
		}
		if value, ok := ident.Node.(ast.Expr); ok && isDefinitionName(name) {
			return []catalogindex.Operand{{File: file, Expr: value}}
		}
	}
	return nil
}

// isTagged reports whether a field of the package has the attribute @tag.
func (r *reader) isTagged(file *syntax.File, name string) bool {
	return slices.ContainsFunc(r.packageFields(file, name), func(f catalogindex.Field) bool {
		return slices.ContainsFunc(f.Field.Attrs, func(a *ast.Attribute) bool {
			key, _ := a.Split()
			return key == "tag"
		})
	})
}

// isDefinitionName reports whether a name is that of a definition or a hidden field: no
// other layer has a say in those.
func isDefinitionName(name string) bool {
	return strings.HasPrefix(name, "#") || strings.HasPrefix(name, "_")
}

// packageFields returns the fields with a name at the root of the package that the
// file belongs to. A slot of a document there is none of them: what it holds is
// settled by the other layers too.
func (r *reader) packageFields(file *syntax.File, name string) []catalogindex.Field {
	if r.document == nil {
		return nil
	}
	p := r.document.Package
	if !slices.Contains(p.Files, file) {
		p = r.index.PackageOf(file.Path)
	}
	if p == nil {
		return nil
	}
	for _, d := range p.Documents {
		if len(d.Path) == 0 && slices.Contains([]string{d.ValuesLabel(), d.Dialect.Components, d.Dialect.Scopes, d.Dialect.Metadata}, name) {
			return nil
		}
	}
	return rootFields(p, name)
}

func rootFields(p *catalogindex.Package, name string) []catalogindex.Field {
	var out []catalogindex.Field
	for _, f := range p.Files {
		out = append(out, catalogindex.Fields([]catalogindex.Part{{File: f, Decls: f.AST.Decls}}, name)...)
	}
	return out
}

func operandsOf(fields []catalogindex.Field) []catalogindex.Operand {
	var out []catalogindex.Operand
	for _, f := range fields {
		out = append(out, catalogindex.Operand{File: f.File, Expr: f.Field.Value})
	}
	return out
}

// importedRoot returns the roots of the files of an imported package, each as a
// struct literal.
func (r *reader) importedRoot(file *syntax.File, name string) []catalogindex.Operand {
	for _, imp := range file.Imports() {
		if imp.Name != name || r.index == nil {
			continue
		}
		target := r.index.ResolveImport(file, imp.Path)
		if target.Package == nil {
			return nil
		}
		var out []catalogindex.Operand
		for _, f := range target.Package.Files {
			out = append(out, catalogindex.Operand{File: f, Expr: &ast.StructLit{Elts: f.AST.Decls}})
		}
		return out
	}
	return nil
}

// selectField returns the values of a field in struct literals.
func selectField(operands []catalogindex.Operand, name string) []catalogindex.Operand {
	var parts []catalogindex.Part
	for _, o := range operands {
		for _, single := range catalogindex.Operands(o.File, o.Expr) {
			if s, ok := single.Expr.(*ast.StructLit); ok {
				parts = append(parts, catalogindex.Part{File: single.File, Decls: s.Elts, Span: text.Span{}})
			}
		}
	}
	return operandsOf(catalogindex.Fields(parts, name))
}
