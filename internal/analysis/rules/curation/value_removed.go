package curation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// ValueRemoved reports a value of the definition that can have no value any more.
var ValueRemoved = &rule.Rule{
	Code:     "curation/value-removed",
	Severity: rule.Error,
	Finds:    "a definition's value that the Module makes impossible",
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			r.Tree.Root.Walk(func(n *cascade.Node) bool {
				if n.Invalid == nil || n.Invalid.Layer != top(r) || n.Invalid.Default {
					return true
				}
				reportRemovedValue(p, r, n)
				return false
			})
		}
	},
}

func reportRemovedValue(p *rule.Pass, r *rule.Resolved, n *cascade.Node) {
	d, ok := ownDecl(r, n)
	if !ok || !slices.ContainsFunc(n.Layers[:top(r)], func(f *cascade.FieldShape) bool { return f != nil }) {
		return // no value of the definition's
	}
	if len(n.Invalid.Breaks) == 0 && !strings.Contains(d.File.Text.Slice(d.Value), "_|_") {
		return // it contradicts itself, and cue/conflict says so
	}
	own, below := n.Layers[top(r)].Shape, n.AllowedBelow()
	secrets := r.Tree.Secrets
	name := n.Path.String()
	if name == "" {
		name = r.Document.ValuesLabel()
	}
	message := fmt.Sprintf("`%s` is %s here, and %s wants it to be %s: no value is both, so it is gone. Keep to what is wanted.",
		name, secrets.Describe(n.Path, own), belowTitle(r), secrets.Describe(n.Path, below))
	if len(own.Alts) == 0 {
		message = fmt.Sprintf("`%s` can have no value here, so it is gone: %s has it, and wants it to be %s.",
			name, belowTitle(r), secrets.Describe(n.Path, below))
	}
	p.Report(rule.Finding{File: d.File, Span: d.Value, Message: message, Related: said(r, n)})
}
