package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	godiff "github.com/google/go-cmp/cmp"
	"github.com/sourcegraph/go-lsp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
)

// A jsonReport is the report that opm-lsp check --format json promises. Every field
// has to be there, so they are pointers where their zero value means something.
type jsonReport struct {
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Summary     struct {
		Files       *int `json:"files"`
		Errors      *int `json:"errors"`
		Warnings    *int `json:"warnings"`
		Information *int `json:"information"`
		Hints       *int `json:"hints"`
	} `json:"summary"`
}

type jsonDiagnostic struct {
	File     string     `json:"file"`
	Range    *lsp.Range `json:"range"`
	Severity string     `json:"severity"`
	Code     string     `json:"code"`
	Message  string     `json:"message"`
	Related  []struct {
		File    string     `json:"file"`
		Range   *lsp.Range `json:"range"`
		Message string     `json:"message"`
	} `json:"related"`
	Fixes []struct {
		Title string `json:"title"`
	} `json:"fixes"`
}

// checkJSON runs opm-lsp check --format json over a workspace and validates what comes
// out, whatever it says.
func checkJSON(t *testing.T, root string, paths ...string) jsonReport {
	t.Helper()
	out := execute(t, root, append([]string{"check", "--format", "json", "-C", root}, paths...)...)
	var report jsonReport
	decoder := json.NewDecoder(bytes.NewReader([]byte(out.stdout)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&report); err != nil {
		t.Fatalf("check --format json: %v\n%s%s", err, out.stdout, out.stderr)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		t.Errorf("there is more than one JSON object:\n%s", out.stdout)
	}
	validate(t, report)
	want, said := exitClean, ""
	switch {
	case report.Summary.Files != nil && *report.Summary.Files == 0: // a report, of nothing
		want, said = exitUsage, fmt.Sprintf("opm-lsp: there is no CUE file below %s: name another directory with -C\n", root)
	case report.Summary.Errors != nil && *report.Summary.Errors > 0:
		want = exitFindings
	}
	if out.stderr != said {
		t.Errorf("standard error: %q, want %q", out.stderr, said)
	}
	if out.code != want {
		t.Errorf("exit code %d with %d diagnostics, want %d", out.code, len(report.Diagnostics), want)
	}
	return report
}

var code = regexp.MustCompile(`^[a-z]+/[a-z]+(-[a-z]+)*$`)

// validate holds a report against its promised shape.
func validate(t *testing.T, report jsonReport) {
	t.Helper()
	if report.Diagnostics == nil {
		t.Error("diagnostics is null or missing, want a list")
	}
	counts := make(map[string]int)
	for i, d := range report.Diagnostics {
		counts[d.Severity]++
		if !slices.Contains(severities[1:], d.Severity) {
			t.Errorf("severity %q", d.Severity)
		}
		if !code.MatchString(d.Code) {
			t.Errorf("code %q", d.Code)
		}
		if d.Message == "" || strings.TrimSpace(d.Message) != d.Message {
			t.Errorf("message %q", d.Message)
		}
		if d.Related == nil || d.Fixes == nil {
			t.Errorf("related or fixes is null or missing: %+v", d)
		}
		validatePlace(t, d.File, d.Range)
		for _, r := range d.Related {
			validatePlace(t, r.File, r.Range)
			if r.Message == "" {
				t.Errorf("a related place of %q says nothing", d.Message)
			}
		}
		for _, f := range d.Fixes {
			if f.Title == "" {
				t.Errorf("a fix of %q has no title", d.Message)
			}
		}
		if i > 0 && d.Range != nil && report.Diagnostics[i-1].Range != nil && compare(report.Diagnostics[i-1], d) > 0 {
			t.Errorf("%s %v comes after %s %v", d.File, d.Range, report.Diagnostics[i-1].File, report.Diagnostics[i-1].Range)
		}
	}
	if report.Summary.Files == nil {
		t.Error("summary.files is missing")
	}
	for severity, n := range map[string]*int{
		"error": report.Summary.Errors, "warning": report.Summary.Warnings,
		"information": report.Summary.Information, "hint": report.Summary.Hints,
	} {
		if n == nil || *n != counts[severity] {
			t.Errorf("the summary does not say that there are %d of severity %s: %+v", counts[severity], severity, report.Summary)
		}
	}
}

func validatePlace(t *testing.T, file string, r *lsp.Range) {
	t.Helper()
	if file == "" || path.Clean(file) != file || strings.Contains(file, "\\") {
		t.Errorf("file %q", file)
	}
	if r == nil || r.Start.Line < 0 || r.Start.Character < 0 || comparePlaces(r.Start, r.End) > 0 {
		t.Errorf("range %v of %s", r, file)
	}
}

// compare orders diagnostics by file, position and code.
func compare(a, b jsonDiagnostic) int {
	return cmp.Or(strings.Compare(a.File, b.File), comparePlaces(a.Range.Start, b.Range.Start), comparePlaces(a.Range.End, b.Range.End),
		strings.Compare(a.Code, b.Code))
}

func comparePlaces(a, b lsp.Position) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Character, b.Character))
}

// TestSARIFSaysTheSame holds that the report for code hosts has the same findings.
func TestSARIFSaysTheSame(t *testing.T) {
	t.Parallel()
	root := workspaceOf(t, small(map[string]string{"right.cue": rightRelease, "wrong.cue": wrongRelease, "lost.cue": lostRelease}))
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID    string
				Level     string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI, URIBaseID string }
						Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
					}
				}
			}
		}
	}
	out := execute(t, root, "check", "--format", "sarif")
	if err := json.Unmarshal([]byte(out.stdout), &log); err != nil || out.code != 1 || out.stderr != "" {
		t.Fatalf("%v: %+v", err, out)
	}
	var got []string
	for _, r := range log.Runs[0].Results {
		l := r.Locations[0].PhysicalLocation
		got = append(got, fmt.Sprintf("%s%s %d:%d-%d:%d %s %s", l.ArtifactLocation.URIBaseID, l.ArtifactLocation.URI,
			l.Region.StartLine-1, l.Region.StartColumn-1, l.Region.EndLine-1, l.Region.EndColumn-1, r.Level, r.RuleID))
	}
	var want []string
	for _, d := range checkJSON(t, root).Diagnostics {
		want = append(want, fmt.Sprintf("%%SRCROOT%%%s %d:%d-%d:%d %s %s", d.File,
			d.Range.Start.Line, d.Range.Start.Character, d.Range.End.Line, d.Range.End.Character, d.Severity, d.Code))
	}
	if diff := godiff.Diff(want, got); diff != "" {
		t.Errorf("(-json +sarif):\n%s", diff)
	}
}

// TestNoFormatTellsSecrets reads all that check prints of workspaces whose secrets are known
// by a word of their own.
func TestNoFormatTellsSecrets(t *testing.T) {
	t.Parallel()
	workspaces := []string{workspaceOf(t, map[string]string{"definition.cue": gapDefinition, "module.cue": gapModule,
		"releases.cue": strings.Replace(gapReleases, "HUNTER2", "HUSH", 1)})}
	for _, f := range fixture.All(t, filepath.FromSlash("../../testdata/fixtures")) {
		if f.Name == "secrets" {
			workspaces = append(workspaces, f.Write(t))
		}
	}
	if len(workspaces) < 2 {
		t.Error("the archive is gone")
	}
	for _, root := range workspaces {
		for _, args := range []string{"--format pretty", "--format compact", "--format json", "--format sarif", "--format github", "--diff", "--fix"} {
			got := execute(t, root, append([]string{"check"}, strings.Fields(args)...)...)
			if strings.Contains(got.stdout+got.stderr, "HUSH") || got.code == 2 {
				t.Errorf("check %s, exit code %d:\n%s%s", args, got.code, got.stdout, got.stderr)
			}
		}
	}
}
