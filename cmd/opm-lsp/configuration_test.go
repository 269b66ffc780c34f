package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// A definition, a Module and a release of it that misspells a value.
const (
	configuredDefinition = `package web

#ModuleDefinition & {
	#metadata: {
		name:    "web"
		version: "1.0.0"
	}
	components: server: #WorkloadComponent & {
		#metadata: workloadType: "stateless"
		replicas: values.replicas
	}
	values: replicas?: uint & <=10 | *3
}
`
	configuredModule = `package managed

import original "code.example.com/web/v1.0.0"

#Module & {
	#metadata: {
		name:    "managed-web"
		version: "1.0.0-platform.1"
	}
	#moduleDefinition: original.#ModuleDefinition
}
`
	configuredRelease = `package shop

import catalog "catalog.example.com/managed-web:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {
		name:      "shop"
		namespace: "production"
	}
	#module: catalog.#Module
	values: replcas: 5
}
`
)

// sourced writes a catalog and, beside it, a workspace that names it as its source. It
// returns the workspace.
func sourced(t *testing.T, configuration string) string {
	t.Helper()
	around := emptyWorkspace(t)
	write(t, filepath.Join(around, "catalog", "web.cue"), configuredDefinition)
	write(t, filepath.Join(around, "catalog", "managed.cue"), configuredModule)
	root := filepath.Join(around, "shop")
	write(t, filepath.Join(root, "opm-lsp.cue"), configuration)
	write(t, filepath.Join(root, "release.cue"), configuredRelease)
	return root
}

// codes are the diagnostics of a report, each as file, severity and code.
func codes(report jsonReport) string {
	var out []string
	for _, d := range report.Diagnostics {
		out = append(out, fmt.Sprintf("%s %s %s", d.File, d.Severity, d.Code))
	}
	return strings.Join(out, "\n")
}

func TestSources(t *testing.T) {
	root := sourced(t, `sources: ["../catalog"]`+"\n")
	if got, want := codes(checkJSON(t, root)), "release.cue error release/unknown-value"; got != want {
		t.Errorf("with the source:\n%s\nwant\n%s", got, want)
	}
	// What is wrong in a source is its owners' to mend.
	write(t, filepath.Join(root, "..", "catalog", "broken.cue"), "package broken\n\na: {")
	if got, want := codes(checkJSON(t, root)), "release.cue error release/unknown-value"; got != want {
		t.Errorf("with something wrong in the source:\n%s\nwant\n%s", got, want)
	}
	if err := os.RemoveAll(filepath.Join(root, "..", "catalog")); err != nil {
		t.Fatal(err)
	}
	if got, want := codes(checkJSON(t, root)), "opm-lsp.cue error configuration/missing-source\nrelease.cue error release/unknown-module"; got != want {
		t.Errorf("without the source:\n%s\nwant\n%s", got, want)
	}
}

// TestSourceIsReadWhenSaved types the name of a source: nothing is read before that is
// saved.
func TestSourceIsReadWhenSaved(t *testing.T) {
	root := sourced(t, "")
	configuration, release := filepath.Join(root, "opm-lsp.cue"), filepath.Join(root, "release.cue")
	has := func(code string) func(lspclient.State) bool {
		return func(s lspclient.State) bool {
			return len(s.Diagnostics(release)) == 1 && s.Diagnostics(release)[0].Code == code
		}
	}
	c := serve(t, root, "utf-8")
	loaded(c, root)
	c.Wait("no Module", has("release/unknown-module"))
	text := `sources: ["../catalog"]` + "\n"
	d := c.Open(configuration, "")
	d.SetText(text)
	c.WaitForVersion(configuration, d.Version)
	c.Wait("still no Module", has("release/unknown-module"))
	write(t, configuration, text)
	c.Notify("textDocument/didSave", json.RawMessage(fmt.Sprintf(`{"textDocument": {"uri": %q}}`, lspclient.URI(configuration))))
	c.Wait("the Module of the source", has("release/unknown-value"))
}

// TestSeverities changes how severe a finding is: by the project's file, and by the
// editor's settings, over which the file wins.
func TestSeverities(t *testing.T) {
	root := sourced(t, `sources: ["../catalog"]`+"\n")
	configuration, release := filepath.Join(root, "opm-lsp.cue"), filepath.Join(root, "release.cue")
	write(t, filepath.Join(root, filepath.FromSlash(lastFile)), lastText)
	c := lspclient.Start(t, binary)
	params := string(initializeParams(root, "utf-8").(json.RawMessage))
	c.Initialize(json.RawMessage(strings.Replace(params, `"processId": null,`,
		`"processId": null, "initializationOptions": {"opm": {"rules": {"release": "information"}, "colour": true, "server": {"path": ""}}},`, 1)))
	loaded(c, root)
	severity := func(want int) {
		t.Helper()
		c.Wait(severities[want], func(s lspclient.State) bool {
			found := s.Diagnostics(release)
			return want == 0 && len(found) == 0 || len(found) == 1 && int(found[0].Severity) == want
		})
	}
	severity(3)
	c.Wait("what is wrong in the settings", func(s lspclient.State) bool {
		return len(s.Messages) == 1 && s.Messages[0].Message == "The settings of opm-lsp: opm-lsp has no setting colour."
	})

	d := c.Open(configuration, `sources: ["../catalog"]`+"\n")
	d.Append(`rules: "release/unknown-value": "warning"` + "\n")
	severity(2)
	d.Replace(`"warning"`, `"off"`)
	severity(0)
	d.Replace(`"off"`, `"of"`) // nothing that counts: what the editor says does
	severity(3)
	c.Notify("workspace/didChangeConfiguration", json.RawMessage(`{"settings": {"opm": {"rules": {"release/unknown-value": "hint"}}}}`))
	severity(4)
	d.Replace(`"of"`, `"error"`)
	severity(1)
}
