package text

import (
	"slices"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	for _, test := range []struct {
		name, content string
		want          []string // the lines without their endings
	}{
		{"empty", "", []string{""}},
		{"no ending", "a", []string{"a"}},
		{"LF", "a\nb\n", []string{"a", "b", ""}},
		{"CRLF", "a\r\nb\r\n", []string{"a", "b", ""}},
		{"lone CR", "a\rb\r", []string{"a", "b", ""}},
		{"LF CR", "a\n\rb", []string{"a", "", "b"}},
		{"CR CR LF", "a\r\r\nb", []string{"a", "", "b"}},
		{"CR at the end", "a\r", []string{"a", ""}},
		{"empty lines", "\n\r\n\r", []string{"", "", "", ""}},
		{"not line endings for LSP", "a\vb\fc\u0085d\u2028e\u2029f", []string{"a\vb\fc\u0085d\u2028e\u2029f"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := New(test.content)
			var got []string
			for line := range text.LineCount() {
				got = append(got, text.Slice(text.Line(line)))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("lines of %q are %q, want %q", test.content, got, test.want)
			}
		})
	}
}

func TestLineOutsideTheText(t *testing.T) {
	text := New("ab\nc")
	for _, line := range []int{-1, 2, 100} {
		if got, want := text.Line(line), (Span{4, 4}); got != want {
			t.Errorf("Line(%d) = %v, want the empty span at the end, %v", line, got, want)
		}
	}
}

// places says of one text which byte offset each position has, in every
// encoding: {line, utf-8, utf-16, utf-32, byte offset}.
type place struct{ line, utf8, utf16, utf32, offset int }

func TestPlaces(t *testing.T) {
	for _, test := range []struct {
		name, content string
		places        []place
	}{
		{"empty", "", []place{{0, 0, 0, 0, 0}}},
		{"ascii", "ab\ncd", []place{{0, 0, 0, 0, 0}, {0, 2, 2, 2, 2}, {1, 0, 0, 0, 3}, {1, 2, 2, 2, 5}}},
		{"CRLF", "a\r\nb", []place{{0, 1, 1, 1, 1}, {1, 0, 0, 0, 3}, {1, 1, 1, 1, 4}}},
		{"lone CR", "a\rb", []place{{0, 1, 1, 1, 1}, {1, 0, 0, 0, 2}, {1, 1, 1, 1, 3}}},
		{"BOM", "\ufeffa", []place{{0, 0, 0, 0, 0}, {0, 3, 1, 1, 3}, {0, 4, 2, 2, 4}}},
		{"tab", "\ta", []place{{0, 1, 1, 1, 1}, {0, 2, 2, 2, 2}}},
		{"two bytes", "äb", []place{{0, 2, 1, 1, 2}, {0, 3, 2, 2, 3}}},
		{"three bytes", "€b", []place{{0, 3, 1, 1, 3}, {0, 4, 2, 2, 4}}},
		{"surrogate pair", "😀b", []place{{0, 4, 2, 1, 4}, {0, 5, 3, 2, 5}}},
		{"joined emoji", "👩\u200d🚀b", []place{{0, 4, 2, 1, 4}, {0, 7, 3, 2, 7}, {0, 11, 5, 3, 11}, {0, 12, 6, 4, 12}}},
		{"combining", "e\u0301b", []place{{0, 1, 1, 1, 1}, {0, 3, 2, 2, 3}, {0, 4, 3, 3, 4}}},
		{"invalid byte", "\xffb", []place{{0, 1, 1, 1, 1}, {0, 2, 2, 2, 2}}},
		{"cut short", "\xe2\x82\nb", []place{{0, 1, 1, 1, 1}, {0, 2, 2, 2, 2}, {1, 0, 0, 0, 3}}},
		{"emoji then CRLF", "😀\r\nb", []place{{0, 4, 2, 1, 4}, {1, 0, 0, 0, 6}, {1, 1, 1, 1, 7}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := New(test.content)
			for _, p := range test.places {
				for enc, character := range map[Encoding]int{UTF8: p.utf8, UTF16: p.utf16, UTF32: p.utf32} {
					position := Position{p.line, character}
					if got := text.Position(p.offset, enc); got != position {
						t.Errorf("%v: Position(%d) = %v, want %v", enc, p.offset, got, position)
					}
					if got, err := text.Offset(position, enc); err != nil || got != p.offset {
						t.Errorf("%v: Offset(%v) = %d, %v, want %d", enc, position, got, err, p.offset)
					}
				}
			}
		})
	}
}

// TestInside names offsets and positions that lie inside something that has no
// inside: a character, a surrogate pair, a line ending.
func TestInside(t *testing.T) {
	text := New("a😀\r\né")
	for offset, want := range map[int]map[Encoding]Position{
		2: {UTF8: {0, 1}, UTF16: {0, 1}, UTF32: {0, 1}},
		3: {UTF8: {0, 1}, UTF16: {0, 1}, UTF32: {0, 1}},
		4: {UTF8: {0, 1}, UTF16: {0, 1}, UTF32: {0, 1}},
		6: {UTF8: {0, 5}, UTF16: {0, 3}, UTF32: {0, 2}}, // between CR and LF
		8: {UTF8: {1, 0}, UTF16: {1, 0}, UTF32: {1, 0}},
	} {
		for enc, position := range want {
			if got := text.Position(offset, enc); got != position {
				t.Errorf("%v: Position(%d) = %v, want %v", enc, offset, got, position)
			}
		}
	}
	for _, test := range []struct {
		enc      Encoding
		position Position
		want     int
	}{
		{UTF8, Position{0, 2}, 1},
		{UTF8, Position{0, 4}, 1},
		{UTF16, Position{0, 2}, 1},
		{UTF8, Position{1, 1}, 7},
	} {
		if got, err := text.Offset(test.position, test.enc); err != nil || got != test.want {
			t.Errorf("%v: Offset(%v) = %d, %v, want %d", test.enc, test.position, got, err, test.want)
		}
	}
}

func TestClamping(t *testing.T) {
	text := New("ab\r\ncd")
	if got, want := text.Position(-5, UTF16), (Position{0, 0}); got != want {
		t.Errorf("Position(-5) = %v, want %v", got, want)
	}
	if got, want := text.Position(99, UTF16), (Position{1, 2}); got != want {
		t.Errorf("Position(99) = %v, want %v", got, want)
	}
	for _, enc := range []Encoding{UTF8, UTF16, UTF32} {
		if got, err := text.Offset(Position{0, 99}, enc); err != nil || got != 2 {
			t.Errorf("%v: a character behind the line's end is at %d, %v, want 2, before the line ending", enc, got, err)
		}
		for _, outside := range []Position{{2, 0}, {-1, 0}, {0, -1}} {
			if got, err := text.Offset(outside, enc); err == nil {
				t.Errorf("%v: Offset(%v) = %d, want an error", enc, outside, got)
			}
		}
	}
	if got := text.Slice(Span{-3, 99}); got != "ab\r\ncd" {
		t.Errorf("a slice larger than the text is %q", got)
	}
	if got := text.Slice(Span{4, 2}); got != "" {
		t.Errorf("a slice that ends before it starts is %q, want nothing", got)
	}
}

func TestSpan(t *testing.T) {
	text := New("a😀b\nc")
	got, err := text.Span(Range{Position{0, 1}, Position{1, 0}}, UTF16)
	if want := (Span{1, 7}); err != nil || got != want {
		t.Errorf("Span = %v, %v, want %v", got, err, want)
	}
	if back := text.Range(got, UTF16); back != (Range{Position{0, 1}, Position{1, 0}}) {
		t.Errorf("Range(%v) = %v", got, back)
	}
	for _, wrong := range []Range{
		{Position{0, 3}, Position{0, 1}},
		{Position{1, 0}, Position{0, 0}},
		{Position{7, 0}, Position{7, 0}},
		{Position{0, 0}, Position{7, 0}},
	} {
		if got, err := text.Span(wrong, UTF16); err == nil {
			t.Errorf("Span(%v) = %v, want an error", wrong, got)
		}
	}
}

func TestReplace(t *testing.T) {
	before := New("ab\ncd")
	after := before.Replace(Span{1, 4}, "x\r\ny\n")
	if got, want := after.Content(), "ax\r\ny\nd"; got != want {
		t.Errorf("Replace gives %q, want %q", got, want)
	}
	if got := after.LineCount(); got != 3 {
		t.Errorf("the new text has %d lines, want 3", got)
	}
	if got := before.Content(); got != "ab\ncd" {
		t.Errorf("Replace changed the text that it was called on to %q", got)
	}
}

func TestSpanMethods(t *testing.T) {
	s := Span{2, 5}
	for offset, want := range map[int]bool{1: false, 2: true, 4: true, 5: true, 6: false} {
		if got := s.Contains(offset); got != want {
			t.Errorf("%v.Contains(%d) = %t", s, offset, got)
		}
	}
	for inner, want := range map[Span]bool{{2, 5}: true, {3, 4}: true, {1, 3}: false, {4, 6}: false} {
		if got := s.Covers(inner); got != want {
			t.Errorf("%v.Covers(%v) = %t", s, inner, got)
		}
	}
	if s.Compare(Span{2, 6}) >= 0 || s.Compare(Span{1, 9}) <= 0 || s.Compare(s) != 0 {
		t.Error("spans do not order by start, then by end")
	}
}

func TestEncodingNames(t *testing.T) {
	var names []string
	for _, enc := range []Encoding{UTF8, UTF16, UTF32} {
		names = append(names, enc.String())
	}
	if got, want := strings.Join(names, " "), "utf-8 utf-16 utf-32"; got != want {
		t.Errorf("the encodings are called %q, want %q", got, want)
	}
}
