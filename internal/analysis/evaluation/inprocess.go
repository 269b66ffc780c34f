package evaluation

import (
	"errors"
	"fmt"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
)

// InProcess evaluates what is Bounded, at once.
type InProcess struct{}

// Contained implements [Evaluator].
func (InProcess) Contained() bool { return false }

// Late implements [Evaluator]: nothing is ever pending.
func (InProcess) Late(string) uint64 { return 0 }

// Hindered implements [Evaluator]: what this refuses, it refuses always.
func (InProcess) Hindered(string) bool { return false }

// Evaluate implements [Evaluator].
func (InProcess) Evaluate(q Question) Answer {
	if !q.Bounded {
		return Answer{Obstacle: Unavailable}
	}
	return Evaluate(q)
}

// maxValues is how many values a result may consist of.
const maxValues = 100_000

// Evaluate has CUE evaluate an expression in this very process, whatever becomes of it.
func Evaluate(q Question) Answer {
	var src strings.Builder
	for _, spec := range q.Imports {
		src.WriteString("import " + spec + "\n")
	}
	src.WriteString("result: " + q.Expr + "\n")
	// A context of its own: one that lives on would keep every value it has ever seen.
	result := cuecontext.New().CompileString(src.String()).LookupPath(cue.ParsePath("result"))
	if q.Holds {
		return Answer{Holds: result.Validate(cue.Concrete(true)) == nil}
	}
	if !result.Exists() || result.Err() != nil {
		return Answer{}
	}
	r := reading{}
	v, err := r.value(result)
	switch {
	case errors.Is(err, errTooMany):
		return Answer{Obstacle: TooMany}
	case err != nil:
		v = nil
	}
	return Answer{Kinds: kindsOf(result.IncompleteKind()), Value: v}
}

var (
	errTooMany     = errors.New("too many values")
	errNotConcrete = errors.New("not concrete")
)

// A reading copies one result out of CUE.
type reading struct{ values int }

// value copies a concrete value.
func (r *reading) value(v cue.Value) (*Value, error) {
	if r.values++; r.values > maxValues {
		return nil, errTooMany
	}
	out := &Value{Kind: kindsOf(v.Kind())}
	var err error
	switch out.Kind {
	case Null:
	case Bool, Int, Float:
		out.Text = fmt.Sprint(v)
	case String:
		out.Text, err = v.String()
	case Bytes:
		var b []byte
		b, err = v.Bytes()
		out.Text = string(b)
	case List:
		err = r.items(v, out)
	case Struct:
		err = r.fields(v, out)
	default:
		err = errNotConcrete
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (r *reading) items(v cue.Value, out *Value) error {
	if v.Allows(cue.AnyIndex) { // [...]
		return errNotConcrete
	}
	items, err := v.List()
	if err != nil {
		return err
	}
	for items.Next() {
		item, err := r.value(items.Value())
		if err != nil {
			return err
		}
		out.Items = append(out.Items, item)
	}
	return nil
}

func (r *reading) fields(v cue.Value, out *Value) error {
	fields, err := v.Fields()
	if err != nil {
		return err
	}
	for fields.Next() {
		field, err := r.value(fields.Value())
		if err != nil {
			return err
		}
		out.Fields = append(out.Fields, Field{fields.Selector().Unquoted(), field})
	}
	return nil
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
