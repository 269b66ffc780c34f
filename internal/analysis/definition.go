package analysis

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Link leads from the thing under a cursor to where it comes from.
type Link struct {
	Origin text.Span // what was asked about, in the file that was asked
	Target Location  // the whole of it
	Focus  text.Span // the part of Target to put the cursor on
}

// Definition returns where the thing at the byte offset comes from: for a value
// every layer that speaks of it, the one that wins first; for a reference its
// Module.
func (s *Snapshot) Definition(path string, offset int) []Link {
	if at := s.valueAt(path, offset); at != nil {
		return definitionOfValue(at)
	}
	if at := s.referenceAt(path, offset); at != nil {
		if d := at.resolved.Below(); d != nil {
			return []Link{documentLink(at.span, d)}
		}
	}
	return nil
}

// definitionOfValue leads to every layer's declaration, also to the one that was
// asked about: it is one of the layers, and may be the one that wins.
func definitionOfValue(at *valuePlace) []Link {
	var order []int
	if at.node.From >= 0 {
		order = append(order, at.node.From)
	}
	for i := range slices.Backward(at.node.Layers) {
		if i != at.node.From {
			order = append(order, i)
		}
	}
	var links []Link
	for _, i := range order {
		f := at.node.Layers[i]
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			links = append(links, Link{Origin: at.span, Target: rule.At(d.File, d.Field), Focus: d.Label})
		}
	}
	return links
}

func documentLink(origin text.Span, d *catalogindex.Document) Link {
	whole := d.Mark
	for _, p := range d.Parts {
		if p.File == d.File && p.Span.Start >= d.Mark.Start {
			whole.End = max(whole.End, p.Span.End)
		}
	}
	return Link{Origin: origin, Target: rule.At(d.File, whole), Focus: d.Mark}
}
