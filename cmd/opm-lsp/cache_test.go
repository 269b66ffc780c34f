package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKilledWhileKeeping kills check at random moments, while it reads, evaluates and writes what
// it keeps. Whatever is left of that, the next run starts and finds what a run finds that keeps
// nothing.
func TestKilledWhileKeeping(t *testing.T) {
	const kills = 200
	root, cache := exampleWorkspace(t), t.TempDir()
	check := func(where string) *exec.Cmd {
		cmd := exec.Command(binary, "check", "-C", root, "--format", "json")
		cmd.Env = append(os.Environ(), cacheVariable+"="+where)
		return cmd
	}
	finish := func(where string) (out []byte, took time.Duration) {
		t.Helper()
		var stderr bytes.Buffer
		cmd := check(where)
		cmd.Stderr = &stderr
		began := time.Now()
		out, err := cmd.Output()
		if code := cmd.ProcessState.ExitCode(); code != exitFindings || stderr.Len() > 0 {
			t.Fatalf("check ended with %v and said %q", err, stderr.String())
		}
		return out, time.Since(began)
	}
	want, took := finish(noCache)
	written := 0
	for i := range kills {
		if i%10 == 0 { // or else everything is kept, and nothing is written
			if err := os.RemoveAll(cache); err != nil {
				t.Fatal(err)
			}
		}
		cmd := check(cache)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		killed := time.AfterFunc(time.Duration(rand.Int64N(int64(took)*5/4)), func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait() // it was killed, or found something
		killed.Stop()
		if files, _ := filepath.Glob(filepath.Join(cache, "*")); len(files) > 0 {
			written++
		}
		if i%20 == 19 {
			if got, _ := finish(cache); !bytes.Equal(got, want) {
				t.Fatalf("after %d kills check finds something else:\n%s", i+1, got)
			}
		}
	}
	t.Logf("in %d of %d runs that were killed something had been written", written, kills)
	if got, _ := finish(cache); !bytes.Equal(got, want) {
		t.Fatalf("check finds something else:\n%s", got)
	}
}

// TestKeptForTheNextRun holds that what is kept changes nothing of what check says, and that a
// file that is no cache is as good as none.
func TestKeptForTheNextRun(t *testing.T) {
	root, cache := exampleWorkspace(t), t.TempDir()
	check := func() string {
		t.Helper()
		cmd := exec.Command(binary, "check", "-C", root, "--format", "compact")
		cmd.Env = append(os.Environ(), cacheVariable+"="+cache)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != exitFindings {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	first := check()
	files, err := filepath.Glob(filepath.Join(cache, "*.cache"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if again := check(); again != first {
		t.Errorf("the second run says:\n%s", again)
	}
	for _, content := range []string{"", "no cache", strings.Repeat("\x00", 1<<20)} {
		if err := os.WriteFile(files[0], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if again := check(); again != first {
			t.Errorf("with %d bytes that are no cache the run says:\n%s", len(content), again)
		}
	}
}
