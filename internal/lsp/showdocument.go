package lsp

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A shownText is what a command answers: what it has shown, or what the client may show.
type shownText struct {
	URI      string `json:"uri"` // of the virtual document, or of a page
	Language string `json:"language"`
	Text     string `json:"text"`
	Shown    bool   `json:"shown"` // in an editor, by window/showDocument
}

// showVirtual shows a virtual document about a document: as such where the client reads
// those, else as a temporary file, else as a message; not at all where the client
// wants the text alone.
func (q *invocation) showVirtual(ctx context.Context, d *catalogindex.Document, name string) (any, error) {
	if name == "" {
		return nil, invalid("this %s has no name yet: give it %s.name", d.Kind, d.Dialect.Metadata)
	}
	found, err := q.ws.Virtual(name)
	if err != nil {
		return nil, invalid("%v", err)
	}
	shown := shownText{URI: name, Language: found.Language, Text: found.Text}
	if q.quiet {
		return shown, nil
	}
	if q.client.showsDocuments {
		target := name
		if !q.client.readsVirtual {
			if target, err = q.server.temporary.write(name, found.Text); err != nil {
				q.server.log.Warn("could not write a temporary file", zap.Error(err))
			}
		}
		shown.Shown = err == nil && q.showDocument(ctx, &protocol.ShowDocumentParams{URI: uri.URI(target), TakeFocus: pointer(true)})
	}
	if !shown.Shown {
		q.tell(ctx, found.Text)
	}
	return shown, nil
}

// showDocument reports whether the client shows a document.
func (q *query) showDocument(ctx context.Context, params *protocol.ShowDocumentParams) bool {
	var result protocol.ShowDocumentResult
	if _, err := q.server.conn.Call(ctx, protocol.MethodWindowShowDocument, params, &result); err != nil {
		q.server.log.Debug("the client does not show a document", zap.Error(err))
		return false
	}
	return result.Success
}

// maxTold is how many bytes of a text are told in a message.
const maxTold = 4000

// tell shows a text to the user, where there is no other way.
func (q *query) tell(ctx context.Context, said string) {
	if len(said) > maxTold {
		said = strings.ToValidUTF8(said[:maxTold], "") + "…"
	}
	q.server.notify(ctx, protocol.MethodWindowShowMessage, &protocol.ShowMessageParams{Type: protocol.MessageTypeInfo, Message: said})
}

// temporaries are files with the texts of virtual documents, for clients that read only
// files. They are in a directory that nobody else can read, and gone when the server is.
type temporaries struct {
	mu     sync.Mutex
	dir    string
	ended  bool
	copies map[string]string // files that are copies of what comes with opm-lsp: the paths of that
}

// write writes the text of a virtual document, and returns the URI of the file.
func (t *temporaries) write(name, content string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return "", errors.New("the server has shut down")
	}
	if t.dir == "" {
		dir, err := os.MkdirTemp("", "opm-lsp-")
		if err != nil {
			return "", err
		}
		t.dir = dir
	}
	file := filepath.Join(t.dir, temporaryName(name))
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		return "", err
	}
	return uriOf(file), nil
}

// copy writes a copy of what comes with opm-lsp, unless it is there, and returns the URI of the
// file.
func (t *temporaries) copy(path, content string) (string, error) {
	t.mu.Lock()
	for file, original := range t.copies {
		if original == path {
			t.mu.Unlock()
			return uriOf(file), nil
		}
	}
	t.mu.Unlock()
	spelled, err := t.write(path, content)
	if err != nil {
		return "", err
	}
	file, err := pathOf(spelled)
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.copies == nil {
		t.copies = make(map[string]string)
	}
	t.copies[file] = path
	return spelled, nil
}

// original returns the path of what the file at path is a copy of; "" if it is none.
func (t *temporaries) original(path string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.copies[path]
}

// has reports whether the server wrote the file at path.
func (t *temporaries) has(path string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dir != "" && filepath.Dir(path) == t.dir
}

// temporaryName returns a file's name that says what is in it.
func temporaryName(name string) string {
	u, err := url.Parse(name)
	if err != nil {
		return "opm.txt"
	}
	safe := strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, strings.Trim(u.Path, "/"))
	if extension := path.Ext(safe); len(safe) > 120 {
		safe = safe[:100] + extension
	}
	return safe
}

// remove takes the files away.
func (t *temporaries) remove() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	if t.dir != "" {
		_ = os.RemoveAll(t.dir)
	}
}
