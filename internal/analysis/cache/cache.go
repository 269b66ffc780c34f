// Package cache keeps results on disk between runs, so that what did not change since is not
// computed again. It knows keys and bytes, and nothing of what they mean: a key is a hash of
// everything that the result follows from, so a result is never out of date, only not asked
// for any more.
//
// There is one file for each set of workspace folders. It is read as a whole when a run begins
// and written as a whole, under another name that then becomes its own, so nobody ever sees
// half of it. It ends with a hash of all that stands before: a file that is torn, or of another
// version, is as good as none. Several processes may use one file. Who writes last wins, and
// the others lose time, nothing else.
package cache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Key stands for everything that a result follows from.
type Key [sha256.Size]byte

// A Cache is what was computed in earlier runs, and what is to be kept from this one. Its
// methods may be called by several goroutines. A nil Cache holds nothing.
type Cache struct {
	path   string
	header []byte

	mu      sync.Mutex
	earlier map[Key][]byte // parts of the file
	wanted  map[Key][]byte // asked for or computed in this run
	changed bool           // wanted has what the file has not
}

// magic begins every file; its number changes with the format.
const magic = "opm-lsp cache 1\n"

// suffix ends the names of the files.
const suffix = ".cache"

// The bounds of what is kept.
const (
	maxFile  = 64 << 20      // bytes in one file; what is beyond is computed anew each time
	maxAll   = 512 << 20     // bytes in all files; the ones that were not used for longest go first
	staleAge = 1 * time.Hour // of a file that a process began to write and did not finish
)

// Open returns the cache of workspace folders (absolute) in a directory, which is made when
// something is saved. engine stands for the program that computes: results of another one do
// not count. What cannot be read counts as empty.
func Open(dir string, folders []string, engine string) *Cache {
	name := sha256.Sum256([]byte(strings.Join(folders, "\x00")))
	header := sha256.Sum256([]byte(engine))
	c := &Cache{
		path:    filepath.Join(dir, hex.EncodeToString(name[:16])+suffix),
		header:  append([]byte(magic), header[:]...),
		earlier: make(map[Key][]byte),
		wanted:  make(map[Key][]byte),
	}
	if info, err := os.Stat(c.path); err != nil || info.Size() > 2*maxFile {
		return c
	}
	content, err := os.ReadFile(c.path)
	if err != nil {
		return c
	}
	if entries, ok := c.decode(content); ok {
		c.earlier = entries
	}
	return c
}

// decode reads a file; ok is false if it is torn or of another version.
func (c *Cache) decode(content []byte) (entries map[Key][]byte, ok bool) {
	end := len(content) - sha256.Size
	if end < len(c.header) || !bytes.HasPrefix(content, c.header) || sha256.Sum256(content[:end]) != [sha256.Size]byte(content[end:]) {
		return nil, false
	}
	entries = make(map[Key][]byte)
	for rest := content[len(c.header):end]; len(rest) > 0; {
		if len(rest) < len(Key{}) {
			return nil, false
		}
		key := Key(rest[:len(Key{})])
		rest = rest[len(key):]
		length, n := binary.Uvarint(rest)
		if n <= 0 || length > uint64(len(rest)-n) {
			return nil, false
		}
		entries[key] = rest[n : n+int(length)]
		rest = rest[n+int(length):]
	}
	return entries, true
}

// encode writes what is wanted, in the order of the keys, as much as a file may hold.
func (c *Cache) encode() []byte {
	out := slices.Clone(c.header)
	for _, key := range slices.SortedFunc(maps.Keys(c.wanted), func(a, b Key) int { return bytes.Compare(a[:], b[:]) }) {
		value := c.wanted[key]
		if len(out)+len(value) > maxFile {
			continue
		}
		out = append(out, key[:]...)
		out = binary.AppendUvarint(out, uint64(len(value)))
		out = append(out, value...)
	}
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

// Get returns the result with a key. The caller must not change it.
func (c *Cache) Get(key Key) (value []byte, ok bool) {
	if c == nil {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if value, ok = c.wanted[key]; ok {
		return value, true
	}
	if value, ok = c.earlier[key]; ok {
		c.wanted[key] = value
	}
	return value, ok
}

// Put keeps a result for later runs. The caller must not change it any more.
func (c *Cache) Put(key Key, value []byte) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wanted[key] = value
	c.changed = true
}

// Save writes what was asked for and what was put, and nothing else: what nobody asks for in a
// whole run is of a text that is gone. It does nothing where the file says so already. Its
// errors are sentences; nothing depends on its success.
func (c *Cache) Save() error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.changed {
		now := time.Now()
		_ = os.Chtimes(c.path, now, now) // it was used; if it cannot be said, it goes sooner
		return nil
	}
	if err := c.write(c.encode()); err != nil {
		return fmt.Errorf("cannot keep what was computed for the next time: %w", err)
	}
	c.changed = false
	sweep(filepath.Dir(c.path), c.path)
	return nil
}

// write replaces the file. Only its owner may read it.
func (c *Cache) write(content []byte) (err error) {
	dir := filepath.Dir(c.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "*.new")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), c.path)
}

// sweep removes what was never finished, and the files that were not used for longest where
// all together are too large; never the one at keep. What cannot be removed stays.
func sweep(dir, keep string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	type file struct {
		path string
		info fs.FileInfo
	}
	var files []file
	total := int64(0)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		switch filepath.Ext(path) {
		case ".new":
			if time.Since(info.ModTime()) > staleAge {
				_ = os.Remove(path)
			}
		case suffix:
			total += info.Size()
			files = append(files, file{path, info})
		}
	}
	slices.SortFunc(files, func(a, b file) int {
		return cmp.Or(a.info.ModTime().Compare(b.info.ModTime()), cmp.Compare(a.path, b.path))
	})
	for _, f := range files {
		if total <= maxAll {
			return
		}
		if f.path != keep && os.Remove(f.path) == nil {
			total -= f.info.Size()
		}
	}
}
