package syntax

import (
	"fmt"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Cursor says where in the nesting of a file an offset stands. It is read off the
// tokens before the offset, so it is right also where the text does not parse.
type Cursor struct {
	// Path is the labels around the cursor, outermost first: of the struct that it
	// stands in, or, if InValue, of the field whose value is being written. An
	// element of a list counts as its index in brackets: "[0]".
	Path []string
	// InValue says that a value is being written, not a label.
	InValue bool
	// Word is what is being written: the identifier, string or number that the
	// cursor touches, or the empty span at the cursor.
	Word text.Span
	// HasColon says that Word is a label with its colon behind it.
	HasColon bool
}

// A scope is one open bracket before the cursor.
type scope struct {
	opener lexeme
	indent int      // column of the first lexeme on the opener's line
	labels []string // the fields whose value the bracket belongs to
	items  int      // for a list: the elements before the current one
}

// CursorAt returns where the byte offset stands.
func (f *File) CursorAt(offset int) Cursor {
	m := &mender{content: f.Text.Content()}
	lexemes := m.balance(lex(m.content))
	c := Cursor{Word: text.Span{Start: offset, End: offset}}
	before := len(lexemes)
	for i, l := range lexemes {
		if l.end < offset || l.start == l.end {
			continue
		}
		touches := l.start <= offset && (l.kind == lexWord || l.kind == lexString || l.kind == lexNumber)
		if touches && (l.kind != lexString || l.start < offset) {
			c.Word = text.Span{Start: l.start, End: l.end}
			c.HasColon = m.colonBehind(lexemes, i) >= 0
			before = i
			break
		}
		if l.start >= offset {
			before = i
			break
		}
	}
	line := f.Text.LineOf(offset)
	column := offset - f.Text.Line(line).Start
	stack, pending := m.scopes(lexemes[:before], line, column)
	for _, s := range stack {
		c.Path = append(c.Path, s.labels...)
		if m.is(s.opener, "[") {
			c.Path = append(c.Path, fmt.Sprintf("[%d]", s.items))
		}
	}
	inList := len(stack) > 0 && m.is(stack[len(stack)-1].opener, "[")
	c.InValue = inList
	if len(pending) > 0 {
		c.Path = append(c.Path, pending...)
		c.InValue = !c.HasColon
	}
	return c
}

// scopes returns the brackets that are open behind the lexemes, and the labels of
// the field whose value begins there. line and column are the cursor's: a bracket
// that somebody forgot to close is open for a cursor that is indented further.
func (m *mender) scopes(lexemes []lexeme, line, column int) (stack []scope, pending []string) {
	indent := 0
	for i, l := range lexemes {
		if l.first {
			indent = l.column
			if !m.continues(lexemes, i) {
				pending = nil
			}
		}
		switch l.kind {
		case lexOpen:
			stack = append(stack, scope{opener: l, indent: indent, labels: pending})
			pending = nil
		case lexClose:
			synthetic := l.start == l.end && i+1 == trailing(lexemes, i)
			if synthetic && len(stack) > 0 && line > l.line && column > stack[len(stack)-1].indent {
				continue
			}
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
			pending = nil
		case lexComma:
			pending = nil
			if len(stack) > 0 {
				stack[len(stack)-1].items++
			}
		case lexColon:
			if label, ok := m.labelBefore(lexemes, i); ok {
				pending = append(pending, label)
			}
		}
	}
	// A value may only be on the line of its label, or on the next one behind an
	// operator.
	if n := len(lexemes); n > 0 && lexemes[n-1].line < line && !m.isOperator(lexemes, n-1) {
		pending = nil
	}
	return stack, pending
}

// trailing returns the index behind lexeme i if only closing brackets that nobody
// wrote follow it, else 0.
func trailing(lexemes []lexeme, i int) int {
	for j := i + 1; j < len(lexemes); j++ {
		if lexemes[j].start != lexemes[j].end {
			return 0
		}
	}
	return i + 1
}

// continues reports whether the line that starts with lexeme i goes on with the
// value of the line before.
func (m *mender) continues(lexemes []lexeme, i int) bool {
	if i == 0 {
		return false
	}
	prev := lexemes[i-1]
	return prev.kind == lexColon && !m.isLabel(lexemes, i) || m.isOperator(lexemes, i-1)
}

// labelBefore returns the name of the label that ends before the colon at lexeme i.
func (m *mender) labelBefore(lexemes []lexeme, i int) (string, bool) {
	j := i - 1
	for j >= 0 && lexemes[j].kind == lexOperator && (m.is(lexemes[j], "?") || m.is(lexemes[j], "!")) {
		j--
	}
	if j < 0 {
		return "", false
	}
	switch l := lexemes[j]; l.kind {
	case lexWord:
		start := j // a label with a dash, without the quotes that it needs
		for start > 0 && lexemes[start-1].end == lexemes[start].start && !startsDeclaration(lexemes, start) {
			start--
		}
		name := m.content[lexemes[start].start:l.end]
		if !ast.IsValidIdent(name) && m.bareLabel(lexemes, start) != j {
			return m.text(l), true
		}
		return name, true
	case lexString:
		name, err := literal.Unquote(m.text(l))
		return name, err == nil
	}
	return "", false
}
