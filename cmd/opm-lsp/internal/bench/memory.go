package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// resident returns the resident memory of a process and of all that it started, in bytes; 0
// if the process is gone, or where there is no /proc.
func resident(pid int) int64 {
	var pages int64
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if fields := strings.Fields(string(statm)); err == nil && len(fields) > 1 {
		pages, _ = strconv.ParseInt(fields[1], 10, 64)
	}
	total := pages * int64(os.Getpagesize())
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		children, _ := os.ReadFile(list)
		for _, child := range strings.Fields(string(children)) {
			if id, err := strconv.Atoi(child); err == nil {
				total += resident(id)
			}
		}
	}
	return total
}

// A memoryWatch looks at the memory of a process and its children from time to time.
type memoryWatch struct {
	pid  int
	stop chan struct{}
	once sync.Once
	done sync.WaitGroup
	peak int64 // valid after end
}

// peakInterval is the time between two looks for the peak. maxLooks is how often it is
// looked whether memory still falls.
const (
	peakInterval = 100 * time.Millisecond
	maxLooks     = 10
)

func watchMemory(pid int) *memoryWatch {
	w := &memoryWatch{pid: pid, stop: make(chan struct{})}
	w.done.Go(func() {
		ticks := time.NewTicker(peakInterval)
		defer ticks.Stop()
		for {
			w.peak = max(w.peak, resident(pid))
			select {
			case <-w.stop:
				return
			case <-ticks.C:
			}
		}
	})
	return w
}

// end ends the watch and returns the most that it saw.
func (w *memoryWatch) end() int64 {
	w.once.Do(func() { close(w.stop) })
	w.done.Wait()
	return w.peak
}

// settledMemory waits until the memory does not fall any more from one look to the next, and
// returns it.
func settledMemory(pid int, between time.Duration) int64 {
	last := resident(pid)
	for range maxLooks {
		time.Sleep(between)
		now := resident(pid)
		if now > last-last/50 {
			return now
		}
		last = now
	}
	return last
}
