// Package catalog holds the rules about what is in the catalog, and how it is referred to.
package catalog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// curated returns the package's definitions and Modules.
func curated(p *rule.Pass) []*rule.Resolved { return append(p.Definitions(), p.Modules()...) }

// plain returns a version as SemVer writes it.
func plain(version string) string { return strings.TrimPrefix(version, "v") }

// sameKind returns the documents of the workspace with the kind and name of one, without it.
func sameKind(p *rule.Pass, d *catalogindex.Document) []*catalogindex.Document {
	if d.Name.Value == "" {
		return nil
	}
	return slices.DeleteFunc(rule.Namesakes(d, p.Index.Named(d.Name.Value)), func(other *catalogindex.Document) bool { return other.Kind != d.Kind })
}

// nextFree returns the first version after one that none of the documents has; "" if the
// version is no SemVer.
func nextFree(version string, taken []*catalogindex.Document) string {
	for {
		next, ok := following(version)
		if !ok {
			return ""
		}
		if !slices.ContainsFunc(taken, func(d *catalogindex.Document) bool { return plain(d.Version.Value) == next }) {
			return next
		}
		version = next
	}
}

// following returns the version that counts one further where the last number of a version is:
// 1.0.0-platform.2 after 1.0.0-platform.1, and 1.0.1 after 1.0.0.
func following(version string) (string, bool) {
	v, err := semver.StrictNewVersion(plain(version))
	if err != nil {
		return "", false
	}
	suffix := v.Prerelease()
	if suffix == "" {
		return v.IncPatch().String(), true
	}
	stem, last := "", suffix
	if i := strings.LastIndexByte(suffix, '.'); i >= 0 {
		stem, last = suffix[:i+1], suffix[i+1:]
	}
	n, err := strconv.ParseUint(last, 10, 32)
	if err != nil {
		stem, n = suffix+".", 1
	}
	out, err := v.SetPrerelease(stem + strconv.FormatUint(n+1, 10))
	return out.String(), err == nil
}
