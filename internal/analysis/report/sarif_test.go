package report_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	official "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// schema returns the official schema of SARIF 2.1.0 (with errata 01), as the module that
// also reads the reports here has it in its source.
var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	const module = "github.com/owenrumney/go-sarif/v3"
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, fmt.Errorf("cannot find the module %s: %w", module, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "pkg", "report", "v210", "sarif", "schema.go"), nil, 0)
	if err != nil {
		return nil, err
	}
	found, ok := file.Scope.Lookup("schema").Decl.(*ast.ValueSpec)
	if !ok {
		return nil, errors.New("the module has its schema elsewhere")
	}
	source, err := strconv.Unquote(found.Values[0].(*ast.BasicLit).Value)
	if err != nil {
		return nil, err
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(source))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(schemaURL, document); err != nil {
		return nil, err
	}
	return compiler.Compile(schemaURL)
})

const schemaURL = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// sarifReport returns a report, held against the official schema.
func sarifReport(t *testing.T, in report.Input) *official.Report {
	t.Helper()
	out := printed(t, "sarif", in)
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(document); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
	log, err := official.FromString(out)
	if err != nil {
		t.Fatal(err)
	}
	if log.Schema != schemaURL {
		t.Errorf("the schema is %s", log.Schema)
	}
	return log
}

// TestSchemaRefuses holds that the schema is one.
func TestSchemaRefuses(t *testing.T) {
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{
		`{}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a"}}, "nothing": 1}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a", "informationUri": "a b"}}}]}`,
	} {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(wrong))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(document); err == nil {
			t.Errorf("%s is valid", wrong)
		}
	}
}

func TestSARIF(t *testing.T) {
	source := "a: 1\n\tb: \"東京😀\", replcas: 2\n"
	module := "c: 3\n"
	in := input(map[string]string{"/w/sub/a b#1.cue": source, "/w/sub/module.cue": module, "/elsewhere/é.cue": module})
	in.Root, in.Repository, in.Version = "/w/sub", "/w", "1.2.3"
	at := func(part string) analysis.Location {
		return analysis.Location{Path: "/w/sub/a b#1.cue", Span: spanOf(t, source, part)}
	}
	in.Diagnostics = []analysis.Diagnostic{{
		Location: at("replcas"), Severity: analysis.Error, Code: "release/unknown-value", Message: "`replcas` is no value: [x](y).",
		Related: []analysis.Related{{Location: analysis.Location{Path: "/elsewhere/é.cue"}, Message: "See a[0]."}},
		Fixes: []analysis.Fix{{Title: "Rename", Edits: []analysis.Edit{
			{Location: analysis.Location{Path: "/w/sub/module.cue", Span: spanOf(t, module, "3")}},
			{Location: at("2"), NewText: "3"},
			{Location: at("replcas"), NewText: "replicas"},
		}}},
	}, {
		Location: analysis.Location{Path: "/w/sub/gone.cue"}, Severity: analysis.Hint, Code: "cue/syntax", Message: "Gone.",
	}}
	log := sarifReport(t, in)
	run := log.Runs[0]
	driver := run.Tool.Driver
	if *driver.Name != "opm-lsp" || *driver.Version != "1.2.3" || *driver.InformationURI == "" || len(driver.Rules) != len(rules.All()) {
		t.Errorf("the driver is %+v", driver)
	}
	for i, r := range driver.Rules {
		if own := rules.All()[i]; *r.ID != own.Code || *r.HelpURI != rules.URL(own.Code) || *r.Help.Text == "" || *r.Help.Markdown == "" ||
			*r.ShortDescription.Text == "" || len([]rune(*r.ShortDescription.Text)) > 1024 || len([]rune(*r.FullDescription.Text)) > 1024 {
			t.Errorf("the rule %s is %+v", own.Code, r)
		}
	}

	var results []string
	for _, r := range run.Results {
		if code := *driver.Rules[r.RuleIndex].ID; code != *r.RuleID {
			t.Errorf("ruleIndex leads to %s, ruleId is %s", code, *r.RuleID)
		}
		results = append(results, fmt.Sprintf("%s %s: %s", r.Level, placeOf(r.Locations[0].PhysicalLocation), *r.Message.Text))
		for _, l := range r.RelatedLocations {
			results = append(results, fmt.Sprintf("related %d %s: %s", l.ID, placeOf(l.PhysicalLocation), *l.Message.Text))
		}
		for _, f := range r.Fixes {
			for _, c := range f.ArtifactChanges {
				for _, e := range c.Replacements {
					inserted := ""
					if e.InsertedContent != nil {
						inserted = *e.InsertedContent.Text
					}
					results = append(results, fmt.Sprintf("%s: %s%s %q", *f.Description.Text, *c.ArtifactLocation.URI, regionOf(e.DeletedRegion), inserted))
				}
			}
		}
		results = append(results, fmt.Sprint(slices.Sorted(maps.Keys(r.PartialFingerprints))))
	}
	want := []string{
		"error %SRCROOT%:sub/a%20b%231.cue:2:13-2:20: `replcas` is no value: [x](y).\n[See a\\[0\\].](1)",
		"related 1 :file:///elsewhere/%C3%A9.cue:1:1-1:1: See a[0].",
		`Rename: sub/a%20b%231.cue:2:13-2:20 "replicas"`,
		`Rename: sub/a%20b%231.cue:2:22-2:23 "3"`,
		`Rename: sub/module.cue:1:4-1:5 ""`,
		"[opmLsp/v1 primaryLocationLineHash]",
		"note %SRCROOT%:sub/gone.cue:1:1-1:1: Gone.",
		"[opmLsp/v1]",
	}
	if diff := cmp.Diff(want, results); diff != "" {
		t.Error(diff)
	}
}

func placeOf(l *official.PhysicalLocation) string {
	base := ""
	if l.ArtifactLocation.URIBaseID != nil {
		base = *l.ArtifactLocation.URIBaseID
	}
	return base + ":" + *l.ArtifactLocation.URI + regionOf(l.Region)
}

func regionOf(r *official.Region) string {
	return fmt.Sprintf(":%d:%d-%d:%d", *r.StartLine, *r.StartColumn, *r.EndLine, *r.EndColumn)
}

// TestSARIFOfNothing holds that there is a report also where nothing is wrong.
func TestSARIFOfNothing(t *testing.T) {
	if log := sarifReport(t, input(nil)); log.Runs[0].Results == nil || len(log.Runs[0].Results) > 0 {
		t.Errorf("the results are %v, want an empty list", log.Runs[0].Results)
	}
}

// TestFingerprintsAreStable moves the lines of a file and looks at what tells its problems
// from each other.
func TestFingerprintsAreStable(t *testing.T) {
	const source = "a: 99\nb: {\n\ta: 99\n}\npassword: \"HUSH\"\n"
	prints := func(source string) []map[string]string {
		in := input(map[string]string{"/w/a.cue": source})
		for at := 0; ; {
			i := strings.Index(source[at:], "99")
			if i < 0 {
				break
			}
			at += i + 2
			in.Diagnostics = append(in.Diagnostics, analysis.Diagnostic{Location: location("/w/a.cue", at-2, at), Severity: analysis.Error, Code: "release/invalid-value", Message: "x"})
		}
		secret := strings.Index(source, "password")
		in.Diagnostics = append(in.Diagnostics, analysis.Diagnostic{Location: location("/w/a.cue", secret, secret+8), Severity: analysis.Error, Code: "release/missing-value", Message: "x"})
		var out []map[string]string
		for _, r := range sarifReport(t, in).Runs[0].Results {
			own := strings.Split(r.PartialFingerprints["opmLsp/v1"], ":")
			out = append(out, map[string]string{"hash": own[0], "number": own[1]})
		}
		return out
	}
	before := prints(source)
	if before[0]["hash"] != before[1]["hash"] || before[0]["number"] != "1" || before[1]["number"] != "2" {
		t.Errorf("two lines of one text: %v", before)
	}
	after := prints("// More.\n\n" + strings.Replace(source, "b: {", "b: { // And more.", 1))
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("other lines moved them:\n%s", diff)
	}
	if longer := prints(strings.Replace(source, "HUSH", "HUSH HUSH", 1)); longer[2]["hash"] != before[2]["hash"] {
		t.Error("the secret goes into the hash")
	}
}

func location(path string, start, end int) analysis.Location {
	return analysis.Location{Path: path, Span: text.Span{Start: start, End: end}}
}

// TestSARIFOfEveryRule reports what the examples of all rules give, each in a directory of
// its own, and what is wrong in the example workspace.
func TestSARIFOfEveryRule(t *testing.T) {
	in := report.Input{Root: t.TempDir()}
	snapshots := make(map[string]*analysis.Snapshot) // by directory
	load := func(dir string) *analysis.Snapshot {
		s, _, err := analysis.Load(t.Context(), []string{dir}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	add := func(dir string, s *analysis.Snapshot) {
		snapshots[dir] = s
		in.Diagnostics = append(in.Diagnostics, s.AllDiagnostics()...)
	}
	for _, r := range rules.All() {
		page, err := rules.PageOf(r)
		if err != nil {
			continue // TestPages says so
		}
		for i, c := range append(page.Of(rules.Bad), page.Of(rules.Fires)...) {
			dir := filepath.Join(in.Root, filepath.FromSlash(r.Code), strconv.Itoa(i))
			files, err := c.Workspace()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			s := load(dir)
			for _, name := range slices.Sorted(maps.Keys(files)) {
				s = s.WithText(filepath.Join(dir, filepath.FromSlash(name)), files[name])
			}
			add(dir, s)
		}
	}
	workspace, err := filepath.Abs(filepath.FromSlash("../../../testdata/workspace"))
	if err != nil {
		t.Fatal(err)
	}
	add(workspace, load(workspace))
	snapshotOf := func(path string) *analysis.Snapshot {
		for dir, s := range snapshots {
			if catalogindex.IsBelow(path, dir) {
				return s
			}
		}
		return snapshots[workspace]
	}
	in.Text = func(path string) *text.Text { return snapshotOf(path).Text(path) }
	in.Secrets = func(path string) cascade.Secrets { return snapshotOf(path).Secrets(path) }
	log := sarifReport(t, in)
	if n := len(log.Runs[0].Results); n != len(in.Diagnostics) || n == 0 {
		t.Errorf("%d results of %d diagnostics", n, len(in.Diagnostics))
	}
	for _, r := range log.Runs[0].Results {
		if r.RuleIndex < 0 {
			t.Errorf("no rule is called %s", *r.RuleID)
		}
	}
}
