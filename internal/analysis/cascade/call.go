package cascade

import (
	"fmt"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"github.com/cockroachdb/apd/v3"
)

// A Call is a use of one of CUE's own packages that judges a value, such as
// strings.MinRunes(16). All its arguments are literals, so that nothing but the
// value itself decides.
type Call struct {
	Source  string   // as written
	Imports []string // import specs of the packages that it uses
	counts  *count   // what it counts, if that is all that it does

	// What CUE said of values before: an answer takes it a millisecond, and a list of
	// many elements asks for each of them at every keystroke.
	mu      sync.Mutex
	answers map[string]Truth
}

// maxAnswers is how many answers a call remembers.
const maxAnswers = 4096

// run compiles one expression in which the call's packages are imported. The
// context is a fresh one: a long-lived one would keep every value it has ever seen.
func (c *Call) run(expr string) cue.Value {
	var src strings.Builder
	for _, spec := range c.Imports {
		src.WriteString("import " + spec + "\n")
	}
	src.WriteString("result: " + expr + "\n")
	return cuecontext.New().CompileString(src.String()).LookupPath(cue.ParsePath("result"))
}

// holds asks CUE whether the call accepts the value.
func (c *Call) holds(v *Value) Truth {
	if c.counts != nil && c.counts.kind == v.Kind {
		return c.counts.holds(v)
	}
	source := v.String()
	c.mu.Lock()
	answer, ok := c.answers[source]
	c.mu.Unlock()
	if ok {
		return answer
	}
	answer = truth(c.run(source+" & ("+c.Source+")").Validate(cue.Concrete(true)) == nil)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answers == nil || len(c.answers) >= maxAnswers {
		c.answers = make(map[string]Truth)
	}
	c.answers[source] = answer
	return answer
}

// read returns the shape of the call: the value that it computes, or the test that
// it is. ok is false where CUE refuses the call itself.
func (c *Call) read(origin Origin) (s *Shape, ok bool) {
	result := c.run(c.Source)
	if !result.Exists() || result.Err() != nil {
		return nil, false
	}
	if v := fromCUE(result); v != nil {
		return valueShape(v, origin), true
	}
	c.counts = c.readCount()
	alt := &Alt{Kinds: kindsOf(result.IncompleteKind()), Tests: []Test{{Op: Satisfies, Call: c, Origin: origin}}, Origin: origin}
	switch alt.Kinds {
	case List:
		alt.List = &ListShape{Rest: Top()}
	case Struct:
		alt.Struct = &StructShape{Open: true}
	}
	return &Shape{Alts: []*Alt{alt}}, true
}

// kindsOf translates a set of CUE's kinds.
func kindsOf(k cue.Kind) Kind {
	var out Kind
	for _, pair := range []struct {
		cue cue.Kind
		own Kind
	}{
		{cue.NullKind, Null}, {cue.BoolKind, Bool}, {cue.IntKind, Int}, {cue.FloatKind, Float},
		{cue.StringKind, String}, {cue.BytesKind, Bytes}, {cue.ListKind, List}, {cue.StructKind, Struct},
	} {
		if k&pair.cue != 0 {
			out |= pair.own
		}
	}
	return out
}

// fromCUE copies a concrete value out of CUE; nil if it is not concrete.
func fromCUE(v cue.Value) *Value {
	kind := kindsOf(v.Kind())
	switch kind {
	case Null:
		return &Value{Kind: Null}
	case Bool:
		b, err := v.Bool()
		return valueOr(&Value{Kind: Bool, Bool: b}, err)
	case Int, Float:
		d := new(apd.Decimal)
		_, _, err := d.SetString(fmt.Sprint(v))
		return valueOr(&Value{Kind: kind, Number: d}, err)
	case String:
		s, err := v.String()
		return valueOr(&Value{Kind: String, Text: s}, err)
	case Bytes:
		b, err := v.Bytes()
		return valueOr(&Value{Kind: Bytes, Text: string(b)}, err)
	case List:
		out := &Value{Kind: List, Items: []*Value{}}
		items, err := v.List()
		for err == nil && items.Next() {
			item := fromCUE(items.Value())
			if item == nil {
				return nil
			}
			out.Items = append(out.Items, item)
		}
		if v.Allows(cue.AnyIndex) { // [...]
			return nil
		}
		return valueOr(out, err)
	case Struct:
		out := &Value{Kind: Struct}
		fields, err := v.Fields()
		for err == nil && fields.Next() {
			field := fromCUE(fields.Value())
			if field == nil {
				return nil
			}
			out.Fields = append(out.Fields, NamedValue{fields.Selector().Unquoted(), field})
		}
		return valueOr(out, err)
	}
	return nil
}

func valueOr(v *Value, err error) *Value {
	if err != nil {
		return nil
	}
	return v
}
