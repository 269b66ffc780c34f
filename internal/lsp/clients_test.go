package lsp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A dialect is what one client gets, of the same answers.
type dialect struct {
	encoding     string
	character    int // of the place behind "😀 " in that encoding
	format       string
	docs         string // format of a completion item's documentation
	links        bool   // definition answers with LocationLink
	labelDetails bool
	snippet      bool
	related      bool
	page         bool // a diagnostic leads to the page of its rule
	unnecessary  bool // a diagnostic may say that its place could be absent
	watchers     bool // the server registers for file changes
	pulls        bool // the client asks for the diagnostics of what it has open
	kind         int  // of a completion item that holds fields
	resolves     bool // asks for the documentation of an item when it shows it
	itemDefaults bool // takes from the list what all items replace
}

// TestClients has a conversation with each client of which there is a recording,
// and looks at what the same answers become for it. The recordings are
// the params of initialize as the real editors sent them.
func TestClients(t *testing.T) {
	for name, want := range map[string]dialect{
		"vscode-1.139":   {encoding: "utf-16", character: 3, format: "markdown", docs: "markdown", links: true, labelDetails: true, snippet: true, related: true, page: true, unnecessary: true, watchers: true, pulls: true, kind: 22, resolves: true, itemDefaults: true},
		"neovim-0.12":    {encoding: "utf-8", character: 5, format: "markdown", docs: "markdown", links: true, labelDetails: true, snippet: true, related: true, unnecessary: true, pulls: true, kind: 22, resolves: true, itemDefaults: true},
		"neovim-0.10":    {encoding: "utf-16", character: 3, format: "markdown", docs: "markdown", links: true, related: true, unnecessary: true, kind: 22, itemDefaults: true},
		"helix-25.01":    {encoding: "utf-8", character: 5, format: "markdown", docs: "plaintext", snippet: true, unnecessary: true, watchers: true, kind: 9, resolves: true},
		"emacs-30-eglot": {encoding: "utf-32", character: 2, format: "plaintext", docs: "plaintext", links: true, unnecessary: true, watchers: true, kind: 9, resolves: true},
	} {
		t.Run(name, func(t *testing.T) {
			params, err := os.ReadFile(filepath.Join("testdata", "clients", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if got := converse(t, params, want.character); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// converse goes from initialize to exit and reports what it was like.
func converse(t *testing.T, params json.RawMessage, character int) dialect {
	const path, used = "/workspace/a.cue", "/workspace/used.cue"
	w := newWorld(map[string]string{used: "bad"})
	behindEmoji := text.Span{Start: 5, End: 13}
	target := analysis.Location{Path: used, Span: text.Span{Start: 0, End: 3}}
	w.links = []analysis.Link{{Origin: behindEmoji, Target: target, Focus: target.Span}}
	w.completions = []analysis.Completion{{
		Label: "replicas", Kind: analysis.StructItem, Detail: "int", Origin: "= 1 · module", Doc: "How **many**.",
		SortText: "01", Replace: behindEmoji, NewText: "replicas: ", Snippet: "replicas: ${1:1}",
	}}
	e := start(t, setup{world: w, Options: Options{alive: func(int) bool { return false }}})
	m := e.call("initialize", params)
	if m.Error != nil {
		t.Fatal(m.Error.Message)
	}
	e.notify("initialized", struct{}{})
	e.open(path, 1, "😀 used.cue")

	got := dialect{encoding: between(string(m.Result), `"positionEncoding":"`, `"`)}

	hover := string(e.call("textDocument/hover", at(path, 0, character)).Result)
	got.format = between(hover, `"kind":"`, `"`)
	got.character, _ = strconv.Atoi(between(between(hover, `"start":`, `}`), `"character":`, `,`))

	definition := string(e.call("textDocument/definition", at(path, 0, character)).Result)
	got.links = strings.Contains(definition, `"targetUri":"file://`+used+`"`)
	if !got.links && !strings.Contains(definition, `"uri":"file://`+used+`"`) {
		t.Errorf("definition leads to %s", definition)
	}

	completion := string(e.call("textDocument/completion", at(path, 0, character)).Result)
	got.labelDetails = strings.Contains(completion, `"labelDetails":{"detail":" int","description":"= 1 · module"}`)
	if !got.labelDetails && !strings.Contains(completion, `"detail":"int  = 1 · module"`) {
		t.Errorf("the completion lacks its detail: %s", completion)
	}
	shown := completion
	if got.resolves = !strings.Contains(completion, `"documentation"`); got.resolves {
		shown = resolveFirst(t, e, completion)
	}
	got.docs = between(shown, `"documentation":{"kind":"`, `"`)
	if !strings.Contains(shown, `"value":"How **many**."`) {
		t.Errorf("the completion's documentation is not the text as it is: %s", shown)
	}
	got.itemDefaults = strings.Contains(completion, `"itemDefaults":{"editRange":{"start":`)
	got.snippet = strings.Contains(completion, `"insertTextFormat":2`) && strings.Contains(completion, `ext":"replicas: ${1:1}"`)
	if !got.snippet && !strings.Contains(completion, `ext":"replicas: "`) {
		t.Errorf("the completion has a wrong edit: %s", completion)
	}
	got.kind, _ = strconv.Atoi(between(completion, `"label":"replicas","kind":`, `,`))
	if got.kind == 0 { // with labelDetails between the two
		got.kind, _ = strconv.Atoi(between(completion, `"},"kind":`, `,`))
	}

	var p published
	if got.pulls = strings.Contains(string(m.Result), `"diagnosticProvider"`); got.pulls {
		report := e.call("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": "file://" + path}})
		var result struct{ Items json.RawMessage }
		if err := json.Unmarshal(report.Result, &result); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(result.Items, &p.Diagnostics); err != nil || len(p.Diagnostics) == 0 {
			t.Fatalf("the report is %s", report.Result)
		}
	}
	for !got.pulls && (p.URI != "file://"+path || len(p.Diagnostics) == 0) {
		p = e.published()
	}
	d := p.Diagnostics[0]
	got.related = len(d.RelatedInformation) > 0
	got.page = d.CodeDescription != nil && d.CodeDescription.Href == "https://github.com/open-platform-model/opm-lsp/blob/main/docs/rules/test/uses-bad.md"
	got.unnecessary = slices.Equal(d.Tags, []int{1})
	if !got.page && d.CodeDescription != nil || !got.unnecessary && d.Tags != nil {
		t.Errorf("the diagnostic has more than the client takes: %+v", d)
	}
	if start := p.Diagnostics[0].Range.Start.Character; start != character {
		t.Errorf("the diagnostic begins at character %d, want %d", start, character)
	}

	e.take("progress", func(m message) bool { return m.Method == "$/progress" }) // all of them show it
	if strings.Contains(string(params), `"didChangeWatchedFiles": {
    "dynamicRegistration": true`) {
		e.take("a registration", func(m message) bool { return m.Method == "client/registerCapability" })
		got.watchers = true
	} else if len(e.waiting("client/registerCapability")) > 0 {
		t.Error("registers in a client that has not declared it")
	}

	e.call("shutdown", nil)
	e.notify("exit", nil)
	if code := e.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	return got
}

// resolveFirst asks for the first item of an answer with all that the client knows of it by
// then, and returns the answer.
func resolveFirst(t *testing.T, e *editor, completion string) string {
	t.Helper()
	var list struct {
		ItemDefaults struct{ Data json.RawMessage }
		Items        []map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(completion), &list); err != nil || len(list.Items) == 0 {
		t.Fatalf("no items in %s (%v)", completion, err)
	}
	item := list.Items[0]
	if item["data"] == nil {
		item["data"] = list.ItemDefaults.Data
	}
	return string(e.call("completionItem/resolve", item).Result)
}

// TestBareClient holds that a client that declares nothing gets plain answers.
func TestBareClient(t *testing.T) {
	got := converse(t, json.RawMessage(`{"rootUri":"file:///workspace","capabilities":{"window":{"workDoneProgress":true}}}`), 3)
	if want := (dialect{encoding: "utf-16", character: 3, format: "plaintext", docs: "plaintext", kind: 9}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestChooseEncoding(t *testing.T) {
	for offered, want := range map[string]text.Encoding{
		`[]`:                         text.UTF16,
		`["utf-8","utf-16"]`:         text.UTF8,
		`["utf-16","utf-8"]`:         text.UTF16,
		`["utf-32"]`:                 text.UTF32,
		`["utf-7","utf-32","utf-8"]`: text.UTF32,
		`["utf-7"]`:                  text.UTF16,
	} {
		e := start(t, setup{})
		m := e.initialize(`{"general":{"positionEncodings":` + offered + `}}`)
		if got := between(string(m.Result), `"positionEncoding":"`, `"`); got != want.String() {
			t.Errorf("of %s the server chooses %s, want %v", offered, got, want)
		}
	}
}
