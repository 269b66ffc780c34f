package curation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// ScopeTarget reports a scope that governs no component.
var ScopeTarget = &rule.Rule{
	Code:     "curation/scope-target",
	Severity: rule.Error,
	Finds:    "an `appliesTo` that names no component, is empty, or is missing",
	Fix:      "the nearest component; `\"*\"` where there is none",
	Check: func(p *rule.Pass) {
		for _, r := range writing(p) {
			scopes, components := scopesOf(p, r), componentsOf(p, r)
			for _, scope := range scopes.own {
				t := components.targets(scope)
				for _, w := range t.wrong {
					reportTarget(p, components, scope, w)
				}
				if scopes.isComplete(scope) && !hasTarget(p, scope) {
					reportNoTarget(p, scope)
				}
			}
		}
	},
}

// isComplete reports whether a scope is all in the document, nothing of it in those below.
func (s *slot) isComplete(scope member) bool {
	return s.isLowest() || s.Complete && s.belowWhole && find(s.below, scope.Name) == nil
}

// hasTarget reports whether something that is unified to be the scope says, or may say,
// what it applies to.
func hasTarget(p *rule.Pass, scope member) bool {
	made := scope.composition(p.Index)
	return made.unknown || len(catalogindex.Fields(made.parts, appliesTo)) > 0
}

func reportNoTarget(p *rule.Pass, scope member) {
	finding := rule.Finding{
		File: scope.File,
		Span: scope.Label,
		Message: fmt.Sprintf("The scope `%s` does not say what it applies to: write `%s: \"*\"` for every component, or list the ones that it is for.",
			scope.Name, appliesTo),
	}
	if n := len(scope.Parts); n > 0 {
		finding.Fixes = []rule.Fix{{
			Title: fmt.Sprintf("Apply %s to every component", scope.Name),
			Edits: edit.InsertField(scope.Parts[n-1], appliesTo+`: "*"`),
		}}
	}
	p.Report(finding)
}

func reportTarget(p *rule.Pass, components *slot, scope member, w wrongTarget) {
	names := namesOf(components.own, components.below)
	finding := rule.Finding{File: w.file, Span: w.span}
	component, meant := w.meant(components, names)
	if m := find(slices.Concat(components.own, components.below), component); m != nil {
		finding.Related = []rule.Related{{Location: m.location(), Message: fmt.Sprintf("`%s` in %s", component, m.title())}}
	}
	if meant != "" {
		finding.Fixes = rule.Replace(w.file, w.whole, meant, fmt.Sprintf("Change to %s", meant))
	}
	write := fmt.Sprintf("write `\"*\"` for every component, or list the ones that it is for%s.", asExample(components, names))
	if meant != "" {
		write = fmt.Sprintf("did you mean `%s`?", meant)
	}
	var what string
	switch w.kind {
	case anEmptyList:
		what = fmt.Sprintf("The scope `%s` applies to nothing", scope.Name)
		finding.Fixes = rule.Replace(w.file, w.whole, `"*"`, fmt.Sprintf("Apply %s to every component", scope.Name))
	case aField:
		what = fmt.Sprintf("`%s` is a part of the component `%s`, and a scope governs whole components", w.file.Text.Slice(w.span), w.name)
	case aString:
		what = "A string is no component"
	case aScalar:
		what = "This is no component"
	case noComponent:
		what = fmt.Sprintf("%s has no component `%s`%s", capitalise(rule.LayerTitle(components.Document)), w.name, asChoice(names))
	}
	finding.Message = what + ": " + write
	p.Report(finding)
}

func capitalise(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// meant returns what was most likely meant in place of a wrong target, as CUE, and the
// component that it is, if it is one; "" if nothing is near.
func (w wrongTarget) meant(components *slot, names []string) (component, source string) {
	if w.kind == aScalar || w.kind == anEmptyList {
		return "", ""
	}
	if w.name == everything || w.kind == aString && !w.inList && slices.Contains(wordsForAll, strings.ToLower(w.name)) {
		return "", `"*"`
	}
	component = w.name
	if !slices.Contains(names, component) {
		component = rule.Nearest(w.name, names)
	}
	switch {
	case component == "":
		return "", ""
	case w.inList:
		return component, components.componentText(component, w)
	}
	return component, "[" + components.componentText(component, w) + "]"
}

// wordsForAll are what people write in place of "*".
var wordsForAll = []string{"", "all", "any", ".*"}

// componentText returns how the document refers to a component where a wrong target
// stands: as that does, or by its own field, or, if it has none, by the definition's.
func (s *slot) componentText(name string, w wrongTarget) string {
	if w.base != "" {
		return w.base + selector(name)
	}
	if len(catalogindex.Fields(s.Document.Parts(), s.label)) > 0 || s.isLowest() {
		return s.label + selector(name)
	}
	return s.slotBelowText() + selector(name)
}

// asExample shows how a reference to a component looks.
func asExample(components *slot, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(", such as `[%s]`", components.componentText(names[0], wrongTarget{}))
}

// asChoice names the components that there are.
func asChoice(names []string) string {
	const most = 6
	switch {
	case len(names) == 0:
		return ", and none at all"
	case len(names) > most:
		return fmt.Sprintf(", only %s and %d more", strings.Join(quoted(names[:most]), ", "), len(names)-most)
	}
	return ", only " + strings.Join(quoted(names), ", ")
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "`" + n + "`"
	}
	return out
}
