package lsp

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// shopFiles is a workspace of its own: a value with a quoted label and an emoji before it,
// in files with Windows line endings.
var shopFiles = map[string]string{
	"definitions/web.cue": "package web\r\n\r\n#ModuleDefinition & {\r\n\t#metadata: {\r\n\t\tname: \"web\"\r\n\t\tversion: \"1.0.0\"\r\n\t}\r\n" +
		"\tcomponents: server: #WorkloadComponent & {\r\n\t\tnote: \"😀 \\(values.\"cost-center\")\"\r\n\t}\r\n" +
		"\tvalues: \"cost-center\"?: string | *\"none\"\r\n}\r\n",
	"opm-lsp.cue": "secrets: [\"cost-center\"]\n",
}

const (
	annotating = `{"workspace":{"workspaceEdit":{"documentChanges":true,"changeAnnotationSupport":{}}},"textDocument":{"rename":{"prepareSupport":true,"honorsChangeAnnotations":true}}}`
	plainEdits = `{}`
)

func TestRename(t *testing.T) {
	for _, c := range []struct {
		name, capabilities string
		want               []string
		not                string
	}{
		{"versions and annotations", annotating, []string{
			`"version":7`, `"version":null`, `"needsConfirmation":true`,
			`"start":{"line":8,"character":21},"end":{"line":8,"character":34}`, // in UTF-16 units
			`"newText":"\"owner\""`,
		}, `"changes"`},
		{"plain changes", plainEdits, []string{`"changes"`, `"newText":"owner"`}, `"documentChanges"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, root := openFiles(t, shopFiles, c.capabilities)
			path := filepath.Join(root, "definitions", "web.cue")
			e.open(path, 7, shopFiles["definitions/web.cue"])
			params := at(path, 10, 14)
			if got := e.call("textDocument/prepareRename", params).answer(); !strings.Contains(got, `"placeholder":"cost-center"`) {
				t.Errorf("prepared: %s", got)
			}
			params["newName"] = "owner"
			got := e.call("textDocument/rename", params).answer()
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %s in %s", want, got)
				}
			}
			if strings.Contains(got, c.not) {
				t.Errorf("%s in %s", c.not, got)
			}
			params["newName"] = "values"
			if m := e.call("textDocument/rename", params); m.Error == nil || !strings.Contains(m.Error.Message, "cannot be the name of something else") {
				t.Errorf("not refused: %s", m.answer())
			}
		})
	}
}

func TestWillRenameFiles(t *testing.T) {
	e, root := openFiles(t, map[string]string{
		"cue.mod/module.cue":  "module: \"example.com/shop\"\n",
		"lib/units/units.cue": "package units\n\n#Port: int\n",
		"use/use.cue":         "package use\n\nimport \"example.com/shop/lib/units\"\n\np: units.#Port\n",
	}, plainEdits)
	files := []map[string]string{{
		"oldUri": uriOf(filepath.Join(root, "lib")),
		"newUri": uriOf(filepath.Join(root, "common")),
	}}
	got := e.call("workspace/willRenameFiles", map[string]any{"files": files}).answer()
	if !strings.Contains(got, `"newText":"example.com/shop/common/units"`) || !json.Valid([]byte(got)) {
		t.Errorf("got %s", got)
	}
}
