package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Change is what becomes of a file.
type Change struct {
	Path          string // absolute
	Before, After *text.Text
}

// contextLines is how many lines around a change a patch shows, as other programs do.
const contextLines = 3

// Diff prints changes as a patch that `git apply` and `patch -p1` take in the directory root.
// No secret stands in it: fewer lines are shown around a change that is near one, and a
// change in whose own lines there is one is left out. Of those withheld says how many there
// are, by the name of the file.
func Diff(w io.Writer, root string, changes []Change, secrets func(string) cascade.Secrets) (withheld map[string]int, err error) {
	withheld = make(map[string]int)
	for _, c := range changes {
		name := Visible(relative(root, c.Path))
		label := strings.TrimPrefix(name, "/")
		if strings.Contains(label, " ") {
			label += "\t" // where a name with blanks ends
		}
		before, after := c.Before.Content(), c.After.Content()
		patch, err := udiff.ToUnifiedDiff("a/"+label, "b/"+label, before, udiff.Lines(before, after), contextLines)
		if err != nil {
			return nil, fmt.Errorf("cannot compare %s with what it becomes: %w", name, err)
		}
		names := secrets(c.Path)
		p := patchedFile{old: secretLines(names, before), new: secretLines(names, after)}
		var shown []*udiff.Hunk
		for _, h := range patch.Hunks {
			if p.show(h) {
				shown = append(shown, h)
			}
		}
		if p.withheld > 0 {
			withheld[name] = p.withheld
		}
		patch.Hunks = shown
		if _, err := io.WriteString(w, patch.String()); err != nil {
			return nil, err
		}
	}
	return withheld, nil
}

// secretLines returns which lines, counted from 1 and ended by "\n", have a secret on them.
func secretLines(secrets cascade.Secrets, content string) map[int]bool {
	out := make(map[int]bool)
	line, at := 1, 0
	for _, s := range secretSpans(secrets, content) {
		line += strings.Count(content[at:s.Start], "\n")
		at = s.Start
		for i := range strings.Count(content[s.Start:s.End], "\n") + 1 {
			out[line+i] = true
		}
	}
	return out
}

type patchedFile struct {
	old, new map[int]bool // lines with secrets
	withheld int
	missing  int // how many lines the parts that were withheld add
}

// show cuts a part of the patch down to what may be shown, and reports whether anything is.
func (p *patchedFile) show(h *udiff.Hunk) bool {
	hidden := make([]bool, len(h.Lines))
	first, last, added := -1, -1, 0 // the changed lines
	oldLine, newLine := h.FromLine, h.ToLine
	for i, l := range h.Lines {
		if l.Kind != udiff.Equal {
			last = i
			if first < 0 {
				first = i
			}
		}
		if l.Kind != udiff.Insert {
			hidden[i] = p.old[oldLine]
			oldLine++
		}
		if l.Kind != udiff.Delete {
			hidden[i] = hidden[i] || p.new[newLine]
			newLine++
		}
		switch l.Kind {
		case udiff.Insert:
			added++
		case udiff.Delete:
			added--
		}
	}
	start, end := 0, len(h.Lines)
	for i, hide := range hidden {
		switch {
		case !hide:
		case i < first:
			start = i + 1
		case i > last:
			end = min(end, i)
		default:
			return p.withhold(added)
		}
	}
	if end == last+1 && end < len(h.Lines) {
		return p.withhold(added) // without a line behind it a change counts as one at the end of the file
	}
	h.Lines = h.Lines[start:end]
	h.FromLine += start
	h.ToLine += start - p.missing
	return true
}

func (p *patchedFile) withhold(added int) bool {
	p.withheld++
	p.missing += added
	return false
}
