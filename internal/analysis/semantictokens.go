package analysis

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A TokenType says what a token stands for. The names are LSP's.
type TokenType string

// The types of token.
const (
	NamespaceToken  TokenType = "namespace"  // an import or a package
	TypeToken       TokenType = "type"       // a definition of CUE: #Name
	ClassToken      TokenType = "class"      // an OPM document
	StructToken     TokenType = "struct"     // a component or a scope
	PropertyToken   TokenType = "property"   // any other field
	EnumMemberToken TokenType = "enumMember" // one of several strings that a value may be
	VariableToken   TokenType = "variable"   // a let, an alias, the variable of a loop
	FunctionToken   TokenType = "function"   // of one of CUE's own packages
)

// TokenTypes returns all types of token.
func TokenTypes() []TokenType {
	return []TokenType{NamespaceToken, TypeToken, ClassToken, StructToken, PropertyToken, EnumMemberToken, VariableToken, FunctionToken}
}

// TokenModifiers are what else is true of a token: the sum of some modifiers.
type TokenModifiers int

// The modifiers. The last four are opm-lsp's own.
const (
	DefinitionModifier TokenModifiers = 1 << iota // this declares what the token names
	ReadonlyModifier                              // nobody further down may change it
	DeprecatedModifier                            // its comment says "Deprecated:"
	OverriddenModifier                            // the value is beaten wherever it is used
	FixedModifier                                 // a layer below the release settled the value for good
	ImmutableModifier                             // an immutable scope, or something in one
	SecretModifier                                // a path whose value nobody is shown
)

// A NamedModifier is a modifier with the name by which clients know it.
type NamedModifier struct {
	Name     string
	Modifier TokenModifiers
	Own      bool // opm-lsp's own, which no client declares
}

// TokenModifierNames returns all modifiers with their names.
func TokenModifierNames() []NamedModifier {
	return []NamedModifier{
		{"definition", DefinitionModifier, false},
		{"readonly", ReadonlyModifier, false},
		{"deprecated", DeprecatedModifier, false},
		{"overridden", OverriddenModifier, true},
		{"fixed", FixedModifier, true},
		{"immutable", ImmutableModifier, true},
		{"secret", SecretModifier, true},
	}
}

// A Token is a name or a value with what is known of it.
type Token struct {
	Span      text.Span // not empty, on one line
	Type      TokenType
	Modifiers TokenModifiers
}

// Tokens returns what is known of the names in a file, in order of the text; no two overlap.
// Keywords, numbers and most strings are left to the grammar of the editor.
func (s *Snapshot) Tokens(path string) []Token {
	file := s.index.File(path)
	if file == nil {
		return nil
	}
	t := tokenizer{snapshot: s, file: file, secrets: s.Secrets(path), imports: make(map[string]bool), beaten: make(map[*rule.Resolved]*beaten)}
	for _, imp := range file.Imports() {
		t.imports[imp.Name] = true
	}
	if p := s.index.PackageOf(path); p != nil {
		for _, r := range s.resolve(p) {
			if d := r.Document; d.File.Path == path && d.Kind <= catalogindex.Release {
				t.mark(d)
			}
			t.documents = append(t.documents, r)
		}
	}
	eachOutlined(s.outline(file), t.declared)
	t.variables = variablesOf(file)
	ast.Walk(file.AST(), t.node, nil)
	return t.sorted()
}

type tokenizer struct {
	snapshot  *Snapshot
	file      *syntax.File
	secrets   cascade.Secrets
	documents []*rule.Resolved
	imports   map[string]bool
	variables map[ast.Node]bool // what a name leads to if it is one of a loop or a pattern
	beaten    map[*rule.Resolved]*beaten
	found     []Token
}

func (t *tokenizer) add(span text.Span, kind TokenType, modifiers TokenModifiers) {
	if span.Len() > 0 && !strings.ContainsAny(t.file.Text.Slice(span), "\n\r") {
		t.found = append(t.found, Token{span, kind, modifiers})
	}
}

// sorted returns the tokens in order. Of those that overlap the one found first counts.
func (t *tokenizer) sorted() []Token {
	slices.SortStableFunc(t.found, func(a, b Token) int { return a.Span.Start - b.Span.Start })
	var out []Token
	for _, token := range t.found {
		if len(out) == 0 || out[len(out)-1].Span.End <= token.Span.Start {
			out = append(out, token)
		}
	}
	return out
}

// mark notes the name that makes a document what it is: the last one of core.#Module.
func (t *tokenizer) mark(d *catalogindex.Document) {
	source := t.file.Text.Slice(d.Mark)
	if strings.HasPrefix(source, `"`) {
		return // the value of kind
	}
	at := strings.LastIndexByte(source, '.') + 1
	t.add(text.Span{Start: d.Mark.Start + at, End: d.Mark.End}, ClassToken, 0)
}

// declared notes the label of a declaration.
func (t *tokenizer) declared(f *outlined) {
	field, ok := f.decl.(*ast.Field)
	if !ok {
		if _, let := f.decl.(*ast.LetClause); let {
			t.add(f.label, VariableToken, DefinitionModifier)
		}
		return
	}
	label := f.label
	if alias, ok := field.Label.(*ast.Alias); ok { // X=a
		t.add(t.file.Span(alias.Ident), VariableToken, DefinitionModifier)
		label = t.file.Span(alias.Expr)
	}
	if _, plain := syntax.LabelName(field.Label); !plain {
		return
	}
	kind, modifiers := PropertyToken, TokenModifiers(0)
	switch {
	case f.document != nil:
		kind, modifiers = ClassToken, DefinitionModifier
	case f.region == inComponents:
		kind, modifiers = StructToken, DefinitionModifier
	case f.region == inScopes:
		kind, modifiers = StructToken, DefinitionModifier
	case f.isDefinition() && (f.region == inPackage || f.inner == inPackage):
		kind, modifiers = TypeToken, DefinitionModifier
	}
	if f.region == inScope && f.member != nil && f.member.Immutable || f.region == inScopes && f.is != nil && f.is.Immutable {
		modifiers |= ImmutableModifier | ReadonlyModifier
	}
	if isDeprecated(f) {
		modifiers |= DeprecatedModifier
	}
	if f.node != nil {
		modifiers |= t.valueModifiers(f)
		t.members(f)
	} else if t.secrets.Names(f.path()) {
		modifiers |= SecretModifier
	}
	t.add(label, kind, modifiers)
}

// valueModifiers says what is true of a value in the layer that the file is.
func (t *tokenizer) valueModifiers(f *outlined) TokenModifiers {
	var out TokenModifiers
	n, top := f.node, len(f.r.Tree.Layers)-1
	if len(n.Path) > 0 && f.r.Tree.Secrets.Hides(n.Path) {
		out |= SecretModifier
	}
	own := n.Layers[top]
	if n.Struct || own == nil {
		return out
	}
	document := f.r.Document
	if isFixed(n, top) || !document.Kind.IsFinal() && fixes(own) {
		out |= FixedModifier | ReadonlyModifier
	}
	if !document.Kind.IsFinal() && own.Shape.Concrete() != nil && t.isBeaten(f.r, n.Path) {
		out |= OverriddenModifier
	}
	return out
}

// fixes reports whether a layer settles a value for good: it writes one, without a mark that
// makes it a default.
func fixes(own *cascade.FieldShape) bool {
	return len(own.Shape.Defaults) == 0 && len(own.Shape.Alts) == 1 && own.Shape.Alts[0].Value != nil
}

// members notes the strings behind a label that are some of several that the value may be.
func (t *tokenizer) members(f *outlined) {
	allowed := cascade.Members(f.node.Allowed)
	if len(allowed) < 2 { // this layer chose one
		allowed = cascade.Members(f.node.AllowedBelow())
	}
	if len(allowed) < 2 || f.r.Tree.Secrets.Names(f.node.Path) {
		return
	}
	t.membersIn(f.value(), allowed)
}

func (t *tokenizer) membersIn(expr ast.Expr, allowed []*cascade.Value) {
	switch x := expr.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.AND || x.Op == token.OR {
			t.membersIn(x.X, allowed)
			t.membersIn(x.Y, allowed)
		}
	case *ast.UnaryExpr:
		if x.Op == token.MUL {
			t.membersIn(x.X, allowed)
		}
	case *ast.ParenExpr:
		t.membersIn(x.X, allowed)
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return
		}
		content, err := literal.Unquote(x.Value)
		is := func(v *cascade.Value) bool { return v.Kind == cascade.String && v.Text == content }
		if err == nil && slices.ContainsFunc(allowed, is) {
			t.add(t.file.Span(x), EnumMemberToken, 0)
		}
	}
}

// node notes the names that a node uses.
func (t *tokenizer) node(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.CommentGroup, *ast.Attribute:
		return false
	case *ast.Package:
		t.add(t.file.Span(x.Name), NamespaceToken, DefinitionModifier)
		return false
	case *ast.ImportSpec:
		if x.Name != nil {
			t.add(t.file.Span(x.Name), NamespaceToken, DefinitionModifier)
		}
		return false
	case *ast.Field:
		t.label(x.Label)
		if x.Value != nil {
			ast.Walk(x.Value, t.node, nil)
		}
		return false
	case *ast.LetClause:
		ast.Walk(x.Expr, t.node, nil)
		return false
	case *ast.ForClause:
		for _, variable := range []*ast.Ident{x.Key, x.Value} {
			if variable != nil && variable.Name != "_" {
				t.add(t.file.Span(variable), VariableToken, DefinitionModifier)
			}
		}
		ast.Walk(x.Source, t.node, nil)
		return false
	case *ast.Alias:
		t.add(t.file.Span(x.Ident), VariableToken, DefinitionModifier)
		ast.Walk(x.Expr, t.node, nil)
		return false
	case *ast.SelectorExpr:
		t.selector(x)
		return false
	case *ast.Ident:
		t.ident(x)
	}
	return true
}

// label notes the names that a label uses: only a computed one or a pattern uses any.
func (t *tokenizer) label(l ast.Label) {
	switch l := l.(type) {
	case *ast.Ident, *ast.BasicLit:
	case *ast.Alias:
		if inner, ok := l.Expr.(ast.Label); ok {
			t.label(inner)
		}
	case ast.Node:
		ast.Walk(l, t.node, nil)
	}
}

// variablesOf returns what CUE lets the names of loops and of labels of patterns lead to.
func variablesOf(file *syntax.File) map[ast.Node]bool {
	out := make(map[ast.Node]bool)
	ast.Walk(file.AST(), func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.ForClause:
			for _, variable := range []*ast.Ident{x.Key, x.Value} {
				if variable != nil {
					out[variable] = true
				}
			}
		case *ast.ListLit: // [Name=string]
			for _, e := range x.Elts {
				if alias, ok := e.(*ast.Alias); ok {
					out[alias.Expr] = true
				}
			}
		}
		return true
	}, nil)
	return out
}

// ident notes a name that stands for something.
func (t *tokenizer) ident(x *ast.Ident) {
	span := t.file.Span(x)
	switch x.Node.(type) {
	case *ast.ImportSpec:
		t.add(span, NamespaceToken, 0)
		return
	case *ast.LetClause, *ast.Alias, *ast.Field: // a name of a field leads to its value
		t.add(span, VariableToken, 0)
		return
	}
	switch {
	case t.variables[x.Node]:
		t.add(span, VariableToken, 0)
	case strings.HasPrefix(x.Name, "#") || strings.HasPrefix(x.Name, "_#"):
		if t.isSlot(x.Name) {
			t.add(span, PropertyToken, 0)
			return
		}
		t.add(span, TypeToken, 0)
	case x.Node == nil && t.imports[x.Name]:
		t.add(span, NamespaceToken, 0)
	case x.Node == nil:
		// A name of CUE's own, or one that nothing is known of. But a slot may stand in
		// another file of the package.
		if t.isSlot(x.Name) && !cascade.IsPredeclared(x.Name) {
			t.add(span, PropertyToken, 0)
		}
	default:
		t.add(span, PropertyToken, 0)
	}
}

// isSlot reports whether a name is that of a slot of one of the package's documents, such as
// #moduleDefinition, which is no type.
func (t *tokenizer) isSlot(name string) bool {
	return slices.ContainsFunc(t.documents, func(r *rule.Resolved) bool {
		return slices.Contains(r.Document.Dialect.Slots(r.Document.Kind), name)
	})
}

// selector notes the names of a.b.c.
func (t *tokenizer) selector(x *ast.SelectorExpr) {
	ast.Walk(x.X, t.node, nil)
	name, ok := syntax.LabelName(x.Sel)
	if !ok {
		return
	}
	span := t.file.Span(x.Sel)
	base, isName := x.X.(*ast.Ident)
	switch {
	case isName && t.isBuiltin(base):
		t.add(span, FunctionToken, 0)
	case strings.HasPrefix(name, "#"):
		t.add(span, TypeToken, 0)
	default:
		modifiers := TokenModifiers(0)
		if names := catalogindex.SelectorNames(x); len(names) > 1 && t.isValues(names[0]) && t.secrets.Names(names[1:]) {
			modifiers = SecretModifier
		}
		t.add(span, PropertyToken, modifiers)
	}
}

// isBuiltin reports whether a name is that of one of CUE's own packages.
func (t *tokenizer) isBuiltin(x *ast.Ident) bool {
	return slices.ContainsFunc(t.file.Imports(), func(imp syntax.Import) bool {
		return imp.Name == x.Name && catalogindex.IsBuiltin(imp.Path)
	})
}

func (t *tokenizer) isValues(name string) bool {
	return slices.ContainsFunc(t.documents, func(r *rule.Resolved) bool { return r.Document.ValuesLabel() == name })
}

// isBeaten reports whether the value that a document gives a path counts nowhere.
func (t *tokenizer) isBeaten(r *rule.Resolved, path cascade.Path) bool {
	b := t.beaten[r]
	if b == nil {
		b = t.snapshot.beatenOf(r.Document)
		t.beaten[r] = b
	}
	return b.at(path)
}
