package syntax

import (
	"crypto/sha256"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// Meaning returns a hash of what the file says: its lines, without comments, without what
// they are indented by, and without those that are empty then. So two files of one meaning
// say the same to everybody who does not read comments; [File.Moved] tells where in one of
// them stands what is somewhere in the other. A file that does not parse means what it is,
// byte by byte.
func (f *File) Meaning() [sha256.Size]byte {
	f.meaningOnce.Do(func() {
		h := sha256.New()
		for _, line := range f.lines() {
			h.Write([]byte(f.Text.Slice(line)))
			h.Write([]byte{'\n'})
		}
		h.Sum(f.meaning[:0])
	})
	return f.meaning
}

// Moved returns where a span of f stands in another file of the same meaning. ok is false if
// it begins or ends where nothing stands, as in a comment.
func (f *File) Moved(span text.Span, to *File) (moved text.Span, ok bool) {
	here, there := f.movableLines(), to.movableLines()
	place := func(offset int) (int, bool) {
		i, found := slices.BinarySearchFunc(here, offset, func(line text.Span, offset int) int {
			switch {
			case line.End < offset:
				return -1
			case line.Start > offset:
				return 1
			}
			return 0
		})
		if !found || i >= len(there) {
			return 0, false
		}
		return there[i].Start + offset - here[i].Start, true
	}
	start, startOK := place(span.Start)
	end, endOK := place(span.End)
	return text.Span{Start: start, End: end}, startOK && endOK && start <= end
}

// movableLines returns the lines of a file in which something is moved, which are read once: few are.
func (f *File) movableLines() []text.Span {
	f.movableOnce.Do(func() { f.movable = f.lines() })
	return f.movable
}

// lines returns the text that means something, line by line. The lines of a string that goes
// over several are one of these.
func (f *File) lines() []text.Span {
	content := f.Text.Content()
	if len(f.Problems) > 0 {
		return []text.Span{{End: len(content)}}
	}
	whole, comments := f.stretches()
	var out []text.Span
	for start := 0; start < len(content); {
		end := start
		for {
			next := strings.IndexByte(content[end:], '\n')
			if next < 0 {
				end = len(content)
				break
			}
			end += next
			for len(whole) > 0 && whole[0].End <= end {
				whole = whole[1:]
			}
			if len(whole) == 0 || whole[0].Start > end {
				break
			}
			end = whole[0].End // the string goes on in the next line
		}
		line := text.Span{Start: start, End: end}
		for len(comments) > 0 && comments[0].Start < start {
			comments = comments[1:]
		}
		if len(comments) > 0 && comments[0].Start < end {
			line.End = comments[0].Start
		}
		trimmed := strings.TrimLeft(f.Text.Slice(line), " \t\r")
		line.Start = line.End - len(trimmed)
		line.End = line.Start + len(strings.TrimRight(trimmed, " \t\r"))
		if line.Len() > 0 {
			out = append(out, line)
		}
		start = end + 1
	}
	return out
}

// stretches returns the literals that go over several lines, and the comments, each in order.
func (f *File) stretches() (literals, comments []text.Span) {
	ast.Walk(f.AST(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CommentGroup:
			for _, c := range n.List {
				comments = append(comments, f.Span(c))
			}
			return false
		case *ast.BasicLit, *ast.Interpolation:
			if span := f.Span(n); strings.Contains(f.Text.Slice(span), "\n") {
				literals = append(literals, span)
			}
		}
		return true
	}, nil)
	slices.SortFunc(literals, text.Span.Compare)
	slices.SortFunc(comments, text.Span.Compare)
	// What is between the parentheses of an interpolation is part of the string.
	comments = slices.DeleteFunc(comments, func(c text.Span) bool {
		return slices.ContainsFunc(literals, func(l text.Span) bool { return l.Covers(c) })
	})
	return literals, comments
}
