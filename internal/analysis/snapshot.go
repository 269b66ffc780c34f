package analysis

import (
	"context"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Snapshot is the workspace at one moment: every file's text and all that
// follows from it. It is immutable; a change makes a new one, and both share
// what the change did not touch. So a reader keeps the snapshot that it took and
// needs no lock.
type Snapshot struct {
}

// Load reads the CUE files below the roots (absolute directories) and returns
// the first snapshot. What cannot be read (no permission, a symlink loop) is
// left out and returned in skipped, each with a sentence. progress, if not nil,
// is called with the number of files read so far.
func Load(ctx context.Context, roots []string, progress func(files int)) (s *Snapshot, skipped []error, err error) {
	panic("soon")
}

// WithText returns a snapshot in which the file at path (absolute) has the given
// content, whatever the disk says, until WithDisk is called for it.
func (s *Snapshot) WithText(path, content string) *Snapshot { panic("soon") }

// WithDisk returns a snapshot in which the file at path has the content that it
// has on disk now, or is gone if it is gone there. A directory is read again with
// all that is below it. Files whose text was set with WithText keep it.
func (s *Snapshot) WithDisk(path string) *Snapshot { panic("soon") }

// WithoutText ends what WithText began and reads the file from disk again.
func (s *Snapshot) WithoutText(path string) *Snapshot { panic("soon") }

// WithRoots returns a snapshot of other workspace folders.
func (s *Snapshot) WithRoots(ctx context.Context, roots []string) *Snapshot { panic("soon") }

// Text returns the text of a file, or nil if the snapshot has no such file.
func (s *Snapshot) Text(path string) *text.Text { panic("soon") }

// Files returns the paths of all files of the snapshot, sorted.
func (s *Snapshot) Files() []string { panic("soon") }

// Diagnostics returns everything that is wrong in one file, sorted. The result is
// remembered across snapshots as long as nothing it depends on changes.
func (s *Snapshot) Diagnostics(path string) []Diagnostic { panic("soon") }

// Affected returns the files whose diagnostics may differ because the file at path
// changed between the older snapshot and s: the file itself, those of its
// package, and those that depend on it. Sorted; path comes first.
func (s *Snapshot) Affected(older *Snapshot, path string) []string { panic("soon") }

// A Hover is what is known about the thing at a place, as Markdown and as plain
// text for clients that have no Markdown.
type Hover struct {
	Span      text.Span // what the hover speaks of
	Markdown  string
	PlainText string
}

// Hover answers what the byte offset in the file is about, or nil.
func (s *Snapshot) Hover(path string, offset int) *Hover { panic("soon") }

// A CompletionKind says what a completion item is.
type CompletionKind int

// The kinds of completion item.
const (
	FieldItem  CompletionKind = iota // a field of values
	StructItem                       // a field that holds fields
	ValueItem                        // a scalar value
	EnumItem                         // one of several allowed values
)

// A Completion is one item that may be typed at a place.
type Completion struct {
	Label    string
	Kind     CompletionKind
	Detail   string    // type or constraint, short
	Origin   string    // the effective default and its layer, short: "= 2 · module"
	Doc      string    // Markdown, may be empty
	SortText string    // items sort by it
	Replace  text.Span // what the item replaces
	NewText  string    // what stands there afterwards
	Snippet  string    // the same with LSP snippet placeholders; empty where there is no gain
}

// Completion returns what may be typed at the byte offset, in order.
func (s *Snapshot) Completion(path string, offset int) []Completion { panic("soon") }

// A Link leads from the thing under a cursor to where it comes from.
type Link struct {
	Origin text.Span // what was asked about, in the file that was asked
	Target Location  // the whole of it
	Focus  text.Span // the part of Target to put the cursor on
}

// Definition returns where the thing at the byte offset comes from: for a value
// every layer that speaks of it, the one that wins first; for a reference its
// Module.
func (s *Snapshot) Definition(path string, offset int) []Link { panic("soon") }
