package syntax

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// maxRepairSize is the largest text, in bytes, that is repaired line by line. A
// larger one that does not parse is somebody's data; what parses of it will do.
const maxRepairSize = 1 << 20

// maxBlankedLines bounds how many lines a repair may give up on.
const maxBlankedLines = 64

// maxProblems bounds how many problems of one file are told. Whoever opens a file
// that is no CUE at all has read enough after these.
const maxProblems = 100

// An edit replaces the bytes [start, end) of the text by other bytes.
type edit struct {
	start, end int
	text       string
	rank       int // order among the insertions at one place
}

// Ranks of insertions: "a: {b:" needs its value first and its brace after that.
const (
	rankValue = iota
	rankBracket
	rankComma
)

// repair fills Problems, AST and shifts for a text that does not parse.
//
// It works in two steps. The first looks at the tokens and knows what people
// leave half done: each such place gets a sentence and the bytes that are
// missing. What still does not parse then is left to CUE's parser: its first
// error is reported and that line is blanked, until the rest parses.
func (f *File) repair(content string) {
	if len(content) > maxRepairSize {
		f.keepWhatParses(content)
		return
	}
	m := &mender{content: content}
	m.mend(lex(content))
	edits := m.edits
	f.Problems = m.problems
	for blanked := 0; ; blanked++ {
		var repaired string
		repaired, f.shifts = apply(content, edits)
		tree, err := parse(f.Path, repaired)
		if tree != nil {
			f.AST = tree
		}
		if err == nil {
			break
		}
		at, message := firstError(err)
		at = min(f.offset(max(at, 0)), len(content))
		line := f.Text.Line(f.Text.LineOf(at))
		if !f.reportedOn(line) {
			f.Problems = append(f.Problems, Problem{Span: wordAt(content, at), Message: sentence(message)})
		}
		next, changed := blank(content, edits, line)
		if !changed || blanked == maxBlankedLines {
			break
		}
		edits = next
	}
	if f.AST == nil {
		f.AST = &ast.File{Filename: f.Path}
	}
	slices.SortStableFunc(f.Problems, func(a, b Problem) int { return a.Span.Compare(b.Span) })
	f.Problems = f.Problems[:min(len(f.Problems), maxProblems)]
}

func (f *File) keepWhatParses(content string) {
	tree, err := parse(f.Path, content)
	if tree == nil {
		tree = &ast.File{Filename: f.Path}
	}
	f.AST = tree
	if err != nil {
		at, message := firstError(err)
		f.Problems = []Problem{{Span: wordAt(content, max(at, 0)), Message: sentence(message)}}
	}
}

func (f *File) reportedOn(line text.Span) bool {
	return slices.ContainsFunc(f.Problems, func(p Problem) bool {
		return p.Span.Start <= line.End && p.Span.End >= line.Start
	})
}

// apply makes the edits, which must not overlap, and returns how offsets moved.
func apply(content string, edits []edit) (string, []shift) {
	slices.SortStableFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.rank, b.rank))
	})
	var out strings.Builder
	var shifts []shift
	last, delta := 0, 0
	for _, e := range edits {
		if e.start < last {
			continue
		}
		out.WriteString(content[last:e.start])
		from := out.Len()
		out.WriteString(e.text)
		last = e.end
		if grown := len(e.text) - (e.end - e.start); grown != 0 {
			delta += grown
			shifts = append(shifts, shift{from: from, at: out.Len(), delta: delta, origin: e.start})
		}
	}
	out.WriteString(content[last:])
	return out.String(), shifts
}

// blank returns the edits with everything but the brackets of a line taken away,
// and whether that takes anything away that was still there.
func blank(content string, edits []edit, line text.Span) ([]edit, bool) {
	kept := edits[:0:0]
	for _, e := range edits {
		if e.end < line.Start || e.start > line.End || e.rank == rankBracket {
			kept = append(kept, e)
		}
	}
	spaces := strings.Map(func(r rune) rune {
		if strings.ContainsRune("{}[]()", r) {
			return r
		}
		return ' '
	}, content[line.Start:line.End])
	// A multi-byte character became one space: fill up, so that offsets stay true.
	spaces += strings.Repeat(" ", max(0, line.Len()-len(spaces)))
	already := slices.ContainsFunc(edits, func(e edit) bool { return e.start == line.Start && e.end == line.End && e.text == spaces })
	if already || line.Len() == 0 {
		return edits, false
	}
	if slices.ContainsFunc(kept, func(e edit) bool { return e.start >= line.Start && e.start < line.End }) {
		// An inserted bracket inside the line: keep it behind the blanked text.
		for i, e := range kept {
			if e.start >= line.Start && e.start < line.End {
				kept[i] = edit{line.End, line.End, e.text, e.rank}
			}
		}
	}
	return append(kept, edit{start: line.Start, end: line.End, text: spaces}), true
}

// wordAt returns the span of the token at an offset, or of the last one before it
// where there is only white space.
func wordAt(content string, at int) text.Span {
	at = min(at, len(content))
	best := text.Span{Start: at, End: at}
	for _, l := range lex(content) {
		if l.start > at {
			break
		}
		best = text.Span{Start: l.start, End: l.end}
	}
	return best
}

// sentence makes one of a parser's message.
func sentence(message string) string {
	if message == "" {
		return "This does not parse."
	}
	return strings.ToUpper(message[:1]) + message[1:] + "."
}

func sprintf(format string, args []any) string { return fmt.Sprintf(format, args...) }

// mayDangle reports whether a file that parses nevertheless holds a label whose
// value is missing. To CUE, "a:" above "b: 1" is "a: b: 1"; a person who writes
// b no further to the right than a has not typed a's value yet.
func mayDangle(tree *ast.File) bool {
	found := false
	ast.Walk(tree, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok && !found {
			value, ok := field.Value.(*ast.StructLit)
			if ok && !value.Lbrace.IsValid() && len(value.Elts) > 0 {
				outer, inner := field.Pos(), value.Elts[0].Pos()
				found = inner.Line() > outer.Line() && inner.Column() <= outer.Column()
			}
		}
		return !found
	}, nil)
	return found
}

// A mender collects what to say about a text and what to change so that the rest
// of it parses.
type mender struct {
	content  string
	problems []Problem
	edits    []edit
}

func (m *mender) report(start, end int, replacement, format string, args ...any) {
	m.problems = append(m.problems, Problem{
		Span:        text.Span{Start: start, End: end},
		Message:     fmt.Sprintf(format, args...),
		Replacement: replacement,
	})
}

func (m *mender) insert(at int, s string, rank int) {
	m.edits = append(m.edits, edit{at, at, s, rank})
}

func (m *mender) erase(l lexeme) {
	m.edits = append(m.edits, edit{start: l.start, end: l.end, text: strings.Repeat(" ", l.end-l.start)})
}

func (m *mender) text(l lexeme) string { return m.content[l.start:l.end] }

func (m *mender) is(l lexeme, s string) bool { return m.text(l) == s }

func (m *mender) mend(lexemes []lexeme) {
	lexemes = m.strings(lexemes)
	lexemes = m.balance(lexemes)
	for i := range lexemes {
		switch {
		case m.dashedLabel(lexemes, i):
		case m.missingComma(lexemes, i):
		case m.missingValue(lexemes, i):
		case m.missingOperand(lexemes, i):
		}
	}
}

// strings closes open strings and takes away characters that CUE does not have.
func (m *mender) strings(lexemes []lexeme) []lexeme {
	var kept []lexeme
	for _, l := range lexemes {
		switch {
		case l.kind == lexIllegal:
			m.report(l.start, l.end, "", "The character %q does not belong here: remove it.", m.text(l))
			m.erase(l)
			continue
		case !l.closed && strings.Contains(m.text(l), `\`+strings.TrimLeft(l.quote, `"'`)+"("):
			m.report(l.start, l.end, "", "This string is not closed: add %s at its end.", l.quote)
			m.edits = append(m.edits, edit{start: l.start, end: l.end, text: "_"})
		case !l.closed:
			m.report(l.start, l.end, m.text(l)+l.quote, "This string is not closed: add %s at its end.", l.quote)
			if strings.HasSuffix(m.text(l), `\`) {
				m.edits = append(m.edits, edit{start: l.start, end: l.end, text: "_"})
			} else if len(l.quote) >= 3 {
				m.edits = append(m.edits, edit{start: l.start, end: l.end, text: "_"})
			} else {
				m.insert(l.end, l.quote, rankValue)
			}
		}
		kept = append(kept, l)
	}
	return kept
}

// balance closes brackets that are open and removes those that close nothing. Of
// two ways to read the text, by indentation and by nesting alone, it takes the
// one that finds less wrong.
func (m *mender) balance(lexemes []lexeme) []lexeme {
	byIndent, byNesting := m.pair(lexemes, true), m.pair(lexemes, false)
	chosen := byIndent
	if len(byNesting.unclosed)+len(byNesting.stray) < len(byIndent.unclosed)+len(byIndent.stray) {
		chosen = byNesting
	}
	for _, u := range chosen.unclosed {
		opener := lexemes[u.opener]
		m.report(opener.start, opener.end, "", "%q is not closed: add %q.", m.text(opener), closer(m.text(opener)))
	}
	for _, i := range chosen.stray {
		m.report(lexemes[i].start, lexemes[i].end, "", "%q closes nothing: remove it.", m.text(lexemes[i]))
		m.erase(lexemes[i])
	}
	// Brackets are found unclosed in the order of the lexemes that they should
	// have been closed before, and stray ones in their own.
	out := make([]lexeme, 0, len(lexemes)+len(chosen.unclosed))
	unclosed, stray := chosen.unclosed, chosen.stray
	for i := 0; i <= len(lexemes); i++ {
		for ; len(unclosed) > 0 && unclosed[0].before == i; unclosed = unclosed[1:] {
			at, line := 0, 0
			if i > 0 {
				at, line = lexemes[i-1].end, lexemes[i-1].line
			}
			m.insert(at, closer(m.text(lexemes[unclosed[0].opener])), rankBracket)
			out = append(out, lexeme{kind: lexClose, start: at, end: at, line: line, closed: true})
		}
		switch {
		case i == len(lexemes):
		case len(stray) > 0 && stray[0] == i:
			stray = stray[1:]
		default:
			out = append(out, lexemes[i])
		}
	}
	return out
}

func closer(opener string) string {
	switch opener {
	case "{":
		return "}"
	case "[":
		return "]"
	default:
		return ")"
	}
}

// A pairing says which brackets have no partner.
type pairing struct {
	unclosed []unclosed
	stray    []int // closing brackets
}

// An unclosed bracket should have been closed before the lexeme `before`.
type unclosed struct{ opener, before int }

func (m *mender) pair(lexemes []lexeme, byIndent bool) pairing {
	var p pairing
	var stack []int
	indent := make(map[int]int) // line → column of its first lexeme
	pop := func(before int) {
		p.unclosed = append(p.unclosed, unclosed{stack[len(stack)-1], before})
		stack = stack[:len(stack)-1]
	}
	for i, l := range lexemes {
		if l.first {
			indent[l.line] = l.column
		}
		if byIndent && l.first && l.kind != lexClose {
			for len(stack) > 0 && l.column <= indent[lexemes[stack[len(stack)-1]].line] {
				pop(i)
			}
		}
		switch l.kind {
		case lexOpen:
			stack = append(stack, i)
		case lexClose:
			partner := -1
			for s := len(stack) - 1; s >= 0; s-- {
				if closer(m.text(lexemes[stack[s]])) != m.text(l) {
					continue
				}
				if partner < 0 {
					partner = s
				}
				if byIndent && l.first && indent[lexemes[stack[s]].line] == l.column {
					partner = s
					break
				}
			}
			if partner < 0 {
				p.stray = append(p.stray, i)
				continue
			}
			for len(stack)-1 > partner {
				pop(i)
			}
			stack = stack[:partner]
		}
	}
	for len(stack) > 0 {
		pop(len(lexemes))
	}
	return p
}

// startsDeclaration reports whether a label may stand at lexeme i.
func startsDeclaration(lexemes []lexeme, i int) bool {
	if i == 0 || lexemes[i].first {
		return true
	}
	switch prev := lexemes[i-1]; prev.kind {
	case lexComma, lexColon, lexOpen:
		return true
	default:
		return false
	}
}

// colonBehind returns the index of the colon that follows the label which ends
// with lexeme i, behind an optional ? or !, or -1.
func (m *mender) colonBehind(lexemes []lexeme, i int) int {
	for j := i + 1; j < len(lexemes) && j <= i+2; j++ {
		switch {
		case lexemes[j].kind == lexColon:
			return j
		case !m.is(lexemes[j], "?") && !m.is(lexemes[j], "!"):
			return -1
		}
	}
	return -1
}

// bareLabel returns the last lexeme of what somebody wrote as a label at lexeme i
// without the quotes that its dash, dot or slash asks for, or -1.
func (m *mender) bareLabel(lexemes []lexeme, i int) int {
	if lexemes[i].kind != lexWord || !startsDeclaration(lexemes, i) {
		return -1
	}
	j, parts := i, 0
	for j+1 < len(lexemes) && lexemes[j+1].start == lexemes[j].end {
		next := lexemes[j+1]
		joins := next.kind == lexOperator && strings.Contains("-./", m.text(next))
		if !joins && next.kind != lexWord && next.kind != lexNumber {
			break
		}
		if joins {
			parts++
		}
		j++
	}
	if parts == 0 || m.colonBehind(lexemes, j) < 0 {
		return -1
	}
	return j
}

func (m *mender) dashedLabel(lexemes []lexeme, i int) bool {
	j := m.bareLabel(lexemes, i)
	if j < 0 {
		return false
	}
	start, end := lexemes[i].start, lexemes[j].end
	quoted := `"` + m.content[start:end] + `"`
	m.report(start, end, quoted, "The label %s must be quoted: write %s.", m.content[start:end], quoted)
	m.edits = append(m.edits, edit{start: start, end: end, text: quoted})
	return true
}

// isLabel reports whether a field starts at lexeme i.
func (m *mender) isLabel(lexemes []lexeme, i int) bool {
	if i >= len(lexemes) {
		return false
	}
	if l := lexemes[i]; l.kind != lexWord && l.kind != lexString {
		return false
	}
	return m.colonBehind(lexemes, i) >= 0 || m.bareLabel(lexemes, i) >= 0
}

func (m *mender) missingComma(lexemes []lexeme, i int) bool {
	if i == 0 || startsDeclaration(lexemes, i) || !m.isLabel(lexemes, i) {
		return false
	}
	prev := lexemes[i-1]
	if prev.kind == lexOperator || prev.kind == lexEllipsis {
		return false
	}
	l := lexemes[i]
	m.report(l.start, l.end, "", "%s starts a field on the line of another one: put a comma or a new line before it.", m.text(l))
	m.insert(prev.end, ",", rankComma)
	return true
}

// missingValue looks for a colon with nothing behind it.
func (m *mender) missingValue(lexemes []lexeme, i int) bool {
	if i == 0 || lexemes[i].kind != lexColon {
		return false
	}
	if i+1 < len(lexemes) {
		switch next := lexemes[i+1]; {
		case next.kind == lexClose, next.kind == lexComma:
		case next.first && m.isLabel(lexemes, i+1) && next.column <= lineIndent(lexemes, i):
		default:
			return false
		}
	}
	label := i - 1
	for label > 0 && lexemes[label].kind == lexOperator {
		label--
	}
	m.report(lexemes[label].start, lexemes[i].end, "", "%s has no value: write one behind the colon.", m.text(lexemes[label]))
	m.insert(lexemes[i].end, " _", rankValue)
	return true
}

func lineIndent(lexemes []lexeme, i int) int {
	for i > 0 && !lexemes[i].first {
		i--
	}
	return lexemes[i].column
}

// missingOperand looks for an operator with nothing behind it.
func (m *mender) missingOperand(lexemes []lexeme, i int) bool {
	if !m.isOperator(lexemes, i) {
		return false
	}
	if i+1 < len(lexemes) {
		switch next := lexemes[i+1]; {
		case next.kind == lexClose, next.kind == lexComma:
		case next.first && m.isLabel(lexemes, i+1):
		default:
			return false
		}
	}
	m.report(lexemes[i].start, lexemes[i].end, "", "%s needs something behind it.", m.text(lexemes[i]))
	for i >= 0 && m.isOperator(lexemes, i) {
		m.erase(lexemes[i])
		i--
	}
	if i >= 0 && lexemes[i].kind == lexColon {
		m.insert(lexemes[i].end, " _", rankValue)
	}
	return true
}

// isOperator reports whether lexeme i is an operator that wants an operand behind
// it: not the mark of an optional or required field.
func (m *mender) isOperator(lexemes []lexeme, i int) bool {
	l := lexemes[i]
	if l.kind != lexOperator || m.is(l, "?") {
		return false
	}
	return !m.is(l, "!") || i+1 >= len(lexemes) || lexemes[i+1].kind != lexColon
}
