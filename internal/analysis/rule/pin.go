package rule

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// ReportUnpinned reports a document whose reference goes through an import without an exact
// version, if what that means is the newest there is. What a CUE module keeps in its own
// tree is pinned by that.
func (p *Pass) ReportUnpinned(r *Resolved) {
	imp, below := r.Resolution.Import, r.Below()
	if imp == nil || below == nil || r.Resolution.Source != catalogindex.CatalogNewest {
		return
	}
	pinned := PinnedPath(imp.Path, below)
	if !LeadsTo(p.Index, r.Resolution.File, pinned, below) {
		return // no path can say which one: its version is missing or wrong
	}
	version := strings.TrimPrefix(below.Version.Value, "v")
	p.Report(Finding{
		File: r.Resolution.File,
		Span: imp.Span,
		Message: fmt.Sprintf("This import names no exact version of %s, so the %s changes with each new one: pin it to %s, the newest now.",
			below.Name.Value, r.Document.Kind.Layer(), version),
		Related: []Related{{Location: At(below.Version.File, below.Version.Span), Message: "The newest version"}},
		Fixes:   []Fix{{Title: "Pin to " + version, Edits: []Edit{{At(r.Resolution.File, imp.Span), strconv.Quote(pinned)}}, Safe: true}},
	})
}

// PinnedPath returns an import path with the exact version of a document in place of a
// major version, or of none, in the form in which documents of its kind are imported.
func PinnedPath(importPath string, d *catalogindex.Document) string {
	dir, major, _ := strings.Cut(importPath, "@")
	separator := ":"
	switch {
	case major != "":
		separator = "@v"
	case d.Kind == catalogindex.Definition:
		separator = "/v"
	}
	return dir + separator + strings.TrimPrefix(d.Version.Value, "v")
}

// LeadsTo reports whether an import path of a file leads to a document.
func LeadsTo(index *catalogindex.Index, file *syntax.File, importPath string, d *catalogindex.Document) bool {
	return slices.Contains(index.ResolveImport(file, importPath).Documents, d)
}

// Tells reports whether the text tells all fields that one of a document's slots has: nothing
// that CUE reads together with it may add some.
func (p *Pass) Tells(d *catalogindex.Document, slot string) bool {
	return d.Tells(slot) && len(p.Index.Joined(d.Package)) == 0
}

// Namesakes returns the others among documents that count beside one: not those that CUE reads
// under another condition, nor copies of what others published.
func Namesakes(d *catalogindex.Document, all []*catalogindex.Document) []*catalogindex.Document {
	if !isForAll(d) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(all), func(other *catalogindex.Document) bool {
		return other == d || !isForAll(other) || other.File == d.File && other.Mark == d.Mark && slices.Equal(other.Path, d.Path)
	})
}

// isForAll reports whether a document is the workspace's own, whatever CUE is told, and
// stands where it is written.
func isForAll(d *catalogindex.Document) bool {
	return !d.File.IsConditional() && !d.File.IsLink && !strings.Contains(filepath.ToSlash(d.Package.Dir)+"/", "/cue.mod/")
}
