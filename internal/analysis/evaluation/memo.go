package evaluation

import "crypto/sha256"

// A memo remembers answers, of which those that are asked for again are kept. What CUE says of
// an expression never changes.
type memo struct {
	// young takes every answer; when it is full it becomes old, and what was old is forgotten.
	young, old map[string]Answer
	size       int // of young, about, in bytes
	// stopped are the questions that took too much, by their hashes, in order.
	stopped map[[sha256.Size]byte]Obstacle
	order   [][sha256.Size]byte
}

const (
	maxMemo    = 8 << 20 // bytes of young, and so of old
	maxStopped = 4096
)

func newMemo() *memo {
	return &memo{young: make(map[string]Answer), stopped: make(map[[sha256.Size]byte]Obstacle)}
}

func (m *memo) get(key string) (Answer, bool) {
	if a, ok := m.young[key]; ok {
		return a, true
	}
	if a, ok := m.old[key]; ok {
		m.put(key, a)
		return a, true
	}
	if len(m.stopped) > 0 {
		if o, ok := m.stopped[sha256.Sum256([]byte(key))]; ok {
			return Answer{Obstacle: o}, true
		}
	}
	return Answer{}, false
}

func (m *memo) put(key string, a Answer) {
	switch {
	case a.Obstacle.IsFinal():
		m.stop(sha256.Sum256([]byte(key)), a.Obstacle)
		return
	case a.Obstacle != "":
		return
	}
	size := 64 + len(key) + answerSize(a.Value)
	if m.size+size > maxMemo {
		m.young, m.old, m.size = make(map[string]Answer), m.young, 0
	}
	m.young[key] = a
	m.size += size
}

func (m *memo) stop(key [sha256.Size]byte, o Obstacle) {
	if _, known := m.stopped[key]; !known {
		m.order = append(m.order, key)
	}
	m.stopped[key] = o
	if len(m.order) > maxStopped {
		delete(m.stopped, m.order[0])
		m.order = m.order[1:]
	}
}
