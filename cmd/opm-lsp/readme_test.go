package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// TestREADME holds README.md true: the output below every command is what the command
// prints in the example workspace, and the table of rules is the list of rules.
func TestREADME(t *testing.T) {
	const file = "../../README.md"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fresh := consoleBlock.ReplaceAllStringFunc(string(content), func(block string) string {
		command := consoleBlock.FindStringSubmatch(block)[1]
		return "```console\n$ " + command + "\n" + printed(t, command) + "```\n"
	})
	fresh = ruleTable.ReplaceAllString(fresh, "${1}"+strings.ReplaceAll(table(), "$", "$$")+"${2}")
	if fresh == string(content) {
		return
	}
	if !*update {
		t.Fatal("README.md is stale: run go test ./cmd/opm-lsp -run TestREADME -update")
	}
	if err := os.WriteFile(file, []byte(fresh), 0o666); err != nil {
		t.Fatal(err)
	}
}

var (
	consoleBlock = regexp.MustCompile("(?s)```console\n\\$ (.*?)\n.*?```\n")
	ruleTable    = regexp.MustCompile(`(?s)(<!-- rules: [^\n]*-->\n).*?(<!-- end of rules -->)`)
)

// printed returns what a command prints in the example workspace.
func printed(t *testing.T, command string) string {
	t.Helper()
	args := strings.Fields(command)
	if len(args) < 2 || args[0] != "opm-lsp" {
		t.Fatalf("not a command of ours: %q", command)
	}
	t.Chdir(filepath.FromSlash("../../testdata/workspace"))
	var out bytes.Buffer
	root := rootCommand()
	root.SetArgs(args[1:])
	root.SetOut(&out)
	_ = root.ExecuteContext(t.Context()) // findings are no failure here
	t.Chdir(filepath.FromSlash("../../cmd/opm-lsp"))
	return out.String()
}

func table() string {
	var b strings.Builder
	b.WriteString("| rule | severity | finds | fix |\n|---|---|---|---|\n")
	for _, r := range rules.All() {
		fmt.Fprintf(&b, "| [`%s`](docs/rules/%s.md) | %s | %s | %s |\n", r.Code, r.Code, rules.SeverityTitle(r), rules.Cell(r.Finds), rules.Cell(r.Fix))
	}
	return b.String()
}
