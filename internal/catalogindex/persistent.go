package catalogindex

import "hash/maphash"

// A persistentMap is a map whose versions share what they have in common. Setting
// a key gives a new version and leaves the old one as it was, so that every
// snapshot of the workspace can hold its own at no cost.
//
// It is a tree: each level looks at four more bits of a key's hash. A change copies
// the nodes on the way to its key, some four of them among 10,000 entries:
//
//	root ─ 0…15 ─┬─ 0…15 ─┬─ {a, b}
//	             │        └─ {c}
//	             └─ {d, e, f}
type persistentMap[V any] struct {
	seed   maphash.Seed
	root   *node[V]
	length int
}

// A set is a persistentMap of keys alone.
type set = persistentMap[struct{}]

// A node has either entries or children.
type node[V any] struct {
	owner    *batch // the batch that may change the node in place
	entries  []entry[V]
	children *[fanOut]*node[V]
}

type entry[V any] struct {
	key   string
	value V
}

const (
	bitsPerLevel = 4
	fanOut       = 1 << bitsPerLevel
	maxEntries   = 8                 // of a node, before it gets children
	maxLevels    = 64 / bitsPerLevel // below them keys have the same hash
)

// A batch is one series of changes. Nodes that it has copied once it changes in
// place from then on; nobody else has seen them yet. It must not be empty, so
// that two batches never have the same address.
type batch struct{ _ byte }

func newPersistentMap[V any]() persistentMap[V] {
	return persistentMap[V]{seed: maphash.MakeSeed()}
}

func (m persistentMap[V]) get(key string) (value V, ok bool) {
	n := m.root
	for hash := m.hash(key); n != nil && n.children != nil; hash >>= bitsPerLevel {
		n = n.children[hash%fanOut]
	}
	if n != nil {
		for i := range n.entries {
			if n.entries[i].key == key {
				return n.entries[i].value, true
			}
		}
	}
	return value, false
}

func (m persistentMap[V]) has(key string) bool {
	_, ok := m.get(key)
	return ok
}

func (m persistentMap[V]) hash(key string) uint64 { return maphash.String(m.seed, key) }

// set returns the map with the key set, as part of the batch.
func (m persistentMap[V]) set(b *batch, key string, value V) persistentMap[V] {
	added := false
	m.root, added = m.setIn(b, m.root, 0, m.hash(key), entry[V]{key, value})
	if added {
		m.length++
	}
	return m
}

// setIn sets an entry below a node. hash is what the levels above left of it.
func (m persistentMap[V]) setIn(b *batch, n *node[V], level int, hash uint64, e entry[V]) (_ *node[V], added bool) {
	n = n.writable(b)
	if n.children != nil {
		at := &n.children[hash%fanOut]
		*at, added = m.setIn(b, *at, level+1, hash>>bitsPerLevel, e)
		return n, added
	}
	for i := range n.entries {
		if n.entries[i].key == e.key {
			n.entries[i] = e
			return n, false
		}
	}
	n.entries = append(n.entries, e)
	if len(n.entries) <= maxEntries || level == maxLevels {
		return n, true
	}
	entries := n.entries
	n.entries, n.children = nil, new([fanOut]*node[V])
	for _, e := range entries {
		below := m.hash(e.key) >> (bitsPerLevel * level)
		at := &n.children[below%fanOut]
		*at, _ = m.setIn(b, *at, level+1, below>>bitsPerLevel, e)
	}
	return n, true
}

// remove returns the map without the key, as part of the batch.
func (m persistentMap[V]) remove(b *batch, key string) persistentMap[V] {
	if !m.has(key) {
		return m
	}
	m.root = m.root.writable(b)
	n, hash := m.root, m.hash(key)
	for ; n.children != nil; hash >>= bitsPerLevel {
		at := &n.children[hash%fanOut]
		*at = (*at).writable(b)
		n = *at
	}
	for i := range n.entries {
		if n.entries[i].key == key {
			last := len(n.entries) - 1
			n.entries[i] = n.entries[last]
			n.entries[last] = entry[V]{} // so that nothing is kept alive
			n.entries = n.entries[:last]
			break
		}
	}
	m.length--
	return m
}

// writable returns the node if the batch may change it, else a copy.
func (n *node[V]) writable(b *batch) *node[V] {
	switch {
	case n == nil:
		return &node[V]{owner: b}
	case n.owner == b:
		return n
	}
	copied := &node[V]{owner: b}
	if n.children != nil {
		children := *n.children
		copied.children = &children
	} else {
		copied.entries = append(make([]entry[V], 0, len(n.entries)+1), n.entries...)
	}
	return copied
}

// all calls yield for every entry, in no particular order.
func (m persistentMap[V]) all(yield func(string, V) bool) { m.root.all(yield) }

func (n *node[V]) all(yield func(string, V) bool) bool {
	if n == nil {
		return true
	}
	for _, e := range n.entries {
		if !yield(e.key, e.value) {
			return false
		}
	}
	if n.children != nil {
		for _, c := range n.children {
			if !c.all(yield) {
				return false
			}
		}
	}
	return true
}

// addTo adds a member to the set at a key of a table.
func addTo(m persistentMap[set], b *batch, key, member string) persistentMap[set] {
	members, ok := m.get(key)
	if !ok {
		members = set{seed: m.seed}
	}
	return m.set(b, key, members.set(b, member, struct{}{}))
}

// removeFrom removes a member from the set at a key of a table; an empty set is
// removed, too.
func removeFrom(m persistentMap[set], b *batch, key, member string) persistentMap[set] {
	members, _ := m.get(key)
	if members = members.remove(b, member); members.length == 0 {
		return m.remove(b, key)
	}
	return m.set(b, key, members)
}
