package cascade

import (
	"slices"
)

// A Refusal is a default of which the expression that it stands in thinks otherwise.
type Refusal struct {
	Default *Alt
	// By is the part of the expression that refuses it.
	By *Shape
	// Beside says that the default counts all the same, as an alternative beside those that
	// refuse it: "&" binds tighter than "|", so in int & >=1 | *0 the bound says nothing
	// of the default. Otherwise there is no default: in int & >=1 & (int | *0) it is lost.
	Beside bool
}

// addRefused appends refusals, each default once. That one is lost says more than that it
// stands beside others.
func addRefused(all []Refusal, more ...Refusal) []Refusal {
	for _, r := range more {
		i := slices.IndexFunc(all, func(other Refusal) bool { return other.Default.Origin == r.Default.Origin })
		switch {
		case i < 0:
			all = append(slices.Clip(all), r)
		case all[i].Beside && !r.Beside:
			all = slices.Clone(all)
			all[i] = r
		}
	}
	return all
}

// meetRefused returns the refusals of what two shapes make together.
func meetRefused(s, t, together *Shape) []Refusal {
	out := addRefused(s.Refused, t.Refused...)
	if len(together.Defaults) > 0 && !slices.ContainsFunc(together.Defaults, func(a *Alt) bool { return a.Struct != nil }) {
		return out
	}
	out = addRefused(out, refusals(s, t)...)
	return addRefused(out, refusals(t, s)...)
}

// refusals returns the defaults of one shape that another one refuses, if no default of it
// is left.
func refusals(s, by *Shape) []Refusal {
	var out []Refusal
	for _, d := range s.Defaults {
		if !Meet(&Shape{Alts: []*Alt{d}}, withoutDefaults(by)).impossible() {
			return nil
		}
		out = append(out, Refusal{Default: d, By: by})
	}
	return out
}

// besideOthers returns the defaults of a disjunction that all those of its alternatives
// refuse that may be more than one value of the default's kind. Where one alternative is
// a value of that kind, the default is one more of the same list. And an empty string or
// list beside others says that there is none.
func besideOthers(operands []*Shape) []Refusal {
	var out []Refusal
	for _, operand := range operands {
		for _, d := range operand.Defaults {
			if v := d.concrete(); v == nil || v.Kind == Struct || v.isEmpty() {
				continue
			}
			if by := refusingBeside(operands, d); by != nil {
				out = append(out, Refusal{Default: d, By: by, Beside: true})
			}
		}
	}
	return out
}

// refusingBeside returns the alternatives of a default's kind that refuse it; nil if one
// allows it, if there are none, or if they enumerate values.
func refusingBeside(operands []*Shape, d *Alt) *Shape {
	by := &Shape{}
	for _, operand := range operands {
		if len(operand.Defaults) > 0 {
			continue
		}
		for _, a := range operand.Alts {
			switch {
			case a.Kinds&d.Kinds == 0 && !a.Unread:
			case a.Unread, a.Value != nil, meetAlt(a, d) != nil:
				return nil
			default:
				by.Alts = append(by.Alts, a)
			}
		}
	}
	if len(by.Alts) == 0 {
		return nil
	}
	return by
}

// isEmpty reports whether the value is a string, bytes or a list with nothing in it.
func (v *Value) isEmpty() bool {
	return v.Kind&(String|Bytes) != 0 && v.Text == "" || v.Kind == List && len(v.Items) == 0
}

// At returns the narrowest text that refuses the default.
func (r Refusal) At() Origin {
	return whyNot(&FieldShape{Shape: r.By}, &FieldShape{Shape: &Shape{Alts: []*Alt{r.Default}}})
}

// Value returns the default; nil if it is more than one value.
func (r Refusal) Value() *Value { return r.Default.concrete() }
