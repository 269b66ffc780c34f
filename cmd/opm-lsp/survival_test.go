package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// hostile are definitions that would take all time and memory there is if nothing held them
// back. Each is a file that somebody may have in a workspace, opened in an editor.
func hostile() map[string]string {
	definition := func(values, beside string) string {
		return "package hostile\n\nimport \"list\"\n\n#ModuleDefinition & {\n\t#metadata: {name: \"hostile\", version: \"1.0.0\"}\n\tvalues: " + values + "\n}\n" + beside
	}
	repeated := func(n int, line func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(line(i))
		}
		return b.String()
	}
	alternatives := func(i int) string { return fmt.Sprintf("({f%d: 0} | {f%d: 1} | {f%d: 2})", i, i, i) }
	var choices []string
	for i := range 10 {
		choices = append(choices, alternatives(i))
	}
	return map[string]string{
		"ten choices of structs": definition("{a?: "+strings.Join(choices, " & ")+"}", ""),
		"never ends":             definition("{a?: [...int] | *["+repeated(4, func(i int) string { return fmt.Sprintf("for x%d in list.Range(0, 1000, 1) ", i) })+"if x0 < 0 {x0}]}", ""),
		"never ends, ten times": definition("{\n"+repeated(10, func(i int) string {
			return fmt.Sprintf("a%d?: [...int] | *[for x in list.Range(0, 1000, 1) for y in list.Range(0, 1000, 1) for z in list.Range(0, 1000, 1) if x+y+z < -%d {x}]\n", i, i)
		})+"}", ""),
		"a billion elements": definition("{a?: [...int] | *list.Range(0, 1000000000, 1)}", ""),
		"nested deep":        definition("{a: "+strings.Repeat("[", 200_000)+strings.Repeat("]", 200_000)+"}", ""),
		"labels deep":        definition("{"+strings.Repeat("a: ", 200_000)+"1}", ""),
		"recursion":          definition("#A", "#A: {a?: #A, b?: #B}\n#B: {a?: #A, c: [...#B], d: #B}\n"),
		"templates":          definition("{x: (#T & {in: 1}).out}", "#T: {in: int, out: (#T & {\"in\": in + 1}).out}\n"),
		"doubling texts":     definition("{\na0?: string | *\"xxxxxxxx\"\n"+repeated(40, func(i int) string { return fmt.Sprintf("a%d?: string | *\"\\(a%d)\\(a%d)\"\n", i+1, i, i) })+"}", ""),
		"doubling names":     definition("{\nlet l0 = \"x\"\n"+repeated(40, func(i int) string { return fmt.Sprintf("let l%d = \"\\(l%d)\\(l%d)\"\n", i+1, i, i) })+"a: l40\n}", ""),
		"ten megabytes":      definition("{\n"+repeated(200_000, func(i int) string { return fmt.Sprintf("  value%d: \"%s\"\n", i, strings.Repeat("x", 32)) })+"}", ""),
		"many elements":      definition("{a: [...int & >=0] & [\n"+repeated(50_000, func(i int) string { return strconv.Itoa(i) + ",\n" })+"]}", ""),
		"broken":             definition("{\n"+repeated(20_000, func(i int) string { return fmt.Sprintf("a-b-%d: \"x\n", i) })+"}", ""),
		"regular expressions": definition(`{a?: =~"`+strings.Repeat("(a{1,900}){1,1}", 100)+`", b?: =~"`+strings.Repeat("(", 900)+"a"+strings.Repeat(")", 900)+`", c: =~"(x+x+)+y" & "`+
			strings.Repeat("x", 100_000)+`"}`, ""),
		"numbers":        definition("{a?: <1e999999999, b: 1e999999999 * 10, c?: number | *1e999999999, d?: int & <10 & >=1e99999999, e: 1e99999999, f?: int | *(1e9999999999999999999)}", ""),
		"itself":         definition("{a: b, b: c, c: a, d: d, e: e + 1, f: \"\\(f)\", g: {X=h: X}}", ""),
		"names of names": definition("{a: time!, b: time!.x, c: #time!}", "time!: time!\n"),
		"zeros":          definition("{a: \"\x00\"}", "\x00\x00"),
	}
}

// TestSurvives opens each hostile file, edits it, and hovers over a value of another file all
// the time: each hover is answered. The server then tells what is wrong in the hostile file,
// and so does check. How long hovers took is printed.
func TestSurvives(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			root := workspaceOf(t, small(map[string]string{"right.cue": rightRelease}))
			file := filepath.Join(root, "hostile", "hostile.cue")
			write(t, file, text)
			c := lspclient.Start(t, binary)
			c.Initialize(initializeParams(root, "utf-16"))
			right := openedRight(t, c, root)
			d := c.Open(file, text)
			waits := []time.Duration{hoverOver(t, c, right)}
			for range 3 {
				d.Append("\n// edited\n")
				c.Notify("$/setTrace", json.RawMessage(`{"value": "off"}`))
				for _, method := range []string{"textDocument/hover", "textDocument/definition", "textDocument/completion"} {
					c.Send(method, d.At("package hostile", 1)) // nobody waits for these
				}
				waits = append(waits, hoverOver(t, c, right), hoverOver(t, c, right))
			}
			c.WaitForVersion(file, d.Version)
			waits = append(waits, hoverOver(t, c, right))
			t.Logf("hover in another file takes %v, at most %v", slices.Sorted(slices.Values(waits))[len(waits)/2], slices.Max(waits))
			if got := execute(t, root, "check", "--format", "json"); got.code != exitClean && got.code != exitFindings {
				t.Errorf("check ends with %d: %s", got.code, got.stderr)
			}
		})
	}
}

// openedRight opens the release in which nothing is wrong.
func openedRight(t *testing.T, c *lspclient.Client, root string) *lspclient.Document {
	t.Helper()
	var path string
	err := filepath.WalkDir(root, func(p string, _ os.DirEntry, err error) error {
		if filepath.Base(p) == "right.cue" {
			path = p
		}
		return err
	})
	if err != nil || path == "" {
		t.Fatal("no release", err)
	}
	return c.Open(path, read(t, path))
}

// hoverOver hovers over a value and returns how long the answer took.
func hoverOver(t *testing.T, c *lspclient.Client, d *lspclient.Document) time.Duration {
	t.Helper()
	start := time.Now()
	var answer json.RawMessage
	c.MustCall("textDocument/hover", d.At("replicas", 1), &answer)
	if len(answer) == 0 {
		t.Error("hover is not answered")
	}
	return time.Since(start)
}

// TestStopsAreTold holds that what hangs is said in its file, once, when it is given up; that it
// is not tried again while something else is edited, and that it is gone when it is mended.
func TestStopsAreTold(t *testing.T) {
	root := workspaceOf(t, small(map[string]string{"right.cue": rightRelease}))
	file := filepath.Join(root, "hostile", "hostile.cue")
	text := hostile()["never ends"]
	write(t, file, text)
	c := lspclient.Start(t, binary, "serve", "--debug-addr", "127.0.0.1:0")
	c.Initialize(initializeParams(root, "utf-16"))
	d := c.Open(file, text)
	stops := func(s lspclient.State) (n int) {
		for _, diagnostic := range s.Diagnostics(file) {
			if fmt.Sprint(diagnostic.Code) == "cue/evaluation-stopped" {
				n++
			}
		}
		return n
	}
	c.Wait("that it is given up", func(s lspclient.State) bool { return stops(s) == 1 })
	d.Append("// another line\n")
	c.WaitForVersion(file, d.Version)
	if n := stops(c.State()); n != 1 {
		t.Errorf("after an edit of something else it is said %d times", n)
	}
	d.Replace("if x0 < 0 {x0}", "if x0 < 0 if x1 > 0 {x0}")
	c.Wait("that it is given up again", func(s lspclient.State) bool { return s.Version(file) == d.Version && stops(s) == 1 })
	d.SetText(strings.ReplaceAll(d.Text, "1000", "2"))
	c.Wait("that it is mended", func(s lspclient.State) bool { return s.Version(file) == d.Version && stops(s) == 0 })
	_, body := get(t, debugURL.FindString(c.Stderr())+"counters", "")
	var counters struct {
		Workers struct{ Questions, Started, Killed, Stopped int64 }
	}
	if err := json.Unmarshal([]byte(body), &counters); err != nil {
		t.Fatal(err)
	}
	if n := counters.Workers; n.Questions < 3 || n.Stopped != 2 || n.Killed < 2 || n.Started < 2 {
		t.Errorf("the counters say %+v", n)
	}
}

// workersOf returns the processes that a server has started.
func workersOf(t *testing.T, server int) []int {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", server))
	if err != nil || len(tasks) == 0 {
		t.Skip("this system does not tell the children of a process")
	}
	var pids []int
	for _, task := range tasks {
		all, err := os.ReadFile(task)
		if err != nil {
			continue // a thread that ended
		}
		for _, field := range strings.Fields(string(all)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// TestWorkersKilled kills workers of a server at random moments while a value is edited that
// only a worker can compute: each edit is answered with the right diagnostics, a hundred
// times in a row.
func TestWorkersKilled(t *testing.T) {
	root := workspaceOf(t, small(map[string]string{"right.cue": rightRelease}))
	file := filepath.Join(root, "hostile", "hostile.cue")
	text := "package hostile\n\nimport \"list\"\n\n#ModuleDefinition & {\n\t#metadata: {name: \"hostile\", version: \"1.0.0\"}\n\tvalues: a?: [...int & <5] | *list.Range(0, 10, 1)\n}\n"
	write(t, file, text)
	c := lspclient.Start(t, binary)
	c.Initialize(initializeParams(root, "utf-16"))
	right := openedRight(t, c, root)
	d := c.Open(file, text)
	random := rand.New(rand.NewPCG(1, 2))
	killed, slowest := 0, time.Duration(0)
	for i := range 100 {
		stop := 6 + i*2
		d.SetText(strings.Replace(text, "10, 1)", fmt.Sprintf("%d, %d)", stop, 1+i%3), 1))
		for range random.IntN(3) {
			slowest = max(slowest, hoverOver(t, c, right))
		}
		killed += killWorkers(t, c)
		c.Wait("what is wrong", func(s lspclient.State) bool { return s.Version(file) == d.Version && len(s.Diagnostics(file)) > 0 })
	}
	t.Logf("%d workers killed; hover in another file takes at most %v", killed, slowest)
	if killed < 50 {
		t.Errorf("only %d workers were killed", killed)
	}
}

// TestUnreadableWorkspace holds that links in a circle and directories without permission cost
// nothing but themselves.
func TestUnreadableWorkspace(t *testing.T) {
	root := workspaceOf(t, small(map[string]string{"right.cue": rightRelease}))
	for link, target := range map[string]string{"loop": ".", "a.cue": "b.cue", "b.cue": "a.cue", "up": ".."} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Skip(err)
		}
	}
	closed := filepath.Join(root, "closed")
	if err := os.Mkdir(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o700) })
	c := lspclient.Start(t, binary)
	c.Initialize(initializeParams(root, "utf-16"))
	hoverOver(t, c, openedRight(t, c, root))
}
