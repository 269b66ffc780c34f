package lsp

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
)

// Counters tell what one server did and has to do. The zero value is ready for use; they
// are read while the server runs.
type Counters struct {
	published, waiting, panics, slow atomic.Int64

	mu       sync.Mutex
	messages map[string]MessageCount
	server   *server // nil until it runs
}

// A MessageCount is what requests or notifications of one method came to.
type MessageCount struct {
	Count     int64 `json:"count"`
	TotalTime int64 `json:"totalMicroseconds"` // until they were answered, the wait for the workspace included
	MostTime  int64 `json:"mostMicroseconds"`
}

// A Report is the counters at one moment.
type Report struct {
	Evaluated analysis.Counts         `json:"evaluated"`
	Workers   evaluation.Counts       `json:"workers"`
	Messages  map[string]MessageCount `json:"messages"`  // from the client, by method
	Published int64                   `json:"published"` // files whose diagnostics were computed to be sent
	Waiting   int64                   `json:"waiting"`   // files whose diagnostics are still to be computed
	Slow      int64                   `json:"slow"`      // turns that took so long that the log tells of them
	Panics    int64                   `json:"panics"`
	Files     int                     `json:"files"` // in the workspace
	Open      int                     `json:"open"`  // documents
}

// Report returns the counters as they are now.
func (c *Counters) Report() Report {
	r := Report{
		Published: c.published.Load(),
		Waiting:   c.waiting.Load(),
		Slow:      c.slow.Load(),
		Panics:    c.panics.Load(),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r.Messages = maps.Clone(c.messages)
	if c.server == nil {
		return r
	}
	if workers, ok := c.server.evaluator.(interface{ Counts() evaluation.Counts }); ok {
		r.Workers = workers.Counts()
	}
	v := c.server.store.view()
	r.Open = len(v.documents)
	if v.ws != nil {
		r.Files, r.Evaluated = len(v.ws.Files()), v.ws.Counts()
	}
	return r
}

func (c *Counters) follow(s *server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server = s
}

// took counts a message.
func (c *Counters) took(method string, d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.messages == nil {
		c.messages = make(map[string]MessageCount)
	}
	n := c.messages[method]
	n.Count++
	n.TotalTime += d.Microseconds()
	n.MostTime = max(n.MostTime, d.Microseconds())
	c.messages[method] = n
}
