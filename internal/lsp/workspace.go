package lsp

import (
	"context"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	reports "github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A workspace is what the server needs of an [analysis.Snapshot], which
// documents the methods. Tests put something else in its place to hold an
// answer back, or to fail.
type workspace interface {
	Parse(path, content string) *syntax.File
	WithParsed(parsed *syntax.File) workspace
	WithDisk(path string) workspace
	WithoutText(path string) workspace
	WithRoots(ctx context.Context, roots []string) workspace
	WithEditorSettings(json string) workspace
	EditorSettingsProblems() []string
	Affected(older workspace, path string) []string
	Reads(path, other string) bool
	Waiting(packages []string) []string

	Counts() analysis.Counts
	Text(path string) *text.Text
	Files() []string
	InTurn(paths []string) []string
	Diagnostics(path string) []analysis.Diagnostic
	Prepare(paths []string)
	SaveCache() error
	AtRest() workspace
	Awake() int
	Hover(path string, offset int) *analysis.Hover
	Completion(path string, offset int) []analysis.Completion
	Definition(path string, offset int) []analysis.Link
	Declaration(path string, offset int) []analysis.Link
	TypeDefinition(path string, offset int) []analysis.Link
	Implementation(path string, offset int) []analysis.Link
	References(ctx context.Context, path string, offset int, declarations bool) []analysis.Use
	Highlights(path string, offset int) []analysis.Use

	Catalog() []*analysis.CatalogEntry
	HealthOf(ctx context.Context, entries []*analysis.CatalogEntry) (map[*catalogindex.Document]analysis.Health, error)
	Origin(path string, offset int) *analysis.Origin
	ValuePaths(d *catalogindex.Document) []string

	DocumentSymbols(path string) []analysis.Symbol
	WorkspaceSymbols(query string, limit int) []analysis.WorkspaceSymbol
	Family(path string, offset int) *analysis.Relative
	Ancestors(path string, labels []string) []*analysis.Relative
	Descendants(path string, labels []string) []*analysis.Relative
	StopAt(path string, offset int) *analysis.Stop
	Readers(path string, offset int) []analysis.Way
	Sources(path string, offset int) []analysis.Way
	ImportLinks(path string) []analysis.ImportLink
	Folds(path string) []analysis.Fold
	Selections(path string, offset int) []text.Span
	Tokens(path string) []analysis.Token
	Formatting(path string) []analysis.Edit
	RangeFormatting(path string, span text.Span) []analysis.Edit
	IsPlainCUE(path string, offset int) bool
	HasDocuments(path string) bool
	PrepareRename(path string, offset int) (*analysis.Renameable, error)
	Rename(ctx context.Context, path string, offset int, to string) ([]analysis.RenameEdit, error)
	Moved(moves []analysis.Move) []analysis.Edit
	Actions(path string, span text.Span, wants func(analysis.ActionKind) bool) []analysis.Action
	Lenses(path string) []analysis.Lens
	LensTitle(ctx context.Context, l analysis.Lens) string
	Hints(path string, in text.Span) []analysis.InlayHint
	HintTooltip(h analysis.InlayHint) (markdown, plain string)
	Virtual(uri string) (reports.Virtual, error) // reports.ReadVirtual
	DocumentAt(path string, offset int) *catalogindex.Document
	DocumentsIn(path string) []*catalogindex.Document
	Releases(name string) []*catalogindex.Document
	Curated(name string) []*catalogindex.Document
	ValuePathAt(path string, offset int) cascade.Path
}

// loadFunc is the type of [analysis.Load].
type loadFunc func(ctx context.Context, roots []string, progress func(files, all int)) (ws workspace, skipped []error, err error)

func (s *server) loadAnalysis(ctx context.Context, roots []string, progress func(files, all int)) (workspace, []error, error) {
	snapshot, skipped, err := analysis.Load(ctx, roots, progress, s.analysisOptions()...)
	if err != nil {
		return nil, skipped, err
	}
	return analyzed{snapshot}, skipped, nil
}

func (s *server) analysisOptions() []analysis.Option {
	return append(slices.Clone(s.options.Analysis), analysis.WithEvaluator(s.evaluator), analysis.Resting(0))
}

// analyzed is the workspace that is an analysis.Snapshot.
type analyzed struct{ *analysis.Snapshot }

func (a analyzed) WithParsed(parsed *syntax.File) workspace {
	return analyzed{a.Snapshot.WithParsed(parsed)}
}

func (a analyzed) AtRest() workspace { return analyzed{a.Snapshot.AtRest()} }

func (a analyzed) WithDisk(path string) workspace { return analyzed{a.Snapshot.WithDisk(path)} }

func (a analyzed) WithoutText(path string) workspace { return analyzed{a.Snapshot.WithoutText(path)} }

func (a analyzed) WithRoots(ctx context.Context, roots []string) workspace {
	return analyzed{a.Snapshot.WithRoots(ctx, roots)}
}

func (a analyzed) WithEditorSettings(json string) workspace {
	return analyzed{a.Snapshot.WithEditorSettings(json)}
}

func (a analyzed) Virtual(uri string) (reports.Virtual, error) {
	return reports.ReadVirtual(a.Snapshot, uri)
}

func (a analyzed) Affected(older workspace, path string) []string {
	return a.Snapshot.Affected(older.(analyzed).Snapshot, path)
}
