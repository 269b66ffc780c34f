// Package lsp is the protocol layer of the language server: lifecycle,
// documents, positions, publishing, and one file for each method. It decides
// nothing about OPM; each handler converts what the client sent into paths and
// byte offsets, asks internal/analysis, and converts the answer back.
//
// Messages are handled in the order in which they arrive. Those that change
// state are handled to the end before the next one is read, so that the state
// is at every moment that of one place in the stream. Every other request takes
// the state that it finds and is then answered beside the stream, for the text
// as it was when the request arrived.
package lsp

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
)

// Options say how a server runs.
type Options struct {
	Version string      // reported to the client as serverInfo.version
	Logger  *zap.Logger // nil for none; gets no text of any document

	// Counters, if not nil, are of the one server that runs with these options.
	Counters *Counters
	// Evaluator makes what computes expressions; nil for one in this process, which computes
	// only what surely ends soon.
	Evaluator EvaluatorFunc
	// Analysis are further options of the analysis.
	Analysis []analysis.Option

	// For tests.
	load       loadFunc
	firstLook  firstLookFunc // nil for none, where load is set
	after      func(d time.Duration) <-chan time.Time
	maxWatches int
	alive      func(pid int) bool
	aliveTicks <-chan time.Time
	slowTurn   time.Duration
}

// phase is where the connection stands in its life.
type phase int

const (
	created     phase = iota // before initialize is answered
	initialized              // serving
	shutDown                 // after shutdown is answered
)

// A server is one connection's state.
//
// The fields of the first group belong to the read loop: only handlers that run
// inline touch them, and those run one after the other.
type server struct {
	phase  phase
	begun  bool // see begin
	trace  protocol.TraceValue
	roots  roots
	client *client // set by initialize, immutable from then on

	evaluator     evaluation.Evaluator // nil for one in this process
	endEvaluating func()

	options      Options
	log          *zap.Logger
	conn         jsonrpc2.Conn
	methods      map[string]method
	store        *store
	publisher    *publisher
	pulls        *pulls
	tokenResults tokenResults
	refresher    refresher
	shown        shown
	temporary    temporaries
	loader       *loader
	settings     settings
	watcher      *watcher
	cancels      cancels
	counters     *Counters
	tokens       atomic.Int64 // of progress, given out so far
	clean        atomic.Bool  // shutdown was answered

	// work ends at shutdown: loading, publishing, everything that no request
	// waits for. Its goroutines are counted in background.
	work       context.Context
	endWork    context.CancelFunc
	background sync.WaitGroup

	exited   chan struct{} // closed by the exit notification
	orphaned chan struct{} // closed when the client's process is gone
}

func newServer(ctx context.Context, options Options) *server {
	s := &server{
		options:  options,
		log:      options.Logger,
		methods:  make(map[string]method),
		exited:   make(chan struct{}),
		orphaned: make(chan struct{}),
	}
	if s.log == nil {
		s.log = zap.NewNop()
	}
	if s.counters = options.Counters; s.counters == nil {
		s.counters = new(Counters)
	}
	s.store = newStore(s.failed, func(what string, f func()) { s.start(what, func(context.Context) { f() }) })
	s.pulls = newPulls(s.store)
	s.refresher.s = s
	s.shown.s = s
	if s.options.load == nil {
		s.options.load = s.loadAnalysis
		s.options.firstLook = s.analysisFirstLook
	}
	if s.options.after == nil {
		s.options.after = time.After
	}
	if s.options.slowTurn == 0 {
		s.options.slowTurn = slowTurn
	}
	if s.options.maxWatches == 0 {
		s.options.maxWatches = maxWatches
	}
	if s.options.alive == nil {
		s.options.alive = processAlive
	}
	s.endEvaluating = s.beginEvaluating()
	s.counters.follow(s)
	s.work, s.endWork = context.WithCancel(ctx)
	s.cancels.running = make(map[jsonrpc2.ID]*running)
	s.publisher = newPublisher(s)
	s.loader = newLoader(s)
	s.watcher = newWatcher(s)
	for _, m := range methods() {
		s.methods[m.name] = m
	}
	return s
}

// start runs f beside the read loop until it returns, which it has to do soon
// after its context ends. A panic in it is logged and counted.
func (s *server) start(name string, f func(ctx context.Context)) {
	s.background.Go(func() {
		defer func() {
			if panicked := recover(); panicked != nil {
				s.failed(name, panicked)
			}
		}()
		f(s.work)
	})
}

// saveCache keeps for later runs what was computed for a workspace, which may be nil.
func (s *server) saveCache(ws workspace) {
	if ws == nil {
		return
	}
	if err := ws.SaveCache(); err != nil {
		s.log.Warn("nothing is kept for later runs", zap.Error(err))
	}
}

// notify sends a notification to the client, unless ctx has ended. That it could
// not be sent is worth a line in the log and no more: the read loop learns of a
// broken connection by itself.
func (s *server) notify(ctx context.Context, method string, params any) {
	if ctx.Err() != nil {
		return
	}
	if err := s.conn.Notify(ctx, method, params); err != nil && ctx.Err() == nil {
		s.log.Debug("could not notify the client", zap.String("method", method), zap.Error(err))
	}
}
