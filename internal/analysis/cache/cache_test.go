package cache_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cache"
)

func open(dir string) *cache.Cache { return cache.Open(dir, []string{"/w"}, "engine 1") }

func key(i int) cache.Key { return cache.Key{0: byte(i), 1: byte(i >> 8)} }

func value(i int) []byte { return bytes.Repeat([]byte{byte(i)}, i) }

// fill saves n results in a directory and returns the file that they are in.
func fill(t *testing.T, dir string, n int) string {
	t.Helper()
	c := open(dir)
	for i := range n {
		c.Put(key(i), value(i))
	}
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	return files[0]
}

func holds(c *cache.Cache, i int) bool {
	got, ok := c.Get(key(i))
	return ok && bytes.Equal(got, value(i))
}

func TestCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "when needed")
	fill(t, dir, 300)
	c := open(dir)
	for i := range 300 {
		if !holds(c, i) {
			t.Errorf("the result %d is gone", i)
		}
	}
	if _, ok := c.Get(key(300)); ok {
		t.Error("there is a result that nobody put")
	}
	for name, other := range map[string]*cache.Cache{
		"another engine":    cache.Open(dir, []string{"/w"}, "engine 2"),
		"another workspace": cache.Open(dir, []string{"/w", "/v"}, "engine 1"),
		"no cache at all":   nil,
	} {
		if _, ok := other.Get(key(1)); ok {
			t.Errorf("%s has the result", name)
		}
	}
	var none *cache.Cache
	none.Put(key(1), nil)
	if err := none.Save(); err != nil {
		t.Error(err)
	}
}

// TestForgets holds that what nobody asks for in a run is not kept.
func TestForgets(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 10)
	c := open(dir)
	c.Get(key(3))
	c.Put(key(77), value(77))
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	after := open(dir)
	if !holds(after, 3) || !holds(after, 77) || holds(after, 4) {
		t.Error("kept is what was asked for or put, and nothing else")
	}
}

// TestTorn holds that a file of which anything is missing or another is as good as none.
func TestTorn(t *testing.T) {
	dir := t.TempDir()
	file := fill(t, dir, 12)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, content []byte) {
		t.Helper()
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		c := open(dir)
		for i := range 12 {
			if _, ok := c.Get(key(i)); ok {
				t.Fatalf("%s: the result %d is there", what, i)
			}
		}
	}
	for length := range len(whole) {
		try(fmt.Sprintf("cut to %d bytes", length), whole[:length])
	}
	for at := range whole {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 0x40
		try(fmt.Sprintf("with byte %d flipped", at), flipped)
	}
	try("with something behind it", append(bytes.Clone(whole), 0))
	fill(t, dir, 12) // and it mends itself
	if !holds(open(dir), 11) {
		t.Error("a torn file is not replaced")
	}
}

// TestTogether has many write one file at a time: each reads one that is whole.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			c := open(dir)
			c.Get(key(5))
			c.Put(key(5), value(5))
			c.Put(key(i), value(i))
			if err := c.Save(); err != nil {
				t.Error(err)
			}
			if !holds(open(dir), 5) {
				t.Error("the file is not whole")
			}
		})
	}
	all.Wait()
}

// TestUnwritable holds that a directory which cannot be had is said, and no more.
func TestUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := open(filepath.Join(file, "below"))
	c.Put(key(1), value(1))
	if err := c.Save(); err == nil {
		t.Error("there is no error")
	}
	if !holds(c, 1) {
		t.Error("the result of this run is gone")
	}
}

// TestSweeps holds that files which a process did not finish go, later.
func TestSweeps(t *testing.T) {
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "1.new"), filepath.Join(dir, "2.new")
	for _, path := range []string{old, fresh} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-24 * time.Hour)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	c := open(dir)
	c.Put(key(1), value(1))
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("what was never finished is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("what somebody may be writing is gone")
	}
}
