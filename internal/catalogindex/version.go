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

// CompareVersions orders versions by SemVer, except that a platform's suffix is
// newer than the version without it. A leading "v" does not matter. What is not
// SemVer comes before all that is, in the order of the alphabet.
func CompareVersions(a, b string) int {
	a, b = strings.TrimPrefix(a, "v"), strings.TrimPrefix(b, "v")
	va, errA := semver.StrictNewVersion(a)
	vb, errB := semver.StrictNewVersion(b)
	if errA != nil || errB != nil {
		return cmp.Or(boolCompare(errA == nil, errB == nil), cmp.Compare(a, b))
	}
	coreA, coreB := withoutSuffix(va), withoutSuffix(vb)
	if c := coreA.Compare(coreB); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(stage(va), stage(vb)), va.Compare(vb), cmp.Compare(a, b))
}

func withoutSuffix(v *semver.Version) *semver.Version {
	return semver.New(v.Major(), v.Minor(), v.Patch(), "", "")
}

// stage orders the versions with one core: pre-releases, the release, curations.
func stage(v *semver.Version) int {
	switch {
	case v.Prerelease() == "":
		return 1
	case preRelease.MatchString(v.Prerelease()):
		return 0
	default:
		return 2
	}
}

// IsPreRelease reports whether a version is one that comes before its release, such as
// 1.0.0-rc.1; a platform's suffix makes none.
func IsPreRelease(version string) bool {
	v, err := semver.StrictNewVersion(strings.TrimPrefix(version, "v"))
	return err == nil && stage(v) == 0
}

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

// OtherPlatform reports whether two versions are curations of two platforms, such as
// 1.0.0-retail.1 and 1.0.0-platform.2, each with a line of its own: neither is the other's
// next version.
func OtherPlatform(a, b string) bool {
	own, others := platformOf(a), platformOf(b)
	return own != others && own != "" && others != ""
}

// platformOf returns the name in a platform's suffix, "" if there is none.
func platformOf(version string) string {
	v, err := semver.StrictNewVersion(strings.TrimPrefix(version, "v"))
	if err != nil || stage(v) < 2 {
		return ""
	}
	name, _, _ := strings.Cut(v.Prerelease(), ".")
	return name
}
