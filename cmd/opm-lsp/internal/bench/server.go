package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// The last file of a workspace, in the order in which the server publishes files that are not
// open. What it holds is wrong, and concerns no other file; when its diagnostics have come, those of all
// files before it have.
const (
	lastFile = "~/last.cue"
	lastText = "package last\n\n)\n"
)

// A workspace is one that was written to disk.
type workspace struct {
	*synthetic.Workspace
	dir string
}

func write(dir string, o synthetic.Options) (*workspace, error) {
	w := &workspace{synthetic.New(o), dir}
	if err := synthetic.Write(dir, append(w.All(), synthetic.File{Path: lastFile, Content: lastText})); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *workspace) path(f synthetic.File) string {
	return filepath.Join(w.dir, filepath.FromSlash(f.Path))
}

// A server is one that serves a workspace.
type server struct {
	*lspclient.Client
	t      lspclient.T
	w      *workspace
	began  time.Time
	memory *memoryWatch
}

// serve starts a server, for a client that asks for diagnostics itself or for one that waits for them.
func serve(t lspclient.T, binary string, w *workspace, pulls bool) *server {
	began := time.Now()
	c := lspclient.Measure(t, binary, "serve", "--debug-addr", "127.0.0.1:0")
	s := &server{Client: c, t: t, w: w, began: began, memory: watchMemory(c.Process())}
	t.Cleanup(func() { s.memory.end() })
	c.Initialize(initializeParams(w.dir, pulls))
	return s
}

func initializeParams(root string, pulls bool) any {
	uri := lspclient.URI(root)
	document := map[string]any{
		"publishDiagnostics": map[string]any{"relatedInformation": true, "versionSupport": true},
		"hover":              map[string]any{"contentFormat": []string{"markdown"}},
	}
	capabilities := map[string]any{"general": map[string]any{"positionEncodings": []string{"utf-16"}}, "textDocument": document}
	if pulls {
		document["diagnostic"] = map[string]any{"relatedDocumentSupport": true}
		capabilities["workspace"] = map[string]any{"diagnostics": map[string]any{"refreshSupport": true}}
	}
	return map[string]any{
		"processId": nil, "rootUri": uri, "capabilities": capabilities,
		"workspaceFolders": []map[string]any{{"uri": uri, "name": "bench"}},
		// For cue lsp.
		"initializationOptions": map[string]any{"diagnosticsDelay": "1ms"},
	}
}

// loaded waits until the server has published what is wrong on disk.
func (s *server) loaded() {
	last := filepath.Join(s.w.dir, filepath.FromSlash(lastFile))
	s.Wait("diagnostics of the last file", func(state lspclient.State) bool { return len(state.Diagnostics(last)) > 0 })
}

// A barrier is the last file, open and without its error.
type barrier struct {
	s *server
	d *lspclient.Document
}

func (s *server) barrier() barrier {
	path := filepath.Join(s.w.dir, filepath.FromSlash(lastFile))
	d := s.Open(path, "")
	s.WaitForVersion(path, d.Version)
	return barrier{s, d}
}

// reached gives the file back to the disk and waits until the server has published it, and so all that
// follows from the changes until now. It returns when that arrived.
func (b barrier) reached() time.Time {
	b.d.Close()
	b.s.Wait("diagnostics of the last file", func(state lspclient.State) bool {
		return state.Version(b.d.Path) == -1 && len(state.Diagnostics(b.d.Path)) > 0
	})
	return b.s.Published(b.d.Path).Arrived
}

// settled waits until the server has published all that follows from the changes so far.
func (s *server) settled() { s.barrier().reached() }

// open opens a file of the workspace and waits for its diagnostics.
func (s *server) open(f synthetic.File) *lspclient.Document {
	path := s.w.path(f)
	d := s.Open(path, f.Content)
	s.WaitForVersion(path, d.Version)
	return d
}

var debugURL = regexp.MustCompile(`http://[^ ]*/debug/`)

// counts asks the server what it has evaluated so far.
func (s *server) counts() analysis.Counts {
	response, err := http.Get(debugURL.FindString(s.Stderr()) + "counters")
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	var counters struct{ Evaluated analysis.Counts }
	if err := json.NewDecoder(response.Body).Decode(&counters); err != nil {
		s.t.Fatal(err)
	}
	return counters.Evaluated
}

// machine says what the measuring was done on, and nothing that names it.
func machine() string {
	model := ""
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
			break
		}
	}
	memory := ""
	info, _ = os.ReadFile("/proc/meminfo")
	if fields := strings.Fields(string(info)); len(fields) > 1 {
		var kilobytes int64
		_, _ = fmt.Sscan(fields[1], &kilobytes)
		memory = fmt.Sprintf(", %d GB of memory", kilobytes>>20)
	}
	return strings.TrimPrefix(model+memory, ", ")
}

// load returns how many processes wanted to run in the last minute, on average.
func load() string {
	content, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(content), " ")
	return first
}
