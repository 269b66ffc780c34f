package cascade

import (
	"regexp"
	"slices"
	"strings"
)

// Describe says in words what a shape allows at a path: "an integer from 1 to 10", `one
// of "basic" or "detailed"`. The words fit behind "must be". They hold no secret.
func (secrets Secrets) Describe(at Path, s *Shape) string {
	if secrets.Hides(at) {
		return describeSecret(s)
	}
	var parts []string
	var values []*Value
	for i, a := range s.Alts {
		switch {
		case covered(s.Alts, i):
			continue
		case a.Value != nil:
			values = append(values, a.Value)
			continue
		}
		if words := secrets.describeAlt(at, a); !slices.Contains(parts, words) {
			parts = append(parts, words)
		}
	}
	switch {
	case len(s.Alts) == 0:
		return "nothing: the constraints contradict each other"
	case len(parts) == 0 && len(values) == 1:
		return "exactly " + secrets.Show(at, values[0])
	case len(parts) == 0 && isBool(values):
		return "true or false"
	case len(parts) == 0:
		return "one of " + joinOr(secrets.shown(at, values))
	}
	return joinOr(append(parts, secrets.shown(at, values)...))
}

// covered reports whether the i-th alternative is one value that another, wider
// alternative allows too, as a default mostly is.
func covered(alts []*Alt, i int) bool {
	if alts[i].Struct != nil || alts[i].concrete() == nil {
		return false
	}
	return slices.ContainsFunc(alts, func(a *Alt) bool { return a.concrete() == nil && meetAlt(a, alts[i]) != nil })
}

func isBool(values []*Value) bool {
	return len(values) == 2 && values[0].Kind == Bool && values[1].Kind == Bool
}

func (secrets Secrets) shown(at Path, values []*Value) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = secrets.Show(at, v)
	}
	return out
}

// describeSecret says no more than of what kind a secret is.
func describeSecret(s *Shape) string {
	var kinds Kind
	for _, a := range s.Alts {
		kinds |= a.Kinds
	}
	return Secrets{}.describeKinds(nil, &Alt{Kinds: kinds})
}

// Members returns the single values that a shape allows, in order, if it allows
// only some: the members of an enumeration. A boolean is one.
func Members(s *Shape) []*Value {
	var out []*Value
	for _, a := range s.Alts {
		switch {
		case a.Value != nil && !a.Unread:
			out = append(out, a.Value)
		case a.Kinds == Bool && len(a.Tests) == 0 && !a.Unread:
			out = append(out, &Value{Kind: Bool, Bool: true}, &Value{Kind: Bool})
		default:
			return nil
		}
	}
	var unique []*Value
	for _, v := range out {
		if !slices.ContainsFunc(unique, v.Equal) {
			unique = append(unique, v)
		}
	}
	return unique
}

func (secrets Secrets) describeAlt(at Path, a *Alt) string {
	words := secrets.describeKinds(at, a)
	if a.Kinds&^Number == 0 {
		words += describeBounds(a)
	}
	var conditions []string
	for _, t := range a.Tests {
		switch {
		case t.Op == Satisfies:
			conditions = append(conditions, describeCall(t.Call.Source))
		case t.Op == Match:
			conditions = append(conditions, "matches "+t.Operand.String())
		case t.Op == NotMatch:
			conditions = append(conditions, "does not match "+t.Operand.String())
		case t.Op == NotEqual:
			conditions = append(conditions, "is not "+t.Operand.String())
		case t.Operand.Kind&Number == 0:
			conditions = append(conditions, "is "+string(t.Op)+" "+t.Operand.String())
		}
	}
	if len(conditions) == 0 {
		return words
	}
	switch { // "that" has to follow the word that it speaks of
	case a.Kinds == List:
		words += ", and"
	case a.Kinds&(a.Kinds-1) != 0 && a.Kinds != Number: // several kinds
		words = "a value"
	}
	return words + " that " + strings.Join(conditions, " and ")
}

// callWords says in words what the commonest of CUE's own validators want; the regular
// expression matches the call.
var callWords = []struct {
	call  *regexp.Regexp
	words string
}{
	{regexp.MustCompile(`^strings\.MinRunes\((\d+)\)$`), "has at least $1 characters"},
	{regexp.MustCompile(`^strings\.MaxRunes\((\d+)\)$`), "has at most $1 characters"},
	{regexp.MustCompile(`^list\.MinItems\((\d+)\)$`), "has at least $1 elements"},
	{regexp.MustCompile(`^list\.MaxItems\((\d+)\)$`), "has at most $1 elements"},
	{regexp.MustCompile(`^list\.UniqueItems(\(\))?$`), "has no element twice"},
	{regexp.MustCompile(`^struct\.MinFields\((\d+)\)$`), "has at least $1 fields"},
	{regexp.MustCompile(`^struct\.MaxFields\((\d+)\)$`), "has at most $1 fields"},
	{regexp.MustCompile(`^net\.IPv4(\(\))?$`), "is an IPv4 address"},
	{regexp.MustCompile(`^net\.IP(\(\))?$`), "is an IP address"},
	{regexp.MustCompile(`^net\.IPCIDR(\(\))?$`), "is an address with a prefix, such as 10.0.0.0/8"},
	{regexp.MustCompile(`^net\.FQDN(\(\))?$`), "is a full domain name"},
	{regexp.MustCompile(`^net\.URL(\(\))?$`), "is a URL"},
	{regexp.MustCompile(`^net\.AbsURL(\(\))?$`), "is a URL with a scheme"},
	{regexp.MustCompile(`^time\.Duration(\(\))?$`), "is a duration, such as 1m30s"},
	{regexp.MustCompile(`^time\.Time(\(\))?$`), "is a time, such as 2006-01-02T15:04:05Z"},
}

func describeCall(source string) string {
	for _, c := range callWords {
		if c.call.MatchString(source) {
			return c.call.ReplaceAllString(source, c.words)
		}
	}
	return "satisfies " + source
}

func (secrets Secrets) describeKinds(at Path, a *Alt) string {
	switch a.Kinds {
	case Int:
		return "an integer"
	case Float:
		return "a decimal number"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Bytes:
		return "bytes"
	case Bool:
		return "true or false"
	case Null:
		return "null"
	case Struct:
		return secrets.describeStruct(at, a.Struct)
	case List:
		return secrets.describeList(at, a.List)
	case AnyKind:
		return "any value"
	}
	var kinds []string
	for k := Null; k <= Struct; k <<= 1 {
		if a.Kinds&k != 0 {
			kinds = append(kinds, secrets.describeKinds(at, &Alt{Kinds: k}))
		}
	}
	return joinOr(kinds)
}

// maxNamed is how many fields of a struct a description names.
const maxNamed = 4

// describeStruct names the fields by which alternatives of structs differ.
func (secrets Secrets) describeStruct(at Path, s *StructShape) string {
	if s == nil || len(s.Fields) == 0 {
		return "a struct"
	}
	var names []string
	for _, f := range s.Fields[:min(len(s.Fields), maxNamed)] {
		name := QuoteLabel(f.Label)
		if len(f.Shape.Alts) == 1 && f.Shape.Alts[0].Value != nil {
			name += ": " + secrets.Show(at.Child(f.Label), f.Shape.Alts[0].Value)
		}
		names = append(names, name)
	}
	if len(s.Fields) > maxNamed {
		names = append(names, "…")
	}
	return "a struct {" + strings.Join(names, ", ") + "}"
}

func (secrets Secrets) describeList(at Path, l *ListShape) string {
	switch {
	case l == nil || l.Rest != nil && l.Rest.IsTop() && len(l.Items) == 0:
		return "a list"
	case l.Rest != nil && len(l.Items) == 0:
		return "a list in which each element is " + secrets.Describe(at.Child(IndexLabel(0)), l.Rest)
	case l.Rest == nil && len(l.Items) == 0:
		return "an empty list"
	}
	items := make([]string, len(l.Items))
	for i, item := range l.Items {
		below := at.Child(IndexLabel(i))
		if v := item.Concrete(); v != nil {
			items[i] = secrets.Show(below, v)
		} else {
			items[i] = secrets.Describe(below, item)
		}
	}
	words := "the list [" + strings.Join(items, ", ") + "]"
	if l.Rest != nil {
		words += " with any further elements"
	}
	return words
}

// describeBounds says between which numbers a value lies.
func describeBounds(a *Alt) string {
	low, high := a.Bounds()
	switch {
	case low != nil && high != nil && low.Op == GreaterEqual && high.Op == LessEqual:
		return " from " + low.Operand.String() + " to " + high.Operand.String()
	case low != nil && high != nil:
		return oneBound(low) + " and" + oneBound(high)
	case low != nil && low.Op == GreaterEqual && low.Operand.Number.IsZero() && a.Kinds == Int:
		return " that is not negative"
	case low != nil:
		return oneBound(low)
	case high != nil:
		return oneBound(high)
	}
	return ""
}

func oneBound(t *Test) string {
	words := map[Op]string{Less: " less than ", LessEqual: " of at most ", Greater: " greater than ", GreaterEqual: " of at least "}
	return words[t.Op] + t.Operand.String()
}

// joinOr joins phrases as a sentence does: "a, b or c".
func joinOr(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " or " + items[len(items)-1]
}
