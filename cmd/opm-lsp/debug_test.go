package main

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

var debugURL = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+/debug/`)

// get asks a debug server, under the name of a host.
func get(t *testing.T, url, host string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		request.Host = host
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

func TestDebugAddress(t *testing.T) {
	t.Parallel()
	root := exampleWorkspace(t)
	log := filepath.Join(t.TempDir(), "log")
	c := lspclient.Start(t, binary, "serve", "--debug-addr", "127.0.0.1:0", "--log-file", log)
	c.Initialize(initializeParams(root, "utf-8"))
	path := filepath.Join(root, "releases", "dev", "web.cue")
	d := c.Open(path, read(t, path))
	c.WaitForVersion(path, 1)
	d.Append("\n")
	c.WaitForVersion(path, 2)
	url := debugURL.FindString(c.Stderr())
	if url == "" || !strings.Contains(read(t, log), url) {
		t.Fatalf("the address is not told:\n%s\n%s", c.Stderr(), read(t, log))
	}

	status, body := get(t, url+"counters", "")
	var counters struct {
		Evaluated struct{ Releases int64 }
		Messages  map[string]struct{ Count int64 }
		HeapBytes uint64
		Files     int
	}
	if err := json.Unmarshal([]byte(body), &counters); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v:\n%s", status, err, body)
	}
	if counters.Evaluated.Releases == 0 || counters.Messages["textDocument/didChange"].Count != 1 || counters.HeapBytes == 0 || counters.Files == 0 {
		t.Errorf("the counters are %s", body)
	}
	if status, body := get(t, url+"pprof/goroutine?debug=1", "localhost:80"); status != http.StatusOK || !strings.Contains(body, "goroutine") {
		t.Errorf("the profile of goroutines is %d %s", status, body)
	}
	if status, body := get(t, url+"counters", "harbourlane.example"); status != http.StatusForbidden || strings.Contains(body, "evaluated") {
		t.Errorf("under another name the counters are %d %s", status, body)
	}
}

func TestDebugAddressElsewhere(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		":0":           "opm-lsp: --debug-addr :0 can be reached from other machines; use 127.0.0.1 or [::1]\n",
		"0.0.0.0:6060": "opm-lsp: --debug-addr 0.0.0.0:6060 can be reached from other machines; use 127.0.0.1 or [::1]\n",
		"nothing":      "opm-lsp: --debug-addr nothing is no address; try 127.0.0.1:0\n",
	} {
		if got := execute(t, t.TempDir(), "serve", "--debug-addr", address); got.code != 2 || got.stderr != want || got.stdout != "" {
			t.Errorf("%s: %+v", address, got)
		}
	}
}
