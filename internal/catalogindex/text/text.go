// Package text holds what every other package needs to speak about places in a
// file: byte spans inside the program, and the one type that converts between
// byte offsets and the line and character positions of the outside world.
//
// Inside opm-lsp a place is always a byte offset. Positions exist only at the
// edges, in the LSP server and in reports, and the unit of a position's
// character depends on an [Encoding] that is named at every conversion.
package text

import (
	"cmp"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// A Span is the half-open range of bytes [Start, End) of one file.
type Span struct {
	Start, End int // byte offsets from 0
}

// Contains reports whether the byte offset lies in the span or directly behind
// its last byte, which is where a cursor stands after typing it.
func (s Span) Contains(offset int) bool { return s.Start <= offset && offset <= s.End }

// Covers reports whether every byte of inner lies in s.
func (s Span) Covers(inner Span) bool { return s.Start <= inner.Start && inner.End <= s.End }

// Len returns the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Compare orders spans by start, then by end.
func (s Span) Compare(t Span) int {
	return cmp.Or(cmp.Compare(s.Start, t.Start), cmp.Compare(s.End, t.End))
}

// An Encoding is the unit in which the characters of a [Position] count.
type Encoding int

// The three encodings of LSP's PositionEncodingKind.
const (
	UTF8  Encoding = iota // characters are bytes
	UTF16                 // characters are UTF-16 code units; LSP's default
	UTF32                 // characters are Unicode code points
)

// String returns the name that LSP gives the encoding.
func (e Encoding) String() string {
	switch e {
	case UTF8:
		return "utf-8"
	case UTF32:
		return "utf-32"
	default:
		return "utf-16"
	}
}

// units returns how many characters r is in the encoding. size is the number of
// bytes that r took in the text, which differs from its UTF-8 length where the
// text is not valid UTF-8.
func (e Encoding) units(r rune, size int) int {
	switch {
	case e == UTF8:
		return size
	case e == UTF16 && r > 0xFFFF:
		return 2
	default:
		return 1
	}
}

// A Position is a line and a character in it, both from 0.
type Position struct {
	Line, Character int // Character in the units of an Encoding
}

// A Range is a start and an end position, end exclusive.
type Range struct {
	Start, End Position
}

// A Text is the content of one file, ready for conversion between byte offsets
// and positions. It is immutable.
//
// Lines end with "\n", "\r\n" or a lone "\r", as LSP defines it.
type Text struct {
	content string
	lines   []int // byte offset at which each line starts; lines[0] is 0
}

// New returns the text with the given content.
func New(content string) *Text {
	t := &Text{content: content, lines: make([]int, 1, 1+strings.Count(content, "\n"))}
	for i := 0; i < len(content); i++ {
		switch content[i] {
		case '\n':
			t.lines = append(t.lines, i+1)
		case '\r':
			if i+1 < len(content) && content[i+1] == '\n' {
				i++
			}
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

// Content returns the whole text.
func (t *Text) Content() string { return t.content }

// Len returns the length of the text in bytes.
func (t *Text) Len() int { return len(t.content) }

// Slice returns the bytes of the span, clamped to the text.
func (t *Text) Slice(s Span) string {
	start := min(max(s.Start, 0), len(t.content))
	end := min(max(s.End, start), len(t.content))
	return t.content[start:end]
}

// LineCount returns the number of lines, at least 1.
func (t *Text) LineCount() int { return len(t.lines) }

// LineOf returns the line, from 0, that holds the byte offset.
func (t *Text) LineOf(offset int) int {
	return sort.Search(len(t.lines), func(i int) bool { return t.lines[i] > offset }) - 1
}

// Line returns the span of a line, counted from 0, without its line ending.
func (t *Text) Line(line int) Span {
	if line < 0 || line >= len(t.lines) {
		return Span{len(t.content), len(t.content)}
	}
	end := len(t.content)
	if line+1 < len(t.lines) {
		end = t.lines[line+1]
		for end > t.lines[line] && (t.content[end-1] == '\n' || t.content[end-1] == '\r') {
			end--
		}
	}
	return Span{t.lines[line], end}
}

// Position converts a byte offset. Offsets outside the text are clamped to it;
// an offset inside a character counts as that character's start, and an offset
// inside a "\r\n" as the end of its line, because no position names a place
// between the two.
func (t *Text) Position(offset int, enc Encoding) Position {
	offset = min(max(offset, 0), len(t.content))
	line := t.LineOf(offset)
	start := t.lines[line]
	offset = min(offset, t.Line(line).End)
	if enc == UTF8 {
		return Position{line, t.characterStart(offset, start) - start}
	}
	character := 0
	for i := start; i < offset; {
		r, size := utf8.DecodeRuneInString(t.content[i:])
		if i+size > offset {
			break
		}
		character += enc.units(r, size)
		i += size
	}
	return Position{line, character}
}

// characterStart returns offset, or the start of the character that it is
// inside of. It looks no further back than floor, in bytes.
func (t *Text) characterStart(offset, floor int) int {
	for i := offset - 1; i >= floor && i > offset-utf8.UTFMax; i-- {
		if !utf8.RuneStart(t.content[i]) {
			continue
		}
		if _, size := utf8.DecodeRuneInString(t.content[i:]); i+size > offset {
			return i
		}
		break
	}
	return offset
}

// Range converts a span.
func (t *Text) Range(s Span, enc Encoding) Range {
	return Range{t.Position(s.Start, enc), t.Position(s.End, enc)}
}

// Offset converts a position to a byte offset. As LSP asks, a character behind
// the end of its line counts as the end of that line, before the line ending. A
// position inside a character (in the middle of a surrogate pair, say) counts
// as that character's start. It is an error if the text has no such line.
func (t *Text) Offset(p Position, enc Encoding) (int, error) {
	if p.Line < 0 || p.Line >= len(t.lines) {
		return 0, fmt.Errorf("line %d is outside the text, which has %d lines", p.Line, len(t.lines))
	}
	if p.Character < 0 {
		return 0, fmt.Errorf("character %d is negative", p.Character)
	}
	line := t.Line(p.Line)
	rest := p.Character
	for i := line.Start; i < line.End; {
		r, size := utf8.DecodeRuneInString(t.content[i:])
		n := enc.units(r, size)
		if rest < n {
			return i, nil
		}
		rest -= n
		i += size
	}
	return line.End, nil
}

// Span converts a range. It is an error if the range is outside the text or if
// it ends before it starts.
func (t *Text) Span(r Range, enc Encoding) (Span, error) {
	start, err := t.Offset(r.Start, enc)
	if err != nil {
		return Span{}, err
	}
	end, err := t.Offset(r.End, enc)
	if err != nil {
		return Span{}, err
	}
	if end < start {
		return Span{}, fmt.Errorf("range ends at %d:%d, before its start %d:%d", r.End.Line, r.End.Character, r.Start.Line, r.Start.Character)
	}
	return Span{start, end}, nil
}

// Replace returns the text with the bytes of the span replaced.
func (t *Text) Replace(s Span, replacement string) *Text {
	return New(t.content[:s.Start] + replacement + t.content[s.End:])
}
