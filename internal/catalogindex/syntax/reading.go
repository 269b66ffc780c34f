package syntax

import (
	"strings"

	"cuelang.org/go/cue/literal"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A ReadingKind says what a name would be where an offset stands.
type ReadingKind int

// What a name may be.
const (
	NoReading   ReadingKind = iota // nothing: there is no room for one
	Declaration                    // a label, or an embedding: a new line of a struct
	Operand                        // an operand of an expression, or all of it
	Selected                       // what is selected of something: values.image
	ImportPath                     // the path of an import
	Quoted                         // part of a string
	Comment                        // part of a comment
)

// A Reading says what could be read at an offset: which names lead up to it and what of
// one is written already. Unlike a [Cursor] it says so of any expression, in calls and in
// interpolations too. It is read off the tokens before the offset.
type Reading struct {
	Kind ReadingKind
	// Word is the name, the number of letters that touches the offset, or the empty span
	// at it. Of a Quoted or ImportPath it is what stands between the quotes, of a Comment
	// all of it.
	Word text.Span
	// Names are those in front of Word that dots join to it: values, image. They are nil
	// if something else is selected of: a call, say.
	Names []string
	// Unquoted says of an ImportPath that it has no quotes yet, and Unclosed that its
	// closing quote is missing.
	Unquoted, Unclosed bool
	// Depth is how many brackets are open, and Inside the innermost of them: "{", "[",
	// "(" or "".
	Depth  int
	Inside string
	// Alone says of an Operand that it is all that stands behind its colon or in its
	// place in a list.
	Alone bool
	// Before says that something other than a package clause and imports stands before,
	// and HasPackage that a package clause does.
	Before, HasPackage bool
}

// ReadingAt returns what could be read at a byte offset.
func (f *File) ReadingAt(offset int) Reading {
	content := f.Text.Content()
	offset = min(max(offset, 0), len(content))
	r := Reading{Word: text.Span{Start: offset, End: offset}}
	if f.leftOut {
		return r
	}
	lexemes, comments := lexWithComments(content[:offset])
	if n := len(comments) - 1; n >= 0 && comments[n].End == offset {
		line := content[offset : offset+lineLength(content[offset:])]
		r.Kind, r.Word = Comment, text.Span{Start: comments[n].Start, End: offset + len(strings.TrimSuffix(line, "\r"))}
		return r
	}
	w := reader{mender: &mender{content: content}, lexemes: lexemes, end: offset, Reading: r}
	w.brackets()
	w.run()
	return w.Reading
}

// A reader reads the lexemes before an offset.
type reader struct {
	*mender
	lexemes []lexeme
	end     int // the offset
	Reading
	imports bool // the offset is among imports
	inner   bool // it is in an interpolation
}

// brackets notes what is open, and what stands before.
func (r *reader) brackets() {
	var open []lexeme
	group := -1    // the depth of the bracket that imports stand in
	importOn := -1 // the line of an import
	packageOn := -1
	for i, l := range r.lexemes {
		starts := l.first || i > 0 && r.is(r.lexemes[i-1], ";")
		switch {
		case len(open) == 0 && starts && r.is(l, "import"):
			importOn = l.line
		case len(open) == 0 && starts && r.is(l, "package"):
			packageOn, r.HasPackage = l.line, true
		case l.kind == lexOpen:
			if importOn == l.line && len(open) == 0 && r.is(l, "(") {
				group = 0
			}
			open = append(open, l)
		case l.kind == lexClose && len(open) > 0:
			open = open[:len(open)-1]
			if len(open) == group {
				group = -1
				continue
			}
		}
		aside := group >= 0 || l.line == importOn || l.line == packageOn
		if touches := l.kind == lexWord && l.end == r.end && l.first; !aside && !touches {
			r.Before = true
		}
	}
	r.Depth = len(open)
	if r.Depth > 0 {
		r.Inside = r.text(open[r.Depth-1])
	}
	n := len(r.lexemes)
	r.imports = group >= 0 || n > 0 && importOn == r.lineAt() && r.Depth == 0
}

// lineAt returns the line of the offset, from 0.
func (r *reader) lineAt() int { return strings.Count(r.content[:r.end], "\n") }

// run fills the reading of the lexemes.
func (r *reader) run() {
	n := len(r.lexemes)
	if n > 0 && r.lexemes[n-1].kind == lexString && !r.lexemes[n-1].closed && r.lexemes[n-1].end == r.end {
		r.string(r.lexemes[n-1])
		return
	}
	before := n
	if n > 0 && r.lexemes[n-1].end == r.end && (r.lexemes[n-1].kind == lexWord || r.lexemes[n-1].kind == lexNumber) {
		if r.lexemes[n-1].kind == lexNumber || r.isAttribute(r.lexemes[n-1]) {
			return
		}
		before--
		r.Word.Start = r.lexemes[before].start
	}
	if at := r.content[r.end:]; before < n || at != "" && isWordStart(at) {
		r.Word.End += wordLength(at)
	}
	if r.imports {
		r.unquotedImport(before)
		return
	}
	if before > 0 && r.is(r.lexemes[before-1], ".") {
		if r.lexemes[before-1].end == r.Word.Start {
			r.Kind, r.Names = Selected, r.selectorBefore(before-1)
		}
		return
	}
	if r.roomBehind() {
		r.Kind = r.kind(before)
	}
}

// unquotedImport is the reading where the path of an import is missing.
func (r *reader) unquotedImport(before int) {
	n := len(r.lexemes)
	if before > 0 && r.lexemes[before-1].kind == lexString && r.lexemes[before-1].line == r.lineAt() {
		return
	}
	if before == n && n > 0 && r.lexemes[n-1].end < r.end || before == n && r.is(r.lexemes[n-1], "(") {
		if rest := strings.TrimLeft(r.content[r.end:r.end+lineLength(r.content[r.end:])], " \t\r"); rest == "" || rest[0] == ')' {
			r.Kind, r.Unquoted = ImportPath, true
		}
	}
}

// string is the reading in a string that begins with a lexeme.
func (r *reader) string(l lexeme) {
	start := l.start + len(l.quote)
	hashes := strings.TrimLeft(l.quote, `"'`)
	written := r.content[start:r.end]
	escape := `\` + hashes + "("
	if at := strings.LastIndex(written, escape); at >= 0 {
		inside := written[at+len(escape):]
		if strings.Count(inside, "(") >= strings.Count(inside, ")") {
			r.interpolation(start + at + len(escape))
			return
		}
	}
	end, _, closed := stringEnd(r.content, l.start, 0)
	r.Kind, r.Word = Quoted, text.Span{Start: start, End: end}
	if closed {
		r.Word.End -= len(l.quote)
	}
	if r.imports {
		r.Kind, r.Unclosed = ImportPath, !closed
	}
}

// interpolation is the reading of an expression that begins at an offset in a string.
func (r *reader) interpolation(start int) {
	inner := lex(r.content[start:r.end])
	for i := range inner {
		inner[i].start += start
		inner[i].end += start
		inner[i].first = false
	}
	r.lexemes, r.inner, r.imports, r.Inside = inner, true, false, "("
	r.run()
}

// selectorBefore returns the names before the dot that is lexeme i, or nil.
func (r *reader) selectorBefore(i int) []string {
	var names []string
	for at := i - 1; at >= 0; {
		l := r.lexemes[at]
		name := ""
		switch {
		case l.end != r.lexemes[at+1].start && len(names) == 0 && at+1 != i:
			return nil
		case l.kind == lexWord && !r.isAttribute(l):
			name = r.text(l)
		case l.kind == lexString:
			unquoted, err := literal.Unquote(r.text(l))
			if err != nil {
				return nil
			}
			name = unquoted
		case r.is(l, "]") && at >= 3 && r.is(r.lexemes[at-2], "["):
			index := r.lexemes[at-1]
			unquoted, err := literal.Unquote(r.text(index))
			switch {
			case index.kind == lexNumber:
				unquoted = "[" + r.text(index) + "]"
			case err != nil:
				return nil
			}
			names = append([]string{unquoted}, names...)
			at -= 3
			continue
		default:
			return nil
		}
		names = append([]string{name}, names...)
		if at == 0 || !r.is(r.lexemes[at-1], ".") {
			return names
		}
		at -= 2
	}
	return nil
}

// roomBehind reports whether a name may stand before what follows it on its line.
func (r *reader) roomBehind() bool {
	rest := r.content[r.Word.End:]
	rest = strings.TrimLeft(rest[:lineLength(rest)], " \t\r")
	return rest == "" || strings.ContainsAny(rest[:1], ",)]}|&+-*/=!<>.:?~") || r.Word.Len() > 0 && rest[0] == '('
}

// kind says what a name behind the first n lexemes is.
func (r *reader) kind(n int) ReadingKind {
	if n == 0 {
		if r.inner {
			r.Alone = true
			return Operand
		}
		return Declaration
	}
	prev := r.lexemes[n-1]
	fresh := prev.line+strings.Count(r.text(prev), "\n") < r.lineAt() && !r.inner
	switch {
	case prev.kind == lexColon:
		r.Alone = !fresh && r.endsBehind()
		if fresh {
			return Declaration
		}
		return Operand
	case prev.kind == lexOperator:
		if r.is(prev, "?") || r.is(prev, "!") && fresh || r.is(prev, "~") || r.is(prev, ";") {
			return NoReading
		}
		return Operand
	case r.is(prev, "["), r.is(prev, "("), prev.kind == lexComma && r.Inside != "{" && r.Inside != "":
		r.Alone = r.endsBehind()
		return Operand
	case r.is(prev, "{"), prev.kind == lexComma, fresh && r.Inside != "[" && r.Inside != "(":
		return Declaration
	case r.is(prev, "if"), r.is(prev, "in"):
		return Operand
	}
	return NoReading
}

// endsBehind reports whether nothing but a bracket or a comma follows on the line.
func (r *reader) endsBehind() bool {
	rest := r.content[r.Word.End:]
	rest = strings.TrimLeft(rest[:lineLength(rest)], " \t\r")
	return rest == "" || strings.ContainsAny(rest[:1], ",)]}") || strings.HasPrefix(rest, "//")
}
