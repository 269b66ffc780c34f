package analysis

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A fingerprint stands for everything that something depends on: the bytes of a package's
// files and of all that it reads, and the settings that count for it.
type fingerprint [sha256.Size]byte

// fingerprints are those of one package, at some moment.
type fingerprints struct {
	// exact stands for every byte that the package depends on, and so for every place.
	exact fingerprint
	// meaning leaves out what files of other packages have in comments and how they are
	// indented: nothing that is wrong in the package follows from that.
	meaning fingerprint

	// volatile says that they stand for more than can be said of another run: what is
	// suggested in place of an import that leads nowhere.
	volatile bool

	shape    *catalogindex.Shape
	settings settingsKey
	reads    []*catalogindex.Package // all that it depends on, itself first
	late     uint64                  // answers that came late, see Snapshot.late
}

// isOf reports whether the fingerprints are still those of the package in a snapshot.
func (fp *fingerprints) isOf(s *Snapshot, settings settingsKey) bool {
	if fp.shape != s.index.Shape() || fp.settings != settings {
		return false
	}
	for _, p := range fp.reads {
		if !p.Embedded && s.index.Package(p.Key) != p {
			return false
		}
	}
	return fp.late == s.lateFor(fp.reads)
}

// lateFor returns how many answers came late for packages.
func (s *Snapshot) lateFor(packages []*catalogindex.Package) (n uint64) {
	for _, p := range packages {
		n += s.late(p.Key)
	}
	return n
}

// A packagePrint is what a package adds to the fingerprints of those that read it.
type packagePrint struct {
	of      *catalogindex.Package
	shape   *catalogindex.Shape
	links   [sha256.Size]byte // where its imports lead
	exact   [sha256.Size]byte
	meaning [sha256.Size]byte
	reads   []string // directly: the keys of packages
	// volatile is that of fingerprints.
	volatile bool
}

// fingerprintsOf returns the fingerprints of a package: of its own files and of all that it
// reads, directly or through others, in whatever circles they read each other.
func (s *Snapshot) fingerprintsOf(p *catalogindex.Package) *fingerprints {
	settings := s.settingsKey(s.configurationFor(p))
	s.memo.mu.Lock()
	known := s.memo.fingerprints[p.Key]
	s.memo.mu.Unlock()
	if known != nil && known.reads[0] == p && known.isOf(s, settings) {
		return known
	}
	fp := &fingerprints{shape: s.index.Shape(), settings: settings}
	exact, meaning := sha256.New(), sha256.New()
	write := func(of hash.Hash, part [sha256.Size]byte) { _, _ = of.Write(part[:]) } // a hash takes all
	write(exact, settings)
	write(meaning, settings)
	seen := map[string]bool{p.Key: true}
	fp.reads = []*catalogindex.Package{p}
	for i := 0; i < len(fp.reads); i++ {
		own := s.packagePrint(fp.reads[i])
		for _, h := range []hash.Hash{exact, meaning} {
			write(h, own.links)
		}
		fp.volatile = fp.volatile || own.volatile
		write(exact, own.exact)
		if i == 0 {
			write(meaning, own.exact)
		} else {
			write(meaning, own.meaning)
		}
		for _, key := range own.reads {
			if !seen[key] {
				seen[key] = true
				fp.reads = append(fp.reads, s.index.Package(key))
			}
		}
	}
	if fp.late = s.lateFor(fp.reads); fp.late > 0 {
		late := newPrinter()
		late.number(int(fp.late))
		write(exact, late.sum())
		write(meaning, late.sum())
	}
	exact.Sum(fp.exact[:0])
	meaning.Sum(fp.meaning[:0])
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	s.memo.fingerprints[p.Key] = fp
	return fp
}

// fingerprint returns the exact fingerprint of a package.
func (s *Snapshot) fingerprint(p *catalogindex.Package) fingerprint { return s.fingerprintsOf(p).exact }

// packagePrint returns what one package adds by itself.
func (s *Snapshot) packagePrint(p *catalogindex.Package) *packagePrint {
	s.memo.mu.Lock()
	known := s.memo.prints[p.Key]
	s.memo.mu.Unlock()
	if known != nil && known.of == p && known.shape == s.index.Shape() {
		return known
	}
	own := &packagePrint{of: p, shape: s.index.Shape()}
	links, exact, meaning := newPrinter(), newPrinter(), newPrinter()
	links.text(p.Key)
	links.flag(s.index.IsPartial(p))
	for _, f := range p.Files {
		links.text(f.Path)
		exact.hash(f.Hash)
		meaning.hash(f.Meaning())
		for _, imp := range f.Imports() {
			target := s.index.ResolveImport(f, imp.Path)
			links.text(imp.Path)
			links.text(string(target.Source))
			if target.Source == catalogindex.Unresolved {
				links.number(s.index.Revision()) // what may be meant instead
				own.volatile = true
			}
			if target.Package != nil && !target.Package.Embedded {
				own.reads = append(own.reads, target.Package.Key)
			}
			for _, d := range target.Documents {
				links.text(d.Package.Key)
				links.texts(d.Path)
				if d.Package.Embedded {
					continue
				}
				own.reads = append(own.reads, d.Package.Key)
			}
		}
	}
	for _, read := range slices.Concat(s.index.Relatives(p), s.index.Joined(p)) {
		own.reads = append(own.reads, read.Key)
	}
	own.links, own.exact, own.meaning = links.sum(), exact.sum(), meaning.sum()
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	s.memo.prints[p.Key] = own
	return own
}

// A printer hashes a list of things, so that no other list has the same hash.
type printer struct{ h hash.Hash }

func newPrinter() printer { return printer{sha256.New()} }

func (p printer) hash(part [sha256.Size]byte) { _, _ = p.h.Write(part[:]) }

func (p printer) number(n int) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(n))
	_, _ = p.h.Write(b[:])
}

func (p printer) flag(f bool) {
	if f {
		p.number(1)
	} else {
		p.number(0)
	}
}

func (p printer) text(s string) {
	p.number(len(s))
	_, _ = p.h.Write([]byte(s))
}

func (p printer) texts(all []string) {
	p.number(len(all))
	for _, s := range all {
		p.text(s)
	}
}

func (p printer) sum() (out [sha256.Size]byte) {
	p.h.Sum(out[:0])
	return out
}
