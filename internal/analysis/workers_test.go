package analysis_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// workerArgument makes the test's own program a worker.
const workerArgument = "work-for-a-test"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == workerArgument {
		os.Exit(evaluation.Work(os.Stdin, os.Stdout, evaluation.DefaultLimits))
	}
	os.Exit(m.Run())
}

// workers returns what computes for all tests in which something may not end.
var workers = sync.OnceValue(func() evaluation.Evaluator {
	command, err := evaluation.WorkerCommand(workerArgument)
	if err != nil {
		panic(err)
	}
	return evaluation.NewWorkers(evaluation.Options{
		Command: command, Wait: true,
		Failed: func(err error) { panic(err) },
	})
})

// A recorder notes what is asked.
type recorder struct {
	evaluation.Evaluator
	mu        sync.Mutex
	questions map[string]evaluation.Question
}

func (r *recorder) Evaluate(q evaluation.Question) evaluation.Answer {
	r.mu.Lock()
	r.questions[strings.Join(append(slices.Clone(q.Imports), fmt.Sprint(q.Holds), q.Expr), "\n")] = q
	r.mu.Unlock()
	return r.Evaluator.Evaluate(q)
}

// TestBothEvaluatorsAlike holds that what is computed in this process and in a worker is the
// same: of all expressions in the fixtures, in the example workspace and in the seeds; and that
// all that is wrong there is the same.
func TestBothEvaluatorsAlike(t *testing.T) {
	asked := &recorder{Evaluator: evaluation.InProcess{}, questions: make(map[string]evaluation.Question)}
	roots := []string{"../../testdata/workspace"}
	if dir := seeds(t); dir != "" {
		roots = append(roots, dir)
	}
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		roots = append(roots, f.Write(t))
	}
	for _, root := range roots {
		root, err := filepath.Abs(root)
		if err != nil {
			t.Fatal(err)
		}
		var found [2]string
		for i, e := range []evaluation.Evaluator{asked, workers()} {
			s, _, err := analysis.Load(t.Context(), []string{root}, nil, analysis.WithEvaluator(e))
			if err != nil {
				t.Fatal(err)
			}
			found[i] = printer{root, s}.check()
			for _, p := range s.Index().Packages() {
				for _, d := range p.Documents {
					if d.Kind == catalogindex.Release {
						s.Effective(d)
					}
				}
			}
		}
		if diff := cmp.Diff(found[0], found[1]); diff != "" {
			t.Errorf("%s (-in process +workers):\n%s", root, diff)
		}
	}
	if len(asked.questions) < 30 {
		t.Errorf("only %d questions were asked", len(asked.questions))
	}
	for _, q := range asked.questions {
		if diff := cmp.Diff(evaluation.Evaluate(q), workers().Evaluate(q)); diff != "" {
			t.Errorf("%s (-in process +worker):\n%s", q.Expr, diff)
		}
	}
	t.Logf("%d questions", len(asked.questions))
}
