package lsp

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.lsp.dev/protocol"
)

var update = flag.Bool("update", false, "write what came out as what is expected")

// page is where it is written what an editor gets.
const page = "../../docs/editor-features.md"

// editors are the clients of the page: as what they are shown, the recording of what they
// declare, what they ask for without having declared it, and what comes by the extension or
// plugin below editors/, whose own tests show that it does.
var editors = []struct {
	title, recording string
	undeclared       []string
	added            []string
}{
	{"VS Code", "vscode-1.139", nil, []string{"opm/changed"}},
	{"Neovim 0.12", "neovim-0.12", nil, neovimPlugin},
	{"Neovim 0.10", "neovim-0.10", nil, append([]string{"textDocument/codeLens", "codeLens/resolve", "workspace/codeLens/refresh"}, neovimPlugin...)},
	{"Helix", "helix-25.01", []string{"declaration", "definition", "documentHighlight", "documentSymbol", "implementation", "references", "typeDefinition"}, nil},
	{"Emacs (eglot)", "emacs-30-eglot", nil, nil},
}

// neovimPlugin is what editors/neovim adds to every Neovim.
var neovimPlugin = []string{"workspace/executeCommand", "workspace/textDocumentContent", "workspace/textDocumentContent/refresh", "opm/changed"}

// sent says what the server sends by itself, in the order of the page.
var sent = []struct{ name, does, capability string }{
	{"textDocument/publishDiagnostics", "what is wrong in each file, open or not, as soon as it is known; not of what the editor asks for itself", "textDocument.publishDiagnostics"},
	{"workspace/diagnostic/refresh", "tells editors that ask for diagnostics when another file moved them", "workspace.diagnostics.refreshSupport"},
	{"workspace/codeLens/refresh", "tells editors to ask again when another file moved what a lens says", "workspace.codeLens.refreshSupport"},
	{"workspace/inlayHint/refresh", "the same for hints", "workspace.inlayHint.refreshSupport"},
	{"workspace/semanticTokens/refresh", "the same for tokens", "workspace.semanticTokens.refreshSupport"},
	{"workspace/textDocumentContent/refresh", "the same for a virtual document", "workspace.textDocumentContent"},
	{"window/showDocument", "shows what a command is about, or the page of a rule", "window.showDocument.support"},
	{"workspace/applyEdit", "what an action changes, for editors that know actions as commands only", "workspace.applyEdit"},
	{"window/workDoneProgress/create", "asks for a place to show progress in", "window.workDoneProgress"},
	{"$/progress", "how many files have been read; reports for all files, part by part", "window.workDoneProgress"},
	{"client/registerCapability", "asks to hear of settings, and of files that change on disk", "workspace.didChangeWatchedFiles.dynamicRegistration"},
	{"workspace/configuration", "asks for the settings under `opm`", "workspace.configuration"},
	{"window/showMessage", "what keeps the server from working as it should; what a command shows, where no document can be shown", ""},
	{"window/logMessage", "files that could not be read", ""},
	{"opm/changed", "tells editors with views of their own, which ask for it by `experimental: {opm: {changed: true}}`, when to ask `opm.catalog` and `opm.origin` again", "experimental.opm.changed"},
	{"$/logTrace", "how long each request took, where `$/setTrace` asks for it", ""},
}

// TestEditorFeatures holds docs/editor-features.md true: it is made from the table of methods and
// from what real editors declare.
func TestEditorFeatures(t *testing.T) {
	fresh := editorFeatures(t)
	content, err := os.ReadFile(page)
	if err == nil && string(content) == fresh {
		return
	}
	if !*update {
		t.Fatal("docs/editor-features.md is stale: run go test ./internal/lsp -run TestEditorFeatures -update")
	}
	if err := os.WriteFile(page, []byte(fresh), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestSent holds that the list of what the server sends by itself is complete.
func TestSent(t *testing.T) {
	call := regexp.MustCompile(`(?:notify|Call)\(\w+, (?:protocol\.M|m)ethod(\w+)`)
	var used []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range call.FindAllStringSubmatch(string(source), -1) {
			used = append(used, strings.ToLower(match[1]))
		}
	}
	var listed []string
	for _, m := range sent {
		listed = append(listed, strings.ToLower(strings.NewReplacer("/", "", "$", "").Replace(m.name)))
	}
	slices.Sort(used)
	slices.Sort(listed)
	if used = slices.Compact(used); !slices.Equal(used, listed) {
		t.Errorf("the server sends %q,\nand the list in this file has %q", used, listed)
	}
}

func editorFeatures(t *testing.T) string {
	capabilities := officialCapabilities(t)
	clients, answers := make([]any, len(editors)), make([]any, len(editors))
	for i, e := range editors {
		clients[i], answers[i] = negotiate(t, e.recording)
	}
	var b strings.Builder
	b.WriteString(`# What an editor gets

<!-- Made by go test ./internal/lsp -run TestEditorFeatures -update; do not edit. -->

The server speaks LSP 3.18. A ✓ says that the editor has the method, in the version that was looked at, and that
the server announces it to that editor. What an editor lacks is left out or put in other words, and nobody is told.

The columns are of the editors as they come. A + says what is there only with this project's
[extension](../editors/vscode/README.md) for VS Code or [plugin](../editors/neovim/README.md) for Neovim.

## What editors ask

`)
	header := "| method | what a user gets |"
	rule := "|---|---|"
	for _, e := range editors {
		header += " " + e.title + " |"
		rule += ":-:|"
	}
	b.WriteString(header + "\n" + rule + "\n")
	for _, m := range methods() {
		if m.does == "" {
			t.Errorf("%s does not say what a user gets from it, see method.doing", m.name)
		}
		fmt.Fprintf(&b, "| `%s` | %s |", m.name, m.does)
		for i := range editors {
			c := capabilities[m.name]
			if slices.Contains(editors[i].undeclared, strings.TrimPrefix(m.name, "textDocument/")) {
				c.ClientCapability = ""
			}
			b.WriteString(mark(c.isShown(clients[i], answers[i]), slices.Contains(editors[i].added, m.name)))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n## What the server sends by itself\n\n" + header + "\n" + rule + "\n")
	for _, m := range sent {
		fmt.Fprintf(&b, "| `%s` | %s |", m.name, m.does)
		for i := range editors {
			b.WriteString(mark(m.capability == "" || has(clients[i], m.capability), slices.Contains(editors[i].added, m.name)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func mark(shown, added bool) string {
	switch {
	case shown:
		return " ✓ |"
	case added:
		return " + |"
	}
	return "   |"
}

// A capability is where the specification says that either side declares a method; "" if
// it needs no word.
type capability struct{ ClientCapability, ServerCapability string }

func (c capability) isShown(client, server any) bool {
	return (c.ClientCapability == "" || has(client, c.ClientCapability)) &&
		(c.ServerCapability == "" || has(server, c.ServerCapability))
}

// officialCapabilities reads the capabilities of all methods off LSP's meta model, and says what
// that leaves out.
func officialCapabilities(t *testing.T) map[string]capability {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go.lsp.dev/protocol").Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal", "genlsp", "testdata", "metaModel.json"))
	if err != nil {
		t.Fatal(err)
	}
	type method struct {
		Method string
		capability
	}
	var model struct{ Requests, Notifications []method }
	if err := json.Unmarshal(data, &model); err != nil {
		t.Fatal(err)
	}
	result := make(map[string]capability)
	for _, m := range append(model.Requests, model.Notifications...) {
		c := m.capability
		// Text synchronization and settings go without saying, and many do not say it. What resolves an
		// item can be asked by all who show the item.
		if strings.HasPrefix(c.ClientCapability, "textDocument.synchronization") || m.Method == "workspace/didChangeConfiguration" {
			c.ClientCapability = ""
		}
		c.ClientCapability = strings.TrimSuffix(c.ClientCapability, ".resolveSupport")
		result[m.Method] = c
	}
	result["textDocument/diagnostic"] = capability{"textDocument.diagnostic", "diagnosticProvider"}
	result["workspace/diagnostic"] = capability{"textDocument.diagnostic", "diagnosticProvider.workspaceDiagnostics"}
	result["workspace/didChangeWatchedFiles"] = capability{"workspace.didChangeWatchedFiles.dynamicRegistration", ""}
	result["workspace/didChangeWorkspaceFolders"] = capability{"workspace.workspaceFolders", "workspace.workspaceFolders.changeNotifications"}
	for _, name := range []string{"typeHierarchy/supertypes", "typeHierarchy/subtypes"} {
		result[name] = result["textDocument/prepareTypeHierarchy"]
	}
	return result
}

// negotiate returns the capabilities of a recorded client, and those that the server announces to it.
func negotiate(t *testing.T, recording string) (declared, announced any) {
	params, err := os.ReadFile(filepath.Join("testdata", "clients", recording+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Capabilities any }
	if err := json.Unmarshal(params, &said); err != nil {
		t.Fatal(err)
	}
	var read protocol.InitializeParams
	if err := protocol.Unmarshal(params, &read); err != nil {
		t.Fatal(err)
	}
	encoded, err := protocol.Marshal(&protocol.InitializeResult{
		Capabilities: (&server{client: newClient(&read.Capabilities, read.ClientInfo.Name)}).capabilities(),
	})
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Capabilities any }
	if err := json.Unmarshal(encoded, &answer); err != nil {
		t.Fatal(err)
	}
	return said.Capabilities, answer.Capabilities
}

// has reports whether capabilities have one, given as a path with dots.
func has(capabilities any, path string) bool {
	for name := range strings.SplitSeq(path, ".") {
		members, _ := capabilities.(map[string]any)
		capabilities = members[name]
	}
	return capabilities != nil && capabilities != false
}
