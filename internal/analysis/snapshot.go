// Package analysis is the meaning of a workspace: it computes the value cascade
// of every release, runs the rules, and answers what an editor asks. It knows
// files, documents and byte offsets; it knows nothing of LSP.
package analysis

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cache"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Snapshot is the workspace at one moment: every file's text and all that
// follows from it. It is immutable; a change makes a new one, and both share
// what the change did not touch. So a reader keeps the snapshot that it took and
// needs no lock.
type Snapshot struct {
	roots   []string
	index   *catalogindex.Index
	overlay map[string]bool        // files whose text is an editor's, not the disk's
	memo    *memo                  // shared by all snapshots of a workspace
	editor  *catalogindex.Document // an editor's settings, or nil
	// evaluator computes expressions; nil for one in this process
	evaluator evaluation.Evaluator
	cache     *cache.Cache                 // of earlier runs and for later ones; nil for none
	sources   []string                     // directories outside the roots that belong to the catalog, sorted
	missing   map[string]map[string]string // by configuration and by how a source is written: why it cannot be read
	resting   bool                         // see Resting
	few       int                          // likewise; of interest while loading
}

// Load reads the CUE files below the roots (absolute directories, or files) and
// returns the first snapshot. What cannot be read (no permission, say) is left out
// and returned in skipped, each with a sentence; it is an error if a root cannot be
// read. progress, if not nil, is called with the number of files read so far
// and that of all.
func Load(ctx context.Context, roots []string, progress func(files, all int), options ...Option) (s *Snapshot, skipped []error, err error) {
	s = &Snapshot{roots: slices.Clone(roots), index: catalogindex.New(), memo: newMemo()}
	for _, option := range options {
		option(s)
	}
	var paths []string
	for _, root := range roots {
		found, unread, err := catalogindex.Find(ctx, root)
		if err != nil {
			return nil, nil, err
		}
		paths = append(paths, found...)
		skipped = append(skipped, unread...)
	}
	slices.Sort(paths)
	s.resting = s.resting && len(paths) > s.few
	s, unread, err := s.withAll(ctx, slices.Compact(paths), progress)
	if err != nil {
		return nil, nil, err
	}
	return s.withSources(), append(skipped, unread...), nil
}

// withAll returns the snapshot with files read from disk. Those that cannot be read are in
// skipped. It is an error if ctx ends.
func (s *Snapshot) withAll(ctx context.Context, paths []string, progress func(files, all int)) (next *Snapshot, skipped []error, err error) {
	type reading struct {
		files   []*syntax.File
		skipped []error
		err     error
	}
	readings := make(chan reading)
	go func() {
		defer close(readings)
		atATime := len(paths)
		if s.resting {
			atATime = 1024 // awake
		}
		for start := 0; start < len(paths); start += atATime {
			progress := progress
			if told := progress; told != nil {
				progress = func(files, _ int) { told(start+files, len(paths)) }
			}
			var r reading
			r.files, r.skipped, r.err = catalogindex.ReadAll(ctx, paths[start:min(start+atATime, len(paths))], progress)
			readings <- r
		}
	}()
	// The index is built while the next files are read.
	next = s
	for r := range readings {
		if err == nil {
			err = r.err
		}
		if err != nil {
			continue // to the end, which is near
		}
		skipped = append(skipped, r.skipped...)
		changes := make([]catalogindex.Change, len(r.files))
		for i, f := range r.files {
			changes[i] = catalogindex.Change{Path: f.Path, File: f}
		}
		next = next.withRead(changes)
	}
	if err != nil {
		return nil, nil, err
	}
	return next, skipped, nil
}

// with returns the snapshot after changes of files.
func (s *Snapshot) with(changes ...catalogindex.Change) *Snapshot {
	return s.withIndex(s.index.With(changes...), changes)
}

// withRead returns the snapshot after many files were read from disk.
func (s *Snapshot) withRead(changes []catalogindex.Change) *Snapshot {
	if s.resting {
		return s.withIndex(s.index.WithAtRest(changes...), changes)
	}
	return s.with(changes...)
}

// withIndex returns the snapshot with the index after changes of files.
func (s *Snapshot) withIndex(index *catalogindex.Index, changes []catalogindex.Change) *Snapshot {
	next := *s
	next.index = index
	s.memo.counters.snapshots.Add(1)
	for _, c := range changes {
		if p := s.index.PackageOf(c.Path); p != nil && next.index.Package(p.Key) == nil {
			s.memo.forget(p.Key)
		}
	}
	return &next
}

func (s *Snapshot) withOverlay(path string, on bool) *Snapshot {
	next := *s
	next.overlay = maps.Clone(s.overlay)
	if next.overlay == nil {
		next.overlay = make(map[string]bool)
	}
	if on {
		next.overlay[path] = true
	} else {
		delete(next.overlay, path)
	}
	return &next
}

// WithText returns a snapshot in which the file at path (absolute) has the given
// content, whatever the disk says, until WithoutText is called for it.
func (s *Snapshot) WithText(path, content string) *Snapshot {
	if f := s.index.File(path); f != nil && f.Text.Content() == content {
		return s.WithParsed(f)
	}
	return s.WithParsed(s.Parse(path, content))
}

// Parse parses a text that the file at path is to have. This may take long where WithParsed, which
// takes it over, does not.
func (s *Snapshot) Parse(path, content string) *syntax.File {
	parsed := syntax.Parse(path, content)
	if f := s.index.File(path); f != nil {
		parsed.IsLink = f.IsLink
	}
	return parsed
}

// WithParsed is WithText for a text that Parse has parsed.
func (s *Snapshot) WithParsed(parsed *syntax.File) *Snapshot {
	path := parsed.Path
	if !s.overlay[path] {
		s = s.withOverlay(path, true)
	}
	if f := s.index.File(path); f != nil && f.Text.Content() == parsed.Text.Content() {
		return s
	}
	return s.with(catalogindex.Change{Path: path, File: parsed})
}

// WithoutText ends what WithText began and reads the file from disk again.
func (s *Snapshot) WithoutText(path string) *Snapshot {
	return s.withOverlay(path, false).WithDisk(path)
}

// WithDisk returns a snapshot in which the file at path has the content that it
// has on disk now, or is gone if it is gone there. A directory is read again with
// all that is below it. Files whose text was set with WithText keep it, and files
// outside the roots are left alone.
func (s *Snapshot) WithDisk(path string) *Snapshot {
	if catalogindex.IsConfiguration(path) {
		return s.withFile(path).withSources()
	}
	return s.withFile(path)
}

func (s *Snapshot) withFile(path string) *Snapshot {
	if catalogindex.IsCUE(path) {
		if s.overlay[path] {
			return s
		}
		f, err := catalogindex.ReadFile(path)
		if err == nil && (s.inRoots(path) || s.inSource(path)) {
			return s.with(catalogindex.Change{Path: path, File: f})
		}
		if err != nil && s.index.File(path) == nil && !s.holdsBelow(path) {
			return s
		}
		return s.with(s.goneBelow(path, nil)...)
	}
	paths, _, err := catalogindex.Find(context.Background(), path)
	if err != nil {
		paths = nil
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return s.overlay[p] || !s.inRoots(p) && !s.inSource(p) })
	files, _, _ := catalogindex.ReadAll(context.Background(), paths, nil)
	changes := s.goneBelow(path, files)
	for _, f := range files {
		changes = append(changes, catalogindex.Change{Path: f.Path, File: f})
	}
	return s.with(changes...)
}

// goneBelow returns the removal of every file at or below a path that is not among
// the given ones and that no editor holds.
func (s *Snapshot) goneBelow(path string, still []*syntax.File) []catalogindex.Change {
	kept := make(map[string]bool, len(still))
	for _, f := range still {
		kept[f.Path] = true
	}
	var gone []catalogindex.Change
	for _, p := range s.index.Files() {
		if catalogindex.IsBelow(p, path) && !kept[p] && !s.overlay[p] {
			gone = append(gone, catalogindex.Change{Path: p})
		}
	}
	return gone
}

func (s *Snapshot) holdsBelow(path string) bool { return len(s.goneBelow(path, nil)) > 0 }

// inRoots reports whether scanning the roots would find the file.
func (s *Snapshot) inRoots(path string) bool {
	return slices.ContainsFunc(s.roots, func(root string) bool {
		if !catalogindex.IsBelow(path, root) {
			return false
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		return err == nil && !slices.ContainsFunc(strings.Split(rel, string(filepath.Separator)), catalogindex.SkipsDir)
	})
}

// WithRoots returns a snapshot of other workspace folders, read from disk. Texts
// that editors hold stay. Folders that cannot be read count as empty.
func (s *Snapshot) WithRoots(ctx context.Context, roots []string) *Snapshot {
	next := &Snapshot{roots: slices.Clone(roots), index: catalogindex.New(), overlay: s.overlay, memo: s.memo, editor: s.editor, evaluator: s.evaluator, cache: s.cache, resting: s.resting}
	for _, root := range roots {
		paths, _, err := catalogindex.Find(ctx, root)
		if err != nil {
			continue
		}
		paths = slices.DeleteFunc(paths, func(path string) bool { return s.overlay[path] })
		if next, _, err = next.withAll(ctx, paths, nil); err != nil {
			return s
		}
	}
	var changes []catalogindex.Change
	for path := range s.overlay {
		if f := s.index.File(path); f != nil {
			changes = append(changes, catalogindex.Change{Path: path, File: f})
		}
	}
	return next.with(changes...).withSources()
}

// Index returns the facts of the workspace.
func (s *Snapshot) Index() *catalogindex.Index { return s.index }

// Text returns the text of a file, or nil if the snapshot has no such file.
func (s *Snapshot) Text(path string) *text.Text {
	if f := s.index.File(path); f != nil {
		return f.Text
	}
	return nil
}

// Files returns the paths of all files of the snapshot, sorted.
func (s *Snapshot) Files() []string { return s.index.Files() }

// Affected returns the files whose diagnostics may differ because the file at path
// changed between the older snapshot and s: the file itself, those of its
// package, and those that depend on it. path comes first, the others are sorted.
func (s *Snapshot) Affected(older *Snapshot, path string) []string {
	affected := make(map[string]bool)
	both := []*Snapshot{older, s}
	if older.index.Shape() == s.index.Shape() { // whoever depended on it still does
		both = both[1:]
	}
	onlyMoves := len(both) == 1 && s.onlyMoves(older, path)
	if filepath.Base(filepath.Dir(path)) == "cue.mod" || catalogindex.IsConfiguration(path) { // what an import path means, or how severe all is
		for _, snapshot := range []*Snapshot{older, s} {
			for _, p := range snapshot.Files() {
				affected[p] = true
			}
		}
	}
	for _, snapshot := range both {
		changed := snapshot.index.Completed(path)
		if p := snapshot.index.PackageOf(path); p != nil {
			changed = append(changed, p)
		}
		for _, p := range changed {
			// A package whose import begins or ceases to resolve depends on it in one
			// of the two snapshots.
			reached := snapshot.index.Joins(p)
			for _, relative := range append(snapshot.index.Relatives(p), p) {
				reached = append(append(reached, relative), snapshot.index.Dependents(relative)...)
			}
			if onlyMoves {
				reached = slices.DeleteFunc(reached, func(dependent *catalogindex.Package) bool {
					return dependent.Key != p.Key && !older.leadsTo(dependent, path)
				})
			}
			for _, dependent := range append(reached, snapshot.brokenBy(p)...) {
				for _, f := range dependent.Files {
					affected[f.Path] = true
				}
			}
		}
	}
	if older.index.Revision() != s.index.Revision() {
		// What is suggested in place of an import that leads nowhere is another now.
		for _, p := range append(older.index.Unresolved(), s.index.Unresolved()...) {
			for _, f := range p.Files {
				affected[f.Path] = true
			}
		}
	}
	delete(affected, path)
	return append([]string{path}, slices.Sorted(maps.Keys(affected))...)
}

// Reads reports whether what is wrong in the file at path depends on another file, which may be
// of the same package.
func (s *Snapshot) Reads(path, other string) bool {
	p, of := s.index.PackageOf(path), s.index.PackageOf(other)
	return p != nil && of != nil && slices.ContainsFunc(s.fingerprintsOf(p).reads, func(read *catalogindex.Package) bool { return read.Key == of.Key })
}

// onlyMoves reports whether the file at path differs between the older snapshot and s in comments
// and indentation at most.
func (s *Snapshot) onlyMoves(older *Snapshot, path string) bool {
	was, is := older.index.File(path), s.index.File(path)
	return was != nil && is != nil && was.Meaning() == is.Meaning()
}

// leadsTo reports whether what is wrong in a package may lead to a place in a file of another one:
// whether it does, or is not known.
func (s *Snapshot) leadsTo(p *catalogindex.Package, path string) bool {
	p = s.index.Package(p.Key)
	if p == nil {
		return true
	}
	fp := s.fingerprintsOf(p)
	s.memo.mu.Lock()
	known := s.memo.checked[p.Key]
	s.memo.mu.Unlock()
	return known == nil || known.meaning != fp.meaning || slices.ContainsFunc(known.diagnostics, asksLater) ||
		slices.ContainsFunc(known.elsewhere, func(f *syntax.File) bool { return f.Path == path })
}
