package analysis

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// Formatting returns the edits that bring a file into the form of `cue fmt`, in order. Only
// lines that change are touched, and of those only what changes, so that cursors stay where
// they are. A file that does not parse has none.
func (s *Snapshot) Formatting(path string) []Edit {
	content, formatted, ok := s.formatted(path)
	if !ok {
		return nil
	}
	return s.editsOf(path, lineChanges(content, formatted))
}

// RangeFormatting returns those of the edits of Formatting that lie on the lines of a span.
// What is on a line that the span ends in front of does not count.
func (s *Snapshot) RangeFormatting(path string, span text.Span) []Edit {
	content, formatted, ok := s.formatted(path)
	if !ok {
		return nil
	}
	t := s.Text(path)
	first, last := t.LineOf(span.Start), t.LineOf(span.End)
	if last > first && t.Line(last).Start == span.End {
		last--
	}
	changes := slices.DeleteFunc(lineChanges(content, formatted), func(c lineChange) bool {
		return c.first < first || max(c.first, c.last-1) > last
	})
	// A part of what `cue fmt` does must come to the same as all of it, or lines moved.
	if again, ok := edit.Reformat(applied(content, changes)); !ok || again != formatted {
		return nil
	}
	return s.editsOf(path, changes)
}

func (s *Snapshot) formatted(path string) (content, formatted string, ok bool) {
	f := s.index.File(path)
	if f == nil || len(f.Problems) > 0 {
		return "", "", false
	}
	content = f.Text.Content()
	formatted, ok = edit.Reformat(content)
	return content, formatted, ok
}

// A lineChange puts other lines in place of some.
type lineChange struct {
	first, last int // lines, from 0, last exclusive
	span        text.Span
	newText     string
}

// lineChanges returns what makes one text of another, line by line. Lines that differ in
// their white space alone are taken for the same, so that each is changed by itself.
func lineChanges(before, after string) []lineChange {
	old, new := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	starts := make([]int, len(old)+1)
	for i, line := range old {
		starts[i+1] = starts[i] + len(line)
	}
	var out []lineChange
	change := func(first, last, from, to int) {
		newText := strings.Join(new[from:to], "")
		if span := (text.Span{Start: starts[first], End: starts[last]}); before[span.Start:span.End] != newText {
			out = append(out, lineChange{first, last, span, newText})
		}
	}
	i, j := 0, 0 // lines that are done
	same := func(n int) {
		for range n {
			change(i, i+1, j, j+1)
			i, j = i+1, j+1
		}
	}
	squeezedOld, squeezedNew := squeezed(old), squeezed(new)
	for _, e := range udiff.Lines(squeezedOld, squeezedNew) {
		same(strings.Count(squeezedOld[:e.Start], "\n") - i)
		gone, come := strings.Count(squeezedOld[e.Start:e.End], "\n"), strings.Count(e.New, "\n")
		change(i, i+gone, j, j+come)
		i, j = i+gone, j+come
	}
	same(min(len(old)-i, len(new)-j))
	return out
}

// squeezed returns lines without white space, each ended by "\n".
func squeezed(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		for _, word := range strings.Fields(line) {
			b.WriteString(word)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func applied(content string, changes []lineChange) string {
	var b strings.Builder
	at := 0
	for _, c := range changes {
		b.WriteString(content[at:c.span.Start])
		b.WriteString(c.newText)
		at = c.span.End
	}
	b.WriteString(content[at:])
	return b.String()
}

// editsOf returns changes as edits, without what is the same at the beginning and the end of
// each.
func (s *Snapshot) editsOf(path string, changes []lineChange) []Edit {
	out := make([]Edit, 0, len(changes))
	content := s.Text(path).Content()
	for _, c := range changes {
		span, newText := narrowed(content, c.span, c.newText)
		out = append(out, Edit{Location: Location{Path: path, Span: span}, NewText: newText})
	}
	return out
}

// narrowed returns a replacement without the characters that stay. A line ending of two
// characters stays whole.
func narrowed(content string, span text.Span, newText string) (text.Span, string) {
	old := content[span.Start:span.End]
	for old != "" && newText != "" {
		_, size := utf8.DecodeRuneInString(old)
		if strings.HasPrefix(old, "\r\n") {
			size = len("\r\n")
		}
		if size > len(newText) || old[:size] != newText[:size] || old[:size] == "\r" {
			break
		}
		old, newText = old[size:], newText[size:]
		span.Start += size
	}
	for old != "" && newText != "" {
		_, size := utf8.DecodeLastRuneInString(old)
		if strings.HasSuffix(old, "\r\n") {
			size = len("\r\n")
		}
		if size > len(newText) || old[len(old)-size:] != newText[len(newText)-size:] {
			break
		}
		old, newText = old[:len(old)-size], newText[:len(newText)-size]
		span.End -= size
	}
	return span, newText
}
