package analysis

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// withSources returns the snapshot with the directories that the configurations name as
// sources, and without those that they name no more. What a source holds is part of the
// catalog and of nothing else: it is not checked, and no fix changes it. An opm-lsp.cue that
// is being typed is asked only when it is saved: half a path may be a very large directory.
func (s *Snapshot) withSources() *Snapshot {
	next := *s
	next.missing = make(map[string]map[string]string)
	wanted := make(map[string]bool)
	for _, d := range s.configurations() {
		for written, dir := range s.sourcesOf(d) {
			if reason := unreadable(dir); reason != "" {
				if next.missing[d.File.Path] == nil {
					next.missing[d.File.Path] = make(map[string]string)
				}
				next.missing[d.File.Path][written] = reason
			} else if !s.inRoots(dir) {
				wanted[dir] = true
			}
		}
	}
	next.sources = slices.Sorted(maps.Keys(wanted))
	var changes []catalogindex.Change
	for _, path := range s.index.Files() {
		if s.inSource(path) && !next.inSource(path) && !s.overlay[path] {
			changes = append(changes, catalogindex.Change{Path: path})
		}
	}
	for _, dir := range next.sources {
		if !slices.Contains(s.sources, dir) {
			changes = append(changes, s.readSource(dir)...)
		}
	}
	return next.with(changes...)
}

// readSource reads the files of a source.
func (s *Snapshot) readSource(dir string) []catalogindex.Change {
	paths, _, err := catalogindex.Find(context.Background(), dir)
	if err != nil {
		return nil
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return s.overlay[p] || s.inRoots(p) || catalogindex.IsConfiguration(p) })
	files, _, err := catalogindex.ReadAll(context.Background(), paths, nil)
	if err != nil {
		return nil
	}
	var changes []catalogindex.Change
	for _, f := range files {
		changes = append(changes, catalogindex.Change{Path: f.Path, File: f})
	}
	return withoutReleases(changes)
}

// withoutReleases leaves out the packages that hold releases and nothing that others can
// refer to: they are somebody else's deployments, and no part of a catalog.
func withoutReleases(changes []catalogindex.Change) []catalogindex.Change {
	index := catalogindex.New().With(changes...)
	return slices.DeleteFunc(changes, func(c catalogindex.Change) bool {
		docs := index.PackageOf(c.Path).Documents
		return len(docs) > 0 && !slices.ContainsFunc(docs, func(d *catalogindex.Document) bool { return d.Kind != catalogindex.Release })
	})
}

// unreadable says why a source cannot be read; "" if it can.
func unreadable(dir string) string {
	info, err := os.Stat(dir)
	switch {
	case os.IsNotExist(err):
		return "there is no such directory"
	case err != nil:
		return "it cannot be read"
	case !info.IsDir():
		return "it is not a directory"
	case filepath.Dir(dir) == dir:
		return "it is the whole disk"
	}
	return ""
}

// inSource reports whether a file is in the snapshot only because a source holds it.
func (s *Snapshot) inSource(path string) bool {
	return !s.inRoots(path) && slices.ContainsFunc(s.sources, func(dir string) bool { return catalogindex.IsBelow(path, dir) })
}

// isChecked reports whether anything is reported about a package: about those of sources
// nothing is, unless an editor has them open.
func (s *Snapshot) isChecked(p *catalogindex.Package) bool {
	return len(s.sources) == 0 || s.overlay[p.Files[0].Path] || !s.inSource(p.Files[0].Path)
}
