package analysis

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/Masterminds/semver/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules/release"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// metadata offers the fields of a document's metadata, and what is known to stand in them.
func (c *completer) metadata() []Completion {
	d := c.doc.Document
	switch {
	case c.cursor.Aside:
		return nil
	case c.isLabelKey():
		return c.labelKeys()
	case !c.cursor.InValue:
		return c.schemaFields()
	case c.reading.Kind == syntax.Operand && !c.reading.Alone:
		return nil
	case len(c.rest) == 2 && c.rest[1] == "namespace" && d.Kind == catalogindex.Release:
		return c.namespaces()
	case len(c.rest) == 2 && c.rest[1] == "version" && d.Kind != catalogindex.Release && d.Dialect.Versioned:
		return c.newVersions()
	case len(c.rest) == 3 && catalogindex.IsKeyed(c.rest[1]):
		return c.labelValues(c.rest[1], c.rest[2])
	}
	return nil
}

// isLabelKey reports whether a key of labels or annotations is being written.
func (c *completer) isLabelKey() bool {
	n := len(c.rest)
	return !c.cursor.InValue && n >= 2 && catalogindex.IsKeyed(c.rest[n-1]) && c.rest[n-2] == c.doc.Document.Dialect.Metadata
}

// scalarItems offers strings where a scalar is written.
func (c *completer) scalarItems(values []string, detail func(string) string) []Completion {
	var items []Completion
	for _, v := range values {
		quoted := strconv.Quote(v)
		items = append(items, Completion{Label: quoted, NewText: quoted, Kind: ValueItem, Detail: detail(v), Replace: c.cursor.Word})
	}
	return items
}

// namespaces offers the namespaces that the project names, and those that other releases
// use as far as the project allows them, the most used first.
func (c *completer) namespaces() []Completion {
	allowed := c.s.settings(c.pkg).Namespaces
	used := c.s.index.NamespacesSaid(c.doc.Document)
	maps.DeleteFunc(used, func(name string, _ int) bool { return !release.IsNamespace(name, allowed) })
	for _, name := range allowed {
		if release.IsNamespace(name, allowed) && used[name] == 0 {
			used[name] = 0
		}
	}
	return c.scalarItems(mostUsed(used), func(name string) string {
		if used[name] == 0 {
			return "no release yet"
		}
		return rule.Plural(used[name], "release")
	})
}

// maxUsed is how many of the things that others say are offered: a label that says something else in
// each of thousands of releases is none that one looks up.
const maxUsed = 200

// mostUsed returns the keys of counts, the most counted first, up to maxUsed.
func mostUsed(counts map[string]int) []string {
	used := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return used[:min(len(used), maxUsed)]
}

// newVersions offers the versions that a Module or a definition may have next.
func (c *completer) newVersions() []Completion {
	d := c.doc.Document
	taken := func(version string) bool {
		return slices.ContainsFunc(c.s.index.Named(d.Name.Value), func(other *catalogindex.Document) bool {
			return other != d && other.Kind == d.Kind && plainVersion(other) == version
		})
	}
	var versions []string
	add := func(version string) {
		if !taken(version) && !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
	}
	if below := c.doc.Below(); d.Kind == catalogindex.Module && below != nil && below.Version.Value != "" {
		n := 1
		for taken(fmt.Sprintf("%s-platform.%d", plainVersion(below), n)) {
			n++
		}
		add(fmt.Sprintf("%s-platform.%d", plainVersion(below), n))
		return c.scalarItems(versions, func(string) string { return "curates " + below.Title() })
	}
	newest := ""
	for _, other := range c.s.index.Named(d.Name.Value) {
		if other != d && other.Kind == d.Kind && (newest == "" || catalogindex.CompareVersions(other.Version.Value, newest) > 0) {
			newest = plainVersion(other)
		}
	}
	v, err := semver.StrictNewVersion(newest)
	if err != nil {
		add("1.0.0")
		add("0.1.0")
		return c.scalarItems(versions, func(string) string { return "" })
	}
	for _, next := range []semver.Version{v.IncPatch(), v.IncMinor(), v.IncMajor()} {
		add(next.String())
	}
	return c.scalarItems(versions, func(string) string { return "after " + newest })
}

// labelSlot returns where the labels, or annotations, are that the cursor is in: those of
// documents of this kind, or of their components or scopes.
func (c *completer) labelSlot(name string) catalogindex.MetadataSlot {
	d := c.doc.Document
	slot := catalogindex.MetadataSlot{Kind: d.Kind, Name: name}
	switch {
	case len(c.rest) < 3 || c.rest[0] == d.Dialect.Metadata:
	case c.rest[0] == d.Dialect.Scopes:
		slot.Bearer = catalogindex.OfScopes
	default:
		slot.Bearer = catalogindex.OfComponents
	}
	return slot
}

// labelKeys offers the keys that other documents use, the most used first.
func (c *completer) labelKeys() []Completion {
	if !c.cursor.TakesField {
		return nil
	}
	used := c.s.index.KeysSaid(c.labelSlot(c.rest[len(c.rest)-1]), c.doc.Document)
	for _, there := range c.declaredAround() {
		delete(used, there)
	}
	var items []Completion
	for _, key := range mostUsed(used) {
		item := Completion{Label: cascade.QuoteLabel(key), Kind: FieldItem, Detail: fmt.Sprintf("used %s", times(used[key])), Replace: c.cursor.Word}
		c.asField(&item, false)
		items = append(items, item)
	}
	return items
}

// labelValues offers what other documents say under a key, the most used first.
func (c *completer) labelValues(slot, key string) []Completion {
	if c.s.secretsOf(c.pkg).Names(cascade.Path{key}) {
		return nil
	}
	used := c.s.index.ValuesSaid(c.labelSlot(slot), key, c.doc.Document)
	maps.DeleteFunc(used, func(said string, _ int) bool { return cascade.LooksSecret(said) })
	return c.scalarItems(mostUsed(used), func(v string) string { return "used " + times(used[v]) })
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return rule.Plural(n, "time")
}
