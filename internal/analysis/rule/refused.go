package rule

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A RefusedDefault is a default of which the text that it stands in thinks otherwise.
type RefusedDefault struct {
	cascade.Refusal
	Path  cascade.Path
	Field *cascade.FieldShape
}

// RefusedDefaults returns those of a document's own values, in order of the text.
func RefusedDefaults(r *Resolved) []RefusedDefault {
	values := r.Tree.Layers[len(r.Tree.Layers)-1].Values
	if values == nil {
		return nil
	}
	var out []RefusedDefault
	values.Each(nil, func(at cascade.Path, f *cascade.FieldShape) {
		for _, refusal := range f.Shape.Refused {
			same := func(other RefusedDefault) bool { return other.Default.Origin == refusal.Default.Origin }
			if len(f.Decls) > 0 && !slices.ContainsFunc(out, same) {
				out = append(out, RefusedDefault{refusal, at, f})
			}
		}
	})
	return out
}

// Finding returns what is to be said of a refused default. Where it only stands beside
// what refuses it, that is a warning.
func (d RefusedDefault) Finding(r *Resolved) Finding {
	secrets := r.Tree.Secrets
	name, must := "The default", secrets.Describe(d.Path, d.By)
	if v := d.Value(); v == nil || secrets.HidesIn(d.Path, v) {
		must = "one that is allowed"
	} else {
		name += " " + v.String()
	}
	f := Finding{Message: fmt.Sprintf("%s of `%s` is refused by its own constraint, so there is none: it must be %s.", name, d.Path, must)}
	if d.Beside {
		f.Severity = Warning
		f.Message = fmt.Sprintf("%s of `%s` is not %s, as the constraint beside it wants. It counts all the same, because \"&\" binds tighter than \"|\": choose another default, or widen the constraint.", name, d.Path, must)
	}
	f.File, f.Span = d.Default.Origin.File, d.Default.Origin.Span
	if !r.IsOwn(f.File) { // in a schema of somebody else's
		decl := d.Field.Decls[len(d.Field.Decls)-1]
		f.File, f.Span = decl.File, decl.Value
	}
	if at := d.At(); at.File != nil {
		f.Related = []Related{{Location: At(at.File, at.Span), Message: "This refuses it"}}
	}
	return f
}

// IsOwn reports whether a file belongs to the document's package.
func (r *Resolved) IsOwn(file *syntax.File) bool {
	return slices.Contains(r.Document.Package.Files, file)
}
