package report

import (
	"cmp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"
	"github.com/rivo/uniseg"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// secretSpans returns the spans inside the quotes of all string literals that stand behind
// labels which name a secret, or that look like one, in order; and of the numbers and words there
// that are written without quotes. It goes by tokens, not by the syntax tree: a
// line with an error on it is the one that gets printed.
func secretSpans(secrets cascade.Secrets, content string) []text.Span {
	f := secretFinder{content: content, secrets: secrets, known: knownNames(content)}
	file := token.NewFile("", -1, len(content))
	f.tokens.Init(file, []byte(content), func(token.Pos, string, []interface{}) {}, 0)
	for {
		pos, tok, _ := f.tokens.Scan()
		if tok == token.EOF {
			return f.found
		}
		f.token(tok, text.Span{Start: file.Offset(pos), End: f.tokens.Offset()})
		f.before = tok
	}
}

// knownNames are those that a file gives something, and so may refer to.
func knownNames(content string) map[string]bool {
	file := syntax.Parse("", content)
	known := make(map[string]bool)
	note := func(ident *ast.Ident) {
		if ident != nil {
			known[ident.Name] = true
		}
	}
	for _, imp := range file.Imports() {
		known[imp.Name] = true
	}
	ast.Walk(file.AST(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if name, ok := syntax.LabelName(n.Label); ok {
				known[name] = true
			}
		case *ast.LetClause:
			note(n.Ident)
		case *ast.ForClause:
			note(n.Key)
			note(n.Value)
		case *ast.Alias:
			note(n.Ident)
		}
		return true
	}, nil)
	return known
}

type secretFinder struct {
	content string
	secrets cascade.Secrets
	known   map[string]bool // names that may stand at a secret, since they refer to something
	before  token.Token     // the token before the present one
	tokens  scanner.Scanner
	found   []text.Span
	// labels are those in front of the present token; secret says that they name a secret.
	labels cascade.Path
	secret bool
	open   []bracket
	// last is the operand before the present token: the label, if that is a colon.
	last operand
	// rest is the string literal that the next bracket interrupts; nil if none.
	rest *quotes
}

// An operand is a token, a string with all its interpolations, or all in a pair of
// brackets.
type operand struct {
	text.Span
	found int // how many secrets stand before it
}

type bracket struct {
	closing token.Token
	secret  bool    // whether what is in it belongs to a secret
	labels  int     // how many labels stand in front of it
	start   operand // its beginning
	rest    *quotes // the string literal that goes on behind it; nil if none
}

// quotes are how a string literal is quoted, such as "…" or #"""…"""#.
type quotes struct {
	hashes  int
	closing string
}

var closings = map[token.Token]token.Token{token.LBRACE: token.RBRACE, token.LBRACK: token.RBRACK, token.LPAREN: token.RPAREN}

func (f *secretFinder) token(tok token.Token, at text.Span) {
	now := operand{at, len(f.found)}
	switch tok {
	case token.OPTION, token.NOT: // the label stands before them
		return
	case token.STRING, token.INTERPOLATION:
		q := f.quotesAt(at)
		f.literal(text.Span{Start: at.Start + len(q.closing), End: at.End}, q, tok == token.INTERPOLATION)
	case token.IDENT, token.INT, token.FLOAT:
		if f.secret && f.isUnquoted(tok, f.content[at.Start:at.End]) {
			f.found = append(f.found, at)
		}
	case token.LBRACE, token.LBRACK, token.LPAREN:
		if f.rest != nil {
			now = f.last
		}
		f.open = append(f.open, bracket{closings[tok], f.secret, len(f.labels), now, f.rest})
		f.rest = nil
	case token.RBRACE, token.RBRACK, token.RPAREN:
		now = f.close(tok, now)
	case token.COMMA:
		f.secret, f.labels = false, f.labels[:0]
		if len(f.open) > 0 {
			around := f.open[len(f.open)-1]
			f.secret, f.labels = around.secret, f.labels[:around.labels]
		}
	case token.COLON, token.BIND:
		f.found = f.found[:min(f.last.found, len(f.found))] // a label is no value
		label := f.content[f.last.Start:f.last.End]
		if name, err := literal.Unquote(label); err == nil {
			label = name
		}
		f.labels = append(f.labels, label)
		f.secret = f.secret || f.secrets.Names(f.labels)
	}
	f.last = now
}

// isUnquoted reports whether a word or number at a secret is to be its value: no name that refers
// to something, and no bound.
func (f *secretFinder) isUnquoted(tok token.Token, source string) bool {
	switch {
	case len(f.open) > 0 && f.open[len(f.open)-1].rest != nil: // in an interpolation
		return false
	case tok != token.IDENT:
		return f.before == token.COLON || f.before == token.MUL || f.before == token.LBRACK || f.before == token.SUB || f.before == token.IDENT
	case f.before == token.PERIOD:
		return slices.ContainsFunc(f.found[max(0, len(f.found)-1):], func(s text.Span) bool { return s.End == f.last.Start })
	}
	return !f.known[source] && !catalogindex.IsBuiltin(source) && !cascade.IsPredeclared(source) && source != "values" && source[0] != '#' && source[0] != '_'
}

// close leaves the nearest bracket that the token closes, and all that were left open
// in it, and returns what the bracket held as an operand.
func (f *secretFinder) close(tok token.Token, now operand) operand {
	at := len(f.open) - 1
	for at >= 0 && f.open[at].closing != tok {
		at--
	}
	if at < 0 {
		return now
	}
	b := f.open[at]
	f.open, f.secret, f.labels = f.open[:at], b.secret, f.labels[:b.labels]
	whole := operand{text.Span{Start: b.start.Start, End: now.End}, b.start.found}
	if b.rest != nil {
		interrupted := strings.HasSuffix(f.tokens.ResumeInterpolation(), "(")
		whole.End = f.tokens.Offset()
		f.literal(text.Span{Start: now.End, End: whole.End}, b.rest, interrupted)
	}
	return whole
}

// quotesAt returns the quotes of the literal that begins a span.
func (f *secretFinder) quotesAt(at text.Span) *quotes {
	lit := f.content[at.Start:at.End]
	unhashed := strings.TrimLeft(lit, "#")
	q := &quotes{hashes: len(lit) - len(unhashed)}
	mark := unhashed[:1]
	if strings.HasPrefix(unhashed, strings.Repeat(mark, 3)) {
		mark = strings.Repeat(mark, 3)
	}
	q.closing = mark + strings.Repeat("#", q.hashes)
	return q
}

// literal notes what a string literal holds, given all of it that stands behind its
// opening quotes, or behind an interpolation.
func (f *secretFinder) literal(at text.Span, q *quotes, interrupted bool) {
	if interrupted {
		at.End -= len(`\`) + q.hashes
		f.rest = q
	} else if at.End >= at.Start && strings.HasSuffix(f.content[at.Start:at.End], q.closing) {
		at.End -= len(q.closing)
	}
	if at.End > at.Start && (f.secret || cascade.LooksSecret(f.content[at.Start:at.End])) {
		f.found = append(f.found, at)
	}
}

// Covers know where in the files of a report there are secrets.
type covers struct {
	secrets func(string) cascade.Secrets
	known   map[string][]text.Span // of the files met so far, by path
}

func newCovers(in Input) *covers { return &covers{in.Secrets, make(map[string][]text.Span)} }

// spans returns where the secrets of a file are.
func (c *covers) spans(path string, t *text.Text) []text.Span {
	hidden, known := c.known[path]
	if !known {
		hidden = secretSpans(c.secrets(path), t.Content())
		c.known[path] = hidden
	}
	return hidden
}

// slice returns a piece of a text in which every secret is covered up.
func (c *covers) slice(path string, t *text.Text, span text.Span) string {
	var b strings.Builder
	at := span.Start
	for _, s := range overlapping(c.spans(path, t), span) {
		start, end := max(s.Start, at), min(s.End, span.End)
		b.WriteString(t.Slice(text.Span{Start: at, End: start}))
		b.WriteString(cover(t.Slice(text.Span{Start: start, End: end})))
		at = end
	}
	b.WriteString(t.Slice(text.Span{Start: at, End: max(at, span.End)}))
	return b.String()
}

// overlapping returns those of some sorted spans that have a part in another one.
func overlapping(spans []text.Span, with text.Span) []text.Span {
	first, _ := slices.BinarySearchFunc(spans, with.Start, func(s text.Span, offset int) int { return cmp.Compare(s.End, offset+1) })
	last := first
	for last < len(spans) && spans[last].Start < with.End {
		last++
	}
	return spans[first:last]
}

// cover replaces every character by as many dots as it takes columns.
func cover(s string) string {
	var b strings.Builder
	for clusters := uniseg.NewGraphemes(s); clusters.Next(); {
		if clusters.Str() == "\t" {
			b.WriteByte('\t')
		} else {
			b.WriteString(strings.Repeat("•", clusters.Width()))
		}
	}
	return b.String()
}
