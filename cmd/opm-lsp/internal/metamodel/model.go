// Package metamodel holds messages against the official meta model of LSP: the machine-readable
// form of the specification, which lists every method with the types of its params and results,
// and every type with its properties.
//
// The meta model comes with the sources of go.lsp.dev/protocol, whose types are made from it. This
// package reads the JSON itself, and so also finds what those types allow and the specification
// does not: a required property that is left out when it is empty, a value that is no member of
// its enumeration, an integer that is too large, a union of which no alternative fits.
package metamodel

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// A Model is the meta model of one version of LSP.
type Model struct {
	methods      map[string]*Method
	structures   map[string]*structure
	enumerations map[string]*enumeration
	aliases      map[string]*typ
}

// A Method is a request or a notification.
type Method struct {
	Name                string `json:"method"`
	Direction           string `json:"messageDirection"` // clientToServer, serverToClient or both
	ClientCapability    string `json:"clientCapability"` // where the client says that it takes part, as a path with dots
	RegistrationMethod  string `json:"registrationMethod"`
	Params              *typ   `json:"params"`
	Result              *typ   `json:"result"`        // of requests
	PartialResult       *typ   `json:"partialResult"` // likewise
	RegistrationOptions *typ   `json:"registrationOptions"`
}

// IsRequest reports whether the method has an answer.
func (m *Method) IsRequest() bool { return m.Result != nil }

type structure struct {
	Name       string     `json:"name"`
	Extends    []typ      `json:"extends"`
	Mixins     []typ      `json:"mixins"`
	Properties []property `json:"properties"`
}

type property struct {
	Name     string `json:"name"`
	Type     typ    `json:"type"`
	Optional bool   `json:"optional"`
}

type enumeration struct {
	Name                 string `json:"name"`
	Type                 typ    `json:"type"`
	SupportsCustomValues bool   `json:"supportsCustomValues"`
	Values               []struct {
		Value json.RawMessage `json:"value"`
	} `json:"values"`
}

// A typ is a type of the meta model; which members count depends on the kind.
type typ struct {
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`    // base, reference
	Items   []typ           `json:"items"`   // or, and, tuple
	Element *typ            `json:"element"` // array
	Key     *typ            `json:"key"`     // map
	Value   json.RawMessage `json:"value"`   // map, literal, the literals of strings, integers and booleans
}

// Load reads the meta model that the module go.lsp.dev/protocol was made from, in the version that
// go.mod names.
var Load = sync.OnceValues(func() (*Model, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "go.lsp.dev/protocol").Output()
	if err != nil {
		return nil, fmt.Errorf("cannot find the module with the meta model: %w", err)
	}
	path := filepath.Join(strings.TrimSpace(string(dir)), "internal", "genlsp", "testdata", "metaModel.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(data)
})

func parse(data []byte) (*Model, error) {
	var raw struct {
		Requests, Notifications []*Method
		Structures              []*structure
		Enumerations            []*enumeration
		TypeAliases             []struct {
			Name string
			Type *typ
		}
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("the meta model: %w", err)
	}
	m := &Model{
		methods: make(map[string]*Method), structures: make(map[string]*structure),
		enumerations: make(map[string]*enumeration), aliases: make(map[string]*typ),
	}
	for _, method := range append(raw.Requests, raw.Notifications...) {
		m.methods[method.Name] = method
	}
	for _, s := range raw.Structures {
		m.structures[s.Name] = s
	}
	for _, e := range raw.Enumerations {
		m.enumerations[e.Name] = e
	}
	for _, a := range raw.TypeAliases {
		m.aliases[a.Name] = a.Type
	}
	return m, nil
}

// Method returns a method by its name, or nil.
func (m *Model) Method(name string) *Method { return m.methods[name] }
