package rule

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An Ignore is a comment that suppresses what rules find on one line:
//
//	replicas: 1 // opm:ignore curation/value-narrowed — nobody runs one copy
//
// It stands behind what it is about, or in the lines above.
type Ignore struct {
	File   *syntax.File
	Span   text.Span // of the comment
	Codes  []IgnoredCode
	Reason string // "" if there is none
	line   int    // that it is about, from 0
}

// An IgnoredCode is one rule that an Ignore names.
type IgnoredCode struct {
	Code string
	Span text.Span
	Rule *Rule // nil if there is none with that code
	// Used says that the comment suppressed something that the rule found. Only Last rules
	// may ask.
	Used bool
	// Idle says that the rule did not run, so nobody knows.
	Idle bool
}

const ignoreDirective = "opm:ignore"

// ignores returns the comments in the files that suppress diagnostics, in order.
func ignores(files []*syntax.File) []*Ignore {
	var out []*Ignore
	for _, f := range files {
		if strings.Contains(f.Text.Content(), ignoreDirective) { // most files have none
			out = append(out, ignoresOf(f)...)
		}
	}
	return out
}

// IgnoresOf returns the comments of one file that suppress diagnostics, in order. Which
// rules they name is not looked up.
func IgnoresOf(f *syntax.File) []*Ignore { return ignores([]*syntax.File{f}) }

func ignoresOf(f *syntax.File) []*Ignore {
	var tokens scanner.Scanner
	content := f.Text.Content()
	file := token.NewFile("", -1, len(content))
	tokens.Init(file, []byte(content), func(token.Pos, string, []any) {}, scanner.ScanComments)
	var out, waiting []*Ignore // waiting for the line that they are about
	codeLine := -1             // the last line with something other than comments on it
	for {
		pos, tok, lit := tokens.Scan()
		switch {
		case tok == token.EOF:
			return out
		case tok == token.COMMENT:
			at := file.Offset(pos)
			ignore := readIgnore(f, text.Span{Start: at, End: at + len(lit)}, lit)
			if ignore == nil {
				continue
			}
			out = append(out, ignore)
			if ignore.line = f.Text.LineOf(at); ignore.line != codeLine {
				waiting = append(waiting, ignore)
			}
		case tok == token.COMMA && lit == "\n": // one that the scanner puts at the end of a line
		default:
			codeLine = f.Text.LineOf(file.Offset(pos))
			for _, w := range waiting {
				w.line = codeLine
			}
			waiting = nil
			codeLine = f.Text.LineOf(tokens.Offset()) // a string may have several lines
		}
	}
}

// readIgnore reads a comment, or returns nil if it is about something else.
func readIgnore(f *syntax.File, span text.Span, comment string) *Ignore {
	said, ok := strings.CutPrefix(strings.TrimLeft(strings.TrimPrefix(comment, "//"), " \t"), ignoreDirective)
	if !ok || said != "" && !strings.ContainsAny(said[:1], " \t\r") {
		return nil
	}
	ignore := &Ignore{File: f, Span: text.Span{Start: span.Start, End: span.Start + len(strings.TrimRight(comment, " \t\r"))}}
	rest := said
	for {
		trimmed := strings.TrimLeft(rest, " \t\r,")
		end := strings.IndexAny(trimmed, " \t\r,")
		if end < 0 {
			end = len(trimmed)
		}
		word := trimmed[:end]
		if word == "" || isDash(word) || len(ignore.Codes) > 0 && !strings.Contains(word, "/") {
			ignore.Reason = strings.TrimLeft(strings.TrimSpace(trimmed), "—–-: \t")
			return ignore
		}
		start := span.Start + len(comment) - len(trimmed)
		word = strings.TrimRight(word, ":")
		ignore.Codes = append(ignore.Codes, IgnoredCode{Code: word, Span: text.Span{Start: start, End: start + len(word)}})
		rest = trimmed[end:]
	}
}

// isDash reports whether a word only separates the rules from the reason.
func isDash(word string) bool { return strings.Trim(word, "—–-:") == "" }

// suppress returns the diagnostics that no comment suppresses, and notes which comments
// suppressed something.
func suppress(rules []*Rule, settings *Settings, all []*Ignore, found []Diagnostic) []Diagnostic {
	if len(all) == 0 {
		return found
	}
	for _, ignore := range all {
		for i := range ignore.Codes {
			code := &ignore.Codes[i]
			if at := slices.IndexFunc(rules, func(r *Rule) bool { return r.Code == code.Code }); at >= 0 {
				code.Rule = rules[at]
				code.Idle = settings.isOff(code.Rule)
			}
		}
	}
	return slices.DeleteFunc(found, func(d Diagnostic) bool {
		suppressed := false
		for _, ignore := range all {
			if ignore.File.Path != d.Path || ignore.File.Text.LineOf(d.Span.Start) != ignore.line {
				continue
			}
			for i := range ignore.Codes {
				code := &ignore.Codes[i]
				if code.Code == d.Code && code.Rule != nil && !code.Rule.Binding {
					code.Used, suppressed = true, true
				}
			}
		}
		return suppressed
	})
}

// Line returns the line that the comment is about, from 0.
func (i *Ignore) Line() int { return i.line }
