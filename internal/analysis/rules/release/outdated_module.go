package release

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// OutdatedModule reports a release that pins an older version of its Module than there is, and
// says what the newer one would change.
var OutdatedModule = &rule.Rule{
	Code:     "release/outdated-module",
	Severity: rule.Hint,
	Finds:    "a release whose Module has a newer version, and what that would change",
	Fix:      "refers to the newest version",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			if newer := rule.NewerModule(p.Index, r); newer != nil {
				reportOutdated(p, r, newer)
			}
		}
	},
}

// maxBroken is how many of the values that an upgrade would break are shown.
const maxBroken = 5

func reportOutdated(p *rule.Pass, r *rule.Resolved, newer *rule.Newer) {
	imp := r.Resolution.Import
	then := p.Resolve(append(cascade.Chain(p.Index, newer.Module), r.Document))
	finding := rule.Finding{
		File:    r.Resolution.File,
		Span:    imp.Span,
		Related: []rule.Related{{Location: rule.At(newer.Module.Version.File, newer.Module.Version.Span), Message: "The newest version"}},
		Fixes:   rule.Replace(r.Resolution.File, imp.Span, strconv.Quote(newer.ImportPath), "Upgrade to "+newer.Version),
	}
	says := "what it changes is not known"
	var broken []*cascade.Node
	if isReadable(r) && isReadable(then) {
		broken = brokenValues(r, then)
		says = upgrade(changedValues(r, then), len(broken), requiredValues(r, then))
	}
	finding.Message = fmt.Sprintf("%s %s is there: %s. Refer to it when that suits you.", newer.Module.Name.Value, newer.Version, says)
	for _, n := range broken[:min(len(broken), maxBroken)] {
		if d, ok := own(then, n); ok {
			finding.Related = append(finding.Related, rule.Related{Location: rule.At(d.File, d.Label), Message: fmt.Sprintf("`%s` would not be allowed any more", n.Path)})
		}
	}
	p.Report(finding)
}

// isReadable reports whether all that the effective values depend on is there and parses.
func isReadable(r *rule.Resolved) bool {
	return r.Complete && !slices.ContainsFunc(r.Chain, func(d *catalogindex.Document) bool {
		return slices.ContainsFunc(d.Package.Files, func(f *syntax.File) bool { return len(f.Problems) > 0 })
	})
}

// upgrade says what a newer Module does to a release.
func upgrade(changed, broken, required int) string {
	words := []string{fmt.Sprintf("it changes %s of this release", rule.Plural(changed, "value"))}
	if changed == 0 {
		words = []string{"it changes no value of this release"}
	}
	if broken > 0 {
		words = append(words, fmt.Sprintf("refuses %d that it sets", broken))
	}
	if required > 0 {
		words = append(words, fmt.Sprintf("requires %d that it does not set", required))
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// brokenValues returns what the release sets that is right now and would be wrong then.
func brokenValues(now, then *rule.Resolved) []*cascade.Node {
	var out []*cascade.Node
	then.Tree.Root.Walk(func(n *cascade.Node) bool {
		if isBroken(then, n) {
			if before := now.Tree.Lookup(n.Path); before == nil || !isBroken(now, before) {
				out = append(out, n)
			}
		}
		return !n.Undefined
	})
	return out
}

func isBroken(r *rule.Resolved, n *cascade.Node) bool {
	return n.Undefined || n.Invalid != nil && n.Invalid.Layer == topLayer(r)
}

// requiredValues returns how many values the release would have to set and need not now.
func requiredValues(now, then *rule.Resolved) int {
	count := 0
	then.Tree.Root.Walk(func(n *cascade.Node) bool {
		if before := now.Tree.Lookup(n.Path); n.Missing && (before == nil || !before.Missing) {
			count++
		}
		return true
	})
	return count
}

// changedValues returns how many effective values would be others, be gone or be new. Of what
// is not known on both sides it counts nothing.
func changedValues(now, then *rule.Resolved) int {
	count := 0
	visit := func(a, b *cascade.Tree, onlyAbsent bool) {
		a.Root.Walk(func(n *cascade.Node) bool {
			if n.Struct || n.Value == nil || !n.Present {
				return n.Struct
			}
			other := b.Lookup(n.Path)
			switch {
			case other != nil && (other.Unread || other.Partial):
			case other == nil || !other.Present || other.Value == nil:
				if !isPartial(b, n.Path) {
					count++
				}
			case !onlyAbsent && !other.Value.Equal(n.Value):
				count++
			}
			return false
		})
	}
	visit(now.Tree, then.Tree, false)
	visit(then.Tree, now.Tree, true)
	return count
}

// isPartial reports whether a struct around a path may hold fields that are not known.
func isPartial(t *cascade.Tree, path cascade.Path) bool {
	return slices.ContainsFunc(prefixes(path), func(p cascade.Path) bool {
		n := t.Lookup(p)
		return n != nil && (n.Partial || n.Unread)
	})
}

func prefixes(path cascade.Path) []cascade.Path {
	out := make([]cascade.Path, len(path))
	for i := range path {
		out[i] = path[:i]
	}
	return out
}
