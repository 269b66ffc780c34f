package rule

import (
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// Settings are what a project says in its opm-lsp.cue, as far as rules heed it. The
// zero Settings are those of a project that says nothing.
type Settings struct {
	// Severities are by the code of a rule or by a category; the former counts more.
	Severities map[string]Severity
	// Namespaces are those that a release may name, as patterns in which "*" stands for
	// any characters; none: any.
	Namespaces []string
	// PlatformPrefixes begin the names of what a platform adds.
	PlatformPrefixes []string
	// Secrets are the paths whose values nobody is shown.
	Secrets cascade.Secrets
	// File is the opm-lsp.cue that counts; nil if there is none.
	File *syntax.File
	// Missing says of each configured source that cannot be read why, by how it is written.
	Missing map[string]string
}

// severity returns the severity that the project gives a rule, if it gives one.
func (s *Settings) severity(r *Rule) (Severity, bool) {
	if severity, ok := s.Severities[r.Code]; ok {
		return severity, true
	}
	severity, ok := s.Severities[r.Category()]
	return severity, ok && !r.Off // a category does not turn on what is off by itself
}

// isOff reports whether a rule is not to run.
func (s *Settings) isOff(r *Rule) bool {
	severity, ok := s.severity(r)
	return ok && severity == Off || !ok && r.Off
}
