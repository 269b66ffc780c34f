package syntax

import (
	"strings"

	"cuelang.org/go/cue/parser"
)

// characters mends what is wrong inside single lexemes: strings, attributes,
// comments of other languages, characters that CUE does not have. It returns the
// lexemes that are left.
func (m *mender) characters(lexemes []lexeme) []lexeme {
	var kept []lexeme
	gone := 0 // everything before this offset is taken away
	for i, l := range lexemes {
		if l.start < gone {
			continue
		}
		if end := m.conflictMarker(l); end > 0 {
			m.report(l.start, end, "", "This line is left from a merge: choose one side and remove it.")
			gone = end
		} else if end := m.blockComment(lexemes, i); end > 0 {
			m.report(l.start, l.start+2, "", "CUE has no comments like this: begin each of its lines with //.")
			gone = end
		} else if l.kind == lexIllegal {
			m.report(l.start, l.end, "", "The character %q does not belong here: remove it.", m.text(l))
			gone = l.end
		} else if strings.HasPrefix(m.text(l), "@") && !strings.HasSuffix(m.text(l), ")") {
			m.report(l.start, l.end, "", "An attribute is a name and parentheses, as in @go(Name).")
			gone = l.end
		} else if end := m.overTwoLines(lexemes, i); end > 0 {
			l.end, gone = end, end
			m.joinLines(l)
			kept = append(kept, l)
			continue
		} else {
			m.literal(l)
			kept = append(kept, l)
			continue
		}
		m.eraseRange(l.start, gone)
	}
	return kept
}

// overTwoLines returns the end of a string that is closed on the line below, as an editor
// leaves it when somebody presses Enter in one; 0 if lexeme i is none.
func (m *mender) overTwoLines(lexemes []lexeme, i int) int {
	l := lexemes[i]
	if l.kind != lexString || l.closed || len(strings.TrimRight(l.quote, "#")) > 1 {
		return 0
	}
	for _, next := range lexemes[i+1:] {
		switch {
		case next.line != l.line+1 || next.kind == lexColon:
			return 0
		case next.kind == lexString:
			rest := strings.TrimRight(m.text(next), ", ")
			if next.closed || rest != l.quote {
				return 0
			}
			return next.start + len(rest)
		}
	}
	return 0
}

// joinLines mends a string that is closed on the line below.
func (m *mender) joinLines(l lexeme) {
	first, second, _ := strings.Cut(m.text(l), "\n")
	joined := strings.TrimSuffix(first, "\r") + strings.TrimLeft(second, " \t")
	m.report(l.start, l.end, joined, "This string is closed on the line below: join the two lines, or write the string in %s.", strings.Repeat(l.quote[:1], 3))
	m.reaches(InField)
	if _, err := parser.ParseExpr("", joined); err != nil {
		joined = "_"
	}
	m.edits = append(m.edits, edit{start: l.start, end: l.end, text: joined})
}

// literal mends a string.
func (m *mender) literal(l lexeme) {
	if l.kind != lexString {
		return
	}
	interpolates := strings.Contains(m.text(l), `\`+strings.TrimLeft(l.quote, `"'`)+"(")
	switch {
	case l.closed && !interpolates:
	case l.closed:
		if _, err := parser.ParseExpr("", m.text(l)); err != nil {
			m.report(l.start, l.end, "", "What stands in the parentheses of this string does not parse.")
			m.edits = append(m.edits, edit{start: l.start, end: l.end, text: "_"})
		}
	case interpolates:
		m.report(l.start, l.end, "", "This string is not closed: add %s at its end.", l.quote)
		m.edits = append(m.edits, edit{start: l.start, end: l.end, text: "_"})
	default:
		m.report(l.start, l.end, m.text(l)+l.quote, "This string is not closed: add %s at its end.", l.quote)
		m.reaches(InField)
		if strings.HasSuffix(m.text(l), `\`) || len(strings.TrimRight(l.quote, "#")) >= 3 {
			m.edits = append(m.edits, edit{start: l.start, end: l.end, text: "_"})
		} else {
			m.insert(l.end, l.quote, rankValue)
		}
	}
}

// conflictMarker returns the end of the line if the lexeme begins one that git
// left in a file, such as "<<<<<<< HEAD", else 0.
func (m *mender) conflictMarker(l lexeme) int {
	if l.column != 0 {
		return 0
	}
	for _, marker := range []string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"} {
		if strings.HasPrefix(m.content[l.start:], marker) {
			return lineAround(m.content, l.start).End
		}
	}
	return 0
}

// blockComment returns the end of a comment such as /* this one */ that begins at
// lexeme i; one that is not closed ends with its line. It returns 0 if there is none.
func (m *mender) blockComment(lexemes []lexeme, i int) int {
	l := lexemes[i]
	if !strings.HasPrefix(m.content[l.start:], "/*") || l.kind != lexOperator {
		return 0
	}
	if n := strings.Index(m.content[l.start:], "*/"); n >= 0 {
		return l.start + n + len("*/")
	}
	return lineAround(m.content, l.start).End
}
