package cascade

import (
	"path"
	"slices"
	"strings"
)

// secretWords are the words that make a path name a secret, without dashes and in small
// letters.
var secretWords = []string{
	"password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "privatekey", "accesskey", "credential",
}

var withoutDashes = strings.NewReplacer("-", "", "_", "", ".", "")

// Secrets says which paths name a secret, whose value nobody is shown: those with one of
// a few words in a label, such as "password", and those that a project adds. The zero
// Secrets knows the words alone.
type Secrets struct {
	patterns [][]string
	none     bool
	made     *madeSecrets // nil: only names count, see Of
}

// NoSecrets are those of a document that has none, whatever its labels are.
func NoSecrets() Secrets { return Secrets{none: true} }

// NewSecrets returns the secrets of a project. A pattern is labels joined by dots, in
// which "*" stands for any characters of one label: tls.key, *Pin. It names every path in
// which its labels stand in a row, so all that is below a secret is one too.
func NewSecrets(patterns []string) Secrets {
	var s Secrets
	for _, p := range patterns {
		s.patterns = append(s.patterns, strings.Split(p, "."))
	}
	return s
}

// Names reports whether a path names a secret.
func (s Secrets) Names(p Path) bool {
	return !s.none && (slices.ContainsFunc(p, isSecretLabel) || s.inPatterns(p))
}

// inPatterns reports whether the project calls what is at a path a secret.
func (s Secrets) inPatterns(p Path) bool {
	return slices.ContainsFunc(s.patterns, func(pattern []string) bool { return matchesInARow(p, pattern) })
}

func isSecretLabel(label string) bool {
	label = plainLabel(label)
	return slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(label, w) })
}

func matchesInARow(p Path, pattern []string) bool {
	for start := 0; start+len(pattern) <= len(p); start++ {
		matches := true
		for i, label := range pattern {
			ok, err := path.Match(label, p[start+i])
			matches = matches && ok && err == nil
		}
		if matches {
			return true
		}
	}
	return false
}

// HidesIn reports whether a value at a path is a secret or holds one.
func (s Secrets) HidesIn(p Path, v *Value) bool {
	if s.Hides(p) || v.looksSecret() {
		return true
	}
	for i, item := range v.Items {
		if s.HidesIn(p.Child(IndexLabel(i)), item) {
			return true
		}
	}
	return slices.ContainsFunc(v.Fields, func(f NamedValue) bool { return s.HidesIn(p.Child(f.Name), f.Value) })
}

// Show returns a value at a path as CUE, with "•••" in the place of secrets.
func (s Secrets) Show(p Path, v *Value) string { return s.redact(p, v).String() }

func (s Secrets) redact(p Path, v *Value) *Value {
	switch {
	case s.Hides(p), v.looksSecret():
		return &Value{Kind: String, Text: "•••"}
	case !s.HidesIn(p, v):
		return v
	}
	out := &Value{Kind: v.Kind}
	for i, item := range v.Items {
		out.Items = append(out.Items, s.redact(p.Child(IndexLabel(i)), item))
	}
	for _, f := range v.Fields {
		out.Fields = append(out.Fields, NamedValue{f.Name, s.redact(p.Child(f.Name), f.Value)})
	}
	return out
}
