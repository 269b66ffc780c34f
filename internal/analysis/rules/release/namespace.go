package release

// IsNamespace reports whether a release may name a namespace: it is a DNS label, and matches
// one of the patterns that a project allows, if there are any.
func IsNamespace(name string, allowed []string) bool { return isNamespace(name, allowed) }
