package cue

import (
	"fmt"
	"slices"
	"strconv"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// unquoted reports a word in opm-lsp.cue that nothing defines: all that is written there are
// texts, so this one lacks its quotes. It returns false if the use is none.
func (c *referenceCheck) unquoted(u use) bool {
	ident, ok := u.expr.(*ast.Ident)
	at := slices.IndexFunc(c.pass.Resolved, func(r *rule.Resolved) bool {
		return r.Document.Kind == catalogindex.Configuration && r.Document.File == u.file
	})
	if !ok || u.alone || at < 0 {
		return false
	}
	span, r := u.span(), c.pass.Resolved[at]
	meant := strconv.Quote(ident.Name)
	message := fmt.Sprintf("Nothing here is called `%s`: a text stands in quotes, write %s.", ident.Name, meant)
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		f := n.Layers[len(n.Layers)-1]
		if f == nil || !slices.ContainsFunc(f.Decls, func(d cascade.Decl) bool { return d.File == u.file && d.Value == span }) || n.Undefined {
			return true
		}
		allowed := n.AllowedBelow()
		if !allowed.Allows(&cascade.Value{Kind: cascade.String, Text: ident.Name}) {
			meant = ""
			if near := rule.NearestMember(allowed, ident.Name); near != nil {
				meant = near.String()
			}
		}
		message = fmt.Sprintf("`%s` must be %s, in quotes.", n.Path, r.Tree.Secrets.Describe(n.Path, allowed))
		return false
	})
	finding := rule.Finding{File: u.file, Span: span, Message: message}
	if meant != "" {
		finding.Fixes = rule.Replace(u.file, span, meant, "Write "+meant)
	}
	c.add("", finding)
	return true
}
