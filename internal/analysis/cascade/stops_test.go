package cascade_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
)

// slow is an evaluator for which everything takes too long, or is pending.
type slow struct {
	evaluation.InProcess
	obstacle evaluation.Obstacle
	asked    map[string]bool
}

func (s *slow) Contained() bool { return true }

func (s *slow) Evaluate(q evaluation.Question) evaluation.Answer {
	s.asked[q.Expr] = true
	return evaluation.Answer{Obstacle: s.obstacle}
}

// TestStopsHaveAnEnd holds that of many expressions that take too long only the first few are
// asked for, and that all of them are known to have no value.
func TestStopsHaveAnEnd(t *testing.T) {
	for _, test := range []struct {
		obstacle, rest evaluation.Obstacle
		line           string
	}{
		{evaluation.TooLong, evaluation.Skipped, "a%d?: [...int] | *[for x in [1, 2, 3] {x + %[1]d}]\n"},
		{evaluation.Pending, evaluation.Pending, "a%d?: [...int] | *[for x in [1, 2, 3] {x + %[1]d}]\n"},
		{evaluation.TooLong, evaluation.Skipped, "a%d?: [...int] | *[for x in [1, 2, one] {x + %[1]d}]\n"}, // once one is known
	} {
		var values strings.Builder
		for i := range 60 {
			fmt.Fprintf(&values, test.line, i)
		}
		index := indexOf(chainSources("{one: int | *1\n"+values.String()+"}", "", "{}")...)
		evaluator := &slow{obstacle: test.obstacle, asked: make(map[string]bool)}
		d := index.Package(index.PackageOf("/w/0/file.cue").Key).Documents[0]
		layer := cascade.ReadLayer(cascade.Source{Index: index, Evaluator: evaluator}, d)
		tree := cascade.Resolve([]*cascade.Layer{layer}, false)
		if n := len(evaluator.asked); n != 5 {
			t.Errorf("%s: %d are asked for", test.obstacle, n)
		}
		of := make(map[evaluation.Obstacle]int)
		for _, s := range tree.Stops {
			of[s.Obstacle]++
		}
		if len(tree.Stops) != 60 || of[test.rest] < 55 {
			t.Errorf("%s: there are %v", test.obstacle, of)
		}
	}
}
