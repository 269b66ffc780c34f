package catalogindex

import "slices"

// A Shape stands for how the packages of a workspace hang together: which there are, what
// they import and which documents they hold, by kind, title and reference. As long as that is
// the same, every import leads to the package that it led to before, and the same documents
// are each other's relatives. Only its identity means something.
type Shape struct{ _ byte } // not empty: all empty structs may be at one address

// Shape returns that of the index. Two indexes of the same shape may differ in what their
// packages hold.
func (ix *Index) Shape() *Shape { return ix.shape }

// sameShape reports whether a package hangs together with others as another one in its place
// did. Either may be nil.
func sameShape(a, b *Package) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Name == b.Name &&
		slices.Equal(a.imports(), b.imports()) &&
		slices.EqualFunc(a.Documents, b.Documents, sameOutside) &&
		a.Files[0].IsConditional() == b.Files[0].IsConditional()
}

// sameOutside reports whether two documents look alike to those who refer to them, and refer
// alike.
func sameOutside(a, b *Document) bool {
	return a.Kind == b.Kind && a.Dialect == b.Dialect && slices.Equal(a.Path, b.Path) &&
		a.Name.Value == b.Name.Value && a.Version.Value == b.Version.Value && a.Namespace.Value == b.Namespace.Value &&
		a.Reference.sameTarget(b.Reference)
}

// sameTarget reports whether two references are written alike. Either may be nil.
func (r *Reference) sameTarget(other *Reference) bool {
	if r == nil || other == nil {
		return r == other
	}
	return slices.Equal(r.Names, other.Names) && (r.Import == nil) == (other.Import == nil)
}

// imports returns what the package imports, in order: each path, and the name that it gets.
func (p *Package) imports() []string {
	var out []string
	for _, f := range p.Files {
		for _, imp := range f.Imports() {
			out = append(out, imp.Path, imp.Name)
		}
	}
	return out
}
