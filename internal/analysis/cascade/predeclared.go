package cascade

import (
	"github.com/cockroachdb/apd/v3"
)

var builtinFunctions = []string{"and", "or", "len", "close", "div", "mod", "quo", "rem", "matchN", "matchIf", "error"}

// predeclared returns the shape of one of CUE's own names, or nil.
func predeclared(name string) *Shape {
	if kind, ok := typeNames[name]; ok {
		return &Shape{Alts: []*Alt{{Kinds: kind}}}
	}
	limits, ok := integerLimits[name]
	if !ok {
		return nil
	}
	alt := &Alt{Kinds: Int}
	for i, op := range []Op{GreaterEqual, LessEqual} {
		if limits[i] == "" {
			continue
		}
		d, _, err := apd.NewFromString(limits[i])
		if err == nil {
			alt.Tests = append(alt.Tests, Test{Op: op, Operand: &Value{Kind: Int, Number: d}})
		}
	}
	return &Shape{Alts: []*Alt{alt}}
}

var typeNames = map[string]Kind{
	"string": String, "bytes": Bytes, "bool": Bool, "null": Null,
	"int": Int, "float": Float, "number": Number,
}

// integerLimits holds the least and greatest value of CUE's integer types.
//
// Source: the CUE language specification, "Predeclared identifiers".
var integerLimits = map[string][2]string{
	"uint":    {"0", ""},
	"uint8":   {"0", "255"},
	"int8":    {"-128", "127"},
	"uint16":  {"0", "65535"},
	"int16":   {"-32768", "32767"},
	"rune":    {"0", "1114111"},
	"uint32":  {"0", "4294967295"},
	"int32":   {"-2147483648", "2147483647"},
	"uint64":  {"0", "18446744073709551615"},
	"int64":   {"-9223372036854775808", "9223372036854775807"},
	"uint128": {"0", "340282366920938463463374607431768211455"},
	"int128": {
		"-170141183460469231731687303715884105728", "170141183460469231731687303715884105727",
	},
}
