package cascade

import (
	"sync/atomic"

	"github.com/cockroachdb/apd/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// An asker is a package for which expressions are evaluated.
type asker struct {
	evaluator evaluation.Evaluator // nil for one in this process
	pkg       string
}

func askerFor(evaluator evaluation.Evaluator, d *catalogindex.Document) asker {
	a := asker{evaluator: evaluator}
	if d != nil && d.Package != nil {
		a.pkg = d.Package.Key
	}
	return a
}

func (a asker) evaluatorOrOwn() evaluation.Evaluator {
	if a.evaluator == nil {
		return evaluation.InProcess{}
	}
	return a.evaluator
}

// takes reports whether an expression may be evaluated: one of which isBounded says that the
// evaluation surely ends, or, where it can be ended, any.
func (a asker) takes(bounded bool) bool { return bounded || a.evaluatorOrOwn().Contained() }

// maxQuestion is how many bytes an expression may have that is evaluated.
const maxQuestion = 1 << 20

func (a asker) ask(q evaluation.Question) evaluation.Answer {
	if len(q.Expr) > maxQuestion {
		return evaluation.Answer{Obstacle: evaluation.Unavailable}
	}
	q.Package = a.pkg
	return a.evaluatorOrOwn().Evaluate(q)
}

// A Stop is an expression that nobody could compute, or a call that could not judge a value.
type Stop struct {
	Origin   Origin
	Obstacle evaluation.Obstacle
	Reads    []Path // the values that decide it; none: its own text does
}

// maxStops is after how many expressions of one document that took too much the others are not
// asked any more: each of them takes all the time that there is.
const maxStops = 5

// exhausted returns the obstacle for one more expression beside those that were stopped; "" if it
// may be asked.
func exhausted(stops []Stop) evaluation.Obstacle {
	seen := make(map[Origin]bool)
	obstacle := evaluation.Skipped
	for _, s := range stops {
		switch s.Obstacle {
		case evaluation.Unavailable, evaluation.Skipped:
			continue
		case evaluation.Pending: // when that is answered, all is computed again
			obstacle = evaluation.Pending
		}
		seen[s.Origin] = true
	}
	if len(seen) < maxStops {
		return ""
	}
	return obstacle
}

// A Call is a use of one of CUE's own packages that judges a value, such as
// strings.MinRunes(16). All its arguments are literals, so that nothing but the
// value itself decides.
type Call struct {
	asker
	Source  string   // as written
	Imports []string // import specs of the packages that it uses
	bounded bool     // CUE surely judges soon
	counts  *count   // what it counts, if that is all that it does
	// stopped says that there was a value that it could not judge.
	stopped atomic.Bool
}

// holds asks CUE whether the call accepts the value.
func (c *Call) holds(v *Value) Truth {
	if c.counts != nil && c.counts.kind == v.Kind {
		return c.counts.holds(v)
	}
	answer := c.judge(v)
	if answer.Obstacle != "" {
		c.stopped.Store(true)
		return Unknown
	}
	return truth(answer.Holds)
}

// maxJudged is how many bytes of text a value may have so that CUE surely judges it soon: some
// calls compare each element of a list with each other.
const maxJudged = 16 << 10

func (c *Call) judge(v *Value) evaluation.Answer {
	source := v.String()
	return c.ask(evaluation.Question{
		Imports: c.Imports,
		Expr:    source + " & (" + c.Source + ")",
		Holds:   true,
		Bounded: c.bounded && len(source) <= maxJudged,
	})
}

// read returns the shape of the call: the value that it computes, or the test that
// it is; nil where CUE refuses the call itself, or an obstacle keeps it from saying.
func (c *Call) read(origin Origin) (*Shape, evaluation.Obstacle) {
	answer := c.ask(evaluation.Question{Imports: c.Imports, Expr: c.Source, Bounded: c.bounded})
	if answer.Kinds == 0 {
		return nil, answer.Obstacle
	}
	if v := valueOf(answer.Value); v != nil {
		return valueShape(v, origin), ""
	}
	c.counts = c.readCount()
	alt := &Alt{Kinds: Kind(answer.Kinds), Tests: []Test{{Op: Satisfies, Call: c, Origin: origin}}, Origin: origin}
	switch alt.Kinds {
	case List:
		alt.List = &ListShape{Rest: Top()}
	case Struct:
		alt.Struct = &StructShape{Open: true}
	}
	return &Shape{Alts: []*Alt{alt}}, ""
}

// valueOf returns a value that was evaluated; nil if it is none. Kinds are the same there
// and here.
func valueOf(v *evaluation.Value) *Value {
	if v == nil {
		return nil
	}
	out := &Value{Kind: Kind(v.Kind)}
	switch out.Kind {
	case Bool:
		out.Bool = v.Text == "true"
	case Int, Float:
		out.Number = new(apd.Decimal)
		if _, _, err := out.Number.SetString(v.Text); err != nil {
			return nil
		}
	case String, Bytes:
		out.Text = v.Text
	case List:
		out.Items = make([]*Value, len(v.Items))
		for i, item := range v.Items {
			if out.Items[i] = valueOf(item); out.Items[i] == nil {
				return nil
			}
		}
	case Struct:
		for _, f := range v.Fields {
			field := valueOf(f.Value)
			if field == nil {
				return nil
			}
			out.Fields = append(out.Fields, NamedValue{f.Name, field})
		}
	}
	return out
}

// stopsIn returns what nobody could compute of a tree, once for each place.
func stopsIn(layers []*Layer, root *Node, computed []Stop) []Stop {
	var out []Stop
	seen := make(map[Origin]bool)
	add := func(stops ...Stop) {
		for _, s := range stops {
			if s.Obstacle != evaluation.Unavailable && !seen[s.Origin] {
				seen[s.Origin] = true
				out = append(out, s)
			}
		}
	}
	for _, l := range layers {
		if l.Values != nil {
			add(l.Values.stops...)
		}
	}
	add(computed...)
	root.Walk(func(n *Node) bool {
		for _, a := range n.Allowed.Alts {
			for _, t := range a.Tests {
				if t.Call == nil || !t.Call.stopped.Load() {
					continue
				}
				if v := n.Effective(); v != nil {
					if o := t.Call.judge(v).Obstacle; o != "" {
						add(Stop{Origin: t.Origin, Obstacle: o, Reads: []Path{n.Path}})
					}
				}
			}
		}
		return true
	})
	return out
}
