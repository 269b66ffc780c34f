// Package report prints diagnostics for people and for other programs.
package report

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An Input is what a report is about.
type Input struct {
	Root string // directory that file names are relative to
	// Repository is the directory at the top of the repository that the root is in: what
	// code hosts are told is relative to it. "": it is the root.
	Repository  string
	Diagnostics []analysis.Diagnostic
	Files       int                          // how many files were checked
	Text        func(string) *text.Text      // the text of a file by its absolute path; nil if unknown
	Secrets     func(string) cascade.Secrets // what nobody is shown of a file, by its absolute path
	Fixed       *Fixed                       // what was fixed before; nil if nobody asked
	Version     string                       // of opm-lsp
	Color       bool
}

// Fixed says how much was fixed.
type Fixed struct {
	Fixes int
	Files int // in which they were
}

// String returns a sentence.
func (f Fixed) String() string {
	if f.Fixes == 0 {
		return "Nothing was fixed: no problem has a fix that is safe to apply unasked."
	}
	return fmt.Sprintf("Fixed %s in %s.", rule.Plural(f.Fixes, "problem"), rule.Plural(f.Files, "file"))
}

// A Format is one way to print a report.
type Format struct {
	Name  string
	Print func(io.Writer, Input) error
	// ForPeople says that what is printed ends with the sentences of the summary; what else
	// is to be said must not stand among the data of the others.
	ForPeople bool
}

// Formats returns the formats, the default first.
func Formats() []Format {
	return []Format{
		{"pretty", pretty, true},
		{"compact", compact, true},
		{"json", printJSON, false},
		{"sarif", sarif, false},
		{"github", github, false},
	}
}

// inRepository returns a path as code hosts know it: relative to the top of the repository,
// with forward slashes; paths outside of it as they are.
func (in Input) inRepository(path string) string {
	return relative(cmp.Or(in.Repository, in.Root), path)
}

// relative returns a path below the root with forward slashes; other paths as they
// are.
func relative(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

// Visible writes the characters of a name that would command a terminal as they are
// written between quotes in Go: a name must not colour, move or hide what stands near it.
func Visible(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if commands(r) || r == utf8.RuneError && size == 1 {
			b.WriteString(strings.Trim(strconv.Quote(s[:size]), `"`))
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

// commands reports whether a terminal obeys a character instead of showing it.
func commands(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// counts returns how many diagnostics there are of each severity.
func counts(diagnostics []analysis.Diagnostic) map[analysis.Severity]int {
	n := make(map[analysis.Severity]int)
	for _, d := range diagnostics {
		n[d.Severity]++
	}
	return n
}
