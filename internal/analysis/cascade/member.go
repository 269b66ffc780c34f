package cascade

import (
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// ReadMember reads what a document writes under the name of one of its components or
// scopes, as ReadComponents and ReadScopes read all of them; nil if it writes nothing
// there. What OPM's own schemas and traits say of it is left out, and so is what is laid
// over all of them at once, by a pattern. label is that of the field that holds them.
func ReadMember(from Source, d *catalogindex.Document, label, name string) *FieldShape {
	under := Path{underComponents}
	if label != d.Dialect.Components {
		under = Path{underScopes}
	}
	r := newReader(from, d)
	r.withoutSchemas = true
	for _, f := range catalogindex.Fields(d.Parts(), d.ValuesLabel()) {
		r.registerField(f.Field, Path{})
	}
	fields := catalogindex.Fields(d.Parts(), label)
	for _, f := range fields {
		r.registerField(f.Field, under)
	}
	parts := catalogindex.StructParts(fields)
	r.at = under
	for _, p := range parts {
		r.register(p.Decls)
	}
	var out *FieldShape
	for _, f := range catalogindex.Fields(parts, name) {
		read := r.field(f.File, f.Field, name, under.Child(name))
		if out == nil {
			out = read
		} else {
			out = meetFields(out, read)
		}
	}
	return out
}
