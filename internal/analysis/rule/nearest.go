package rule

import (
	"cmp"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// NearestImport returns the import path that somebody who wrote one that leads
// nowhere most likely meant: another version of the same document, newest first, or
// the document of that kind with the nearest name. It is "" if nothing is near.
func NearestImport(index *catalogindex.Index, importPath string, kind catalogindex.Kind) string {
	c, ok := catalogindex.ParseCatalogPath(importPath)
	if !ok {
		if path := Nearest(importPath, catalogindex.BuiltinPackages()); path != "" && !strings.ContainsAny(importPath, ".:@") {
			return path
		}
		return ""
	}
	known := Versions(index, c.Name, kind)
	if len(known) == 0 {
		c.Name = Nearest(c.Name, index.Names(kind))
		known = Versions(index, c.Name, kind)
	}
	switch {
	case len(known) == 0:
		return ""
	case !slices.Contains(known, c.Version):
		c.Version = cmp.Or(Nearest(c.Version, known), known[len(known)-1])
	}
	if _, ok := catalogindex.ParseCatalogPath(c.String()); !ok {
		return "" // what is in the catalog cannot be imported either
	}
	return c.String()
}

// Versions returns the versions in which the index has a document, oldest first.
func Versions(index *catalogindex.Index, name string, kind catalogindex.Kind) []string {
	var out []string
	for _, d := range index.Named(name) {
		if d.Kind == kind && d.Version.Value != "" {
			out = append(out, d.Version.Value)
		}
	}
	slices.SortFunc(out, catalogindex.CompareVersions)
	return out
}

// NearestMember returns the string, of those that a shape allows and no others, that is
// most like another one; nil if none is near.
func NearestMember(allowed *cascade.Shape, word string) *cascade.Value {
	var members []string
	for _, m := range cascade.Members(allowed) {
		if m.Kind == cascade.String {
			members = append(members, m.Text)
		}
	}
	if near := Nearest(word, members); near != "" {
		return &cascade.Value{Kind: cascade.String, Text: near}
	}
	return nil
}
