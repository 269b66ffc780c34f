package rule

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/agext/levenshtein"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Rule finds one way in which a document is wrong. It is a pure function over
// resolved data: it reads no file and asks nobody. Its severity is around it, not
// in it. Its page, with the examples that are its tests, is the archive of the same
// name beside its source; see package rules.
type Rule struct {
	Code     string // "category/name"
	Severity Severity
	// Off says that the rule reports only where a project gives it a severity.
	Off   bool
	Finds string // what it finds, in a few words
	Fix   string // what its fix does, in a few words; "" if it has none
	// Settings are the fields of opm-lsp.cue that the rule heeds, besides its severity.
	Settings []string
	// Unnecessary says that what it finds could as well be absent.
	Unnecessary bool
	// Binding says that no comment can suppress it.
	Binding bool
	// Last says that the rule is about the comments that suppress others: it runs when
	// those have done so.
	Last  bool
	Check func(*Pass)
}

// Category returns the first part of the rule's code.
func (r *Rule) Category() string {
	category, _, _ := strings.Cut(r.Code, "/")
	return category
}

// Name returns the second part of the rule's code.
func (r *Rule) Name() string {
	_, name, _ := strings.Cut(r.Code, "/")
	return name
}

// A Pass is one run of one rule over one package.
type Pass struct {
	Index *catalogindex.Index
	// Evaluator computes expressions.
	Evaluator evaluation.Evaluator
	Package   *catalogindex.Package
	Resolved  []*Resolved // the package's documents, in order
	Settings  *Settings   // what the project says in opm-lsp.cue
	Rules     []*Rule     // all that there are
	Ignores   []*Ignore   // the comments that suppress diagnostics; which did, is known to Last rules
	// Resolve returns the cascade of a chain of documents, lowest layer first: that of a
	// document of another package, or of one that is not there as such, like a release on
	// top of a newer Module. What a pass resolves must be found again by its package's
	// fingerprint: see Snapshot.fingerprint.
	Resolve func(chain []*catalogindex.Document) *Resolved
	rule    *Rule
	found   *[]Diagnostic
	once    map[any]any // see Once
}

// Once returns what make makes of the pass. It is remembered by the key for all the rules of one
// run.
func (p *Pass) Once(key any, make func() any) any {
	if known, ok := p.once[key]; ok {
		return known
	}
	made := make()
	p.once[key] = made
	return made
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
	once     sync.Map // see Once
}

// Once returns what make makes of the document and its cascade. It is remembered by the key for
// as long as the document is there so.
func (r *Resolved) Once(key any, make func() any) any {
	if known, ok := r.once.Load(key); ok {
		return known
	}
	made, _ := r.once.LoadOrStore(key, make())
	return made
}

// As returns the same cascade as that of another document.
func (r *Resolved) As(d *catalogindex.Document) *Resolved {
	return &Resolved{Document: d, Resolution: r.Resolution, HasTarget: r.HasTarget, Chain: r.Chain, Complete: r.Complete, Tree: r.Tree}
}

// Source returns what the pass reads documents with.
func (p *Pass) Source() cascade.Source { return cascade.Source{Index: p.Index, Evaluator: p.Evaluator} }

// Below returns the document that this one refers to, or nil.
func (r *Resolved) Below() *catalogindex.Document { return r.Resolution.Document }

// Releases returns the package's releases.
func (p *Pass) Releases() []*Resolved { return p.ofKind(catalogindex.Release) }

// Modules returns the package's Modules.
func (p *Pass) Modules() []*Resolved { return p.ofKind(catalogindex.Module) }

// Definitions returns the package's ModuleDefinitions.
func (p *Pass) Definitions() []*Resolved { return p.ofKind(catalogindex.Definition) }

func (p *Pass) ofKind(kind catalogindex.Kind) []*Resolved {
	return slices.DeleteFunc(slices.Clone(p.Resolved), func(r *Resolved) bool { return r.Document.Kind != kind })
}

// A Finding is what a rule reports.
type Finding struct {
	// Severity is another than the rule's own; Off: it is the rule's. What a project
	// says of the rule counts for both.
	Severity Severity
	File     *syntax.File
	Span     text.Span // the narrowest one that is wrong
	Message  string    // one sentence: what is wrong, what is allowed, what to do
	Related  []Related
	Fixes    []Fix
	// Breaks, if not nil, says of a release that is built on what the finding is about
	// whether that makes it wrong, and where. How many it breaks is added to the message.
	Breaks func(release *Resolved) (Related, bool)
}

// Report adds a finding.
func (p *Pass) Report(f Finding) {
	severity := cmp.Or(f.Severity, p.rule.Severity)
	if set, ok := p.Settings.severity(p.rule); ok {
		severity = set
	}
	*p.found = append(*p.found, Diagnostic{
		Location:    At(f.File, f.Span),
		Severity:    severity,
		Code:        p.rule.Code,
		Message:     f.Message,
		Related:     f.Related,
		Fixes:       f.Fixes,
		Unnecessary: p.rule.Unnecessary,
		Breaks:      f.Breaks,
	})
}

// At returns the location of a span.
func At(file *syntax.File, span text.Span) Location { return Location{file.Path, span} }

// Replace returns a fix that puts other text in place of one span.
func Replace(file *syntax.File, span text.Span, newText, title string) []Fix {
	return []Fix{{Title: title, Edits: []Edit{{At(file, span), newText}}}}
}

// Run runs rules over a package and returns what they find, sorted, without what
// comments suppress. The pass is what all rules share.
func Run(rules []*Rule, shared Pass) []Diagnostic {
	var found []Diagnostic
	shared.Rules = rules
	shared.Ignores = ignores(shared.Package.Files)
	shared.found, shared.once = &found, make(map[any]any)
	pass := shared
	run := func(last bool) {
		for _, r := range rules {
			if r.Last == last && !shared.Settings.isOff(r) {
				pass.rule = r
				r.Check(&pass)
			}
		}
	}
	run(false)
	found = withoutBroken(shared.Package.Files, found)
	found = suppress(rules, shared.Settings, shared.Ignores, found)
	run(true)
	Sort(found)
	// What several releases share is wrong once.
	return slices.CompactFunc(found, func(a, b Diagnostic) bool {
		return a.Location == b.Location && a.Code == b.Code && a.Message == b.Message
	})
}

// syntaxRule is the code of the rule about what does not parse.
const syntaxRule = "cue/syntax"

// withoutBroken leaves out what is said of a text that does not parse: that it does not is all
// there is to say of it, until it does.
func withoutBroken(files []*syntax.File, found []Diagnostic) []Diagnostic {
	return slices.DeleteFunc(found, func(d Diagnostic) bool {
		return d.Code != syntaxRule && slices.ContainsFunc(files, func(f *syntax.File) bool {
			return f.Path == d.Path && slices.ContainsFunc(f.Problems, func(p syntax.Problem) bool {
				return p.Span.Len() > 0 && (p.Span.Covers(d.Span) || d.Span.Start == p.Span.Start)
			})
		})
	})
}

// maxCompared is the length of the longest word, in bytes, that is compared with others: the work
// grows with the product of the lengths, and nobody mistypes more.
const maxCompared = 256

// Nearest returns the candidate that somebody who typed word most likely meant, or
// "" if none is near.
func Nearest(word string, candidates []string) string {
	if len(word) > maxCompared {
		return ""
	}
	best, bestScore := "", 0.0
	for _, c := range slices.SortedFunc(slices.Values(candidates), cmp.Compare[string]) {
		if c == word || c == "" || len(c) > maxCompared {
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
	if len(a) >= 3 && strings.HasPrefix(b, a) { // warn for warning
		score = max(score, 0.7)
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
