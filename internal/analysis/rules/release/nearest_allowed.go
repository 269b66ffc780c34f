package release

import (
	"regexp"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// nearestAllowed returns the value that is allowed and nearest to the one written, as CUE, and
// whether that one was most likely meant: the member of an enumeration that is most like it,
// or the same as another kind of value. A bound is only the nearest. It is "" if nothing is
// near, or nothing is written out that could be replaced.
func nearestAllowed(r *rule.Resolved, n *cascade.Node, shape *cascade.Shape, d cascade.Decl) (near string, likely bool) {
	v := shape.Concrete()
	below := n.AllowedBelow()
	if v == nil || r.Tree.Secrets.HidesIn(n.Path, v) || isFixed(r, n) || !isLiteral(d.File, d.Value) {
		return "", false
	}
	for _, other := range otherwiseWritten(v, d.File.Text.Slice(d.Value)) {
		if below.AllowsText(other) {
			return other, true
		}
	}
	if v.Kind == cascade.String {
		if member := rule.NearestMember(n.Allowed, v.Text); member != nil {
			return member.String(), true
		}
	}
	if bound := nearestBound(below, v); bound != nil {
		return bound.String(), false
	}
	return "", false
}

// otherwiseWritten returns what is the same to people and another kind of value to CUE: 1 and
// 1.0, 8 and "8", true and "true".
func otherwiseWritten(v *cascade.Value, source string) []string {
	switch v.Kind {
	case cascade.Int:
		return []string{v.String() + ".0", (&cascade.Value{Kind: cascade.String, Text: source}).String()}
	case cascade.Float:
		whole := strings.TrimSuffix(v.String(), ".0")
		return []string{whole, (&cascade.Value{Kind: cascade.String, Text: source}).String()}
	case cascade.Bool:
		return []string{(&cascade.Value{Kind: cascade.String, Text: source}).String()}
	case cascade.String:
		if number.MatchString(v.Text) || v.Text == "true" || v.Text == "false" {
			return []string{v.Text}
		}
	}
	return nil
}

// number matches the numbers that are the same in every notation.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// nearestBound returns the number next to a bound that a number breaks; nil if it breaks none.
func nearestBound(allowed *cascade.Shape, v *cascade.Value) *cascade.Value {
	if v.Kind&cascade.Number == 0 {
		return nil
	}
	var best *cascade.Value
	for _, a := range allowed.Alts {
		low, high := a.Bounds()
		for _, bound := range []*cascade.Test{low, high} {
			if bound == nil {
				continue
			}
			at := atBound(bound, v.Kind)
			if at != nil && allowed.Allows(at) && (best == nil || distance(at, v).Cmp(distance(best, v)) < 0) {
				best = at
			}
		}
	}
	return best
}

// atBound returns the number of a kind that is the last one within a bound; nil if there is
// none, as below <1.5 for decimal numbers.
func atBound(bound *cascade.Test, kind cascade.Kind) *cascade.Value {
	strict := bound.Op == cascade.Less || bound.Op == cascade.Greater
	limit := new(apd.Decimal).Set(bound.Operand.Number)
	if kind == cascade.Float {
		if strict {
			return nil
		}
		return &cascade.Value{Kind: kind, Number: limit}
	}
	round, step := exact.Floor, int64(-1)
	if bound.Op == cascade.Greater || bound.Op == cascade.GreaterEqual {
		round, step = exact.Ceil, 1
	}
	whole := new(apd.Decimal)
	if _, err := round(whole, limit); err != nil {
		return nil
	}
	if strict && whole.Cmp(limit) == 0 {
		if _, err := exact.Add(whole, whole, apd.New(step, 0)); err != nil {
			return nil
		}
	}
	return &cascade.Value{Kind: cascade.Int, Number: whole}
}

// exact computes with integers of up to 128 bits, and then some.
var exact = apd.BaseContext.WithPrecision(60)

func distance(a, b *cascade.Value) *apd.Decimal {
	d := new(apd.Decimal)
	_, _ = exact.Sub(d, a.Number, b.Number) // inexact is near enough
	return d.Abs(d)
}

// isFixed reports whether a layer below settled the value for good.
func isFixed(r *rule.Resolved, n *cascade.Node) bool {
	for _, f := range n.Layers[:topLayer(r)] {
		if f != nil && len(f.Shape.Alts) == 1 && f.Shape.Alts[0].Value != nil && len(f.Shape.Defaults) == 0 {
			return true
		}
	}
	return false
}
