package cascade

import (
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"github.com/cockroachdb/apd/v3"
)

// A Kind is a set of CUE's kinds of value.
type Kind uint16

// CUE's kinds.
const (
	Null Kind = 1 << iota
	Bool
	Int
	Float
	String
	Bytes
	List
	Struct

	Number  = Int | Float
	AnyKind = Null | Bool | Number | String | Bytes | List | Struct
)

// A Value is one concrete CUE value as plain data. It is immutable.
type Value struct {
	Kind   Kind         // exactly one kind
	Text   string       // of a string or bytes: the content
	Number *apd.Decimal // of an int or float
	Bool   bool
	Items  []*Value     // of a list
	Fields []NamedValue // of a struct, in order of declaration
}

// A NamedValue is a field of a struct value.
type NamedValue struct {
	Name  string
	Value *Value
}

// Equal reports whether two values are the same to CUE: 1 and 1.0 are not.
func (v *Value) Equal(w *Value) bool {
	if v.Kind != w.Kind {
		return false
	}
	switch v.Kind {
	case Null:
		return true
	case Bool:
		return v.Bool == w.Bool
	case Int, Float:
		return v.Number.Cmp(w.Number) == 0
	case String, Bytes:
		return v.Text == w.Text
	case List:
		if len(v.Items) != len(w.Items) {
			return false
		}
		for i := range v.Items {
			if !v.Items[i].Equal(w.Items[i]) {
				return false
			}
		}
		return true
	default:
		if len(v.Fields) != len(w.Fields) {
			return false
		}
		for _, f := range v.Fields {
			if other := w.Field(f.Name); other == nil || !f.Value.Equal(other) {
				return false
			}
		}
		return true
	}
}

// Field returns the value of a struct's field, or nil.
func (v *Value) Field(name string) *Value {
	for _, f := range v.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// String returns the value as CUE on one line.
func (v *Value) String() string {
	switch v.Kind {
	case Null:
		return "null"
	case Bool:
		if v.Bool {
			return "true"
		}
		return "false"
	case Int:
		return v.Number.Text('f')
	case Float:
		s := v.Number.Text('G')
		if !strings.ContainsAny(s, ".E") {
			s += ".0"
		}
		return s
	case String:
		return literal.String.Quote(v.Text)
	case Bytes:
		return literal.Bytes.Quote(v.Text)
	case List:
		items := make([]string, len(v.Items))
		for i, item := range v.Items {
			items[i] = item.String()
		}
		return "[" + strings.Join(items, ", ") + "]"
	default:
		fields := make([]string, len(v.Fields))
		for i, f := range v.Fields {
			fields[i] = QuoteLabel(f.Name) + ": " + f.Value.String()
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
}

// QuoteLabel returns a label as CUE writes it: quoted where it must be.
func QuoteLabel(name string) string {
	if ast.IsValidIdent(name) && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "#") {
		return name
	}
	return literal.Label.Quote(name)
}

// A Path leads from the root of values to one of them. An element of a list is
// written as its index in brackets: "[0]".
type Path []string

// String returns the path as people write it: database.name, hosts[0], labels."a-b".
func (p Path) String() string {
	var b strings.Builder
	for i, label := range p {
		switch {
		case isIndex(label):
			b.WriteString(label)
			continue
		case i > 0:
			b.WriteByte('.')
		}
		b.WriteString(QuoteLabel(label))
	}
	return b.String()
}

func isIndex(label string) bool {
	return len(label) > 2 && label[0] == '[' && label[len(label)-1] == ']'
}

// Child returns the path of a field below p. It never shares memory with p.
func (p Path) Child(label string) Path {
	child := make(Path, len(p)+1)
	copy(child, p)
	child[len(p)] = label
	return child
}

// IndexLabel returns the label of a list's element in a Path.
func IndexLabel(i int) string { return "[" + strconv.Itoa(i) + "]" }
