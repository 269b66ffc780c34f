package cascade

import (
	"maps"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// IsPredeclared reports whether CUE itself knows a name, so that no file need define it.
// Each has a second form that no field can hide: __string.
//
// Source: cuelang.org/go/internal/core/compile, predeclared.go; a test compares.
func IsPredeclared(name string) bool {
	name = strings.TrimPrefix(name, "__")
	return typeNames[name] != 0 && name != "null" || integerLimits[name] != [2]string{} || slices.Contains(otherNames, name) || slices.Contains(builtinFunctions, name)
}

// Predeclared returns the names that CUE itself knows, sorted.
func Predeclared() []string {
	names := slices.Concat(otherNames, builtinFunctions)
	names = slices.AppendSeq(names, maps.Keys(typeNames))
	names = slices.AppendSeq(names, maps.Keys(integerLimits))
	slices.Sort(names)
	return slices.DeleteFunc(names, func(name string) bool { return !IsPredeclared(name) })
}

// otherNames are CUE's own names whose meaning is not read.
var otherNames = []string{"float32", "float64", "self"}

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
