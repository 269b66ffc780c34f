package cue

import (
	"fmt"
	"slices"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// EvaluationStopped reports expressions in values that were given up, because they take too
// much time or memory.
var EvaluationStopped = &rule.Rule{
	Code:     "cue/evaluation-stopped",
	Severity: rule.Warning,
	Finds:    "an expression that takes too much time or memory to compute, and so is not checked",
	Check: func(p *rule.Pass) {
		reported := make(map[cascade.Origin]bool)
		skips := false
		for _, r := range p.Resolved {
			for _, s := range r.Tree.Stops {
				finding, ok := stopped(p, r, s)
				at := cascade.Origin{File: finding.File, Span: finding.Span}
				if ok && !reported[at] && !(skips && s.Obstacle == evaluation.Skipped) {
					reported[at] = true
					skips = skips || s.Obstacle == evaluation.Skipped
					p.Report(finding)
				}
			}
		}
	},
}

// stopped returns what is to be said of an expression that was given up; ok is false if that is
// nothing, or others say it.
func stopped(p *rule.Pass, r *rule.Resolved, s cascade.Stop) (f rule.Finding, ok bool) {
	if !s.Obstacle.IsFinal() {
		return f, false
	}
	if s.Obstacle == evaluation.Skipped {
		f.File, f.Span = s.Origin.File, s.Origin.Span
		f.Message = "Too many expressions here take too much time or memory, so CUE is not asked for this one and those that follow, and they are not checked: mend the others first."
		return f, f.File != nil && slices.Contains(p.Package.Files, f.File)
	}
	if s.Origin.File != nil && slices.Contains(p.Package.Files, s.Origin.File) {
		what, mend := obstacle(s.Obstacle)
		f.File, f.Span = s.Origin.File, s.Origin.Span
		f.Message = fmt.Sprintf("CUE %s this, so it has no value here and is not checked: %s.", what, mend)
		return f, true
	}
	return stoppedBy(r, s)
}

// stoppedBy returns what is to be said of a value that the top layer writes, and with which an
// expression of a layer below takes too much. An expression that does so without it is
// reported where it stands.
func stoppedBy(r *rule.Resolved, s cascade.Stop) (f rule.Finding, ok bool) {
	top := len(r.Tree.Layers) - 1
	for _, path := range s.Reads {
		n := r.Tree.Lookup(path)
		if n == nil || n.Layers[top] == nil || len(n.Layers[top].Decls) == 0 {
			continue
		}
		below := documentOf(r, s.Origin)
		if below == nil {
			return f, false
		}
		what, _ := obstacle(s.Obstacle)
		title := rule.LayerTitle(below)
		decl := n.Layers[top].Decls[0]
		f.File, f.Span = decl.File, decl.Value
		f.Message = fmt.Sprintf("With this value of `%s`, CUE %s an expression of %s, so that has no value here and is not checked: choose another one.", path, what, title)
		f.Related = []rule.Related{{Location: rule.At(s.Origin.File, s.Origin.Span), Message: "The expression in " + title}}
		return f, true
	}
	return f, false
}

// documentOf returns the document of a chain in whose package something stands.
func documentOf(r *rule.Resolved, at cascade.Origin) *catalogindex.Document {
	i := slices.IndexFunc(r.Chain, func(d *catalogindex.Document) bool { return slices.Contains(d.Package.Files, at.File) })
	if i < 0 {
		return nil
	}
	return r.Chain[i]
}

// obstacle says in words what CUE does instead of computing an expression, and what to do.
func obstacle(o evaluation.Obstacle) (what, mend string) {
	switch o {
	case evaluation.TooLong:
		return "does not finish computing", "make what it computes smaller"
	case evaluation.TooLarge:
		return "needs too much memory to compute", "make what it computes smaller"
	case evaluation.TooMany:
		return "makes too many values of", "make what it computes smaller"
	}
	return "fails to compute", "write it in another way"
}
