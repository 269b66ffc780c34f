package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// TestRules holds that every rule is listed, and that there is a page of each.
func TestRules(t *testing.T) {
	t.Parallel()
	table := execute(t, ".", "rules")
	lines := strings.Split(strings.TrimSuffix(table.stdout, "\n"), "\n")
	if table.code != 0 || len(lines) != len(rules.All())+1 || !strings.HasPrefix(lines[0], "RULE ") {
		t.Errorf("%+v", table)
	}
	var list struct {
		Rules []jsonRule `json:"rules"`
	}
	if err := json.Unmarshal([]byte(execute(t, ".", "rules", "--format", "json").stdout), &list); err != nil || len(list.Rules) != len(rules.All()) {
		t.Fatalf("%d rules, %v", len(list.Rules), err)
	}
	for i, r := range rules.All() {
		if !strings.HasPrefix(lines[i+1], r.Code+" ") {
			t.Errorf("line %d is not about %s: %s", i+2, r.Code, lines[i+1])
		}
		if got := list.Rules[i]; got.Code != r.Code || got.Severity != r.Severity.String() || got.Enabled == r.Off || got.Settings == nil ||
			got.Finds == "" || got.URL != rules.URL(r.Code) {
			t.Errorf("%+v", got)
		}
	}
}

// TestExplain prints what is there to read.
func TestExplain(t *testing.T) {
	t.Parallel()
	golden(t, "explain", execute(t, ".", "explain", "suppression/unused").stdout)
	category := execute(t, ".", "explain", "suppression")
	if !strings.Contains(category.stdout, "\nsuppression/unused ") || strings.Contains(category.stdout, "release/") || category.code != 0 {
		t.Errorf("%+v", category)
	}
	if slash := execute(t, ".", "explain", "suppression/"); slash != category {
		t.Errorf("%+v", slash)
	}
	for _, r := range rules.All() {
		if _, err := rules.PageOf(r); err != nil {
			continue // TestPages says so
		}
		got := execute(t, ".", "explain", r.Code)
		if got.code != 0 || !strings.HasPrefix(got.stdout, r.Code+"\n") || strings.Contains(got.stdout, "\x1b") {
			t.Errorf("%s: %+v", r.Code, got)
		}
	}
}

// TestCompletionOfShells asks as a shell does when somebody presses the key.
func TestCompletionOfShells(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ args, want string }{
		{"explain release/unk", "release/unknown-value"},
		{"check --fail-level ", "never"},
		{"check --format ", "sarif"},
		{"rules --format ", "json"},
	} {
		got := execute(t, ".", append([]string{"__completeNoDesc"}, strings.Split(test.args, " ")...)...)
		if !slices.Contains(strings.Split(got.stdout, "\n"), test.want) {
			t.Errorf("%s: %+v", test.args, got)
		}
	}
	if got := execute(t, ".", "__completeNoDesc", "explain", "release/unknown-value", ""); strings.Contains(got.stdout, "/") {
		t.Errorf("there is only one rule to name: %+v", got)
	}
}
