package lsp

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// manifest is where the VS Code extension says what settings it has.
const manifest = "../../editors/vscode/package.json"

// A vscodeSetting is one of them, as far as the server has a say in it.
type vscodeSetting struct {
	Type                 string                         `json:"type"`
	Default              any                            `json:"default"`
	Scope                string                         `json:"scope"`
	Order                int                            `json:"order"`
	Description          string                         `json:"markdownDescription"`
	AdditionalProperties bool                           `json:"additionalProperties"`
	Properties           ordered[vscodeSeverityOfARule] `json:"properties"`
}

// A vscodeSeverityOfARule is the setting of one rule.
type vscodeSeverityOfARule struct {
	Type        string   `json:"type"`
	Enum        []string `json:"enum"`
	Default     string   `json:"default,omitempty"`
	Description string   `json:"description"`
}

// ordered is a JSON object whose members keep their order.
type ordered[T any] []member[T]

type member[T any] struct {
	name  string
	value T
}

func (o ordered[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range []any{m.name, m.value} {
			encoded, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				b.WriteByte(':')
			}
			b.Write(encoded)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// vscodeRules is the setting opm.rules as the list of rules has it.
func vscodeRules(t *testing.T) string {
	t.Helper()
	var severities []string
	for _, s := range rule.Severities() {
		severities = append(severities, s.String())
	}
	setting := vscodeSetting{Type: "object", Default: struct{}{}, Scope: "window", Order: 5,
		Description: "How severe it is what each rule finds: for one rule, or for all of a category. What the file `opm-lsp.cue` says counts more."}
	category := ""
	for _, r := range rules.All() {
		if r.Category() != category {
			category = r.Category()
			setting.Properties = append(setting.Properties, member[vscodeSeverityOfARule]{category, vscodeSeverityOfARule{
				"string", severities, "", "All rules of the category " + category + " that are not named by themselves."}})
		}
		severity := r.Severity
		if r.Off {
			severity = rule.Off
		}
		setting.Properties = append(setting.Properties, member[vscodeSeverityOfARule]{r.Code, vscodeSeverityOfARule{
			"string", severities, severity.String(), "Finds " + strings.ReplaceAll(r.Finds, "`", "") + "."}})
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("        ", "  ")
	if err := encoder.Encode(setting); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// TestVSCodeRules holds that the extension's setting for the rules names each of them.
func TestVSCodeRules(t *testing.T) {
	content, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	const label = `"opm.rules": `
	before, after, found := strings.Cut(string(content), label)
	if !found {
		t.Fatalf("%s has no setting opm.rules", manifest)
	}
	decoder := json.NewDecoder(strings.NewReader(after))
	var is json.RawMessage
	if err := decoder.Decode(&is); err != nil {
		t.Fatal(err)
	}
	ought := vscodeRules(t)
	if *update {
		if err := os.WriteFile(manifest, []byte(before+label+ought+after[decoder.InputOffset():]), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(is), ought); diff != "" {
		t.Errorf("stale: run go test ./internal/lsp -run TestVSCodeRules -update (-is +ought):\n%s", diff)
	}
}

// TestVSCodeSettings holds that the extension offers each setting that the server reads, and no other.
func TestVSCodeSettings(t *testing.T) {
	content, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Contributes struct {
			Configuration struct {
				Properties map[string]struct {
					MarkdownDescription string
				}
			}
		}
	}
	if err := json.Unmarshal(content, &said); err != nil {
		t.Fatal(err)
	}
	var offered []string
	for name, setting := range said.Contributes.Configuration.Properties {
		key, ok := strings.CutPrefix(name, section+".")
		if !ok || setting.MarkdownDescription == "" {
			t.Errorf("the setting %s has another section than %s, or no description", name, section)
		}
		if top, _, nested := strings.Cut(key, "."); nested && slices.Contains(editorOnly, top) {
			continue // the extension's own
		}
		offered = append(offered, key)
	}
	slices.Sort(offered)
	read := []string{besideSetting}
	for _, f := range catalogindex.AllFields(catalogindex.New().Schema().Parts()) {
		if !strings.HasPrefix(f.Name, "#") && !slices.Contains(read, f.Name) {
			read = append(read, f.Name)
		}
	}
	slices.Sort(read)
	if diff := cmp.Diff(read, offered); diff != "" {
		t.Errorf("the server reads (-) and the extension offers (+):\n%s", diff)
	}
}
