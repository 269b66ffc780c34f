package report

import (
	"regexp"
	"strings"
)

// Plain returns Markdown as the plain text of it, each paragraph on a line of its own.
func Plain(markdown string) string { return Terminal(markdown, 0, false) }

// Terminal returns Markdown as it reads well on a terminal: paragraphs are wrapped at a width
// in columns (0: never), and code is indented. It knows the Markdown that the pages of rules
// are written in, and leaves what else there is as it stands.
func Terminal(markdown string, width int, color bool) string {
	t := terminal{width: width, in: Input{Color: color}}
	for _, line := range strings.Split(comments.ReplaceAllString(markdown, ""), "\n") {
		t.line(line)
	}
	t.flush()
	return strings.TrimSpace(blankLines.ReplaceAllString(t.out.String(), "\n\n"))
}

var (
	comments   = regexp.MustCompile(`(?s)<!--.*?-->\n?`)
	tags       = regexp.MustCompile(`</?(details|summary)>`)
	blankLines = regexp.MustCompile(`\n{3,}`)
	heading    = regexp.MustCompile(`^#+ +(.*)`)
	item       = regexp.MustCompile(`^(- |[0-9]+\. )(.*)`)
	link       = regexp.MustCompile(`\[([^\]]*)\]\(([^)]*)\)`)
)

type terminal struct {
	width int
	in    Input // for its colours
	out   strings.Builder
	fence string // that ends the present block of code; "" outside of one
	// paragraph is what is read of one, first what stands before its first line and rest what
	// stands before the others.
	paragraph   string
	first, rest string
}

func (t *terminal) line(line string) {
	marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
	switch {
	case t.fence != "" && line == t.fence:
		t.fence = ""
	case t.fence != "":
		t.print(strings.TrimRight("    "+line, " "))
	case len(marks) >= len("```"):
		t.flush()
		t.fence = marks
	case tags.MatchString(line):
		t.flush()
		t.title(tags.ReplaceAllString(line, ""))
	case heading.MatchString(line):
		t.flush()
		t.title(heading.FindStringSubmatch(line)[1])
	case strings.TrimSpace(line) == "":
		t.flush()
		t.print("")
	case strings.HasPrefix(line, "|"):
		t.flush()
		t.print(line)
	case item.MatchString(line):
		t.flush()
		parts := item.FindStringSubmatch(line)
		t.add("  "+parts[1], "  "+strings.Repeat(" ", len(parts[1])), parts[2])
	case strings.HasPrefix(line, ">"):
		t.add("  | ", "  | ", strings.TrimSpace(line[1:]))
	default:
		t.add("", "", strings.TrimSpace(line))
	}
}

func (t *terminal) print(line string) { t.out.WriteString(line + "\n") }

func (t *terminal) title(s string) {
	if s != "" {
		t.print(t.in.color(bold, strings.ReplaceAll(inline(s), inCode, " ")))
	}
}

// add adds a line to the present paragraph, or begins one with these margins.
func (t *terminal) add(first, rest, line string) {
	if t.paragraph == "" {
		t.paragraph, t.first, t.rest = line, first, rest
		return
	}
	t.paragraph += " " + line
}

// flush prints the present paragraph.
func (t *terminal) flush() {
	line := t.first
	for i, word := range strings.Fields(inline(t.paragraph)) {
		word = strings.ReplaceAll(word, inCode, " ")
		if i > 0 && t.width > 0 && columns(line)+1+columns(word) > t.width {
			t.print(line)
			line = t.rest + word
			continue
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	if t.paragraph != "" {
		t.print(line)
	}
	t.paragraph, t.first, t.rest = "", "", ""
}

// inCode stands for a blank at which no line ends.
const inCode = "\x00"

// inline returns a text without the marks of Markdown, except around code. Of a link to
// elsewhere the address is kept.
func inline(s string) string {
	parts := strings.Split(s, "`")
	for i := range parts {
		if i%2 == 1 && i+1 < len(parts) { // between two marks
			parts[i] = strings.ReplaceAll(parts[i], " ", inCode)
			continue
		}
		parts[i] = link.ReplaceAllStringFunc(parts[i], func(found string) string {
			m := link.FindStringSubmatch(found)
			if strings.Contains(m[2], "://") {
				return m[1] + " (" + m[2] + ")"
			}
			return m[1]
		})
		parts[i] = strings.ReplaceAll(parts[i], "**", "")
	}
	return strings.Join(parts, "`")
}
