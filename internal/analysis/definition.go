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
		return definitionOfValue(at, path)
	}
	if at := s.referenceAt(path, offset); at != nil {
		if d := at.resolved.Below(); d != nil {
			return []Link{documentLink(at.span, d)}
		}
	}
	return nil
}

func definitionOfValue(at *valuePlace, path string) []Link {
	order := []int{}
	if at.node.From >= 0 {
		order = append(order, at.node.From)
	}
	for i := len(at.node.Layers) - 1; i >= 0; i-- {
		if i != at.node.From {
			order = append(order, i)
		}
	}
	var links, own []Link
	for _, i := range order {
		f := at.node.Layers[i]
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			link := Link{Origin: at.span, Target: rule.At(d.File, d.Field), Focus: d.Label}
			if d.File.Path == path && d.Field.Covers(at.span) {
				own = append(own, link) // where the question was asked
			} else {
				links = append(links, link)
			}
		}
	}
	if len(links) == 0 {
		return own
	}
	return slices.Clip(links)
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
