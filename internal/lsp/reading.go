package lsp

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"

	"go.lsp.dev/jsonrpc2"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// Reading a text takes time that grows with it, and with what is wrong in it. A short one is read
// where it arrives. A large one is read beside the messages: who asks about it waits for that, and
// everybody else is answered from what the workspace knew of it before.
//
// For example: in a file of a megabyte somebody types a letter, and right after that asks for a
// hover in another file. The hover is answered at once. A completion behind the letter waits for
// the file to be read, and so does a rename, which has to know all texts.

// largeText is the size in bytes from which on a text is large: a shorter one is read in
// milliseconds.
const largeText = 32 << 10

func isLarge(t *text.Text) bool { return t != nil && t.Len() > largeText }

// A reading brings a text into workspaces.
type reading struct {
	// into returns the workspace with the text. It may be called for several workspaces, also
	// at the same time; what takes long is done once.
	into func(ws workspace) workspace
}

// readingOf returns the reading of a text that the client has open. heavy is for the time that it
// takes; nil if that is short.
func readingOf(path string, content *text.Text, heavy lane) *reading {
	var once sync.Once
	var parsed *syntax.File // nil if the text cannot be taken: then the one before it stays
	return &reading{into: func(ws workspace) workspace {
		once.Do(func() {
			defer heavy.enter(context.Background())()
			parsed = ws.Parse(path, content.Content())
		})
		if parsed == nil {
			return ws
		}
		return ws.WithParsed(parsed)
	}}
}

// readingOfDisk returns the reading of what is on disk in place of a text that the client had open.
func readingOfDisk(path string, heavy lane) *reading {
	return &reading{into: func(ws workspace) workspace {
		defer heavy.enter(context.Background())()
		return ws.WithoutText(path)
	}}
}

// A lane lets a few pass at a time.
type lane chan struct{}

// newHeavyLane returns the lane of what takes long: it leaves a processor to everything else.
func newHeavyLane() lane { return make(lane, max(1, runtime.GOMAXPROCS(0)-1)) }

// enter waits until there is room, or until ctx ends. The function that it returns makes room
// again. A nil lane is wide.
func (l lane) enter(ctx context.Context) (leave func()) {
	if l == nil {
		return func() {}
	}
	select {
	case l <- struct{}{}:
		return func() { <-l }
	case <-ctx.Done():
		return func() {}
	}
}

// enterFor is enter for work on the text at path, which needs no room if that is short.
func (l lane) enterFor(ctx context.Context, ws workspace, path string) (leave func()) {
	if ws == nil || path == "" || !isLarge(ws.Text(path)) {
		return func() {}
	}
	return l.enter(ctx)
}

// reads reports whether the text at path is still to be read: the workspace has an older one.
func (v *view) reads(path string) bool { return v.unread[path] != nil }

// read returns a workspace with the texts that are still to be read; only is the path of the one
// that is needed, "" for all.
func (v *view) read(ws workspace, only string) workspace {
	for _, path := range slices.Sorted(maps.Keys(v.unread)) {
		if only == "" || path == only {
			ws = v.unread[path].into(ws)
		}
	}
	return ws
}

// workspaceFor returns the workspace that a request of a view is answered from.
func (s *server) workspaceFor(ctx context.Context, m method, v *view, params jsonrpc2.RawMessage) (workspace, error) {
	if !m.aboutOne || len(v.unread) == 0 && v.loading == nil {
		return v.workspace(ctx, "")
	}
	return v.workspace(ctx, documentOf(params))
}

// readBeside notes in v that the text at path is to be read, and has that done beside the messages
// if nobody does it yet. It is called with mu held.
func (s *store) readBeside(v *view, path string, r *reading) {
	v.unread = maps.Clone(v.unread)
	if v.unread == nil {
		v.unread = make(map[string]*reading)
	}
	v.unread[path] = r
	if !s.readers[path] {
		s.readers[path] = true
		s.start("reading", func() { s.readOn(path) })
	}
}

// isRead notes in v that nothing of the text at path is to be read any more.
func (v *view) isRead(path string) {
	if v.unread[path] == nil {
		return
	}
	v.unread = maps.Clone(v.unread)
	delete(v.unread, path)
}

// maxTries is how often a text is brought into a workspace that is another one by the time that
// this is done, before others wait for it.
const maxTries = 3

// readOn reads the text at path, the newest one, until there is none to be read.
func (s *store) readOn(path string) {
	for tries := 1; ; {
		before := s.view()
		r := before.unread[path]
		var ws workspace
		if r != nil && tries <= maxTries {
			ws = s.advance(before.ws, r.into)
		}
		s.mu.Lock()
		v := *s.current.Load()
		switch {
		case v.unread[path] == nil:
			delete(s.readers, path)
			s.mu.Unlock()
			return
		case v.unread[path] != r: // there is a newer one
			tries = 1
		case v.ws != before.ws && tries <= maxTries:
			tries++
		default:
			if tries > maxTries {
				ws = s.advance(v.ws, r.into)
			}
			v.ws = ws
			v.isRead(path)
			s.install(&v, path)
			tries = 1
		}
		s.mu.Unlock()
	}
}
