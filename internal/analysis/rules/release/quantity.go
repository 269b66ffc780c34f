package release

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
)

// A quantity is an amount of a resource in whole units: "500m" is a half, "1Ki" is 1024. It is
// exact.
//
// Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
type quantity = *big.Rat

// quantityForm matches a quantity: its number, and its exponent or the name of its unit. The
// lengths keep powers of ten within reason.
var quantityForm = regexp.MustCompile(`^([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}))(?:[eE]([+-]?[0-9]{1,2})|([numkMGTPE]|[KMGTPE]i)?)$`)

// decimalUnits and binaryUnits are in order: each is 1000 or 1024 times the one before.
var (
	decimalUnits = []string{"n", "u", "m", "", "k", "M", "G", "T", "P", "E"}
	binaryUnits  = []string{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"}
)

// parseQuantity reads a quantity; ok is false if the text is none.
func parseQuantity(text string) (q quantity, ok bool) {
	m := quantityForm.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	number, exponent, unit := m[1], m[2], m[3]
	if exponent != "" {
		number += "e" + exponent
	}
	q, ok = new(big.Rat).SetString(number)
	if !ok {
		return nil, false
	}
	return q.Mul(q, unitOf(unit)), true
}

// unitOf returns what one of a unit is.
func unitOf(unit string) quantity {
	for i, name := range decimalUnits {
		if name == unit {
			return power(1000, i-3)
		}
	}
	for i, name := range binaryUnits {
		if name == unit {
			return power(1024, i)
		}
	}
	return big.NewRat(1, 1)
}

// power returns a power of base, which may be a fraction.
func power(base int64, exponent int) quantity {
	p := new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(max(exponent, -exponent))), nil)
	if exponent < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

// quantityOf reads a value as a quantity: a string, or a number of whole units.
func quantityOf(v *cascade.Value) (quantity, bool) {
	switch {
	case v == nil:
		return nil, false
	case v.Kind == cascade.String:
		return parseQuantity(v.Text)
	case v.Kind&cascade.Number != 0:
		return parseQuantity(v.Number.Text('f'))
	}
	return nil, false
}

// atMost returns the greatest quantity that is a whole number of a unit and no more than q, in
// the kind of value that like is; nil if that is nothing at all.
func atMost(q quantity, unit string, like *cascade.Value) *cascade.Value {
	if like.Kind != cascade.String {
		unit = ""
	}
	n := new(big.Rat).Quo(q, unitOf(unit))
	whole := new(big.Int).Quo(n.Num(), n.Denom())
	if whole.Sign() <= 0 {
		return nil
	}
	if like.Kind == cascade.String {
		return &cascade.Value{Kind: cascade.String, Text: whole.String() + unit}
	}
	return integer(whole)
}

// unitIn returns the unit in which a quantity is written, "" if it is none that has a name.
func unitIn(v *cascade.Value) string {
	if v.Kind != cascade.String {
		return ""
	}
	if m := quantityForm.FindStringSubmatch(strings.TrimSpace(v.Text)); m != nil {
		return m[3]
	}
	return ""
}
