package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A stage is a part of what an edit costs: all that runs below one of its functions.
type stage struct {
	what      string
	functions []string // as they end in a profile
}

// stages are what an edit of a release is made of. Of those that a sample is in, the first one
// counts.
var stages = []stage{
	{"collecting garbage", []string{"runtime.gcBgMarkWorker", "runtime.gcAssistAlloc", "runtime.bgsweep", "runtime.bgscavenge"}},
	{"parsing the release", []string{"catalogindex/syntax.Parse"}},
	{"the next index", []string{"catalogindex.(*Index).With"}},
	{"what the edit affects", []string{"lsp.(*publisher).markAffected"}},
	{"fingerprints of all that the release reads", []string{"analysis.(*Snapshot).fingerprintsOf"}},
	{"its cascade", []string{"analysis.(*Snapshot).resolve"}},
	{"the rules", []string{"analysis/rule.Run"}},
	{"the rest of its diagnostics", []string{"analysis.(*Snapshot).Diagnostics"}},
	{"writing the diagnostics", []string{"lsp.(*publisher).publish"}},
	{"reading messages", []string{"lsp.(*stream).Read", "lsp.(*server).handle"}},
	{"waiting, and waking up", []string{"runtime.mcall", "runtime.schedule", "runtime.sysmon", "runtime.mstart"}},
}

const otherStage = "anything else"

// A profile is where the processor's time of the server went while releases were edited.
type profile struct {
	edits int
	spent map[string]time.Duration // by stage
}

// profiled edits the open releases for a while, by turns, and looks at what the server does.
func profiled(s *server, open []*typist, seconds int) profile {
	answer := make(chan []byte, 1)
	go func() {
		content, err := fetch(fmt.Sprintf("%spprof/profile?seconds=%d", debugURL.FindString(s.Stderr()), seconds))
		if err != nil {
			s.t.Logf("no profile: %v", err)
		}
		answer <- content
	}()
	for edits := 0; ; edits++ {
		select {
		case content := <-answer:
			spent, err := readProfile(content)
			if err != nil {
				s.t.Fatalf("a profile cannot be read: %v", err)
			}
			return profile{edits, spent}
		default:
			open[edits%len(open)].pushed()
		}
	}
}

func fetch(url string) ([]byte, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	return io.ReadAll(response.Body)
}

// readProfile adds up a profile of the processor by stages.
func readProfile(content []byte) (map[string]time.Duration, error) {
	dir, err := os.MkdirTemp("", "opm-lsp-profile-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "cpu")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return nil, err
	}
	traces, err := exec.Command("go", "tool", "pprof", "-traces", file).Output()
	if err != nil {
		return nil, err
	}
	return addUp(traces), nil
}

// addUp reads what "go tool pprof -traces" prints: a head, and then for each stack that was seen a
// line of dashes, the time beside the innermost function, and the functions around it.
//
//	-----------+-----------------
//	      10ms   runtime.memmove
//	             main.copy
func addUp(traces []byte) map[string]time.Duration {
	spent := make(map[string]time.Duration)
	var took time.Duration
	var stack []string
	flush := func() {
		spent[stageOf(stack)] += took
		took, stack = 0, nil
	}
	lines := bufio.NewScanner(bytes.NewReader(traces))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "-----------+") {
			flush()
			continue
		}
		fields := strings.Fields(strings.TrimSuffix(line, " (inline)"))
		if len(fields) == 2 && took == 0 {
			if d, err := time.ParseDuration(fields[0]); err == nil {
				took, fields = d, fields[1:]
			}
		}
		if took > 0 && len(fields) == 1 {
			stack = append(stack, fields[0])
		}
	}
	flush()
	delete(spent, "")
	return spent
}

// stageOf returns the stage that a stack belongs to; "" for none at all.
func stageOf(stack []string) string {
	if len(stack) == 0 {
		return ""
	}
	for _, stage := range stages {
		for _, function := range stack {
			for _, suffix := range stage.functions {
				if strings.HasSuffix(function, suffix) {
					return stage.what
				}
			}
		}
	}
	return otherStage
}

// write writes where the time of an edit goes, as a table.
func (p profile) write(b *strings.Builder, releases int) {
	if p.edits == 0 {
		return
	}
	fmt.Fprintf(b, "\n## Where the time of an edit goes\n\nWhat the server's processors did for one of %d edits at %d releases, by its own profile: not the time by the clock, in which\nmessages, processes and goroutines wait for each other too.\n\n", p.edits, releases)
	b.WriteString("| | an edit | share |\n|---|---|---|\n")
	var all time.Duration
	for _, spent := range p.spent {
		all += spent
	}
	line := func(what string, spent time.Duration) {
		fmt.Fprintf(b, "| %s | %.3f ms | %.0f %% |\n", what, float64(spent)/float64(p.edits)/float64(time.Millisecond), 100*float64(spent)/float64(max(all, 1)))
	}
	for _, stage := range stages {
		if spent := p.spent[stage.what]; spent > 0 {
			line(stage.what, spent)
		}
	}
	line(otherStage, p.spent[otherStage])
	line("all", all)
}
