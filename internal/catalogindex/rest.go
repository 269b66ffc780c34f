package catalogindex

import (
	"slices"
	"sync"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// Most packages of a large workspace are looked at once: what is wrong in them is remembered, and
// nobody has them open. A package at rest holds its text and its facts, and no syntax tree. It
// reads its trees again, once, when somebody asks for what is only written there, and keeps
// them until the next rest. So nothing changes under a reader: resting makes other packages.

// awake lists the files that hold a syntax tree, of all the indexes of a workspace. It may list too
// many.
type awake struct {
	mu    sync.Mutex
	paths map[string]struct{}
}

func (a *awake) add(path string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paths[path] = struct{}{}
}

// Awake returns how many files of the workspace hold a syntax tree, at most.
func (ix *Index) Awake() int {
	ix.awake.mu.Lock()
	defer ix.awake.mu.Unlock()
	return len(ix.awake.paths)
}

// take returns the packages with a file that is awake, and forgets those that are not kept.
func (ix *Index) takeAwake(keep func(*Package) bool) []*Package {
	ix.awake.mu.Lock()
	defer ix.awake.mu.Unlock()
	var out []*Package
	for path := range ix.awake.paths {
		p := ix.PackageOf(path)
		if p != nil && keep(p) {
			continue
		}
		delete(ix.awake.paths, path)
		if p != nil {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, comparePackages)
	return slices.Compact(out)
}

// WithAtRest returns the index after the changes, with the packages that change at rest.
func (ix *Index) WithAtRest(changes ...Change) *Index { return ix.with(changes, true) }

// AtRest returns the index with all packages at rest but those to keep. rested is called with each
// that went to rest, and with what took its place.
func (ix *Index) AtRest(keep func(*Package) bool, rested func(was, now *Package)) *Index {
	return ix.Apart(ix.takeAwake(keep), rested)
}

// Apart returns the index with other packages in the place of the given ones, which are at rest.
func (ix *Index) Apart(packages []*Package, rested func(was, now *Package)) *Index {
	next := *ix
	b := &batch{}
	for _, was := range packages {
		now := was.atRest(ix.awake.add)
		for _, f := range now.Files {
			next.files = next.files.set(b, f.Path, f)
		}
		next.packages = next.packages.set(b, now.Key, now)
		for i, d := range was.Documents {
			replace := func(docs []*Document) []*Document {
				docs = slices.Clone(docs)
				if at := slices.Index(docs, d); at >= 0 {
					docs[at] = now.Documents[i]
				}
				return docs
			}
			switch {
			case d.Name.Value == "":
			case d.Kind < Release:
				next.names = edit(next.names, b, d.Name.Value, replace)
			case d.Kind == Release:
				next.releases = edit(next.releases, b, releaseKey(d), replace)
			}
		}
		rested(was, now)
	}
	return &next
}

// atRest returns the same package at rest.
func (p *Package) atRest(onWake func(path string)) *Package {
	rested := &Package{Key: p.Key, Dir: p.Dir, Name: p.Name, Embedded: p.Embedded, said: p.said}
	files := make(map[*syntax.File]*syntax.File, len(p.Files)+1)
	for _, f := range p.Files {
		files[f] = f.AtRest(onWake)
		rested.Files = append(rested.Files, files[f])
	}
	for _, d := range p.Documents {
		rested.Documents = append(rested.Documents, d.atRest(rested, files))
	}
	return rested
}

// atRest returns the same document without its syntax trees, in another package, which has other
// files.
func (d *Document) atRest(p *Package, files map[*syntax.File]*syntax.File) *Document {
	rested := *d
	rested.Package, rested.written, rested.File = p, nil, files[d.File]
	for _, literal := range []*Literal{&rested.Name, &rested.Version, &rested.Namespace} {
		literal.File = files[literal.File]
	}
	if d.Reference != nil {
		ref := *d.Reference
		ref.of, ref.File = &rested, files[ref.File]
		if ref.Import != nil {
			ref.Import = importNamed(ref.File, ref.Import.Name)
		}
		if ref.meant.file != nil {
			ref.meant.file = files[ref.meant.file]
		}
		if ref.meant.imp != nil {
			ref.meant.imp = importNamed(ref.meant.file, ref.meant.imp.Name)
		}
		rested.Reference = &ref
	}
	return &rested
}

// reading returns what is only in the syntax trees.
func (d *Document) reading() *written {
	if d.written != nil {
		return d.written
	}
	d.Package.waking.Do(d.Package.wake)
	return d.Package.woken[d.number]
}

func (p *Package) wake() {
	for _, d := range p.readDocuments() {
		p.woken = append(p.woken, d.written)
	}
}
