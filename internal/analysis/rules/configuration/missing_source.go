package configuration

import (
	"fmt"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// MissingSource reports a source that cannot be read. What a source is, is known when the
// file is saved.
var MissingSource = &rule.Rule{
	Code:     "configuration/missing-source",
	Severity: rule.Error,
	Finds:    "a source in `opm-lsp.cue` that is no directory that can be read",
	Settings: []string{"sources"},
	Check: func(p *rule.Pass) {
		for _, r := range p.Resolved {
			if r.Document.Kind != catalogindex.Configuration {
				continue
			}
			for _, f := range catalogindex.Fields(r.Document.Parts(), "sources") {
				reportMissingSources(p, f.File, f.Field.Value)
			}
		}
	},
}

func reportMissingSources(p *rule.Pass, file *syntax.File, list ast.Expr) {
	if list == nil {
		return
	}
	ast.Walk(list, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		written, err := literal.Unquote(lit.Value)
		if reason := p.Settings.Missing[written]; err == nil && reason != "" {
			p.Report(rule.Finding{
				File:    file,
				Span:    file.Span(lit),
				Message: fmt.Sprintf("The source %q does not count: %s. Name a directory, relative to this file.", written, reason),
			})
		}
		return true
	}, nil)
}
