package lsp

import (
	"encoding/json"
	"slices"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// Some editors run `cue lsp` for the same files. With the setting opm.besideCueLsp, opm-lsp
// leaves to it what it does as well: to report what does not parse, to format, to offer the names
// of plain CUE, and to lead from one to another. What belongs to OPM stays.

// besideSetting is the name of the setting, below the section.
const besideSetting = "besideCueLsp"

// readBeside returns the setting in what a client sends. ok is false if it does not say.
func readBeside(sent protocol.LSPAny) (on, ok bool) {
	var all map[string]json.RawMessage
	if json.Unmarshal(sent, &all) != nil {
		return false, false
	}
	if own, isSection := all[section]; isSection {
		all = nil
		if json.Unmarshal(own, &all) != nil {
			return false, false
		}
	}
	if said, isThere := all[besideSetting]; !isThere || json.Unmarshal(said, &on) != nil || string(said) == "null" {
		return false, false
	}
	return on, true
}

// applyBeside takes over the setting from what a client sends, if it is in there, and returns
// what counts.
func (s *server) applyBeside(sent protocol.LSPAny) bool {
	if on, ok := readBeside(sent); ok {
		s.store.setBeside(on)
	}
	return s.store.view().besideCueLsp
}

// setBeside changes the setting while the server runs: what is answered from here on heeds
// it, and the diagnostics of all files are looked at again.
func (s *store) setBeside(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := *s.current.Load()
	if v.besideCueLsp == on {
		return
	}
	v.besideCueLsp = on
	v.loads++ // what is known of diagnostics is not true any more
	s.changes.everything = true
	s.install(&v)
}

// syntaxCode is the code of what does not parse.
const syntaxCode = "cue/syntax"

// ours returns the diagnostics that are opm-lsp's to report.
func (q *query) ours(found []analysis.Diagnostic) []analysis.Diagnostic {
	if !q.besideCueLsp {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(d analysis.Diagnostic) bool { return d.Code == syntaxCode })
}

// offered returns the items of a completion that are opm-lsp's to offer.
func (q *query) offered(found []analysis.Completion) []analysis.Completion {
	if !q.besideCueLsp {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(c analysis.Completion) bool { return c.PlainCUE })
}

// leavesToCueLsp reports whether a request is about a name that is nothing but CUE, in a
// method that `cue lsp` has as well.
func (q *query) leavesToCueLsp(method string, raw jsonrpc2.RawMessage) bool {
	if !q.besideCueLsp || q.ws == nil {
		return false
	}
	switch method {
	case protocol.MethodTextDocumentDefinition,
		protocol.MethodTextDocumentReferences,
		protocol.MethodTextDocumentHover,
		protocol.MethodTextDocumentPrepareRename,
		protocol.MethodTextDocumentRename:
	default:
		return false
	}
	at, err := decode[protocol.TextDocumentPositionParams](raw)
	if err != nil {
		return false // the method says what is wrong
	}
	path, offset, err := q.position(at.TextDocument.URI, at.Position)
	return err == nil && path != "" && q.ws.IsPlainCUE(path, offset)
}
