package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime"
	"time"

	"github.com/open-platform-model/opm-lsp/internal/lsp"
)

// A debugServer shows what this process does to who runs it, over HTTP: its counters at
// /debug/counters, as JSON, and Go's profiles below /debug/pprof/.
type debugServer struct {
	http     *http.Server
	listener net.Listener
}

// serveDebug begins to serve at an address, "127.0.0.1:0" for any free port. It is an error if
// others than this machine could reach it: there is no password.
func serveDebug(address string, counters *lsp.Counters) (*debugServer, error) {
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--debug-addr %s is no address; try 127.0.0.1:0", address)
	}
	if !resolved.IP.IsLoopback() {
		return nil, fmt.Errorf("--debug-addr %s can be reached from other machines; use 127.0.0.1 or [::1]", address)
	}
	listener, err := net.ListenTCP("tcp", resolved)
	if err != nil {
		return nil, fmt.Errorf("--debug-addr: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/counters", func(w http.ResponseWriter, _ *http.Request) { writeCounters(w, counters) })
	d := &debugServer{
		http:     &http.Server{Handler: toLoopback(mux), ReadHeaderTimeout: 10 * time.Second},
		listener: listener,
	}
	go func() { _ = d.http.Serve(listener) }()
	return d, nil
}

// url is where to begin.
func (d *debugServer) url() string { return fmt.Sprintf("http://%s/debug/", d.listener.Addr()) }

func (d *debugServer) close() { _ = d.http.Close() }

// toLoopback refuses requests that name another host than this one: a page in a browser can make
// its own name lead here, and would read what it gets.
func toLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "opm-lsp answers to 127.0.0.1, ::1 and localhost only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// writeCounters writes the server's counters, and what Go says of this process.
func writeCounters(w http.ResponseWriter, counters *lsp.Counters) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "\t")
	_ = encoder.Encode(struct {
		lsp.Report
		HeapBytes   uint64 `json:"heapBytes"` // in use
		HeapObjects uint64 `json:"heapObjects"`
		Goroutines  int    `json:"goroutines"`
		Collections uint32 `json:"garbageCollections"`
	}{counters.Report(), memory.HeapAlloc, memory.HeapObjects, runtime.NumGoroutine(), memory.NumGC})
}
