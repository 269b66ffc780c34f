package report

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// The part of SARIF 2.1.0 that a report fills in, with all that GitHub's code scanning
// asks for. The specification:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html,
// what GitHub makes of it:
// https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool            `json:"tool"`
		Bases      map[string]sarifBase `json:"originalUriBaseIds"`
		ColumnKind string               `json:"columnKind"`
		Results    []sarifResult        `json:"results"`
	}
	sarifBase struct {
		Description sarifText `json:"description"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string              `json:"id"`
		Name                 string              `json:"name"`
		ShortDescription     sarifText           `json:"shortDescription"`
		FullDescription      sarifText           `json:"fullDescription"`
		Help                 sarifText           `json:"help"`
		HelpURI              string              `json:"helpUri"`
		DefaultConfiguration sarifConfiguration  `json:"defaultConfiguration"`
		Properties           sarifRuleProperties `json:"properties"`
	}
	sarifConfiguration struct {
		Enabled bool   `json:"enabled"`
		Level   string `json:"level"`
	}
	sarifRuleProperties struct {
		Tags            []string `json:"tags"`
		Precision       string   `json:"precision"`
		ProblemSeverity string   `json:"problem.severity"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifResult struct {
		RuleID              string            `json:"ruleId"`
		RuleIndex           int               `json:"ruleIndex"`
		Level               string            `json:"level"`
		Message             sarifText         `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		RelatedLocations    []sarifLocation   `json:"relatedLocations,omitempty"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
		Fixes               []sarifFix        `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		ID               int                   `json:"id,omitempty"`
		PhysicalLocation sarifPhysicalLocation `json:"physicalLocation"`
		Message          *sarifText            `json:"message,omitempty"`
	}
	sarifPhysicalLocation struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description     sarifText     `json:"description"`
		ArtifactChanges []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		ArtifactLocation sarifArtifact      `json:"artifactLocation"`
		Replacements     []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		DeletedRegion   sarifRegion `json:"deletedRegion"`
		InsertedContent *sarifText  `json:"insertedContent,omitempty"`
	}
)

const (
	sarifSchema    = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sourceRoot     = "%SRCROOT%"
	informationURI = "https://github.com/open-platform-model/opm-lsp"
	// maxDescription is how many characters GitHub takes of a rule's description.
	maxDescription = 1024
)

// sarif prints the report for result viewers and code hosts. Lines and columns count from
// 1, columns in UTF-16 units.
func sarif(w io.Writer, in Input) error {
	all := rules.All()
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "opm-lsp", Version: in.Version, InformationURI: informationURI}},
		Bases:      map[string]sarifBase{sourceRoot: {sarifText{Text: "The top of the repository."}}},
		ColumnKind: "utf16CodeUnits",
		Results:    []sarifResult{},
	}
	for _, r := range all {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
	}
	covers := newCovers(in)
	fingerprints := newFingerprints(in, covers)
	for _, d := range in.Diagnostics {
		result := sarifResult{
			RuleID:              d.Code,
			RuleIndex:           slices.IndexFunc(all, func(r *rule.Rule) bool { return r.Code == d.Code }),
			Level:               sarifLevel(d.Severity),
			Message:             sarifText{Text: sarifMessage(d)},
			Locations:           []sarifLocation{{PhysicalLocation: in.sarifPlace(d.Location)}},
			PartialFingerprints: fingerprints.of(d),
		}
		for i, r := range d.Related {
			result.RelatedLocations = append(result.RelatedLocations,
				sarifLocation{ID: i + 1, PhysicalLocation: in.sarifPlace(r.Location), Message: &sarifText{Text: r.Message}})
		}
		for _, f := range d.Fixes {
			if !in.tellsSecret(covers, d, f) {
				result.Fixes = append(result.Fixes, in.sarifFix(f))
			}
		}
		run.Results = append(run.Results, result)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func sarifLevel(s rule.Severity) string {
	switch s {
	case rule.Error:
		return "error"
	case rule.Warning:
		return "warning"
	default:
		return "note"
	}
}

func sarifRuleOf(r *rule.Rule) sarifRule {
	finds := "Finds " + r.Finds + "."
	out := sarifRule{
		ID:                   r.Code,
		Name:                 pascalCase(r.Code),
		ShortDescription:     sarifText{Text: shortened(finds)},
		FullDescription:      sarifText{Text: shortened(finds)},
		Help:                 sarifText{Text: finds, Markdown: finds},
		HelpURI:              rules.URL(r.Code),
		DefaultConfiguration: sarifConfiguration{Enabled: !r.Off, Level: sarifLevel(r.Severity)},
		Properties:           sarifRuleProperties{Tags: []string{r.Category()}, Precision: "high", ProblemSeverity: sarifLevel(r.Severity)},
	}
	if r.Severity > rule.Warning {
		out.Properties.ProblemSeverity = "recommendation"
	}
	if page, err := rules.PageOf(r); err == nil {
		out.FullDescription.Text = shortened(finds + " " + Plain(firstParagraph(page.Text)))
		out.Help = sarifText{
			Text:     Plain(page.Text) + "\n\n" + out.HelpURI,
			Markdown: page.Text + fmt.Sprintf("\n\n[Examples, and how to switch it off](%s)", out.HelpURI),
		}
	}
	return out
}

// pascalCase returns the name of a rule as the names of other tools' rules look.
func pascalCase(code string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(code, func(r rune) bool { return r == '/' || r == '-' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func firstParagraph(markdown string) string {
	first, _, _ := strings.Cut(markdown, "\n\n")
	return first
}

// shortened cuts a text of one paragraph to what fits into a description.
func shortened(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxDescription {
		return string(runes[:maxDescription-1]) + "…"
	}
	return s
}

// sarifMessage returns the message of a diagnostic with a link to each related place: GitHub
// shows those that the message links to, and no others.
func sarifMessage(d analysis.Diagnostic) string {
	out := d.Message
	for i, r := range d.Related {
		out += fmt.Sprintf("\n[%s](%d)", sarifLinkText.Replace(r.Message), i+1)
	}
	return out
}

var sarifLinkText = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)

func (in Input) sarifPlace(l analysis.Location) sarifPhysicalLocation {
	return sarifPhysicalLocation{in.sarifArtifact(l.Path), in.sarifRegion(l)}
}

func (in Input) sarifArtifact(path string) sarifArtifact {
	name := in.inRepository(path)
	if filepath.IsAbs(path) && name == filepath.ToSlash(path) {
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(name, "/")}).String()}
	}
	return sarifArtifact{URI: (&url.URL{Path: name}).String(), URIBaseID: sourceRoot}
}

func (in Input) sarifRegion(l analysis.Location) sarifRegion {
	t := in.Text(l.Path)
	if t == nil {
		return sarifRegion{1, 1, 1, 1}
	}
	r := t.Range(l.Span, text.UTF16)
	return sarifRegion{r.Start.Line + 1, r.Start.Character + 1, r.End.Line + 1, r.End.Character + 1}
}

func (in Input) sarifFix(f analysis.Fix) sarifFix {
	out := sarifFix{Description: sarifText{Text: f.Title}}
	for _, change := range byFile(f.Edits) {
		c := sarifChange{ArtifactLocation: in.sarifArtifact(change[0].Path)}
		for _, e := range change {
			replacement := sarifReplacement{DeletedRegion: in.sarifRegion(e.Location)}
			if e.NewText != "" {
				replacement.InsertedContent = &sarifText{Text: e.NewText}
			}
			c.Replacements = append(c.Replacements, replacement)
		}
		out.ArtifactChanges = append(out.ArtifactChanges, c)
	}
	return out
}

// byFile returns the edits of each file, in order.
func byFile(edits []analysis.Edit) [][]analysis.Edit {
	sorted := slices.SortedStableFunc(slices.Values(edits), func(a, b analysis.Edit) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return a.Span.Compare(b.Span)
	})
	var out [][]analysis.Edit
	for i, e := range sorted {
		if i == 0 || e.Path != sorted[i-1].Path {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], e)
	}
	return out
}

// minSecret is how many bytes a secret has that is looked for anywhere: a shorter one may
// stand in any text by chance.
const minSecret = 4

// tellsSecret reports whether the text that a fix writes holds a secret: it becomes the
// value of a field that names one, or it is the same as such a value in one of the files
// that the diagnostic is about.
func (in Input) tellsSecret(c *covers, d analysis.Diagnostic, f analysis.Fix) bool {
	for _, edits := range byFile(f.Edits) {
		path := edits[0].Path
		t := in.Text(path)
		if t == nil {
			return true // nobody knows
		}
		hidden := secretSpans(in.Secrets(path), analysis.ApplyEdits(t.Content(), edits))
		moved := 0 // by how much the text behind the edits so far has moved
		for _, e := range edits {
			start := e.Span.Start + moved
			if len(overlapping(hidden, text.Span{Start: start, End: start + len(e.NewText)})) > 0 {
				return true
			}
			moved += len(e.NewText) - e.Span.Len()
		}
	}
	about := []analysis.Location{d.Location}
	for _, r := range d.Related {
		about = append(about, r.Location)
	}
	for _, e := range f.Edits {
		about = append(about, e.Location)
	}
	return slices.ContainsFunc(about, func(l analysis.Location) bool { return in.quotesSecret(c, l.Path, f) })
}

// quotesSecret reports whether a fix writes what is a secret in a file.
func (in Input) quotesSecret(c *covers, path string, f analysis.Fix) bool {
	t := in.Text(path)
	return t != nil && slices.ContainsFunc(c.spans(path, t), func(s text.Span) bool {
		return s.Len() >= minSecret && slices.ContainsFunc(f.Edits, func(e analysis.Edit) bool { return strings.Contains(e.NewText, t.Slice(s)) })
	})
}
