// Package internal_test holds the rules of the layout that no compiler holds.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/open-platform-model/opm-lsp/internal/"

// layers lists the parts of internal, the highest first. A part imports only what
// stands behind it.
var layers = []string{"lsp", "analysis", "catalogindex"}

// only says who alone may import a library, by its prefix.
var only = []struct{ library, importer, why string }{
	{"go.lsp.dev/", "lsp", "the meaning of a workspace knows no protocol"},
	{"cuelang.org/go/cue/cuecontext", "analysis/evaluation", "evaluation stays behind plain data"},
	{"cuelang.org/go/cue", "analysis/evaluation", "no cue.Value leaves the evaluation"},
	{"cuelang.org/go/unstable/", "analysis/names", "it may change at any time"},
	{"os/exec", "analysis/evaluation", "opening a folder runs nothing but this very program, to evaluate"},
	{"net/http", "none", "opening a folder reaches no network"},
}

func TestImportsPointDown(t *testing.T) {
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := path.Dir(filepath.ToSlash(file))
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, file, dir, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImport(t *testing.T, file, dir, imported string) {
	if own, ok := strings.CutPrefix(imported, module); ok {
		from := slices.Index(layers, first(dir))
		to := slices.Index(layers, first(own))
		if from < 0 || to < 0 {
			t.Errorf("%s imports %s: a part of internal that is not in layers", file, imported)
		} else if to < from {
			t.Errorf("%s imports %s: imports point down only, %v", file, imported, layers)
		}
		return
	}
	for _, rule := range only {
		exact := !strings.HasSuffix(rule.library, "/")
		if exact && imported != rule.library || !exact && !strings.HasPrefix(imported, rule.library) {
			continue
		}
		if dir != rule.importer && !strings.HasPrefix(dir, rule.importer+"/") {
			t.Errorf("%s imports %s, which is for %s alone: %s", file, imported, rule.importer, rule.why)
		}
	}
}

func first(dir string) string {
	name, _, _ := strings.Cut(dir, "/")
	return name
}
