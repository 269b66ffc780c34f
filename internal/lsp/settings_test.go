package lsp

import (
	"encoding/json"
	"testing"
)

// settingsWorld is a world that tells which settings it is put under.
func settingsWorld() (*world, chan string) {
	w := newWorld(map[string]string{"/ws/a.cue": "a"})
	settings := make(chan string, 100)
	w.onSettings = func(s string) { settings <- s }
	return w, settings
}

func expectSettings(t *testing.T, settings chan string, want string) {
	t.Helper()
	if got := <-settings; got != want {
		t.Errorf("the workspace is put under the settings %s, want %s", got, want)
	}
}

func TestPullSettings(t *testing.T) {
	w, settings := settingsWorld()
	e := start(t, setup{world: w})
	e.replyWith("workspace/configuration", `[{"rules":{"a/b":"off"},"server":{"path":"/x"},"trace":null}]`)
	e.initialize(`{"workspace":{"configuration":true}}`)
	asked := e.take("a question", func(m message) bool { return m.Method == "workspace/configuration" })
	if got := string(asked.Params); got != `{"items":[{"section":"opm"}]}` {
		t.Errorf("the server asks for %s", got)
	}
	expectSettings(t, settings, `{"rules":{"a/b":"off"}}`)

	// Nothing changed: the workspace stays as it is.
	e.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":null}`))
	e.take("a question", func(m message) bool { return m.Method == "workspace/configuration" })
	e.replyWith("workspace/configuration", `[{"rules":{"a/b":"error"}}]`)
	e.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":null}`))
	e.take("another question", func(m message) bool { return m.Method == "workspace/configuration" })
	expectSettings(t, settings, `{"rules":{"a/b":"error"}}`)

	e.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":{"opm":{"rules":{}}}}`))
	expectSettings(t, settings, `{"rules":{}}`)

	// Taken back.
	e.replyWith("workspace/configuration", `[{}]`)
	e.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":null}`))
	expectSettings(t, settings, "")
	if got := e.text("/ws/a.cue"); got != "a" {
		t.Errorf("the text is %q", got)
	}
}

// TestInitialSettings holds that those which come with initialize count until the client says
// others, and again when it says none.
func TestInitialSettings(t *testing.T) {
	w, settings := settingsWorld()
	e := start(t, setup{world: w})
	e.call("initialize", json.RawMessage(`{"workspaceFolders":[{"uri":"file:///ws","name":"ws"}],
		"initializationOptions":{"opm":{"rules":{"a/b":"off"}}},"capabilities":{"workspace":{"configuration":true}}}`))
	e.notify("initialized", struct{}{})
	expectSettings(t, settings, `{"rules":{"a/b":"off"}}`) // the client has answered null
	e.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":{"rules":{"a/b":"hint"}}}`))
	expectSettings(t, settings, `{"rules":{"a/b":"hint"}}`)
	e.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":{}}`))
	expectSettings(t, settings, `{"rules":{"a/b":"off"}}`)
}

// TestSettingsUnanswered holds that a client which never says its settings is served all the same.
func TestSettingsUnanswered(t *testing.T) {
	w, _ := settingsWorld()
	e := start(t, setup{world: w, silent: true})
	e.initialize(`{"workspace":{"configuration":true,"didChangeConfiguration":{"dynamicRegistration":true}}}`)
	e.open("/ws/b.cue", 1, "bad")
	e.expect("/ws/b.cue@1: 1")
	for range 3 {
		e.notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings":null}`))
	}
	if got := e.text("/ws/a.cue"); got != "a" {
		t.Errorf("the text is %q", got)
	}
	if n := len(e.waiting("workspace/configuration")); n > 1 {
		t.Errorf("%d questions are under way at once", n)
	}
}

func TestRegistrations(t *testing.T) {
	const (
		watchers = `{"id":"opm-lsp/files","method":"workspace/didChangeWatchedFiles","registerOptions":{"watchers":[{"globPattern":"**/*.cue"},{"globPattern":"**/cue.mod/module.cue"}]}}`
		settings = `{"id":"opm-lsp/settings","method":"workspace/didChangeConfiguration","registerOptions":{"section":"opm"}}`
	)
	for capabilities, want := range map[string]string{
		`{"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true}}}`:                                                                watchers,
		`{"workspace":{"didChangeConfiguration":{"dynamicRegistration":true}}}`:                                                               settings,
		`{"workspace":{"didChangeWatchedFiles":{"dynamicRegistration":true},"didChangeConfiguration":{"dynamicRegistration":true}}}`:          watchers + "," + settings,
		`{"workspace":{"configuration":false,"didChangeWatchedFiles":{"dynamicRegistration":false},"didChangeConfiguration":{}},"window":{}}`: "",
	} {
		e := start(t, setup{})
		e.initialize(capabilities)
		if want != "" {
			m := e.take("a registration", func(m message) bool { return m.Method == "client/registerCapability" })
			if got := string(m.Params); got != `{"registrations":[`+want+`]}` {
				t.Errorf("%s: the server registers %s", capabilities, got)
			}
		}
		e.call("shutdown", nil)
		if n := len(e.waiting("client/registerCapability")) + len(e.waiting("workspace/configuration")); n > 0 {
			t.Errorf("%s: %d requests that the client did not declare", capabilities, n)
		}
	}
}
