package analysis

import "github.com/open-platform-model/opm-lsp/internal/analysis/rule"

// What rules report is what analysis answers: the same types under the name by
// which the server and the commands know them.
type (
	Diagnostic = rule.Diagnostic
	Location   = rule.Location
	Related    = rule.Related
	Fix        = rule.Fix
	Edit       = rule.Edit
	Severity   = rule.Severity
)

// The severities, most severe first.
const (
	Error       = rule.Error
	Warning     = rule.Warning
	Information = rule.Information
	Hint        = rule.Hint
)
