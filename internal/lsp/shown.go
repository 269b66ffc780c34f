package lsp

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// maxShown bounds how many answers are remembered that a client may still show.
const maxShown = 256

// A shown remembers answers that the client goes on showing: lenses, hints, tokens and virtual
// documents. When one of them is not true any more it asks the client to ask again.
//
// For example: a Module's lens says that one release breaks. The release is mended in
// another file, of which the client only learns by publishDiagnostics that it is clean. The
// publisher, when it is done with all diagnostics, lets look through what is shown; the lens
// would say something else now, so the client is asked to refresh its lenses.
type shown struct {
	s *server

	mu      sync.Mutex
	answers map[string]shownAnswer // by kind, path and part
	order   []string               // their keys, oldest first
}

// A shownAnswer is one of them.
type shownAnswer struct {
	kind  shownKind
	path  string // of the document that it is about; "" for virtual ones
	part  string // tells it from the others about the document; the URI of a virtual one
	said  string
	again func(ws workspace) string // what is to be said about a workspace

	text *text.Text // of the document at path
}

// A shownKind says by which request the client is asked to ask again.
type shownKind int

const (
	shownLenses shownKind = iota
	shownHints
	shownTokens
	shownVirtual
)

func (a shownAnswer) key() string { return fmt.Sprintf("%d\x00%s\x00%s", a.kind, a.path, a.part) }

// keep remembers what was answered to a question.
func (sh *shown) keep(q *query, a shownAnswer) {
	if a.path != "" {
		a.text = q.ws.Text(a.path)
	}
	sh.mu.Lock()
	if sh.answers == nil {
		sh.answers = make(map[string]shownAnswer)
	}
	key := a.key()
	if _, known := sh.answers[key]; known {
		sh.order = slices.DeleteFunc(sh.order, func(other string) bool { return other == key })
	}
	sh.answers[key] = a
	sh.order = append(sh.order, key)
	for len(sh.order) > maxShown {
		delete(sh.answers, sh.order[0])
		sh.order = sh.order[1:]
	}
	sh.mu.Unlock()
	if sh.s.store.view().ws != q.ws {
		sh.s.store.lookAgain() // something changed while the answer was made
	}
}

// look asks the client to ask again for what is not as it was answered. Those about a
// document that the client has edited since it asks again by itself.
func (sh *shown) look(ctx context.Context, v *view) {
	if v.ws == nil {
		return
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			sh.s.failed("looking through what is shown", panicked)
		}
	}()
	sh.mu.Lock()
	answers := maps.Clone(sh.answers)
	sh.mu.Unlock()
	refresh := make(map[string]shownAnswer) // one of each request
	var gone []string
	for _, key := range slices.Sorted(maps.Keys(answers)) {
		a := answers[key]
		switch {
		case ctx.Err() != nil || sh.s.store.view() != v:
			return // the publisher comes again for what has changed meanwhile
		case v.reads(a.path):
		case a.path != "" && !sameText(v.ws.Text(a.path), a.text):
			gone = append(gone, key)
		case a.again(v.ws) == a.said:
		default:
			gone = append(gone, key)
			if a.kind != shownVirtual {
				a.part = ""
			}
			refresh[fmt.Sprint(int(a.kind), a.part)] = a
		}
	}
	sh.forget(answers, gone)
	for _, key := range slices.Sorted(maps.Keys(refresh)) {
		sh.ask(refresh[key])
	}
}

// sameText reports whether two texts, of which each may be nil, have the same content. A file
// that was read from disk again has another text.
func sameText(a, b *text.Text) bool {
	return a == b || a != nil && b != nil && a.Content() == b.Content()
}

// forget drops answers, unless they were given anew meanwhile.
func (sh *shown) forget(were map[string]shownAnswer, keys []string) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, key := range keys {
		if sh.answers[key].said == were[key].said && sh.answers[key].text == were[key].text {
			delete(sh.answers, key)
			sh.order = slices.DeleteFunc(sh.order, func(other string) bool { return other == key })
		}
	}
}

// ask asks the client to ask again, to which it only says that it has heard that.
func (sh *shown) ask(a shownAnswer) {
	conn := sh.s.conn
	sh.s.start("asking the client to ask again", func(ctx context.Context) {
		var err error
		switch a.kind {
		case shownLenses:
			_, err = conn.Call(ctx, protocol.MethodWorkspaceCodeLensRefresh, nil, nil)
		case shownHints:
			_, err = conn.Call(ctx, protocol.MethodWorkspaceInlayHintRefresh, nil, nil)
		case shownTokens:
			_, err = conn.Call(ctx, protocol.MethodWorkspaceSemanticTokensRefresh, nil, nil)
		case shownVirtual:
			_, err = conn.Call(ctx, protocol.MethodWorkspaceTextDocumentContentRefresh, &protocol.TextDocumentContentRefreshParams{URI: uri.URI(a.part)}, nil)
		}
		if err != nil && ctx.Err() == nil {
			sh.s.log.Debug("the client does not refresh", zap.Error(err))
		}
	})
}
