package analysis_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// TestUnresolvedNames misspells each name that the web app's definition and Module read, one
// after the other. Each time that is said once, at the name, and it is the only new error in
// the workspace: what cannot be read counts as anything.
func TestUnresolvedNames(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, dir)
	key := func(d analysis.Diagnostic) string { return fmt.Sprint(d.Path, d.Span.Start, d.Code) }
	known := make(map[string]bool)
	for _, d := range s.AllDiagnostics() {
		known[key(d)] = true
	}
	misspelt := 0
	for _, name := range []string{"definitions/web-app/web_app.cue", "catalog/managed-web/managed_web.cue"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		content := s.Text(path).Content()
		for _, ident := range namesRead(syntax.Parse(path, content)) {
			at := ident.Pos().Offset()
			after := s.WithText(path, content[:at]+ident.Name+"Zz"+content[at+len(ident.Name):])
			misspelt++
			var found []analysis.Diagnostic
			for _, d := range after.AllDiagnostics() {
				if d.Severity == analysis.Error && !known[key(d)] {
					found = append(found, d)
				}
			}
			if len(found) != 1 || found[0].Code != "cue/unresolved-reference" || found[0].Path != path || found[0].Span.Start != at {
				t.Errorf("%s: %s misspelt gives %s", after.Text(path).Slice(after.Text(path).Line(after.Text(path).LineOf(at))), ident.Name, codesOf(found))
			}
		}
	}
	if misspelt < 40 {
		t.Errorf("only %d names were misspelt", misspelt)
	}
}

// namesRead returns the names that a file reads, but for CUE's own and for the schema that
// makes a document of it.
func namesRead(f *syntax.File) []*ast.Ident {
	var out []*ast.Ident
	ast.Walk(f.AST(), func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		read := ok && (ident.Node != nil || slices.Contains(f.AST().Unresolved, ident))
		if read && ident.Name != f.PackageName() && !slices.Contains([]string{"#Module", "#ModuleDefinition"}, ident.Name) {
			out = append(out, ident)
		}
		return true
	}, nil)
	return out
}

func codesOf(diagnostics []analysis.Diagnostic) string {
	var codes []string
	for _, d := range diagnostics {
		codes = append(codes, d.Code+": "+d.Message)
	}
	if codes == nil {
		return "nothing"
	}
	return strings.Join(codes, "; ")
}
