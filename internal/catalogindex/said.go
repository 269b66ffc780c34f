package catalogindex

import (
	"slices"
	"strconv"
	"unique"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// What documents say in their metadata is counted over the whole workspace, so that what is usual
// can be offered without looking at every document again. The counts follow each change at the cost of
// the package that changes.

// A Bearer is what has metadata: a document, or what it is made of.
type Bearer int

// The bearers of metadata.
const (
	OfDocument Bearer = iota
	OfComponents
	OfScopes
)

// A MetadataSlot is a place in the metadata of all documents of a kind.
type MetadataSlot struct {
	Kind   Kind
	Bearer Bearer
	Name   string // such as labels
}

// The slots of which is counted what documents say there. In namespaceSlot, of releases, a string
// stands; the others hold a string under each key.
const namespaceSlot = "namespace"

var keyedSlots = []string{"labels", "annotations"}

// IsKeyed reports whether what is said under each key of a slot of metadata is counted.
func IsKeyed(slot string) bool { return slices.Contains(keyedSlots, slot) }

// key returns the key at which the tables hold what is said in the slot.
func (s MetadataSlot) key() string {
	return strconv.Itoa(int(s.Kind)) + " " + strconv.Itoa(int(s.Bearer)) + " " + s.Name
}

// A saying is one thing that a document says in its metadata.
type saying struct {
	slot  MetadataSlot
	key   string // "" in a slot that has no keys
	value string
	plain bool // value is what is said; else that is no plain string
}

// Sayings are what documents say, the same thing perhaps several times. What many say is there
// once in this process.
type sayings []unique.Handle[saying]

// saidBy returns what documents say.
func saidBy(documents []*Document) sayings {
	var all sayings
	for _, d := range documents {
		all = d.appendSaid(all)
	}
	return all
}

func (d *Document) appendSaid(all sayings) sayings {
	if d.Kind > Release {
		return all
	}
	if d.Kind == Release && d.Namespace.Value != "" {
		all = append(all, unique.Make(saying{MetadataSlot{d.Kind, OfDocument, namespaceSlot}, "", d.Namespace.Value, true}))
	}
	all = d.appendLabels(all, OfDocument, d.Parts())
	if d.Kind.IsFinal() {
		return all
	}
	// Not remembered: they hold on to the syntax.
	for _, m := range d.readMembers(d.Dialect.Components) {
		all = d.appendLabels(all, OfComponents, m.Parts)
	}
	for _, m := range d.readMembers(d.Dialect.Scopes) {
		all = d.appendLabels(all, OfScopes, m.Parts)
	}
	return all
}

// appendLabels adds what is said in the slots with keys of the metadata among parts.
func (d *Document) appendLabels(all sayings, of Bearer, parts []Part) sayings {
	for metadata := range allFields(StructParts(Fields(parts, d.Dialect.Metadata))) {
		if !IsKeyed(metadata.Name) {
			continue
		}
		for f := range allFields(StructParts([]Field{metadata})) {
			said := saying{slot: MetadataSlot{d.Kind, of, metadata.Name}, key: f.Name}
			if lit, ok := f.Field.Value.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if value, err := literal.Unquote(lit.Value); err == nil {
					said.value, said.plain = value, true
				}
			}
			all = append(all, unique.Make(said))
		}
	}
	return all
}

// countSaid adds n for each thing that the package's documents say. The package may be nil.
func (p *Package) countSaid(counts map[unique.Handle[saying]]int, n int) {
	if p == nil {
		return
	}
	for _, s := range p.said {
		counts[s] += n
	}
}

// A tally says how often something is there.
type tally = persistentMap[int]

// A census counts what the documents of a workspace say.
type census struct {
	keys   persistentMap[tally] // slot → key → how often
	values persistentMap[tally] // slot and key → value → how often
}

func newCensus() census { return census{newPersistentMap[tally](), newPersistentMap[tally]()} }

// with returns the census after each saying is there so many times more, as part of the batch.
func (c census) with(b *batch, changes map[unique.Handle[saying]]int) census {
	for handle, n := range changes {
		if n == 0 {
			continue
		}
		s := handle.Value()
		slot := s.slot.key()
		c.keys = count(c.keys, b, slot, s.key, n)
		if s.plain {
			c.values = count(c.values, b, slot+" "+s.key, s.value, n)
		}
	}
	return c
}

// count adds to the number of something in the tally at a key of a table.
func count(m persistentMap[tally], b *batch, key, what string, n int) persistentMap[tally] {
	counts, ok := m.get(key)
	if !ok {
		counts = tally{seed: m.seed}
	}
	had, _ := counts.get(what)
	if had += n; had > 0 {
		counts = counts.set(b, what, had)
	} else {
		counts = counts.remove(b, what)
	}
	if counts.length == 0 {
		return m.remove(b, key)
	}
	return m.set(b, key, counts)
}

// KeysSaid returns the keys that documents other than one say in a slot of their metadata, with
// how often.
func (ix *Index) KeysSaid(slot MetadataSlot, other *Document) map[string]int {
	counts, _ := ix.census.keys.get(slot.key())
	return lessOwn(counts, other, func(s saying) (string, bool) { return s.key, s.slot == slot })
}

// ValuesSaid returns the strings that documents other than one say under a key in a slot of their
// metadata, with how often.
func (ix *Index) ValuesSaid(slot MetadataSlot, key string, other *Document) map[string]int {
	counts, _ := ix.census.values.get(slot.key() + " " + key)
	return lessOwn(counts, other, func(s saying) (string, bool) { return s.value, s.plain && s.slot == slot && s.key == key })
}

// NamespacesSaid returns the namespaces that releases other than one say, with how often.
func (ix *Index) NamespacesSaid(other *Document) map[string]int {
	return ix.ValuesSaid(MetadataSlot{Release, OfDocument, namespaceSlot}, "", other)
}

// lessOwn returns what a tally counts without what a document of the index adds to it.
func lessOwn(t tally, d *Document, counted func(saying) (string, bool)) map[string]int {
	out := make(map[string]int, t.length)
	for what, n := range t.all {
		out[what] = n
	}
	for _, handle := range d.appendSaid(nil) {
		if what, ok := counted(handle.Value()); ok {
			if out[what]--; out[what] <= 0 {
				delete(out, what)
			}
		}
	}
	return out
}
