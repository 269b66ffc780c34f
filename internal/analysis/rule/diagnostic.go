// Package rule says what a rule is and what it reports. The rules themselves are
// in internal/analysis/rules, a file each.
package rule

import (
	"cmp"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Severity says how much a diagnostic matters. The values are LSP's.
type Severity int

// The severities, most severe first. Off is that of a rule that reports nothing.
const (
	Off         Severity = 0
	Error       Severity = 1
	Warning     Severity = 2
	Information Severity = 3
	Hint        Severity = 4
)

// Severities returns all severities, most severe first and Off last.
func Severities() []Severity { return []Severity{Error, Warning, Information, Hint, Off} }

// ParseSeverity returns the severity with a name; ok is false if there is none.
func ParseSeverity(name string) (s Severity, ok bool) {
	for _, s := range Severities() {
		if s.String() == name {
			return s, true
		}
	}
	return Off, false
}

// String returns the name used in reports and in configuration.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Information:
		return "information"
	case Hint:
		return "hint"
	default:
		return "off"
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
	Fixes    []Fix // the best one first
	// Unnecessary says that the span could as well be absent: editors show it faded.
	Unnecessary bool
	// Breaks is that of the Finding.
	Breaks func(release *Resolved) (Related, bool)
}

// Related is another place that a diagnostic speaks of: what another layer says.
type Related struct {
	Location
	Message string
}

// A Fix is a change that mends a diagnostic.
type Fix struct {
	Title string
	Edits []Edit // in one file or several; they do not overlap
	// Safe says that the fix does what the author surely means, and changes nothing that
	// is deployed otherwise: it may be applied unasked.
	Safe bool
	// Elsewhere, if not nil, returns edits of the same fix in the packages that are built
	// on that of the diagnostic, as they are in an index. A snapshot asks it and adds them
	// to Edits.
	Elsewhere func(*catalogindex.Index) []Edit
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
