package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// A progressLine tells a person at a terminal what takes long: one line, which is written over
// and is gone in the end. What is done before patience ends is not told of.
type progressLine struct {
	text    atomic.Pointer[string]
	stop    chan struct{}
	stopped chan struct{}
}

// patience is what nobody calls long, and how often the line is written anew afterwards.
const patience = 400 * time.Millisecond

// startProgress begins to tell on standard error; it says nothing where that is no terminal.
func startProgress(said string) *progressLine {
	if !isTerminal(os.Stderr) {
		return tellAt(io.Discard, nil, said)
	}
	ticker := time.NewTicker(patience)
	return tellAt(os.Stderr, ticker.C, said)
}

// tellAt writes to w what there is to say, each time that it is time.
func tellAt(w io.Writer, times <-chan time.Time, said string) *progressLine {
	p := &progressLine{stop: make(chan struct{}), stopped: make(chan struct{})}
	p.text.Store(&said)
	go func() {
		defer close(p.stopped)
		const eraseLine = "\r\x1b[K" // ECMA-48: EL
		erase := ""
		for {
			select {
			case <-p.stop:
				fmt.Fprint(w, erase)
				return
			case <-times:
				fmt.Fprint(w, eraseLine, *p.text.Load())
				erase = eraseLine
			}
		}
	}()
	return p
}

// counted returns what says how much of something is done.
func (p *progressLine) counted(doing, things string) func(done, all int) {
	return func(done, all int) {
		said := fmt.Sprintf("%s: %d of %d %s", doing, done, all, things)
		p.text.Store(&said)
	}
}

// end takes the line away. Nobody may write to the terminal before.
func (p *progressLine) end() {
	close(p.stop)
	<-p.stopped
}
