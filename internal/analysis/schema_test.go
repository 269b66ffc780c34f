package analysis_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// TestConfigurationSchema keeps the part of the embedded schema that lists the rules what
// the list of rules says.
func TestConfigurationSchema(t *testing.T) {
	const file = "../catalogindex/embedded/config.opm.dev/v1/rules.cue"
	fresh, err := format.Source([]byte(ruleSchema()))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, fresh, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(content), string(fresh)); diff != "" {
		t.Errorf("stale: run go test ./internal/analysis -run TestConfigurationSchema -update (-is +ought):\n%s", diff)
	}
}

func ruleSchema() string {
	var b strings.Builder
	b.WriteString("// Generated from the list of rules, see TestConfigurationSchema.\n\npackage v1\n\n// How severe it is what each rule finds.\n#Rules: {\n")
	category := ""
	for _, r := range rules.All() {
		if r.Category() != category {
			category = r.Category()
			fmt.Fprintf(&b, "\t// All rules of the category %s that are not named by themselves.\n\t%s?: #Severity\n\n", category, category)
		}
		severity := r.Severity.String()
		if r.Off {
			severity = "off"
		}
		fmt.Fprintf(&b, "\t// Finds %s.\n\t%q?: #Severity | *%q\n\n", r.Finds, r.Code, severity)
	}
	b.WriteString("}\n")
	return b.String()
}
