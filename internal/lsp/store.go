package lsp

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A document is a file that the client has open.
type document struct {
	uri     string // as the client spells it
	version int32
	text    *text.Text
	edited  uint64 // when it was last opened or edited, as a count of such moments
	opened  uint64 // when it was opened, likewise
	reading *reading
}

// A view is what the server knows at one moment. It is immutable.
type view struct {
	ws        workspace           // nil until the first load is done
	documents map[string]document // by path
	unread    map[string]*reading // by path, texts that are not in ws yet
	edits     uint64              // moments at which documents were opened, edited or closed
	loading   *loading            // the load that will bring ws; nil before it begins and after it ends

	besideCueLsp bool   // the setting, see besidecuelsp.go
	loads        uint64 // loads that brought ws, so far
}

// uri returns the URI that the client knows the file at path by.
func (v *view) uri(path string) string {
	if d, ok := v.documents[path]; ok {
		return d.uri
	}
	return uriOf(path)
}

// A loading is the first load of a workspace, as those wait for it that came
// before its end.
type loading struct {
	done  chan struct{} // closed when the fields below are set
	err   error         // why there is no workspace
	bare  workspace     // as read from disk
	ready *view         // with the documents that were open when the load ended
}

// workspace returns the workspace with the texts of this very view, once it is
// loaded; nil if there is none and nothing is loading. only, if it is not "", is the path of the
// one document whose text must be that of the view: others that are large may be
// as they were before.
func (v *view) workspace(ctx context.Context, only string) (workspace, error) {
	if v.ws != nil || v.loading == nil {
		return v.read(v.ws, only), nil
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-v.loading.done:
	}
	ready := v.loading.ready
	switch {
	case v.loading.err != nil:
		return nil, v.loading.err
	case v.edits == ready.edits:
		return ready.read(ready.ws, only), nil
	}
	// Edits came behind this view while the load ran.
	ws := v.loading.bare
	for _, path := range slices.Sorted(maps.Keys(v.documents)) {
		ws = v.documents[path].reading.into(ws)
	}
	return ws, nil
}

// A store holds the current view. Readers take it with view and keep it; the
// few writers (the read loop, and the loader when it has loaded) follow each
// other.
type store struct {
	current atomic.Pointer[view]
	signal  chan struct{} // has a token when changes wait for the publisher
	failed  func(what string, panicked any)
	start   func(what string, f func()) // runs f beside the messages
	heavy   lane

	mu      sync.Mutex
	readers map[string]bool // paths of which somebody reads the texts, see readBeside
	changes changes
	// While a load runs: the files that it may have read before they changed.
	closed, touched map[string]struct{}
}

// changes are what happened to files since the publisher last asked.
type changes struct {
	paths      map[string]struct{} // files or directories
	again      map[string]struct{} // files that did not change, see lookAgain
	everything bool                // also files that are in no path
}

func newStore(failed func(what string, panicked any), start func(what string, f func())) *store {
	s := &store{signal: make(chan struct{}, 1), failed: failed, start: start, heavy: newHeavyLane(), readers: make(map[string]bool)}
	s.current.Store(&view{})
	return s
}

func (s *store) view() *view { return s.current.Load() }

// change replaces the current view by what next makes of a copy of it, and
// notes that the file or directory at path is another.
func (s *store) change(path string, next func(v *view)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := *s.current.Load()
	next(&v)
	s.install(&v, path)
}

func (s *store) install(v *view, paths ...string) {
	s.current.Store(v)
	if s.changes.paths == nil {
		s.changes.paths = make(map[string]struct{})
	}
	for _, path := range paths {
		s.changes.paths[path] = struct{}{}
	}
	s.wake(v)
}

// wake makes the publisher look at what changed.
func (s *store) wake(v *view) {
	if v.ws == nil {
		return // the end of the load will say that everything changed
	}
	select {
	case s.signal <- struct{}{}:
	default:
	}
}

// lookAgain makes the publisher look at files that did not change: what the client knows
// of them may have.
func (s *store) lookAgain(paths ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes.again == nil {
		s.changes.again = make(map[string]struct{})
	}
	for _, path := range paths {
		s.changes.again[path] = struct{}{}
	}
	s.wake(s.current.Load())
}

// unseen reports whether the publisher has not looked at the current view yet.
func (s *store) unseen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.changes.paths) > 0 || s.changes.everything
}

// take returns the current view and what happened since the last take.
func (s *store) take() (*view, changes) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.current.Load()
	if v.ws == nil {
		return v, changes{}
	}
	taken := s.changes
	s.changes = changes{}
	return v, taken
}

// setDocument opens or edits the document at path.
func (s *store) setDocument(path string, d document) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := *s.current.Load()
	v.edits++
	d.edited = v.edits
	if d.opened == 0 {
		d.opened = v.edits
	}
	d.reading = readingOf(path, d.text, nil)
	if isLarge(d.text) {
		d.reading = readingOf(path, d.text, s.heavy)
	}
	v.documents = maps.Clone(v.documents)
	if v.documents == nil {
		v.documents = make(map[string]document)
	}
	v.documents[path] = d
	s.takeIn(&v, path, d.reading, isLarge(d.text))
}

// closeDocument gives the file at path back to the disk.
func (s *store) closeDocument(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := *s.current.Load()
	v.edits++
	large := isLarge(v.documents[path].text)
	v.documents = maps.Clone(v.documents)
	delete(v.documents, path)
	if s.closed != nil {
		s.closed[path] = struct{}{}
	}
	s.takeIn(&v, path, readingOfDisk(path, s.heavy), large)
}

// takeIn makes v the current view, with what the reading brings, now or, if that is large,
// after a while. It is called with mu held.
func (s *store) takeIn(v *view, path string, r *reading, large bool) {
	switch {
	case v.ws == nil: // the end of the load will
	case large:
		s.readBeside(v, path, r)
		s.current.Store(v)
		return
	default:
		v.ws = s.advance(v.ws, r.into)
		v.isRead(path)
	}
	s.install(v, path)
}

// readAgain takes over what is at path on disk now.
func (s *store) readAgain(path string) {
	s.change(path, func(v *view) {
		if v.ws != nil {
			v.ws = s.advance(v.ws, func(ws workspace) workspace { return ws.WithDisk(path) })
		}
		if s.touched != nil {
			s.touched[path] = struct{}{}
		}
	})
}

// rest puts what nobody looks at to rest. It says the same as before, so that nobody need look
// again. It returns the views before and after.
func (s *store) rest() (was, now *view) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was = s.current.Load()
	v := *was
	v.ws = s.advance(was.ws, workspace.AtRest)
	s.current.Store(&v)
	return was, &v
}

// advance returns next(ws), or ws if next panics: a text that analysis cannot
// take must not cost the server its knowledge of what the client has open.
func (s *store) advance(ws workspace, next func(workspace) workspace) (result workspace) {
	defer func() {
		if panicked := recover(); panicked != nil {
			s.failed("taking over a change", panicked)
			result = ws
		}
	}()
	return next(ws)
}

// beginLoad notes from here on what a load may have missed, and returns the view
// that it begins with. Those who come while there is no workspace wait for it.
func (s *store) beginLoad() *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.touched = make(map[string]struct{}), make(map[string]struct{})
	v := *s.current.Load()
	if v.ws == nil {
		v.loading = &loading{done: make(chan struct{})}
		s.current.Store(&v)
	}
	return &v
}

// endLoad installs what was loaded, brought up to what happened meanwhile. Where
// there is nothing (err is not nil), an earlier workspace stays.
func (s *store) endLoad(loaded workspace, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	closed, touched := s.closed, s.touched
	s.closed, s.touched = nil, nil
	v := *s.current.Load()
	wait := v.loading
	v.loading = nil
	if err != nil {
		if wait != nil {
			// Those who come later ask this one too, so that they hear why.
			v.loading = wait
			wait.err = err
			close(wait.done)
		}
		s.current.Store(&v)
		return
	}
	ws := loaded
	for _, path := range slices.Sorted(maps.Keys(closed)) {
		ws = s.advance(ws, func(ws workspace) workspace { return ws.WithoutText(path) })
	}
	for _, path := range slices.Sorted(maps.Keys(touched)) {
		ws = s.advance(ws, func(ws workspace) workspace { return ws.WithDisk(path) })
	}
	bare := ws
	v.ws, v.unread = ws, nil
	for _, path := range slices.Sorted(maps.Keys(v.documents)) {
		if d := v.documents[path]; isLarge(d.text) {
			s.readBeside(&v, path, d.reading)
		} else {
			v.ws = s.advance(v.ws, d.reading.into)
		}
	}
	v.loads++
	s.changes.everything = true
	s.install(&v)
	if wait != nil {
		wait.bare, wait.ready = bare, &v
		close(wait.done)
	}
}

// below returns those of the sorted files that are in the directory.
func below(files []string, directory string) []string {
	prefix := strings.TrimSuffix(directory, string(filepath.Separator)) + string(filepath.Separator)
	start, _ := slices.BinarySearch(files, prefix)
	end := start
	for end < len(files) && strings.HasPrefix(files[end], prefix) {
		end++
	}
	return files[start:end]
}
