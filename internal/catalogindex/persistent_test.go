package catalogindex

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// TestPersistentMap makes random changes in batches and compares every version
// with a map that was copied.
func TestPersistentMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m := newPersistentMap[int]()
	want := make(map[string]int)
	var versions []persistentMap[int]
	var copies []map[string]int
	for range 400 {
		b := &batch{}
		for range r.IntN(20) {
			key := fmt.Sprint(r.IntN(300))
			if r.IntN(3) == 0 {
				m = m.remove(b, key)
				delete(want, key)
			} else {
				m = m.set(b, key, r.IntN(10))
				want[key], _ = m.get(key)
			}
		}
		versions, copies = append(versions, m), append(copies, maps.Clone(want))
	}
	for i, m := range versions {
		if got := maps.Collect(m.all); !maps.Equal(got, copies[i]) || m.length != len(copies[i]) {
			t.Fatalf("version %d: got %d entries, length %d, want %d", i, len(got), m.length, len(copies[i]))
		}
		for key, value := range copies[i] {
			if got, ok := m.get(key); !ok || got != value {
				t.Fatalf("version %d: %s is %d, %v", i, key, got, ok)
			}
		}
		if m.has("none") {
			t.Fatal("a key that nobody set")
		}
	}
	for range versions[len(versions)-1].all {
		break // iterating may stop
	}
}

// TestNothingStays adds files and removes them again: no table keeps anything.
func TestNothingStays(t *testing.T) {
	ix := New()
	contents := []string{
		"package web\nimport \"example.com/x:1.0.0\"\n#Module & {#metadata: {name: \"web\", version: \"1.0.0\"}}\n",
		"#ModuleRelease & {#metadata: name: \"web\"}\n",
		"package web\nimport \"example.com/y\"\n",
	}
	var gone []Change
	for i, content := range contents {
		for _, path := range []string{fmt.Sprintf("/w/%d.cue", i), fmt.Sprintf("/w/%d/x.cue", i), "/w/cue.mod/module.cue"} {
			ix = ix.With(Change{Path: path, File: syntax.Parse(path, content)})
			gone = append(gone, Change{Path: path})
		}
	}
	for _, next := range []*Index{ix.With(gone...), removeEach(ix, gone)} {
		lengths := []int{
			next.files.length, next.packages.length, next.fileOwner.length, next.dirs.length,
			next.bases.length, next.names.length, next.importers.length, len(next.modules),
		}
		for i, n := range lengths {
			if n != 0 {
				t.Errorf("table %d still has %d entries", i, n)
			}
		}
	}
}

func removeEach(ix *Index, gone []Change) *Index {
	for _, c := range gone {
		ix = ix.With(c)
	}
	return ix
}
