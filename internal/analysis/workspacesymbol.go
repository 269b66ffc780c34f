package analysis

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A WorkspaceSymbol is something that the workspace declares and that people look for by
// its name.
type WorkspaceSymbol struct {
	Location  Location // of its name
	Name      string   // namespace/name of a release, name and version of a Module or definition
	Container string   // what it belongs to
	Kind      SymbolKind
}

// A named is what a package contributes to the search, read off its text alone. It is kept
// as long as the package is.
type named struct {
	name      string
	lower     string // the name in small letters
	container string // in small letters; of components and scopes
	kind      SymbolKind
	document  *catalogindex.Document
	location  Location
}

// WorkspaceSymbols returns the releases, Modules, definitions, components and scopes that a
// query means, best first, and at most limit of them. Each word of the query must be found,
// with its characters in order, in the name of the symbol or of what it belongs to; an empty
// query finds everything.
func (s *Snapshot) WorkspaceSymbols(query string, limit int) []WorkspaceSymbol {
	words := strings.Fields(strings.ToLower(query))
	type hit struct {
		named *named
		score int
	}
	var hits []hit
	for _, p := range s.index.Packages() {
		symbols := namedIn(p)
		for i := range symbols {
			if score, ok := symbols[i].score(words); ok {
				hits = append(hits, hit{&symbols[i], score})
			}
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return compareNamed(a.named, b.named)
	})
	hits = hits[:min(len(hits), limit)]
	out := make([]WorkspaceSymbol, 0, len(hits))
	for _, h := range hits {
		out = append(out, WorkspaceSymbol{h.named.location, h.named.name, s.containerOf(h.named), h.named.kind})
	}
	return out
}

// compareNamed orders symbols that fit a query equally well.
func compareNamed(a, b *named) int {
	if c := cmp.Or(cmp.Compare(rankOf(a.kind), rankOf(b.kind)), cmp.Compare(a.document.Name.Value, b.document.Name.Value)); c != 0 {
		return c
	}
	return cmp.Or(
		catalogindex.CompareVersions(b.document.Version.Value, a.document.Version.Value),
		cmp.Compare(a.lower, b.lower),
		cmp.Compare(a.location.Path, b.location.Path),
		a.location.Span.Compare(b.location.Span),
	)
}

// rankOf orders kinds: of the same name, what is deployed comes first.
func rankOf(kind SymbolKind) int {
	return slices.Index([]SymbolKind{ReleaseSymbol, ModuleSymbol, DefinitionSymbol, ComponentSymbol, ScopeSymbol}, kind)
}

// containerOf returns what a symbol belongs to: for a component or a scope its document, for
// a document what it is and what it is made from.
func (s *Snapshot) containerOf(n *named) string {
	d := n.document
	if n.kind == ComponentSymbol || n.kind == ScopeSymbol {
		return d.Kind.String() + " " + d.Title()
	}
	if below, ok := s.index.Resolve(d); ok && below.Document != nil {
		return d.Kind.String() + " of " + below.Document.Title()
	}
	return d.Kind.String()
}

func namedIn(p *catalogindex.Package) []named {
	return p.Derived("workspace symbols", func() any {
		var out []named
		for _, d := range p.Documents {
			out = append(out, namedOf(d)...)
		}
		return out
	}).([]named)
}

func namedOf(d *catalogindex.Document) []named {
	var kind SymbolKind
	switch d.Kind {
	case catalogindex.Definition:
		kind = DefinitionSymbol
	case catalogindex.Module:
		kind = ModuleSymbol
	case catalogindex.Release:
		kind = ReleaseSymbol
	default:
		return nil
	}
	var out []named
	add := func(kind SymbolKind, name string, at Location) {
		if name == "" {
			return
		}
		n := named{name: visible(name), lower: strings.ToLower(name), kind: kind, document: d, location: at}
		if kind == ComponentSymbol || kind == ScopeSymbol {
			n.container = strings.ToLower(d.Title())
		}
		out = append(out, n)
	}
	add(kind, d.Title(), rule.At(focusOf(d)))
	for _, c := range d.Components() {
		add(ComponentSymbol, c.Name, rule.At(c.File, c.Label))
	}
	for _, scope := range d.Scopes() {
		add(ScopeSymbol, scope.Name, rule.At(scope.File, scope.Label))
	}
	return out
}

// score says how well the words fit, higher is better; ok is false if one does not.
func (n *named) score(words []string) (score int, ok bool) {
	inName := len(words) == 0
	for _, w := range words {
		own, ok := fuzzy(n.lower, w)
		around, okAround := fuzzy(n.container, w)
		switch {
		case ok && (!okAround || own >= around):
			score, inName = score+own, true
		case okAround:
			score += around / 2
		default:
			return 0, false
		}
	}
	return score, inName
}

// The points of a word in a name, from the whole name down to its letters strewn over it.
const (
	wholeName  = 1000
	wholePart  = 800 // between two separators, as name is in namespace/name
	nameStart  = 600
	partStart  = 500
	anywhere   = 300
	strewn     = 100
	maxPenalty = 90
)

// fuzzy says how well a word fits a name, both in small letters.
func fuzzy(name, word string) (score int, ok bool) {
	if name == "" {
		return 0, false
	}
	penalty := min(max(len(name)-len(word), 0), maxPenalty)
	best := 0
	for from := 0; ; {
		i := strings.Index(name[from:], word)
		if i < 0 {
			break
		}
		start, end := from+i, from+i+len(word)
		best = max(best, pointsAt(name, start, end))
		from = start + 1
	}
	if best > 0 {
		return best - penalty, true
	}
	if !strewnOver(name, word) {
		return 0, false
	}
	return strewn - penalty, true
}

func pointsAt(name string, start, end int) int {
	starts := start == 0 || isSeparator(lastRune(name[:start]))
	ends := end == len(name) || isSeparator(firstRune(name[end:]))
	switch {
	case start == 0 && end == len(name):
		return wholeName
	case starts && ends:
		return wholePart
	case start == 0:
		return nameStart
	case starts:
		return partStart
	}
	return anywhere
}

func isSeparator(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// strewnOver reports whether the characters of a word stand in a name in their order.
func strewnOver(name, word string) bool {
	for _, r := range word {
		i := strings.IndexRune(name, r)
		if i < 0 {
			return false
		}
		name = name[i+utf8.RuneLen(r):]
	}
	return true
}
