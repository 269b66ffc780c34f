package curation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// PlatformPrefix reports a component or scope that a Module adds and whose name does not
// say so.
var PlatformPrefix = &rule.Rule{
	Code:     "curation/platform-prefix",
	Severity: rule.Warning,
	Finds:    "an added component or scope without the platform's prefix",
	Fix:      "renames it, with every reference",
	Settings: []string{"platformPrefixes"},
	Check: func(p *rule.Pass) {
		if len(p.Settings.PlatformPrefixes) == 0 {
			return
		}
		for _, r := range curating(p) {
			for _, s := range slotsOf(p, r) {
				for _, m := range s.added() {
					if !isPlatform(p.Settings.PlatformPrefixes, m.Name) && !s.isBelowByAnotherName(m) {
						reportPrefix(p, s, m)
					}
				}
			}
		}
	},
}

func isPlatform(prefixes []string, name string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// isBelowByAnotherName reports whether a member is one of the definition's, not the
// platform's.
func (s *slot) isBelowByAnotherName(m member) bool {
	return slices.ContainsFunc(m.operands(), func(o catalogindex.Operand) bool {
		_, ok := s.memberBelow(o.File, o.Expr)
		return ok
	})
}

func reportPrefix(p *rule.Pass, s *slot, m member) {
	prefixes := make([]string, len(p.Settings.PlatformPrefixes))
	for i, prefix := range p.Settings.PlatformPrefixes {
		prefixes[i] = fmt.Sprintf("`%s`", prefix)
	}
	name := p.Settings.PlatformPrefixes[0] + m.Name
	finding := rule.Finding{
		File: m.File,
		Span: m.Label,
		Message: fmt.Sprintf("The platform adds the %s `%s`, and its name does not say so: begin it with %s.",
			s.word, m.Name, strings.Join(prefixes, " or ")),
	}
	if find(s.own, name) == nil && find(s.below, name) == nil {
		finding.Fixes = []rule.Fix{s.rename(m, name)}
	}
	if near := rule.Nearest(m.Name, namesOf(s.below)); near != "" {
		b := find(s.below, near)
		finding.Message += fmt.Sprintf(" Or did you mean `%s` of %s?", near, b.title())
		finding.Related = s.relatedBelow(*b)
		finding.Fixes = append(finding.Fixes, rule.Fix{
			Title: fmt.Sprintf("Write to %s of %s", near, b.title()),
			Edits: []rule.Edit{edit.Replace(m.File, labelSpan(m.fields[0]), cascade.QuoteLabel(near))},
		})
	}
	p.Report(finding)
}
