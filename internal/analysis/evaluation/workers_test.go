package evaluation

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// These make the test's own program a worker, and one that dies of its second question, whatever
// that is.
const (
	workerArgument = "work-for-a-test"
	tiresArgument  = "tire-for-a-test"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case workerArgument:
			os.Exit(Work(os.Stdin, os.Stdout, DefaultLimits))
		case tiresArgument:
			os.Exit(tire(os.Stdin, os.Stdout))
		}
	}
	os.Exit(m.Run())
}

// tire answers one question and takes too much memory for the next.
func tire(in io.Reader, out io.Writer) int {
	if err := writeMessage(out, appendText(nil, protocol)); err != nil {
		return 1
	}
	for n := 0; ; n++ {
		message, err := readMessage(in)
		switch {
		case err != nil:
			return 0
		case n > 0:
			return exitTooLarge
		}
		q, err := decodeQuestion(message)
		if err != nil {
			return 1
		}
		if err := writeMessage(out, Evaluate(q).encode()); err != nil {
			return 1
		}
	}
}

// startWorkers returns workers that end with the test.
func startWorkers(t testing.TB, options Options) *Workers {
	t.Helper()
	if options.Command == nil {
		command, err := WorkerCommand(workerArgument)
		if err != nil {
			t.Fatal(err)
		}
		options.Command = command
	}
	options.Failed = func(err error) { t.Errorf("no worker: %v", err) }
	w := NewWorkers(options)
	t.Cleanup(func() {
		w.Close()
		for left := 1; left > 0; runtime.Gosched() { // whoever asked one is about to hear that it ended
			w.mu.Lock()
			left = len(w.processes)
			w.mu.Unlock()
		}
	})
	return w
}

// hangs is an expression that CUE does not finish in minutes. Each n is another one.
func hangs(n int) string {
	var all []string
	for i := range 10 {
		all = append(all, fmt.Sprintf("({f%d: 0} | {f%d: 1} | {f%d: %d})", i, i, i, n+2))
	}
	return strings.Join(all, " & ")
}

// swells is an expression that needs more memory than there is: each step is ten times the
// one before.
var swells = strings.Repeat(`strings.Replace(`, 12) + `"x"` + strings.Repeat(`, "x", "xxxxxxxxxx", -1)`, 12)

// deep is an expression on which CUE recurses.
var deep = strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000)

// questions are what both evaluators answer alike.
func questions() []Question {
	var out []Question
	imports := map[string]string{"strings": "strings", "list": "list", "json": "encoding/json"}
	for _, expr := range []string{
		"1", "-1.5e3", "1.0", "null", "true", "!true", `"a\(1)ü"`, `'\xff\x00'`, `"\u0000"`, "[]", "[1, {a: [2]}]", "{}", `{a: 1, "b-c": "x"}`,
		"int", ">=1 & <5", "[...int]", "{a: int}", "_", "_|_", "1/0", "nowhere", "1 +", `strings.MinRunes(3)`, `strings.ToUpper("a")`, `strings.Split("a,b", ",")`,
		"list.Range(0, 10, 3)", "[for x in [1, 2] {x * 2}]", "1e999999999", "1e999999999 * 10", "0x1F", "1_000K", `"a" | *"b"`, "1 | 2", "{a?: int, b: 1}", "close({a: 1})",
		"{#a: 1, _b: 2, c: 3}", "matchN(1, [int, string])", `json.Unmarshal("{\"a\": 1}")`, `3 & matchN(1, [int, string])`,
	} {
		var specs []string
		for name, path := range imports {
			if strings.Contains(expr, name+".") {
				specs = append(specs, strconv.Quote(path)) // CUE refuses one that is not used
			}
		}
		for _, holds := range []bool{false, true} {
			out = append(out, Question{Imports: specs, Expr: expr, Holds: holds, Bounded: true})
		}
	}
	return out
}

func TestBothAlike(t *testing.T) {
	w := startWorkers(t, Options{Wait: true})
	for _, q := range questions() {
		if diff := cmp.Diff(InProcess{}.Evaluate(q), w.Evaluate(q)); diff != "" {
			t.Errorf("%s (-in process +worker):\n%s", q.Expr, diff)
		}
	}
}

func TestStopped(t *testing.T) {
	for name, test := range map[string]struct {
		expr    string
		imports []string
		want    []Obstacle
	}{
		"hangs":    {hangs(0), nil, []Obstacle{TooLong}},
		"swells":   {swells, []string{`"strings"`}, []Obstacle{TooLarge}},
		"deep":     {deep, nil, []Obstacle{"", Crashed, TooLarge}}, // today CUE refuses it
		"too many": {"list.Range(0, 120000, 1)", []string{`"list"`}, []Obstacle{TooMany, TooLong}},
		"grows":    {"list.Range(0, 1000000000, 1)", []string{`"list"`}, []Obstacle{TooLarge, TooLong}},
	} {
		t.Run(name, func(t *testing.T) {
			w := startWorkers(t, Options{Wait: true})
			q := Question{Imports: test.imports, Expr: test.expr}
			start := time.Now()
			got := w.Evaluate(q)
			t.Logf("%q after %v", got.Obstacle, time.Since(start))
			if !slices.Contains(test.want, got.Obstacle) {
				t.Errorf("got %+v, want one of %q", got.Obstacle, test.want)
			}
			// It is not tried again, and others are answered.
			w.options.Command = nil
			if again := w.Evaluate(q); again.Obstacle != got.Obstacle {
				t.Errorf("again: %q, first %q", again.Obstacle, got.Obstacle)
			}
		})
	}
}

// TestBlame holds that no question is given up for what those before it left in the worker.
func TestBlame(t *testing.T) {
	command, err := WorkerCommand(tiresArgument)
	if err != nil {
		t.Fatal(err)
	}
	w := startWorkers(t, Options{Wait: true, Command: command})
	for i := range 4 {
		if got := w.Evaluate(Question{Expr: fmt.Sprint(i, " + 1")}); got.Value == nil || got.Value.Text != fmt.Sprint(i+1) {
			t.Errorf("question %d: %+v", i, got)
		}
	}
	if got := w.Counts(); got.Died == 0 || got.Stopped > 0 {
		t.Errorf("no worker died of its second question: %+v", got)
	}
}

// TestBusyMachine holds that what gets no time to work is not given up for it, but that it is in
// the end.
func TestBusyMachine(t *testing.T) {
	for _, test := range []struct {
		name  string
		looks int                                    // how often the time is looked at in which the worker worked
		time  func(looked int) (time.Duration, bool) // what is seen
	}{
		{"works all the time", 2, func(looked int) (time.Duration, bool) { return time.Duration(looked) * time.Second, true }},
		{"is kept from it for a while", 5, func(looked int) (time.Duration, bool) { return time.Duration(looked/5) * time.Second, true }},
		{"is kept from it for ever", 11, func(int) (time.Duration, bool) { return 0, true }},
		{"nobody knows", 2, func(int) (time.Duration, bool) { return 0, false }},
	} {
		t.Run(test.name, func(t *testing.T) {
			looked := 0
			w := startWorkers(t, Options{Wait: true, Quick: time.Millisecond, Budget: 10 * time.Millisecond,
				cpuTime: func(int) (time.Duration, bool) { looked++; return test.time(looked) }})
			if got := w.Evaluate(Question{Expr: hangs(0)}); got.Obstacle != TooLong {
				t.Errorf("got %+v", got)
			}
			if looked != test.looks {
				t.Errorf("looked %d times, not %d", looked, test.looks)
			}
		})
	}
}

// TestCPUTime holds that a process that works has worked.
func TestCPUTime(t *testing.T) {
	before, known := cpuTime(os.Getpid())
	if known != (runtime.GOOS == "linux") {
		t.Fatalf("known: %v", known)
	}
	for now := before; known && now <= before; now, known = cpuTime(os.Getpid()) {
		Evaluate(Question{Expr: "1 + 1"})
	}
	if _, known := cpuTime(-1); known {
		t.Error("known of no process")
	}
}

// TestPending holds that who asks for something that hangs is told so, that others are
// answered meanwhile, and that the answer is told when it comes.
func TestPending(t *testing.T) {
	told := make(chan []string, 10)
	w := startWorkers(t, Options{Late: func(packages []string) { told <- packages }})
	q := Question{Expr: hangs(0), Package: "a"}
	if got := w.Evaluate(q); got.Obstacle != Pending {
		t.Fatalf("got %+v", got)
	}
	q.Package = "b"
	if got := w.Evaluate(q); got.Obstacle != Pending {
		t.Fatalf("got %+v", got)
	}
	for i := range 100 {
		if got := w.Evaluate(Question{Expr: fmt.Sprint(i, " + 1")}); got.Value == nil || got.Value.Text != fmt.Sprint(i+1) {
			t.Fatalf("got %+v", got)
		}
	}
	if diff := cmp.Diff([]string{"a", "b"}, <-told); diff != "" {
		t.Error(diff)
	}
	if a, b, c := w.Late("a"), w.Late("b"), w.Late("c"); a != 1 || b != 1 || c != 0 {
		t.Errorf("late: %d %d %d", a, b, c)
	}
	if got := w.Evaluate(q); got.Obstacle != TooLong {
		t.Errorf("got %+v", got)
	}
}

// TestManyHang holds that what hangs does not add up, and that others are answered.
func TestManyHang(t *testing.T) {
	const asks = "the package that asks"
	late := make(chan struct{}, 1)
	w := startWorkers(t, Options{Late: func(packages []string) {
		if slices.Contains(packages, asks) {
			select {
			case late <- struct{}{}:
			default: // somebody is told already
			}
		}
	}})
	start := time.Now()
	for i := range 50 {
		w.Evaluate(Question{Expr: hangs(i)})
	}
	t.Logf("asking for 50 that hang takes %v", time.Since(start))
	got := w.Evaluate(Question{Expr: "1 + 1", Package: asks})
	for got.Obstacle == Pending { // a machine may be busy
		<-late
		got = w.Evaluate(Question{Expr: "1 + 1", Package: asks})
	}
	if got.Value == nil || got.Value.Text != "2" {
		t.Errorf("got %+v", got)
	}
}

// TestKilled kills workers at random moments, a hundred times: every question is answered
// all the same.
func TestKilled(t *testing.T) {
	w := startWorkers(t, Options{Wait: true})
	random := rand.New(rand.NewPCG(1, 2))
	killed := 0
	for i := 0; killed < 100; i++ {
		answers := make(chan Answer, 1)
		go func() { answers <- w.Evaluate(Question{Expr: fmt.Sprintf("[for x in [1, 2, 3] {x + %d}]", i)}) }()
		for range random.IntN(2000) {
			runtime.Gosched()
		}
		w.mu.Lock()
		for p := range w.processes {
			if p.cmd.Process.Kill() == nil {
				killed++
			}
		}
		w.mu.Unlock()
		if got := <-answers; got.Value == nil || len(got.Value.Items) != 3 {
			t.Fatalf("question %d: %+v", i, got)
		}
	}
}

// TestIdle holds that workers that nobody needs end, and that another one is started then.
func TestIdle(t *testing.T) {
	w := startWorkers(t, Options{Wait: true, Idle: time.Millisecond})
	for i := range 3 {
		w.Evaluate(Question{Expr: fmt.Sprint(i)})
		w.mu.Lock()
		var all []*process
		for p := range w.processes {
			all = append(all, p)
		}
		w.mu.Unlock()
		for _, p := range all {
			<-p.ended
		}
	}
}

// TestEndsWithItsParent holds that a worker ends when its input does, even in the middle of
// an evaluation that never ends.
func TestEndsWithItsParent(t *testing.T) {
	command, err := WorkerCommand(workerArgument)
	if err != nil {
		t.Fatal(err)
	}
	p, err := startProcess(command)
	if err != nil {
		t.Fatal(err)
	}
	replies := p.ask(Question{Expr: hangs(0)})
	p.in.Close()
	<-p.ended
	if r := <-replies; r.err == nil {
		t.Errorf("it answered %+v", r.answer)
	}
}

func TestWithoutWorkers(t *testing.T) {
	nothing, err := exec.LookPath("true")
	if err != nil {
		t.Skip(err)
	}
	for _, command := range [][]string{{nothing}, {"/nowhere/at/all"}} {
		failures := 0
		w := NewWorkers(Options{Command: command, Failed: func(error) { failures++ }})
		if got := w.Evaluate(Question{Expr: "1 + 1", Bounded: true}); got.Value == nil || got.Value.Text != "2" {
			t.Errorf("%q: got %+v", command, got)
		}
		if got := w.Evaluate(Question{Expr: "1 + 2"}); got.Obstacle != Unavailable {
			t.Errorf("%q: got %+v", command, got)
		}
		if failures != 1 {
			t.Errorf("%q: told %d times", command, failures)
		}
		w.Close()
	}
}

func TestClosed(t *testing.T) {
	command, err := WorkerCommand(workerArgument)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorkers(Options{Command: command, Wait: true})
	answers := make(chan Answer)
	go func() { answers <- w.Evaluate(Question{Expr: hangs(0)}) }()
	for w.count() == 0 {
		runtime.Gosched()
	}
	w.Close()
	if got := <-answers; got.Obstacle == "" {
		t.Errorf("got %+v", got)
	}
	if got := w.Evaluate(Question{Expr: "1", Bounded: true}); got.Obstacle != Unavailable {
		t.Errorf("got %+v", got)
	}
}

func (w *Workers) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.processes)
}

// FuzzMessages reads whatever a worker, or who asks one, may receive.
func FuzzMessages(f *testing.F) {
	for _, q := range questions() {
		f.Add(q.encode())
		f.Add(Evaluate(q).encode())
	}
	f.Add(appendText(nil, protocol))
	f.Add([]byte{0, 2, 1, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, message []byte) {
		if q, err := decodeQuestion(message); err == nil {
			again, err := decodeQuestion(q.encode())
			if diff := cmp.Diff(q, again); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		}
		if a, err := decodeAnswer(message); err == nil {
			again, err := decodeAnswer(a.encode())
			if diff := cmp.Diff(a, again); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		}
		if body, err := readMessage(strings.NewReader(string(message))); err == nil && len(body) > len(message) {
			t.Errorf("%d bytes of %d", len(body), len(message))
		}
	})
}

func BenchmarkWorkers(b *testing.B) {
	w := startWorkers(b, Options{Wait: true})
	b.Run("round trip", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			w.Evaluate(Question{Expr: fmt.Sprintf(`"\(%d)-x"`, i)})
		}
	})
	b.Run("in process", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			Evaluate(Question{Expr: fmt.Sprintf(`"\(%d)-x"`, i)})
		}
	})
	b.Run("remembered", func(b *testing.B) {
		for b.Loop() {
			w.Evaluate(Question{Expr: `"\(1)-x"`})
		}
	})
	b.Run("start", func(b *testing.B) {
		for b.Loop() {
			p, err := startProcess(w.options.Command)
			if err != nil {
				b.Fatal(err)
			}
			p.kill()
		}
	})
}

// TestCounts holds that what workers do is counted.
func TestCounts(t *testing.T) {
	w := startWorkers(t, Options{Wait: true, Quick: time.Millisecond, Budget: 10 * time.Millisecond})
	for range 2 {
		if got := w.Evaluate(Question{Expr: hangs(0)}); got.Obstacle != TooLong {
			t.Fatalf("got %+v", got)
		}
	}
	got := w.Counts()
	if got.Questions != 2 || got.Remembered != 1 || got.Stopped != 1 || got.Started == 0 || got.Killed == 0 || got.Killed > got.Started || got.Pending > 0 {
		t.Errorf("got %+v", got)
	}
}
