package lsp

import (
	"regexp"
	"strings"

	"go.uber.org/zap"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// The schemas that come with opm-lsp lie in no directory. Where the client asks for the content
// of documents, the path of one is its URI; where it only opens files, it gets a copy.

// embeddedScheme is the scheme of those URIs.
var embeddedScheme, _, _ = strings.Cut(catalogindex.EmbeddedRoot, ":")

func isEmbedded(path string) bool { return strings.HasPrefix(path, catalogindex.EmbeddedRoot) }

// uri returns the URI by which the client knows the file at path, or can open it; "" if it can
// by none.
func (q *query) uri(path string) string {
	if !isEmbedded(path) || q.client.readsVirtual {
		return q.view.uri(path)
	}
	content := q.ws.Text(path)
	if content == nil {
		return ""
	}
	copied, err := q.server.temporary.copy(path, content.Content())
	if err != nil {
		q.server.log.Warn("could not write a temporary file", zap.Error(err))
	}
	return copied
}

// opens reports whether the client can show the file at path.
func (q *query) opens(path string) bool { return !isEmbedded(path) || q.uri(path) != "" }

// readable returns the path of the document that a client asks about: of a file, or of what
// comes with opm-lsp.
func (q *query) readable(spelled string) (string, error) {
	if isEmbedded(spelled) {
		return spelled, nil
	}
	path, err := pathOf(spelled)
	if original := q.server.temporary.original(path); err == nil && original != "" {
		return original, nil
	}
	return path, err
}

// embeddedLink matches the target of a link into what comes with opm-lsp.
var embeddedLink = regexp.MustCompile(`\]\((` + regexp.QuoteMeta(catalogindex.EmbeddedRoot) + `[^)#]*)`)

// markdown returns a text with links that the client can follow.
func (q *query) markdown(s string) string {
	if q.client.readsVirtual {
		return s
	}
	return embeddedLink.ReplaceAllStringFunc(s, func(link string) string {
		path := strings.TrimPrefix(link, "](")
		if spelled := q.uri(path); spelled != "" {
			path = spelled
		}
		return "](" + path
	})
}
