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
	at := s.PlaceAt(path, offset)
	if at == nil {
		return nil
	}
	switch at.Kind {
	case ValuePlace, ReadPlace:
		if at.Node != nil {
			return definitionOfValue(at)
		}
	case ReferencePlace:
		if d := at.Document.Below(); d != nil {
			return []Link{documentLink(at.Span, d)}
		}
	case ImportPlace:
		var links []Link
		for _, d := range at.Target.Documents {
			links = append(links, documentLink(at.Span, d))
		}
		return links
	}
	return nil
}

// definitionOfValue leads to every layer's declaration, also to the one that was
// asked about: it is one of the layers, and may be the one that wins.
func definitionOfValue(at *Place) []Link {
	var order []int
	if at.Node.From >= 0 {
		order = append(order, at.Node.From)
	}
	for i := range slices.Backward(at.Node.Layers) {
		if i != at.Node.From {
			order = append(order, i)
		}
	}
	var links []Link
	for _, i := range order {
		f := at.Node.Layers[i]
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			links = append(links, Link{Origin: at.Span, Target: rule.At(d.File, d.Field), Focus: d.Label})
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
