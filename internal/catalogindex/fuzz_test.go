package catalogindex_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// FuzzRecognise recognises the documents of whatever file there is, beside a catalog that is
// right: all places lie in the file, and taking the file away leaves nothing of it.
func FuzzRecognise(f *testing.F) {
	archives, err := filepath.Glob("../../testdata/fixtures/*.txtar")
	if err != nil || len(archives) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, name := range archives {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range txtar.Parse(content).Files {
			if filepath.Ext(file.Name) == ".cue" {
				f.Add(string(file.Data))
			}
		}
	}
	module := "package m\n\n#Module & {\n\t#metadata: {name: \"web\", version: \"1.0.0-platform.1\"}\n\tvalues: replicas: uint | *1\n}\n"
	base := catalogindex.New().With(catalogindex.Change{Path: "/w/m/m.cue", File: syntax.Parse("/w/m/m.cue", module)})
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 16<<10 {
			t.Skip("longer than what the fuzzer finds by growing an example")
		}
		file := syntax.Parse("/w/x/x.cue", text)
		index := base.With(catalogindex.Change{Path: file.Path, File: file})
		for _, p := range index.Packages() {
			for _, d := range p.Documents {
				if end := d.File.Text.Len(); d.Mark.Start < 0 || d.Mark.End > end || d.Mark.Start > d.Mark.End {
					t.Errorf("%s: marked at %v of %d bytes", d.Title(), d.Mark, end)
				}
				index.Resolve(d)
				d.Components()
				d.Scopes()
			}
		}
		without := index.With(catalogindex.Change{Path: file.Path})
		if n := len(without.Packages()); n != len(base.Packages()) {
			t.Errorf("%d packages are left", n)
		}
	})
}
