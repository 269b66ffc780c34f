package analysis_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// A made is a made up workspace on disk, loaded, with everything in it looked at once.
type made struct {
	*synthetic.Workspace
	dir string
	s   *analysis.Snapshot
}

// atSizes runs a benchmark in workspaces of several sizes.
func atSizes(b *testing.B, f func(b *testing.B, m made)) {
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := made{Workspace: synthetic.New(synthetic.Options{Seed: 1, Modules: n / 10, Releases: n}), dir: b.TempDir()}
			if err := synthetic.Write(m.dir, m.All()); err != nil {
				b.Fatal(err)
			}
			m.s = m.load(b)
			m.s.AllDiagnostics()
			b.ReportAllocs()
			f(b, m)
		})
	}
}

func (m made) load(b *testing.B) *analysis.Snapshot {
	s, _, err := analysis.Load(context.Background(), []string{m.dir}, nil)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func (m made) path(f synthetic.File) string { return filepath.Join(m.dir, filepath.FromSlash(f.Path)) }

// BenchmarkLoad reads and parses all files and makes the index.
func BenchmarkLoad(b *testing.B) {
	atSizes(b, func(b *testing.B, m made) {
		for b.Loop() {
			m.load(b)
		}
	})
}

// BenchmarkKeystrokeAtSize changes a value of a release, to another one each time.
func BenchmarkKeystrokeAtSize(b *testing.B) {
	atSizes(b, func(b *testing.B, m made) {
		f := m.Releases[1]
		before, after, _ := strings.Cut(f.Content, "\ttag: \"")
		s := m.s
		for i := 0; b.Loop(); i++ {
			s = s.WithText(m.path(f), fmt.Sprintf("%s\ttag: \"%d-%s", before, i, after))
			s.Diagnostics(m.path(f))
		}
	})
}

// BenchmarkModule changes a Module on which a tenth of all releases are, in one way or another, and
// looks at each file that this may concern.
func BenchmarkModule(b *testing.B) {
	for _, change := range []struct{ name, old, with string }{
		{"default", "| *\"1.5.0-platform.2\"", "| *\"1.5.0-%d\""},
		{"comment", "as the platform team offers it", "as offered, %d"},
	} {
		b.Run(change.name, func(b *testing.B) {
			atSizes(b, func(b *testing.B, m made) {
				f := m.Modules[0]
				before, after, found := strings.Cut(f.Content, change.old)
				if !found {
					b.Fatalf("%q is not in the Module", change.old)
				}
				s := m.s
				counted := s.Counts()
				edits := 0
				for ; b.Loop(); edits++ {
					next := s.WithText(m.path(f), before+fmt.Sprintf(change.with, edits)+after)
					for _, path := range next.Affected(s, m.path(f)) {
						next.Diagnostics(path)
					}
					s = next
				}
				b.ReportMetric(float64(s.Counts().Minus(counted).Releases)/float64(edits), "releases/op")
			})
		})
	}
}

// BenchmarkQuestions asks about places in a release, after an edit of it each time.
func BenchmarkQuestions(b *testing.B) {
	for _, question := range []struct {
		name, at string
		ask      func(s *analysis.Snapshot, path string, offset int) bool
	}{
		{"hover", "tag: \"", func(s *analysis.Snapshot, path string, offset int) bool { return s.Hover(path, offset+1) != nil }},
		{"completion", "environment: \"", func(s *analysis.Snapshot, path string, offset int) bool {
			return len(s.Completion(path, offset+len("environment: \""))) > 0
		}},
	} {
		b.Run(question.name, func(b *testing.B) {
			atSizes(b, func(b *testing.B, m made) {
				f := m.Releases[1]
				at := strings.LastIndex(f.Content, "\t"+question.at) + 1
				s := m.s
				for i := 0; b.Loop(); i++ {
					s = s.WithText(m.path(f), f.Content+fmt.Sprintf("// %d\n", i))
					if !question.ask(s, m.path(f), at) {
						b.Fatal("there is no answer")
					}
				}
			})
		})
	}
}
