package metamodel

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// CheckParams returns an error if these are not params of the method; nil are none.
func (m *Model) CheckParams(method *Method, params json.RawMessage) error {
	if method.Params == nil {
		if len(params) > 0 && string(params) != "null" {
			return fmt.Errorf("%s has no params, not %s", method.Name, params)
		}
		return nil
	}
	return wrap(method.Name+": params", m.checkRaw(method.Params, params))
}

// CheckResult returns an error if this is no result of the method.
func (m *Model) CheckResult(method *Method, result json.RawMessage) error {
	return wrap(method.Name+": result", m.checkRaw(method.Result, result))
}

// CheckPartialResult returns an error if this is no part of a result of the method.
func (m *Model) CheckPartialResult(method *Method, part json.RawMessage) error {
	if method.PartialResult == nil {
		return fmt.Errorf("%s has no partial results", method.Name)
	}
	return wrap(method.Name+": partial result", m.checkRaw(method.PartialResult, part))
}

// CheckRegistrationOptions returns an error if a registration of the method does not have
// such options.
func (m *Model) CheckRegistrationOptions(method *Method, options json.RawMessage) error {
	if method.RegistrationOptions == nil {
		return nil
	}
	return wrap(method.Name+": registration options", m.checkRaw(method.RegistrationOptions, options))
}

// CheckStructure returns an error if the value is not of the structure with the name.
func (m *Model) CheckStructure(name string, value json.RawMessage) error {
	return wrap(name, m.checkRaw(&typ{Kind: "reference", Name: name}, value))
}

// CheckEnvelope returns an error if a body is not what JSON-RPC calls a request, a notification or
// a response.
func CheckEnvelope(body json.RawMessage) error {
	decoded, err := decode(body)
	if err != nil {
		return err
	}
	message, ok := decoded.(map[string]any)
	if !ok {
		return errors.New("the message is no object")
	}
	_, hasMethod := message["method"].(string)
	_, hasResult := message["result"]
	failure, hasError := message["error"]
	id, hasID := message["id"]
	switch id.(type) {
	case nil: // missing, or null, which answers what could not be read
		if hasID && !hasError {
			return errors.New("the id is null")
		}
	case string, json.Number:
	default:
		return fmt.Errorf("the id is %v", id)
	}
	allowed := []string{"jsonrpc", "id", "method", "params"}
	switch {
	case message["jsonrpc"] != "2.0":
		return errors.New(`the message does not say "jsonrpc": "2.0"`)
	case hasMethod:
	case !hasID:
		return errors.New("a response without an id")
	case hasResult == hasError:
		return errors.New("a response has either a result or an error")
	case hasError:
		e, _ := failure.(map[string]any)
		code, _ := e["code"].(json.Number)
		if _, err := strconv.ParseInt(string(code), 10, 32); err != nil {
			return fmt.Errorf("the error has the code %q", code)
		}
		if text, ok := e["message"].(string); !ok || text == "" {
			return errors.New("the error has no message")
		}
		allowed = []string{"jsonrpc", "id", "error"}
	default:
		allowed = []string{"jsonrpc", "id", "result"}
	}
	for _, name := range slices.Sorted(maps.Keys(message)) {
		if !slices.Contains(allowed, name) {
			return fmt.Errorf("the message has a member %q", name)
		}
	}
	return nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s%w", what, err)
}

func decode(raw json.RawMessage) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil && !(err == io.EOF && len(raw) == 0) {
		return nil, err
	}
	return value, nil
}

func (m *Model) checkRaw(t *typ, raw json.RawMessage) error {
	value, err := decode(raw)
	if err != nil {
		return fmt.Errorf(" is not JSON: %w", err)
	}
	if problem := m.check(t, value, ""); problem != nil {
		return fmt.Errorf("%s: %s", problem.path, problem.what)
	}
	return nil
}

// A problem is where and what is wrong.
type problem struct {
	path, what string
	shape      bool // the value is of another shape altogether
	literal    bool // it is not the literal that tells this alternative from others
}

func wrong(path, format string, args ...any) *problem {
	return &problem{path: path, what: fmt.Sprintf(format, args...)}
}

// misshapen is wrong for a value of another shape than the type.
func misshapen(path string, value any, want string) *problem {
	return &problem{path: path, what: fmt.Sprintf("is %s, not %s", show(value), want), shape: true}
}

// check returns what is wrong with a value of the type, nil for nothing.
func (m *Model) check(t *typ, value any, path string) *problem {
	switch t.Kind {
	case "base":
		return checkBase(t.Name, value, path)
	case "reference":
		return m.checkReference(t.Name, value, path)
	case "array":
		return m.checkArray(t, value, path)
	case "tuple":
		return m.checkTuple(t, value, path)
	case "map":
		return m.checkMap(t, value, path)
	case "or":
		return m.checkOr(t, value, path)
	case "and":
		return m.checkObject(m.propertiesOf(t), value, path)
	case "literal":
		return m.checkObject(m.propertiesOf(t), value, path)
	case "stringLiteral", "integerLiteral", "booleanLiteral":
		if got, _ := json.Marshal(value); !bytes.Equal(got, t.Value) {
			return &problem{path: path, what: fmt.Sprintf("is %s, not %s", got, t.Value), literal: true}
		}
		return nil
	}
	return wrong(path, "has a type of the unknown kind %q", t.Kind)
}

func checkBase(name string, value any, path string) *problem {
	ok := false
	switch name {
	case "null":
		ok = value == nil
	case "boolean":
		_, ok = value.(bool)
	case "string", "RegExp":
		_, ok = value.(string)
	case "URI", "DocumentUri":
		text, isText := value.(string)
		u, err := url.Parse(text)
		ok = isText && err == nil && u.Scheme != ""
	case "integer":
		ok = isInteger(value, math.MinInt32)
	case "uinteger":
		ok = isInteger(value, 0)
	case "decimal":
		_, ok = value.(json.Number)
	}
	if !ok {
		return misshapen(path, value, name)
	}
	return nil
}

// isInteger reports whether the value is an integer from least to the largest that LSP knows.
func isInteger(value any, least int64) bool {
	number, _ := value.(json.Number)
	n, err := strconv.ParseInt(string(number), 10, 64)
	return err == nil && least <= n && n <= math.MaxInt32
}

func (m *Model) checkReference(name string, value any, path string) *problem {
	if name == "LSPAny" || name == "LSPObject" || name == "LSPArray" {
		return nil
	}
	if alias, ok := m.aliases[name]; ok {
		return m.check(alias, value, path)
	}
	if e, ok := m.enumerations[name]; ok {
		return m.checkEnumeration(e, value, path)
	}
	if _, ok := m.structures[name]; ok {
		return m.checkObject(m.propertiesOf(&typ{Kind: "reference", Name: name}), value, path)
	}
	return wrong(path, "has the unknown type %s", name)
}

func (m *Model) checkEnumeration(e *enumeration, value any, path string) *problem {
	got, _ := json.Marshal(value)
	for _, member := range e.Values {
		if bytes.Equal(got, member.Value) {
			return nil
		}
	}
	if e.SupportsCustomValues {
		return m.check(&e.Type, value, path)
	}
	return wrong(path, "is %s, which is no %s", got, e.Name)
}

func (m *Model) checkArray(t *typ, value any, path string) *problem {
	elements, ok := value.([]any)
	if !ok {
		return misshapen(path, value, "a list")
	}
	for i, element := range elements {
		if p := m.check(t.Element, element, fmt.Sprintf("%s[%d]", path, i)); p != nil {
			return p
		}
	}
	return nil
}

func (m *Model) checkTuple(t *typ, value any, path string) *problem {
	elements, ok := value.([]any)
	if !ok || len(elements) != len(t.Items) {
		return misshapen(path, value, fmt.Sprintf("a list of %d", len(t.Items)))
	}
	for i := range elements {
		if p := m.check(&t.Items[i], elements[i], fmt.Sprintf("%s[%d]", path, i)); p != nil {
			return p
		}
	}
	return nil
}

func (m *Model) checkMap(t *typ, value any, path string) *problem {
	members, ok := value.(map[string]any)
	if !ok {
		return misshapen(path, value, "an object")
	}
	var element typ
	if err := json.Unmarshal(t.Value, &element); err != nil {
		return wrong(path, "has a type that cannot be read: %v", err)
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if p := m.check(t.Key, key, path+"[key "+key+"]"); p != nil {
			return p
		}
		if p := m.check(&element, members[key], path+"["+key+"]"); p != nil {
			return p
		}
	}
	return nil
}

// checkOr accepts what one alternative accepts. Of the complaints it returns that of the
// alternative that was most likely meant.
func (m *Model) checkOr(t *typ, value any, path string) *problem {
	var best *problem
	for i := range t.Items {
		p := m.check(&t.Items[i], value, path)
		if p == nil {
			return nil
		}
		if best == nil || p.nearness(path) > best.nearness(path) {
			best = p
		}
	}
	if best.shape && best.path == path {
		return &problem{path: path, what: fmt.Sprintf("is %s, which fits none of %d alternatives", show(value), len(t.Items)), shape: true}
	}
	return best
}

// nearness says how much of the alternative at path fitted before this went wrong.
func (p *problem) nearness(path string) int {
	switch {
	case p.shape && p.path == path:
		return 0
	case p.literal:
		return 1
	default:
		return 2 + len(p.path)
	}
}

// checkObject accepts an object that has all required properties, and no others than these.
// The specification lets a server send more; nothing that it does not know is of any use to
// a client, though, so it is a slip.
func (m *Model) checkObject(properties map[string]property, value any, path string) *problem {
	members, ok := value.(map[string]any)
	if !ok {
		return misshapen(path, value, "an object")
	}
	// What tells the alternatives of a union from each other comes first.
	isLiteral := func(name string) int { return strings.Index(properties[name].Type.Kind, "Literal") }
	names := slices.SortedFunc(maps.Keys(properties), func(a, b string) int {
		return cmp.Or(cmp.Compare(isLiteral(b), isLiteral(a)), cmp.Compare(a, b))
	})
	for _, name := range names {
		p := properties[name]
		member, has := members[name]
		if !has {
			if !p.Optional {
				return wrong(path, "lacks %s", name)
			}
			continue
		}
		if problem := m.check(&p.Type, member, path+"."+name); problem != nil {
			return problem
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if _, known := properties[name]; !known {
			return wrong(path+"."+name, "is a property that LSP does not know")
		}
	}
	return nil
}

// propertiesOf returns the properties of a structure, a literal or an intersection, with those that
// they take over from others.
func (m *Model) propertiesOf(t *typ) map[string]property {
	result := make(map[string]property)
	switch t.Kind {
	case "and":
		for i := range t.Items {
			maps.Copy(result, m.propertiesOf(&t.Items[i]))
		}
	case "literal":
		var literal structure
		if json.Unmarshal(t.Value, &literal) == nil {
			for _, p := range literal.Properties {
				result[p.Name] = p
			}
		}
	case "reference":
		if alias, ok := m.aliases[t.Name]; ok {
			return m.propertiesOf(alias)
		}
		s, ok := m.structures[t.Name]
		if !ok {
			break
		}
		for _, from := range append(slices.Clone(s.Extends), s.Mixins...) {
			maps.Copy(result, m.propertiesOf(&from))
		}
		for _, p := range s.Properties {
			result[p.Name] = p
		}
	}
	return result
}

// show quotes the beginning of a value.
func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if short, _, cut := strings.Cut(string(text), "\n"); cut || len(short) > 80 {
		return short[:min(len(short), 80)] + "…"
	}
	return string(text)
}
