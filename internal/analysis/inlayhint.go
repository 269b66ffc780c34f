package analysis

import (
	"cmp"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An InlayHint is a short text that editors show in a line, behind a byte offset, as if it stood
// there.
type InlayHint struct {
	Offset int
	Label  string
	// Value is the values path that the hint is about; nil for one about a version.
	Value    cascade.Path
	document *rule.Resolved
}

// maxHint is how many characters of a value a hint shows.
const maxHint = 24

// Hints returns the hints of a file whose offsets are in a span, in order: what an override
// replaces, which version a reference without one means, and what a component reads. What is
// a secret has none.
func (s *Snapshot) Hints(path string, in text.Span) []InlayHint {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	var out []InlayHint
	for _, r := range s.resolve(p) {
		if r.Document.Dialect.IsConfiguration() {
			continue
		}
		out = append(out, overrideHints(r, path)...)
		out = append(out, versionHints(r, path)...)
		out = append(out, readHints(r, path)...)
	}
	out = slices.DeleteFunc(out, func(h InlayHint) bool { return !in.Contains(h.Offset) })
	slices.SortStableFunc(out, func(a, b InlayHint) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Label, b.Label))
	})
	return slices.CompactFunc(out, func(a, b InlayHint) bool { return a.Offset == b.Offset && a.Label == b.Label })
}

// overrideHints say what would stand in place of what the document writes.
func overrideHints(r *rule.Resolved, path string) []InlayHint {
	top := len(r.Tree.Layers) - 1
	if top == 0 {
		return nil
	}
	var out []InlayHint
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		own := n.Layers[top]
		if own == nil || n.Undefined {
			return false
		}
		if n.Struct {
			return true
		}
		decls := own.Decls
		if n.From != top || n.Value == nil || len(decls) == 0 || decls[len(decls)-1].File.Path != path {
			return false
		}
		without := r.Tree.Without(n)
		if without.Value == nil || !without.Present || without.From < 0 || without.Value.Equal(n.Value) || r.Tree.Secrets.HidesIn(n.Path, without.Value) {
			return false
		}
		out = append(out, InlayHint{
			Offset:   decls[len(decls)-1].Value.End,
			Label:    "was " + shortValue(r, n.Path, without.Value) + " · " + author(r, without.From),
			Value:    n.Path,
			document: r,
		})
		return false
	})
	return out
}

// author returns the word for who says what a layer says: a Module is the platform's where it is
// made from a definition.
func author(r *rule.Resolved, layer int) string {
	if kind := r.Tree.Layers[layer].Document.Kind; kind != catalogindex.Module || layer == 0 {
		return kind.Layer()
	}
	return "platform"
}

// shortValue returns a value as CUE, cut where it is long.
func shortValue(r *rule.Resolved, at cascade.Path, v *cascade.Value) string {
	shown := strings.Join(strings.Fields(r.Tree.Secrets.Show(at, v)), " ")
	if runes := []rune(shown); len(runes) > maxHint {
		return string(runes[:maxHint-1]) + "…"
	}
	return shown
}

// versionHints say which version a reference means that names none.
func versionHints(r *rule.Resolved, path string) []InlayHint {
	below, imp := r.Below(), r.Resolution.Import
	if below == nil || imp == nil || r.Resolution.Source != catalogindex.CatalogNewest || r.Resolution.File.Path != path || below.Version.Value == "" {
		return nil
	}
	return []InlayHint{{Offset: imp.Span.End, Label: "= " + below.Version.Value, document: r}}
}

// readHints say what the components of the document itself read.
func readHints(r *rule.Resolved, path string) []InlayHint {
	var out []InlayHint
	for _, f := range cascade.Flows(r.Tree.Layers[len(r.Tree.Layers)-1:]) {
		if f.File.Path != path {
			continue
		}
		n := r.Tree.Lookup(f.Value)
		if n == nil || n.Struct || n.Value == nil || !n.Present || r.Tree.Secrets.HidesIn(n.Path, n.Value) {
			continue
		}
		out = append(out, InlayHint{Offset: f.Span.End, Label: "= " + shortValue(r, n.Path, n.Value), Value: n.Path, document: r})
	}
	return out
}

// HintTooltip returns what is known about what a hint speaks of, as Markdown and as plain
// text.
func (s *Snapshot) HintTooltip(h InlayHint) (markdown, plain string) {
	if h.document == nil {
		return "", ""
	}
	if h.Value == nil {
		below := h.document.Below()
		said := "The newest version that there is of " + below.Name.Value + ". Pin it, so that it is the same tomorrow."
		return escapeMarkdown(said), said
	}
	n := h.document.Tree.Lookup(h.Value)
	if n == nil {
		return "", ""
	}
	e := s.explain(h.document, n)
	return e.Markdown(), e.PlainText()
}
