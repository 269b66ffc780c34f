package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sourcegraph/go-lsp"
)

// example is an example of the specification's texts: a code block that is a whole
// file. The blocks without a package clause are schemas, written for the reader.
var example = regexp.MustCompile("(?ms)^```cue\n(package ([A-Za-z]+)\n.*?)^```$")

// TestSeeds checks the examples of the two texts that specify Module and
// ModuleRelease, exactly as they are printed, beside the definitions that they curate.
func TestSeeds(t *testing.T) {
	texts, err := filepath.Glob(filepath.FromSlash("../../../shared/seeds/*.txt"))
	if err != nil || len(texts) == 0 {
		t.Skip("the texts that the examples stand in (shared/seeds beside this repository) are not here; they are on the build server")
	}
	root := emptyWorkspace(t)
	definitions := os.DirFS(filepath.FromSlash("../../internal/analysis/testdata/seeds"))
	if err := os.CopyFS(root, definitions); err != nil {
		t.Fatal(err)
	}
	if found, _ := fs.Glob(definitions, "definitions/*.cue"); len(found) == 0 {
		t.Fatal("there are no definitions for the examples")
	}
	var examples []string
	for _, text := range texts {
		for _, block := range example.FindAllStringSubmatch(read(t, text), -1) {
			examples = append(examples, block[2])
			write(t, filepath.Join(root, "examples", block[2]+".cue"), block[1])
		}
	}
	slices.Sort(examples)
	wantExamples := []string{"ecommerceAnalytics", "ecommercePlatform", "ecommerceStaging", "ecommerceTenant",
		"webAppDev", "webAppPlatform", "webAppProd"}
	if diff := cmp.Diff(wantExamples, examples); diff != "" {
		t.Fatalf("the examples in the texts (-want +got):\n%s", diff)
	}

	var got []string
	notes := make(map[string]int) // what is information or a hint, by file and code
	for _, d := range checkJSON(t, root).Diagnostics {
		file := strings.TrimPrefix(d.File, "examples/")
		if d.Severity != "error" && d.Severity != "warning" {
			notes[file+" "+d.Code]++
			continue
		}
		line, marked := underlined(t, filepath.Join(root, filepath.FromSlash(d.File)), *d.Range)
		got = append(got, fmt.Sprintf("%s %s %s: %s in: %s", file, d.Severity, d.Code, marked, line))
	}
	// In staging and analytics all that follows the syntax error is still analysed.
	want := []string{
		`definitions/ecommerce-platform.cue warning definition/default-invalid: "ecommerce_db" in: name?: string & =~"^[a-zA-Z0-9]+$" | *"ecommerce_db"`,
		`definitions/ecommerce-platform.cue warning definition/default-invalid: "ecommerce_user" in: user?: string & =~"^[a-zA-Z0-9]+$" | *"ecommerce_user"`,
		`ecommerceAnalytics.cue error cue/syntax: use-case in: use-case: "analytics"`,
		`ecommerceAnalytics.cue error cue/syntax: data-classification in: data-classification: "confidential"`,
		`ecommerceAnalytics.cue error release/invalid-value: 1 in: replicas: 1  // Minimal frontend for internal use`,
		`ecommerceAnalytics.cue error release/invalid-value: "ecommerce_analytics" in: name: "ecommerce_analytics"`,
		`ecommerceAnalytics.cue error release/invalid-value: "analytics_user" in: user: "analytics_user"`,
		`ecommerceAnalytics.cue warning release/plaintext-secret: "analytics-secure-password-456" in: password: "analytics-secure-password-456"`,
		`ecommercePlatform.cue warning curation/value-narrowed: >=2 in: replicas: uint & >=2 & <=20 | *3  // Enterprise minimum`,
		`ecommercePlatform.cue warning curation/value-narrowed: >=3 in: replicas: uint & >=3 & <=50 | *5  // Higher availability`,
		`ecommercePlatform.cue error cue/missing-import: strings in: password: string & strings.MinRunes(16) | *"generated-secure-password"  // Stronger password requirement`,
		`ecommercePlatform.cue warning curation/value-narrowed: strings.MinRunes(16) in: password: string & strings.MinRunes(16) | *"generated-secure-password"  // Stronger password requirement`,
		`ecommerceStaging.cue error cue/syntax: cost-center in: cost-center: "ecommerce-bu"`,
		`ecommerceStaging.cue error release/invalid-value: 2 in: replicas: 2`,
		`ecommerceStaging.cue error release/invalid-value: "ecommerce_staging" in: name: "ecommerce_staging"`,
		`ecommerceStaging.cue error release/invalid-value: "ecommerce_staging_user" in: user: "ecommerce_staging_user"`,
		`ecommerceStaging.cue warning release/plaintext-secret: "staging-secure-password-123" in: password: "staging-secure-password-123"`,
		`ecommerceTenant.cue error release/invalid-value: "ecommerce_acme" in: name: "ecommerce_acme"`,
		`ecommerceTenant.cue error release/invalid-value: "acme_user" in: user: "acme_user"`,
		`ecommerceTenant.cue warning release/plaintext-secret: "tenant-acme-secure-password-789" in: password: "tenant-acme-secure-password-789"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the examples give (-want +got):\n%s", diff)
	}
	wantNotes := map[string]int{
		"ecommerceAnalytics.cue release/redundant-value": 8,
		"ecommercePlatform.cue curation/not-portable":    1,
		"ecommerceStaging.cue release/redundant-value":   7,
		"ecommerceTenant.cue release/redundant-value":    12,
		"webAppDev.cue release/redundant-value":          1,
		"webAppPlatform.cue curation/not-portable":       1,
		"webAppProd.cue release/redundant-value":         3,
	}
	if diff := cmp.Diff(wantNotes, notes); diff != "" {
		t.Errorf("what is no error and no warning (-want +got):\n%s", diff)
	}

	// The server says the same of them.
	same(t, root)
}

// underlined returns the text that a range of one line stands on, and that line. The
// file has to be ASCII there, so that characters are bytes.
func underlined(t *testing.T, path string, r lsp.Range) (line, marked string) {
	t.Helper()
	lines := strings.Split(read(t, path), "\n")
	if r.Start.Line != r.End.Line || r.End.Line >= len(lines) || r.End.Character > len(lines[r.End.Line]) {
		t.Fatalf("%s: the range %v", path, r)
	}
	line = lines[r.Start.Line]
	return strings.TrimSpace(line), line[r.Start.Character:r.End.Character]
}
