// Package rule says what a rule is and what it reports. The rules themselves are
// in internal/analysis/rules, a file each.
package rule

import (
	"cmp"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Severity says how much a diagnostic matters. The values are LSP's.
type Severity int

// The severities, most severe first.
const (
	Error       Severity = 1
	Warning     Severity = 2
	Information Severity = 3
	Hint        Severity = 4
)

// String returns the name used in reports and in configuration.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Information:
		return "information"
	default:
		return "hint"
	}
}

// A Location is a span of one file.
type Location struct {
	Path string // absolute, cleaned, in the form of the operating system
	Span text.Span
}

// A Diagnostic is one thing that is wrong, at one place.
type Diagnostic struct {
	Location
	Severity Severity
	Code     string // the rule: "category/name"
	Message  string // one sentence: what is wrong, what is allowed, what to do
	Related  []Related
	Fixes    []Fix
}

// Related is another place that a diagnostic speaks of: what another layer says.
type Related struct {
	Location
	Message string
}

// A Fix is a change that mends a diagnostic.
type Fix struct {
	Title string
	Edits []Edit
}

// An Edit replaces a span by other text.
type Edit struct {
	Location
	NewText string
}

// Sort orders diagnostics by file, place and code, so that two runs over the same
// workspace agree to the byte.
func Sort(diagnostics []Diagnostic) {
	slices.SortStableFunc(diagnostics, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Path, b.Path),
			a.Span.Compare(b.Span),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
}
