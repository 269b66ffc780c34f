package metamodel

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Session follows one connection and holds what the server sends against the model and against
// what the client declared. Its methods may be called from several goroutines.
type Session struct {
	model *Model

	mu       sync.Mutex
	declared any               // the client's capabilities, nil before initialize
	parts    map[string]string // by token, the method whose result comes in parts
	working  map[string]bool   // tokens of progress that the server may report on
	problems []string
}

// NewSession returns the session of a client that has said nothing yet.
func NewSession(model *Model) *Session {
	return &Session{model: model, parts: make(map[string]string), working: make(map[string]bool)}
}

// Problems returns what was wrong so far, each once, in the order in which it came up.
func (s *Session) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

func (s *Session) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(s.problems, text) {
		s.problems = append(s.problems, text)
	}
}

// Sent takes in a request or a notification of the client.
func (s *Session) Sent(method string, params json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var known struct {
		Capabilities       json.RawMessage
		PartialResultToken json.RawMessage
		WorkDoneToken      json.RawMessage
	}
	if json.Unmarshal(params, &known) != nil {
		return // on purpose, no doubt
	}
	if method == "initialize" && known.Capabilities != nil {
		_ = json.Unmarshal(known.Capabilities, &s.declared)
	}
	if known.PartialResultToken != nil {
		s.parts[string(known.PartialResultToken)] = method
	}
	if known.WorkDoneToken != nil {
		s.working[string(known.WorkDoneToken)] = true
	}
}

// Envelope holds a body against JSON-RPC.
func (s *Session) Envelope(body json.RawMessage) {
	if err := CheckEnvelope(body); err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.note("%v: %s", err, show(body))
	}
}

// Answered holds the result of a client's request against the model. Methods that LSP does not
// know may answer what they like.
func (s *Session) Answered(method string, result json.RawMessage) {
	m := s.model.Method(method)
	if m == nil || !m.IsRequest() {
		return
	}
	if err := s.model.CheckResult(m, result); err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.note("%v", err)
	}
}

// Received holds a request or a notification of the server against the model, and a request also
// against the client's capabilities.
func (s *Session) Received(method string, params json.RawMessage, isRequest bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.model.Method(method)
	if m == nil {
		s.note("the server sends %s, which LSP does not know", method)
		return
	}
	if m.Direction == "clientToServer" || m.IsRequest() != isRequest {
		s.note("the server sends %s, which is not for it to send so", method)
		return
	}
	if err := s.model.CheckParams(m, params); err != nil {
		s.note("%v", err)
	}
	if isRequest && m.ClientCapability != "" && !s.has(m.ClientCapability) {
		s.note("the server sends %s, and the client has not declared %s", method, m.ClientCapability)
	}
	switch method {
	case "client/registerCapability":
		s.registered(params)
	case "window/workDoneProgress/create":
		s.created(params)
	case "$/progress":
		s.progressed(params)
	}
}

// has reports whether the client declared a capability, given as a path with dots.
func (s *Session) has(path string) bool {
	value := s.declared
	for name := range strings.SplitSeq(path, ".") {
		members, _ := value.(map[string]any)
		value = members[name]
	}
	return value != nil && value != false
}

func (s *Session) registered(params json.RawMessage) {
	var p struct {
		Registrations []struct {
			Method          string
			RegisterOptions json.RawMessage
		}
	}
	if json.Unmarshal(params, &p) != nil {
		return
	}
	for _, r := range p.Registrations {
		m := s.model.Method(r.Method)
		if m == nil {
			s.note("the server registers %s, which LSP does not know", r.Method)
			continue
		}
		if err := s.model.CheckRegistrationOptions(m, r.RegisterOptions); err != nil {
			s.note("%v", err)
		}
		if !s.has(m.ClientCapability + ".dynamicRegistration") {
			s.note("the server registers %s, and the client has not declared that it may", r.Method)
		}
	}
}

func (s *Session) created(params json.RawMessage) {
	var p struct{ Token json.RawMessage }
	if json.Unmarshal(params, &p) == nil {
		s.working[string(p.Token)] = true
	}
}

// progressed holds a value of progress against what its token stands for.
func (s *Session) progressed(params json.RawMessage) {
	var p struct{ Token, Value json.RawMessage }
	var value struct{ Kind string }
	if json.Unmarshal(params, &p) != nil {
		return
	}
	_ = json.Unmarshal(p.Value, &value)
	method, isPart := s.parts[string(p.Token)]
	var err error
	switch {
	case isPart:
		err = s.model.CheckPartialResult(s.model.Method(method), p.Value)
	case !s.working[string(p.Token)]:
		err = fmt.Errorf("progress for the token %s, of which nobody knows", p.Token)
	case value.Kind == "begin":
		err = s.model.CheckStructure("WorkDoneProgressBegin", p.Value)
	case value.Kind == "report":
		err = s.model.CheckStructure("WorkDoneProgressReport", p.Value)
	case value.Kind == "end":
		delete(s.working, string(p.Token))
		err = s.model.CheckStructure("WorkDoneProgressEnd", p.Value)
	default:
		err = fmt.Errorf("progress of the unknown kind %q", value.Kind)
	}
	if err != nil {
		s.note("%v", err)
	}
}
