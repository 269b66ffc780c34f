package report

import (
	"encoding/json"
	"io"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// The JSON shape is part of what opm-lsp promises: lines and characters count from
// 0, characters in UTF-16 units, as in LSP.
type (
	jsonReport struct {
		Diagnostics []jsonDiagnostic `json:"diagnostics"`
		Summary     jsonSummary      `json:"summary"`
	}
	jsonDiagnostic struct {
		File     string        `json:"file"`
		Range    jsonRange     `json:"range"`
		Severity string        `json:"severity"`
		Code     string        `json:"code"`
		Message  string        `json:"message"`
		Related  []jsonRelated `json:"related"`
		Fixes    []jsonFix     `json:"fixes"`
	}
	jsonRelated struct {
		File    string    `json:"file"`
		Range   jsonRange `json:"range"`
		Message string    `json:"message"`
	}
	jsonFix struct {
		Title string `json:"title"`
	}
	jsonRange struct {
		Start jsonPosition `json:"start"`
		End   jsonPosition `json:"end"`
	}
	jsonPosition struct {
		Line      int `json:"line"`
		Character int `json:"character"`
	}
	jsonSummary struct {
		Files       int `json:"files"`
		Errors      int `json:"errors"`
		Warnings    int `json:"warnings"`
		Information int `json:"information"`
		Hints       int `json:"hints"`
	}
)

func printJSON(w io.Writer, in Input) error {
	n := counts(in.Diagnostics)
	out := jsonReport{
		Diagnostics: []jsonDiagnostic{},
		Summary:     jsonSummary{in.Files, n[analysis.Error], n[analysis.Warning], n[analysis.Information], n[analysis.Hint]},
	}
	for _, d := range in.Diagnostics {
		item := jsonDiagnostic{
			File:     relative(in.Root, d.Path),
			Range:    in.jsonRange(d.Location),
			Severity: d.Severity.String(),
			Code:     d.Code,
			Message:  d.Message,
			Related:  []jsonRelated{},
			Fixes:    []jsonFix{},
		}
		for _, r := range d.Related {
			item.Related = append(item.Related, jsonRelated{relative(in.Root, r.Path), in.jsonRange(r.Location), r.Message})
		}
		for _, f := range d.Fixes {
			item.Fixes = append(item.Fixes, jsonFix{f.Title})
		}
		out.Diagnostics = append(out.Diagnostics, item)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func (in Input) jsonRange(l analysis.Location) jsonRange {
	t := in.Text(l.Path)
	if t == nil {
		return jsonRange{}
	}
	r := t.Range(l.Span, text.UTF16)
	return jsonRange{jsonPosition(r.Start), jsonPosition(r.End)}
}
