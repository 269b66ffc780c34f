package lspclient

import (
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/sourcegraph/go-lsp"
)

// A Document is one that the client has open.
type Document struct {
	Path    string // absolute
	Text    string
	Version int // 1 when it is opened, one more after each change
	c       *Client
}

// Open opens a file with a text, which need not be the disk's.
func (c *Client) Open(path, text string) *Document {
	c.t.Helper()
	d := &Document{Path: path, Text: text, Version: 1, c: c}
	c.Notify("textDocument/didOpen", lsp.DidOpenTextDocumentParams{TextDocument: lsp.TextDocumentItem{
		URI: URI(path), LanguageID: "cue", Version: d.Version, Text: text,
	}})
	return d
}

// Unopened returns a file that the client does not open, so that places in it can be counted.
func (c *Client) Unopened(path, text string) *Document {
	return &Document{Path: path, Text: text, c: c}
}

// Pull asks for the document's diagnostics.
func (d *Document) Pull() Publication {
	d.c.t.Helper()
	var report struct{ Items []Diagnostic }
	d.c.MustCall("textDocument/diagnostic", map[string]any{"textDocument": d.identifier()}, &report)
	return Publication{URI: URI(d.Path), Diagnostics: report.Items}
}

// PullAll asks for the diagnostics of all files, given the ids of the reports that are known, by
// URI. It returns the reports that are new, and all ids.
func (c *Client) PullAll(known map[string]string) (reports []Publication, ids map[string]string) {
	c.t.Helper()
	type previous struct {
		URI   string `json:"uri"`
		Value string `json:"value"`
	}
	params := struct {
		PreviousResultIDs []previous `json:"previousResultIds"`
	}{[]previous{}}
	for uri, id := range known {
		params.PreviousResultIDs = append(params.PreviousResultIDs, previous{uri, id})
	}
	var result struct {
		Items []struct {
			Publication
			Kind, ResultID string
			Items          []Diagnostic
		}
	}
	c.MustCall("workspace/diagnostic", params, &result)
	ids = make(map[string]string)
	for _, item := range result.Items {
		ids[string(item.URI)] = item.ResultID
		if item.Kind == "full" {
			item.Diagnostics = item.Items
			reports = append(reports, item.Publication)
		}
	}
	return reports, ids
}

// Close closes the document.
func (d *Document) Close() {
	d.c.t.Helper()
	d.c.Notify("textDocument/didClose", lsp.DidCloseTextDocumentParams{TextDocument: d.identifier()})
}

// Append types text at the end: one change, with a range.
func (d *Document) Append(text string) {
	d.c.t.Helper()
	d.splice(len(d.Text), len(d.Text), text)
}

// Replace replaces text that occurs once: one change, with a range.
func (d *Document) Replace(old, text string) {
	d.c.t.Helper()
	if n := strings.Count(d.Text, old); n != 1 {
		d.c.t.Fatalf("%q occurs %d times in %s", old, n, d.Path)
	}
	start := strings.Index(d.Text, old)
	d.splice(start, start+len(old), text)
}

// SetText replaces all of the document: one change, without a range.
func (d *Document) SetText(text string) {
	d.c.t.Helper()
	d.Text = text
	d.change(lsp.TextDocumentContentChangeEvent{Text: text})
}

// splice replaces the bytes from start to end.
func (d *Document) splice(start, end int, text string) {
	d.c.t.Helper()
	r := lsp.Range{Start: d.Position(start), End: d.Position(end)}
	length := units(d.Text[start:end], d.c.encoding)
	d.Text = d.Text[:start] + text + d.Text[end:]
	d.change(lsp.TextDocumentContentChangeEvent{Range: &r, RangeLength: uint(length), Text: text})
}

func (d *Document) change(event lsp.TextDocumentContentChangeEvent) {
	d.c.t.Helper()
	d.Version++
	d.c.Notify("textDocument/didChange", lsp.DidChangeTextDocumentParams{
		TextDocument:   lsp.VersionedTextDocumentIdentifier{TextDocumentIdentifier: d.identifier(), Version: d.Version},
		ContentChanges: []lsp.TextDocumentContentChangeEvent{event},
	})
}

func (d *Document) identifier() lsp.TextDocumentIdentifier {
	return lsp.TextDocumentIdentifier{URI: URI(d.Path)}
}

// At returns the params of a request for the place where text begins, which occurs
// once, or the given number of bytes behind that.
func (d *Document) At(text string, behind int) lsp.TextDocumentPositionParams {
	d.c.t.Helper()
	if n := strings.Count(d.Text, text); n != 1 {
		d.c.t.Fatalf("%q occurs %d times in %s", text, n, d.Path)
	}
	return lsp.TextDocumentPositionParams{TextDocument: d.identifier(), Position: d.Position(strings.Index(d.Text, text) + behind)}
}

var lineEnd = regexp.MustCompile(`\r\n|\n|\r`)

// Position returns the place of a byte offset, in the units that were agreed on.
func (d *Document) Position(offset int) lsp.Position {
	before := d.Text[:offset]
	line, start := 0, 0
	for _, end := range lineEnd.FindAllStringIndex(before, -1) {
		line, start = line+1, end[1]
	}
	return lsp.Position{Line: line, Character: units(before[start:], d.c.encoding)}
}

// units returns how long a text is in the units of a position encoding.
func units(text, encoding string) int {
	switch encoding {
	case "utf-8":
		return len(text)
	case "utf-32":
		return len([]rune(text))
	default:
		return len(utf16.Encode([]rune(text)))
	}
}
