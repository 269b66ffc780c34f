package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// programs are what is measured, and what it is measured against.
type programs struct{ opmLsp, cue, yardstick string }

// buildPrograms builds the programs into a directory, opm-lsp alone if asked to. It runs in the
// repository's top.
func buildPrograms(dir string, alone bool) (programs, error) {
	p := programs{filepath.Join(dir, "opm-lsp"), filepath.Join(dir, "cue"), filepath.Join(dir, "yardstick")}
	const yardsticks = "cmd/opm-lsp/internal/bench/yardstick"
	commands := [][]string{{".", "-o", p.opmLsp, "./cmd/opm-lsp"}}
	if !alone {
		commands = append(commands,
			[]string{yardsticks, "-o", p.cue, "cuelang.org/go/cmd/cue"},
			[]string{yardsticks, "-o", p.yardstick, "."})
	}
	for _, command := range commands {
		cmd := exec.Command("go", append([]string{"build"}, command[1:]...)...)
		cmd.Dir = command[0]
		if out, err := cmd.CombinedOutput(); err != nil {
			return p, fmt.Errorf("go build %s: %w\n%s", command[len(command)-1], err, out)
		}
	}
	return p, nil
}

// A timed is how long a program ran: by the clock, and on all cores together.
type timed struct {
	wall, cpu time.Duration
	stdout    string
}

// execute runs a program in a directory. Exit codes that say that something was found are no error.
func execute(dir, name string, args ...string) (timed, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	began := time.Now()
	err := cmd.Run()
	out := timed{time.Since(began), 0, stdout.String()}
	if state := cmd.ProcessState; state != nil {
		out.cpu = state.UserTime() + state.SystemTime()
		if code := state.ExitCode(); code == 0 || code == 1 && stderr.Len() == 0 {
			return out, nil
		}
	}
	return out, fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, stderr.Bytes())
}

// checks are how long the same concrete releases take, all of them, in each way.
type checks struct {
	releases                  int
	opmLsp, cueVet, instances timed
}

// compareChecks checks the concrete releases of a workspace with opm-lsp, cue vet, and CUE's libraries.
func compareChecks(p programs, dir string, o synthetic.Options) (checks, error) {
	out := checks{releases: o.Releases}
	w := synthetic.New(o)
	opm, plain := filepath.Join(dir, "opm"), filepath.Join(dir, "plain")
	if err := synthetic.Write(opm, w.All()); err != nil {
		return out, err
	}
	if err := synthetic.Write(plain, w.Plain); err != nil {
		return out, err
	}
	var err error
	if out.opmLsp, err = cold(func() (timed, error) { return execute(opm, p.opmLsp, "check", "--format", "compact") }); err != nil {
		return out, err
	}
	if out.cueVet, err = execute(plain, p.cue, "vet", "-c", "./releases/..."); err != nil {
		return out, err
	}
	if out.instances, err = execute(plain, p.yardstick); err != nil {
		return out, err
	}
	n, refused := 0, 0
	if _, err := fmt.Sscan(out.instances.stdout, &n, &refused); err != nil || n != o.Releases || refused != 0 {
		return out, fmt.Errorf("CUE refuses %d of %d releases, or does not find all %d (%v)", refused, n, o.Releases, err)
	}
	return out, nil
}

// cold runs f with an empty cache directory, which it leaves as f does.
func cold(f func() (timed, error)) (timed, error) {
	if err := os.RemoveAll(os.Getenv("XDG_CACHE_HOME")); err != nil {
		return timed{}, err
	}
	return f()
}

// cueLsp are figures of cue lsp, with one file open.
type cueLsp struct {
	errors times // until a parse error is told
	memory int64
}

// measureCueLsp edits a release of the form that CUE understands, so that it does not parse and
// then does again. That is all that cue lsp tells of.
func measureCueLsp(t lspclient.T, p programs, w *synthetic.Workspace, dir string, edits int) cueLsp {
	var out cueLsp
	var release synthetic.File
	for _, f := range w.Plain {
		if filepath.Base(f.Path) == "release.cue" && literalTag.MatchString(f.Content) {
			release = f
			break
		}
	}
	c := lspclient.Measure(t, p.cue, "lsp")
	c.Initialize(initializeParams(dir, false))
	path := filepath.Join(dir, filepath.FromSlash(release.Path))
	d := c.Open(path, release.Content)
	tag := literalTag.FindString(release.Content)
	for i := range edits {
		broken := fmt.Sprintf("\ttag: bench %d %d\n", i, i)
		began := time.Now()
		d.Replace(tag, broken)
		c.Wait("a parse error", func(s lspclient.State) bool { return len(s.Diagnostics(path)) > 0 })
		out.errors = append(out.errors, c.Published(path).Arrived.Sub(began))
		d.Replace(broken, tag)
		c.Wait("no parse error", func(s lspclient.State) bool { return len(s.Diagnostics(path)) == 0 })
	}
	out.memory = settledMemory(c.Process(), 2*time.Second)
	return out
}
