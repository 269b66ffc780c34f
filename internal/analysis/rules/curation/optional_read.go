package curation

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// OptionalRead reports what reads a value that may not be there.
var OptionalRead = &rule.Rule{
	Code:     "curation/optional-read",
	Severity: rule.Warning,
	Finds:    "a component or scope that reads a value which may be absent from the effective configuration",
	Fix:      "gives the value a default, where one is obvious",
	Check: func(p *rule.Pass) {
		for _, r := range writing(p) {
			if !r.Complete && !isLowest(r.Document) || len(p.Index.Joined(p.Package)) > 0 {
				continue
			}
			reportAbsent(p, r)
			for _, l := range losses(p, r) {
				reportLost(p, r, l)
			}
		}
	},
}

// reportAbsent reports every path of a document that is read and may not be there, at the
// first place that reads it.
func reportAbsent(p *rule.Pass, r *rule.Resolved) {
	var nodes []*cascade.Node
	reads := make(map[*cascade.Node][]cascade.Read)
	for _, read := range readsIn(p.Index, r.Document) {
		if n := absent(r, read.Value); n != nil {
			if reads[n] == nil {
				nodes = append(nodes, n)
			}
			reads[n] = append(reads[n], read)
		}
	}
	for _, n := range nodes {
		reportOptional(p, r, n, reads[n])
	}
}

// readsIn returns what a document's components and scopes read without a guard.
func readsIn(index *catalogindex.Index, d *catalogindex.Document) []cascade.Read {
	parts := slices.Concat(d.Slot(d.Dialect.Components), d.Slot(d.Dialect.Scopes))
	return slices.DeleteFunc(cascade.Reads(index, d), func(read cascade.Read) bool {
		return read.Guarded || !slices.ContainsFunc(parts, func(part catalogindex.Part) bool {
			return part.File == read.File && part.Span.Covers(read.Span)
		})
	})
}

// A loss is a value that the definition's components read and that is not there because of
// the Module: it refuses the definition's default and has none of its own.
type loss struct {
	node     *cascade.Node
	document *catalogindex.Document // whose component reads it
	read     cascade.Read
}

// losses returns those of a Module.
func losses(p *rule.Pass, r *rule.Resolved) []loss {
	var lost []*cascade.Node
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		if n.Layers[top(r)] != nil && !n.Present && hasDefaultBelow(r, n) && absent(r, n.Path) == n {
			lost = append(lost, n)
		}
		return true
	})
	if lost == nil {
		return nil
	}
	var out []loss
	for _, d := range r.Chain[:len(r.Chain)-1] {
		reads := readsIn(p.Index, d)
		for _, n := range lost {
			i := slices.IndexFunc(reads, func(read cascade.Read) bool { return slices.Equal(read.Value, n.Path) })
			if i >= 0 {
				out = append(out, loss{n, d, reads[i]})
			}
		}
	}
	return out
}

func reportLost(p *rule.Pass, r *rule.Resolved, l loss) {
	decl, ok := ownDecl(r, l.node)
	if !ok {
		return
	}
	p.Report(rule.Finding{
		File: decl.File,
		Span: decl.Label,
		Message: fmt.Sprintf("`%s` may not be there: the default in %s is refused here, and a component reads it. Give it another default.",
			l.node.Path, rule.LayerTitle(l.document)),
		Related: append(said(r, l.node), rule.Related{Location: rule.At(l.read.File, l.read.Span), Message: "It is read here"}),
		Fixes:   optionalFixes(r, l.node),
	})
}

// hasDefaultBelow reports whether a layer below the document's gives a node a default.
func hasDefaultBelow(r *rule.Resolved, n *cascade.Node) bool {
	return slices.ContainsFunc(n.Layers[:top(r)], func(f *cascade.FieldShape) bool { return f != nil && len(f.Shape.Defaults) > 0 })
}

// absent returns the first node on a path that may not be there; nil if all are, or if that
// cannot be told.
func absent(r *rule.Resolved, path cascade.Path) *cascade.Node {
	n := r.Tree.Root
	for _, label := range path {
		c := n.Child(label)
		if c == nil {
			return nil
		}
		if n = c; n.Present {
			continue
		}
		if !n.Optional || n.Unread || isContradicted(n) || n.Allowed.Unread() || n.IsUnknown() || hasRefused(n) {
			return nil
		}
		return n
	}
	return nil
}

// isContradicted reports whether something that a layer writes at a node, or in it, does not
// count: that is what has to be said, not that there is nothing.
func isContradicted(n *cascade.Node) bool {
	found := false
	n.Walk(func(below *cascade.Node) bool {
		found = found || below.Invalid != nil
		return !found
	})
	return found
}

func reportOptional(p *rule.Pass, r *rule.Resolved, n *cascade.Node, reads []cascade.Read) {
	read := reads[0]
	name := r.Document.ValuesLabel() + "." + n.Path.String()
	finding := rule.Finding{
		File: read.File,
		Span: read.Span,
		Message: fmt.Sprintf("`%s` may not be there: it is optional and no layer gives it a default. Give it one, or read it under `if %s != _|_`.",
			n.Path, name),
	}
	if r.Tree.Secrets.Names(n.Path) {
		finding.Message = fmt.Sprintf("`%s` may not be there: it is optional and has no default. Make it required, or read it under `if %s != _|_`.", n.Path, name)
	}
	for i, f := range slices.Backward(n.Layers) {
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			finding.Related = append(finding.Related, rule.Related{
				Location: rule.At(d.File, d.Field),
				Message:  fmt.Sprintf("`%s` in %s", n.Path, rule.LayerTitle(r.Tree.Layers[i].Document)),
			})
		}
	}
	for _, other := range reads[1:] {
		finding.Related = append(finding.Related, rule.Related{Location: rule.At(other.File, other.Span), Message: "It is read here too"})
	}
	finding.Fixes = optionalFixes(r, n)
	p.Report(finding)
}

// optionalFixes returns the fixes that make sure of a value of the document's own.
func optionalFixes(r *rule.Resolved, n *cascade.Node) []rule.Fix {
	if _, ok := ownDecl(r, n); !ok || n.Struct {
		return nil
	}
	own := n.Layers[top(r)]
	if r.Tree.Secrets.Names(n.Path) {
		if !isLowest(r.Document) { // a Module must not ask for more than the definition
			return nil
		}
		return []rule.Fix{{Title: fmt.Sprintf("Make %s required", n.Path), Edits: mark(own, "!")}}
	}
	if fix, ok := defaultFix(n.Path, own, n.Allowed.Neutral()); ok {
		return []rule.Fix{fix}
	}
	return nil
}
