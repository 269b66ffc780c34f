package evaluation

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// A process is one worker, as the pool sees it. One question at a time is put to it.
type process struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	last  lastWords
	ended chan struct{} // closed when the process is gone; cmd.ProcessState says how
	idle  *time.Timer   // ends the process if nobody needs it for a while

	questions int // that were put to it
}

// helloWithin is how long a worker may take to start. It is there so that a program which is
// no worker holds up nobody for ever.
const helloWithin = 30 * time.Second

// errKilled says that somebody killed a worker while it started: another one may do better.
var errKilled = errors.New("the worker that was started was killed")

// startProcess starts a worker and waits until it is there.
func startProcess(command []string) (*process, error) {
	p := &process{cmd: exec.Command(command[0], command[1:]...), ended: make(chan struct{})}
	p.cmd.Env = environment()
	p.cmd.Dir = os.TempDir() // not the workspace, which it would keep from being removed
	p.cmd.Stderr = &p.last
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReader(out)
	hello := make(chan error, 1)
	go func() {
		message, err := readMessage(p.out)
		d := decoder{rest: message}
		if err == nil && (d.text() != protocol || d.end() != nil) {
			err = errors.New("what was started is no worker of this version of opm-lsp")
		}
		hello <- err
	}()
	timer := time.NewTimer(helloWithin)
	defer timer.Stop()
	select {
	case err = <-hello:
	case <-timer.C:
		err = errors.New("the worker that was started says nothing")
	}
	go func() {
		_ = p.cmd.Wait() // ProcessState says what came of it
		close(p.ended)
	}()
	if err != nil {
		wasGone := errors.Is(err, io.EOF)
		p.kill()
		if wasGone && p.cmd.ProcessState.ExitCode() < 0 {
			err = errKilled
		}
		return nil, err
	}
	return p, nil
}

// A reply is what came of a question to a process.
type reply struct {
	answer Answer
	err    error // the process is of no use any more
}

// ask puts a question to the process. Exactly one reply follows, at the latest when the
// process is killed.
func (p *process) ask(q Question) <-chan reply {
	p.questions++
	replies := make(chan reply, 1)
	go func() {
		var r reply
		if r.err = writeMessage(p.in, q.encode()); r.err == nil {
			var message []byte
			if message, r.err = readMessage(p.out); r.err == nil {
				r.answer, r.err = decodeAnswer(message)
			}
		}
		replies <- r
	}()
	return replies
}

// kill ends the process at once, whatever it does, and returns when it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may be gone already
	<-p.ended
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// isGone reports whether the process has ended.
func (p *process) isGone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// death says what a process that is gone died of; "" if it was killed, or may not have died of
// the question.
func (p *process) death() Obstacle {
	code := p.cmd.ProcessState.ExitCode()
	switch {
	case code == exitTooLarge, p.last.contain("out of memory"), p.last.contain("cannot allocate memory"):
		return TooLarge
	case code == exitFatal:
		return Crashed
	}
	return ""
}

// exitFatal is the exit code of a Go program in which something fails that cannot be recovered
// from, such as a stack that is too deep.
const exitFatal = 2

// lastWords keeps the beginning of what a process says before it dies, which is why.
type lastWords struct {
	mu   sync.Mutex
	text []byte
}

const maxLastWords = 512 // bytes

func (w *lastWords) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, b[:min(len(b), maxLastWords-len(w.text))]...)
	return len(b), nil
}

func (w *lastWords) contain(words string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Contains(w.text, []byte(words))
}
