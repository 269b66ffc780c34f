package cascade

import (
	"github.com/cockroachdb/apd/v3"
)

// Neutral returns the value that is the obvious default of a shape which has none: the
// first member of an enumeration, false, or the least number that is written as a bound and
// is not 0. It is nil if no value is obvious.
func (s *Shape) Neutral() *Value {
	if members := Members(s); len(members) > 1 {
		if members[0].Kind == Bool {
			return &Value{Kind: Bool}
		}
		return members[0]
	}
	if len(s.Alts) != 1 || s.Alts[0].Kinds&^Number != 0 {
		return nil
	}
	low, _ := s.Alts[0].Bounds()
	if low == nil || low.Op != GreaterEqual || low.Operand.Number.Sign() <= 0 || s.admits(low.Operand) != Yes {
		return nil
	}
	return low.Operand
}

// NearestNumber returns the number that is surely allowed and nearest to another one, next
// to a bound; nil if none is found.
func (s *Shape) NearestNumber(v *Value) *Value {
	if v.Kind&Number == 0 {
		return nil
	}
	var best *Value
	var least *apd.Decimal
	for _, a := range s.Alts {
		low, high := a.Bounds()
		for _, bound := range []*Test{low, high} {
			if bound == nil {
				continue
			}
			at := bound.last(v.Kind)
			distance := new(apd.Decimal)
			if at == nil || s.admits(at) != Yes {
				continue
			}
			_, _ = wholeNumbers.Sub(distance, at.Number, v.Number) // inexact is near enough
			if distance.Abs(distance); least == nil || distance.Cmp(least) < 0 {
				best, least = at, distance
			}
		}
	}
	return best
}

// last returns the number of a kind that is the last one within a bound; nil if there is
// none, as below <1.5 for decimal numbers.
func (t *Test) last(kind Kind) *Value {
	strict := t.Op == Less || t.Op == Greater
	out := new(apd.Decimal).Set(t.Operand.Number)
	if kind == Float {
		if strict {
			return nil
		}
		return &Value{Kind: Float, Number: out}
	}
	round, step := wholeNumbers.Floor, int64(-1)
	if t.Op == Greater || t.Op == GreaterEqual {
		round, step = wholeNumbers.Ceil, 1
	}
	if _, err := round(out, t.Operand.Number); err != nil {
		return nil
	}
	if strict && out.Cmp(t.Operand.Number) == 0 {
		if _, err := wholeNumbers.Add(out, out, apd.New(step, 0)); err != nil {
			return nil
		}
	}
	return &Value{Kind: Int, Number: out}
}
