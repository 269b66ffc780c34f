package definition

import (
	"fmt"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// UndocumentedValue reports a value of which nobody says what it is.
var UndocumentedValue = &rule.Rule{
	Code:     "definition/undocumented-value",
	Severity: rule.Hint,
	Off:      true,
	Finds:    "a value without a comment",
	Fix:      "adds a comment to fill in",
	Check: func(p *rule.Pass) {
		for _, r := range definitions(p) {
			r.Tree.Root.Walk(func(n *cascade.Node) bool {
				switch {
				case n.Struct:
					return true
				case n != r.Tree.Root && !isDocumented(n):
					reportUndocumented(p, r, n)
				}
				return false // the elements of a list
			})
		}
	},
}

// isDocumented reports whether a comment belongs to a value: one of its own, or one above a
// chain a: b: c: … that leads to it alone.
func isDocumented(n *cascade.Node) bool {
	f := n.Layers[0]
	if f == nil {
		return true
	}
	for _, d := range f.Decls {
		if d.Doc != "" {
			return true
		}
		for at := n.Parent; at != nil; at = at.Parent {
			around, ok := chained(at, d)
			if !ok {
				break
			}
			if around.Doc != "" {
				return true
			}
		}
	}
	return false
}

// chained returns the declaration of a node that holds nothing but another one, without
// braces between them.
func chained(n *cascade.Node, inner cascade.Decl) (cascade.Decl, bool) {
	if n.Layers[0] == nil {
		return cascade.Decl{}, false
	}
	for _, d := range n.Layers[0].Decls {
		if d.File == inner.File && d.Field.Covers(inner.Field) && !strings.Contains(d.File.Text.Content()[d.Label.End:inner.Label.Start], "{") {
			return d, true
		}
	}
	return cascade.Decl{}, false
}

func reportUndocumented(p *rule.Pass, r *rule.Resolved, n *cascade.Node) {
	f := n.Layers[0]
	if len(f.Decls) == 0 || !r.IsOwn(f.Decls[0].File) || f.Decls[0].Label == f.Decls[0].Value {
		return
	}
	d := f.Decls[0]
	p.Report(rule.Finding{
		File:    d.File,
		Span:    d.Label,
		Message: fmt.Sprintf("`%s` has no comment: say above it what it is, for those who set it.", n.Path),
		Fixes:   emptyComment(n, d),
	})
}

// emptyComment returns the fix that puts a comment to be filled in above a field; none where other
// fields stand before it on its line.
func emptyComment(n *cascade.Node, d cascade.Decl) []rule.Fix {
	first := d
	for at := n.Parent; at != nil; at = at.Parent {
		around, ok := chained(at, d)
		if !ok {
			break
		}
		first = around
	}
	line := d.File.Text.Line(d.File.Text.LineOf(first.Field.Start))
	indent := d.File.Text.Content()[line.Start:first.Field.Start]
	if strings.TrimSpace(indent) != "" {
		return nil
	}
	comment := indent + "// " + n.Label() + ": …" + edit.NewLine(d.File)
	return []rule.Fix{{Title: fmt.Sprintf("Add a comment to %s", n.Path), Edits: []rule.Edit{edit.Insert(d.File, line.Start, comment)}}}
}
