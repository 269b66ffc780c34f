package cue

import (
	"fmt"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// Conflict reports a document that says two different things of what it is. Mostly it is
// two documents at the root of one package, which CUE takes for one.
var Conflict = &rule.Rule{
	Code:     "cue/conflict",
	Severity: rule.Error,
	Finds:    "a document whose metadata contradict each other, such as two documents at the root of one package",
	Check: func(p *rule.Pass) {
		for _, r := range p.Resolved {
			meta := r.Document.Slot(r.Document.Dialect.Metadata)
			for _, name := range []string{"name", "version", "namespace"} {
				if reportConflict(p, r.Document, name, catalogindex.Literals(meta, name)) {
					break // one cause, one diagnostic
				}
			}
		}
	},
}

func reportConflict(p *rule.Pass, d *catalogindex.Document, field string, said []catalogindex.Literal) bool {
	for _, other := range said[min(len(said), 1):] {
		if other.Value == said[0].Value {
			continue
		}
		message := fmt.Sprintf("This %s has two different values of `%s`, %q and %q: keep one of them.", d.Kind, field, said[0].Value, other.Value)
		if len(d.Path) == 0 && other.File != said[0].File {
			message = fmt.Sprintf("The root of a package is one %s, and this one has two values of `%s`, %q and %q: give the other its own package clause, or write it as a field, other: #%s & {…}.",
				d.Kind, field, said[0].Value, other.Value, d.Kind)
		}
		p.Report(rule.Finding{
			File:    other.File,
			Span:    other.Span,
			Message: message,
			Related: []rule.Related{{Location: rule.At(said[0].File, said[0].Span), Message: "The first one"}},
		})
		return true
	}
	return false
}
