package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// A plan says how much is measured.
type plan struct {
	seed        uint64
	sizes       []int // releases of the workspaces; there are a tenth as many Modules
	edits       int   // of releases
	moduleEdits int
	starts      int           // with a warm cache
	profile     int           // for how many seconds the server is looked at while releases are edited; 0 for not
	checked     int           // releases on which check and cue vet are compared
	alone       bool          // leave out cue lsp, cue vet and CUE's libraries, which take long to build
	soakMarks   []int         // after how many edits memory is looked at
	settling    time.Duration // between two looks at whether memory still falls
}

// sized are the figures of one size.
type sized struct {
	releases, modules int
	latencies
	module                moduleEdits
	coldStart             time.Duration // until the open file's diagnostics
	warmStarts            times
	coldLoad              time.Duration // until those of all files
	coldCheck, warmCheck  timed
	loaded, edited, peak  int64 // resident memory in bytes: when all was loaded, after the edits, and the most
	warmLoaded, warmPeak  int64
	loadBefore, loadAfter string
}

// results are all figures of one run.
type results struct {
	plan     plan
	machine  string
	began    time.Time
	floor    times
	cueLsp   cueLsp
	checks   checks
	sizes    []sized
	programs programs
}

// measure does what the plan says, below a directory for temporary files.
func measure(p plan, dir string, say func(format string, args ...any)) (*results, error) {
	r := &results{plan: p, machine: machine(), began: time.Now()}
	var err error
	say("building")
	if r.programs, err = buildPrograms(dir, p.alone); err != nil {
		return nil, err
	}
	defer useCache(filepath.Join(dir, "cache"))()
	say("the floor (load %s)", load())
	if r.floor, err = floor(p.seed, p.edits); err != nil {
		return nil, err
	}
	if !p.alone {
		if err := r.measureCUE(filepath.Join(dir, "checks"), say); err != nil {
			return nil, err
		}
	}
	for _, n := range p.sizes {
		say("%d releases (load %s)", n, load())
		figures, err := r.measureSize(n, filepath.Join(dir, fmt.Sprint(n)))
		if err != nil {
			return nil, fmt.Errorf("%d releases: %w", n, err)
		}
		r.sizes = append(r.sizes, figures)
	}
	return r, nil
}

// measureCUE compares check with cue vet, and measures cue lsp.
func (r *results) measureCUE(dir string, say func(format string, args ...any)) error {
	o := synthetic.Options{Seed: r.plan.seed, Modules: modulesFor(r.plan.checked), Releases: r.plan.checked, Concrete: true}
	say("check against cue vet, %d releases (load %s)", o.Releases, load())
	var err error
	if r.checks, err = compareChecks(r.programs, dir, o); err != nil {
		return err
	}
	say("cue lsp (load %s)", load())
	return during(func(t lspclient.T) {
		r.cueLsp = measureCueLsp(t, r.programs, synthetic.New(o), filepath.Join(dir, "plain"), min(r.plan.edits, 100))
	})
}

// useCache lets the programs that are started keep their caches in a directory, until the function
// that it returns is called. Go keeps its own in the same place otherwise.
func useCache(dir string) (end func()) {
	const name = "XDG_CACHE_HOME"
	before, set := os.LookupEnv(name)
	_ = os.Setenv(name, dir) // the name has no fault
	return func() {
		if set {
			_ = os.Setenv(name, before)
		} else {
			_ = os.Unsetenv(name)
		}
	}
}

func modulesFor(releases int) int { return max(releases/10, 4) }

func (r *results) measureSize(n int, dir string) (sized, error) {
	out := sized{releases: n, modules: modulesFor(n), loadBefore: load()}
	w, err := write(dir, synthetic.Options{Seed: r.plan.seed, Modules: out.modules, Releases: n})
	if err != nil {
		return out, err
	}
	check := func() (timed, error) { return execute(dir, r.programs.opmLsp, "check", "--format", "compact") }
	if out.coldCheck, err = cold(check); err != nil {
		return out, err
	}
	if out.warmCheck, err = check(); err != nil {
		return out, err
	}
	if err := os.RemoveAll(os.Getenv("XDG_CACHE_HOME")); err != nil {
		return out, err
	}
	steps := []func(t lspclient.T){
		func(t lspclient.T) { r.coldSession(&out, serve(t, r.programs.opmLsp, w, false)) },
		func(t lspclient.T) { out.pull = pulling(serve(t, r.programs.opmLsp, w, true), r.plan.edits) },
	}
	for range r.plan.starts {
		steps = append(steps, func(t lspclient.T) { r.warmSession(&out, serve(t, r.programs.opmLsp, w, false)) })
	}
	for _, step := range steps {
		if err := during(step); err != nil {
			return out, err
		}
	}
	out.loadAfter = load()
	return out, nil
}

// first opens a release in the middle of the workspace and returns how long after the start of
// the server its diagnostics came.
func (s *server) first() time.Duration {
	f := s.w.Releases[len(s.w.Releases)/2]
	s.open(f)
	return s.Published(s.w.path(f)).Arrived.Sub(s.began)
}

// coldSession measures a server that nothing is known to yet.
func (r *results) coldSession(z *sized, s *server) {
	z.coldStart = s.first()
	s.loaded()
	z.coldLoad = time.Since(s.began)
	s.settled()
	z.loaded = settledMemory(s.Process(), r.plan.settling)
	pull := z.pull
	z.latencies = typing(s, r.plan.edits, r.plan.profile)
	z.pull = pull
	z.module = editModule(s, r.plan.moduleEdits)
	z.edited = settledMemory(s.Process(), r.plan.settling)
	z.peak = s.memory.end()
}

// warmSession measures a server that finds what the one before it kept.
func (r *results) warmSession(z *sized, s *server) {
	z.warmStarts = append(z.warmStarts, s.first())
	s.loaded()
	s.settled()
	if z.warmLoaded == 0 {
		z.warmLoaded = settledMemory(s.Process(), r.plan.settling)
	}
	z.warmPeak = max(z.warmPeak, s.memory.end())
}
