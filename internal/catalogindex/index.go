// Package catalogindex holds the facts of a workspace: its files, packages and
// documents, and how their references and imports resolve. Facts come from syntax
// alone. Nothing here evaluates CUE, so the index is cheap, always there, and
// never wrong about a file that is broken somewhere else.
package catalogindex

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// An Index is the facts of the workspace at one moment. It is immutable: a change
// makes a new index, which shares with the old one what the change did not touch.
type Index struct {
	files     persistentMap[*syntax.File]
	packages  persistentMap[*Package]
	fileOwner persistentMap[string]      // file → key of its package
	dirs      persistentMap[[]string]    // directory → keys of its packages, sorted
	bases     persistentMap[[]string]    // last element of a directory → the directories, sorted
	names     persistentMap[[]*Document] // metadata name → definitions and Modules, in order
	importers persistentMap[[]string]    // importKey of an import path → keys of the packages that import so
	modules   []cueModule                // the CUE modules, longest directory first
	embedded  map[string]*Package        // import path → package of the embedded core
	revision  int                        // counts the changes of names and versions
}

// A cueModule is a directory with cue.mod/module.cue in it.
type cueModule struct {
	dir  string
	path string // as in module.cue, without a major version
	// dependencies are the paths of the modules under deps, without major versions.
	dependencies []string
}

// New returns an empty index, with the embedded core.
func New() *Index {
	return &Index{
		files:     newPersistentMap[*syntax.File](),
		packages:  newPersistentMap[*Package](),
		fileOwner: newPersistentMap[string](),
		dirs:      newPersistentMap[[]string](),
		bases:     newPersistentMap[[]string](),
		names:     newPersistentMap[[]*Document](),
		importers: newPersistentMap[[]string](),
		embedded:  embeddedPackages(),
	}
}

// A Change is a file that is new or different, or, with a nil File, one that is
// gone.
type Change struct {
	Path string // absolute
	File *syntax.File
}

// With returns the index after the changes. Its cost follows the size of the
// packages that change, not that of the workspace.
func (ix *Index) With(changes ...Change) *Index {
	next := *ix
	b := &batch{}
	dirty := make(map[string][]*syntax.File) // package key → its files from now on
	filesOf := func(key string) []*syntax.File {
		if files, ok := dirty[key]; ok {
			return files
		}
		if p, ok := next.packages.get(key); ok {
			return slices.Clone(p.Files)
		}
		return nil
	}
	for _, c := range changes {
		if isModuleFile(c.Path) {
			next.setModule(c)
		}
		if key, ok := next.fileOwner.get(c.Path); ok {
			dirty[key] = slices.DeleteFunc(filesOf(key), func(f *syntax.File) bool { return f.Path == c.Path })
			next.fileOwner = next.fileOwner.remove(b, c.Path)
			next.files = next.files.remove(b, c.Path)
		}
		if c.File == nil {
			continue
		}
		next.files = next.files.set(b, c.Path, c.File)
		key := packageKey(c.File)
		dirty[key] = append(filesOf(key), c.File)
		next.fileOwner = next.fileOwner.set(b, c.Path, key)
	}
	// First out with the old, then in with the new: a document that moves from one
	// package to another, because its package clause changed, is in both.
	before := make([]string, 0, len(dirty))
	for key := range dirty {
		if old, ok := next.packages.get(key); ok {
			before = append(before, titles(old)...)
			next.removePackage(b, old)
		}
	}
	var after []string
	for key, files := range dirty {
		if len(files) > 0 {
			after = append(after, titles(next.addPackage(b, key, files))...)
		}
	}
	slices.Sort(before)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		next.revision++
	}
	return &next
}

// packageKey returns the key of the package that the file belongs to.
func packageKey(f *syntax.File) string {
	if name := f.PackageName(); name != "" && !isModuleFile(f.Path) {
		return filepath.Dir(f.Path) + "\x00" + name
	}
	return f.Path
}

func isModuleFile(p string) bool {
	return filepath.Base(p) == "module.cue" && filepath.Base(filepath.Dir(p)) == "cue.mod"
}

func (ix *Index) setModule(c Change) {
	dir := filepath.Dir(filepath.Dir(c.Path))
	modules := slices.DeleteFunc(slices.Clone(ix.modules), func(m cueModule) bool { return m.dir == dir })
	if c.File != nil {
		root := []Part{{File: c.File, Decls: c.File.AST.Decls}}
		name, _, _ := strings.Cut(literalOf(root, "module").Value, "@")
		m := cueModule{dir: dir, path: name}
		for _, dep := range AllFields(StructParts(Fields(root, "deps"))) {
			depPath, _, _ := strings.Cut(dep.Name, "@")
			m.dependencies = append(m.dependencies, depPath)
		}
		modules = append(modules, m)
	}
	slices.SortFunc(modules, func(a, b cueModule) int {
		return cmp.Or(cmp.Compare(len(b.dir), len(a.dir)), cmp.Compare(a.dir, b.dir))
	})
	ix.modules = modules
}

// removePackage takes a package out of the tables.
func (ix *Index) removePackage(b *batch, p *Package) {
	ix.packages = ix.packages.remove(b, p.Key)
	for _, d := range p.Documents {
		ix.names = edit(ix.names, b, d.Name.Value, func(docs []*Document) []*Document { return without(docs, d) })
	}
	for _, k := range importKeys(p) {
		ix.importers = edit(ix.importers, b, k, func(keys []string) []string { return without(keys, p.Key) })
	}
	ix.dirs = edit(ix.dirs, b, p.Dir, func(keys []string) []string { return without(keys, p.Key) })
	if _, ok := ix.dirs.get(p.Dir); !ok {
		ix.bases = edit(ix.bases, b, filepath.Base(p.Dir), func(dirs []string) []string { return without(dirs, p.Dir) })
	}
}

// addPackage makes a package of the files and puts it into the tables.
func (ix *Index) addPackage(b *batch, key string, files []*syntax.File) *Package {
	p := newPackage(key, files)
	ix.packages = ix.packages.set(b, key, p)
	ix.dirs = edit(ix.dirs, b, p.Dir, func(keys []string) []string { return with(keys, key, cmp.Compare[string]) })
	ix.bases = edit(ix.bases, b, filepath.Base(p.Dir), func(dirs []string) []string { return with(dirs, p.Dir, cmp.Compare[string]) })
	for _, d := range p.Documents {
		if d.Kind != Release && d.Name.Value != "" {
			ix.names = edit(ix.names, b, d.Name.Value, func(docs []*Document) []*Document { return with(docs, d, compareDocuments) })
		}
	}
	for _, k := range importKeys(p) {
		ix.importers = edit(ix.importers, b, k, func(keys []string) []string { return with(keys, key, cmp.Compare[string]) })
	}
	return p
}

// titles returns what the definitions and Modules of a package are called.
func titles(p *Package) []string {
	var out []string
	for _, d := range p.Documents {
		if d.Kind != Release {
			out = append(out, d.Kind.String()+" "+d.Title())
		}
	}
	return out
}

func newPackage(key string, files []*syntax.File) *Package {
	slices.SortFunc(files, func(a, b *syntax.File) int { return cmp.Compare(a.Path, b.Path) })
	p := &Package{Key: key, Dir: filepath.Dir(files[0].Path), Name: files[0].PackageName(), Files: files}
	if !isModuleFile(files[0].Path) {
		p.Documents = recognise(p)
	}
	return p
}

// compareDocuments orders documents by file and place.
func compareDocuments(a, b *Document) int {
	return cmp.Or(cmp.Compare(a.File.Path, b.File.Path), a.Mark.Compare(b.Mark))
}

// edit replaces the list at a key of a table; an empty list is removed. A list is
// never changed in place, since older indexes hold it too.
func edit[T any](m persistentMap[[]T], b *batch, key string, change func([]T) []T) persistentMap[[]T] {
	list, _ := m.get(key)
	list = change(list)
	if len(list) == 0 {
		return m.remove(b, key)
	}
	return m.set(b, key, list)
}

func without[T comparable](list []T, item T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return x == item })
}

func with[T any](list []T, item T, compare func(a, b T) int) []T {
	i, found := slices.BinarySearchFunc(list, item, compare)
	if found {
		return list
	}
	return slices.Insert(slices.Clone(list), i, item)
}

// importKey returns a word by which the packages that an import path may lead to
// can be found again: the last path element that is no version.
func importKey(importPath string) string {
	if c, ok := ParseCatalogPath(importPath); ok {
		return c.Name
	}
	importPath, _, _ = strings.Cut(importPath, ":")
	importPath, _, _ = strings.Cut(importPath, "@")
	return path.Base(importPath)
}

func importKeys(p *Package) []string {
	var keys []string
	for _, f := range p.Files {
		for _, imp := range f.Imports() {
			keys = append(keys, importKey(imp.Path))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// File returns the file at a path, or nil.
func (ix *Index) File(path string) *syntax.File {
	f, _ := ix.files.get(path)
	return f
}

// Files returns the paths of all files, sorted.
func (ix *Index) Files() []string {
	paths := make([]string, 0, ix.files.length)
	for p := range ix.files.all {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// PackageOf returns the package that the file at a path belongs to, also if that
// is part of the embedded core; nil if there is no such file.
func (ix *Index) PackageOf(path string) *Package {
	if key, ok := ix.fileOwner.get(path); ok {
		return ix.Package(key)
	}
	if name, ok := strings.CutPrefix(path, EmbeddedRoot); ok {
		return ix.embedded[name[:strings.LastIndexByte(name, '/')]]
	}
	return nil
}

// Package returns the package with a key, or nil.
func (ix *Index) Package(key string) *Package {
	p, _ := ix.packages.get(key)
	return p
}

// Packages returns all packages of the workspace, in order of their keys.
func (ix *Index) Packages() []*Package {
	out := make([]*Package, 0, ix.packages.length)
	for _, p := range ix.packages.all {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Package) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// packagesIn returns the packages of a directory, in order of their keys.
func (ix *Index) packagesIn(dir string) []*Package {
	keys, _ := ix.dirs.get(dir)
	var out []*Package
	for _, k := range keys {
		out = append(out, ix.Package(k))
	}
	return out
}

// Named returns the definitions and Modules with a name, in order of place.
func (ix *Index) Named(name string) []*Document {
	docs, _ := ix.names.get(name)
	return docs
}

// Names returns the names of all documents of a kind, sorted.
func (ix *Index) Names(kind Kind) []string {
	var names []string
	for name, docs := range ix.names.all {
		if slices.ContainsFunc(docs, func(d *Document) bool { return d.Kind == kind }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Importers returns the packages that may import the given one: all that do, and
// perhaps some whose import only looks alike.
func (ix *Index) Importers(p *Package) []*Package {
	words := []string{filepath.Base(p.Dir), filepath.Base(filepath.Dir(p.Dir)), p.Name}
	name, _, _ := strings.Cut(filepath.Base(p.Dir), "@") // web-app@v1.0.0
	words = append(words, name)
	for _, d := range p.Documents {
		words = append(words, d.Name.Value)
	}
	slices.Sort(words)
	var keys []string
	for _, w := range slices.Compact(words) {
		found, _ := ix.importers.get(w)
		keys = append(keys, found...)
	}
	slices.Sort(keys)
	var out []*Package
	for _, k := range slices.Compact(keys) {
		if k != p.Key {
			out = append(out, ix.Package(k))
		}
	}
	return out
}

// Revision returns a number that differs between two indexes of one workspace
// whenever the names and versions of the definitions and Modules in it do.
func (ix *Index) Revision() int { return ix.revision }

// Unresolved returns the packages with an import that resolves nowhere, in order of
// their keys. It looks at every package.
func (ix *Index) Unresolved() []*Package {
	return slices.DeleteFunc(ix.Packages(), func(p *Package) bool {
		for _, f := range p.Files {
			for _, imp := range f.Imports() {
				if ix.ResolveImport(f, imp.Path).Source == Unresolved {
					return false
				}
			}
		}
		return true
	})
}
