package analysis_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// TestMoved holds that a directory that moves takes along what names it by its place, and
// nothing else.
func TestMoved(t *testing.T) {
	w := workspaceOf(t, map[string]string{
		"cue.mod/module.cue":     "module: \"example.com/shop@v0\"\nlanguage: version: \"v0.13.0\"\n",
		"lib/units/units.cue":    "package units\n\n#Port: int & <65536\n",
		"lib/units/more.cue":     "package units\n\n#Name: string\n",
		"lib/sizes/sizes.cue":    "package sizes\n\nimport \"example.com/shop/lib/units\"\n\n#P: units.#Port\n",
		"releases/values.cue":    "package releases\n\nimport (\n\t\"strings\"\n\tu \"example.com/shop/lib/units@v0:units\"\n)\n\na: u.#Port\nb: strings.ToUpper(\"a\")\n",
		"opm-lsp.cue":            "sources: [\"./lib/units\", \"../elsewhere\"]\n",
		"catalog/managed/m.cue":  "package managed\n",
		"catalog/readme/any.cue": "package readme\n",
	})
	at := func(name string) string { return filepath.Join(w.root, filepath.FromSlash(name)) }
	for _, c := range []struct {
		name  string
		moves []analysis.Move
		want  []string
	}{
		{"a directory", []analysis.Move{{From: at("lib/units"), To: at("common/units")}}, []string{
			"lib/sizes/sizes.cue: example.com/shop/lib/units -> example.com/shop/common/units",
			"opm-lsp.cue: ./lib/units -> ./common/units",
			"releases/values.cue: example.com/shop/lib/units@v0:units -> example.com/shop/common/units@v0:units",
		}},
		{"another last element", []analysis.Move{{From: at("lib/units"), To: at("lib/measures")}}, []string{
			"lib/sizes/sizes.cue: example.com/shop/lib/units -> example.com/shop/lib/measures:units",
			"opm-lsp.cue: ./lib/units -> ./lib/measures",
			"releases/values.cue: example.com/shop/lib/units@v0:units -> example.com/shop/lib/measures@v0:units",
		}},
		{"one of several files", []analysis.Move{{From: at("lib/units/more.cue"), To: at("lib/more/more.cue")}}, nil},
		{"what goes by name", []analysis.Move{{From: at("catalog/managed"), To: at("catalog/other")}}, nil},
		{"out of the module", []analysis.Move{{From: at("lib/units"), To: filepath.Join(filepath.Dir(w.root), "units")}}, []string{
			"opm-lsp.cue: ./lib/units -> ../units",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, e := range w.s.Moved(c.moves) {
				rel, _ := filepath.Rel(w.root, e.Path)
				got = append(got, filepath.ToSlash(rel)+": "+w.s.Text(e.Path).Slice(e.Span)+" -> "+e.NewText)
			}
			slices.Sort(got)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
