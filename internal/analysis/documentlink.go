package analysis

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An ImportLink leads from the path of an import to what is imported.
type ImportLink struct {
	Span    text.Span // of the path, without its quotes
	Import  string    // the path
	Path    string    // of the file that it leads to; "" if it leads to a page of the web
	Line    int       // in that file, from 0
	Page    string    // the URL of the page
	Tooltip string    // what is there, in words
}

// ImportLinks returns where the imports of a file lead, in order. One that leads nowhere has
// no link.
func (s *Snapshot) ImportLinks(file string) []ImportLink {
	f := s.index.File(file)
	if f == nil {
		return nil
	}
	var out []ImportLink
	for _, imp := range f.Imports() {
		if link, ok := s.importLink(f, imp); ok {
			out = append(out, link)
		}
	}
	return out
}

func (s *Snapshot) importLink(f *syntax.File, imp syntax.Import) (ImportLink, bool) {
	link := ImportLink{Span: withoutQuotes(f, imp.Span), Import: imp.Path}
	target := s.index.ResolveImport(f, imp.Path)
	switch {
	case link.Span.Len() == 0:
		return link, false
	case target.Source == catalogindex.Builtin:
		link.Page = "https://pkg.go.dev/cuelang.org/go/pkg/" + imp.Path
		link.Tooltip = "CUE's package " + imp.Path
		return link, true
	case target.Package == nil || len(target.Package.Files) == 0:
		return link, false
	}
	if d := documentOf(target); d != nil {
		file, at := focusOf(d)
		link.Path, link.Line = file.Path, file.Text.LineOf(at.Start)
		link.Tooltip = d.Kind.String() + " " + d.Title()
	} else {
		file := mainFile(target.Package)
		link.Path, link.Line = file.Path, clauseLine(file)
		link.Tooltip = "package " + cmp.Or(target.Package.Name, path.Base(filepath.ToSlash(target.Package.Dir)))
	}
	link.Tooltip += " (" + string(target.Source) + ")"
	return link, true
}

// documentOf returns the document that an import means: what releases and Modules refer to,
// the Module before the definition.
func documentOf(target catalogindex.ImportTarget) *catalogindex.Document {
	var best *catalogindex.Document
	for _, d := range target.Documents {
		if d.Kind <= catalogindex.Release && (best == nil || d.Kind == catalogindex.Module && best.Kind != catalogindex.Module) {
			best = d
		}
	}
	return best
}

// mainFile returns the file of a package to begin with: the one that is called like it or
// like its directory, else the first.
func mainFile(p *catalogindex.Package) *syntax.File {
	named := func(f *syntax.File) bool {
		name := strings.TrimSuffix(filepath.Base(f.Path), ".cue")
		return name == p.Name || name == filepath.Base(p.Dir)
	}
	if i := slices.IndexFunc(p.Files, named); i >= 0 {
		return p.Files[i]
	}
	return p.Files[0]
}

// clauseLine returns the line, from 0, of a file's package clause; 0 if it has none.
func clauseLine(f *syntax.File) int {
	for _, d := range f.AST().Decls {
		if span := f.Span(d); span.Len() > 0 && strings.HasPrefix(f.Text.Slice(span), "package") {
			return f.Text.LineOf(span.Start)
		}
	}
	return 0
}

// withoutQuotes returns the inside of a string's span.
func withoutQuotes(f *syntax.File, span text.Span) text.Span {
	source := f.Text.Slice(span)
	if len(source) < 2 || !strings.HasPrefix(source, `"`) || !strings.HasSuffix(source, `"`) {
		return span
	}
	return text.Span{Start: span.Start + 1, End: span.End - 1}
}
