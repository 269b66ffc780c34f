package definition

import (
	"fmt"
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// SecretDefault reports a secret that everybody who reads the definition knows.
var SecretDefault = &rule.Rule{
	Code:     "definition/secret-default",
	Severity: rule.Warning,
	Finds:    "a literal default at a path that names a secret",
	Fix:      "makes the value required",
	Settings: []string{"secrets"},
	Check: func(p *rule.Pass) {
		for _, r := range definitions(p) {
			values := r.Tree.Layers[len(r.Tree.Layers)-1].Values
			if values == nil {
				continue
			}
			values.Each(nil, func(at cascade.Path, f *cascade.FieldShape) {
				if r.Tree.Secrets.Holds(at) {
					reportSecretDefault(p, r, at, f)
				}
			})
		}
	},
}

func reportSecretDefault(p *rule.Pass, r *rule.Resolved, at cascade.Path, f *cascade.FieldShape) {
	secret := literalSecret(f.Shape)
	if secret == nil || len(f.Decls) == 0 {
		return
	}
	finding := rule.Finding{
		File: secret.Origin.File,
		Span: secret.Origin.Span,
		Message: fmt.Sprintf("The secret `%s` has a default, which is the same everywhere and known to everybody who reads this: make it required, and let secret management fill it in.",
			at),
		Fixes: makeRequired(at, f),
	}
	if len(f.Shape.Defaults) == 0 {
		finding.Message = fmt.Sprintf("The secret `%s` is written out, the same everywhere and known to everybody who reads this: make it required, and let secret management fill it in.", at)
	}
	if !r.IsOwn(finding.File) {
		d := f.Decls[0]
		finding.File, finding.Span = d.File, d.Value
	}
	p.Report(finding)
}

// literalSecret returns the text that is a field's default, or all that it may be; nil if
// there is none, or if it is one of several that are no secret since they are all written
// out.
func literalSecret(s *cascade.Shape) *cascade.Alt {
	alts := s.Defaults
	if len(alts) == 0 && len(s.Alts) == 1 {
		alts = s.Alts
	}
	if len(cascade.Members(s)) > 1 {
		return nil
	}
	i := slices.IndexFunc(alts, func(a *cascade.Alt) bool {
		return a.Value != nil && !a.Unread && a.Value.Kind&(cascade.String|cascade.Bytes) != 0 && a.Value.Text != "" && a.Origin.File != nil
	})
	if i < 0 {
		return nil
	}
	return alts[i]
}

// makeRequired returns the fix that takes a default away and marks the field as required;
// none if the default is not written as one alternative of several.
func makeRequired(at cascade.Path, f *cascade.FieldShape) []rule.Fix {
	if len(f.Decls) != 1 || f.Decls[0].Label == f.Decls[0].Value { // an element of a list
		return nil
	}
	d := f.Decls[0]
	fix := rule.Fix{Title: fmt.Sprintf("Make %s required", at), Edits: edit.SetMark(d.File, d.Label, "!")}
	constraint, ok := edit.WithoutDefault(d.File, d.Value)
	if !ok {
		alternatives := edit.Alternatives(d.File, d.Value)
		if len(alternatives) != 1 {
			return nil
		}
		if _, literal := alternatives[0].Expr.(*ast.BasicLit); !literal {
			return nil
		}
		constraint = []rule.Edit{edit.Replace(d.File, d.Value, "string")}
	}
	fix.Edits = append(fix.Edits, constraint...)
	return []rule.Fix{fix}
}
