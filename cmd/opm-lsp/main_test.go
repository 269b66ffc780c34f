package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// The tests of this package know the program as its users do: they start the binary,
// as a process of its own, and look at what comes out of it.

var update = flag.Bool("update", false, "write what came out as what is expected")

// binary is the path of the program, built from the present sources.
var binary string

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == workerName { // of a command that a test runs in its own process
		os.Exit(run(os.Args[1:]))
	}
	dir, err := os.MkdirTemp("", "opm-lsp-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	_ = os.Setenv(cacheVariable, noCache) // a test that is about what is kept says where
	remove := func() { _ = os.RemoveAll(dir) }
	binary = filepath.Join(dir, "opm-lsp")
	args := []string{"build", "-o", binary}
	if withRace {
		args = append(args, "-race")
		// By default a program with the race detector takes a second to end.
		_ = os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0")
	}
	if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "cannot build opm-lsp: %v\n%s", err, out)
		remove()
		os.Exit(2)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		remove()
		os.Exit(code)
	}))
}

// output is what a command printed and how it ended.
type output struct {
	stdout, stderr string
	code           int
}

// execute runs the program in a directory.
func execute(t *testing.T, dir string, args ...string) output {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if strings.Contains(stderr.String(), "DATA RACE") {
		t.Errorf("opm-lsp %s: %s", strings.Join(args, " "), stderr.String())
	}
	return output{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// workspaceOf is a temporary directory with the given files (content by name, with
// forward slashes). It is a workspace of its own, whatever lies above it.
func workspaceOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := emptyWorkspace(t)
	for name, content := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), content)
	}
	return dir
}

// emptyWorkspace is a temporary directory that has only the mark of a workspace's top.
func emptyWorkspace(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return seal(t, dir)
}

// seal marks a directory as the top of a workspace.
func seal(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// exampleWorkspace is a copy of testdata/workspace.
func exampleWorkspace(t *testing.T) string {
	t.Helper()
	dir := emptyWorkspace(t)
	if err := os.CopyFS(dir, os.DirFS(filepath.FromSlash("../../testdata/workspace"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
