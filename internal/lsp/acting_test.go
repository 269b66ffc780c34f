package lsp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// webFiles is a definition, a Module in two versions, and a release of the older one.
var webFiles = map[string]string{
	"definitions/web.cue": `package web

#ModuleDefinition & {
	#metadata: {
		name:    "web-app"
		version: "1.0.0"
	}
	components: server: #WorkloadComponent & {
		container: image: values.image.tag
		replicas: values.replicas
	}
	values: {
		replicas?: uint & >=1 & <=10 | *3
		image?: tag?: string | *"1.21"
	}
}
`,
	"catalog/web.cue": `package managed

import original "github.com/company/web-app/v1.0.0"

#Module & {
	#metadata: {
		name:    "simple-web-app"
		version: "1.0.0-platform.1"
	}
	#moduleDefinition: original.#ModuleDefinition
	values: #moduleDefinition.values & {
		replicas: uint & >=1 & <=10 | *2
	}
}
`,
	"catalog/next.cue": `package managednext

import original "github.com/company/web-app/v1.0.0"

#Module & {
	#metadata: {
		name:    "simple-web-app"
		version: "1.1.0-platform.1"
	}
	#moduleDefinition: original.#ModuleDefinition
	values: #moduleDefinition.values & {
		replicas: uint & >=2 & <=10 | *4
	}
}
`,
	"releases/dev.cue": webRelease,
}

const webRelease = `package dev

import catalog "platform.company.com/catalog/simple-web-app:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {
		name:      "web-dev"
		namespace: "development"
	}
	#module: catalog.#Module
	values: {
		replcas: 1
		image: tag: "dev"
	}
}
`

// openFiles starts a server with the real analysis on a workspace of the files.
func openFiles(t *testing.T, files map[string]string, capabilities string) (e *editor, root string) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	e = start(t, setup{real: true})
	params := map[string]any{"capabilities": json.RawMessage(capabilities),
		"workspaceFolders": []any{map[string]any{"uri": uriOf(root), "name": "ws"}}}
	if m := e.call("initialize", params); m.Error != nil {
		t.Fatal(m.Error.Message)
	}
	e.notify("initialized", struct{}{})
	return e, root
}

const actingCapabilities = `{
	"textDocument": {
		"codeAction": {
			"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
			"isPreferredSupport": true, "disabledSupport": true, "dataSupport": true,
			"resolveSupport": {"properties": ["edit"]}
		},
		"hover": {"contentFormat": ["markdown"]},
		"inlayHint": {"resolveSupport": {"properties": ["tooltip"]}}
	},
	"workspace": {
		"applyEdit": true, "workspaceEdit": {"documentChanges": true},
		"codeLens": {"refreshSupport": true}, "inlayHint": {"refreshSupport": true},
		"textDocumentContent": {}
	},
	"window": {"showDocument": {"support": true}}
}`

// an action as the wire has it.
type wireAction struct {
	Title       string
	Kind        string
	IsPreferred bool
	Diagnostics []struct{ Code string }
	Disabled    *struct{ Reason string }
	Data        json.RawMessage
	Command     json.RawMessage
	Edit        *wireEdit
}

type wireEdit struct {
	Changes         map[string][]wireTextEdit
	DocumentChanges []struct {
		TextDocument struct {
			URI     string
			Version *int
		}
		Edits []wireTextEdit
	}
}

type wireTextEdit struct {
	Range   struct{ Start, End struct{ Line, Character int } }
	NewText string
}

// actions asks for those at a line and character, in the context given as JSON.
func (e *editor) actions(path string, line, character int, context string) []wireAction {
	e.t.Helper()
	place := map[string]any{"line": line, "character": character}
	m := e.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": uriOf(path)},
		"range":        map[string]any{"start": place, "end": place},
		"context":      json.RawMessage(context)})
	var result []wireAction
	e.decode(m, &result)
	return result
}

// decode decodes the result of an answer.
func (e *editor) decode(m message, into any) {
	e.t.Helper()
	if m.Error != nil {
		e.t.Fatalf("error %d: %s", m.Error.Code, m.Error.Message)
	}
	if err := json.Unmarshal(m.Result, into); err != nil {
		e.t.Fatalf("%v: %s", err, m.Result)
	}
}

func titles(actions []wireAction) string {
	var all []string
	for _, a := range actions {
		all = append(all, a.Kind+": "+a.Title)
	}
	return strings.Join(all, "\n")
}

func TestCodeActionIsResolved(t *testing.T) {
	e, root := openFiles(t, webFiles, actingCapabilities)
	path := filepath.Join(root, "releases", "dev.cue")
	e.open(path, 7, webRelease)
	actions := e.actions(path, 11, 4, `{"diagnostics":[]}`)
	want := `quickfix: Rename to replicas
quickfix: Suppress release/unknown-value on this line
quickfix: Open the page of release/unknown-value
refactor.rewrite: Upgrade to 1.1.0-platform.1
refactor.rewrite: Show what the upgrade to 1.1.0-platform.1 changes`
	if got := titles(actions); got != want {
		t.Fatalf("the actions are\n%s\nwant\n%s", got, want)
	}
	rename := actions[0]
	if !rename.IsPreferred || len(rename.Diagnostics) != 1 || rename.Diagnostics[0].Code != "release/unknown-value" || rename.Edit != nil {
		t.Errorf("the first action is %+v", rename)
	}
	var resolved wireAction
	e.decode(e.call("codeAction/resolve", rename.raw(t)), &resolved)
	if resolved.Edit == nil || len(resolved.Edit.DocumentChanges) != 1 {
		t.Fatalf("the resolved action is %+v", resolved)
	}
	change := resolved.Edit.DocumentChanges[0]
	if change.TextDocument.URI != uriOf(path) || change.TextDocument.Version == nil || *change.TextDocument.Version != 7 || len(change.Edits) != 1 || change.Edits[0].NewText != "replicas" {
		t.Errorf("the edit is %+v", change)
	}
	e.replace(path, 8, "// another\n"+webRelease)
	if got := e.call("codeAction/resolve", rename.raw(t)).answer(); got != "error -32801" {
		t.Errorf("an action for a text that is gone: %s", got)
	}
	if got := e.call("codeAction/resolve", map[string]any{"title": "x", "data": 1}).answer(); got != "error -32602" {
		t.Errorf("an action with data of somebody else: %s", got)
	}
}

func (a wireAction) raw(t *testing.T) map[string]any {
	t.Helper()
	return map[string]any{"title": a.Title, "kind": a.Kind, "data": a.Data}
}

func TestCodeActionWhereLittleIsKnown(t *testing.T) {
	e, root := openFiles(t, webFiles, `{"textDocument":{"codeAction":{"codeActionLiteralSupport":{"codeActionKind":{"valueSet":["quickfix"]}}}}}`)
	path := filepath.Join(root, "releases", "dev.cue")
	actions := e.actions(path, 11, 4, `{"diagnostics":[]}`)
	if len(actions) == 0 || actions[0].Edit == nil || len(actions[0].Edit.Changes[uriOf(path)]) != 1 || actions[0].IsPreferred {
		t.Errorf("the actions are %+v", actions)
	}
}

func TestCodeActionKinds(t *testing.T) {
	e, root := openFiles(t, webFiles, actingCapabilities)
	path := filepath.Join(root, "releases", "dev.cue")
	for context, want := range map[string]string{
		`{"diagnostics":[],"only":["refactor"]}`:                   "refactor.rewrite: Upgrade to 1.1.0-platform.1\nrefactor.rewrite: Show what the upgrade to 1.1.0-platform.1 changes",
		`{"diagnostics":[],"only":["source.fixAll","source.opm"]}`: "",
		`{"diagnostics":[],"only":["quick"]}`:                      "",
		`{"diagnostics":[],"triggerKind":2}`: `quickfix: Rename to replicas
quickfix: Suppress release/unknown-value on this line
quickfix: Open the page of release/unknown-value`,
	} {
		if got := titles(e.actions(path, 11, 4, context)); got != want {
			t.Errorf("%s: the actions are\n%s\nwant\n%s", context, got, want)
		}
	}
	withImport := strings.Replace(webRelease, "import catalog", "import \"strings\"\nimport catalog", 1)
	e.open(path, 1, withImport)
	for context, want := range map[string]string{
		`{"diagnostics":[],"only":["source.fixAll"]}`:          "source.fixAll.opm: Apply all safe fixes",
		`{"diagnostics":[],"only":["source.organizeImports"]}`: "source.organizeImports: Organize imports",
		`{"diagnostics":[],"only":["source"]}`:                 "source.fixAll.opm: Apply all safe fixes\nsource.organizeImports: Organize imports",
	} {
		if got := titles(e.actions(path, 0, 0, context)); got != want {
			t.Errorf("%s: the actions are\n%s\nwant\n%s", context, got, want)
		}
	}
}

func TestCodeActionAsCommand(t *testing.T) {
	e, root := openFiles(t, webFiles, `{"workspace":{"applyEdit":true}}`)
	path := filepath.Join(root, "releases", "dev.cue")
	place := map[string]any{"line": 11, "character": 4}
	var commands []struct {
		Title, Command string
		Arguments      []json.RawMessage
	}
	e.decode(e.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": uriOf(path)},
		"range":        map[string]any{"start": place, "end": place},
		"context":      map[string]any{"diagnostics": []any{}}}), &commands)
	if len(commands) == 0 || commands[0].Command != "opm.apply" {
		t.Fatalf("the commands are %+v", commands)
	}
	e.reply["workspace/applyEdit"] = `{"applied":true}`
	e.call("workspace/executeCommand", map[string]any{"command": commands[0].Command, "arguments": commands[0].Arguments})
	m := e.take("an edit", func(m message) bool { return m.Method == "workspace/applyEdit" })
	var params struct{ Edit wireEdit }
	if err := json.Unmarshal(m.Params, &params); err != nil || len(params.Edit.Changes[uriOf(path)]) != 1 {
		t.Errorf("the edit is %s", m.Params)
	}
}

func TestCommandShowsVirtualDocument(t *testing.T) {
	e, _ := openFiles(t, webFiles, actingCapabilities)
	e.reply["window/showDocument"] = `{"success":true}`
	var shown shownText
	for command, want := range map[string]string{
		`{"command":"opm.effective","arguments":["development/web-dev"]}`:          "opm:/effective/development/web-dev.cue",
		`{"command":"opm.upgradePreview","arguments":["web-dev"]}`:                 "opm:/upgrade/development/web-dev.diff",
		`{"command":"opm.why","arguments":["web-dev","image.tag"]}`:                "opm:/why/development/web-dev/image.tag.md",
		`{"command":"opm.impact","arguments":["simple-web-app:1.0.0-platform.1"]}`: "opm:/impact/module/simple-web-app/1.0.0-platform.1.md",
		`{"command":"opm.impact","arguments":["web-dev"]}`:                         "opm:/impact/release/development/web-dev.md",
		`{"command":"opm.impact","arguments":["web-app"]}`:                         "opm:/impact/definition/web-app/1.0.0.md",
		`{"command":"opm.explain","arguments":["release/unknown-value"]}`:          "https://github.com/open-platform-model/opm-lsp/blob/main/docs/rules/release/unknown-value.md",
	} {
		e.decode(e.call("workspace/executeCommand", json.RawMessage(command)), &shown)
		if !shown.Shown || shown.URI != want || shown.Text == "" {
			t.Errorf("%s: %+v", command, shown)
		}
		m := e.take("a document", func(m message) bool { return m.Method == "window/showDocument" })
		if !strings.Contains(string(m.Params), want) {
			t.Errorf("%s shows %s", command, m.Params)
		}
		if strings.HasPrefix(want, "opm:") {
			var content struct{ Text string }
			e.decode(e.call("workspace/textDocumentContent", map[string]any{"uri": want}), &content)
			if content.Text != shown.Text {
				t.Errorf("%s is\n%s\nand was shown as\n%s", want, content.Text, shown.Text)
			}
		}
	}
	for _, command := range []string{
		`{"command":"opm.effective","arguments":["web-dev",{"show": false}]}`,
		`{"command":"opm.explain","arguments":["release/unknown-value",{"show": false}]}`,
	} {
		e.decode(e.call("workspace/executeCommand", json.RawMessage(command)), &shown)
		if shown.Shown || shown.Text == "" {
			t.Errorf("quietly, %s: %+v", command, shown)
		}
	}
}

func TestValuesCommand(t *testing.T) {
	e, root := openFiles(t, webFiles, actingCapabilities)
	var paths []string
	for _, release := range []any{"development/web-dev", uriOf(filepath.Join(root, "releases", "dev.cue")), at(filepath.Join(root, "releases", "dev.cue"), 12, 11)} {
		e.decode(e.call("workspace/executeCommand", map[string]any{"command": "opm.values", "arguments": []any{release}}), &paths)
		// Not replcas, which no layer defines.
		if got, want := strings.Join(paths, " "), "replicas image image.tag"; got != want {
			t.Errorf("the values of %v are %s, want %s", release, got, want)
		}
	}
}

func TestCommandShowsTemporaryFile(t *testing.T) {
	e, root := openFiles(t, webFiles, `{"window":{"showDocument":{"support":true}}}`)
	e.reply["window/showDocument"] = `{"success":true}`
	var shown shownText
	e.decode(e.call("workspace/executeCommand", map[string]any{"command": "opm.why",
		"arguments": []any{at(filepath.Join(root, "releases", "dev.cue"), 12, 11)}}), &shown)
	m := e.take("a document", func(m message) bool { return m.Method == "window/showDocument" })
	var params struct{ URI string }
	if err := json.Unmarshal(m.Params, &params); err != nil {
		t.Fatal(err)
	}
	path, err := pathOf(params.URI)
	if err != nil {
		t.Fatal(params.URI, err)
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != shown.Text || !strings.Contains(shown.Text, "image.tag") {
		t.Errorf("the file is %q (%v), and the text is %q", content, err, shown.Text)
	}
	e.call("shutdown", nil)
	e.notify("exit", nil)
	e.end()
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Errorf("the directory stays: %v", err)
	}
}

func TestCommandTellsWhereNothingCanBeShown(t *testing.T) {
	e, _ := openFiles(t, webFiles, `{}`)
	var shown shownText
	e.decode(e.call("workspace/executeCommand", json.RawMessage(`{"command":"opm.effective","arguments":["web-dev"]}`)), &shown)
	m := e.take("a message", func(m message) bool { return m.Method == "window/showMessage" })
	if shown.Shown || !strings.Contains(string(m.Params), "replicas") {
		t.Errorf("%+v, and told is %s", shown, m.Params)
	}
}

func TestCommandArguments(t *testing.T) {
	e, root := openFiles(t, webFiles, `{}`)
	release := filepath.Join(root, "releases", "dev.cue")
	for params, want := range map[string]string{
		`{"command":"opm.nothing"}`:                                     "no command",
		`{"command":"opm.effective"}`:                                   "needs an argument",
		`{"command":"opm.effective","arguments":[]}`:                    "needs an argument",
		`{"command":"opm.effective","arguments":[7]}`:                   "the first argument says which release",
		`{"command":"opm.effective","arguments":[""]}`:                  "the first argument says which release",
		`{"command":"opm.effective","arguments":["nobody"]}`:            `no release "nobody"`,
		`{"command":"opm.effective","arguments":["a","b"]}`:             "no more than 1",
		`{"command":"opm.effective","arguments":["simple-web-app"]}`:    `no release "simple-web-app"`,
		`{"command":"opm.impact","arguments":["simple-web-app"]}`:       "say which",
		`{"command":"opm.why","arguments":["web-dev"]}`:                 "needs a value",
		`{"command":"opm.why","arguments":["web-dev",3]}`:               "the second argument",
		`{"command":"opm.why","arguments":["web-dev","a b"]}`:           "no path of a value",
		`{"command":"opm.explain","arguments":["release/nothing"]}`:     "the code of a rule",
		`{"command":"opm.apply","arguments":[1]}`:                       "does not apply edits",
		`{"command":"opm.catalog","arguments":[7]}`:                     "takes no more than an object",
		`{"command":"opm.catalog","arguments":[{},{}]}`:                 "takes no more than an object",
		`{"command":"opm.origin"}`:                                      "needs an argument",
		`{"command":"opm.origin","arguments":["web-dev"]}`:              "textDocument and position",
		`{"command":"opm.effective","arguments":[{"textDocument":{}}]}`: "the first argument says which release",
		`{"command":"opm.effective","arguments":[` + encode(t, at(filepath.Join(root, "catalog", "web.cue"), 4, 1)) + `]}`: "no release at this place",
		`{"command":"opm.why","arguments":[` + encode(t, at(release, 0, 0)) + `]}`:                                         "needs a value",
	} {
		m := e.call("workspace/executeCommand", json.RawMessage(params))
		if m.Error == nil || m.Error.Code != -32602 || !strings.Contains(m.Error.Message, want) || strings.Contains(m.Error.Message, "\n") {
			t.Errorf("%s: %s %+v, want an error with %q", params, m.Result, m.Error, want)
		}
	}
	if m := e.call("workspace/textDocumentContent", map[string]any{"uri": "opm:/nothing"}); m.Error == nil || m.Error.Code != -32602 {
		t.Errorf("a virtual document that is none: %+v", m)
	}
}

type wireLens struct {
	Range   json.RawMessage
	Data    json.RawMessage
	Command *struct {
		Title, Command string
		Arguments      []json.RawMessage
	}
}

// lenses asks for the lenses of a file and resolves them.
func (e *editor) lenses(path string) []wireLens {
	e.t.Helper()
	var lenses []wireLens
	e.decode(e.call("textDocument/codeLens", map[string]any{"textDocument": map[string]any{"uri": uriOf(path)}}), &lenses)
	for i, l := range lenses {
		if l.Command != nil {
			e.t.Errorf("a lens says what it says before it is asked")
		}
		e.decode(e.call("codeLens/resolve", map[string]any{"range": l.Range, "data": l.Data}), &lenses[i])
	}
	return lenses
}

func TestCodeLens(t *testing.T) {
	e, root := openFiles(t, webFiles, actingCapabilities)
	module := filepath.Join(root, "catalog", "web.cue")
	release := filepath.Join(root, "releases", "dev.cue")
	lenses := e.lenses(module)
	if len(lenses) != 1 || lenses[0].Command.Title != "1 release · 1 breaks" || lenses[0].Command.Command != "opm.impact" {
		t.Fatalf("the lenses are %+v", lenses)
	}
	// What a lens does, the server does.
	var shown shownText
	e.decode(e.call("workspace/executeCommand", map[string]any{"command": lenses[0].Command.Command, "arguments": lenses[0].Command.Arguments}), &shown)
	if !strings.Contains(shown.Text, "simple-web-app") {
		t.Errorf("the lens shows %+v", shown)
	}
	e.open(release, 1, strings.Replace(webRelease, "replcas", "replicas", 1))
	e.take("a refresh", func(m message) bool { return m.Method == "workspace/codeLens/refresh" })
	if lenses := e.lenses(module); lenses[0].Command.Title != "1 release" {
		t.Errorf("after the release is mended: %+v", lenses[0].Command)
	}
	var all []string
	for _, l := range e.lenses(release) {
		all = append(all, l.Command.Title)
	}
	if got, want := strings.Join(all, "\n"), "simple-web-app 1.0.0-platform.1 · 2 set · 0 inherited · show effective\n1.1.0-platform.1 is there · show what it changes"; got != want {
		t.Errorf("the release's lenses are\n%s\nwant\n%s", got, want)
	}
	// Of a lens that is no more a client hears in the way that it knows.
	stale := func(root string) map[string]any {
		file := uriOf(filepath.Join(root, "releases", "dev.cue"))
		return map[string]any{"range": lenses[0].Range, "data": map[string]any{"uri": file, "kind": "uses"}}
	}
	var gone wireLens
	e.decode(e.call("codeLens/resolve", stale(root)), &gone)
	if gone.Command == nil || gone.Command.Title != " " || gone.Command.Command != "" {
		t.Errorf("a lens that is no more: %+v", gone.Command)
	}
	e, root = openFiles(t, webFiles, `{"general":{"staleRequestSupport":{"cancel":true,"retryOnContentModified":[]}}}`)
	if got := e.call("codeLens/resolve", stale(root)).answer(); got != "error -32801" {
		t.Errorf("a lens that is no more: %s", got)
	}
}

func TestInlayHint(t *testing.T) {
	e, root := openFiles(t, webFiles, actingCapabilities)
	release := filepath.Join(root, "releases", "dev.cue")
	e.open(release, 1, strings.Replace(webRelease, "replcas", "replicas", 1))
	var hints []map[string]any
	whole := map[string]any{"start": map[string]any{"line": 0, "character": 0}, "end": map[string]any{"line": 15, "character": 0}}
	ask := map[string]any{"textDocument": map[string]any{"uri": uriOf(release)}, "range": whole}
	e.decode(e.call("textDocument/inlayHint", ask), &hints)
	if len(hints) != 2 || hints[0]["label"] != "was 2 · platform" || hints[0]["tooltip"] != nil {
		t.Fatalf("the hints are %v", hints)
	}
	if at := encode(t, hints[0]["position"]); at != `{"character":13,"line":11}` {
		t.Errorf("the hint is at %s", at)
	}
	var resolved struct{ Tooltip struct{ Kind, Value string } }
	e.decode(e.call("inlayHint/resolve", hints[0]), &resolved)
	if resolved.Tooltip.Kind != "markdown" || !strings.Contains(resolved.Tooltip.Value, "| module |") {
		t.Errorf("the tooltip is %+v", resolved)
	}
	module := filepath.Join(root, "catalog", "web.cue")
	e.open(module, 1, strings.Replace(webFiles["catalog/web.cue"], "*2", "*5", 1))
	e.take("a refresh", func(m message) bool { return m.Method == "workspace/inlayHint/refresh" })
	e.decode(e.call("textDocument/inlayHint", ask), &hints)
	if hints[0]["label"] != "was 5 · platform" {
		t.Errorf("after the Module changed: %v", hints)
	}
	e.replace(release, 2, webRelease)
	if got := e.call("inlayHint/resolve", hints[0]).answer(); got != "error -32801" {
		t.Errorf("a hint of a text that is gone: %s", got)
	}
}

func TestVirtualDocumentIsKeptUpToDate(t *testing.T) {
	e, root := openFiles(t, webFiles, actingCapabilities)
	const name = "opm:/effective/development/web-dev.cue"
	content := func() string {
		t.Helper()
		var content struct{ Text string }
		e.decode(e.call("workspace/textDocumentContent", map[string]any{"uri": name}), &content)
		return content.Text
	}
	if got := content(); !strings.Contains(got, `tag: "dev"`) {
		t.Fatalf("the document is\n%s", got)
	}
	module := filepath.Join(root, "catalog", "web.cue")
	e.open(module, 1, strings.Replace(webFiles["catalog/web.cue"], "*2", "*7", 1))
	m := e.take("a refresh", func(m message) bool { return m.Method == "workspace/textDocumentContent/refresh" })
	if !strings.Contains(string(m.Params), name) {
		t.Errorf("refreshed is %s", m.Params)
	}
	if got := content(); !strings.Contains(got, "replicas: 7") {
		t.Errorf("the document is\n%s", got)
	}

	// While its name is being typed, there is no such release.
	refreshed := func(what string) {
		e.take(what, func(m message) bool { return m.Method == "workspace/textDocumentContent/refresh" })
	}
	release := filepath.Join(root, "releases", "dev.cue")
	e.open(release, 1, strings.Replace(webRelease, `"web-dev"`, `"web-"`, 1))
	refreshed("a refresh of what is gone")
	if got := content(); !strings.Contains(got, "There is no release development/web-dev") {
		t.Errorf("the document of a release that is gone is\n%s", got)
	}
	e.replace(release, 2, webRelease)
	refreshed("a refresh of what is back")
	if got := content(); !strings.Contains(got, "replicas: 7") {
		t.Errorf("the document is\n%s", got)
	}
}
