package lsp

import (
	"path/filepath"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.uber.org/zap"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// slowTurn is how long a message, or the diagnostics of one file, may take before the log tells
// of it.
const slowTurn = 200 * time.Millisecond

// A turn is one piece of work that somebody waits for.
type turn struct {
	s      *server
	what   string // a method, or what is done beside the read loop
	began  time.Time
	waited time.Duration // for the workspace to be read
	before analysis.Counts
}

func (s *server) beginTurn(what string) turn {
	return turn{s: s, what: what, began: time.Now(), before: s.store.view().counts()}
}

// workspaceIsHere says that all until now was waiting for the workspace.
func (t *turn) workspaceIsHere() { t.waited = time.Since(t.began) }

// end ends the turn and tells the log of it if it was slow. path, which may be nil, returns the
// file that the turn was about, or "". What was evaluated may have been so for others who were at work
// at the same time.
func (t *turn) end(path func() string) time.Duration {
	took := time.Since(t.began)
	if took-t.waited < t.s.options.slowTurn {
		return took
	}
	t.s.counters.slow.Add(1)
	fields := []zap.Field{
		zap.String("what", t.what),
		zap.Duration("took", took.Round(time.Millisecond)),
	}
	if t.waited > 0 {
		fields = append(fields, zap.Duration("of that for the workspace", t.waited.Round(time.Millisecond)))
	}
	if path != nil {
		if path := path(); path != "" {
			fields = append(fields, zap.String("file", t.s.relative(path)))
		}
	}
	v := t.s.store.view()
	done := v.counts().Minus(t.before)
	// No more than that: what goes to standard error, VS Code shows as an error.
	t.s.log.Info("slow", append(fields,
		zap.Int64("releases evaluated", done.Releases),
		zap.Int64("Modules evaluated", done.Modules),
		zap.Int64("comparisons", done.Comparisons),
		zap.Int64("files waiting", t.s.counters.waiting.Load()))...)
	return took
}

// counts returns what was computed for the workspace so far.
func (v *view) counts() analysis.Counts {
	if v.ws == nil {
		return analysis.Counts{}
	}
	return v.ws.Counts()
}

// relative returns a path relative to the workspace folder that it lies in, for the log; without
// one, its last element.
func (s *server) relative(path string) string {
	for _, folder := range s.loader.folders() {
		if rel, err := filepath.Rel(folder, path); err == nil && catalogindex.IsBelow(path, folder) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(path)
}

// documentOf returns the path of the document that the params of a message name, or "".
func documentOf(raw jsonrpc2.RawMessage) string {
	var params struct {
		TextDocument struct {
			URI string `json:"uri"`
		} `json:"textDocument"`
	}
	if err := (codec{}).Unmarshal(raw, &params); err != nil {
		return ""
	}
	path, err := pathOf(params.TextDocument.URI)
	if err != nil {
		return ""
	}
	return path
}
