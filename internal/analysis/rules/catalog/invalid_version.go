package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// InvalidVersion reports a version that cannot be compared with others.
//
// No reference has to change with it: an import states a whole version without the "v", so
// only v1.2.0 could be referred to, and the same import leads to 1.2.0.
var InvalidVersion = &rule.Rule{
	Code:     "catalog/invalid-version",
	Severity: rule.Warning,
	Finds:    "a version that is not SemVer",
	Fix:      "the same version as SemVer writes it",
	Check: func(p *rule.Pass) {
		for _, r := range curated(p) {
			if v := r.Document.Version; v.File != nil && isVersioned(r.Document) && !isSemVer(v.Value) {
				reportVersion(p, v)
			}
		}
	},
}

func isSemVer(version string) bool {
	_, err := semver.StrictNewVersion(version)
	return err == nil
}

func reportVersion(p *rule.Pass, v catalogindex.Literal) {
	message := fmt.Sprintf("%s is no version: write it as SemVer does, such as 1.2.0 or 1.2.0-platform.1", strconv.Quote(v.Value))
	finding := rule.Finding{File: v.File, Span: v.Span, Message: message + "."}
	if near := normalised(v.Value); near != "" {
		finding.Message = fmt.Sprintf("%s. Did you mean %q?", message, near)
		finding.Fixes = rule.Replace(v.File, v.Span, strconv.Quote(near), fmt.Sprintf("Change to %q", near))
	}
	p.Report(finding)
}

// normalised returns the version that is surely meant, such as 1.2.0 for v1.2; or "".
func normalised(version string) string {
	v, err := semver.NewVersion(strings.TrimLeft(strings.TrimSpace(version), "vV"))
	if err != nil {
		return ""
	}
	return v.String()
}
