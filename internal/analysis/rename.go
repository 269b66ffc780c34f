package analysis

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rename"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Renameable is a name that can be given another one.
type Renameable struct {
	Span text.Span // of the name, without quotes
	Name string
}

// A RenameEdit is one of the edits that together rename something.
type RenameEdit struct {
	Edit
	// Confirm says why somebody should look at the edit before it is made; "" if it is
	// certain.
	Confirm string
}

// PrepareRename returns the name at a byte offset of a file, nil if there is none, or an
// error with a sentence that says why it cannot be renamed.
func (s *Snapshot) PrepareRename(path string, offset int) (*Renameable, error) {
	return s.renamingAt(path, offset, s.worldAround).prepare()
}

func (r *renaming) prepare() (*Renameable, error) {
	if r == nil {
		return nil, nil
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	return &Renameable{r.span, r.name}, nil
}

// worldAround reads the names of all packages in which something of a package may be read.
func (s *Snapshot) worldAround(p *catalogindex.Package) *rename.World {
	return rename.NewWorld(s.index, rename.Around(s.index, p))
}

// Rename returns the edits that give what stands at a byte offset of a file another name
// everywhere, sorted by file and place. The error is a sentence that says why that cannot be
// done: it is done everywhere or nowhere, and what was right before is right after it. It is that of ctx
// when ctx ends before.
func (s *Snapshot) Rename(ctx context.Context, path string, offset int, to string) ([]RenameEdit, error) {
	r := s.renamingAt(path, offset, s.worldAround)
	if r == nil {
		return nil, rename.Refusal("Nothing here has a name that could be another.")
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	edits, err := r.edits(to)
	if err != nil {
		return nil, err
	}
	return edits, r.verify(ctx, edits, to)
}

// A renaming is what stands at an offset: a field or another name of CUE, or the name of a
// document.
type renaming struct {
	*Snapshot
	pkg      *catalogindex.Package
	span     text.Span
	name     string
	world    *rename.World
	spot     *rename.Spot
	document *catalogindex.Document
}

// renamingAt returns what can perhaps be renamed at an offset; nil if that is nothing.
func (s *Snapshot) renamingAt(path string, offset int, worldAround func(*catalogindex.Package) *rename.World) *renaming {
	p, file := s.index.PackageOf(path), s.index.File(path)
	if p == nil || file == nil {
		return nil
	}
	around := nodesAt(file, offset)
	if len(around) == 0 {
		return nil
	}
	leaf := around[len(around)-1]
	r := &renaming{Snapshot: s, pkg: p}
	if d, span := s.namedAt(p, file, offset); d != nil {
		r.document, r.span, r.name = d, span, d.Name.Value
		return r
	}
	if _, isPath := leaf.(*ast.BasicLit); isPath && len(around) > 1 {
		if _, ok := around[len(around)-2].(*ast.ImportSpec); ok {
			return nil
		}
	}
	if _, ok := leaf.(ast.Label); !ok {
		return nil
	}
	r.world = worldAround(p)
	if r.spot = r.world.At(leaf); r.spot == nil {
		return nil
	}
	r.span, r.name = insideQuotes(file, file.Span(leaf)), r.spot.Name()
	if r.span.Len() == 0 { // it is there by repair alone, or called ""
		return nil
	}
	return r
}

// insideQuotes returns what is in a string that is written without more ado.
func insideQuotes(file *syntax.File, span text.Span) text.Span {
	source := file.Text.Slice(span)
	if len(source) >= 2 && source[0] == '"' && source[len(source)-1] == '"' {
		return text.Span{Start: span.Start + 1, End: span.End - 1}
	}
	return span
}

// isWrittenOut reports whether a string stands in a file as it is, between two quotes.
func isWrittenOut(file *syntax.File, span text.Span, value string) bool {
	return file.Text.Slice(span) == `"`+value+`"`
}

// namedAt returns the document of which the name stands at an offset, in its metadata or in
// the path of an import, and where.
func (s *Snapshot) namedAt(p *catalogindex.Package, file *syntax.File, offset int) (*catalogindex.Document, text.Span) {
	for _, d := range p.Documents {
		if n := d.Name; n.File != nil && n.File.Path == file.Path && n.Span.Contains(offset) && isWrittenOut(n.File, n.Span, n.Value) {
			return d, insideQuotes(n.File, n.Span)
		}
	}
	for _, imp := range file.Imports() {
		if !imp.Span.Contains(offset) {
			continue
		}
		target := s.index.ResolveImport(file, imp.Path)
		at, ok := nameInImport(file, imp, target)
		if ok && at.Contains(offset) {
			return target.Documents[0], at
		}
	}
	return nil, text.Span{}
}

// nameInImport returns where an import path says the name of the documents that it leads
// to; false if it leads there by directories.
func nameInImport(file *syntax.File, imp syntax.Import, target catalogindex.ImportTarget) (text.Span, bool) {
	if len(target.Documents) == 0 || !isWrittenOut(file, imp.Span, imp.Path) {
		return text.Span{}, false
	}
	start, name := 0, ""
	switch c, _ := catalogindex.ParseCatalogPath(imp.Path); target.Source {
	case catalogindex.CatalogEntry:
		start, name = len(c.Prefix), c.Name
	case catalogindex.CatalogNewest:
		dir, _, _ := strings.Cut(imp.Path, "@")
		start = strings.LastIndexByte(dir, '/') + 1
		name = dir[start:]
	default:
		return text.Span{}, false
	}
	start += imp.Span.Start + 1
	return text.Span{Start: start, End: start + len(name)}, true
}

// isForeign reports whether a file is none that a rename may change: what comes with
// opm-lsp, what a source outside of the workspace holds, and what CUE keeps for others.
func (s *Snapshot) isForeign(path string) bool {
	sep := string(filepath.Separator)
	return strings.HasPrefix(path, catalogindex.EmbeddedRoot) || !s.inRoots(path) || strings.Contains(path, sep+"cue.mod"+sep)
}

func (r *renaming) check() error {
	if r.document == nil {
		return r.world.Check(r.spot, func(path string) bool { return !r.isForeign(path) })
	}
	if d := r.document; r.isForeign(d.Name.File.Path) {
		return rename.Refusal(fmt.Sprintf("%s is declared in %s, which is not a file of this workspace to change.", r.name, rename.Short(d.Name.File.Path)))
	}
	return nil
}

func (r *renaming) edits(to string) ([]RenameEdit, error) {
	if r.document != nil {
		return r.documentEdits(to)
	}
	edits, err := r.world.Rename(r.spot, to)
	if err != nil {
		return nil, err
	}
	var out []RenameEdit
	for _, e := range edits {
		out = append(out, RenameEdit{Edit: e})
	}
	return append(out, r.secretEdits(to)...), nil
}

// documentEdits renames a document, and the imports that name it.
func (r *renaming) documentEdits(to string) ([]RenameEdit, error) {
	d := r.document
	taken := r.index.Named(to)
	if d.Kind == catalogindex.Release {
		taken = r.index.Releases(d.Namespace.Value, to)
	}
	switch {
	case to == "":
		return nil, rename.Refusal("The new name is empty.")
	case to == r.name:
		return nil, rename.Refusal(fmt.Sprintf("It is called %s already.", to))
	case strings.ContainsAny(to, "\"\\/:@ \t\r\n"):
		return nil, rename.Refusal(fmt.Sprintf("%q cannot be a name in an import path.", to))
	case len(taken) > 0:
		return nil, rename.Refusal(fmt.Sprintf("%s is taken: %s is called so.", to, rename.Short(taken[0].File.Path)))
	}
	edits := []RenameEdit{{Edit: Edit{Location: Location{Path: d.Name.File.Path, Span: insideQuotes(d.Name.File, d.Name.Span)}, NewText: to}}}
	p := r.index.Package(d.Package.Key)
	for _, importer := range append(r.index.Importers(p), p) {
		for _, file := range importer.Files {
			for _, imp := range file.Imports() {
				target := r.index.ResolveImport(file, imp.Path)
				if !slices.ContainsFunc(target.Documents, func(other *catalogindex.Document) bool { return isSame(d, other) }) {
					continue
				}
				at, ok := nameInImport(file, imp, target)
				switch {
				case !ok:
					continue
				case len(target.Documents) > 1:
					return nil, rename.Refusal(fmt.Sprintf("%s imports %s, and more than one document is called so.", rename.Short(file.Path), imp.Path))
				case r.isForeign(file.Path):
					return nil, rename.Refusal(fmt.Sprintf("%s imports %s, and is not a file of this workspace to change.", rename.Short(file.Path), r.name))
				}
				edits = append(edits, importEdits(file, imp, at, to)...)
			}
		}
	}
	slices.SortFunc(edits, func(a, b RenameEdit) int {
		if a.Path != b.Path {
			return strings.Compare(a.Path, b.Path)
		}
		return a.Span.Compare(b.Span)
	})
	return edits, nil
}

// importEdits writes another name into the path of an import, which goes on being called
// the same in its file.
func importEdits(file *syntax.File, imp syntax.Import, at text.Span, to string) []RenameEdit {
	content := file.Text.Content()
	renamed := content[imp.Span.Start+1:at.Start] + to + content[at.End:imp.Span.End-1]
	var edits []RenameEdit
	if imp.Spec().Name == nil && ast.IsValidIdent(imp.Name) && syntax.DefaultImportName(renamed) != imp.Name {
		name := Edit{Location: Location{Path: file.Path, Span: text.Span{Start: imp.Span.Start, End: imp.Span.Start}}, NewText: imp.Name + " "}
		edits = append(edits, RenameEdit{Edit: name})
	}
	return append(edits, RenameEdit{Edit: Edit{Location: Location{Path: file.Path, Span: at}, NewText: to}})
}

// secretEdits renames a value in the patterns of opm-lsp.cue that call it a secret by its
// whole path, or something below it.
func (r *renaming) secretEdits(to string) []RenameEdit {
	var out []RenameEdit
	for _, v := range r.world.ValuePaths(r.spot) {
		for _, d := range r.configurations() {
			if !catalogindex.IsBelow(v.Document.Package.Dir, filepath.Dir(d.File.Path)) || r.isForeign(d.File.Path) {
				continue
			}
			for _, lit := range secretPatterns(d) {
				e, ok := renameInPattern(lit, v.Path, to)
				if ok && !slices.ContainsFunc(out, func(other RenameEdit) bool { return other.Location == e.Location }) {
					out = append(out, RenameEdit{Edit: e, Confirm: "A pattern that says which values are secrets names it."})
				}
			}
		}
	}
	return out
}

// renameInPattern renames the last label of a path in a pattern that begins with the path.
func renameInPattern(pattern catalogindex.Literal, at cascade.Path, to string) (Edit, bool) {
	labels, n := strings.Split(pattern.Value, "."), len(at)
	if len(labels) < n || !slices.Equal(labels[:n], at) || strings.ContainsAny(to, ".*") {
		return Edit{}, false
	}
	start := pattern.Span.Start + 1
	for _, label := range labels[:n-1] {
		start += len(label) + 1
	}
	span := text.Span{Start: start, End: start + len(labels[n-1])}
	return Edit{Location: Location{Path: pattern.File.Path, Span: span}, NewText: to}, true
}

// secretPatterns returns the patterns that a configuration writes out.
func secretPatterns(d *catalogindex.Document) []catalogindex.Literal {
	var out []catalogindex.Literal
	for _, f := range catalogindex.Fields(d.Parts(), "secrets") {
		list, ok := f.Field.Value.(*ast.ListLit)
		if !ok {
			continue
		}
		for _, e := range list.Elts {
			lit, ok := e.(*ast.BasicLit)
			if !ok {
				continue
			}
			span := f.File.Span(lit)
			source := f.File.Text.Slice(span)
			if value := strings.Trim(source, `"`); isWrittenOut(f.File, span, value) && !strings.Contains(value, `\`) {
				out = append(out, catalogindex.Literal{Value: value, File: f.File, Span: span})
			}
		}
	}
	return out
}

// verify says why what the edits make is not what was there under another name; nil if it
// is. Renaming must not make anything wrong, hide one name behind another, or show a
// secret.
func (r *renaming) verify(ctx context.Context, edits []RenameEdit, to string) error {
	byFile := make(map[string][]Edit)
	for _, e := range edits {
		byFile[e.Path] = append(byFile[e.Path], e.Edit)
	}
	next := r.Snapshot
	for _, path := range slices.Sorted(maps.Keys(byFile)) {
		before := r.index.File(path)
		content := ApplyEdits(before.Text.Content(), byFile[path])
		if len(syntax.Parse(path, content).Problems) > len(before.Problems) {
			return rename.Refusal(fmt.Sprintf("%s would not parse with the name %s.", rename.Short(path), to))
		}
		next = next.WithText(path, content)
	}
	if r.spot != nil {
		if err := r.verifyNames(next, byFile, to); err != nil {
			return err
		}
	}
	for _, p := range rename.Around(r.index, r.pkg) {
		if p.Embedded {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.verifyDiagnostics(next, p, to); err != nil {
			return err
		}
	}
	return nil
}

// verifyNames compares what has the name now with what has the new one then: it is the
// same places.
func (r *renaming) verifyNames(next *Snapshot, byFile map[string][]Edit, to string) error {
	clash := func(file *syntax.File, span text.Span) error {
		return rename.Refusal(fmt.Sprintf("With the name %s another thing would be meant at %s:%d.", to, rename.Short(file.Path), file.Text.LineOf(span.Start)+1))
	}
	written := make(map[string][]text.Span) // where the edits are in the new text
	var first *rename.Spot
	pkg := next.index.PackageOf(r.pkg.Files[0].Path)
	world := next.worldAround(pkg)
	for _, path := range slices.Sorted(maps.Keys(byFile)) {
		shift := 0
		for _, e := range sortedEdits(byFile[path]) {
			start := e.Span.Start + shift
			written[path] = append(written[path], text.Span{Start: start, End: start + len(e.NewText)})
			shift += len(e.NewText) - e.Span.Len()
		}
	}
	occurrences := r.world.Occurrences(r.spot)
	for _, o := range occurrences {
		if !o.Declares {
			continue
		}
		file := next.index.File(o.File.Path)
		for i, e := range sortedEdits(byFile[o.File.Path]) {
			if o.Span.Covers(e.Span) && first == nil {
				around := nodesAt(file, written[o.File.Path][i].Start)
				first = world.At(around[len(around)-1])
			}
		}
	}
	if first == nil {
		return clash(occurrences[0].File, occurrences[0].Span)
	}
	now := world.Occurrences(first)
	for _, o := range now {
		if !slices.ContainsFunc(written[o.File.Path], func(w text.Span) bool { return w.Covers(o.Span) || o.Span.Covers(w) }) {
			return clash(o.File, o.Span)
		}
	}
	if len(now) < len(occurrences) {
		for _, o := range occurrences {
			for i, e := range sortedEdits(byFile[o.File.Path]) {
				w := written[o.File.Path][i]
				if (o.Span.Covers(e.Span) || e.Span.Covers(o.Span)) && !slices.ContainsFunc(now, func(n rename.Occurrence) bool {
					return n.File.Path == o.File.Path && (w.Covers(n.Span) || n.Span.Covers(w))
				}) {
					return clash(next.index.File(o.File.Path), w)
				}
			}
		}
		return clash(occurrences[0].File, occurrences[0].Span)
	}
	return r.verifySecrets(next, world.ValuePaths(first), to)
}

func sortedEdits(edits []Edit) []Edit {
	return slices.SortedFunc(slices.Values(edits), func(a, b Edit) int { return a.Span.Compare(b.Span) })
}

// verifySecrets sees that what is a secret goes on being one.
func (r *renaming) verifySecrets(next *Snapshot, now []rename.ValuePath, to string) error {
	for _, v := range r.world.ValuePaths(r.spot) {
		if !r.secretsOf(v.Document.Package).Names(v.Path) {
			continue
		}
		for _, n := range now {
			if n.Document.Package.Key == v.Document.Package.Key && !next.secretsOf(n.Document.Package).Names(n.Path) {
				return rename.Refusal(fmt.Sprintf("%s is a secret because of its name, and as %s it would be shown: add %s to secrets in opm-lsp.cue first.", r.name, to, n.Path))
			}
		}
	}
	return nil
}

// verifyDiagnostics sees that nothing of a package becomes an error.
func (r *renaming) verifyDiagnostics(next *Snapshot, p *catalogindex.Package, to string) error {
	type key struct{ path, code string }
	had := make(map[key]int)
	messages := make(map[string]bool)
	for _, d := range r.diagnosticsOf(p) {
		if d.Severity == Error {
			had[key{d.Path, d.Code}]++
			messages[d.Message] = true
		}
	}
	after := next.index.PackageOf(p.Files[0].Path)
	if after == nil {
		return nil
	}
	found := next.diagnosticsOf(after)
	for _, d := range found {
		if d.Severity == Error {
			had[key{d.Path, d.Code}]--
		}
	}
	for _, d := range found {
		if d.Severity == Error && had[key{d.Path, d.Code}] < 0 && !messages[d.Message] {
			return rename.Refusal(fmt.Sprintf("With the name %s, %s:%d would be wrong: %s", to, rename.Short(d.Path), next.Text(d.Path).LineOf(d.Span.Start)+1, d.Message))
		}
	}
	return nil
}
