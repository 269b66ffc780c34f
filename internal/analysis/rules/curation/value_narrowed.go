package curation

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// ValueNarrowed reports a value of the definition that may be less than before.
var ValueNarrowed = &rule.Rule{
	Code:     "curation/value-narrowed",
	Severity: rule.Warning,
	Finds:    "a value that the definition accepts and the Module refuses; names one, and the releases that break",
	Fix:      "allows what the definition allows",
	Check: func(p *rule.Pass) {
		for _, r := range curating(p) {
			lost, required := losses(p, r), requirements(p, r)
			for _, n := range cascade.NarrowedBy(r.Tree.SchemaBelow(), r.Tree.Layers[top(r)].Values) {
				node, whole := deepest(r.Tree, n.Path)
				isLost := slices.ContainsFunc(lost, func(l loss) bool { return l.node == node })
				isRequired := slices.ContainsFunc(required, func(why requirement) bool { return why.node == node })
				if isImpossible(r, node) || whole && (isLost || isRequired) {
					continue // that is said already, and says more
				}
				reportNarrowed(p, r, n, node)
			}
		}
	},
}

func reportNarrowed(p *rule.Pass, r *rule.Resolved, n cascade.Narrowing, node *cascade.Node) {
	file, span, ok := narrowing(r, n, node)
	if !ok {
		return
	}
	secrets := r.Tree.Secrets
	finding := rule.Finding{
		File: file,
		Span: span,
		Message: fmt.Sprintf("`%s`: %s was accepted by %s and is refused here. Allow what the definition does: %s.",
			n.Path, showWitness(n.Witness), belowTitle(r), secrets.Describe(n.Path, n.Before.Shape)),
		Fixes:  widening(n),
		Breaks: refusedValues(r, node.Path),
	}
	if secrets.HidesIn(n.Path, n.Witness) {
		finding.Message = fmt.Sprintf("`%s`: secrets that %s accepted are refused here. Allow what the definition does.", n.Path, belowTitle(r))
	}
	for _, d := range n.Before.Decls {
		finding.Related = append(finding.Related, rule.Related{
			Location: rule.At(d.File, d.Field),
			Message:  fmt.Sprintf("`%s` in %s", n.Path, belowTitle(r)),
		})
	}
	p.Report(finding)
}

// narrowing returns where the Module narrows a value: the narrowest text that refuses the
// witness, or the value that it writes where that is not its own text.
func narrowing(r *rule.Resolved, n cascade.Narrowing, node *cascade.Node) (*syntax.File, text.Span, bool) {
	if at := n.At(); at.File != nil && r.IsOwn(at.File) {
		return at.File, at.Span, true
	}
	for ; node != nil && len(node.Path) > 0; node = node.Parent {
		if d, ok := ownDecl(r, node); ok {
			return d.File, d.Value, true
		}
	}
	return nil, text.Span{}, false
}

// maxShownWitness is how many characters of a witness are shown.
const maxShownWitness = 60

func showWitness(v *cascade.Value) string {
	shown := v.String()
	switch {
	case utf8.RuneCountInString(shown) <= maxShownWitness:
		return shown
	case v.Kind == cascade.String:
		return fmt.Sprintf("a string of %d characters", utf8.RuneCountInString(v.Text))
	case v.Kind == cascade.List:
		return "a list of " + rule.Plural(len(v.Items), "element")
	}
	return "some value"
}
