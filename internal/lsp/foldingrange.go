package lsp

import (
	"context"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func foldingRangeMethod() method {
	return question(protocol.MethodTextDocumentFoldingRange, foldingRange).
		doing("structs, lists, imports, comments and strings of several lines").
		concerningOne().
		providing(func(_ *client, to *protocol.ServerCapabilities) { to.FoldingRangeProvider = protocol.Boolean(true) })
}

// foldingRange returns what may be folded. For clients that fold whole lines there is one
// range for each line that one begins on, the largest.
func foldingRange(_ context.Context, q *query, params *protocol.FoldingRangeParams) (any, error) {
	path, content, err := q.document(params.TextDocument.URI)
	if err != nil || content == nil {
		return nil, err
	}
	out := []protocol.FoldingRange{}
	for _, fold := range q.ws.Folds(path) {
		if r, ok := q.fold(content, fold); ok {
			out = append(out, r)
		}
	}
	if q.client.outlines.wholeLines {
		slices.SortStableFunc(out, func(a, b protocol.FoldingRange) int {
			if a.StartLine != b.StartLine {
				return int(a.StartLine) - int(b.StartLine)
			}
			return int(b.EndLine) - int(a.EndLine)
		})
		out = slices.CompactFunc(out, func(a, b protocol.FoldingRange) bool { return a.StartLine == b.StartLine })
	}
	return limited(out, q.client.outlines.foldLimit), nil
}

func (q *query) fold(content *text.Text, fold analysis.Fold) (protocol.FoldingRange, bool) {
	r := toRange(content, fold.Inside, q.client.encoding)
	out := protocol.FoldingRange{StartLine: r.Start.Line, EndLine: r.End.Line}
	switch fold.Kind {
	case analysis.CommentFold:
		out.Kind = protocol.FoldingRangeKindComment
	case analysis.ImportsFold:
		out.Kind = protocol.FoldingRangeKindImports
	}
	if !q.client.outlines.wholeLines {
		out.StartCharacter, out.EndCharacter = pointer(r.Start.Character), pointer(r.End.Character)
		return out, true
	}
	// The line of a closing bracket stays in sight, unless something stands before it.
	line := content.Line(int(r.End.Line))
	if fold.Closed && strings.TrimSpace(content.Slice(text.Span{Start: line.Start, End: fold.Inside.End})) == "" {
		out.EndLine--
	}
	return out, out.EndLine > out.StartLine
}

// limited returns the largest of the ranges, in their order, if the client wants no more
// than limit of them; 0 for all.
func limited(ranges []protocol.FoldingRange, limit int) []protocol.FoldingRange {
	if limit == 0 || len(ranges) <= limit {
		return ranges
	}
	sizes := make([]int, 0, len(ranges))
	for _, r := range ranges {
		sizes = append(sizes, int(r.EndLine)-int(r.StartLine))
	}
	slices.Sort(sizes)
	smallest := sizes[len(sizes)-limit]
	spare := 0 // how many of the smallest ones there is room for
	for _, size := range sizes[len(sizes)-limit:] {
		if size == smallest {
			spare++
		}
	}
	return slices.DeleteFunc(ranges, func(r protocol.FoldingRange) bool {
		size := int(r.EndLine) - int(r.StartLine)
		if size == smallest {
			spare--
			return spare < 0
		}
		return size < smallest
	})
}
