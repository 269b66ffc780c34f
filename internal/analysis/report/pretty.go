package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// tabWidth is how many columns a tab takes in printed source lines.
const tabWidth = 4

// pretty prints each diagnostic with the line that it stands on, the range marked,
// and the lines of the other layers.
func pretty(w io.Writer, in Input) error {
	p := &printer{in: in, covers: newCovers(in)}
	for _, d := range in.Diagnostics {
		p.diagnostic(d)
	}
	p.out.WriteString(summary(in))
	_, err := io.WriteString(w, p.out.String())
	return err
}

type printer struct {
	in     Input
	out    strings.Builder
	covers *covers
}

func (p *printer) color(code, s string) string { return p.in.color(code, s) }

func (p *printer) diagnostic(d analysis.Diagnostic) {
	color := severityColor(d.Severity)
	fmt.Fprintf(&p.out, "%s%s\n", p.color(color, d.Severity.String()+"["+d.Code+"]"), p.color(bold, ": "+Visible(d.Message)))
	gutter := p.gutter(d)
	p.excerpt(gutter, "-->", d.Location, '^', color, "")
	for _, r := range d.Related {
		p.excerpt(gutter, ":::", r.Location, '-', blue, r.Message)
	}
	p.out.WriteByte('\n')
}

// gutter returns the width of the widest line number of a diagnostic.
func (p *printer) gutter(d analysis.Diagnostic) int {
	width := 1
	for _, l := range append([]analysis.Related{{Location: d.Location}}, d.Related...) {
		if t := p.in.Text(l.Path); t != nil {
			width = max(width, len(fmt.Sprint(t.LineOf(l.Span.Start)+1)))
		}
	}
	return width
}

// excerpt prints one line of source with a span marked below it.
func (p *printer) excerpt(gutter int, arrow string, l analysis.Location, mark rune, color, message string) {
	pad := strings.Repeat(" ", gutter)
	t := p.in.Text(l.Path)
	if t == nil {
		fmt.Fprintf(&p.out, "%s%s %s\n", pad, p.color(blue, arrow), Visible(relative(p.in.Root, l.Path)))
		return
	}
	line := t.LineOf(l.Span.Start)
	whole := t.Line(line)
	at := t.Position(l.Span.Start, text.UTF32)
	fmt.Fprintf(&p.out, "%s%s %s:%d:%d\n", pad, p.color(blue, arrow), Visible(relative(p.in.Root, l.Path)), line+1, at.Character+1)
	bar := p.color(blue, "|")
	fmt.Fprintf(&p.out, "%s %s\n", pad, bar)
	before := expand(p.covers.slice(l.Path, t, text.Span{Start: whole.Start, End: l.Span.Start}), 0)
	marked := expand(p.covers.slice(l.Path, t, text.Span{Start: l.Span.Start, End: min(max(l.Span.End, l.Span.Start), whole.End)}), columns(before))
	rest := p.covers.slice(l.Path, t, text.Span{Start: min(l.Span.End, whole.End), End: whole.End})
	if l.Span.End > whole.End {
		rest = ""
	}
	source := before + marked + expand(rest, columns(before+marked))
	fmt.Fprintf(&p.out, "%s %s %s\n", p.color(blue, fmt.Sprintf("%*d", gutter, line+1)), bar, strings.TrimRight(source, " "))
	marks := p.color(color, strings.Repeat(string(mark), max(1, columns(marked))))
	if message != "" {
		message = " " + p.color(color, Visible(message))
	}
	fmt.Fprintf(&p.out, "%s %s %s%s%s\n", pad, bar, strings.Repeat(" ", columns(before)), marks, message)
}

// columns returns how wide a text is on a terminal.
func columns(s string) int { return uniseg.StringWidth(s) }

// expand replaces what a terminal would not show in place: tabs become spaces, given
// the column at which the text starts, and control characters vanish.
func expand(s string, column int) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t':
			n := tabWidth - (column+columns(b.String()))%tabWidth
			b.WriteString(strings.Repeat(" ", n))
		case r == '\ufeff' || commands(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
