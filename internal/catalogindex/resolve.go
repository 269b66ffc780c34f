package catalogindex

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/embedded"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A Source says how an import was found.
type Source string

// The sources, in the order in which they are asked.
const (
	Unresolved     Source = ""
	Builtin        Source = "CUE builtin package"
	WorkspaceCUE   Source = "package of the workspace"
	VendoredCUE    Source = "package under cue.mod"
	CatalogEntry   Source = "catalog, by name and version"
	CatalogNewest  Source = "catalog, newest version"
	VersionedDir   Source = "directory named by version"
	EmbeddedSource Source = "embedded core"
	Dependency     Source = "dependency of the CUE module" // declared; its content is not known
)

// An ImportTarget is what an import path leads to.
type ImportTarget struct {
	Source    Source
	Package   *Package    // nil for a builtin package
	Documents []*Document // those that the path names; all of the package if it names none
}

// A query is an import to resolve, taken apart once for all sources.
type query struct {
	file *syntax.File // that imports
	path string
	dir  string // path without package name and version
	name string // of the package, as stated behind a colon, or ""
	// catalog is the document that the path names with its exact version; if
	// isCatalog is false it names none.
	catalog   CatalogPath
	isCatalog bool
}

func newQuery(file *syntax.File, importPath string) query {
	q := query{file: file, path: importPath}
	q.dir, q.name = splitImport(importPath)
	q.catalog, q.isCatalog = ParseCatalogPath(importPath)
	return q
}

// statesVersion reports whether the path says an exact version behind its directory,
// as x@v1.2.3 and x:1.2.3 do. Such a path means that release and not what a
// directory holds now; in x/v1.2.3 the version is the directory.
func (q query) statesVersion() bool { return q.isCatalog && q.catalog.Separator != "/v" }

// sources lists the ways to resolve an import, in order. A new one is one more
// function here.
var sources = []func(*Index, query) (ImportTarget, bool){
	(*Index).fromBuiltin,
	(*Index).fromWorkspace,
	(*Index).fromVendored,
	(*Index).fromCatalog,
	(*Index).fromVersionedDir,
	(*Index).fromEmbedded,
	(*Index).fromDependency,
	(*Index).fromCatalogNewest,
}

// ResolveImport finds what an import path of a file leads to. Source is
// Unresolved if that is nothing.
func (ix *Index) ResolveImport(file *syntax.File, importPath string) ImportTarget {
	q := newQuery(file, importPath)
	for _, source := range sources {
		if target, ok := source(ix, q); ok {
			return target
		}
	}
	return ImportTarget{}
}

func (ix *Index) fromBuiltin(q query) (ImportTarget, bool) {
	return ImportTarget{Source: Builtin}, IsBuiltin(q.path)
}

// IsBuiltin reports whether an import path is a package of CUE itself.
func IsBuiltin(importPath string) bool {
	_, ok := slices.BinarySearch(builtinPackages, importPath)
	return ok
}

// BuiltinPackages returns the import paths of CUE's own packages, sorted.
func BuiltinPackages() []string { return slices.Clone(builtinPackages) }

// builtinPackages lists the packages that CUE brings along, sorted.
//
// Source: the directories of cuelang.org/go/pkg; a test compares.
var builtinPackages = []string{
	"crypto/ed25519", "crypto/hmac", "crypto/md5", "crypto/sha1", "crypto/sha256", "crypto/sha512",
	"encoding/base64", "encoding/csv", "encoding/hex", "encoding/json", "encoding/openapi", "encoding/toml", "encoding/yaml",
	"html", "list", "math", "math/bits", "net", "path", "regexp", "strconv", "strings", "struct",
	"text/tabwriter", "text/template", "time",
	"tool", "tool/cli", "tool/exec", "tool/file", "tool/http", "tool/os", "uuid",
}

// splitImport cuts the package name and the major version off an import path.
func splitImport(importPath string) (dir, name string) {
	dir, name, _ = strings.Cut(importPath, ":")
	dir, _, _ = strings.Cut(dir, "@")
	return path.Clean(dir), name
}

// choose returns, of the packages in a directory, the one that an import of the path
// dir means: the one with the name behind the colon or else with that of the path's
// last element, or the only one there is.
func choose(packages []*Package, dir, name string) *Package {
	var named []*Package
	for _, p := range packages {
		if p.Name != "" {
			named = append(named, p)
		}
	}
	want := cmp.Or(name, path.Base(dir))
	for _, p := range named {
		if p.Name == want {
			return p
		}
	}
	if name == "" && len(named) == 1 {
		return named[0]
	}
	return nil
}

func found(source Source, p *Package) (ImportTarget, bool) {
	if p == nil {
		return ImportTarget{}, false
	}
	return ImportTarget{source, p, p.Documents}, true
}

// fromWorkspace looks in the CUE modules of the workspace: in the one that the
// file belongs to, then in the others.
func (ix *Index) fromWorkspace(q query) (ImportTarget, bool) {
	if q.statesVersion() {
		return ImportTarget{}, false
	}
	major := majorOf(q.path)
	for m := range ix.modulesFor(q.file) {
		rel, ok := strings.CutPrefix(q.dir, m.path)
		switch {
		case m.path == "" || !ok || rel != "" && rel[0] != '/':
			continue
		case major != "" && m.major != "" && major != m.major:
			continue
		}
		at := filepath.Join(m.dir, filepath.FromSlash(rel))
		if target, ok := found(WorkspaceCUE, choose(ix.PackagesIn(at), q.dir, q.name)); ok {
			return target, true
		}
	}
	return ImportTarget{}, false
}

// majorOf returns the major version that an import path states, such as "v0", or "".
func majorOf(importPath string) string {
	importPath, _, _ = strings.Cut(importPath, ":")
	_, major, _ := strings.Cut(importPath, "@")
	return major
}

// modulesFor yields the CUE modules, the ones around the file first, innermost
// before outer.
func (ix *Index) modulesFor(file *syntax.File) func(yield func(cueModule) bool) {
	return func(yield func(cueModule) bool) {
		for _, around := range []bool{true, false} {
			for _, m := range ix.modules {
				if IsBelow(file.Path, m.dir) == around && !yield(m) {
					return
				}
			}
		}
	}
}

// vendorDirs are the directories in which CUE keeps packages of others, in the order
// in which they are asked.
var vendorDirs = []string{
	filepath.Join("cue.mod", "pkg"),
	filepath.Join("cue.mod", "gen"),
	filepath.Join("cue.mod", "usr"),
}

// vendoredPath returns the import path of a directory in which CUE keeps a package of
// others, and the directory of the CUE module that keeps it; "" for any other.
func vendoredPath(dir string) (importPath, moduleDir string) {
	const sep = string(filepath.Separator)
	for _, vendor := range vendorDirs {
		if i := strings.LastIndex(dir, sep+vendor+sep); i >= 0 {
			return filepath.ToSlash(dir[i+len(vendor)+2*len(sep):]), dir[:i]
		}
	}
	return "", ""
}

// fromVendored looks in cue.mod/pkg, gen and usr: in those around the file first,
// innermost before outer, then in the others.
func (ix *Index) fromVendored(q query) (ImportTarget, bool) {
	if q.statesVersion() {
		return ImportTarget{}, false
	}
	var candidates []string
	sameBase, _ := ix.bases.get(path.Base(q.dir))
	for at := range sameBase.all {
		if kept, _ := vendoredPath(at); kept == q.dir {
			candidates = append(candidates, at)
		}
	}
	slices.SortFunc(candidates, func(a, b string) int {
		_, moduleA := vendoredPath(a)
		_, moduleB := vendoredPath(b)
		return cmp.Or(
			boolCompare(IsBelow(q.file.Path, moduleB), IsBelow(q.file.Path, moduleA)),
			cmp.Compare(len(moduleB), len(moduleA)),
			cmp.Compare(moduleA, moduleB),
			cmp.Compare(vendorOrder(a), vendorOrder(b)),
		)
	})
	for _, at := range candidates {
		if target, ok := found(VendoredCUE, choose(ix.PackagesIn(at), q.dir, q.name)); ok {
			return target, true
		}
	}
	return ImportTarget{}, false
}

func vendorOrder(dir string) int {
	_, moduleDir := vendoredPath(dir)
	return slices.IndexFunc(vendorDirs, func(v string) bool { return IsBelow(dir, filepath.Join(moduleDir, v)) })
}

// fromCatalog looks for documents with the name and version in the path.
func (ix *Index) fromCatalog(q query) (ImportTarget, bool) {
	if !q.isCatalog {
		return ImportTarget{}, false
	}
	c := q.catalog
	var docs []*Document
	for _, d := range ix.Named(c.Name) {
		if strings.TrimPrefix(d.Version.Value, "v") == c.Version && (c.Package == "" || d.Package.Name == c.Package) {
			docs = append(docs, d)
		}
	}
	return documentsFound(CatalogEntry, docs)
}

func documentsFound(source Source, docs []*Document) (ImportTarget, bool) {
	if len(docs) == 0 {
		return ImportTarget{}, false
	}
	return ImportTarget{source, docs[0].Package, docs}, true
}

// fromVersionedDir looks for a directory that ends as the path does.
func (ix *Index) fromVersionedDir(q query) (ImportTarget, bool) {
	if !q.isCatalog {
		return ImportTarget{}, false
	}
	c := q.catalog
	dirs := ix.dirsNamed(c.Name + "@v" + c.Version)
	for _, dir := range ix.dirsNamed("v" + c.Version) {
		if filepath.Base(filepath.Dir(dir)) == c.Name {
			dirs = append(dirs, dir)
		}
	}
	for _, dir := range dirs {
		for _, p := range ix.PackagesIn(dir) {
			if len(p.Documents) > 0 && (c.Package == "" || p.Name == c.Package) {
				return found(VersionedDir, p)
			}
		}
	}
	return ImportTarget{}, false
}

// dirsNamed returns the directories with a last element, sorted.
func (ix *Index) dirsNamed(base string) []string {
	members, _ := ix.bases.get(base)
	var dirs []string
	for dir := range members.all {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	return dirs
}

// versionedDir takes the name and the version off a directory that ends in
// <name>@v<version> or <name>/v<version>.
func versionedDir(dir string) (name, version string, ok bool) {
	c, ok := ParseCatalogPath(filepath.ToSlash(dir))
	return c.Name, c.Version, ok && strings.HasSuffix(c.Separator, "v") && c.Separator != ":v" && c.Package == ""
}

// fromCatalogNewest looks for the newest document with the path's last element as
// its name, for a path that states no version. As wherever a version is left out, a
// pre-release counts only if there is nothing else.
func (ix *Index) fromCatalogNewest(q query) (ImportTarget, bool) {
	if q.isCatalog || strings.Contains(q.path, ":") {
		return ImportTarget{}, false
	}
	docs := slices.Clone(ix.Named(path.Base(q.dir)))
	slices.SortStableFunc(docs, func(a, b *Document) int {
		return cmp.Or(
			boolCompare(IsPreRelease(a.Version.Value), IsPreRelease(b.Version.Value)),
			CompareVersions(b.Version.Value, a.Version.Value),
		)
	})
	return documentsFound(CatalogNewest, docs)
}

// fromDependency answers for the packages of other CUE modules that module.cue names
// as dependencies. They are out of reach, and so nothing is known or wrong there.
func (ix *Index) fromDependency(q query) (ImportTarget, bool) {
	for m := range ix.modulesFor(q.file) {
		for _, dep := range m.dependencies {
			if q.dir == dep || strings.HasPrefix(q.dir, dep+"/") {
				return ImportTarget{Source: Dependency}, true
			}
		}
	}
	return ImportTarget{}, false
}

func (ix *Index) fromEmbedded(q query) (ImportTarget, bool) {
	return found(EmbeddedSource, ix.embedded[q.dir])
}

// embeddedPackages parses the core that comes with opm-lsp.
func embeddedPackages() map[string]*Package {
	files := embedded.Files()
	grouped := make(map[string][]*syntax.File)
	// The walk over files in memory cannot fail; a test reads every one.
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".cue" {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err == nil {
			dir := path.Dir(name)
			grouped[dir] = append(grouped[dir], syntax.Parse(EmbeddedRoot+name, string(content)))
		}
		return err
	})
	packages := make(map[string]*Package, len(grouped))
	for dir, list := range grouped {
		p := &Package{Key: EmbeddedRoot + dir, Dir: EmbeddedRoot + dir, Name: list[0].PackageName(), Embedded: true, Files: list}
		if dir == schemaPath {
			p.Documents = []*Document{configuration(p, Schema)}
		}
		packages[dir] = p
	}
	return packages
}

// corePath is the import path of the schemas that stand in for names such as
// #WorkloadComponent where a package does not define them.
const corePath = "core.opm.dev/v1"

// Core returns the embedded package of schemas.
func (ix *Index) Core() *Package { return ix.embedded[corePath] }

// EmbeddedRoot begins the paths of the files that come with opm-lsp and lie in no
// directory.
const EmbeddedRoot = "opm-core:/"

// A Resolution is what a document's reference leads to.
type Resolution struct {
	Import   *syntax.Import // the import that the reference goes through, or nil
	File     *syntax.File   // the file that imports so
	Source   Source         // how that import was found
	Package  *Package       // where the document was looked for
	Document *Document      // the document that the reference means, or nil
}

// Resolve finds the document that a document's reference means. It returns false
// if the document has no reference to resolve.
func (ix *Index) Resolve(d *Document) (Resolution, bool) {
	if d.Kind == Configuration || d.Kind == Editor {
		return Resolution{Source: EmbeddedSource, Document: ix.Schema()}, true
	}
	if d.Reference == nil || d.Reference.Names == nil {
		return Resolution{}, false
	}
	names := d.Reference.Names
	r := Resolution{Import: d.Reference.Import, File: d.Reference.File}
	if r.Import == nil {
		r.Source, r.Package = WorkspaceCUE, d.Package
		if r.Document = d.neighbour(names); r.Document != nil {
			return r, true
		}
		// A name for something imported: let M = catalog.#Module.
		names, r.File, r.Import = d.Reference.meant.names, d.Reference.meant.file, d.Reference.meant.imp
		if r.Import == nil {
			return r, true
		}
	}
	target := ix.ResolveImport(r.File, r.Import.Path)
	r.Source, r.Package = target.Source, target.Package
	r.Document = pick(target.Documents, names[1:], d)
	return r, true
}

// neighbour returns the other document of d's package that the names mean where d
// stands: as in CUE, the innermost struct around d that has it counts.
func (d *Document) neighbour(names []string) *Document {
	for depth := len(d.Path); depth >= 0; depth-- {
		path := slices.Concat(d.Path[:depth], names)
		for _, other := range d.Package.Documents {
			if other != d && slices.Equal(other.Path, path) {
				return other
			}
		}
	}
	return nil
}

// pick returns the document that the names behind an import mean to a document: the
// one at that path, or, for the name of a schema or no name at all, the one of that
// kind. Of several the first counts, and of those in one package the root.
func pick(docs []*Document, names []string, user *Document) *Document {
	kind := user.Kind - 1
	if len(names) > 0 {
		for _, d := range docs {
			if d != user && slices.Equal(d.Path, names) {
				return d
			}
		}
		var ok bool
		if kind, ok = schemaKind(names[0]); !ok || len(names) > 1 {
			return nil
		}
	}
	var first *Document
	for _, d := range docs {
		switch {
		case d == user || d.Kind != kind:
		case first == nil:
			first = d
		case len(first.Path) > 0 && len(d.Path) == 0 && d.Package == first.Package:
			first = d
		}
	}
	return first
}

func schemaKind(schema string) (Kind, bool) {
	for _, dialect := range dialects {
		if kind, ok := dialect.Schemas[schema]; ok {
			return kind, true
		}
	}
	return 0, false
}

// Dependents returns the packages that import the given one, directly or through
// others, in order of their keys.
func (ix *Index) Dependents(p *Package) []*Package {
	seen := map[string]*Package{p.Key: p}
	queue := []*Package{p}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for importer := range ix.importersOf(at) {
			if seen[importer.Key] == nil && ix.imports(importer, at) {
				seen[importer.Key] = importer
				queue = append(queue, importer)
			}
		}
	}
	delete(seen, p.Key)
	return slices.SortedFunc(maps.Values(seen), comparePackages)
}

// imports reports whether an import of the importer leads to the package.
func (ix *Index) imports(importer, p *Package) bool {
	for _, f := range importer.Files {
		for _, imp := range f.Imports() {
			target := ix.ResolveImport(f, imp.Path)
			if target.Package != nil && target.Package.Key == p.Key || slices.ContainsFunc(target.Documents, func(d *Document) bool { return d.Package.Key == p.Key }) {
				return true
			}
		}
	}
	return false
}
