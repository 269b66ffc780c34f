package lspclient

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"time"

	"github.com/sourcegraph/go-lsp"
)

// These are the types of newer versions of the protocol than go-lsp's.
type (
	// A Publication is what textDocument/publishDiagnostics carries.
	Publication struct {
		URI         lsp.DocumentURI `json:"uri"`
		Version     *int            `json:"version"`
		Diagnostics []Diagnostic    `json:"diagnostics"`
		Arrived     time.Time       `json:"-"`
	}

	// A Diagnostic is one finding.
	Diagnostic struct {
		lsp.Diagnostic
		RelatedInformation []Related `json:"relatedInformation"`
	}

	// A Related is another place that a Diagnostic speaks of.
	Related struct {
		Location lsp.Location `json:"location"`
		Message  string       `json:"message"`
	}

	// A Message is what the server wants to be shown or logged.
	Message struct {
		Type    int    `json:"type"`
		Message string `json:"message"`
	}

	// Capabilities are those of the server that tests look at.
	Capabilities struct {
		PositionEncoding   string          `json:"positionEncoding"`
		TextDocumentSync   json.RawMessage `json:"textDocumentSync"`
		HoverProvider      bool            `json:"hoverProvider"`
		DefinitionProvider bool            `json:"definitionProvider"`
		CompletionProvider *struct{}       `json:"completionProvider"`
		DiagnosticProvider *struct{}       `json:"diagnosticProvider"` // the client should ask

		All map[string]json.RawMessage `json:"-"` // all that there are, by name
	}

	// A Hover is the answer to textDocument/hover.
	Hover struct {
		Contents struct {
			Kind  string `json:"kind"`
			Value string `json:"value"`
		} `json:"contents"`
		Range *lsp.Range `json:"range"`
	}
)

// URI returns the URI of a file, given its absolute path.
func URI(path string) lsp.DocumentURI {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	return lsp.DocumentURI(u.String())
}

// Path returns the path of the file that a URI names.
func Path(uri lsp.DocumentURI) string {
	u, err := url.Parse(string(uri))
	if err != nil || u.Scheme != "file" {
		return string(uri)
	}
	return filepath.FromSlash(u.Path)
}
