package lsp

import (
	"context"
	"crypto/sha256"
	"maps"
	"runtime/debug"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"
)

// A publisher tells the client what is wrong in each file. It is one goroutine,
// so what it sends about a file is in order, and it always looks at the newest
// view, so a flood of edits costs it no more than the last one.
//
// For example: while the diagnostics of a.cue are computed, two edits of a.cue
// and one of b.cue arrive. What was computed is of a text that is gone, so it is
// not sent; the files that the three edits affect join those that are still to
// do, and b.cue, edited last, is first.
type publisher struct {
	s *server

	seen  workspace           // the workspace of the view that was looked at last
	edits edits               // of which it is not known yet what else they affect
	dirty map[string]struct{} // files whose diagnostics may be others than the client knows
	queue []string            // the dirty files that are closed, in turn; may name clean ones too
	told  map[string]told     // by path, what the client was told last
	stale bool                // the queue lacks files of dirty
	moved bool                // what a client that asks for itself knows is not true any more

	announced *view // that the client was last told of, see tellChanged

	first chan firstSight
	ahead int    // of the queue, how many files were computed ahead in seen
	kept  uint64 // the view.loads of which everything was computed and kept for later runs
	awake int    // files that were awake after the last rest

	// Open documents that such a client has not asked about as they are now: Neovim asks
	// for what it shows. The id is that of what was wrong when another file changed last.
	unasked map[string]pulled
}

// edits are files that changed. First they are looked at themselves, then the open files that
// read them; only then all that they affect are sought, which takes longer the more there are.
type edits struct {
	paths map[string]bool
	since workspace // that before the first of them
	near  bool      // the open files that read them are marked
}

// told is what the client knows of a file.
type told struct {
	uri       string
	content   [sha256.Size]byte // of the diagnostics
	empty     bool
	versioned bool
	version   int32  // if versioned
	opened    uint64 // the document's, if versioned: many clients forget what they know of one that they close
}

func newPublisher(s *server) *publisher {
	return &publisher{
		s: s, dirty: make(map[string]struct{}), told: make(map[string]told), unasked: make(map[string]pulled),
		first: make(chan firstSight),
	}
}

// run publishes until ctx ends.
func (p *publisher) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case seen := <-p.first:
			p.publishFirst(ctx, seen)
			continue
		case <-p.s.store.signal:
		}
		for ctx.Err() == nil {
			v := p.look()
			path, found := p.nextOpen(v)
			if !p.edits.paths[path] && p.spread(v, found) {
				continue
			}
			if !found {
				path, found = p.nextClosed(v)
			}
			p.s.counters.waiting.Store(int64(len(p.dirty)))
			if _, open := v.documents[path]; p.moved && !open { // or nothing is found
				p.moved = false
				p.s.refresher.refresh()
			}
			if !found {
				p.keep(v)
				break
			}
			p.computeAhead(v, path)
			delete(p.dirty, path)
			p.publish(ctx, v, path)
			if v.ws.Awake() > p.awake+maxAwake {
				p.rest()
			}
		}
		p.tellChanged(ctx, p.s.store.view())
		p.s.shown.look(ctx, p.s.store.view())
	}
}

// look returns the newest view and marks the files that it makes dirty.
func (p *publisher) look() *view {
	v, changes := p.s.store.take()
	if v.ws == nil {
		return v
	}
	if changes.everything {
		for _, path := range v.ws.Files() {
			p.mark(path)
		}
		for path := range p.told {
			p.mark(path)
		}
		for path := range v.documents {
			p.mark(path)
		}
	}
	for path := range changes.again {
		p.mark(path)
	}
	if len(changes.paths) > 0 && len(p.edits.paths) > 0 {
		// Open files were looked at since, and may depend on these edits then and at no other time.
		p.seek(p.seen)
	}
	for _, path := range slices.Sorted(maps.Keys(changes.paths)) {
		p.mark(path)
		if p.seen == nil || changes.everything {
			continue
		}
		if len(p.edits.paths) == 0 {
			p.edits = edits{paths: make(map[string]bool), since: p.seen}
		}
		p.edits.paths[path], p.edits.near = true, false
	}
	if changes.everything {
		p.edits = edits{}
	}
	if p.seen != v.ws {
		p.seen, p.ahead = v.ws, 0
	}
	return v
}

// batch is how many closed files are computed at a time, on all cores: few, since an edit
// waits for them.
const batch = 8

// computeAhead has the next closed files computed together with the one at path, if that is
// closed.
func (p *publisher) computeAhead(v *view, path string) {
	if _, open := v.documents[path]; open {
		return
	}
	if p.ahead > 0 {
		p.ahead--
		return
	}
	paths := []string{path}
	for _, next := range p.queue[:min(len(p.queue), batch-1)] {
		if _, dirty := p.dirty[next]; dirty {
			paths = append(paths, next)
		}
	}
	p.ahead = len(paths) - 1
	defer func() {
		if panicked := recover(); panicked != nil {
			p.s.failed("diagnostics", panicked)
		}
	}()
	v.ws.Prepare(paths)
}

// keep keeps for later runs what was computed, once after each load, and gives back the memory
// that this took.
func (p *publisher) keep(v *view) {
	if v.ws == nil || p.kept == v.loads {
		return
	}
	p.kept = v.loads
	p.rest()
	p.s.start("keeping results", func(context.Context) {
		p.s.saveCache(v.ws)
		debug.FreeOSMemory()
	})
}

// maxAwake is how many files may wake up before they are put to rest again: more than hang
// together in most workspaces, and few to what a large one has.
const maxAwake = 500

// rest puts what was looked at to rest.
func (p *publisher) rest() {
	was, now := p.s.store.rest()
	if p.seen == was.ws {
		p.seen = now.ws
	}
	if p.announced == was {
		p.announced = now
	}
	p.awake = now.ws.Awake()
}

// spread marks the files whose diagnostics may differ because of the edits, once the edited
// files themselves were looked at: the open ones that read them, and all, once no open file is
// left to look at. It reports whether it did.
func (p *publisher) spread(v *view, openLeft bool) bool {
	if v.ws == nil || len(p.edits.paths) == 0 || p.edits.near && openLeft {
		return false
	}
	if !p.edits.near {
		p.edits.near = true
		p.markReaders(v)
		return true
	}
	p.seek(v.ws)
	return true
}

// seek marks the files whose diagnostics differ in ws because of the edits, which then wait no
// longer.
func (p *publisher) seek(ws workspace) {
	for _, path := range slices.Sorted(maps.Keys(p.edits.paths)) {
		p.markAffected(ws, path)
	}
	p.edits = edits{}
}

// markReaders marks the open files that read an edited one.
func (p *publisher) markReaders(v *view) {
	defer func() {
		if panicked := recover(); panicked != nil {
			p.s.failed("finding the open files that are affected", panicked)
		}
	}()
	for open := range v.documents {
		for path := range p.edits.paths {
			if open != path && v.ws.Reads(open, path) {
				p.mark(open)
			}
		}
	}
}

// markAffected marks the files whose diagnostics may differ because the file or
// the directory at path is another than before the edits.
func (p *publisher) markAffected(ws workspace, path string) {
	turn := p.s.beginTurn("finding the affected files")
	defer turn.end(func() string { return path })
	defer func() {
		if panicked := recover(); panicked != nil {
			p.s.failed("finding the affected files", panicked)
		}
	}()
	since := p.edits.since
	changed := []string{path}
	if ws.Text(path) == nil && since.Text(path) == nil {
		changed = slices.Concat(below(ws.Files(), path), below(since.Files(), path))
	}
	for _, file := range changed {
		for _, affected := range ws.Affected(since, file) {
			if affected != path { // which was looked at, or is dirty
				p.mark(affected)
			}
		}
	}
}

func (p *publisher) mark(path string) {
	if _, marked := p.dirty[path]; !marked {
		p.dirty[path] = struct{}{}
		p.stale = true
	}
}

// nextOpen returns, of the dirty files that are open, the one that was edited last. It is looked
// at before all that are closed.
func (p *publisher) nextOpen(v *view) (path string, found bool) {
	if v.ws == nil || len(p.dirty) == 0 {
		return "", false
	}
	var edited uint64
	for open, d := range v.documents {
		if _, dirty := p.dirty[open]; dirty && d.edited >= edited {
			path, edited, found = open, d.edited, true
		}
	}
	return path, found
}

// nextClosed returns the next dirty file, once none that is open is dirty.
func (p *publisher) nextClosed(v *view) (path string, found bool) {
	if v.ws == nil || len(p.dirty) == 0 {
		return "", false
	}
	if p.stale {
		p.queue, p.stale = v.ws.InTurn(slices.Collect(maps.Keys(p.dirty))), false
	}
	for len(p.queue) > 0 {
		path, p.queue = p.queue[0], p.queue[1:]
		if _, dirty := p.dirty[path]; dirty {
			return path, true
		}
	}
	return "", false
}

// pulled reports whether the client asks for the diagnostics of the file at path itself.
// Then this takes back what was pushed, and finds out whether the client has to ask again.
func (p *publisher) pulled(ctx context.Context, v *view, path string) bool {
	if !p.s.client.pulls {
		return false
	}
	d, open := v.documents[path]
	if !open {
		p.s.pulls.closed(path)
		delete(p.unasked, path)
		answered, asks := p.s.pulls.ofWorkspace(path)
		if asks {
			p.withdraw(ctx, path)
			p.compare(v, path, answered)
		}
		return asks
	}
	p.withdraw(ctx, path)
	last, asked := p.s.pulls.answer(path)
	switch {
	case asked && last.edited == d.edited:
		delete(p.unasked, path)
		p.compare(v, path, last.id)
	case p.unasked[path].edited == d.edited:
		p.unasked[path] = pulled{d.edited, p.compare(v, path, p.unasked[path].id)}
	default: // it is about to ask
		p.unasked[path] = pulled{edited: d.edited}
	}
	return true
}

// compare finds out whether what is wrong in a file has another id than the one that the
// client knows, where "" is that of a file about which it was told nothing; and returns it.
func (p *publisher) compare(v *view, path, known string) (id string) {
	diagnostics, ok := p.compute(v, path)
	if !ok {
		return known
	}
	id, err := resultID(diagnostics)
	if err != nil {
		p.s.log.Error("could not encode diagnostics", zap.String("path", path), zap.Error(err))
		return known
	}
	if id != known && (known != "" || len(diagnostics) > 0) {
		p.moved = true
	}
	return id
}

// withdraw takes back what was pushed about a file.
func (p *publisher) withdraw(ctx context.Context, path string) {
	if before, known := p.told[path]; known && !before.empty {
		p.s.notify(ctx, protocol.MethodTextDocumentPublishDiagnostics,
			&protocol.PublishDiagnosticsParams{URI: uri.URI(before.uri), Diagnostics: []protocol.Diagnostic{}})
	}
	delete(p.told, path)
}

// publish tells the client what is wrong in the file at path, unless it knows or asks for
// it.
func (p *publisher) publish(ctx context.Context, v *view, path string) {
	if v.reads(path) {
		return // it is dirty again when its text is read
	}
	if p.pulled(ctx, v, path) {
		return
	}
	diagnostics, ok := p.compute(v, path)
	if !ok {
		return
	}
	d, open := v.documents[path]
	if now := p.s.store.view().documents[path]; now != d {
		return // of a text that is gone; the file is dirty again
	}
	before, known := p.told[path]
	now := told{uri: d.uri, empty: len(diagnostics) == 0, versioned: open, version: d.version, opened: d.opened}
	switch {
	case open:
	case known:
		now.uri = before.uri // as the client spelled it when it was open
	default:
		now.uri = uriOf(path)
	}
	params := &protocol.PublishDiagnosticsParams{URI: uri.URI(now.uri), Diagnostics: diagnostics}
	encoded, err := protocol.Marshal(params)
	if err != nil {
		p.s.log.Error("could not encode diagnostics", zap.String("path", path), zap.Error(err))
		return
	}
	now.content = sha256.Sum256(encoded)
	switch {
	case !open && !known && now.empty:
		return
	case known && now == before,
		known && !open && now.content == before.content:
		p.remember(path, now)
		return
	}
	if known && before.uri != now.uri && !before.empty {
		p.s.notify(ctx, protocol.MethodTextDocumentPublishDiagnostics,
			&protocol.PublishDiagnosticsParams{URI: uri.URI(before.uri), Diagnostics: []protocol.Diagnostic{}})
	}
	if open {
		params.Version = protocol.NewOptional(d.version)
	}
	p.s.notify(ctx, protocol.MethodTextDocumentPublishDiagnostics, params)
	p.remember(path, now)
}

// remember keeps what the client was told, as long as there is something to take
// back.
func (p *publisher) remember(path string, now told) {
	if now.empty && !now.versioned {
		delete(p.told, path)
		return
	}
	p.told[path] = now
}

// compute returns the diagnostics of one file. It reports false if the analysis
// failed; then the client keeps what it has.
func (p *publisher) compute(v *view, path string) (result []protocol.Diagnostic, ok bool) {
	defer func() {
		if panicked := recover(); panicked != nil {
			p.s.failed("diagnostics", panicked)
			result, ok = nil, false
		}
	}()
	turn := p.s.beginTurn("diagnostics")
	defer turn.end(func() string { return path })
	p.s.counters.published.Add(1)
	defer p.s.store.heavy.enterFor(p.s.work, v.ws, path)()
	q := &query{view: v, ws: v.ws, client: p.s.client}
	return q.diagnostics(path, v.ws.Diagnostics(path)), true
}
