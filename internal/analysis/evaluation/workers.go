package evaluation

import (
	"errors"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how workers are run.
type Options struct {
	// Command starts a worker: a program and its arguments.
	Command []string
	// Wait says that who asks waits for the answer however long it takes. Otherwise a question
	// that takes longer than Quick is Pending.
	Wait bool
	// Late, if not nil, is called with the packages of which questions that were Pending have
	// an answer now. It must not block.
	Late func(packages []string)
	// Failed, if not nil, is called when no worker can be started. It must not block.
	Failed func(error)

	// These have defaults.

	Quick  time.Duration // how long an evaluation may hold up others
	Budget time.Duration // how long an evaluation may take; the first that take longer get all of it
	Idle   time.Duration // after which a worker that nobody needs ends

	// cpuTime is for tests, see there.
	cpuTime func(pid int) (time.Duration, bool)
}

const (
	defaultQuick  = 250 * time.Millisecond
	defaultBudget = 2 * time.Second
	defaultIdle   = 10 * time.Second
)

// WorkerCommand returns the command line of a worker that is this very program, started with
// arguments of its own.
func WorkerCommand(arguments ...string) ([]string, error) {
	program, err := os.Executable()
	if runtime.GOOS == "linux" {
		// The program that runs, also if another one has taken its place on disk.
		if _, statErr := os.Stat("/proc/self/exe"); statErr == nil {
			program, err = "/proc/self/exe", nil
		}
	}
	return append([]string{program}, arguments...), err
}

// Workers are an [Evaluator] that puts questions to processes which can be killed.
//
// A question goes to a worker in one of two lanes. In the quick lane there is a worker for
// each processor, and whoever asks waits. An evaluation that is not done after Options.Quick
// makes room: it goes on in the slow lane, with the same worker if there is room, else later
// and from the beginning. Who asked is told that it is Pending, and Options.Late says when
// it no longer is. So what hangs holds up others for a moment, and only once: what took too
// much is remembered, and never tried again.
//
// With many evaluations that hang each gets less: the moment that they hold up others, and the
// time after which they are given up, shrink with their number.
//
// Nothing is given up for what others did: a machine that is busy gives an evaluation more time,
// and one that takes too much memory, or crashes, in a worker that has answered others before,
// is tried again in a new one.
//
// Workers are started when somebody asks, and end when nobody has for a while.
type Workers struct {
	options Options
	quick   chan struct{} // has a token for each evaluation in the quick lane
	slow    chan struct{} // likewise
	closed  chan struct{}
	anyLate atomic.Bool
	counter counter

	mu        sync.Mutex
	memo      *memo
	flights   map[string]*flight
	waiting   int                 // flights in the slow lane, or on the way to it
	late      map[string]uint64   // by package
	hindered  map[string]struct{} // packages
	processes map[*process]struct{}
	idle      []*process // who was needed last is the last one
	failed    time.Time  // when no worker could be started
}

// A flight is a question that is being answered.
type flight struct {
	question Question
	key      string
	slow     chan struct{} // closed when it leaves the quick lane
	done     chan struct{} // closed when answer is there
	answer   Answer
	told     map[string]struct{} // the packages that were told that it is pending
}

// NewWorkers returns workers; none is started yet.
func NewWorkers(options Options) *Workers {
	processors := runtime.GOMAXPROCS(0)
	slow := 1
	if options.Wait {
		slow = processors // nobody else needs them
	}
	w := &Workers{
		options:   options,
		quick:     make(chan struct{}, max(processors, 2)),
		slow:      make(chan struct{}, slow),
		closed:    make(chan struct{}),
		memo:      newMemo(),
		flights:   make(map[string]*flight),
		late:      make(map[string]uint64),
		hindered:  make(map[string]struct{}),
		processes: make(map[*process]struct{}),
	}
	for _, d := range []struct {
		given  *time.Duration
		normal time.Duration
	}{{&w.options.Quick, defaultQuick}, {&w.options.Budget, defaultBudget}, {&w.options.Idle, defaultIdle}} {
		if *d.given == 0 {
			*d.given = d.normal
		}
	}
	if w.options.cpuTime == nil {
		w.options.cpuTime = cpuTime
	}
	return w
}

// Contained implements [Evaluator].
func (w *Workers) Contained() bool { return true }

// Late implements [Evaluator].
func (w *Workers) Late(pkg string) uint64 {
	if !w.anyLate.Load() { // nearly always, and it is asked often
		return 0
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.late[pkg]
}

// Hindered implements [Evaluator].
func (w *Workers) Hindered(pkg string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, hindered := w.hindered[pkg]
	return hindered
}

// Evaluate implements [Evaluator].
func (w *Workers) Evaluate(q Question) Answer {
	a := w.evaluate(q)
	if a.Obstacle != "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.hindered[q.Package] = struct{}{}
	}
	return a
}

func (w *Workers) evaluate(q Question) Answer {
	key := q.key()
	w.counter.questions.Add(1)
	w.mu.Lock()
	if a, ok := w.memo.get(key); ok {
		w.counter.remembered.Add(1)
		w.mu.Unlock()
		return a
	}
	f := w.flights[key]
	if f == nil {
		f = &flight{question: q, key: key, slow: make(chan struct{}), done: make(chan struct{}), told: make(map[string]struct{})}
		w.flights[key] = f
		go w.fly(f)
	}
	w.mu.Unlock()
	if w.options.Wait {
		<-f.done
		return f.answer
	}
	select {
	case <-f.done:
		return f.answer
	case <-f.slow:
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-f.done:
		return f.answer
	default:
		w.counter.pending.Add(1)
		f.told[q.Package] = struct{}{}
		return Answer{Obstacle: Pending}
	}
}

// fly gets the answer of a flight and tells everyone.
func (w *Workers) fly(f *flight) {
	answer := w.answer(f)
	if answer.Obstacle.IsFinal() {
		w.counter.stopped.Add(1)
	}
	w.mu.Lock()
	f.answer = answer
	w.memo.put(f.key, answer)
	delete(w.flights, f.key)
	for pkg := range f.told {
		w.late[pkg]++
		w.anyLate.Store(true)
	}
	close(f.done)
	w.mu.Unlock()
	if len(f.told) > 0 && w.options.Late != nil {
		w.options.Late(slices.Sorted(maps.Keys(f.told)))
	}
}

// maxDeaths is how many workers may be killed by others while they work at one question. The
// system kills what takes the last of its memory, so it may be the question after all.
const maxDeaths = 20

func (w *Workers) answer(f *flight) Answer {
	for deaths := 0; ; {
		r, p := w.try(f, deaths > 0)
		switch {
		case p == nil: // nobody to ask
			if f.question.Bounded && !w.isClosed() {
				return Evaluate(f.question)
			}
			return r.answer
		case r.err == nil:
			return r.answer
		}
		<-p.ended
		w.counter.died.Add(1)
		if died := p.death(); died != "" && p.questions == 1 {
			return Answer{Obstacle: died}
		}
		if deaths++; deaths == maxDeaths {
			return Answer{Obstacle: Crashed}
		}
	}
}

// try puts the question of a flight to one worker, or to two of them if it has to make room
// between. It returns the last one; nil if there is none. anew says that it has to be one that
// has answered nothing before.
func (w *Workers) try(f *flight, anew bool) (r reply, p *process) {
	if !w.enter(w.quick) {
		return reply{answer: Answer{Obstacle: Unavailable}}, nil
	}
	p, ok := w.take(anew)
	if !ok {
		w.leave(w.quick)
		return reply{answer: Answer{Obstacle: Unavailable}}, nil
	}
	replies := p.ask(f.question)
	done := within(w.quickTime(), replies, &r)
	w.leave(w.quick)
	if done {
		w.give(p, r)
		return r, p
	}
	defer w.slowDown(f)()
	select {
	case w.slow <- struct{}{}:
	default:
		w.counter.killed.Add(1)
		w.end(p)
		if !w.enter(w.slow) {
			return reply{answer: Answer{Obstacle: Unavailable}}, nil
		}
		if p, ok = w.take(anew); !ok {
			w.leave(w.slow)
			return reply{answer: Answer{Obstacle: Unavailable}}, nil
		}
		replies = p.ask(f.question)
	}
	defer w.leave(w.slow)
	if !w.slowly(p, replies, &r) {
		w.counter.killed.Add(1)
		w.end(p)
		return reply{answer: Answer{Obstacle: TooLong}}, p
	}
	w.give(p, r)
	return r, p
}

// overtimes is how often an evaluation gets its time on a machine that is busy with something else.
const overtimes = 10

// slowly waits for the reply of a worker in the slow lane. A worker that could not work for half
// of the time that an evaluation gets, because the machine was busy, gets that time again.
func (w *Workers) slowly(p *process, replies <-chan reply, r *reply) bool {
	before, _ := w.options.cpuTime(p.pid())
	allowed := w.slowTime()
	for range overtimes {
		if within(allowed, replies, r) {
			return true
		}
		if worked, known := w.options.cpuTime(p.pid()); !known || worked-before >= allowed/2 {
			return false
		}
	}
	return false
}

// within waits for a reply, for a while.
func within(d time.Duration, replies <-chan reply, r *reply) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case *r = <-replies:
		return true
	case <-timer.C:
		return false
	}
}

// slowDown tells who waits for a flight to wait no longer, and returns what is to be called
// when it has its answer.
func (w *Workers) slowDown(f *flight) (done func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting++
	select {
	case <-f.slow: // it was here before, with a worker that died
	default:
		close(f.slow)
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.waiting--
	}
}

// quickTime returns how long an evaluation may hold up others: less, the more do already.
func (w *Workers) quickTime() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.options.Quick / time.Duration(1+w.waiting)
}

// slowTime returns how long an evaluation may take in the slow lane: less, the more took too
// much before, so that all together take a few minutes, however many they are.
func (w *Workers) slowTime() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	const first = 8
	return w.options.Budget * first / time.Duration(first+len(w.memo.order))
}

// enter waits for room in a lane. It returns false if the workers are closed.
func (w *Workers) enter(lane chan struct{}) bool {
	select {
	case <-w.closed:
		return false
	case lane <- struct{}{}:
		return !w.isClosed()
	}
}

func (w *Workers) leave(lane chan struct{}) { <-lane }

func (w *Workers) isClosed() bool {
	select {
	case <-w.closed:
		return true
	default:
		return false
	}
}

// failedFor is how long nobody tries to start a worker after none could be.
const failedFor = 10 * time.Second

// take returns a worker that is idle, or a new one; anew asks for a new one. It returns false if
// there is none.
func (w *Workers) take(anew bool) (*process, bool) {
	w.mu.Lock()
	for n := len(w.idle); n > 0 && !anew; n = len(w.idle) {
		p := w.idle[n-1]
		w.idle = w.idle[:n-1]
		if !p.idle.Stop() {
			continue // it is about to end
		}
		if !p.isGone() {
			w.mu.Unlock()
			return p, true
		}
		delete(w.processes, p)
	}
	if w.isClosed() || !w.failed.IsZero() && time.Since(w.failed) < failedFor {
		w.mu.Unlock()
		return nil, false
	}
	w.mu.Unlock()
	p, err := startProcess(w.options.Command)
	for tries := 1; errors.Is(err, errKilled) && tries < maxDeaths && !w.isClosed(); tries++ {
		p, err = startProcess(w.options.Command)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		if w.failed = time.Now(); w.options.Failed != nil && !w.isClosed() {
			w.options.Failed(err)
		}
		return nil, false
	}
	if w.failed = (time.Time{}); w.isClosed() {
		go p.kill()
		return nil, false
	}
	w.counter.started.Add(1)
	w.processes[p] = struct{}{}
	return p, true
}

// give takes a worker back when it has replied.
func (w *Workers) give(p *process, r reply) {
	if r.err != nil || w.isClosed() {
		w.end(p)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle = append(w.idle, p)
	p.idle = time.AfterFunc(w.options.Idle, func() {
		w.mu.Lock()
		w.idle = slices.DeleteFunc(w.idle, func(other *process) bool { return other == p })
		w.mu.Unlock()
		w.end(p)
	})
}

// end ends a worker.
func (w *Workers) end(p *process) {
	p.kill()
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.processes, p)
}

// Close ends all workers. What is asked from then on is Unavailable.
func (w *Workers) Close() {
	w.mu.Lock()
	if !w.isClosed() {
		close(w.closed)
	}
	processes := slices.Collect(maps.Keys(w.processes))
	for _, p := range w.idle {
		p.idle.Stop()
	}
	w.idle = nil
	w.mu.Unlock()
	for _, p := range processes {
		w.end(p)
	}
}
