package rule

import (
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A Newer is a newer version of the Module that a release pins.
type Newer struct {
	Module     *catalogindex.Document
	Version    string // without a leading "v"
	ImportPath string // that leads to it, to be written in place of the release's
}

// NewerModule returns the newest version of the Module that a release pins, if that is newer
// than the pinned one; nil if there is none. A pre-release is offered only to who uses one.
func NewerModule(index *catalogindex.Index, r *Resolved) *Newer {
	used := r.Below()
	if used == nil || used.Kind != catalogindex.Module || r.Resolution.Import == nil {
		return nil
	}
	c, ok := catalogindex.ParseCatalogPath(r.Resolution.Import.Path)
	if !ok || c.Version != plainVersion(used) || c.Name != used.Name.Value {
		return nil
	}
	newest := used
	for _, d := range index.Named(used.Name.Value) {
		switch v := d.Parsed; {
		case d.Kind != catalogindex.Module, d.Version.Value == "",
			v.IsPreRelease() && !used.Parsed.IsPreRelease(), v.IsOfOtherPlatform(used.Parsed):
		case v.Compare(newest.Parsed) > 0:
			newest = d
		}
	}
	if c.Version = plainVersion(newest); newest == used || !LeadsTo(index, r.Resolution.File, c.String(), newest) {
		return nil
	}
	return &Newer{newest, c.Version, c.String()}
}

func plainVersion(d *catalogindex.Document) string { return strings.TrimPrefix(d.Version.Value, "v") }
