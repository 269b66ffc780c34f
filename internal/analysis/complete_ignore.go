package analysis

import (
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// ignorable offers the rules that a comment may suppress, those first that speak on the
// line which the comment is about.
func (c *completer) ignorable() []Completion {
	comment := c.reading.Word
	written := c.file.Text.Content()[comment.Start:c.offset]
	said, ok := strings.CutPrefix(strings.TrimLeft(strings.TrimPrefix(written, "//"), " \t"), ignoreWord)
	if !ok || said == "" || !strings.ContainsAny(said[:1], " \t") || strings.ContainsAny(said, "—–:") || strings.Contains(said, " - ") {
		return nil
	}
	word := text.Span{Start: c.offset - len(said) + strings.LastIndexAny(said, " \t,") + 1, End: c.offset}
	for word.End < comment.End && isCodeByte(c.file.Text.Content()[word.End]) {
		word.End++
	}
	line, named := c.ignoredHere(comment)
	spoken := make(map[string]bool)
	for _, d := range c.s.Diagnostics(c.file.Path) {
		if c.file.Text.LineOf(d.Span.Start) == line {
			spoken[d.Code] = true
		}
	}
	var first, rest []Completion
	for _, r := range rules.All() {
		if r.Binding || r.Last || slices.Contains(named, r.Code) && r.Code != c.file.Text.Slice(word) {
			continue
		}
		item := Completion{Label: r.Code, Kind: RuleItem, Detail: r.Finds, Doc: ruleDoc(r), Replace: word, NewText: r.Code}
		if spoken[r.Code] {
			item.Origin = "found here"
			first = append(first, item)
		} else {
			rest = append(rest, item)
		}
	}
	return append(first, rest...)
}

const ignoreWord = "opm:ignore"

func isCodeByte(b byte) bool { return b >= 'a' && b <= 'z' || b == '/' || b == '-' }

// ignoredHere returns the line that a comment is about, from 0, or -1, and the rules that
// it names already.
func (c *completer) ignoredHere(comment text.Span) (line int, named []string) {
	for _, ignore := range rule.IgnoresOf(c.file) {
		if ignore.Span.Start != comment.Start {
			continue
		}
		for _, code := range ignore.Codes {
			named = append(named, code.Code)
		}
		return ignore.Line(), named
	}
	return -1, nil
}

func ruleDoc(r *rule.Rule) string {
	doc := "Finds " + r.Finds + ".\n\nSeverity: " + r.Severity.String() + "."
	if r.Fix != "" {
		doc += "\n\nFix: " + r.Fix + "."
	}
	return doc
}
