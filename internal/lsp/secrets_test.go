package lsp

import (
	"encoding/base64"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// secretFiles are a workspace in which secrets go wherever values can go: under other names,
// into structs and lists, through functions, lets and loops, into components and scopes.
var secretFiles = map[string]string{
	"cue.mod/module.cue": "module: \"shop.example\"\nlanguage: version: \"v0.15.0\"\n",
	"definitions/shop.cue": `package shop

import (
	"encoding/base64"
	"strings"
)

let salt = values.auth.password

_adminPassword: "HUSH-9"

#ModuleDefinition & {
	#metadata: {
		name:    "shop"
		version: "1.0.0"
	}
	components: server: #WorkloadComponent & {
		#metadata: {
			type:         "workload"
			workloadType: "stateless"
		}
		container: {
			image: "nginx:1"
			env: [{name: "DSN", value: values.dsn}, {name: "P", value: values.auth.password}]
			command: ["\(values.auth.password)", values.shout, "\(salt)-x"]
			ports: values.doubled
			limits: values.mixed
		}
		expose: values.copied
		replicas: count: values.pool.size
	}
	scopes: limits: #ModuleScope & {
		rateLimit: key: values.dsn
		appliesTo: [components.server]
	}
	values: {
		auth?: {
			password?: string | *"HUSH-1"
			token?:    int | *424242
		}
		dsn?:     string | *"db:\(values.auth.password)@host"
		shout?:   string | *strings.ToUpper(values.auth.password)
		coded?:   string | *base64.Encode(null, values.auth.password)
		doubled?: int | *(values.auth.token + 1)
		salted?:  string | *"\(salt)-salted"
		pool?: {
			size?: int | *3
			url?:  string | *"\(values.dsn)/pool"
		}
		mixed?: [...string] | *["plain", "x-\(values.auth.password)"]
		copied?: {first?: string | *"\(values.auth.password)", second?: int | *2}
		made?: {for k, v in values.auth {"made_\(k)": "\(v)"}}
		seen?:  bool | *(values.auth.password != "")
		either: "\(values.auth.password)-a" | "\(values.auth.password)-b" | *"\(values.auth.password)-a"
		note?:  string | *"ghp_0123456789abcdefghijklmnopqrstuvwxyz"
		admin?: string | *"adm:\(_adminPassword)"
		pin?:    int | *424242
		pinned?: string | *"pin-\(values.pin)"
		labels?: [string]: {by?: string | *"\(values.auth.password)", of?: string | *"x"}
		short?: =~"^HUSH" | *"\(values.auth.password)"
		rank?: "\(values.auth.password)" | "\(_adminPassword)" | *"none"
		notes?: [...{text?: string | *"\(values.dsn)"}]
	}
}
`,
	"catalog/shop.cue": `package catalog

import original "shop.example/definitions:shop"

#Module & {
	#metadata: {
		name:    "shop"
		version: "1.0.0-platform.1"
	}
	#moduleDefinition: original.#ModuleDefinition
	components: #moduleDefinition.components
	scopes: #moduleDefinition.scopes
	scopes: "platform-keys": #PlatformScope & {
		podSecurity: key: "k-\(values.auth.password)"
		appliesTo: [components.server]
	}
	values: #moduleDefinition.values & {
		auth: password: string | *"HUSH-2"
		dsn: string | *"other:\(values.auth.password)"
		fixed: "f-\(values.auth.password)"
	}
}
`,
	"catalog2/shop.cue": `package catalog

import original "shop.example/definitions:shop"

#Module & {
	#metadata: {
		name:    "shop"
		version: "1.0.0-platform.2"
	}
	#moduleDefinition: original.#ModuleDefinition
	components: #moduleDefinition.components
	scopes: #moduleDefinition.scopes
	values: #moduleDefinition.values & {
		auth: password: string | *"HUSH-3"
		dsn: string | *"newer:\(values.auth.password)"
	}
}
`,
	"opm-lsp.cue": `secrets: ["pin"]
`,
	"releases/shop.cue": `package shop

import catalog "catalog/shop:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {
		name:      "shop"
		namespace: "production"
	}
	#module: catalog.#Module
	values: {
		auth: password: "HUSH-4"
		labels: first: {}
		labels: second: by: "mine"
		admin: "own"
		rank:  "other"
		pinned: 7
		dsn:    "own:\(values.auth.password)"
		shout:  "HUSH-4"
		doubled: 424243
		either: "\(values.auth.password)-b"
		pool: url: "mine"
		fixed: "wrong"
		mixed: ["a"]
		notes: [{}, {text: "t"}]
		copied: first: "mine"
	}
}
`,
}

// telling are what no answer may hold: the secrets, and what is made from them.
var telling = []string{"hush", "424242", "424243", strings.ToLower(base64.StdEncoding.EncodeToString([]byte("HUSH"))[:5]), "ghp_"}

// TestSecretsNowhere asks everything that can be asked, at every second byte of a workspace full of
// secrets, and looks for them in all that the server sends. Only what an edit puts back is the
// author's own text.
func TestSecretsNowhere(t *testing.T) {
	e, root := openFiles(t, secretFiles, actingCapabilities)
	var told []string
	look := func(what string, m message) {
		sent := string(m.Result)
		if m.Method != "" {
			sent = string(m.Params)
		}
		if m.Error != nil {
			sent = m.Error.Message
		}
		low := strings.ToLower(sent)
		for _, s := range telling {
			if at := strings.Index(low, s); at >= 0 {
				told = append(told, what+": …"+sent[max(0, at-150):min(len(sent), at+60)]+"…")
				return
			}
		}
	}
	hinted := 0
	for name, content := range secretFiles {
		if strings.HasPrefix(name, "cue.mod") {
			continue
		}
		path := filepath.Join(root, filepath.FromSlash(name))
		e.open(path, 1, content)
		document := map[string]any{"uri": uriOf(path)}
		for _, method := range []string{"documentSymbol", "codeLens", "foldingRange", "documentLink", "semanticTokens/full", "diagnostic"} {
			m := e.call("textDocument/"+method, map[string]any{"textDocument": document})
			look(method+" "+name, m)
			lookResolved(t, e, look, method, name, m)
		}
		hints := e.call("textDocument/inlayHint", map[string]any{"textDocument": document, "range": map[string]any{
			"start": map[string]any{"line": 0, "character": 0}, "end": map[string]any{"line": 10_000, "character": 0}}})
		look("inlayHint "+name, hints)
		hinted += strings.Count(string(hints.Result), `"label"`)
		lookResolved(t, e, look, "inlayHint", name, hints)
		for line, text := range strings.Split(content, "\n") {
			for character := 0; character <= len(text); character += 2 {
				place := map[string]any{"textDocument": document, "position": map[string]any{"line": line, "character": character}}
				where := name + ": " + text[:character] + "^" + text[character:]
				for _, method := range []string{"hover", "completion", "definition", "documentHighlight", "prepareCallHierarchy", "prepareTypeHierarchy", "prepareRename"} {
					look(method+" "+where, e.call("textDocument/"+method, place))
				}
				look("opm.why "+where, e.call("workspace/executeCommand", map[string]any{"command": "opm.why",
					"arguments": []any{map[string]any{"textDocument": document, "position": place["position"]}}}))
				if character == 0 {
					spot := place["position"]
					look("codeAction "+where, e.call("textDocument/codeAction", map[string]any{"textDocument": document,
						"range": map[string]any{"start": spot, "end": map[string]any{"line": line, "character": len(text)}}, "context": json.RawMessage(`{"diagnostics":[]}`)}))
				}
			}
		}
	}
	if hinted == 0 {
		t.Error("there are no hints to look at")
	}
	for _, command := range []string{"opm.effective", "opm.upgradePreview", "opm.impact"} {
		look(command, e.call("workspace/executeCommand", map[string]any{"command": command, "arguments": []any{"production/shop"}}))
	}
	look("workspace/symbol", e.call("workspace/symbol", map[string]any{"query": ""}))
	e.mu.Lock()
	for _, m := range e.messages {
		look(m.Method, m)
	}
	e.mu.Unlock()
	look("log", message{Result: json.RawMessage(e.log.String())})
	slices.Sort(told)
	for i, s := range slices.Compact(told) {
		if i < 60 {
			t.Error(s)
		}
	}
}

// lookResolved looks at what the items of an answer are resolved to.
func lookResolved(t *testing.T, e *editor, look func(string, message), method, name string, m message) {
	t.Helper()
	resolve, ok := map[string]string{"codeLens": "codeLens/resolve", "inlayHint": "inlayHint/resolve"}[method]
	if !ok || m.Error != nil {
		return
	}
	var items []json.RawMessage
	if err := json.Unmarshal(m.Result, &items); err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		look(resolve+" "+name, e.call(resolve, item))
	}
}
