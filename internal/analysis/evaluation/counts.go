package evaluation

import "sync/atomic"

// Counts are what workers did so far.
type Counts struct {
	Questions  int64 `json:"questions"`  // that were asked
	Remembered int64 `json:"remembered"` // of these, how many had an answer already
	Pending    int64 `json:"pending"`    // of these, how many had none soon enough for who asked
	Started    int64 `json:"started"`    // workers
	Killed     int64 `json:"killed"`     // workers that were ended because they took too much time
	Died       int64 `json:"died"`       // workers that ended over a question, or were killed by others
	Stopped    int64 `json:"stopped"`    // questions that were given up
}

// A counter counts for Counts.
type counter struct {
	questions, remembered, pending, started, killed, died, stopped atomic.Int64
}

// Counts returns what the workers did so far.
func (w *Workers) Counts() Counts {
	c := &w.counter
	return Counts{
		Questions:  c.questions.Load(),
		Remembered: c.remembered.Load(),
		Pending:    c.pending.Load(),
		Started:    c.started.Load(),
		Killed:     c.killed.Load(),
		Died:       c.died.Load(),
		Stopped:    c.stopped.Load(),
	}
}
