package syntax

import (
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// maxBlankings bounds how often a repair may give something up.
const maxBlankings = 64

// A blanker gives up, line by line, on what no mend is known for. It does so in
// stages, so that as much as possible is still known of the line:
//
//	a: 1 2 ? {      the line
//	a:       {      1. the labels at its start, and brackets that go on below
//	(_):     {      2. a place holder for the label
//	         {      3. the brackets alone
//
// At the first stage a line that opens nothing keeps its labels, too, with a value
// of which nothing is known: what somebody is typing is wrong, not missing.
type blanker struct {
	*mender
	lexemes []lexeme
	stages  map[int]int // start of a line → stages that it went through
	count   int
}

const lastStage = 3

// blank takes a line one stage further. It returns false if there is nothing left
// to give up.
func (b *blanker) blank(line text.Span) bool {
	if b.count++; b.count > maxBlankings {
		return false
	}
	for b.stages[line.Start] < lastStage {
		b.stages[line.Start]++
		if b.toStage(line, b.stages[line.Start]) {
			return true
		}
	}
	return false
}

func (b *blanker) toStage(line text.Span, stage int) bool {
	first, end := b.on(line)
	if stage == 1 {
		label := b.labelsEnd(first, end)
		if label < 0 {
			return false
		}
		line.Start = b.lexemes[label].end
		first = label + 1
	}
	line, edits := b.without(line)
	if line.Len() <= 0 {
		return false
	}
	kept := []byte(strings.Repeat(" ", line.Len()))
	unmatched := slices.DeleteFunc(b.unmatched(first, end), func(l lexeme) bool { return !line.Covers(text.Span{Start: l.start, End: l.end}) })
	for _, l := range unmatched {
		kept[l.start-line.Start] = b.content[l.start]
	}
	opens := len(unmatched) > 0 && unmatched[0].kind == lexOpen
	written := string(kept)
	switch {
	case stage == 1 && !opens:
		written = " _" + written
	case stage == 2 && !opens:
		return false
	case stage == 2:
		written = "(_): " + written
	}
	b.edits = append(edits, edit{start: line.Start, end: line.End, text: written})
	return true
}

// without returns the edits that stay if a line is blanked, and how much of the
// line there is to blank beside them.
func (b *blanker) without(line text.Span) (text.Span, []edit) {
	kept := b.edits[:0:0]
	rest := line
	for _, e := range b.edits {
		switch {
		case e.end < line.Start || e.start > line.End || e.end == line.Start && e.start < e.end:
			kept = append(kept, e)
		case e.start < line.Start: // reaches into the line
			kept = append(kept, e)
			rest.Start = max(rest.Start, e.end)
		case e.end > line.End: // reaches out of it
			kept = append(kept, e)
			rest.End = min(rest.End, e.start)
		case e.rank == rankBracket:
			kept = append(kept, edit{line.End, line.End, e.text, e.rank})
		}
	}
	return rest, kept
}

// on returns the lexemes that start on a line: those from first to before end.
func (b *blanker) on(line text.Span) (first, end int) {
	byStart := func(l lexeme, at int) int { return l.start - at }
	first, _ = slices.BinarySearchFunc(b.lexemes, line.Start, byStart)
	end, _ = slices.BinarySearchFunc(b.lexemes, line.End, byStart)
	return first, end
}

// labelsEnd returns the last colon of the labels with which the lexemes start, or
// -1 if they start with none.
func (b *blanker) labelsEnd(first, end int) int {
	last := -1
	for i := first; i < end && b.isLabel(b.lexemes, i); i = last + 1 {
		colon := b.colonBehind(b.lexemes, max(i, b.bareLabel(b.lexemes, i)))
		if colon < 0 || colon >= end {
			break
		}
		last = colon
	}
	return last
}

// unmatched returns the brackets that have no partner among the lexemes.
func (b *blanker) unmatched(first, end int) []lexeme {
	var open []lexeme
	for _, l := range b.lexemes[first:max(first, end)] {
		switch {
		case l.start == l.end: // nobody wrote it: its edit stays
		case l.kind == lexOpen:
			open = append(open, l)
		case l.kind == lexClose && len(open) > 0 && open[len(open)-1].kind == lexOpen:
			open = open[:len(open)-1]
		case l.kind == lexClose:
			open = append(open, l)
		}
	}
	return open
}

// wholeLine returns the line that an offset is on, without its end, and with all
// lines of the strings that begin or end on it.
func (b *blanker) wholeLine(at int) text.Span {
	line := lineAround(b.content, at)
	for _, l := range b.lexemes {
		if l.kind == lexString && l.start <= line.End && l.end >= line.Start {
			line.Start = min(line.Start, lineAround(b.content, l.start).Start)
			line.End = max(line.End, lineAround(b.content, l.end).End)
		}
	}
	return line
}

// lineAround returns the line that an offset is on, without its end.
func lineAround(content string, at int) text.Span {
	start := strings.LastIndexByte(content[:at], '\n') + 1
	end := at + lineLength(content[at:])
	return text.Span{Start: start, End: trimCR(content, start, end)}
}
