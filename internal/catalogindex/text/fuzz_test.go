package text

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// FuzzPositions compares every conversion of a text with a reference that
// shares no code with it: the text cut into characters, each with its width in
// every encoding.
func FuzzPositions(f *testing.F) {
	for _, seed := range []string{
		"", "a", "\n", "\r", "\r\n", "a\r\nb\rc\nd", "\ufeffpackage x\n", "\tx: 1\n",
		"a😀b\n👩\u200d🚀\r\n", "e\u0301\n", "\xff\xfe\n", "\xe2\x82\n\xf0\x9f\x98", "\u2028\u0085\n", "\x00",
		"\xed\xa0\x80\n", "\U0010ffff\r", "values: replicas: 3\r\n\r\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		text := New(content)
		lines := referenceLines(content)
		if text.LineCount() != len(lines) {
			t.Fatalf("%d lines in %q, want %d", text.LineCount(), content, len(lines))
		}
		for _, enc := range []Encoding{UTF8, UTF16, UTF32} {
			for number, line := range lines {
				if got := text.Line(number); got != line.span() {
					t.Fatalf("line %d of %q is %v, want %v", number, content, got, line.span())
				}
				compareLine(t, text, enc, number, line)
			}
			if _, err := text.Offset(Position{len(lines), 0}, enc); err == nil {
				t.Fatalf("%q has no line %d, but Offset answers", content, len(lines))
			}
		}
	})
}

func compareLine(t *testing.T, text *Text, enc Encoding, number int, line referenceLine) {
	t.Helper()
	character := 0
	check := func(character, offset int) {
		t.Helper()
		got, err := text.Offset(Position{number, character}, enc)
		if err != nil || got != offset {
			t.Fatalf("%v: %d:%d of %q is at byte %d, %v, want %d", enc, number, character, text.Content(), got, err, offset)
		}
	}
	at := line.start
	for _, c := range line.characters {
		width := c.width(enc)
		for i := range width {
			check(character+i, at)
		}
		for i := range c.bytes {
			if got, want := text.Position(at+i, enc), (Position{number, character}); got != want {
				t.Fatalf("%v: byte %d of %q is at %v, want %v", enc, at+i, text.Content(), got, want)
			}
		}
		character += width
		at += c.bytes
	}
	check(character, at)
	check(character+1000, at)
	for i := range line.ending + 1 {
		if i == line.ending && i > 0 {
			break // that is the next line's first byte
		}
		if got, want := text.Position(at+i, enc), (Position{number, character}); got != want {
			t.Fatalf("%v: byte %d of %q is at %v, want %v", enc, at+i, text.Content(), got, want)
		}
	}
}

type referenceCharacter struct {
	r     rune
	bytes int
}

func (c referenceCharacter) width(enc Encoding) int {
	switch enc {
	case UTF8:
		return c.bytes
	case UTF16:
		return len(utf16.Encode([]rune{c.r}))
	default:
		return 1
	}
}

type referenceLine struct {
	start      int // bytes
	characters []referenceCharacter
	ending     int // bytes of its line ending
}

func (l referenceLine) span() Span {
	end := l.start
	for _, c := range l.characters {
		end += c.bytes
	}
	return Span{l.start, end}
}

func referenceLines(content string) []referenceLine {
	var lines []referenceLine
	line := referenceLine{}
	rest := content
	for rest != "" {
		ending := ""
		for _, candidate := range []string{"\r\n", "\n", "\r"} {
			if strings.HasPrefix(rest, candidate) {
				ending = candidate
				break
			}
		}
		if ending != "" {
			line.ending = len(ending)
			lines = append(lines, line)
			rest = rest[len(ending):]
			line = referenceLine{start: len(content) - len(rest)}
			continue
		}
		// Ranging over a string decodes its first character; the start of the
		// second one is how many bytes that took.
		c := referenceCharacter{bytes: len(rest)}
		for i, r := range rest {
			if i > 0 {
				c.bytes = i
				break
			}
			c.r = r
		}
		line.characters = append(line.characters, c)
		rest = rest[c.bytes:]
	}
	return append(lines, line)
}
