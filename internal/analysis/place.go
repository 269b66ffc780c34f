package analysis

import (
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A valuePlace is a values path at a place in a file.
type valuePlace struct {
	document *rule.Resolved
	node     *cascade.Node
	span     text.Span // the label, or the part of the value, that was pointed at
}

// valueAt returns the values path that the byte offset is on, nil if it is on none.
func (s *Snapshot) valueAt(path string, offset int) *valuePlace {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	// A result may be older than the index and hold other files of the same content.
	for _, r := range s.result(p).resolved {
		label := r.Document.ValuesLabel()
		for _, f := range catalogindex.AllFields(r.Document.Parts) {
			var at cascade.Path
			switch {
			case f.File.Path != path || !f.File.Span(f.Field).Contains(offset):
				continue
			case label == "": // the field is one of the values itself
				at = cascade.Path{f.Name}
			case f.Name != label:
				continue
			}
			at, span := pathAt(f.File, f.Field, at, offset)
			if at == nil {
				continue
			}
			if node := r.Tree.Lookup(at); node != nil {
				return &valuePlace{r, node, span}
			}
		}
	}
	return nil
}

// pathAt returns the path of the innermost field below f that the offset is on, and
// the span of it that is there: its label, or a scalar value. The path is empty for
// f itself, and nil if the offset is on none: between fields, say.
func pathAt(file *syntax.File, f *ast.Field, at cascade.Path, offset int) (cascade.Path, text.Span) {
	if label := file.Span(f.Label); label.Contains(offset) {
		return append(cascade.Path{}, at...), label
	}
	return exprAt(file, f.Value, at, offset)
}

func exprAt(file *syntax.File, expr ast.Expr, at cascade.Path, offset int) (cascade.Path, text.Span) {
	if expr == nil || !file.Span(expr).Contains(offset) {
		return nil, text.Span{}
	}
	switch x := expr.(type) {
	case *ast.StructLit:
		for _, d := range x.Elts {
			switch d := d.(type) {
			case *ast.Field:
				name, ok := syntax.LabelName(d.Label)
				if ok && file.Span(d).Contains(offset) {
					return pathAt(file, d, at.Child(name), offset)
				}
			case *ast.EmbedDecl:
				if found, span := exprAt(file, d.Expr, at, offset); found != nil {
					return found, span
				}
			}
		}
		return nil, text.Span{}
	case *ast.ListLit:
		for i, e := range x.Elts {
			if found, span := exprAt(file, e, at.Child(cascade.IndexLabel(i)), offset); found != nil {
				return found, span
			}
		}
		return nil, text.Span{}
	case *ast.BinaryExpr:
		for _, side := range []ast.Expr{x.X, x.Y} {
			if found, span := exprAt(file, side, at, offset); found != nil {
				return found, span
			}
		}
		return append(cascade.Path{}, at...), file.Span(x)
	case *ast.ParenExpr:
		return exprAt(file, x.X, at, offset)
	}
	return append(cascade.Path{}, at...), file.Span(expr)
}

// A referencePlace is the reference of a document to the one below, pointed at
// through its field, its target or its import.
type referencePlace struct {
	resolved *rule.Resolved
	span     text.Span
}

// referenceAt returns the reference that the byte offset is on, or nil.
func (s *Snapshot) referenceAt(path string, offset int) *referencePlace {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	for _, r := range s.result(p).resolved {
		ref := r.Document.Reference
		if ref == nil {
			continue
		}
		var spans []text.Span
		if ref.File.Path == path {
			spans = append(spans, ref.Slot)
			if ref.Target != nil {
				spans = append(spans, ref.Span)
			}
		}
		if imp := r.Resolution.Import; imp != nil && r.Resolution.File.Path == path {
			spans = append(spans, r.Resolution.File.Span(imp.Spec))
		}
		if i := slices.IndexFunc(spans, func(s text.Span) bool { return s.Contains(offset) }); i >= 0 {
			return &referencePlace{r, spans[i]}
		}
	}
	return nil
}
