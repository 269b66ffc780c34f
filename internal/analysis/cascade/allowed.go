package cascade

import (
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// AllowedBelow returns what the layers below the top one allow together: the
// schema that whoever writes the top layer has to keep to. For a chain of one layer
// it is that layer's own.
func (n *Node) AllowedBelow() *Shape {
	allowed := Top()
	for _, f := range n.Layers[:max(len(n.Layers)-1, 1)] {
		if f != nil {
			allowed = Meet(allowed, withoutDefaults(f.Shape))
		}
	}
	return allowed
}

// Allows reports whether a value may be one that the shape allows: it is false only
// if it certainly is not.
func (s *Shape) Allows(v *Value) bool {
	return compatible(s.Alts, exactly(v, Origin{}).Alts)
}

// AllowsText is Allows for a literal as CUE writes it; false if it is none.
func (s *Shape) AllowsText(source string) bool {
	file := syntax.Parse("", "v: "+source)
	fields := catalogindex.Fields([]catalogindex.Part{{File: file, Decls: file.AST().Decls}}, "v")
	if len(fields) != 1 {
		return false
	}
	v := (&reader{}).read(file, fields[0].Field.Value).Concrete()
	return v != nil && s.Allows(v)
}
