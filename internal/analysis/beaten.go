package analysis

import (
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// maxUses is how many documents above one are looked at to see whether they beat what it says.
const maxUses = 200

// beaten knows the cascades in which a document's values are used.
type beaten struct {
	document *catalogindex.Document
	uses     []*rule.Resolved // none: nobody uses it, or too many to look at
}

// beatenOf returns the cascades in which a document's values are used: those of releases,
// and of Modules that have none.
func (s *Snapshot) beatenOf(d *catalogindex.Document) *beaten {
	b := &beaten{document: d}
	current := s.documentAt(d.File.Path, d.Path)
	if current == nil {
		return b
	}
	tops := s.topsOn(current)
	if len(tops) > maxUses {
		return b
	}
	for _, top := range tops {
		b.uses = append(b.uses, s.resolved(top))
	}
	return b
}

// topsOn returns the documents above one that have no other above them.
func (s *Snapshot) topsOn(d *catalogindex.Document) []*catalogindex.Document {
	var out []*catalogindex.Document
	for _, above := range s.builtOn(d) {
		var tops []*catalogindex.Document
		if above.Kind <= d.Kind {
			continue // nonsense, and perhaps a circle
		}
		if above.Kind < catalogindex.Release {
			tops = s.topsOn(above)
		}
		if len(tops) == 0 {
			tops = []*catalogindex.Document{above}
		}
		out = append(out, tops...)
	}
	return out
}

// at reports whether the value that the document gives a path is used by somebody, and
// everybody who uses it has another in its place.
func (b *beaten) at(path cascade.Path) bool {
	return len(b.uses) > 0 && !slices.ContainsFunc(b.uses, func(r *rule.Resolved) bool {
		n := r.Tree.Lookup(path)
		layer := slices.IndexFunc(r.Tree.Layers, func(l *cascade.Layer) bool { return isSame(l.Document, b.document) })
		return n == nil || layer < 0 || n.Layers[layer] == nil || n.From <= layer
	})
}
