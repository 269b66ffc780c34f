package release

import (
	"fmt"
	"regexp"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// PlaintextSecret reports a secret that a release has the text of. It goes by the text alone,
// so it knows as much of a release whose Module is nowhere.
var PlaintextSecret = &rule.Rule{
	Code:     "release/plaintext-secret",
	Severity: rule.Warning,
	Finds:    "a password, token or key that is written out in a release's values",
	Settings: []string{"secrets"},
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			w := secretWalk{pass: p, secrets: r.Tree.Secrets}
			for _, f := range catalogindex.Fields(r.Document.Parts(), r.Document.ValuesLabel()) {
				w.expr(f.File, f.Field.Value, nil)
			}
		}
	},
}

// A secretWalk looks at every literal of values.
type secretWalk struct {
	pass    *rule.Pass
	secrets cascade.Secrets
}

func (w *secretWalk) expr(file *syntax.File, expr ast.Expr, at cascade.Path) {
	switch x := expr.(type) {
	case *ast.BasicLit:
		w.literal(file, x, at)
	case *ast.StructLit:
		w.decls(file, x.Elts, at)
	case *ast.ListLit:
		for i, e := range x.Elts {
			w.expr(file, e, at.Child(cascade.IndexLabel(i)))
		}
	case *ast.ParenExpr:
		w.expr(file, x.X, at)
	case *ast.UnaryExpr:
		if x.Op == token.MUL { // a default; behind =~ is no value
			w.expr(file, x.X, at)
		}
	case *ast.BinaryExpr:
		if x.Op == token.AND || x.Op == token.OR {
			w.expr(file, x.X, at)
			w.expr(file, x.Y, at)
		}
	case *ast.Comprehension:
		w.expr(file, x.Value, at)
	}
}

func (w *secretWalk) decls(file *syntax.File, decls []ast.Decl, at cascade.Path) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			if label, ok := syntax.LabelName(d.Label); ok {
				w.expr(file, d.Value, at.Child(label))
			} else {
				w.expr(file, d.Value, at.Child("")) // a label that is computed
			}
		case *ast.LetClause:
			w.expr(file, d.Expr, at.Child(d.Ident.Name))
		case *ast.EmbedDecl:
			w.expr(file, d.Expr, at)
		case *ast.Comprehension:
			w.expr(file, d.Value, at)
		}
	}
}

func (w *secretWalk) literal(file *syntax.File, lit *ast.BasicLit, at cascade.Path) {
	if lit.Kind != token.STRING {
		return
	}
	said, err := literal.Unquote(lit.Value)
	if err != nil {
		return
	}
	finding := rule.Finding{File: file, Span: file.Span(lit)}
	switch {
	case cascade.LooksSecret(said):
		finding.Message = fmt.Sprintf("`%s` holds what looks like a key or a token: keep it in the secret management, name only the secret here, and replace it, since others have seen it.", at)
	case w.secrets.Holds(at) && strings.TrimSpace(said) != "" && !elsewhere.MatchString(said) && !namesSecret(at, said):
		finding.Message = fmt.Sprintf("`%s` is a secret in plain text: keep it in the secret management and name only the secret here.", at)
	default:
		return
	}
	w.pass.Report(finding)
}

// namesSecret reports whether a text is the name of a Secret rather than one itself: a DNS
// label under secret.
func namesSecret(at cascade.Path, text string) bool {
	return at[len(at)-1] == "secret" && dnsLabel.MatchString(text)
}

// elsewhere matches the texts by which tools say where a secret is, or that it is encrypted.
var elsewhere = regexp.MustCompile(`^(?:\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|<[^<>]*>|ENC\[.*\]|(?:vault|ref\+[a-z0-9]+|secret|secretref|op|env|file|aws-?sm|gcp-?sm|azurekeyvault|arn:aws:(?:secretsmanager|ssm)):.*)$`)
