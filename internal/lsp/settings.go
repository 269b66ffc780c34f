package lsp

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"go.lsp.dev/protocol"
)

// section is the name under which an editor keeps the settings of opm-lsp.
const section = "opm"

// editorOnly lists the settings that are the editor's own business: how it finds and
// starts the server. All others are those of opm-lsp.cue.
var editorOnly = []string{"server", "trace"}

// readSettings returns the settings in what a client sends, as a JSON object with the
// keys of opm-lsp.cue; "" if there are none. Clients send them bare, or under the name of
// their section.
func readSettings(sent protocol.LSPAny) string {
	var all map[string]json.RawMessage
	if json.Unmarshal(sent, &all) != nil {
		return "" // null, or nothing that could hold settings
	}
	if own, ok := all[section]; ok {
		all = nil
		if json.Unmarshal(own, &all) != nil {
			return ""
		}
	}
	for key, value := range all {
		if slices.Contains(editorOnly, key) || string(value) == "null" {
			delete(all, key)
		}
	}
	if len(all) == 0 {
		return ""
	}
	settings, err := json.Marshal(all)
	if err != nil {
		return ""
	}
	return string(settings)
}

// tellSettings tells the client what in its settings does not count.
func (s *server) tellSettings(ctx context.Context, problems []string) {
	if len(problems) == 0 {
		return
	}
	s.notify(ctx, protocol.MethodWindowShowMessage, &protocol.ShowMessageParams{
		Type:    protocol.MessageTypeWarning,
		Message: "The settings of opm-lsp: " + strings.Join(problems, " "),
	})
}
