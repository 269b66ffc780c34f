package lsp

import (
	"errors"
	"path/filepath"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// errNotAFile says that a URI names no file of this machine. The server knows
// nothing of such documents, so it answers as it answers where there is nothing
// to say.
var errNotAFile = errors.New("the URI does not name a file of this machine")

// pathOf returns the path of the file that a URI names, or errNotAFile.
func pathOf(spelled string) (string, error) {
	// A scheme may be written in capitals (RFC 3986, 3.1), and localhost is this machine (RFC 8089, 2).
	const scheme, here = "file:", "file://localhost/"
	if len(spelled) > len(scheme) && strings.EqualFold(spelled[:len(scheme)], scheme) {
		spelled = scheme + spelled[len(scheme):]
	}
	if len(spelled) > len(here) && strings.EqualFold(spelled[:len(here)], here) {
		spelled = scheme + "//" + spelled[len(here)-1:]
	}
	u, err := uri.ParseStrict(spelled)
	if err != nil || !u.IsFile() || strings.Contains(u.Path(), "\x00") {
		return "", errNotAFile
	}
	if host := u.Authority(); host != "" && filepath.Separator == '/' {
		return "", errNotAFile // another machine's, and no UNC path here
	}
	path := filepath.Clean(u.FsPath())
	if !filepath.IsAbs(path) || filepath.Dir(path) == path {
		return "", errNotAFile
	}
	return path, nil
}

// uriOf returns the URI of the file at path. What comes with opm-lsp lies in no directory:
// its path is its URI.
func uriOf(path string) string {
	if strings.HasPrefix(path, catalogindex.EmbeddedRoot) {
		return path
	}
	return string(uri.File(path))
}

// position returns the path and the byte offset of a place in a document. The
// path is empty if the workspace has no such document.
func (q *query) position(document uri.URI, p protocol.Position) (path string, offset int, err error) {
	if document == "" {
		return "", 0, jsonrpc2.NewError(jsonrpc2.InvalidParams, "textDocument.uri is missing")
	}
	path, err = q.readable(string(document))
	if err != nil || q.ws == nil {
		return "", 0, nil
	}
	content := q.ws.Text(path)
	if content == nil {
		return "", 0, nil
	}
	offset, err = content.Offset(text.Position{Line: int(p.Line), Character: int(p.Character)}, q.client.encoding)
	if err != nil {
		return "", 0, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "the position is not in the document: %v", err)
	}
	return path, offset, nil
}

// document returns the path and the text of a document; no text if the workspace has no such
// document.
func (q *query) document(document uri.URI) (path string, content *text.Text, err error) {
	if path, _, err = q.position(document, protocol.Position{}); err != nil || path == "" {
		return "", nil, err
	}
	return path, q.ws.Text(path), nil
}

// toRange converts a span of the text. A nil text has only its beginning.
func toRange(content *text.Text, span text.Span, enc text.Encoding) protocol.Range {
	if content == nil {
		return protocol.Range{}
	}
	r := content.Range(span, enc)
	return protocol.Range{Start: toPosition(r.Start), End: toPosition(r.End)}
}

func toPosition(p text.Position) protocol.Position {
	return protocol.Position{Line: uint32(p.Line), Character: uint32(p.Character)}
}

// location converts a place in any file of the workspace.
func (q *query) location(l analysis.Location) protocol.Location {
	return protocol.Location{
		URI:   uri.URI(q.uri(l.Path)),
		Range: toRange(q.ws.Text(l.Path), l.Span, q.client.encoding),
	}
}
