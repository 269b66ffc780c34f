package curation

import (
	"fmt"
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// ScopeNotImmutable reports a scope that a Module adds and that a release could change.
var ScopeNotImmutable = &rule.Rule{
	Code:     "curation/scope-not-immutable",
	Severity: rule.Error,
	Finds:    "a scope that the Module adds and that is not immutable",
	Fix:      "inserts `immutable: true`, or makes it a `#PlatformScope`",
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			for _, scope := range scopesOf(p, r).added() {
				reportMutable(p, scope)
			}
		}
	},
}

// The schemas of scopes that fix whether it is immutable.
const (
	platformScope = "#PlatformScope"
	moduleScope   = "#ModuleScope"
)

// immutability is what a scope says of whether it is immutable.
type immutability struct {
	platform bool              // it is a #PlatformScope
	module   *place            // where it is made a #ModuleScope
	field    *place            // the value of #metadata.immutable
	says     token.Token       // TRUE or FALSE, if field is a literal
	metadata catalogindex.Part // the last struct of its own metadata
	unknown  bool              // something that cannot be read may make it so
}

// A place is a span of a file.
type place struct {
	file *syntax.File
	span text.Span
}

// holds reports whether a place is in one of the member's own declarations.
func (m *member) holds(at place) bool {
	return slices.ContainsFunc(m.fields, func(f catalogindex.Field) bool {
		return f.File == at.file && f.File.Span(f.Field).Covers(at.span)
	})
}

func immutabilityOf(p *rule.Pass, scope member) immutability {
	made := scope.composition(p.Index)
	im := immutability{unknown: made.unknown}
	for _, o := range made.schemas {
		switch names := catalogindex.SelectorNames(o.Expr); names[len(names)-1] {
		case platformScope:
			im.platform = true
		case moduleScope:
			im.module = &place{o.File, o.File.Span(o.Expr)}
		}
	}
	metadata := catalogindex.Fields(made.parts, scope.document.Dialect.Metadata)
	for _, f := range metadata {
		for _, o := range catalogindex.Operands(f.File, f.Field.Value) {
			if _, ok := o.Expr.(*ast.StructLit); !ok {
				im.unknown = true
			}
		}
	}
	structs := catalogindex.StructParts(metadata)
	if own := catalogindex.StructParts(catalogindex.Fields(scope.Parts, scope.document.Dialect.Metadata)); len(own) > 0 {
		im.metadata = own[len(own)-1]
	}
	for _, f := range catalogindex.Fields(structs, "immutable") {
		if f.Field.Value == nil {
			im.unknown = true
			continue
		}
		im.field = &place{f.File, f.File.Span(f.Field.Value)}
		if literal, ok := f.Field.Value.(*ast.BasicLit); ok && (literal.Kind == token.TRUE || literal.Kind == token.FALSE) {
			im.says = literal.Kind
		} else {
			im.unknown = true
		}
		if im.says == token.FALSE {
			break
		}
	}
	return im
}

func reportMutable(p *rule.Pass, scope member) {
	im := immutabilityOf(p, scope)
	if im.says != token.FALSE && (im.unknown || im.platform || im.says == token.TRUE && im.module == nil) {
		return
	}
	at := place{scope.File, scope.Label}
	what := "is not immutable: a release could change it"
	switch {
	case im.says == token.FALSE:
		at = *im.field
	case im.module != nil:
		at = *im.module
		what = fmt.Sprintf("is a `%s`, which a release could change", moduleScope)
	}
	p.Report(rule.Finding{
		File: at.file,
		Span: at.span,
		Message: fmt.Sprintf("The scope `%s` %s. What the platform adds must be immutable: make it a `%s`, or set `%s.immutable` to true.",
			scope.Name, what, platformScope, scope.document.Dialect.Metadata),
		Fixes: im.fix(scope),
	})
}

// fix makes the scope immutable where it says that it is not.
func (im immutability) fix(scope member) []rule.Fix {
	fix := rule.Fix{Title: fmt.Sprintf("Make %s immutable", scope.Name), Safe: true}
	if im.module != nil && !scope.holds(*im.module) {
		return nil
	}
	if im.module != nil {
		name := text.Span{Start: im.module.span.End - len(moduleScope), End: im.module.span.End} // behind core.
		fix.Edits = append(fix.Edits, edit.Replace(im.module.file, name, platformScope))
	}
	switch {
	case im.says == token.FALSE && !scope.holds(*im.field):
		return nil // a template's: others may have it too
	case im.says == token.FALSE:
		fix.Edits = append(fix.Edits, edit.Replace(im.field.file, im.field.span, "true"))
	case im.module != nil:
	case im.metadata.File != nil:
		fix.Edits = edit.InsertField(im.metadata, "immutable: true")
	default:
		fix.Edits = insertFirst(scope, scope.document.Dialect.Metadata+": immutable: true")
	}
	if fix.Edits == nil {
		return nil
	}
	return []rule.Fix{fix}
}

// insertFirst returns the edits that add a field at the top of a member; nil if it has no
// struct of its own.
func insertFirst(m member, field string) []rule.Edit {
	for _, part := range m.Parts {
		if len(part.Decls) > 0 && part.File.Text.Slice(part.Span)[0] == '{' {
			return []rule.Edit{edit.InsertBefore(part.File, part.File.Span(part.Decls[0]), field)}
		}
	}
	if len(m.Parts) > 0 {
		return edit.InsertField(m.Parts[0], field)
	}
	return nil
}
