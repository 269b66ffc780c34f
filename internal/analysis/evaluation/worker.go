package evaluation

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Limits are how much memory a worker may take, in bytes. A worker that takes more ends.
type Limits struct {
	// Heap is what the worker's own watch allows: it ends with a code of its own.
	Heap uint64
	// Hard is what the operating system allows, where it can be told: more is not given.
	Hard uint64
}

// DefaultLimits are those of a worker that is not told otherwise.
var DefaultLimits = Limits{Heap: 256 << 20, Hard: 512 << 20}

// exitTooLarge is the exit code of a worker that takes too much memory.
const exitTooLarge = 70

const (
	watchEvery = 5 * time.Millisecond // a process allocates some MB in that
	maxStack   = 64 << 20             // bytes; what recurses deeper does not end well anyway
)

// Work answers questions from in on out until in ends, and returns the process's exit code. It
// sets limits for the whole process, which cannot be taken back, and ends it where they are
// not kept: it is for a process that does nothing else.
func Work(in io.Reader, out io.Writer, limits Limits) int {
	runtime.GOMAXPROCS(2) // one reads and watches, one evaluates
	debug.SetMaxStack(maxStack)
	debug.SetMemoryLimit(int64(limits.Heap))
	if err := limitProcess(limits); err != nil {
		fmt.Fprintf(os.Stderr, "opm-lsp worker: %v\n", err)
		return 1
	}
	go watch(limits.Heap)
	if err := writeMessage(out, appendText(nil, protocol)); err != nil {
		return 1
	}
	questions := make(chan []byte)
	go func() {
		defer close(questions)
		for {
			message, err := readMessage(in)
			if err != nil {
				// Nobody waits for what is being evaluated, which may never end.
				os.Exit(0)
			}
			questions <- message
		}
	}()
	for message := range questions {
		q, err := decodeQuestion(message)
		if err != nil {
			fmt.Fprintf(os.Stderr, "opm-lsp worker: %v\n", err)
			return 1
		}
		if err := writeMessage(out, answerOf(q).encode()); err != nil {
			return 1
		}
	}
	return 0
}

// answerOf evaluates, and makes an answer of a panic.
func answerOf(q Question) (a Answer) {
	defer func() {
		if recover() != nil {
			a = Answer{Obstacle: Crashed}
		}
	}()
	a = Evaluate(q)
	if answerSize(a.Value) > maxMessage/2 {
		return Answer{Obstacle: TooMany}
	}
	return a
}

// watch ends the process when its heap is larger than most bytes, which the garbage
// collector could not keep it below.
func watch(most uint64) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	for range time.Tick(watchEvery) {
		metrics.Read(sample)
		if sample[0].Value.Uint64()+sample[1].Value.Uint64() > most {
			os.Exit(exitTooLarge)
		}
	}
}

// answerSize returns about how many bytes a value takes.
func answerSize(v *Value) int {
	if v == nil {
		return 0
	}
	size := 64 + len(v.Text)
	for _, item := range v.Items {
		size += answerSize(item)
	}
	for _, f := range v.Fields {
		size += len(f.Name) + answerSize(f.Value)
	}
	return size
}
