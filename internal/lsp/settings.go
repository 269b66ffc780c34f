package lsp

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// section is the name under which an editor keeps the settings of opm-lsp.
const section = "opm"

// editorOnly lists the settings that are the editor's own business: how it finds and
// starts the server, and what other servers it has. All others are those of opm-lsp.cue.
var editorOnly = []string{"server", "trace", besideSetting}

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

// pullSettings asks the client for its settings, beside everything else: some clients answer
// only when they have read their own configuration, and the workspace is read meanwhile. Where
// the answer says something else than is known so far, the workspace is put under it. One
// question is under way at a time; when settings change meanwhile, another follows.
func (s *server) pullSettings(c *client) {
	if !c.configuration || !s.settings.ask() {
		return
	}
	s.start("asking for the settings", func(ctx context.Context) {
		for again := true; again; again = s.settings.asked() {
			var answer []protocol.LSPAny
			told := s.settings.timesTold()
			_, err := s.conn.Call(ctx, protocol.MethodWorkspaceConfiguration, &protocol.ConfigurationParams{
				Items: []protocol.ConfigurationItem{{Section: pointer(section)}},
			}, &answer)
			switch {
			case err != nil && ctx.Err() == nil:
				s.log.Debug("the client does not say its settings", zap.Error(err))
			case err == nil && len(answer) > 0 && string(answer[0]) != "null":
				s.applyBeside(answer[0])
				if s.settings.answer(readSettings(answer[0]), told) {
					s.loader.reload(c)
				}
			}
		}
	})
}

// applySettings puts the workspace under the settings that the client says, unless they count
// already.
func (s *server) applySettings(c *client, said string) {
	if s.settings.set(said) {
		s.loader.reload(c)
	}
}

// settings are the editor's settings, as readSettings returns them.
type settings struct {
	initial string // came with initialize; they count while the client says no others

	mu             sync.Mutex
	said           string // came later, by notification or as an answer
	told           uint64 // how often the client said them unasked
	asking, missed bool   // a question is under way; it may miss the last change
}

// get returns the settings that count.
func (s *settings) get() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.said, s.initial)
}

// set takes over what the client says unasked, and reports whether other settings count now.
func (s *settings) set(said string) (changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told++
	return s.replace(said)
}

// answer takes over what the client answers to a question. If it has said something unasked since
// the question, when timesTold was told, that counts.
func (s *settings) answer(said string, told uint64) (changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told == told && s.replace(said)
}

// replace is called with mu held.
func (s *settings) replace(said string) (changed bool) {
	before := cmp.Or(s.said, s.initial)
	s.said = said
	return before != cmp.Or(s.said, s.initial)
}

// timesTold returns how often the client said its settings unasked.
func (s *settings) timesTold() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told
}

// ask reports whether the caller is to ask the client. If not, somebody does, and will again.
func (s *settings) ask() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missed = s.asking
	wasAsking := s.asking
	s.asking = true
	return !wasAsking
}

// asked ends a question, and reports whether another is due.
func (s *settings) asked() (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	again, s.missed = s.missed, false
	s.asking = again
	return again
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
