package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/Masterminds/semver/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// VersionBump reports a version whose number promises more than its values keep.
var VersionBump = &rule.Rule{
	Code:     "catalog/version-bump",
	Severity: rule.Warning,
	Finds:    "a version that breaks releases of the one before with too small a step",
	Fix:      "the next version that is far enough",
	Check: func(p *rule.Pass) {
		for _, r := range curated(p) {
			if !isKnown(p, r) {
				continue
			}
			before := before(p, r.Document)
			if before == nil || isFarEnough(before.Version.Value, r.Document.Version.Value) {
				continue
			}
			older := p.Resolve(cascade.Chain(p.Index, before))
			if !isKnown(p, older) {
				continue
			}
			if broken := breaks(older, r); len(broken) > 0 {
				reportBump(p, r, before, broken)
			}
		}
	},
}

// isKnown reports whether all that a document's values may be is known.
func isKnown(p *rule.Pass, r *rule.Resolved) bool {
	d := r.Document
	return r.Complete || d.Dialect.Reference[d.Kind] == "" && !p.Index.IsPartial(d.Package) && d.Tells("")
}

// before returns the version of a document before its own, nil if there is none: the newest
// one that is older, of the same platform, and no pre-release. Those may break each other.
func before(p *rule.Pass, d *catalogindex.Document) *catalogindex.Document {
	if _, err := semver.StrictNewVersion(plain(d.Version.Value)); err != nil {
		return nil
	}
	var best *catalogindex.Document
	for _, other := range sameKind(p, d) {
		if _, err := semver.StrictNewVersion(plain(other.Version.Value)); err != nil || catalogindex.IsPreRelease(other.Version.Value) || catalogindex.CompareVersions(other.Version.Value, d.Version.Value) >= 0 {
			continue
		}
		if catalogindex.OtherPlatform(d.Version.Value, other.Version.Value) {
			continue
		}
		if best == nil || catalogindex.CompareVersions(other.Version.Value, best.Version.Value) > 0 {
			best = other
		}
	}
	return best
}

// isFarEnough reports whether the step from one version to the next allows everything: a new
// major version, or a new minor one before 1.0.0.
func isFarEnough(from, to string) bool {
	a, errA := semver.StrictNewVersion(plain(from))
	b, errB := semver.StrictNewVersion(plain(to))
	return errA != nil || errB != nil || b.Major() > a.Major() || a.Major() == 0 && b.Minor() > a.Minor()
}

// A broken value is one that releases of the version before may set, or leave unset, and that
// they may not any more.
type broken struct {
	path  cascade.Path
	words string
}

// breaks returns what a newer version breaks for releases of an older one.
func breaks(older, newer *rule.Resolved) []broken {
	var out []broken
	for _, n := range cascade.NarrowedFrom(older.Tree.Schema(), newer.Tree.Schema()) {
		if isWrong(older.Tree, n.Path) || isWrong(newer.Tree, n.Path) {
			continue // that is said of what is wrong
		}
		words := fmt.Sprintf("`%s` is gone", n.Path)
		switch secrets := newer.Tree.Secrets; {
		case n.Witness == nil:
		case secrets.HidesIn(n.Path, n.Witness):
			words = fmt.Sprintf("`%s` accepts fewer secrets", n.Path)
		case utf8.RuneCountInString(n.Witness.String()) > maxShown:
			words = fmt.Sprintf("`%s` accepts less", n.Path)
		default:
			words = fmt.Sprintf("`%s` no longer accepts %s", n.Path, n.Witness)
		}
		out = append(out, broken{n.Path, words})
	}
	had := make(map[string]bool)
	for _, n := range older.Tree.MustSet() {
		had[n.Path.String()] = true
	}
	for _, n := range newer.Tree.MustSet() {
		same := func(b broken) bool { return slices.Equal(b.path, n.Path) }
		if !had[n.Path.String()] && !isWrong(newer.Tree, n.Path) && !slices.ContainsFunc(out, same) {
			out = append(out, broken{n.Path, fmt.Sprintf("`%s` has to be set", n.Path)})
		}
	}
	return out
}

// maxShown is how many characters of a value a message shows.
const maxShown = 60

// isWrong reports whether something that a layer writes at a path or around it is not allowed
// or not known.
func isWrong(t *cascade.Tree, path cascade.Path) bool {
	n := t.Root
	for _, label := range path {
		if n = n.Child(label); n == nil {
			return false
		}
		if n.Invalid != nil || n.IsUnknown() {
			return true
		}
	}
	return false
}

func reportBump(p *rule.Pass, r *rule.Resolved, before *catalogindex.Document, broken []broken) {
	d := r.Document
	finding := rule.Finding{
		File: d.Version.File,
		Span: d.Version.Span,
		Related: []rule.Related{{
			Location: rule.At(before.Version.File, before.Version.Span),
			Message:  "The version before",
		}},
	}
	words := broken[0].words
	if more := len(broken) - 1; more > 0 {
		words += " (and " + rule.Plural(more, "more change") + ")"
	}
	step := "major"
	if strings.HasPrefix(plain(before.Version.Value), "0.") {
		step = "minor"
	}
	finding.Message = fmt.Sprintf("%s breaks releases of %s: %s. That takes a new %s version.", d.Version.Value, before.Version.Value, words, step)
	if next := farEnough(before.Version.Value, d.Version.Value, sameKind(p, d)); next != "" {
		finding.Message = strings.TrimSuffix(finding.Message, ".") + ", " + next + "."
		finding.Fixes = rule.Replace(d.Version.File, d.Version.Span, strconv.Quote(next), fmt.Sprintf("Change to %q", next))
	}
	p.Report(finding)
}

// farEnough returns the next version after one that may break everything, with the suffix of
// another one begun anew; "" if there is none.
func farEnough(from, like string, taken []*catalogindex.Document) string {
	a, errA := semver.StrictNewVersion(plain(from))
	b, errB := semver.StrictNewVersion(plain(like))
	if errA != nil || errB != nil {
		return ""
	}
	next := semver.New(a.Major()+1, 0, 0, "", "")
	if a.Major() == 0 {
		next = semver.New(0, a.Minor()+1, 0, "", "")
	}
	version := next.String()
	if suffix := b.Prerelease(); suffix != "" {
		if i := strings.LastIndexByte(suffix, '.'); i >= 0 && isNumber(suffix[i+1:]) {
			suffix = suffix[:i] + ".1"
		}
		version += "-" + suffix
	}
	if strings.HasPrefix(like, "v") {
		version = "v" + version
	}
	if slices.ContainsFunc(taken, func(d *catalogindex.Document) bool { return plain(d.Version.Value) == plain(version) }) {
		return nextFree(version, taken)
	}
	return version
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}
