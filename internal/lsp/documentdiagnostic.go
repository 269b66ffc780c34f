package lsp

import (
	"context"
	"maps"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

func documentDiagnosticMethod() method {
	return question(protocol.MethodTextDocumentDiagnostic, documentDiagnostic).
		doing("the same as `publishDiagnostics`, for editors that ask for it; what they have already is not sent again").
		concerningOne().
		providing(
			func(c *client, to *protocol.ServerCapabilities) {
				if c.pulls {
					to.DiagnosticProvider = &protocol.DiagnosticOptions{
						InterFileDependencies:   true,
						WorkspaceDiagnostics:    c.pullsWorkspace,
						WorkDoneProgressOptions: showsProgress(c),
					}
				}
			}).
		answeredEarly()
}

// documentDiagnostic says what is wrong in one document. A file that the server knows
// nothing of has nothing wrong in it.
func documentDiagnostic(ctx context.Context, q *query, params *protocol.DocumentDiagnosticParams) (any, error) {
	if params.TextDocument.URI == "" {
		return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, "textDocument.uri is missing")
	}
	path, err := q.readable(string(params.TextDocument.URI))
	if err != nil || q.ws == nil || isEmbedded(path) {
		return &protocol.RelatedFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: fullReport(report{})}, nil
	}
	found, err := q.report(path)
	if err != nil {
		return nil, err
	}
	related, err := q.relatedReports(ctx, path)
	if err != nil {
		return nil, err
	}
	q.pulls.answered(q.view, path, found.id)
	if params.PreviousResultID != nil && *params.PreviousResultID == found.id {
		return &protocol.RelatedUnchangedDocumentDiagnosticReport{
			UnchangedDocumentDiagnosticReport: unchangedReport(found), RelatedDocuments: related}, nil
	}
	return &protocol.RelatedFullDocumentDiagnosticReport{
		FullDocumentDiagnosticReport: fullReport(found), RelatedDocuments: related}, nil
}

// relatedReports are of the other open documents, where they are not what the client was
// answered last: nil if there are none, or if the client does not take them.
func (q *query) relatedReports(ctx context.Context, path string) (map[uri.URI]protocol.FullDocumentDiagnosticReportOrUnchangedDocumentDiagnosticReport, error) {
	if !q.client.relatedDocuments || q.isFirst {
		return nil, nil
	}
	var result map[uri.URI]protocol.FullDocumentDiagnosticReportOrUnchangedDocumentDiagnosticReport
	for _, other := range slices.Sorted(maps.Keys(q.documents)) {
		before, asked := q.pulls.answer(other)
		if other == path || q.reads(other) || !asked || before.edited != q.documents[other].edited {
			continue // the client asks, or will ask, for itself
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		now, err := q.report(other)
		if err != nil {
			return nil, err
		}
		if now.id == before.id {
			continue
		}
		if result == nil {
			result = make(map[uri.URI]protocol.FullDocumentDiagnosticReportOrUnchangedDocumentDiagnosticReport)
		}
		full := fullReport(now)
		result[uri.URI(q.uri(other))] = &full
		q.pulls.answered(q.view, other, now.id)
	}
	return result, nil
}

// A report is what is wrong in one file.
type report struct {
	items []protocol.Diagnostic
	id    string // the same for the same items, "" if there is no file
}

// report computes what is wrong in the file at path.
func (q *query) report(path string) (report, error) {
	items := q.diagnostics(path, q.ws.Diagnostics(path))
	id, err := resultID(items)
	return report{items, id}, err
}

func fullReport(r report) protocol.FullDocumentDiagnosticReport {
	full := protocol.FullDocumentDiagnosticReport{Kind: string(protocol.DocumentDiagnosticReportKindFull), Items: r.items}
	if full.Items == nil {
		full.Items = []protocol.Diagnostic{}
	}
	if r.id != "" {
		full.ResultID = pointer(r.id)
	}
	return full
}

func unchangedReport(r report) protocol.UnchangedDocumentDiagnosticReport {
	return protocol.UnchangedDocumentDiagnosticReport{Kind: string(protocol.DocumentDiagnosticReportKindUnchanged), ResultID: r.id}
}
