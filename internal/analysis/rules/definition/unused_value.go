package definition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// UnusedValue reports a value that nothing reads.
var UnusedValue = &rule.Rule{
	Code:     "definition/unused-value",
	Severity: rule.Warning,
	Finds:    "a value that no component, scope or other value reads",
	Fix:      "removes it",
	Check: func(p *rule.Pass) {
		if len(p.Index.Joined(p.Package)) > 0 || hasProblems(p) {
			return // what is not known may read anything
		}
		for _, r := range definitions(p) {
			d := r.Document
			if len(d.Components())+len(d.Scopes()) == 0 || !d.Tells("") {
				continue // they are still to be written, or something else writes them
			}
			if slices.ContainsFunc(cascade.Reads(p.Index, d), func(read cascade.Read) bool { return r.Tree.Lookup(read.Value) == nil && leadsNowhere(r, read.Value) }) {
				continue // a name that is misspelt may be meant for any of them
			}
			u := unused{resolved: r, below: make(map[string]bool), whole: make(map[string]bool)}
			for _, read := range cascade.Reads(p.Index, d) {
				u.add(read)
			}
			if u.whole[key(nil)] {
				continue
			}
			for _, c := range r.Tree.Root.Children {
				u.visit(p, c)
			}
		}
	},
}

// leadsNowhere reports whether the definition surely has no value at a path.
func leadsNowhere(r *rule.Resolved, path cascade.Path) bool {
	n := r.Tree.Root
	for _, label := range path {
		c := n.Child(label)
		if c == nil {
			return n.Struct && !n.Partial && !n.Unread && !n.Allowed.Unread()
		}
		n = c
	}
	return false
}

// hasProblems reports whether a file of the package holds something of which it is not sure
// what was meant.
func hasProblems(p *rule.Pass) bool {
	return slices.ContainsFunc(p.Package.Files, func(f *syntax.File) bool {
		return !cascade.IsMended(f, text.Span{End: f.Text.Len()})
	})
}

// unused looks for the highest paths of which nothing at or below is read.
type unused struct {
	resolved *rule.Resolved
	below    map[string]bool // the paths at or below which something is read, by key
	whole    map[string]bool // those that are read themselves, with all below them
	others   []cascade.Read  // of which that has to be looked at for each path
}

// key stands for a path in a map.
func key(path cascade.Path) string { return strings.Join(path, "\x00") }

// add notes a read. What the value at a path, or one below it, reads there is nothing that
// the outside has of it.
func (u *unused) add(read cascade.Read) {
	if slices.Contains(read.Value, cascade.AnyLabel) || slices.Contains(read.By, cascade.AnyLabel) || read.By != nil && isAtOrBelow(read.By, read.Value) {
		u.others = append(u.others, read)
		return
	}
	u.whole[key(read.Value)] = true
	for n := range read.Value {
		if path := read.Value[:n+1]; !isAtOrBelow(read.By, path) {
			u.below[key(path)] = true
		}
	}
}

// isAtOrBelow reports whether a path is another one or leads through it.
func isAtOrBelow(path, above cascade.Path) bool {
	return len(path) >= len(above) && slices.Equal(path[:len(above)], above)
}

func (u unused) visit(p *rule.Pass, n *cascade.Node) {
	below, whole := u.isRead(n.Path)
	switch {
	case whole:
	case !below:
		u.report(p, n)
	case n.Struct:
		for _, c := range n.Children {
			u.visit(p, c)
		}
	}
}

// isRead reports whether something reads a path as a whole, or something below it.
func (u unused) isRead(path cascade.Path) (below, whole bool) {
	below, whole = u.below[key(path)], u.whole[key(path)]
	for _, read := range u.others {
		common := min(len(read.Value), len(path))
		if !matches(read.Value[:common], path[:common]) {
			continue
		}
		if len(read.By) >= len(path) && matches(read.By[:len(path)], path) {
			continue
		}
		below = true
		whole = whole || len(read.Value) <= len(path)
	}
	return below, whole
}

// matches reports whether a path that may leave labels open is the other one.
func matches(open, path cascade.Path) bool {
	return slices.EqualFunc(open, path, func(a, b string) bool { return a == b || a == cascade.AnyLabel || b == cascade.AnyLabel })
}

func (u unused) report(p *rule.Pass, n *cascade.Node) {
	f := n.Layers[0]
	if f == nil || n.Invalid != nil || len(f.Decls) == 0 || slices.ContainsFunc(f.Decls, func(d cascade.Decl) bool { return !u.resolved.IsOwn(d.File) || d.Value.Len() == 0 }) {
		return // it comes with a schema of somebody else's, or is being typed
	}
	fix := rule.Fix{Title: fmt.Sprintf("Remove %s", n.Path)}
	for _, d := range f.Decls {
		fix.Edits = append(fix.Edits, edit.RemoveField(d.File, d.Field))
	}
	what := "it"
	if n.Struct {
		what = "anything in it"
	}
	p.Report(rule.Finding{
		File: f.Decls[0].File,
		Span: f.Decls[0].Label,
		Message: fmt.Sprintf("Nothing reads `%s`, so whoever sets %s changes nothing: read it in a component, or remove it.",
			n.Path, what),
		Fixes: []rule.Fix{fix},
	})
}
