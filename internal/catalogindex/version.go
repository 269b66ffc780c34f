package catalogindex

import (
	"cmp"
	"path"
	"regexp"
	"strings"

	"cuelang.org/go/cue/ast"
	"github.com/Masterminds/semver/v3"
)

// A CatalogPath is an import path that names a document of a catalog by its name
// and exact version.
type CatalogPath struct {
	Prefix    string // everything before the name, with its slash
	Name      string
	Separator string // ":", ":v", "/v" or "@v"
	Version   string // without a leading "v"
	Package   string // the package that the path asks for behind a last colon, or ""
}

// String returns the import path.
func (c CatalogPath) String() string {
	s := c.Prefix + c.Name + c.Separator + c.Version
	if c.Package != "" {
		s += ":" + c.Package
	}
	return s
}

// ParseCatalogPath reads the three forms <prefix>/<name>:<version>,
// <prefix>/<name>/v<version> and <prefix>/<name>@v<version>, the last two perhaps
// with the name of a CUE package behind a colon. A version is a full SemVer version:
// "v1" alone belongs to the path of a CUE module.
func ParseCatalogPath(importPath string) (CatalogPath, bool) {
	if c, ok := parseCatalogPath(importPath); ok {
		return c, true
	}
	i := strings.LastIndexByte(importPath, ':')
	if i < 0 || !ast.IsValidIdent(importPath[i+1:]) {
		return CatalogPath{}, false
	}
	c, ok := parseCatalogPath(importPath[:i])
	if !ok {
		return CatalogPath{}, false
	}
	c.Package = importPath[i+1:]
	return c, true
}

func parseCatalogPath(importPath string) (CatalogPath, bool) {
	for _, separator := range []string{":v", ":", "@v", "/v"} {
		i := strings.LastIndex(importPath, separator)
		if i < 0 {
			continue
		}
		version := importPath[i+len(separator):]
		if version == "" || version[0] < '0' || version[0] > '9' {
			continue // cheaper than to have an error made
		}
		if _, err := semver.StrictNewVersion(version); err != nil {
			continue
		}
		if prefix, name := path.Split(importPath[:i]); name != "" {
			return CatalogPath{Prefix: prefix, Name: name, Separator: separator, Version: version}, true
		}
	}
	return CatalogPath{}, false
}

// preRelease matches the words that mark a version as not yet released. Any other
// word behind the dash is a platform's suffix: 1.0.0-platform.2 is a curation of
// 1.0.0 and comes after it.
var preRelease = regexp.MustCompile(`^(?i:alpha|beta|rc|pre|preview|dev|snapshot|next|canary|nightly|m|\d+)(?:[.\d-]|$)`)

// A Version is one that was taken apart. The zero Version is of a text that says none.
type Version struct {
	text     string // without a leading "v"
	is       *semver.Version
	stage    int
	platform string // the name in a platform's suffix, or ""
}

// ParseVersion takes a version apart. A leading "v" does not matter, and it need not be SemVer.
func ParseVersion(text string) Version {
	v := Version{text: strings.TrimPrefix(text, "v")}
	if v.text == "" {
		return v
	}
	is, err := semver.StrictNewVersion(v.text)
	if err != nil {
		return v
	}
	v.is, v.stage = is, stage(is)
	if v.stage == ofPlatform {
		v.platform, _, _ = strings.Cut(is.Prerelease(), ".")
	}
	return v
}

// Compare orders versions by SemVer, except that a platform's suffix is newer than the version
// without it. What is not SemVer comes before all that is, in the order of the alphabet.
func (v Version) Compare(other Version) int {
	if v.is == nil || other.is == nil {
		return cmp.Or(boolCompare(v.is != nil, other.is != nil), cmp.Compare(v.text, other.text))
	}
	return cmp.Or(
		cmp.Compare(v.is.Major(), other.is.Major()),
		cmp.Compare(v.is.Minor(), other.is.Minor()),
		cmp.Compare(v.is.Patch(), other.is.Patch()),
		cmp.Compare(v.stage, other.stage),
		v.is.Compare(other.is),
		cmp.Compare(v.text, other.text),
	)
}

// IsPreRelease reports whether a version is one that comes before its release, such as
// 1.0.0-rc.1; a platform's suffix makes none.
func (v Version) IsPreRelease() bool { return v.is != nil && v.stage == preReleased }

// IsOfOtherPlatform reports whether two versions are curations of two platforms, such as
// 1.0.0-retail.1 and 1.0.0-platform.2, each with a line of its own: neither is the other's
// next version.
func (v Version) IsOfOtherPlatform(other Version) bool {
	return v.platform != other.platform && v.platform != "" && other.platform != ""
}

// The stages of the versions with one core, in order.
const (
	preReleased = iota // pre-releases
	released
	ofPlatform
)

func stage(v *semver.Version) int {
	switch {
	case v.Prerelease() == "":
		return released
	case preRelease.MatchString(v.Prerelease()):
		return preReleased
	default:
		return ofPlatform
	}
}

// CompareVersions is [Version.Compare] for two texts.
func CompareVersions(a, b string) int { return ParseVersion(a).Compare(ParseVersion(b)) }

// IsPreRelease is [Version.IsPreRelease] for a text.
func IsPreRelease(version string) bool { return ParseVersion(version).IsPreRelease() }

// OtherPlatform is [Version.IsOfOtherPlatform] for two texts.
func OtherPlatform(a, b string) bool { return ParseVersion(a).IsOfOtherPlatform(ParseVersion(b)) }

// boolCompare orders false before true.
func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
