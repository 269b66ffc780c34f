package analysis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A CatalogEntry is a definition, a Module or a release in the tree of all that a workspace
// knows: a definition has the Modules that are made from it below it, a Module its releases.
type CatalogEntry struct {
	Document *catalogindex.Document
	Name     Location // where its name stands; what marks it if it has none
	Below    []*CatalogEntry
	// Newer is the version to go to: of a definition or a Module a newer one of itself, of a
	// release a newer one of its Module; "" if there is none.
	Newer string
	// Stray says in a sentence why an entry has no place below another one; "" if it has
	// one, or needs none.
	Stray string
	// External says that a source outside the workspace holds it, of which nothing is reported.
	External bool
}

// Catalog returns what no other document is below: the definitions, then the Modules and the
// releases of which nobody knows what they are made from. All lists are in order of names, and
// of one name the newest version comes first. It evaluates nothing.
func (s *Snapshot) Catalog() []*CatalogEntry {
	entries := make(map[*catalogindex.Document]*CatalogEntry)
	var all []*CatalogEntry
	for _, p := range s.index.Packages() {
		for _, d := range p.Documents {
			if d.Kind <= catalogindex.Release {
				entries[d] = &CatalogEntry{Document: d, Name: rule.At(focusOf(d)), External: s.inSource(d.File.Path)}
				all = append(all, entries[d])
			}
		}
	}
	slices.SortFunc(all, func(a, b *CatalogEntry) int { return compareFamily(a.Document, b.Document) })
	var roots []*CatalogEntry
	newer := newerMemo{snapshot: s, found: make(map[*catalogindex.Document][]*catalogindex.Document)}
	for _, e := range all {
		r := &rule.Resolved{Document: e.Document}
		r.Resolution, r.HasTarget = s.index.Resolve(e.Document)
		e.Newer = newer.of(r)
		if below := r.Below(); below != nil && below.Kind < e.Document.Kind && entries[below] != nil {
			entries[below].Below = append(entries[below].Below, e)
			continue
		}
		e.Stray = stray(r)
		roots = append(roots, e)
	}
	return roots
}

// A newerMemo remembers of each definition and Module what is newer: thousands of releases may
// be made from one.
type newerMemo struct {
	snapshot *Snapshot
	found    map[*catalogindex.Document][]*catalogindex.Document
}

// of returns the version that a document, or the release of one, can go to.
func (n newerMemo) of(r *rule.Resolved) string {
	of := r.Document
	if of.Kind == catalogindex.Release {
		if of = r.Below(); of == nil {
			return ""
		}
	}
	found, known := n.found[of]
	if !known {
		found = n.snapshot.newerVersions(of)
		n.found[of] = found
	}
	switch {
	case len(found) == 0:
		return ""
	case r.Document.Kind != catalogindex.Release:
		return found[0].Version.Value
	}
	if newer := rule.NewerModule(n.snapshot.index, r); newer != nil {
		return newer.Version
	}
	return ""
}

// newerVersions returns the newer versions of a definition or a Module, newest first. A
// pre-release counts only for who uses one, and each platform has a line of its own.
func (s *Snapshot) newerVersions(d *catalogindex.Document) []*catalogindex.Document {
	if d.Kind == catalogindex.Release || d.Version.Value == "" {
		return nil
	}
	var newer []*catalogindex.Document
	for _, other := range s.index.Named(d.Name.Value) {
		stable := !catalogindex.IsPreRelease(other.Version.Value) || catalogindex.IsPreRelease(d.Version.Value)
		if other.Kind == d.Kind && stable && !catalogindex.OtherPlatform(other.Version.Value, d.Version.Value) &&
			catalogindex.CompareVersions(other.Version.Value, d.Version.Value) > 0 {
			newer = append(newer, other)
		}
	}
	slices.SortStableFunc(newer, func(a, b *catalogindex.Document) int {
		return catalogindex.CompareVersions(b.Version.Value, a.Version.Value)
	})
	return newer
}

// stray says why a document is below no other one.
func stray(r *rule.Resolved) string {
	if isLowest(r.Document) {
		return ""
	}
	what := "definition"
	if r.Document.Kind == catalogindex.Release {
		what = "Module"
	}
	switch {
	case !r.HasTarget:
		return "It does not say what " + what + " it is made from."
	case r.Resolution.Import != nil:
		return fmt.Sprintf("Its %s, %q, is in no source of this workspace.", what, r.Resolution.Import.Path)
	}
	return fmt.Sprintf("Its %s, %s, is not in this workspace.", what, strings.Join(r.Document.Reference.Names, "."))
}

// compareFamily orders documents: lower layers first, then by name, the newest version first.
func compareFamily(a, b *catalogindex.Document) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Namespace.Value, b.Namespace.Value),
		cmp.Compare(a.Name.Value, b.Name.Value),
		catalogindex.CompareVersions(b.Version.Value, a.Version.Value),
		cmp.Compare(a.File.Path, b.File.Path),
		a.Mark.Compare(b.Mark),
	)
}

// Health says how much is wrong with a document.
type Health struct {
	Errors, Warnings int
	Worst            Severity // of anything that is reported; Off if nothing is
}

// HealthOf counts what is wrong with each document of a tree, by document. It evaluates what
// has not been evaluated yet, and gives up when ctx ends.
func (s *Snapshot) HealthOf(ctx context.Context, entries []*CatalogEntry) (map[*catalogindex.Document]Health, error) {
	out := make(map[*catalogindex.Document]Health)
	var visit func(entries []*CatalogEntry) error
	visit = func(entries []*CatalogEntry) error {
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			out[e.Document] = s.health(e.Document)
			if err := visit(e.Below); err != nil {
				return err
			}
		}
		return nil
	}
	return out, visit(entries)
}

func (s *Snapshot) health(d *catalogindex.Document) Health {
	var h Health
	for _, problem := range s.diagnosticsOf(d.Package) {
		if !concerns(problem, d) {
			continue
		}
		switch problem.Severity {
		case Error:
			h.Errors++
		case Warning:
			h.Warnings++
		}
		if h.Worst == rule.Off || problem.Severity < h.Worst {
			h.Worst = problem.Severity
		}
	}
	return h
}
