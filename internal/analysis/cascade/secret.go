package cascade

import (
	"slices"
	"strings"
)

// secretWords are the words that make a path name a secret, without dashes and in small
// letters.
var secretWords = []string{
	"password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "privatekey", "accesskey", "credential",
}

var withoutDashes = strings.NewReplacer("-", "", "_", "", ".", "")

// IsSecret reports whether a path names a secret, whose value nobody is shown.
func (p Path) IsSecret() bool {
	return slices.ContainsFunc(p, func(label string) bool {
		label = withoutDashes.Replace(strings.ToLower(label))
		return slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(label, w) })
	})
}

// HidesIn reports whether a value at the path is a secret or holds one.
func (p Path) HidesIn(v *Value) bool {
	if p.IsSecret() {
		return true
	}
	for i, item := range v.Items {
		if p.Child(IndexLabel(i)).HidesIn(item) {
			return true
		}
	}
	return slices.ContainsFunc(v.Fields, func(f NamedValue) bool { return p.Child(f.Name).HidesIn(f.Value) })
}

// Show returns a value at the path as CUE, with "•••" in the place of secrets.
func (p Path) Show(v *Value) string { return p.redact(v).String() }

func (p Path) redact(v *Value) *Value {
	switch {
	case p.IsSecret():
		return &Value{Kind: String, Text: "•••"}
	case !p.HidesIn(v):
		return v
	}
	out := &Value{Kind: v.Kind}
	for i, item := range v.Items {
		out.Items = append(out.Items, p.Child(IndexLabel(i)).redact(item))
	}
	for _, f := range v.Fields {
		out.Fields = append(out.Fields, NamedValue{f.Name, p.Child(f.Name).redact(f.Value)})
	}
	return out
}
