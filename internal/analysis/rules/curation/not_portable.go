package curation

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// NotPortable reports an address in a component that is one only in one cluster or cloud.
var NotPortable = &rule.Rule{
	Code:     "curation/not-portable",
	Severity: rule.Information,
	Finds:    "an address of one cluster or cloud, hard-coded in a component",
	Check: func(p *rule.Pass) {
		for _, r := range writing(p) {
			w := portability{pass: p, resolved: r}
			for _, m := range componentsOf(p, r).own {
				w.member = m
				for _, f := range m.fields {
					w.expr(f.File, f.Field.Value, nil)
				}
			}
		}
	},
}

// A portability goes through the strings of a component.
type portability struct {
	pass     *rule.Pass
	resolved *rule.Resolved
	member   member
}

func (w *portability) expr(file *syntax.File, expr ast.Expr, at cascade.Path) {
	switch x := expr.(type) {
	case *ast.StructLit:
		if namesSecret(w.resolved.Tree.Secrets, file, x) {
			return
		}
		for _, d := range x.Elts {
			w.decl(file, d, at)
		}
	case *ast.ListLit:
		for i, e := range x.Elts {
			w.expr(file, e, at.Child(cascade.IndexLabel(i)))
		}
	case *ast.Ellipsis:
		w.expr(file, x.Type, at)
	case *ast.Comprehension:
		w.expr(file, x.Value, at)
	case *ast.BinaryExpr:
		w.expr(file, x.X, at)
		w.expr(file, x.Y, at)
	case *ast.UnaryExpr:
		if x.Op == token.MUL {
			w.expr(file, x.X, at)
		}
	case *ast.ParenExpr:
		w.expr(file, x.X, at)
	case *ast.CallExpr:
		for _, arg := range x.Args {
			w.expr(file, arg, at)
		}
	case *ast.BasicLit:
		if s, ok := unquoted(x); ok {
			w.text(file, x, s, at)
		}
	case *ast.Interpolation:
		w.text(file, x, withGaps(x), at)
	}
}

func (w *portability) decl(file *syntax.File, decl ast.Decl, at cascade.Path) {
	switch d := decl.(type) {
	case *ast.Field:
		name, ok := syntax.LabelName(d.Label)
		if ok && (strings.HasPrefix(name, "#") || name == w.member.document.Dialect.Metadata) {
			return // metadata, and helpers
		}
		if !ok {
			name = "…"
		}
		w.expr(file, d.Value, at.Child(name))
	case *ast.EmbedDecl:
		w.expr(file, d.Expr, at)
	case *ast.Comprehension:
		w.expr(file, d.Value, at)
	}
}

// namesSecret reports whether a struct is about a secret that it names, as an environment
// variable is: {name: "DB_PASSWORD", value: …}.
func namesSecret(secrets cascade.Secrets, file *syntax.File, x *ast.StructLit) bool {
	for _, name := range catalogindex.Literals([]catalogindex.Part{{File: file, Decls: x.Elts}}, "name") {
		if secrets.Names(cascade.Path{name.Value}) {
			return true
		}
	}
	return false
}

// gap stands in a string for what an expression gives: some label of a host name.
const gap = "x"

// withGaps returns the text of an interpolation, with something in place of what is not
// written in it.
func withGaps(x *ast.Interpolation) string {
	var b strings.Builder
	for i, e := range x.Elts {
		lit, ok := e.(*ast.BasicLit)
		if !ok || i%2 == 1 {
			b.WriteString(gap)
			continue
		}
		piece := lit.Value
		if i > 0 {
			piece = strings.TrimPrefix(piece, ")")
		}
		if i < len(x.Elts)-1 {
			piece = strings.TrimRight(strings.TrimSuffix(piece, "("), `\#`)
		}
		b.WriteString(piece)
	}
	s, _ := literal.Unquote(b.String()) // what cannot be read holds no address
	return s
}

func (w *portability) text(file *syntax.File, node ast.Node, s string, at cascade.Path) {
	if len(at) == 0 || w.resolved.Tree.Secrets.Names(at) || isNoAddress(at[len(at)-1]) {
		return
	}
	a, ok := addressIn(s)
	if !ok {
		return
	}
	w.pass.Report(rule.Finding{
		File: file,
		Span: file.Span(node),
		Message: fmt.Sprintf("%s, and the component `%s` has it hard-coded: make it a value, so that whoever deploys elsewhere can set it.",
			a.sentence(), w.member.Name),
	})
}
