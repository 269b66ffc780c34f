package analysis

import (
	"cmp"
	"maps"
	"path/filepath"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// An Effect says what a change does to a release.
type Effect int

// The effects, those that matter most first.
const (
	Breaks  Effect = iota // it has an error that it did not have
	Changes               // it deploys something else
	Mends                 // it has no error any more, and deploys the same
	Stays                 // it deploys the same
)

// String returns the word for the effect.
func (e Effect) String() string {
	return [...]string{"breaks", "changes", "is mended", "stays"}[e]
}

// An Impact is what becomes of one release between two snapshots.
type Impact struct {
	Release *catalogindex.Document // as it is after the change
	Effect  Effect
	Errors  []Diagnostic   // those that were not there before
	Others  int            // how many errors it has besides
	Changed []ChangedValue // in order of the values after the change, then those that are gone
	// Unknown says that some of its values cannot be computed, so there may be more.
	Unknown bool
}

// A ChangedValue is an effective value that another snapshot has not. The sides are CUE, and
// "" where there is no value; a secret's is covered up.
type ChangedValue struct {
	Path          cascade.Path
	Before, After string
}

// Impacts compares the releases of a snapshot that concern approves of (nil: all) with what
// they were in another one, which may have been read from another directory. A release that
// was not there before is left out. What matters most stands first, then the releases are in
// order of place.
func Impacts(before, after *Snapshot, concern func(*catalogindex.Document) bool) []Impact {
	var out []Impact
	for _, p := range after.index.Packages() {
		if !slices.ContainsFunc(p.Documents, isRelease) || !after.isChecked(p) {
			continue
		}
		for _, d := range p.Documents {
			if !isRelease(d) || concern != nil && !concern(d) {
				continue
			}
			if was := before.counterpart(after, d); was != nil {
				out = append(out, impactOn(before, after, was, d))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Impact) int { return cmp.Compare(a.Effect, b.Effect) })
	return out
}

func isRelease(d *catalogindex.Document) bool { return d.Kind == catalogindex.Release }

// counterpart returns the document that is in the same place of s as d is of another snapshot,
// else the only release of its namespace and name; nil if there is none. A release with another
// name or namespace is another release: both are deployed.
func (s *Snapshot) counterpart(of *Snapshot, d *catalogindex.Document) *catalogindex.Document {
	path := d.File.Path
	if rel, err := filepath.Rel(of.Root(path), path); err == nil && len(s.roots) == len(of.roots) {
		if i := slices.Index(of.roots, of.Root(path)); i >= 0 {
			path = filepath.Join(s.roots[i], rel)
		}
	}
	if p := s.index.PackageOf(path); p != nil {
		for _, other := range p.Documents {
			if other.Kind == d.Kind && slices.Equal(other.Path, d.Path) && (!isRelease(d) || other.Title() == d.Title()) {
				return other
			}
		}
	}
	if isRelease(d) {
		if named := s.index.Releases(d.Namespace.Value, d.Name.Value); len(named) == 1 {
			return named[0]
		}
	}
	return nil
}

// Root returns the root of the snapshot that a file is below, or the file's own directory.
func (s *Snapshot) Root(path string) string {
	for _, root := range s.roots {
		if catalogindex.IsBelow(path, root) {
			return root
		}
	}
	return filepath.Dir(path)
}

func impactOn(before, after *Snapshot, was, is *catalogindex.Document) Impact {
	impact := Impact{Release: is, Effect: Stays}
	errorsAfter := after.errorsOf(is)
	if before.fingerprintsOf(was.Package).meaning == after.fingerprintsOf(is.Package).meaning {
		impact.Others = len(errorsAfter)
		return impact // nothing that it depends on is another
	}
	errorsBefore := before.errorsOf(was)
	impact.Errors = newErrors(before.placed(errorsBefore), after.placed(errorsAfter))
	impact.Others = len(errorsAfter) - len(impact.Errors)
	impact.Changed, impact.Unknown = changedValues(before.resolved(was), after.resolved(is))
	switch {
	case len(impact.Errors) > 0:
		impact.Effect = Breaks
	case len(impact.Changed) > 0:
		impact.Effect = Changes
	case len(errorsBefore) > 0 && len(errorsAfter) == 0:
		impact.Effect = Mends
	}
	return impact
}

// errorsOf returns the errors of a document.
func (s *Snapshot) errorsOf(d *catalogindex.Document) []Diagnostic {
	var out []Diagnostic
	for _, problem := range s.diagnosticsOf(d.Package) {
		if problem.Severity == Error && concerns(problem, d) {
			out = append(out, problem)
		}
	}
	return out
}

// A placed diagnostic is one with the text that it is about.
type placed struct {
	Diagnostic
	text string
}

func (s *Snapshot) placed(diagnostics []Diagnostic) []placed {
	var out []placed
	for _, d := range diagnostics {
		p := placed{Diagnostic: d}
		if t := s.Text(d.Path); t != nil {
			p.text = t.Slice(d.Span)
		}
		out = append(out, p)
	}
	return out
}

// newErrors returns those errors that were not there before. Where they stand does not matter:
// what is above them may have moved them. Nor do the words, if the same text is wrong by the same
// rule: these may name what is allowed now.
func newErrors(before, after []placed) []Diagnostic {
	same := []func(a, b placed) bool{
		func(a, b placed) bool { return a.Code == b.Code && a.Message == b.Message },
		func(a, b placed) bool { return a.Code == b.Code && a.text == b.text },
	}
	before = slices.Clone(before)
	for _, isSame := range same {
		after = slices.DeleteFunc(slices.Clone(after), func(a placed) bool {
			i := slices.IndexFunc(before, func(b placed) bool { return isSame(a, b) })
			if i >= 0 {
				before = slices.Delete(before, i, i+1)
			}
			return i >= 0
		})
	}
	var out []Diagnostic
	for _, d := range after {
		out = append(out, d.Diagnostic)
	}
	return out
}

// Missing returns the releases of a snapshot that are not there in another one, in order of
// place.
func (s *Snapshot) Missing(in *Snapshot) []*catalogindex.Document {
	var out []*catalogindex.Document
	for _, p := range s.index.Packages() {
		for _, d := range p.Documents {
			if isRelease(d) && s.isChecked(p) && in.counterpart(s, d) == nil {
				out = append(out, d)
			}
		}
	}
	return out
}

// changedValues returns the effective values that are not the same in two cascades, and
// whether there are some of which that is not known.
func changedValues(before, after *rule.Resolved) (out []ChangedValue, unknown bool) {
	was, order := make(map[string]*cascade.Node), []string(nil)
	unknown = eachLeaf(before.Tree, func(n *cascade.Node) {
		key := n.Path.String()
		was[key] = n
		order = append(order, key)
	})
	shown := func(r *rule.Resolved, n *cascade.Node) string {
		if v := n.Effective(); v != nil {
			return r.Tree.Secrets.Show(n.Path, v)
		}
		return ""
	}
	unknown = eachLeaf(after.Tree, func(n *cascade.Node) {
		key := n.Path.String()
		old := was[key]
		delete(was, key)
		switch {
		case old == nil:
			if at := before.Tree.Lookup(n.Path); at == nil || !at.Unread {
				out = append(out, ChangedValue{n.Path, "", shown(after, n)})
			}
		case !old.Effective().Equal(n.Effective()):
			out = append(out, ChangedValue{n.Path, shown(before, old), shown(after, n)})
		}
	}) || unknown
	for _, key := range order {
		n := was[key]
		if n == nil {
			continue
		}
		if at := after.Tree.Lookup(n.Path); at == nil || !at.Unread {
			out = append(out, ChangedValue{n.Path, shown(before, n), ""})
		}
	}
	return out, unknown
}

// eachLeaf visits every node with a value of its own, lists as a whole, and reports whether
// there are some of which the value is not known.
func eachLeaf(t *cascade.Tree, visit func(*cascade.Node)) (unknown bool) {
	t.Root.Walk(func(n *cascade.Node) bool {
		unknown = unknown || n.Partial || n.Unread
		if n.Struct {
			return true
		}
		if n.Present && n.Effective() != nil {
			visit(n)
		} else if n.Present {
			unknown = true // an element of a list, say
		}
		return false
	})
	return unknown
}

// Saved returns the snapshot of what the disk holds, without what editors have not saved.
func (s *Snapshot) Saved() *Snapshot {
	for _, path := range slices.Sorted(maps.Keys(s.overlay)) {
		s = s.WithoutText(path)
	}
	return s
}

// WithTexts returns the snapshot in which the files at some paths (absolute) have other contents, or
// are not there where that is nil. Files that scanning the roots would not find are left alone.
func (s *Snapshot) WithTexts(texts map[string]*string) *Snapshot {
	var changes []catalogindex.Change
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		switch content := texts[path]; {
		case !catalogindex.IsCUE(path) || !s.inRoots(path):
		case content != nil:
			changes = append(changes, catalogindex.Change{Path: path, File: s.Parse(path, *content)})
		case s.index.File(path) != nil:
			changes = append(changes, catalogindex.Change{Path: path})
		}
	}
	return s.with(changes...).withSources()
}

// ImpactOfUnsaved returns what the texts that editors hold and have not saved do to the
// releases of a document: of a Module or a definition those that are built on it, of a release
// the release itself.
func (s *Snapshot) ImpactOfUnsaved(d *catalogindex.Document) []Impact {
	return Impacts(s.Saved(), s, func(release *catalogindex.Document) bool { return s.isBuiltOn(release, d) })
}

// isBuiltOn reports whether a document is one of the layers of a release's cascade.
func (s *Snapshot) isBuiltOn(release, d *catalogindex.Document) bool {
	return slices.ContainsFunc(cascade.Chain(s.index, release), func(layer *catalogindex.Document) bool { return isSame(layer, d) })
}

// isSame reports whether two documents are one, perhaps of two snapshots: what is remembered
// may be older than the index, and of files with the same content.
func isSame(a, b *catalogindex.Document) bool {
	return a == b || a.Kind == b.Kind && a.Package.Key == b.Package.Key && slices.Equal(a.Path, b.Path)
}
