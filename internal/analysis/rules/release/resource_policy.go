package release

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// ResourcePolicy reports values with which a component gets more, or less, than a resource
// scope allows. That the defaults do is no release's fault.
var ResourcePolicy = &rule.Rule{
	Code:     "release/resource-policy",
	Severity: rule.Error,
	Finds:    "a value with which a component exceeds the resources that a scope allows",
	Fix:      "the nearest amount that is allowed",
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			if !hasResourceScope(r) {
				continue
			}
			flows := without(ownFlows(r), func(f cascade.Flow) bool { return !IsResourceField(f.Field) })
			if len(flows) == 0 {
				continue // none is set: what follows is dear
			}
			for _, e := range tightest(excesses(p.Source(), r, flows)) {
				reportExcess(p, r, e)
			}
		}
	},
}

// An excess is a value of the release with which a component gets more than a scope allows,
// or less.
type excess struct {
	flow  cascade.Flow
	bound resourceBound
	// says is the sentence without its beginning: what the scope allows.
	says string
	// instead is a value that is allowed, if one is known.
	instead *cascade.Value
}

// tightest leaves one excess of each value: that of the tightest bound.
func tightest(all []excess) []excess {
	var out []excess
	for _, e := range all {
		i := slices.IndexFunc(out, func(o excess) bool { return slices.Equal(o.flow.Value, e.flow.Value) })
		switch {
		case i < 0:
			out = append(out, e)
		case out[i].bound.kind == e.bound.kind && e.bound.isTighter(out[i].bound):
			out[i] = e
		}
	}
	return out
}

func reportExcess(p *rule.Pass, r *rule.Resolved, e excess) {
	n := r.Tree.Lookup(e.flow.Value)
	d, ok := own(r, n)
	if !ok {
		return
	}
	finding := rule.Finding{
		File: d.File,
		Span: d.Value,
		Message: fmt.Sprintf("`%s` sets `%s` of the component `%s` to %s, and the scope `%s` of %s allows %s.",
			n.Path, e.flow.Field, e.flow.Component, r.Tree.Secrets.Show(n.Path, n.Value), e.bound.scope, rule.LayerTitle(e.bound.document), e.says),
		Related: []rule.Related{
			{Location: e.bound.at, Message: fmt.Sprintf("The scope `%s`", e.bound.scope)},
			{Location: rule.At(e.flow.File, e.flow.Span), Message: fmt.Sprintf("The component `%s` reads the value here", e.flow.Component)},
		},
	}
	if e.instead != nil && n.AllowedBelow().Allows(e.instead) && isLiteral(d.File, d.Value) && !r.Tree.Secrets.Names(n.Path) {
		finding.Fixes = changeAll(n, topLayer(r), d, e.instead.String(), fmt.Sprintf("Change to %s", e.instead))
	}
	p.Report(finding)
}
