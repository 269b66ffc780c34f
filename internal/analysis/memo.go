package analysis

import (
	"container/list"
	"sync"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/names"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A memo remembers what was computed for the packages of a workspace, for all its snapshots:
// each thing with the fingerprint of all that it follows from, so that nothing has to be
// forgotten when something changes. It holds at most one thing of a kind for each package, so
// it does not grow with edits; and of the cascades, which are large, only those that
// somebody asked for lately.
type memo struct {
	mu           sync.Mutex
	fingerprints map[string]*fingerprints
	prints       map[string]*packagePrint
	layers       map[string]map[string]rememberedLayer // by package, then by document
	checked      map[string]*checked
	breaks       map[string]*breaks
	resolved     recent[*resolvedPackage]
	settings     map[settingsKey]*rule.Settings
	counters     counters
	names        names.Guard
}

func newMemo() *memo {
	return &memo{
		fingerprints: make(map[string]*fingerprints),
		prints:       make(map[string]*packagePrint),
		layers:       make(map[string]map[string]rememberedLayer),
		checked:      make(map[string]*checked),
		breaks:       make(map[string]*breaks),
		resolved:     newRecent[*resolvedPackage](maxResolved),
		settings:     make(map[settingsKey]*rule.Settings),
	}
}

// maxResolved is of how many packages the cascades are remembered: more than an editor
// shows files at a time.
const maxResolved = 128

type rememberedLayer struct {
	fingerprint fingerprint
	document    *catalogindex.Document // that was read: one of the same text has files of its own
	layer       *cascade.Layer
}

// A resolvedPackage is the documents of a package, each with its cascade.
type resolvedPackage struct {
	fingerprint fingerprint
	of          *catalogindex.Package
	documents   []*rule.Resolved
}

// forget drops what is remembered of a package that is no more.
func (m *memo) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.fingerprints, key)
	delete(m.prints, key)
	delete(m.layers, key)
	delete(m.checked, key)
	delete(m.breaks, key)
	m.resolved.remove(key)
}

// recent holds what was put or asked for last, up to a limit.
type recent[V any] struct {
	limit   int
	entries map[string]*list.Element // of recentEntry
	order   *list.List               // latest first
}

type recentEntry[V any] struct {
	key   string
	value V
}

func newRecent[V any](limit int) recent[V] {
	return recent[V]{limit: limit, entries: make(map[string]*list.Element), order: list.New()}
}

// get returns the value at a key, or the zero value.
func (r *recent[V]) get(key string) (value V) {
	if e, ok := r.entries[key]; ok {
		r.order.MoveToFront(e)
		return e.Value.(recentEntry[V]).value
	}
	return value
}

func (r *recent[V]) put(key string, value V) {
	r.remove(key)
	r.entries[key] = r.order.PushFront(recentEntry[V]{key, value})
	if r.order.Len() > r.limit {
		r.remove(r.order.Back().Value.(recentEntry[V]).key)
	}
}

func (r *recent[V]) remove(key string) {
	if e, ok := r.entries[key]; ok {
		r.order.Remove(e)
		delete(r.entries, key)
	}
}
