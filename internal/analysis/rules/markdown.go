package rules

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// docs is where the generated pages of the rules are to be read.
const docs = "https://github.com/open-platform-model/opm-lsp/blob/main/docs/rules/"

// URL returns where the page of the rule with a code is to be read.
func URL(code string) string { return docs + code + ".md" }

// Markdown returns the whole page of a rule, as it is in docs/rules.
func (p *Page) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- Generated from internal/analysis/rules/%s: go test ./internal/analysis -run TestDocs -update -->\n\n", ArchiveOf(p.Rule))
	b.WriteString(p.Summary())
	p.writeCases(&b, Fires, "It also finds")
	p.writeCases(&b, Silent, "It says nothing of")
	b.WriteString("\nFiles that an example does not show are those of [the workspace that all examples stand in](../README.md#the-workspace-of-the-examples).\n")
	return b.String()
}

// Summary returns the page of a rule without the further cases, in Markdown.
func (p *Page) Summary() string {
	var b strings.Builder
	r := p.Rule
	fmt.Fprintf(&b, "# %s\n\n%s\n\nFinds %s.\n\n%s\n", r.Code, strings.Join(p.facts(), " · "), r.Finds, p.Text)
	for _, c := range p.Of(Bad) {
		b.WriteString("\n## Wrong\n")
		writeCase(&b, c)
	}
	good := p.Of(Good)
	for _, c := range good {
		b.WriteString("\n## Right\n")
		writeFiles(&b, c.Files)
	}
	p.writeFix(&b, good)
	b.WriteString("\n## How severe it is\n\n" + p.control())
	return b.String()
}

// facts are what the table of rules says of the rule, in Markdown.
func (p *Page) facts() []string {
	facts := []string{"**" + SeverityTitle(p.Rule) + "**"}
	if p.Rule.Fix != "" {
		return append(facts, "has a fix")
	}
	return append(facts, "has no fix")
}

// SeverityTitle returns how severe a rule is by itself: "hint", or "hint, off by default".
func SeverityTitle(r *rule.Rule) string {
	if r.Off {
		return r.Severity.String() + ", off by default"
	}
	return r.Severity.String()
}

// writeFix says what the fix makes of the bad example.
func (p *Page) writeFix(b *strings.Builder, good []*Case) {
	if p.Rule.Fix == "" {
		return
	}
	fmt.Fprintf(b, "\n## The fix\n\n%s.", capitalised(p.Rule.Fix))
	fixed := p.Of(Fixed)
	switch {
	case len(fixed) == 0:
		b.WriteByte('\n')
	case len(good) == 1 && sameFiles(fixed[0].Files, good[0].Files):
		b.WriteString(" It makes the right example of the wrong one.\n")
	default:
		b.WriteString(" It makes of the wrong example:\n")
		writeFiles(b, fixed[0].Files)
	}
}

// capitalised returns a phrase as it begins a sentence.
func capitalised(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func sameFiles(a, b []txtar.File) bool {
	return slices.EqualFunc(a, b, func(x, y txtar.File) bool { return x.Name == y.Name && bytes.Equal(x.Data, y.Data) })
}

// control says how a project and a file change what the rule reports.
func (p *Page) control() string {
	r := p.Rule
	var b strings.Builder
	if r.Off {
		fmt.Fprintf(&b, "It is off until a project gives it a severity in its `opm-lsp.cue`:\n\n```cue\nrules: %q: %q\n```\n", r.Code, r.Severity)
	} else {
		fmt.Fprintf(&b, "A project gives it another severity in its `opm-lsp.cue`, `\"error\"`, `\"warning\"`, `\"information\"` or `\"hint\"`, or switches it off:\n\n```cue\nrules: %q: \"off\"\n```\n", r.Code)
	}
	if r.Binding || r.Last { // those about comments run when these have suppressed what they do
		b.WriteString("\nNo comment in a file suppresses it.\n")
	} else {
		fmt.Fprintf(&b, "\nA comment behind or above a line suppresses it there:\n\n```cue\n// opm:ignore %s — why it is right here\n```\n", r.Code)
	}
	if len(r.Settings) > 0 {
		quoted := make([]string, len(r.Settings))
		for i, s := range r.Settings {
			quoted[i] = "`" + s + "`"
		}
		fmt.Fprintf(&b, "\nIt heeds %s in `opm-lsp.cue`.\n", strings.Join(quoted, ", "))
	}
	return b.String()
}

// writeCases writes the cases of a kind, folded.
func (p *Page) writeCases(b *strings.Builder, kind, title string) {
	cases := p.Of(kind)
	if len(cases) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n", title)
	for _, c := range cases {
		fmt.Fprintf(b, "\n<details><summary>%s</summary>\n", html.EscapeString(c.Title))
		writeCase(b, c)
		b.WriteString("\n</details>\n")
	}
}

// writeCase writes the files of a case and what is said of them.
func writeCase(b *strings.Builder, c *Case) {
	writeFiles(b, c.Files)
	if said := c.Said(); said != "" {
		fmt.Fprintf(b, "\n`opm-lsp check --format compact` says:\n\n```text\n%s```\n", said)
	}
}

func writeFiles(b *strings.Builder, files []txtar.File) {
	for _, f := range files {
		if len(f.Data) == 0 {
			fmt.Fprintf(b, "\nThere is no `%s`.\n", f.Name)
			continue
		}
		fence := "```"
		for strings.Contains(string(f.Data), fence) {
			fence += "`"
		}
		fmt.Fprintf(b, "\n`%s`:\n\n%scue\n%s%s\n", f.Name, fence, f.Data, fence)
	}
}

// wanted is a line of what a case expects: a place, a severity, a code and a message.
var wanted = regexp.MustCompile(`(?m)^(\S.*:\d+:\d+)-\d+:\d+ (\w+\[\S+\]) (.*)$`)

// Said returns what the compact report says of a case, without its summary.
func (c *Case) Said() string {
	var b strings.Builder
	for _, m := range wanted.FindAllStringSubmatch(c.Want, -1) {
		fmt.Fprintf(&b, "%s: %s: %s\n", m[1], m[2], m[3])
	}
	return b.String()
}

// Index returns the page that lists all rules, in Markdown.
func Index() (string, error) {
	var b strings.Builder
	b.WriteString("<!-- Generated from internal/analysis/rules: go test ./internal/analysis -run TestDocs -update -->\n\n# The rules\n\n")
	b.WriteString("The same from the program: `opm-lsp rules`, and `opm-lsp explain <rule>`. The name of a rule is what editors and reports show, what\n")
	b.WriteString("`opm-lsp.cue` gives another severity, and what a comment `// opm:ignore <rule> — why` names.\n")
	category := ""
	for _, r := range All() {
		if r.Category() != category {
			category = r.Category()
			fmt.Fprintf(&b, "\n## %s\n\n| rule | severity | finds | fix |\n|---|---|---|---|\n", category)
		}
		fmt.Fprintf(&b, "| [`%s`](%s.md) | %s | %s | %s |\n", r.Code, r.Code, SeverityTitle(r), Cell(r.Finds), Cell(r.Fix))
	}
	b.WriteString("\n## The workspace of the examples\n\nThe examples of all pages stand in this workspace: each shows the files that differ in it.\n")
	base, err := baseFiles()
	if err != nil {
		return "", err
	}
	writeFiles(&b, base)
	return b.String(), nil
}

// Cell returns a text as a cell of a table in Markdown.
func Cell(s string) string {
	if s == "" {
		return "—"
	}
	return strings.ReplaceAll(s, "|", `\|`)
}
