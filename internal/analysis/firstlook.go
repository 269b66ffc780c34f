package analysis

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A file that is open is looked at before the whole workspace is read, however large that is:
// it needs its own package and those that it imports, and these are mostly where their names
// say. What this finds is true as far as it goes. What needs all documents, such as a newer
// version of a Module, comes when all are read.

// The bounds of a first look: beyond them it is quicker to wait.
const (
	maxFirstDirectories = 4000 // that are listed
	maxFirstFiles       = 200  // that are read
	maxFirstTime        = 2 * time.Second
)

// FirstLook returns a snapshot that has the file at path, with the given content, and all that
// it depends on, without reading the rest of the workspace. ok is false if something that it
// depends on is not found at once, or may be another thing in the whole workspace.
func FirstLook(ctx context.Context, roots []string, path, content string, options ...Option) (s *Snapshot, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, maxFirstTime)
	defer cancel()
	i := slices.IndexFunc(roots, func(root string) bool { return catalogindex.IsBelow(path, root) })
	if i < 0 {
		return nil, false
	}
	s = &Snapshot{roots: slices.Clone(roots), index: catalogindex.New(), memo: newMemo()}
	for _, option := range options {
		option(s)
	}
	l := &firstLook{ctx: ctx, root: roots[i], seen: make(map[string]bool), listed: make(map[string]bool)}
	l.read(filepath.Join(l.root, catalogindex.ConfigurationFile))
	for dir := filepath.Dir(path); catalogindex.IsBelow(dir, l.root); dir = filepath.Dir(dir) {
		l.read(filepath.Join(dir, "cue.mod", "module.cue"))
	}
	if syntax.Parse(path, content).PackageName() != "" { // or else it is a package by itself
		l.readDirectory(filepath.Dir(path))
	}
	s = s.with(l.take()...).WithText(path, content)
	for _, d := range s.configurations() {
		if len(s.sourcesOf(d)) > 0 {
			return nil, false // they are part of the catalog, wherever they are
		}
	}
	for {
		wanted, sure := s.unresolvedImports(path)
		switch {
		case !sure || ctx.Err() != nil || len(l.seen) >= maxFirstFiles:
			return nil, false
		case len(wanted) == 0:
			return s, true
		case !l.find(s, wanted):
			return nil, false
		}
		s = s.with(l.take()...)
	}
}

// FirstDiagnostics returns what is wrong in one file of a first look. What is said of a
// suppression waits: that nothing is suppressed by it may be because not all was read.
func (s *Snapshot) FirstDiagnostics(path string) []Diagnostic {
	return slices.DeleteFunc(slices.Clone(s.Diagnostics(path)), func(d Diagnostic) bool {
		return strings.HasPrefix(d.Code, suppressionCategory+"/")
	})
}

// suppressionCategory is that of the rules about comments that suppress others.
const suppressionCategory = "suppression"

// unresolvedImports returns the imports that lead nowhere yet, of the package of a file and of
// all that it reads. sure is false if one leads to what may not be the newest of its name.
func (s *Snapshot) unresolvedImports(path string) (wanted []string, sure bool) {
	for _, p := range s.fingerprintsOf(s.index.PackageOf(path)).reads {
		for _, f := range p.Files {
			for _, imp := range f.Imports() {
				switch s.index.ResolveImport(f, imp.Path).Source {
				case catalogindex.CatalogNewest:
					return nil, false
				case catalogindex.Unresolved:
					wanted = append(wanted, imp.Path)
				}
			}
		}
	}
	return wanted, true
}

// A firstLook reads the files of a workspace that matter first.
type firstLook struct {
	ctx    context.Context
	root   string
	seen   map[string]bool // files that were read, or could not be
	found  []catalogindex.Change
	listed map[string]bool // directories of which the entries are in queue and names
	queue  []string        // directories to list, those near the root first
	names  []string        // files and directories that were listed
	lists  int
}

// take returns the files that were read since the last take.
func (l *firstLook) take() []catalogindex.Change {
	taken := l.found
	l.found = nil
	return taken
}

func (l *firstLook) read(path string) {
	if l.seen[path] || len(l.seen) >= maxFirstFiles {
		return
	}
	l.seen[path] = true
	if f, err := catalogindex.ReadFile(path); err == nil {
		l.found = append(l.found, catalogindex.Change{Path: path, File: f})
	}
}

func (l *firstLook) readDirectory(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Type().IsRegular() && catalogindex.IsCUE(e.Name()) {
			l.read(filepath.Join(dir, e.Name()))
		}
	}
}

// find reads what imports may lead to, by the names of files and directories, until something
// new is read; it returns false if there is nothing.
func (l *firstLook) find(s *Snapshot, wanted []string) bool {
	var likely []likeness
	for _, importPath := range wanted {
		likely = append(likely, newLikeness(importPath))
	}
	for _, listed := range l.names {
		l.match(listed, likely)
	}
	if len(l.listed) == 0 {
		l.listed[l.root] = true
		l.queue = append(l.queue, l.root)
	}
	for len(l.found) == 0 && len(l.queue) > 0 && l.lists < maxFirstDirectories && l.ctx.Err() == nil {
		dir := l.queue[0]
		l.queue = l.queue[1:]
		l.list(dir, likely)
	}
	return len(l.found) > 0
}

// list notes what is in a directory, and reads what is likely to be wanted.
func (l *firstLook) list(dir string, likely []likeness) {
	l.lists++
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir() && !catalogindex.SkipsDir(e.Name()):
			l.queue = append(l.queue, path)
		case e.Type().IsRegular() && catalogindex.IsCUE(path):
		default:
			continue
		}
		l.names = append(l.names, path)
		l.match(path, likely)
	}
}

// match reads a file or a directory if one of the imports is likely to lead to it.
func (l *firstLook) match(listed string, likely []likeness) {
	name, isFile := strings.CutSuffix(filepath.Base(listed), ".cue")
	for _, like := range likely {
		switch {
		case !like.isCalled(name):
		case isFile:
			l.readDirectory(filepath.Dir(listed)) // a package may be several files
		default:
			l.readDirectory(listed)
			l.readVersions(listed, like.version)
		}
	}
}

// readVersions reads the directories of versions in a directory: one, or all if version is "".
func (l *firstLook) readVersions(dir, version string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if stated, ok := strings.CutPrefix(e.Name(), "v"); ok && e.IsDir() && (version == "" || stated == version) {
			l.readDirectory(filepath.Join(dir, e.Name()))
		}
	}
}

// A likeness says what the file or the directory may be called that an import leads to.
type likeness struct {
	names   []string // plain
	version string   // without "v"; "" if the import states none
}

func newLikeness(importPath string) likeness {
	names := []string{plainName(syntax.DefaultImportName(importPath))}
	if c, ok := catalogindex.ParseCatalogPath(importPath); ok {
		return likeness{append(names, plainName(c.Name)), strings.TrimPrefix(c.Version, "v")}
	}
	dir, _, _ := strings.Cut(importPath, "@")
	dir, _, _ = strings.Cut(dir, ":")
	return likeness{append(names, plainName(path.Base(dir))), ""}
}

// isCalled reports whether a file or a directory of a name is likely to be it: web-app, or
// web_app, for web-app and for managed-web-app.
func (k likeness) isCalled(name string) bool {
	plain := plainName(name)
	return slices.ContainsFunc(k.names, func(wanted string) bool {
		return plain == wanted || len(plain) >= minLikeness && strings.Contains(wanted, plain)
	})
}

// minLikeness is how many letters a part of a name must have to tell something.
const minLikeness = 4

// plainName leaves out by what names of files, directories and packages differ that mean the
// same.
func plainName(name string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(name))
}
