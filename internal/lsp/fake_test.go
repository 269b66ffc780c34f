package lsp

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	reports "github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A world is the disk and the analysis behind a fake workspace. Its analysis is
// simple enough to know every answer beforehand: each "bad" in a file is an
// error, a file depends on those whose names it contains, and hovering shows the
// file's text.
type world struct {
	mu   sync.Mutex
	disk map[string]string // by path

	// Hooks run, if not nil, before the analysis answers.
	onLoad        func(ctx context.Context, roots []string, progress func(files, all int)) error
	onDiagnostics func(ws *fake, path string)
	onAffected    func(path string)
	onHover       func(ws *fake, path string)
	onSettings    func(settings string)
	onParse       func(path, content string)
	onSearch      func(ctx context.Context) // for references, a rename or what a lens says
	readsFirst    bool                      // the load reads the disk before onLoad runs, not after
	skipped       []error

	completions []analysis.Completion
	links       []analysis.Link
	renames     []analysis.RenameEdit
	uses        []analysis.Use
}

func newWorld(files map[string]string) *world { return &world{disk: maps.Clone(files)} }

func (w *world) write(path, content string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disk[path] = content
}

func (w *world) remove(path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.disk, path)
}

func (w *world) read(path string) (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	content, ok := w.disk[path]
	return content, ok
}

func (w *world) paths() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.disk))
}

func (w *world) load(ctx context.Context, roots []string, progress func(files, all int)) (workspace, []error, error) {
	ws := w.fill(roots)
	if w.onLoad != nil {
		if err := w.onLoad(ctx, roots, progress); err != nil {
			return nil, nil, err
		}
	}
	if !w.readsFirst {
		ws = w.fill(roots)
	}
	return ws, w.skipped, ctx.Err()
}

func (w *world) fill(roots []string) *fake {
	f := &fake{world: w, texts: map[string]*text.Text{}, set: map[string]bool{}, roots: roots}
	for _, path := range w.paths() {
		for _, root := range roots {
			if catalogindex.IsBelow(path, root) {
				content, _ := w.read(path)
				f.texts[path] = text.New(content)
			}
		}
	}
	return f
}

type fake struct {
	world *world
	texts map[string]*text.Text
	set   map[string]bool // by WithParsed
	roots []string
}

func (f *fake) with(path string, set bool, content string, exists bool) *fake {
	next := &fake{world: f.world, texts: maps.Clone(f.texts), set: maps.Clone(f.set), roots: f.roots}
	delete(next.set, path)
	delete(next.texts, path)
	if set {
		next.set[path] = true
	}
	if exists {
		next.texts[path] = text.New(content)
	}
	return next
}

func (f *fake) Parse(path, content string) *syntax.File {
	if content == "panic in Parse" {
		panic(errors.New("a text that the log must not show: " + content))
	}
	if f.world.onParse != nil {
		f.world.onParse(path, content)
	}
	return syntax.Parse(path, content)
}

func (f *fake) WithParsed(parsed *syntax.File) workspace {
	return f.with(parsed.Path, true, parsed.Text.Content(), true)
}

func (f *fake) WithDisk(path string) workspace {
	next := f
	for _, file := range append(below(f.Files(), path), append(below(f.world.paths(), path), path)...) {
		if !next.set[file] {
			content, exists := f.world.read(file)
			next = next.with(file, false, content, exists)
		}
	}
	return next
}

func (f *fake) WithoutText(path string) workspace {
	content, exists := f.world.read(path)
	return f.with(path, false, content, exists)
}

func (f *fake) WithEditorSettings(settings string) workspace {
	if f.world.onSettings != nil {
		f.world.onSettings(settings)
	}
	return f
}

func (f *fake) EditorSettingsProblems() []string { return nil }

func (f *fake) WithRoots(ctx context.Context, roots []string) workspace {
	if f.world.onLoad != nil {
		_ = f.world.onLoad(ctx, roots, func(int, int) {})
	}
	next := f.world.fill(roots)
	for path := range f.set {
		next = next.with(path, true, f.texts[path].Content(), true)
	}
	return next
}

func (f *fake) Waiting([]string) []string { return nil }

// reads reports whether one file depends on another: it contains the name of that, or that says
// that it feeds this one.
func (f *fake) reads(path, other string) bool {
	is, of := f.texts[path], f.texts[other]
	return path != other && (is != nil && strings.Contains(is.Content(), filepath.Base(other)) ||
		of != nil && strings.Contains(of.Content(), "feeds "+filepath.Base(path)))
}

func (f *fake) Reads(path, other string) bool { return f.reads(path, other) }

func (f *fake) Affected(older workspace, path string) []string {
	if f.world.onAffected != nil {
		f.world.onAffected(path)
	}
	affected := []string{path}
	for _, other := range f.Files() {
		if f.reads(other, path) || older.(*fake).reads(other, path) {
			affected = append(affected, other)
		}
	}
	return affected
}

func (f *fake) Counts() analysis.Counts { return analysis.Counts{Releases: int64(len(f.texts))} }

func (f *fake) Text(path string) *text.Text { return f.texts[path] }

func (f *fake) Files() []string { return slices.Sorted(maps.Keys(f.texts)) }

func (f *fake) Prepare([]string) {}

func (f *fake) SaveCache() error { return nil }

func (f *fake) AtRest() workspace              { return f }
func (f *fake) InTurn(paths []string) []string { return slices.Sorted(slices.Values(paths)) }
func (f *fake) Awake() int                     { return 0 }

func (f *fake) Diagnostics(path string) []analysis.Diagnostic {
	if f.world.onDiagnostics != nil {
		f.world.onDiagnostics(f, path)
	}
	var result []analysis.Diagnostic
	if f.texts[path] == nil {
		return nil
	}
	content := f.texts[path].Content()
	for at := 0; ; {
		i := strings.Index(content[at:], "bad")
		if i < 0 {
			break
		}
		span := text.Span{Start: at + i, End: at + i + len("bad")}
		at = span.End
		result = append(result, analysis.Diagnostic{
			Location: analysis.Location{Path: path, Span: span},
			Severity: analysis.Error, Code: "test/bad", Message: "This is bad.",
		})
	}
	for other, otherText := range f.texts {
		if !f.reads(path, other) {
			continue
		}
		if at := strings.Index(otherText.Content(), "bad"); at >= 0 {
			at0 := max(strings.Index(content, filepath.Base(other)), 0)
			result = append(result, analysis.Diagnostic{
				Location: analysis.Location{Path: path, Span: text.Span{Start: at0, End: at0 + len(filepath.Base(other))}},
				Severity: analysis.Warning, Code: "test/uses-bad", Message: "What this names is bad.", Unnecessary: true,
				Related: []analysis.Related{{Location: analysis.Location{Path: other, Span: text.Span{Start: at, End: at + 3}}, Message: "This is bad."}},
			})
		}
	}
	return result
}

func (f *fake) Hover(path string, offset int) *analysis.Hover {
	if f.world.onHover != nil {
		f.world.onHover(f, path)
	}
	content := f.texts[path].Content()
	return &analysis.Hover{
		Span:      text.Span{Start: offset, End: min(offset+1, len(content))},
		Markdown:  "**" + content + "**",
		PlainText: content,
	}
}

func (f *fake) Completion(string, int) []analysis.Completion { return f.world.completions }

func (f *fake) Definition(string, int) []analysis.Link { return f.world.links }

func (f *fake) Declaration(string, int) []analysis.Link { return f.world.links }

func (f *fake) TypeDefinition(string, int) []analysis.Link { return f.world.links }

func (f *fake) Implementation(string, int) []analysis.Link { return f.world.links }

func (f *fake) References(ctx context.Context, _ string, _ int, declarations bool) []analysis.Use {
	f.search(ctx)
	return slices.DeleteFunc(slices.Clone(f.world.uses), func(u analysis.Use) bool { return u.Declares && !declarations })
}

func (f *fake) Actions(string, text.Span, func(analysis.ActionKind) bool) []analysis.Action {
	return nil
}

func (f *fake) search(ctx context.Context) {
	if f.world.onSearch != nil {
		f.world.onSearch(ctx)
	}
}

func (f *fake) Lenses(string) []analysis.Lens {
	return []analysis.Lens{{Kind: analysis.UsesLens, Document: &catalogindex.Document{}}}
}

func (f *fake) LensTitle(ctx context.Context, _ analysis.Lens) string {
	f.search(ctx)
	return ""
}

func (f *fake) Hints(string, text.Span) []analysis.InlayHint { return nil }

func (f *fake) HintTooltip(analysis.InlayHint) (markdown, plain string) { return "", "" }

func (f *fake) Virtual(string) (reports.Virtual, error) { return reports.Virtual{}, nil }

func (f *fake) DocumentAt(string, int) *catalogindex.Document { return nil }

func (f *fake) DocumentsIn(string) []*catalogindex.Document { return nil }

func (f *fake) Releases(string) []*catalogindex.Document { return nil }

func (f *fake) Curated(string) []*catalogindex.Document { return nil }

func (f *fake) ValuePathAt(string, int) cascade.Path { return nil }

func (f *fake) Highlights(string, int) []analysis.Use { return f.world.uses }

func (f *fake) PrepareRename(string, int) (*analysis.Renameable, error) { return nil, nil }

func (f *fake) Rename(ctx context.Context, _ string, _ int, _ string) ([]analysis.RenameEdit, error) {
	f.search(ctx)
	return f.world.renames, nil
}

func (f *fake) Moved([]analysis.Move) []analysis.Edit { return nil }

func (f *fake) Catalog() []*analysis.CatalogEntry { return nil }

func (f *fake) HealthOf(context.Context, []*analysis.CatalogEntry) (map[*catalogindex.Document]analysis.Health, error) {
	return nil, nil
}

func (f *fake) Origin(string, int) *analysis.Origin { return nil }

func (f *fake) ValuePaths(*catalogindex.Document) []string { return nil }

func (f *fake) DocumentSymbols(string) []analysis.Symbol { return nil }

func (f *fake) WorkspaceSymbols(string, int) []analysis.WorkspaceSymbol { return nil }

func (f *fake) Family(string, int) *analysis.Relative { return nil }

func (f *fake) Ancestors(string, []string) []*analysis.Relative { return nil }

func (f *fake) Descendants(string, []string) []*analysis.Relative { return nil }

func (f *fake) StopAt(string, int) *analysis.Stop { return nil }

func (f *fake) Readers(string, int) []analysis.Way { return nil }

func (f *fake) Sources(string, int) []analysis.Way { return nil }

func (f *fake) ImportLinks(string) []analysis.ImportLink { return nil }

func (f *fake) Folds(string) []analysis.Fold { return nil }

func (f *fake) Selections(string, int) []text.Span { return nil }

func (f *fake) Tokens(string) []analysis.Token { return nil }

func (f *fake) Formatting(string) []analysis.Edit { return nil }

func (f *fake) RangeFormatting(string, text.Span) []analysis.Edit { return nil }

func (f *fake) IsPlainCUE(string, int) bool { return false }

func (f *fake) HasDocuments(string) bool { return true }
