package analysis_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// TestBrokenLineElsewhere breaks each line of every definition and Module of the example
// workspace in turn, as a typing hand does. The file that is broken may say so; no release
// may get an error that it did not have, since what a broken line meant is not known.
func TestBrokenLineElsewhere(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, dir)
	releases := func(s *analysis.Snapshot) map[string]bool {
		out := make(map[string]bool)
		for _, path := range s.Files() {
			if strings.Contains(path, "releases") {
				for _, d := range s.Diagnostics(path) {
					out[fmt.Sprint(filepath.Base(path), " ", s.Text(path).Slice(d.Span), " ", d.Code)] = true
				}
			}
		}
		return out
	}
	before := releases(s)
	ways := []struct{ name, from, to string }{
		{"something behind it", "", " x"},
		{"two colons", ":", "::"},
		{"no colon", ":", ""},
		{"an operator at the end", "", " &"},
		{"a quote taken away", `"`, ""},
		{"a bracket too many", "", " }"},
		{"a brace taken away", "{", ""},
	}
	broken := 0
	for _, path := range s.Files() {
		if !strings.Contains(path, "definitions") && !strings.Contains(path, "catalog") {
			continue
		}
		content := s.Text(path).Content()
		values := strings.Index(content, "values:")
		lines := strings.Split(content, "\n")
		offset := 0
		for i, line := range lines {
			offset += len(line) + 1
			if i%slowness > 0 || offset < values || strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, way := range ways {
				changed := line + way.to
				if way.from != "" {
					changed = strings.Replace(line, way.from, way.to, 1)
				}
				if changed == line {
					continue
				}
				edited := append(append(append([]string{}, lines[:i]...), changed), lines[i+1:]...)
				after := s.WithText(path, strings.Join(edited, "\n"))
				if len(after.Diagnostics(path)) == 0 {
					continue // it parses, so it is what somebody means
				}
				broken++
				for d := range releases(after) {
					if !before[d] {
						t.Errorf("%s:%d with %s %q gives %s", filepath.Base(path), i+1, way.name, changed, d)
					}
				}
			}
		}
	}
	if broken < 100/slowness {
		t.Errorf("only %d lines were broken", broken)
	}
}
