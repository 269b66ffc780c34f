package lsp

import (
	"fmt"
	"path/filepath"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// source is what the client shows beside every diagnostic, to tell it from those
// of other servers for the same file.
const source = "opm"

// diagnostics converts what the analysis found in the file at path. The result
// is never nil: for LSP an empty list says that all is well.
func (q *query) diagnostics(path string, found []analysis.Diagnostic) []protocol.Diagnostic {
	content := q.ws.Text(path)
	result := make([]protocol.Diagnostic, 0, len(found))
	for _, d := range q.ours(found) {
		converted := protocol.Diagnostic{
			Range:    toRange(content, d.Span, q.client.encoding),
			Severity: protocol.DiagnosticSeverity(d.Severity),
			Source:   protocol.NewOptional(source),
		}
		if d.Code != "" {
			converted.Code = protocol.String(d.Code)
			if q.client.codeDescriptions {
				converted.CodeDescription.Href = uri.URI(rules.URL(d.Code))
			}
		}
		if d.Unnecessary && q.client.unnecessary {
			converted.Tags = protocol.NewDiagnosticTags(protocol.DiagnosticTagUnnecessary)
		}
		message := d.Message
		if q.client.related {
			for _, related := range d.Related {
				converted.RelatedInformation = append(converted.RelatedInformation, protocol.DiagnosticRelatedInformation{
					Location: q.location(related.Location),
					Message:  related.Message,
				})
			}
		} else {
			message += q.relatedSentences(d.Related)
		}
		converted.Message = protocol.String(message)
		result = append(result, converted)
	}
	return result
}

// relatedSentences says in words where the other places are, for clients that
// have no links in diagnostics. Lines count from 1, as editors show them.
func (q *query) relatedSentences(related []analysis.Related) string {
	var b strings.Builder
	for _, r := range related {
		start := q.location(r.Location).Range.Start
		fmt.Fprintf(&b, "\n%s (%s:%d)", r.Message, filepath.Base(r.Path), start.Line+1)
	}
	return b.String()
}
