// Package catalogindex holds the facts of a workspace: its files, packages and
// documents, and how their references and imports resolve. Facts come from syntax
// alone. Nothing here evaluates CUE, so the index is cheap, always there, and
// never wrong about a file that is broken somewhere else.
package catalogindex

import (
	"cmp"
	"iter"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unique"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// An Index is the facts of the workspace at one moment. It is immutable: a change
// makes a new index, which shares with the old one what the change did not touch.
type Index struct {
	files     persistentMap[*syntax.File]
	packages  persistentMap[*Package]
	fileOwner persistentMap[string]      // file → key of its package
	dirs      persistentMap[set]         // directory → keys of its packages
	bases     persistentMap[set]         // last element of a directory → the directories
	clauses   persistentMap[set]         // package clause → keys of the packages that have it
	below     persistentMap[int]         // directory → how many directories below it have packages
	names     persistentMap[[]*Document] // metadata name → definitions and Modules, in order
	releases  persistentMap[[]*Document] // namespace/name → releases, in order
	importers persistentMap[set]         // importKeys of an import path → keys of the packages that import so
	census    census                     // what documents say in their metadata
	modules   []cueModule                // the CUE modules, longest directory first
	embedded  map[string]*Package        // import path → package of the embedded core
	revision  int                        // counts the changes of names
	shape     *Shape
	awake     *awake
}

// A cueModule is a directory with cue.mod/module.cue in it.
type cueModule struct {
	dir   string
	path  string // as in module.cue, without a major version
	major string // "v0", or "" if module.cue states none
	// dependencies are the paths of the modules under deps, without major versions.
	dependencies []string
}

// New returns an empty index, with the embedded core.
func New() *Index {
	return &Index{
		files:     newPersistentMap[*syntax.File](),
		packages:  newPersistentMap[*Package](),
		fileOwner: newPersistentMap[string](),
		dirs:      newPersistentMap[set](),
		bases:     newPersistentMap[set](),
		clauses:   newPersistentMap[set](),
		below:     newPersistentMap[int](),
		names:     newPersistentMap[[]*Document](),
		releases:  newPersistentMap[[]*Document](),
		importers: newPersistentMap[set](),
		census:    newCensus(),
		embedded:  embeddedPackages(),
		shape:     &Shape{},
		awake:     &awake{paths: make(map[string]struct{})},
	}
}

// A Change is a file that is new or different, or, with a nil File, one that is
// gone.
type Change struct {
	Path string // absolute
	File *syntax.File
}

// With returns the index after the changes. Of several changes of one path the last
// one counts. The cost follows the size of the packages that change, not that of
// the workspace.
func (ix *Index) With(changes ...Change) *Index { return ix.with(changes, false) }

// with returns the index after the changes, with what changed at rest if resting is set.
func (ix *Index) with(changes []Change, resting bool) *Index {
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
	var modules []Change
	for _, c := range changes {
		if isModuleFile(c.Path) {
			modules = append(modules, c)
		}
		was, wasThere := next.fileOwner.get(c.Path)
		if wasThere {
			dirty[was] = slices.DeleteFunc(filesOf(was), func(f *syntax.File) bool { return f.Path == c.Path })
		}
		if c.File == nil {
			next.fileOwner = next.fileOwner.remove(b, c.Path)
			next.files = next.files.remove(b, c.Path)
			continue
		}
		key := packageKey(c.File)
		dirty[key] = append(filesOf(key), c.File)
		if !wasThere || was != key {
			next.fileOwner = next.fileOwner.set(b, c.Path, key)
		}
	}
	next.setModules(modules)
	next.setPackages(b, dirty, resting)
	return &next
}

// packageKey returns the key of the package that the file belongs to. Files that CUE
// reads only for its commands, or under a condition, are by themselves.
func packageKey(f *syntax.File) string {
	if name := f.PackageName(); name != "" && !isModuleFile(f.Path) && !IsConfiguration(f.Path) && !isForCommands(f.Path) && !f.IsConditional() {
		return filepath.Dir(f.Path) + "\x00" + name
	}
	return f.Path
}

func isForCommands(path string) bool {
	return strings.HasSuffix(path, "_tool.cue") || strings.HasSuffix(path, "_test.cue")
}

// IsPartial reports whether more belongs to a package under some condition: files of
// its directory that say @if. What they hold is not known.
func (ix *Index) IsPartial(p *Package) bool {
	return p.Name != "" && slices.ContainsFunc(ix.packagesCalled(p.Dir, p.Name), func(other *Package) bool {
		return other != p && other.Files[0].IsConditional()
	})
}

// Completed returns the packages that a file under a condition may add to: those of its
// directory with its package clause; none for any other file.
func (ix *Index) Completed(path string) []*Package {
	f := ix.File(path)
	if f == nil || !f.IsConditional() {
		return nil
	}
	return slices.DeleteFunc(ix.PackagesIn(filepath.Dir(path)), func(p *Package) bool { return p.Name != f.PackageName() })
}

func isModuleFile(p string) bool {
	return filepath.Base(p) == "module.cue" && filepath.Base(filepath.Dir(p)) == "cue.mod"
}

func (ix *Index) setModules(changes []Change) {
	if len(changes) == 0 {
		return
	}
	ix.shape = &Shape{}
	modules := make(map[string]cueModule)
	for _, m := range ix.modules {
		modules[m.dir] = m
	}
	for _, c := range changes {
		dir := filepath.Dir(filepath.Dir(c.Path))
		if c.File == nil {
			delete(modules, dir)
		} else {
			modules[dir] = readModule(dir, c.File)
		}
	}
	ix.modules = slices.SortedFunc(maps.Values(modules), func(a, b cueModule) int {
		return cmp.Or(cmp.Compare(len(b.dir), len(a.dir)), cmp.Compare(a.dir, b.dir))
	})
}

func readModule(dir string, f *syntax.File) cueModule {
	root := []Part{{File: f, Decls: f.AST().Decls}}
	m := cueModule{dir: dir}
	m.path, m.major, _ = strings.Cut(literalOf(root, "module").Value, "@")
	for _, dep := range AllFields(StructParts(Fields(root, "deps"))) {
		depPath, _, _ := strings.Cut(dep.Name, "@")
		m.dependencies = append(m.dependencies, depPath)
	}
	return m
}

// setPackages replaces each package by one of the given files, or removes it if
// there are none, and keeps the tables in step.
func (ix *Index) setPackages(b *batch, dirty map[string][]*syntax.File, resting bool) {
	type replacement struct {
		key      string
		old, now *Package
	}
	var all []replacement
	for _, key := range slices.Sorted(maps.Keys(dirty)) {
		r := replacement{key: key}
		r.old, _ = ix.packages.get(key)
		if files := dirty[key]; len(files) > 0 {
			r.now = newPackage(key, files)
			if resting {
				r.now = r.now.atRest(ix.awake.add)
			}
			for _, f := range r.now.Files {
				ix.files = ix.files.set(b, f.Path, f)
				if !resting {
					ix.awake.add(f.Path)
				}
			}
		}
		all = append(all, r)
	}
	if slices.ContainsFunc(all, func(r replacement) bool { return !sameShape(r.old, r.now) }) {
		ix.shape = &Shape{}
	}
	// What goes goes first: a document that changes its package is in both, at one
	// place.
	for _, r := range all {
		for _, d := range r.old.curated() {
			ix.names = edit(ix.names, b, d.Name.Value, func(docs []*Document) []*Document { return without(docs, d) })
		}
		for _, d := range r.old.releases() {
			ix.releases = edit(ix.releases, b, releaseKey(d), func(docs []*Document) []*Document { return without(docs, d) })
		}
	}
	said := make(map[unique.Handle[saying]]int)
	for _, r := range all {
		r.old.countSaid(said, -1)
		r.now.countSaid(said, 1)
	}
	ix.census = ix.census.with(b, said)
	for _, r := range all {
		for _, d := range r.now.releases() {
			ix.releases = edit(ix.releases, b, releaseKey(d), func(docs []*Document) []*Document { return with(docs, d, compareDocuments) })
		}
		for _, d := range r.now.curated() {
			ix.names = edit(ix.names, b, d.Name.Value, func(docs []*Document) []*Document { return with(docs, d, compareDocuments) })
		}
		if !slices.EqualFunc(r.old.curated(), r.now.curated(), sameTitle) {
			ix.revision++
		}
		oldKeys, nowKeys := r.old.importKeys(), r.now.importKeys()
		for _, k := range oldKeys {
			if _, stays := slices.BinarySearch(nowKeys, k); !stays {
				ix.importers = removeFrom(ix.importers, b, k, r.key)
			}
		}
		for _, k := range nowKeys {
			if _, was := slices.BinarySearch(oldKeys, k); !was {
				ix.importers = addTo(ix.importers, b, k, r.key)
			}
		}
		ix.setClause(b, r.key, r.old.clause(), r.now.clause())
		switch {
		case r.now != nil:
			ix.packages = ix.packages.set(b, r.key, r.now)
			if r.old == nil {
				ix.addToDirectory(b, r.now.Dir, r.key)
			}
		case r.old != nil:
			ix.packages = ix.packages.remove(b, r.key)
			ix.removeFromDirectory(b, r.old.Dir, r.key)
		}
	}
}

// setClause keeps the table of clauses in step with a package that has another one.
func (ix *Index) setClause(b *batch, key, old, now string) {
	if old == now {
		return
	}
	if old != "" {
		ix.clauses = removeFrom(ix.clauses, b, old, key)
	}
	if now != "" {
		ix.clauses = addTo(ix.clauses, b, now, key)
	}
}

// clause returns the name in the package clause, or "". The package may be nil.
func (p *Package) clause() string {
	if p == nil {
		return ""
	}
	return p.Name
}

func (ix *Index) addToDirectory(b *batch, dir, key string) {
	if !ix.dirs.has(dir) {
		ix.bases = addTo(ix.bases, b, filepath.Base(dir), dir)
		ix.countAbove(b, dir, 1)
	}
	ix.dirs = addTo(ix.dirs, b, dir, key)
}

func (ix *Index) removeFromDirectory(b *batch, dir, key string) {
	ix.dirs = removeFrom(ix.dirs, b, dir, key)
	if !ix.dirs.has(dir) {
		ix.bases = removeFrom(ix.bases, b, filepath.Base(dir), dir)
		ix.countAbove(b, dir, -1)
	}
}

// countAbove adds to the number of directories with packages below each one above dir.
func (ix *Index) countAbove(b *batch, dir string, n int) {
	for parent := filepath.Dir(dir); parent != dir; parent = filepath.Dir(dir) {
		count, _ := ix.below.get(parent)
		if count += n; count > 0 {
			ix.below = ix.below.set(b, parent, count)
		} else {
			ix.below = ix.below.remove(b, parent)
		}
		dir = parent
	}
}

// curated returns the documents that a reference can name: definitions and Modules
// with a name. The package may be nil.
func (p *Package) curated() []*Document {
	if p == nil {
		return nil
	}
	var out []*Document
	for _, d := range p.Documents {
		if d.Kind < Release && d.Name.Value != "" {
			out = append(out, d)
		}
	}
	return out
}

// releases returns the releases with a name. The package may be nil.
func (p *Package) releases() []*Document {
	if p == nil {
		return nil
	}
	var out []*Document
	for _, d := range p.Documents {
		if d.Kind == Release && d.Name.Value != "" {
			out = append(out, d)
		}
	}
	return out
}

// DefaultNamespace is where a release goes that names no namespace.
const DefaultNamespace = "default"

func releaseKey(d *Document) string {
	return cmp.Or(d.Namespace.Value, DefaultNamespace) + "/" + d.Name.Value
}

func sameTitle(a, b *Document) bool {
	return a.Kind == b.Kind && a.Name.Value == b.Name.Value && a.Version.Value == b.Version.Value
}

// importKeys returns the keys under which the importers table lists the package,
// sorted. The package may be nil.
func (p *Package) importKeys() []string {
	if p == nil {
		return nil
	}
	var keys []string
	for _, f := range p.Files {
		for _, imp := range f.Imports() {
			keys = append(keys, importKeys(imp.Path)...)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func newPackage(key string, files []*syntax.File) *Package {
	slices.SortFunc(files, func(a, b *syntax.File) int { return cmp.Compare(a.Path, b.Path) })
	p := &Package{Key: key, Dir: filepath.Dir(files[0].Path), Name: files[0].PackageName(), Files: files}
	p.Documents = p.readDocuments()
	p.said = saidBy(p.Documents)
	return p
}

// readDocuments finds the documents of the package in the syntax trees of its files.
func (p *Package) readDocuments() []*Document {
	var documents []*Document
	switch path := p.Files[0].Path; {
	case isModuleFile(path):
	case IsConfiguration(path):
		documents = []*Document{configuration(p, Configuration)}
	default:
		documents = recognise(p)
	}
	for i, d := range documents {
		d.number = i
	}
	return documents
}

// compareDocuments orders documents by file and place.
func compareDocuments(a, b *Document) int {
	return cmp.Or(cmp.Compare(a.File.Path, b.File.Path), a.Mark.Compare(b.Mark), slices.Compare(a.Path, b.Path))
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

// importKeys returns the keys by which the packages that an import path may lead to
// can be found again: its directory, and the document that it names. They are what
// [Index.Importers] looks for.
func importKeys(importPath string) []string {
	dir, _ := splitImport(importPath)
	if c, ok := ParseCatalogPath(importPath); ok {
		return []string{"dir " + dir, versionKey(c.Name, c.Version)}
	}
	return []string{"dir " + dir, "name " + path.Base(dir)}
}

func versionKey(name, version string) string {
	return "version " + name + ":" + strings.TrimPrefix(version, "v")
}

// File returns the file at a path, also if that is part of the embedded core; nil
// if there is none.
func (ix *Index) File(path string) *syntax.File {
	if f, ok := ix.files.get(path); ok {
		return f
	}
	if p := ix.embeddedPackage(path); p != nil {
		if i := slices.IndexFunc(p.Files, func(f *syntax.File) bool { return f.Path == path }); i >= 0 {
			return p.Files[i]
		}
	}
	return nil
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
	return ix.embeddedPackage(path)
}

func (ix *Index) embeddedPackage(file string) *Package {
	name, ok := strings.CutPrefix(file, EmbeddedRoot)
	if !ok {
		return nil
	}
	return ix.embedded[path.Dir(name)]
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
	slices.SortFunc(out, comparePackages)
	return out
}

func comparePackages(a, b *Package) int { return cmp.Compare(a.Key, b.Key) }

// PackagesIn returns the packages of a directory (absolute), in order of their keys.
func (ix *Index) PackagesIn(dir string) []*Package {
	return ix.packagesOf(ix.dirs, dir)
}

// packagesOf returns the packages that a table lists at a key, in order of their keys.
func (ix *Index) packagesOf(table persistentMap[set], key string) []*Package {
	members, _ := table.get(key)
	var out []*Package
	for k := range members.all {
		out = append(out, ix.Package(k))
	}
	slices.SortFunc(out, comparePackages)
	return out
}

// Named returns the definitions and Modules with a name, in order of place.
func (ix *Index) Named(name string) []*Document {
	docs, _ := ix.names.get(name)
	return docs
}

// Releases returns the releases with a namespace and a name, in order of place; "" is the
// default namespace.
func (ix *Index) Releases(namespace, name string) []*Document {
	docs, _ := ix.releases.get(cmp.Or(namespace, DefaultNamespace) + "/" + name)
	return docs
}

// Relatives returns the packages with a document that is called as one of the given
// package's: a definition or Module of the same name, in whatever version, or a release of
// the same namespace and name. They are what rules about the whole catalog compare. Where a
// release goes past the catalog to a definition, the Modules made from that are relatives too.
func (ix *Index) Relatives(p *Package) []*Package {
	var out []*Package
	add := func(docs []*Document) {
		for _, d := range docs {
			if d.Package.Key != p.Key {
				out = append(out, d.Package)
			}
		}
	}
	for _, d := range p.curated() {
		add(ix.Named(d.Name.Value))
	}
	for _, d := range p.releases() {
		add(ix.Releases(d.Namespace.Value, d.Name.Value))
	}
	out = append(out, ix.pastCatalog(p)...)
	slices.SortFunc(out, comparePackages)
	return slices.Compact(out)
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

// Importers returns the packages that may import the given one, in order of their
// keys: all that do, and perhaps some whose import only looks alike.
func (ix *Index) Importers(p *Package) []*Package {
	out := slices.SortedFunc(ix.importersOf(p), comparePackages)
	return slices.Compact(out)
}

// importersOf yields the packages of Importers in no particular order, and some more than once.
func (ix *Index) importersOf(p *Package) iter.Seq[*Package] {
	return func(yield func(*Package) bool) {
		for _, k := range ix.keysOf(p) {
			keys, _ := ix.importers.get(k)
			for importer := range keys.all {
				if importer != p.Key && !yield(ix.Package(importer)) {
					return
				}
			}
		}
	}
}

// keysOf returns, for every way to resolve an import, the key of an import path that
// leads to the package.
func (ix *Index) keysOf(p *Package) []string {
	if name, ok := strings.CutPrefix(p.Key, EmbeddedRoot); ok {
		return []string{"dir " + name}
	}
	var keys []string
	for _, m := range ix.modules {
		if m.path != "" && IsBelow(p.Dir, m.dir) {
			keys = append(keys, "dir "+path.Join(m.path, filepath.ToSlash(p.Dir[len(m.dir):])))
		}
	}
	if importPath, _ := vendoredPath(p.Dir); importPath != "" {
		keys = append(keys, "dir "+importPath)
	}
	if name, version, ok := versionedDir(p.Dir); ok {
		keys = append(keys, versionKey(name, version))
	}
	for _, d := range p.curated() {
		keys = append(keys, "name "+d.Name.Value, versionKey(d.Name.Value, d.Version.Value))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
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
