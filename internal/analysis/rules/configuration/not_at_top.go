package configuration

import (
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// NotAtTop reports an opm-lsp.cue that does not count.
var NotAtTop = &rule.Rule{
	Code:     "configuration/not-at-top",
	Severity: rule.Warning,
	Finds:    "an `opm-lsp.cue` that does not count, because it is not at the top of the workspace",
	Check: func(p *rule.Pass) {
		for _, r := range p.Resolved {
			f := r.Document.File
			if r.Document.Kind != catalogindex.Configuration || p.Settings.File != nil && p.Settings.File.Path == f.Path {
				continue
			}
			finding := rule.Finding{
				File:    f,
				Span:    text.Span{End: f.Text.Line(0).End},
				Message: "This file does not count: only the opm-lsp.cue at the top of the workspace does. Move what it says there.",
			}
			if top := p.Settings.File; top != nil {
				finding.Related = []rule.Related{{Location: rule.At(top, text.Span{End: top.Text.Line(0).End}), Message: "The one that counts"}}
			}
			p.Report(finding)
		}
	},
}
