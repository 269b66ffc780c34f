package analysis_test

import (
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
)

// FuzzEdit makes a random edit in a file of a fixture and runs all rules: every place that they
// report lies in its file, nothing panics, and taking the edit back leaves what was wrong before.
func FuzzEdit(f *testing.F) {
	var snapshots []*analysis.Snapshot
	var before []string
	for _, archive := range fixture.All(f, "../../testdata/fixtures")[:12] {
		root := archive.Write(f)
		s, _, err := analysis.Load(f.Context(), []string{root}, nil)
		if err != nil {
			f.Fatal(err)
		}
		snapshots = append(snapshots, s)
		before = append(before, printer{root, s}.check())
	}
	for i, text := range []string{"", "}", "\"", "a: ", "*", "& {", "\n\tvalues: replicas: -1\n", "[...", "#Module", "import \"x\"\n", "\\(", "\xff", "|"} {
		f.Add(uint(i), uint(0), uint(40*i), uint(i), text)
	}
	f.Fuzz(func(t *testing.T, which, file, offset, length uint, text string) {
		if len(text) > 1<<10 {
			t.Skip("longer than what anybody types at once")
		}
		which %= uint(len(snapshots))
		s := snapshots[which]
		files := s.Files()
		path := files[file%uint(len(files))]
		content := s.Text(path).Content()
		start := offset % uint(len(content)+1)
		end := min(start+length%256, uint(len(content)))
		edited := s.WithText(path, content[:start]+text+content[end:])
		for _, d := range edited.AllDiagnostics() {
			if at := edited.Text(d.Path); at == nil || d.Span.Start < 0 || d.Span.Start > d.Span.End || d.Span.End > at.Len() {
				t.Errorf("%s at %v of %s", d.Code, d.Span, d.Path)
			}
			for _, r := range d.Related {
				if at := edited.Text(r.Path); at == nil || r.Span.Start < 0 || r.Span.End > at.Len() {
					t.Errorf("%s: related %v of %s", d.Code, r.Span, r.Path)
				}
			}
		}
		edited.Hover(path, int(start))
		edited.Completion(path, int(start))
		if got := len(edited.WithText(path, content).AllDiagnostics()); got != len(s.AllDiagnostics()) {
			t.Errorf("%d diagnostics after the edit is taken back, %d before:\n%s", got, len(s.AllDiagnostics()), before[which])
		}
	})
}
