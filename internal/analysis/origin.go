package analysis

import (
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An Origin is where the value under a cursor comes from.
type Origin struct {
	Span     text.Span // what the cursor is on
	Document *catalogindex.Document
	*Explanation
	Values []ValueRow // of a struct: the values in it
}

// A ValueRow is one of the values in a struct.
type ValueRow struct {
	Label string // as people write it
	Is    string // the effective value as CUE, else what it may be in words
	Layer string // whose value that is; "" if it is none
	// IsValue says that Is is CUE.
	IsValue bool
}

// Origin returns where the value comes from that a byte offset of a file is on, which is
// either written or read there; nil if it is on no value.
func (s *Snapshot) Origin(path string, offset int) *Origin {
	at := s.PlaceAt(path, offset)
	if at == nil || s.role(at) != ValuePlace && s.role(at) != ReadPlace || len(at.Path) == 0 {
		return nil
	}
	node := valueNode(at)
	if node == nil {
		return nil
	}
	origin := &Origin{Span: at.Span, Document: s.current(at.Document.Document), Explanation: s.explain(at.Document, node)}
	if node.Struct && at.Node != nil {
		origin.Values = s.valueRows(at.Document, node)
	}
	return origin
}
