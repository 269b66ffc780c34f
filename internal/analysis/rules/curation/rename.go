package curation

import (
	"fmt"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rename"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// rename returns the fix that gives a member another name, with every reference to it:
// in the package, and in those that are built on it.
func (s *slot) rename(m member, name string) rule.Fix {
	document, label := s.Document, s.label
	return rule.Fix{
		Title: fmt.Sprintf("Rename to %s", name),
		Edits: rename.Own(s.pass.Index, document, label, m.Name, name),
		Elsewhere: func(index *catalogindex.Index) []rule.Edit {
			return rename.Above(index, document, label, m.Name, name)
		},
	}
}

// labelSpan returns where the name of a field stands, without an alias before it.
func labelSpan(f catalogindex.Field) text.Span {
	if alias, ok := f.Field.Label.(*ast.Alias); ok {
		return f.File.Span(alias.Expr)
	}
	return f.Label()
}
