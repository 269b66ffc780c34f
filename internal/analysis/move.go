package analysis

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Move is a file or a directory that gets another path. Both are absolute.
type Move struct{ From, To string }

// Moved returns the edits that keep right what names a directory that moves: imports of
// packages by their place in the CUE module, and the sources of opm-lsp.cue. What goes by
// name and version, as references to Modules do, needs none. They are sorted by file and
// place.
func (s *Snapshot) Moved(moves []Move) []Edit {
	var edits []Edit
	for _, p := range s.index.Packages() {
		for _, f := range p.Files {
			if s.isForeign(f.Path) {
				continue
			}
			for _, imp := range f.Imports() {
				if e, ok := s.movedImport(f, imp, moves); ok {
					edits = append(edits, e)
				}
			}
		}
	}
	for _, d := range s.configurations() {
		if !s.isForeign(d.File.Path) {
			edits = append(edits, s.movedSources(d, moves)...)
		}
	}
	slices.SortFunc(edits, func(a, b Edit) int {
		if a.Path != b.Path {
			return strings.Compare(a.Path, b.Path)
		}
		return a.Span.Compare(b.Span)
	})
	return edits
}

// movedTo returns where a path is after the moves.
func movedTo(at string, moves []Move) (string, bool) {
	for _, m := range moves {
		if catalogindex.IsBelow(at, m.From) {
			return m.To + at[len(m.From):], true
		}
	}
	return at, false
}

// movedDir returns where the package in a directory is after the moves: with the directory,
// or with all of its files.
func movedDir(p *catalogindex.Package, moves []Move) (string, bool) {
	if to, ok := movedTo(p.Dir, moves); ok {
		return to, true
	}
	dir := ""
	for _, f := range p.Files {
		to, ok := movedTo(f.Path, moves)
		if !ok || dir != "" && dir != filepath.Dir(to) {
			return p.Dir, false // some of it stays
		}
		dir = filepath.Dir(to)
	}
	return dir, dir != p.Dir
}

// movedImport rewrites the path of an import that leads to a place of the CUE module.
func (s *Snapshot) movedImport(f *syntax.File, imp syntax.Import, moves []Move) (Edit, bool) {
	target := s.index.ResolveImport(f, imp.Path)
	if target.Source != catalogindex.WorkspaceCUE || target.Package == nil || !isWrittenOut(f, imp.Span, imp.Path) {
		return Edit{}, false
	}
	to, ok := movedDir(target.Package, moves)
	if !ok {
		return Edit{}, false
	}
	rest := imp.Path
	dir := rest
	if i := strings.IndexAny(rest, "@:"); i >= 0 {
		dir, rest = rest[:i], rest[i:]
	} else {
		rest = ""
	}
	from, err := filepath.Rel(target.Package.Dir, to)
	if err != nil {
		return Edit{}, false
	}
	// The path of the module stays what it is: a move out of it leads nowhere.
	moved := path.Join(dir, filepath.ToSlash(from))
	module, ok := s.moduleOf(target.Package.Dir, dir)
	if !ok || moved != module && !strings.HasPrefix(moved, module+"/") {
		return Edit{}, false
	}
	if path.Base(moved) != target.Package.Name && rest == "" && target.Package.Name != "" {
		rest = ":" + target.Package.Name
	}
	newText := moved + rest
	span := insideQuotes(f, imp.Span)
	return Edit{Location: Location{Path: f.Path, Span: span}, NewText: newText}, newText != imp.Path
}

// moduleOf returns the path of the CUE module of which a directory has an import path.
func (s *Snapshot) moduleOf(dir, importPath string) (string, bool) {
	for importPath != "." && importPath != "/" {
		if s.index.File(filepath.Join(dir, "cue.mod", "module.cue")) != nil {
			return importPath, true
		}
		if path.Base(importPath) != filepath.Base(dir) {
			return "", false
		}
		dir, importPath = filepath.Dir(dir), path.Dir(importPath)
	}
	return "", false
}

// movedSources rewrites the sources of a configuration that name a directory which moves.
func (s *Snapshot) movedSources(d *catalogindex.Document, moves []Move) []Edit {
	var out []Edit
	base := filepath.Dir(d.File.Path)
	for _, field := range catalogindex.Fields(d.Parts(), "sources") {
		list, ok := field.Field.Value.(*ast.ListLit)
		if !ok {
			continue
		}
		for _, e := range list.Elts {
			lit, ok := e.(*ast.BasicLit)
			if !ok {
				continue
			}
			span := insideQuotes(field.File, field.File.Span(lit))
			written := field.File.Text.Slice(span)
			if !isWrittenOut(field.File, text.Span{Start: span.Start - 1, End: span.End + 1}, written) || strings.ContainsAny(written, "\\~") {
				continue
			}
			at := filepath.FromSlash(written)
			if !filepath.IsAbs(at) {
				at = filepath.Join(base, at)
			}
			to, ok := movedTo(filepath.Clean(at), moves)
			if !ok {
				continue
			}
			newText := to
			if !filepath.IsAbs(filepath.FromSlash(written)) {
				rel, err := filepath.Rel(base, to)
				if err != nil {
					continue
				}
				newText = rel
				if strings.HasPrefix(written, "./") && !strings.HasPrefix(rel, "..") {
					newText = "./" + rel
				}
			}
			out = append(out, Edit{Location: Location{Path: field.File.Path, Span: span}, NewText: filepath.ToSlash(newText)})
		}
	}
	return out
}
