package rule

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Rule finds one way in which a document is wrong. It is a pure function over
// resolved data: it reads no file and asks nobody. Its severity is around it, not
// in it.
type Rule struct {
	Code     string // "category/name"
	Severity Severity
	Finds    string // what it finds, in a few words
	Check    func(*Pass)
}

// A Pass is one run of one rule over one package.
type Pass struct {
	Index    *catalogindex.Index
	Package  *catalogindex.Package
	Resolved []*Resolved // the package's documents, in order
	rule     *Rule
	found    *[]Diagnostic
}

// A Resolved is a document with its cascade.
type Resolved struct {
	Document   *catalogindex.Document
	Resolution catalogindex.Resolution // of its reference
	HasTarget  bool                    // whether it has a reference to resolve at all
	Chain      []*catalogindex.Document
	// Complete says that the chain goes down to a document that refers to no other.
	Complete bool
	Tree     *cascade.Tree
}

// Below returns the document that this one refers to, or nil.
func (r *Resolved) Below() *catalogindex.Document { return r.Resolution.Document }

// Releases returns the package's releases.
func (p *Pass) Releases() []*Resolved {
	return slices.DeleteFunc(slices.Clone(p.Resolved), func(r *Resolved) bool { return r.Document.Kind != catalogindex.Release })
}

// A Finding is what a rule reports.
type Finding struct {
	File    *syntax.File
	Span    text.Span // the narrowest one that is wrong
	Message string    // one sentence: what is wrong, what is allowed, what to do
	Related []Related
	Fixes   []Fix
}

// Report adds a finding.
func (p *Pass) Report(f Finding) {
	*p.found = append(*p.found, Diagnostic{
		Location: At(f.File, f.Span),
		Severity: p.rule.Severity,
		Code:     p.rule.Code,
		Message:  f.Message,
		Related:  f.Related,
		Fixes:    f.Fixes,
	})
}

// At returns the location of a span.
func At(file *syntax.File, span text.Span) Location { return Location{file.Path, span} }

// Replace returns a fix that puts other text in place of one span.
func Replace(file *syntax.File, span text.Span, newText, title string) []Fix {
	return []Fix{{Title: title, Edits: []Edit{{At(file, span), newText}}}}
}

// Run runs rules over a package and returns what they find, sorted.
func Run(rules []*Rule, index *catalogindex.Index, pkg *catalogindex.Package, resolved []*Resolved) []Diagnostic {
	var found []Diagnostic
	for _, r := range rules {
		r.Check(&Pass{Index: index, Package: pkg, Resolved: resolved, rule: r, found: &found})
	}
	Sort(found)
	// What several releases share is wrong once.
	return slices.CompactFunc(found, func(a, b Diagnostic) bool {
		return a.Location == b.Location && a.Code == b.Code && a.Message == b.Message
	})
}

// Nearest returns the candidate that somebody who typed word most likely meant, or
// "" if none is near.
func Nearest(word string, candidates []string) string {
	best, bestScore := "", 0.0
	for _, c := range slices.SortedFunc(slices.Values(candidates), cmp.Compare[string]) {
		if c == word || c == "" {
			continue
		}
		if score := similarity(strings.ToLower(word), strings.ToLower(c)); score > bestScore {
			best, bestScore = c, score
		}
	}
	if bestScore < 0.6 {
		return ""
	}
	return best
}

// similarity is 1 for the same word and 0 for one that has nothing in common. Letters
// that only changed places, the commonest slip in a short word, count as one slip.
func similarity(a, b string) float64 {
	score := levenshtein.Similarity(a, b, nil)
	if len(a) == len(b) && sortedLetters(a) == sortedLetters(b) {
		score = max(score, 1-1/float64(len(a)))
	}
	return score
}

func sortedLetters(s string) string {
	return string(slices.Sorted(slices.Values([]rune(s))))
}

// LayerTitle names a layer in a sentence: "the module managed-web 1.2.0".
func LayerTitle(d *catalogindex.Document) string {
	return "the " + d.Kind.Layer() + " " + d.Title()
}

// Plural returns "1 error" or "2 errors".
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// FileName returns the last element of a file's path.
func FileName(f *syntax.File) string { return filepath.Base(f.Path) }
