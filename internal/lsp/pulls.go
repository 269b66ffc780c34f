package lsp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// pulls is what the client knows from having asked for diagnostics.
//
// What a client asks for is not pushed to it too: Neovim and VS Code keep the two apart
// and show a finding that comes both ways twice, and rust-analyzer, ruff and ty push
// nothing to a client that asks. But no client says beforehand how much it will ask for,
// so this goes by document:
//
//   - An open document is asked for by every client that declares textDocument.diagnostic.
//     Only where it also takes workspace/diagnostic/refresh, though, does it hear that a
//     Module which it does not edit broke the release that it shows; without that (Neovim
//     0.10) the server goes on pushing, and does not announce that it may be asked.
//   - A file that is not open is pushed until the client asks for the whole workspace, and
//     from then on it is not. VS Code asks when it starts, and again every two seconds; most
//     others never do.
//   - Neovim is not told that it may ask for the workspace: up to 0.12 it would then take
//     a refresh to be about files that are not open, and leave the others as they are.
type pulls struct {
	store *store

	mu        sync.Mutex
	documents map[string]pulled
	workspace map[string]string // by path, the ids of the answer to workspace/diagnostic; nil before the first
	inventory *inventory        // what the newest answer to workspace/diagnostic came from
}

// pulled is what the client was answered about an open document.
type pulled struct {
	edited uint64 // the document's
	id     string // of the report
}

func newPulls(s *store) *pulls { return &pulls{store: s, documents: make(map[string]pulled)} }

// answered notes what the client gets to know about the document at path, as it was in
// the view. Where the server knows more by now, or the publisher has not seen that view and may
// never do, it has a look at the document.
func (p *pulls) answered(v *view, path, id string) {
	d, open := v.documents[path]
	if !open {
		return
	}
	p.mu.Lock()
	if p.documents[path].edited <= d.edited {
		p.documents[path] = pulled{d.edited, id}
	}
	p.mu.Unlock()
	if now := p.store.view(); now.documents[path].edited == d.edited && (now != v || p.store.unseen()) {
		p.store.lookAgain(path)
	}
}

// answer returns what the client was answered about a document last.
func (p *pulls) answer(path string) (pulled, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last, ok := p.documents[path]
	return last, ok
}

// closed forgets a document that is not open any more.
func (p *pulls) closed(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.documents, path)
}

// answeredWorkspace notes the ids of all files with findings, as the client got them.
func (p *pulls) answeredWorkspace(seen *inventory) {
	p.mu.Lock()
	first := p.workspace == nil
	p.workspace, p.inventory = seen.ids, seen
	p.mu.Unlock()
	if first { // what was pushed is to be taken back
		p.store.lookAgain(seen.ws.Files()...)
	}
}

// ofWorkspace returns the id that the client was answered for a file that is not open, and
// whether it has asked for such files at all.
func (p *pulls) ofWorkspace(path string) (id string, asked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.workspace[path], p.workspace != nil
}

// resultID returns a name for diagnostics that is the same for the same ones.
func resultID(items []protocol.Diagnostic) (string, error) {
	encoded, err := protocol.Marshal(items)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:12]), nil
}

// A refresher asks the client to ask again. One request is under way at a time; what
// comes up meanwhile makes one more.
type refresher struct {
	s *server

	mu             sync.Mutex
	running, again bool
}

// refresh returns at once.
func (r *refresher) refresh() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running {
		r.again = true
		return
	}
	r.running = true
	r.s.start("asking the client to pull diagnostics", func(ctx context.Context) {
		for {
			_, err := r.s.conn.Call(ctx, protocol.MethodWorkspaceDiagnosticRefresh, nil, nil)
			if err != nil && ctx.Err() == nil {
				r.s.log.Debug("the client does not refresh diagnostics", zap.Error(err))
			}
			r.mu.Lock()
			if !r.again || ctx.Err() != nil {
				r.running = false
				r.mu.Unlock()
				return
			}
			r.again = false
			r.mu.Unlock()
		}
	})
}
