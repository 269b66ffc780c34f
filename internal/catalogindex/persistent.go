package catalogindex

import "hash/maphash"

// shardCount is how many pieces a persistentMap is cut into. A change copies one
// piece and the list of pieces: at 10,000 entries that is some 40 entries and 256
// pointers, whatever is asked of the map elsewhere.
const shardCount = 256

// A persistentMap is a map whose versions share what they have in common. Setting
// a key gives a new version and leaves the old one as it was, so that every
// snapshot of the workspace can hold its own at no cost.
type persistentMap[V any] struct {
	seed   maphash.Seed
	shards *[shardCount]*shard[V]
	length int
	owner  *batch // the batch that may change the list of shards in place
}

type shard[V any] struct {
	entries map[string]V
	owner   *batch // the batch that may change entries in place
}

// A batch is one series of changes. Pieces that it has copied once it changes in
// place from then on; nobody else has seen them yet. It must not be empty, so
// that two batches never have the same address.
type batch struct{ _ byte }

func newPersistentMap[V any]() persistentMap[V] {
	return persistentMap[V]{seed: maphash.MakeSeed(), shards: new([shardCount]*shard[V])}
}

func (m persistentMap[V]) index(key string) int {
	return int(maphash.String(m.seed, key) % shardCount)
}

func (m persistentMap[V]) get(key string) (V, bool) {
	var zero V
	s := m.shards[m.index(key)]
	if s == nil {
		return zero, false
	}
	v, ok := s.entries[key]
	return v, ok
}

// set returns the map with the key set, as part of the batch.
func (m persistentMap[V]) set(b *batch, key string, value V) persistentMap[V] {
	m, s := m.writable(b, key)
	if _, ok := s.entries[key]; !ok {
		m.length++
	}
	s.entries[key] = value
	return m
}

// remove returns the map without the key, as part of the batch.
func (m persistentMap[V]) remove(b *batch, key string) persistentMap[V] {
	if _, ok := m.get(key); !ok {
		return m
	}
	m, s := m.writable(b, key)
	delete(s.entries, key)
	m.length--
	return m
}

func (m persistentMap[V]) writable(b *batch, key string) (persistentMap[V], *shard[V]) {
	if m.owner != b {
		shards := *m.shards
		m.shards, m.owner = &shards, b
	}
	i := m.index(key)
	s := m.shards[i]
	if s == nil || s.owner != b {
		copied := &shard[V]{entries: make(map[string]V, 1), owner: b}
		if s != nil {
			copied.entries = make(map[string]V, len(s.entries)+1)
			for k, v := range s.entries {
				copied.entries[k] = v
			}
		}
		s = copied
		m.shards[i] = s
	}
	return m, s
}

// all calls yield for every entry, in no particular order.
func (m persistentMap[V]) all(yield func(string, V) bool) {
	for _, s := range m.shards {
		if s == nil {
			continue
		}
		for k, v := range s.entries {
			if !yield(k, v) {
				return
			}
		}
	}
}
