package lsp

import (
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
)

// EvaluatorFunc returns what computes expressions for a server, and a function that ends it.
// The evaluator calls late with the packages for which answers came late; see
// [evaluation.Options.Late].
type EvaluatorFunc func(late func(packages []string)) (e evaluation.Evaluator, end func())

// beginEvaluating makes the server's evaluator.
func (s *server) beginEvaluating() (end func()) {
	if s.options.Evaluator == nil {
		return func() {}
	}
	s.evaluator, end = s.options.Evaluator(s.lookAgainAt)
	return end
}

// lookAgainAt publishes again what follows from packages for which answers came late. Before
// the workspace is loaded nobody was told anything.
func (s *server) lookAgainAt(packages []string) {
	defer func() {
		if panicked := recover(); panicked != nil {
			s.failed("finding what answers that came late are for", panicked)
		}
	}()
	if ws := s.store.view().ws; ws != nil {
		s.store.lookAgain(ws.Waiting(packages)...)
	}
}
