package syntax

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// maxRepairSize is the largest text, in bytes, that is repaired line by line. A
// larger one that does not parse is somebody's data; what parses of it will do.
const maxRepairSize = 1 << 20

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
// error is reported and that line is given up (see blank.go), until the rest
// parses.
func (f *File) repair(content string) {
	if len(content) > maxRepairSize {
		f.keepWhatParses(content)
		return
	}
	m := &mender{content: content}
	written := lex(content)
	b := blanker{mender: m, lexemes: m.mend(slices.Clone(written)), stages: make(map[int]int)}
	f.Problems = m.problems
	for {
		var repaired string
		repaired, f.shifts = apply(content, m.edits)
		tree, err := parse(f.Path, repaired)
		if err == nil {
			f.tree = tree
			break
		}
		at, message := firstError(err)
		at = min(f.offset(max(at, 0)), len(content))
		line := b.wholeLine(at)
		if !f.reportedOn(line) {
			f.Problems = append(f.Problems, Problem{Span: wordAt(written, at), Message: sentence(message)})
		}
		if !b.blank(line) {
			f.tree, f.leftOut = parseAll(f.Path, repaired)
			break
		}
	}
	slices.SortStableFunc(f.Problems, func(a, b Problem) int { return a.Span.Compare(b.Span) })
	f.Problems = f.Problems[:min(len(f.Problems), maxProblems)]
}

// maxMistaken is the size of the largest text, in bytes, of which CUE's parser is asked for what
// it can make of it however wrong it is: it compares each mistake with all before it.
const maxMistaken = 64 << 10

// parseAll returns what CUE's parser can make of a text, however wrong that is. leftOut says
// that the text is too large, so that this is nothing.
func parseAll(path, content string) (tree *ast.File, leftOut bool) {
	if len(content) <= maxMistaken && hopeless(path, content) == nil {
		tree, _ = parser.ParseFile(path, content, parser.ParseComments, parser.AllErrors)
	}
	if tree == nil {
		return &ast.File{Filename: path}, true
	}
	return tree, false
}

// keepWhatParses takes what CUE's parser makes of a text before it gives up, which it does
// when it has found some mistakes. Nobody knows what is behind that.
func (f *File) keepWhatParses(content string) {
	tree, err := parse(f.Path, content)
	if f.tree = tree; tree == nil || len(tree.Decls) == 0 {
		f.tree, f.leftOut = &ast.File{Filename: f.Path}, true
	}
	if err != nil {
		at, message := firstError(err)
		f.Problems = []Problem{{Span: wordAt(lex(content), max(at, 0)), Message: sentence(message), Extent: InFile}}
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

// wordAt returns the span of the token at an offset, or of the last one before it
// where there is only white space.
func wordAt(lexemes []lexeme, at int) text.Span {
	behind := sort.Search(len(lexemes), func(i int) bool { return lexemes[i].start > at })
	if behind == 0 {
		return text.Span{Start: at, End: at}
	}
	return text.Span{Start: lexemes[behind-1].start, End: lexemes[behind-1].end}
}

// sentence makes one of a parser's message.
func sentence(message string) string {
	if message == "" {
		return "This does not parse."
	}
	return strings.ToUpper(message[:1]) + message[1:] + "."
}

func sprintf(format string, args []any) string { return fmt.Sprintf(format, args...) }

// mayDangle reports whether a file that parses nevertheless holds something half
// typed. To CUE, "a:" above "b: 1" is "a: b: 1"; a person who writes b no further
// to the right than a has not typed a's value yet. And "x." above "y.#Z" is
// "x.y.#Z", which nobody writes on two lines.
func mayDangle(tree *ast.File) bool {
	found := false
	ast.Walk(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			value, ok := n.Value.(*ast.StructLit)
			if ok && !value.Lbrace.IsValid() && len(value.Elts) > 0 {
				outer, inner := n.Pos(), value.Elts[0].Pos()
				found = found || inner.Line() > outer.Line() && inner.Column() <= outer.Column()
			}
		case *ast.SelectorExpr:
			found = found || n.Sel.Pos().Line() > n.X.End().Line()
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

// reaches sets the extent of the problem that was reported last.
func (m *mender) reaches(e Extent) { m.problems[len(m.problems)-1].Extent = e }

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

// eraseRange takes the bytes [start, end) away, and what was to be inserted among
// them except brackets. Line ends stay.
func (m *mender) eraseRange(start, end int) {
	m.edits = slices.DeleteFunc(m.edits, func(e edit) bool { return e.start >= start && e.end <= end && e.rank != rankBracket })
	for i, e := range m.edits {
		if e.start > start && e.start < end {
			m.edits[i].start, m.edits[i].end = end, end
		}
	}
	spaces := []byte(m.content[start:end])
	for i, c := range spaces {
		if c != '\n' {
			spaces[i] = ' '
		}
	}
	m.edits = append(m.edits, edit{start: start, end: end, text: string(spaces)})
}

func (m *mender) text(l lexeme) string { return m.content[l.start:l.end] }

func (m *mender) is(l lexeme, s string) bool { return m.text(l) == s }

// mend collects what is wrong with the lexemes and the edits that mend it. It
// returns the lexemes that are left.
func (m *mender) mend(lexemes []lexeme) []lexeme {
	lexemes = m.characters(lexemes)
	lexemes = m.clauses(lexemes)
	lexemes = m.balance(lexemes)
	for i := range lexemes {
		switch {
		case m.equalsSign(lexemes, i):
		case m.dashedLabel(lexemes, i):
		case m.missingComma(lexemes, i):
		case m.missingValue(lexemes, i):
		case m.missingOperand(lexemes, i):
		case m.strayComma(lexemes, i):
		case m.strayColon(lexemes, i):
		case m.strayOperand(lexemes, i):
		}
	}
	return lexemes
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
	inString := m.swallows(lexemes)
	for _, u := range chosen.unclosed {
		if inString { // what closes it: one cause, one problem
			m.reaches(InFile)
			break
		}
		opener := lexemes[u.opener]
		m.report(opener.start, opener.end, "", "%q is not closed: add %q.", m.text(opener), closer(m.text(opener)))
		m.reaches(InFile)
	}
	for _, i := range chosen.stray {
		m.report(lexemes[i].start, lexemes[i].end, "", "%q closes nothing: remove it.", m.text(lexemes[i]))
		m.reaches(InFile)
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

// swallows reports whether the rest of the file is in a string that is not closed; that is the
// last problem so far.
func (m *mender) swallows(lexemes []lexeme) bool {
	if len(lexemes) == 0 || len(m.problems) == 0 {
		return false
	}
	last := lexemes[len(lexemes)-1]
	return last.kind == lexString && !last.closed && len(strings.TrimRight(last.quote, "#")) >= 3 && m.problems[len(m.problems)-1].Span.Start == last.start
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
				if !byIndent || !l.first {
					break
				}
				if indent[lexemes[stack[s]].line] == l.column {
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
// without the quotes that its dash, dot, slash or first digit asks for, or -1.
func (m *mender) bareLabel(lexemes []lexeme, i int) int {
	isNumber := lexemes[i].kind == lexNumber
	if lexemes[i].kind != lexWord && !isNumber || !startsDeclaration(lexemes, i) {
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
	if parts == 0 && !isNumber || m.colonBehind(lexemes, j) < 0 {
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
	m.reaches(InField)
	m.edits = append(m.edits, edit{start: start, end: end, text: quoted})
	return true
}

// isLabel reports whether a field starts at lexeme i.
func (m *mender) isLabel(lexemes []lexeme, i int) bool {
	if i >= len(lexemes) {
		return false
	}
	plain := lexemes[i].kind == lexWord || lexemes[i].kind == lexString
	return plain && m.colonBehind(lexemes, i) >= 0 || m.bareLabel(lexemes, i) >= 0
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
		case next.first && next.column <= lineIndent(lexemes, i) && (m.isLabel(lexemes, i+1) || m.isClause(lexemes, i+1)):
		default:
			return false
		}
	}
	label := m.labelStart(lexemes, i)
	m.report(lexemes[label].start, lexemes[i].end, "", "%s has no value: write one behind the colon.", m.content[lexemes[label].start:lexemes[i-1].end])
	m.reaches(InField)
	m.insert(lexemes[i].end, " _", rankValue)
	return true
}

// labelStart returns the first lexeme of the label that ends before the colon at
// lexeme i, which is not the first one.
func (m *mender) labelStart(lexemes []lexeme, i int) int {
	j := i - 1
	for j > 0 && (m.is(lexemes[j], "?") || m.is(lexemes[j], "!")) {
		j--
	}
	if lexemes[j].kind == lexClose {
		return openerOf(lexemes, j)
	}
	for j > 0 && !startsDeclaration(lexemes, j) && m.joins(lexemes, j) {
		j--
	}
	return j
}

// openerOf returns the bracket that the one at lexeme i closes, or i if none does.
func openerOf(lexemes []lexeme, i int) int {
	depth := 0
	for j := i; j >= 0; j-- {
		switch lexemes[j].kind {
		case lexClose:
			depth++
		case lexOpen:
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return i
}

// closerOf returns the bracket that closes the one at lexeme i, or i if none does.
func closerOf(lexemes []lexeme, i int) int {
	depth := 0
	for j := i; j < len(lexemes); j++ {
		switch lexemes[j].kind {
		case lexOpen:
			depth++
		case lexClose:
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return i
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
		case next.first && (m.isLabel(lexemes, i+1) || m.isClause(lexemes, i+1) || m.is(lexemes[i], ".")):
		default:
			return false
		}
	}
	m.report(lexemes[i].start, lexemes[i].end, "", "%s needs something behind it.", m.text(lexemes[i]))
	m.reaches(InField)
	if m.is(lexemes[i], "=") { // of a let or an alias
		m.insert(lexemes[i].end, " _", rankValue)
		return true
	}
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
