package lsp

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/zap"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

const (
	// maxWatches is how many directories the server watches. The system lends each user a number
	// of watches, and the user's editor wants some too.
	maxWatches = 32_768

	// quiet is how long nothing must happen on disk before what happened is taken over, and
	// patient how long that is put off at most: a checkout changes files for seconds.
	quiet   = 50 * time.Millisecond
	patient = time.Second
)

// A watcher learns by itself what changes on disk, for clients that do not tell. It watches
// every directory of the roots whose files count, and those outside that files came from. What it
// misses (no watches left, a file system that tells nothing) shows when a document is opened.
//
// It is one goroutine; follow and loaded may be called from any.
type watcher struct {
	s       *server
	changed chan struct{} // has a token when roots or isLoaded are others

	mu       sync.Mutex
	roots    []string
	since    time.Time // when the roots were set
	isLoaded bool      // a load has ended since

	// Of run alone.
	system  *fsnotify.Watcher
	watched map[string]bool // directories
	full    bool            // no more can be watched, and the log says so
	seen    map[string]bool // files that were there when their directory began to be watched; true if as young as that
	paths   map[string]bool // changed, to be taken over
}

func newWatcher(s *server) *watcher {
	return &watcher{s: s, changed: make(chan struct{}, 1)}
}

// follow sets the directories to watch.
func (w *watcher) follow(roots []string) {
	w.set(func() { w.roots, w.since, w.isLoaded = slices.Clone(roots), time.Now(), false })
}

// loaded says that the workspace of the roots has been read.
func (w *watcher) loaded() { w.set(func() { w.isLoaded = true }) }

func (w *watcher) set(change func()) {
	w.mu.Lock()
	change()
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// run watches until ctx ends.
func (w *watcher) run(ctx context.Context) {
	system, err := fsnotify.NewWatcher()
	if err != nil {
		w.s.log.Warn("changes on disk are not noticed", zap.Error(err))
		return
	}
	defer system.Close()
	w.system, w.watched, w.paths = system, make(map[string]bool), make(map[string]bool)
	var roots []string
	var settled, late <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.changed:
			w.mu.Lock()
			wanted, since, isLoaded := w.roots, w.since, w.isLoaded
			w.mu.Unlock()
			if !slices.Equal(roots, wanted) {
				roots = wanted
				w.watchRoots(roots, since)
			}
			if isLoaded {
				w.catchUp(roots)
			}
		case event := <-system.Events:
			w.take(event)
		case err := <-system.Errors:
			w.s.log.Warn("some changes on disk were not noticed", zap.Error(err))
			if errors.Is(err, fsnotify.ErrEventOverflow) {
				for _, root := range roots {
					w.paths[root] = true
				}
			}
		case <-settled:
			w.takeOver(roots)
			settled, late = nil, nil
			continue
		case <-late:
			w.takeOver(roots)
			settled, late = nil, nil
			continue
		}
		if len(w.paths) > 0 {
			settled = w.s.options.after(quiet)
			if late == nil {
				late = w.s.options.after(patient)
			}
		}
	}
}

// watchRoots watches the directories of the roots, and no others any more.
func (w *watcher) watchRoots(roots []string, since time.Time) {
	for _, dir := range slices.Sorted(maps.Keys(w.watched)) {
		if !isBelowAny(dir, roots) {
			w.unwatch(dir)
		}
	}
	// Timestamps of files are as coarse as two seconds.
	since = since.Add(-2 * time.Second)
	w.seen = make(map[string]bool)
	for _, root := range roots {
		top := root + string(filepath.Separator) // a link to a directory counts as that
		w.watchBelow(top, func(path string, entry fs.DirEntry) {
			info, err := entry.Info()
			w.seen[path] = err != nil || info.ModTime().After(since)
		})
	}
}

// catchUp takes over what changed while the workspace was read and not all of its directories
// were watched yet: files that the one saw and the other did not, and young ones. It also watches
// where files outside the roots came from.
func (w *watcher) catchUp(roots []string) {
	ws := w.s.store.view().ws
	if ws == nil {
		return
	}
	w.watchSources(ws, roots)
	if w.seen == nil {
		return
	}
	for _, path := range ws.Files() {
		if young, seen := w.seen[path]; seen && !young {
			delete(w.seen, path) // as it was read
		} else if isBelowAny(path, roots) {
			w.seen[path] = true
		}
	}
	maps.Copy(w.paths, w.seen)
	w.seen = nil
}

func (w *watcher) watchSources(ws workspace, roots []string) {
	for _, path := range ws.Files() {
		if dir := filepath.Dir(path); !w.watched[dir] && !isBelowAny(dir, roots) {
			w.watch(dir)
		}
	}
}

// take notes what an event says changed, and watches new directories.
func (w *watcher) take(event fsnotify.Event) {
	path := event.Name
	if event.Op == fsnotify.Chmod || filepath.Ext(path) != ".cue" && catalogindex.SkipsDir(filepath.Base(path)) {
		return
	}
	if event.Has(fsnotify.Remove) || event.Has(fsnotify.Rename) {
		if w.watched[path] {
			// The watches of what was below go on under names that are wrong now.
			for dir := range w.watched {
				if catalogindex.IsBelow(dir, path) {
					w.unwatch(dir)
				}
			}
			w.paths[path] = true
		}
	} else if event.Has(fsnotify.Create) && w.watchBelow(path, func(string, fs.DirEntry) {}) {
		w.paths[path] = true
	}
	if filepath.Ext(path) == ".cue" {
		w.paths[path] = true
	}
}

// takeOver makes the changes count.
func (w *watcher) takeOver(roots []string) {
	paths := slices.Sorted(maps.Keys(w.paths))
	clear(w.paths)
	w.s.changedOnDisk(paths)
	if ws := w.s.store.view().ws; ws != nil && slices.ContainsFunc(paths, catalogindex.IsConfiguration) {
		w.watchSources(ws, roots)
	}
}

// watchBelow watches a directory and those below it, and calls each for their CUE files. It
// returns false for what is no directory.
func (w *watcher) watchBelow(top string, each func(path string, entry fs.DirEntry)) (isDir bool) {
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && entry != nil && entry.IsDir():
			return fs.SkipDir
		case err != nil:
			return nil
		case !entry.IsDir():
			if catalogindex.IsCUE(path) {
				each(path, entry)
			}
			return nil
		case path != top && catalogindex.SkipsDir(entry.Name()):
			return fs.SkipDir
		}
		isDir = true
		w.watch(filepath.Clean(path))
		return nil
	})
	if err != nil {
		w.s.log.Debug("a directory is not watched", zap.String("path", top), zap.Error(err))
	}
	return isDir
}

// watch watches one directory, if there is a watch left.
func (w *watcher) watch(dir string) {
	err := errors.New("there are too many")
	if len(w.watched) < w.s.options.maxWatches {
		if err = w.system.Add(dir); err == nil {
			w.watched[dir] = true
			return
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return // gone already
	}
	if !w.full {
		w.full = true
		w.s.log.Warn("not all directories can be watched for changes", zap.String("first", dir),
			zap.Int("watched", len(w.watched)), zap.Error(err))
	}
}

func (w *watcher) unwatch(dir string) {
	delete(w.watched, dir)
	_ = w.system.Remove(dir) // an error says that it is not watched
}

func isBelowAny(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return catalogindex.IsBelow(path, root) })
}
