package syntax

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Cursor says where in the nesting of a file an offset stands. It is read off the
// tokens around the offset, so it is right also where the text does not parse.
type Cursor struct {
	// Path is the labels around the cursor, outermost first: of the struct that it
	// stands in, or, if InValue, of the field whose value is being written. An
	// element of a list counts as its index in brackets, "[0]", and a pattern or
	// a computed label as it is written: "[string]", "(x)".
	Path []string
	// InValue says that a value is being written, not a label.
	InValue bool
	// Aside says that what stands at the cursor is neither a label nor a value of
	// Path, so that nothing of either is to be offered: it is in a comment, an
	// attribute or an interpolation, behind a dot, between the parentheses of a
	// call or the brackets of an index, or in a package, import, let, for or if.
	// So is a place at which the text has no room: behind a whole value or before
	// a struct, say.
	Aside bool
	// Word is what is being written: the identifier, string or number that the
	// cursor touches, or the empty span at the cursor. A label with dashes that
	// lacks its quotes is one word. Where blanks are between the cursor and the
	// value that is there, they and it are the word.
	Word text.Span
	// HasColon says that Word is a label with its colon behind it, and Holds what
	// is behind that.
	HasColon bool
	Holds    Content
	// TakesField says that a field may stand in place of Word: where a label is
	// written, and also behind a colon, as in "a: b: 1". It may not beside an
	// operator or as an element of a list.
	TakesField bool
}

// A Content is what a field holds, as far as its first token says it.
type Content int

// What a field may hold.
const (
	Unclear  Content = iota // nothing yet, or what another place says
	Fields                  // a struct, or one field on the same line
	NoFields                // a scalar, a constraint of one, or a list
)

// CursorAt returns where the byte offset stands.
func (f *File) CursorAt(offset int) Cursor {
	content := f.Text.Content()
	offset = min(max(offset, 0), len(content))
	if f.leftOut {
		return Cursor{Aside: true, Word: text.Span{Start: offset, End: offset}}
	}
	m := &mender{content: content}
	lexemes, comments := lexWithComments(content)
	lexemes = m.balance(lexemes)
	c := Cursor{Word: text.Span{Start: offset, End: offset}}

	before, at := m.touched(lexemes, offset)
	w := walk{mender: m, lexemes: lexemes}
	w.line, w.column = placeOf(content, offset)
	if at >= 0 { // what is written may have begun on a line before
		w.line, w.column = lexemes[at].line, lexemes[at].column
	}
	w.run(before)
	for _, s := range w.stack {
		c.Path = append(c.Path, s.labels...)
		if s.list {
			c.Path = append(c.Path, fmt.Sprintf("[%d]", s.items))
		}
	}
	c.Path = append(c.Path, w.pending...)

	first, last := before, before-1 // of the word: none
	if at >= 0 {
		first, last = at, at
		if len(w.pending) == 0 {
			first, last = m.dashed(lexemes, at)
		}
		c.Word = text.Span{Start: lexemes[first].start, End: lexemes[last].end}
		if colon := m.colonBehind(lexemes, last); colon >= 0 {
			c.HasColon, c.Holds = true, m.contentBehind(lexemes, colon)
		}
	}
	inner := scope{}
	if len(w.stack) > 0 {
		inner = w.stack[len(w.stack)-1]
	}
	element := inner.list || m.is(inner.opener, "(")
	c.InValue = element || len(w.pending) > 0 && !c.HasColon
	if c.InValue && at < 0 && w.valueBehind(before) {
		last = before
		c.Word.End = lexemes[last].end
	}
	room := w.room(first, last, c.HasColon)
	c.TakesField = room == roomForField && !element
	c.Aside = w.aside || room == noRoom ||
		slices.ContainsFunc(w.stack, func(s scope) bool { return s.aside }) ||
		slices.ContainsFunc(comments, func(s text.Span) bool { return s.Start < offset && offset <= s.End }) ||
		before > 0 && m.is(lexemes[before-1], ".") && !c.HasColon || // a selector
		at >= 0 && m.insideLexeme(lexemes[at], offset)
	return c
}

// placeOf returns the line and column of an offset as lexemes count them: lines as
// CUE knows them, both from 0, columns in bytes.
func placeOf(content string, offset int) (line, column int) {
	start := strings.LastIndexByte(content[:offset], '\n') + 1
	if start == 0 && strings.HasPrefix(content, bom) {
		start = min(len(bom), offset)
	}
	return strings.Count(content[:offset], "\n"), offset - start
}

// touched returns how many lexemes lie before what is written at the offset, and
// the index of the word, string or number that the offset touches, or -1.
func (m *mender) touched(lexemes []lexeme, offset int) (before, at int) {
	for i, l := range lexemes {
		if l.end < offset || l.start == l.end {
			continue
		}
		if l.start <= offset && m.isScalarOrLabel(l) || l.start < offset && m.isAttribute(l) {
			return i, i
		}
		if l.start >= offset {
			return i, -1
		}
	}
	return len(lexemes), -1
}

// isScalarOrLabel reports whether the lexeme is a value, or part of one, or a label.
func (m *mender) isScalarOrLabel(l lexeme) bool {
	return (l.kind == lexWord || l.kind == lexString || l.kind == lexNumber) && !m.isAttribute(l)
}

func (m *mender) isAttribute(l lexeme) bool {
	return l.kind == lexWord && m.content[l.start] == '@'
}

// contentBehind returns what the field holds whose colon is lexeme i.
func (m *mender) contentBehind(lexemes []lexeme, i int) Content {
	if i+1 >= len(lexemes) {
		return Unclear
	}
	next := lexemes[i+1]
	if m.isLabel(lexemes, i+1) {
		if next.first && next.column <= lineIndent(lexemes, i) {
			return Unclear // a field beside this one, which has no value yet
		}
		return Fields
	}
	switch word := m.text(next); {
	case word == "{":
		return Fields
	case word == "[", word == "true", word == "false", word == "null",
		next.kind == lexString, next.kind == lexNumber, next.kind == lexOperator:
		return NoFields
	}
	return Unclear
}

// dashed returns the first and the last lexeme of the label without quotes that
// lexeme i is part of, which is i itself for any other. Dots make a label only if
// a colon follows; until then traits.#Container is what people write with them.
func (m *mender) dashed(lexemes []lexeme, i int) (first, last int) {
	first, last = i, i
	for first > 0 && !startsDeclaration(lexemes, first) && m.joins(lexemes, first) {
		first--
	}
	for last+1 < len(lexemes) && m.joins(lexemes, last+1) {
		last++
	}
	dotted := slices.ContainsFunc(lexemes[first:last+1], func(l lexeme) bool { return m.is(l, ".") })
	if lexemes[first].kind != lexWord || !startsDeclaration(lexemes, first) || dotted && m.colonBehind(lexemes, last) < 0 {
		return i, i
	}
	return first, last
}

// joins reports whether lexeme i goes on, without a space, with a label that
// somebody writes without its quotes.
func (m *mender) joins(lexemes []lexeme, i int) bool {
	l, prev := lexemes[i], lexemes[i-1]
	return prev.end == l.start && m.isLabelPiece(l) && m.isLabelPiece(prev)
}

// isLabelPiece reports whether the lexeme may be part of such a label.
func (m *mender) isLabelPiece(l lexeme) bool {
	return l.kind == lexWord || l.kind == lexNumber || l.kind == lexOperator && strings.Contains("-./", m.text(l))
}

// insideLexeme reports whether an offset in a lexeme is in an attribute, or in an
// interpolation of a string.
func (m *mender) insideLexeme(l lexeme, offset int) bool {
	written := m.content[l.start:offset]
	if l.kind != lexString {
		return strings.HasPrefix(written, "@")
	}
	escape := `\` + strings.TrimLeft(l.quote, `"'`) + "("
	start := strings.LastIndex(written, escape)
	if start < 0 {
		return false
	}
	inside := written[start+len(escape):]
	return strings.Count(inside, "(") >= strings.Count(inside, ")")
}

// A scope is one open bracket before the cursor.
type scope struct {
	opener lexeme
	indent int      // column of the first lexeme on the opener's line
	labels []string // the fields whose value the bracket belongs to
	list   bool
	items  int  // for a list: the elements before the current one
	aside  bool // see Cursor
}

// A walk goes through the lexemes before a cursor and keeps what is open there.
type walk struct {
	*mender
	lexemes      []lexeme
	line, column int // of the cursor

	stack   []scope
	pending []string // labels of the field whose value is being written
	aside   bool     // a clause such as import or let is being written
	closed  lexeme   // the opener of the bracket that was closed last
	indent  int      // of the line
}

// run walks through the first n lexemes.
func (w *walk) run(n int) {
	unwritten := n // from here on there are only brackets that nobody wrote
	for unwritten > 0 && w.lexemes[unwritten-1].start == w.lexemes[unwritten-1].end {
		unwritten--
	}
	for i, l := range w.lexemes[:n] {
		if l.first {
			w.newLine(i)
		}
		if startsDeclaration(w.lexemes, i) {
			w.aside = w.isClause(w.lexemes, i)
		}
		switch l.kind {
		case lexOpen:
			w.open(i)
		case lexClose:
			// A bracket that somebody forgot to close is open for a cursor on
			// its line or indented further.
			if i >= unwritten && len(w.stack) > 0 && (w.line == l.line || w.column > w.stack[len(w.stack)-1].indent) {
				continue
			}
			w.close()
		case lexComma:
			w.pending = nil
			if len(w.stack) > 0 {
				w.stack[len(w.stack)-1].items++
			}
		case lexColon:
			w.pending = append(w.pending, w.labelBefore(i))
		}
	}
	// A value may only be on the line of its label, or on the next one behind an
	// operator.
	if n > 0 && w.lastLine(n-1) < w.line && !w.isOperator(w.lexemes, n-1) {
		w.pending, w.aside = nil, false
		w.nextItem(n - 1)
	}
	if n > 0 && (w.lexemes[n-1].kind == lexOpen || w.lexemes[n-1].kind == lexComma) {
		w.aside = false // a new declaration begins
	}
}

// lastLine returns the line on which lexeme i ends.
func (w *walk) lastLine(i int) int {
	return w.lexemes[i].line + strings.Count(w.text(w.lexemes[i]), "\n")
}

// valueBehind reports whether the first lexeme behind the cursor, which is lexeme i
// and does not touch it, is a value on the cursor's line.
func (w *walk) valueBehind(i int) bool {
	return i < len(w.lexemes) && w.lexemes[i].line == w.line && w.isScalarOrLabel(w.lexemes[i]) && !w.isLabel(w.lexemes, i)
}

// What may be written at a place, by what stands beside it.
type room int

const (
	noRoom       room = iota // nothing
	roomForValue             // an operand of an operator
	roomForField             // a field, or a whole value
)

// room returns what may be written in place of the lexemes from first to last, of
// which there may be none. Only what is on the same line is beside it.
func (w *walk) room(first, last int, hasColon bool) room {
	found := roomForField
	for first > 0 && w.isUnwritten(first-1) {
		first--
	}
	if first > 0 {
		switch prev := w.lexemes[first-1]; prev.kind {
		case lexOperator:
			found = roomForValue // also from the line before
		case lexOpen, lexComma, lexColon, lexIllegal:
		default:
			if w.lastLine(first-1) == w.line {
				return noRoom
			}
		}
	}
	line := w.line
	if last >= first {
		line = w.lastLine(last)
	}
	next := last + 1
	for next < len(w.lexemes) && w.isUnwritten(next) {
		next++
	}
	if hasColon || next >= len(w.lexemes) || w.lexemes[next].line != line {
		return found
	}
	switch l := w.lexemes[next]; {
	case l.kind == lexComma, l.kind == lexClose, w.isAttribute(l):
		return found
	case w.is(l, "|"), w.is(l, "&"):
		return roomForValue
	}
	return noRoom
}

// isUnwritten reports whether lexeme i is a bracket that nobody wrote.
func (w *walk) isUnwritten(i int) bool { return w.lexemes[i].start == w.lexemes[i].end }

func (w *walk) newLine(i int) {
	w.indent = w.lexemes[i].column
	if w.continues(i) {
		return
	}
	w.pending = nil
	if i > 0 && w.lexemes[i].kind != lexClose {
		w.nextItem(i - 1)
	}
}

// nextItem counts an element of a list that ends with lexeme i and its line, since
// a new line separates elements as a comma does.
func (w *walk) nextItem(i int) {
	if l := w.lexemes[i]; len(w.stack) > 0 && l.kind != lexComma && l.kind != lexOpen {
		w.stack[len(w.stack)-1].items++
	}
}

// continues reports whether the line that starts with lexeme i goes on with the
// value of the line before.
func (w *walk) continues(i int) bool {
	if i == 0 {
		return false
	}
	return w.lexemes[i-1].kind == lexColon && !w.isLabel(w.lexemes, i) || w.isOperator(w.lexemes, i-1)
}

func (w *walk) open(i int) {
	l := w.lexemes[i]
	s := scope{opener: l, indent: w.indent, labels: w.pending}
	adjacent := i > 0 && w.lexemes[i-1].end == l.start &&
		(w.lexemes[i-1].kind == lexWord || w.lexemes[i-1].kind == lexClose || w.lexemes[i-1].kind == lexString)
	switch w.text(l) {
	case "[":
		s.aside = adjacent // x["a"]
		s.list = !adjacent
	case "(":
		s.aside = adjacent || w.aside // strings.MinRunes(1), import (
	}
	w.stack = append(w.stack, s)
	w.pending = nil
}

// close closes the innermost bracket. The value that it belongs to may go on.
func (w *walk) close() {
	w.pending = nil
	if len(w.stack) == 0 {
		return
	}
	s := w.stack[len(w.stack)-1]
	w.stack = w.stack[:len(w.stack)-1]
	w.pending, w.closed = s.labels, s.opener
}

// labelBefore returns the name of the label that ends before the colon at lexeme
// i, or its text if it has no plain name.
func (w *walk) labelBefore(i int) string {
	j := i - 1
	for j >= 0 && w.lexemes[j].kind == lexOperator && (w.is(w.lexemes[j], "?") || w.is(w.lexemes[j], "!")) {
		j--
	}
	if j < 0 {
		return ""
	}
	l := w.lexemes[j]
	switch l.kind {
	case lexWord:
		start := j // a label with a dash, without the quotes that it needs
		for start > 0 && w.lexemes[start-1].end == w.lexemes[start].start && !startsDeclaration(w.lexemes, start) {
			start--
		}
		name := w.content[w.lexemes[start].start:l.end]
		if !ast.IsValidIdent(name) && w.bareLabel(w.lexemes, start) != j {
			return w.text(l) // X=name
		}
		return name
	case lexString:
		if name, err := literal.Unquote(w.text(l)); err == nil {
			return name
		}
	case lexClose:
		return w.content[w.closed.start:max(w.closed.start, l.end)]
	}
	return w.text(l)
}
