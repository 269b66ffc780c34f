package analysis

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An ActionKind says what an action is for.
type ActionKind int

// The kinds of action.
const (
	MendAction     ActionKind = iota // it is about a diagnostic
	RewriteAction                    // it changes the document at the place
	FixAllAction                     // it applies all safe fixes of a file
	OrganizeAction                   // it puts the imports of a file in order
)

// An Action is something that can be done at a place.
type Action struct {
	// ID tells it from the others at the place, and is the same whenever these are asked
	// for again about the same text.
	ID          string
	Kind        ActionKind
	Title       string
	Preferred   bool         // what most people want
	Diagnostics []Diagnostic // that it is about
	Refused     string       // why it cannot be done; "" if it can
	Page        string       // the code of the rule whose page it opens, or ""
	// Preview is the release of which it shows what an upgrade changes, or nil.
	Preview *catalogindex.Document
	// Edits returns what it changes, in order of file and place; nil for one that changes
	// nothing. It may take a while.
	Edits func() []Edit
}

// Actions returns what can be done where a span of a file is, of the kinds that wants
// approves of, in the order in which people want to see it.
func (s *Snapshot) Actions(path string, span text.Span, wants func(ActionKind) bool) []Action {
	file := s.index.File(path)
	if file == nil || !s.inRoots(path) {
		return nil
	}
	a := &actions{s: s, file: file, all: s.Diagnostics(path)}
	for _, d := range a.all {
		if d.Span.Start <= span.End && span.Start <= d.Span.End {
			a.here = append(a.here, d)
		}
	}
	if wants(MendAction) {
		a.fixes()
		a.fixRule()
		a.suppress()
		a.pages()
	}
	if wants(RewriteAction) {
		a.rewrite(s.DocumentAt(path, span.Start))
	}
	if wants(FixAllAction) {
		a.fixAll()
	}
	if wants(OrganizeAction) {
		a.organize()
	}
	return a.out
}

// actions collects what can be done at one place.
type actions struct {
	s    *Snapshot
	file *syntax.File
	all  []Diagnostic // of the file
	here []Diagnostic // those at the place
	out  []Action
}

func (a *actions) add(action Action) {
	action.ID = fmt.Sprintf("%d %s", action.Kind, action.Title)
	if len(action.Diagnostics) > 0 {
		first := action.Diagnostics[0]
		action.ID += fmt.Sprintf(" %s %d", first.Code, first.Span.Start)
	}
	a.out = append(a.out, action)
}

// fixes adds the fixes of the diagnostics. One that several have is there once.
func (a *actions) fixes() {
	known := make(map[string]int)
	for _, d := range a.here {
		for i, f := range d.Fixes {
			if at, ok := known[fixKey(f)]; ok {
				a.out[at].Diagnostics = append(a.out[at].Diagnostics, d)
				continue
			}
			if !a.s.applies(f) {
				continue
			}
			known[fixKey(f)] = len(a.out)
			a.add(Action{Kind: MendAction, Title: f.Title, Preferred: i == 0, Diagnostics: []Diagnostic{d}, Edits: func() []Edit { return a.s.laidOut(f.Edits) }})
		}
	}
}

// fixKey tells fixes apart.
func fixKey(f Fix) string {
	var b strings.Builder
	b.WriteString(f.Title)
	for _, e := range f.Edits {
		fmt.Fprintf(&b, "\x00%s %v %s", e.Path, e.Span, e.NewText)
	}
	return b.String()
}

// fixRule adds, for every rule that speaks here and elsewhere in the file, the fixes of all
// that it says.
func (a *actions) fixRule() {
	for _, d := range oneOfEachRule(a.here) {
		different := make(map[string]bool)
		for _, other := range a.all {
			if other.Code == d.Code && len(other.Fixes) > 0 {
				different[fixKey(other.Fixes[0])] = true
			}
		}
		if len(different) < 2 || !slices.ContainsFunc(d.Fixes, a.s.applies) {
			continue
		}
		want := func(other Diagnostic, _ Fix) bool { return other.Code == d.Code }
		a.add(Action{Kind: MendAction, Title: fmt.Sprintf("Fix all %d problems of %s in this file", len(different), d.Code), Diagnostics: []Diagnostic{d}, Edits: func() []Edit { return a.fixed(want) }})
	}
}

// oneOfEachRule returns the first of the diagnostics of each rule.
func oneOfEachRule(diagnostics []Diagnostic) []Diagnostic {
	seen := make(map[string]bool)
	return slices.DeleteFunc(slices.Clone(diagnostics), func(d Diagnostic) bool {
		was := seen[d.Code]
		seen[d.Code] = true
		return was || d.Code == ""
	})
}

// fixed returns the edits of the fixes that want approves of in the file.
func (a *actions) fixed(want func(Diagnostic, Fix) bool) []Edit {
	after, _ := a.s.FixedIn(a.file.Path, want)
	return a.s.editsTo(after)
}

// suppress adds the comments that suppress what is said here.
func (a *actions) suppress() {
	for _, d := range oneOfEachRule(a.here) {
		r := rules.Named(d.Code)
		action := Action{Kind: MendAction, Title: fmt.Sprintf("Suppress %s on this line", d.Code), Diagnostics: []Diagnostic{d}}
		switch {
		case r == nil:
			continue
		case r.Binding || r.Last:
			action.Refused = fmt.Sprintf("No comment can suppress %s.", d.Code)
		default:
			e, ok := suppression(a.file, d)
			if !ok || a.isAboutFirstLine(d, e) {
				continue
			}
			action.Edits = func() []Edit { return []Edit{e} } // laid out anew, the line might be another
		}
		a.add(action)
	}
}

// suppression puts a comment above the line of a diagnostic. ok is false where no comment can
// stand, such as in a string of several lines.
func suppression(file *syntax.File, d Diagnostic) (e Edit, ok bool) {
	line := file.Text.LineOf(d.Span.Start)
	at := file.Text.Line(line)
	if strings.HasPrefix(file.Text.Slice(at), byteOrderMark) {
		at.Start += len(byteOrderMark)
	}
	source := file.Text.Slice(at)
	indent := source[:len(source)-len(strings.TrimLeft(source, " \t"))]
	e = edit.Insert(file, at.Start, indent+"// opm:ignore "+d.Code+" — "+edit.NewLine(file))
	after := syntax.Parse(file.Path, ApplyEdits(file.Text.Content(), []Edit{e}))
	return e, len(after.Problems) <= len(file.Problems) && slices.ContainsFunc(rule.IgnoresOf(after), func(i *rule.Ignore) bool {
		return i.Span.Start == at.Start+len(indent) && i.Line() == line+1
	})
}

const byteOrderMark = "\ufeff"

// isAboutFirstLine reports whether something that stands in the first line is about the file
// as a whole, so that it would stand on the comment.
func (a *actions) isAboutFirstLine(d Diagnostic, comment Edit) bool {
	if a.file.Text.LineOf(d.Span.Start) > 0 {
		return false
	}
	after := a.s.WithText(d.Path, ApplyEdits(a.file.Text.Content(), []Edit{comment}))
	return slices.ContainsFunc(after.Diagnostics(d.Path), func(other Diagnostic) bool {
		return other.Code == d.Code && after.Text(d.Path).LineOf(other.Span.Start) == 0
	})
}

// pages adds the pages of the rules that speak here.
func (a *actions) pages() {
	for _, d := range oneOfEachRule(a.here) {
		if rules.Named(d.Code) != nil {
			a.add(Action{Kind: MendAction, Title: fmt.Sprintf("Open the page of %s", d.Code), Diagnostics: []Diagnostic{d}, Page: d.Code})
		}
	}
}

// rewrite adds what can be done to a release as a whole, unless it is there as a fix of what
// is said here.
func (a *actions) rewrite(d *catalogindex.Document) {
	if d == nil || d.Kind != catalogindex.Release {
		return
	}
	if fix, ok := a.fixOf(d, "release/missing-value"); ok {
		a.add(Action{Kind: RewriteAction, Title: fix.Title, Edits: func() []Edit { return a.s.laidOut(fix.Edits) }})
	}
	if _, ok := a.fixOf(d, "release/redundant-value"); ok {
		want := func(other Diagnostic, _ Fix) bool {
			return other.Code == "release/redundant-value" && concerns(other, d)
		}
		a.add(Action{Kind: RewriteAction, Title: "Remove all overrides that repeat what is inherited", Edits: func() []Edit { return a.fixed(want) }})
	}
	r := a.s.resolved(d)
	newer := rule.NewerModule(a.s.index, r)
	if newer == nil {
		return
	}
	e := upgradeEdit(r, newer)
	if fix := (Fix{Edits: []Edit{e}}); !slices.ContainsFunc(a.here, hasCode("release/outdated-module")) && a.s.applies(fix) {
		a.add(Action{Kind: RewriteAction, Title: "Upgrade to " + newer.Version, Edits: func() []Edit { return a.s.laidOut([]Edit{e}) }})
	}
	a.add(Action{Kind: RewriteAction, Title: "Show what the upgrade to " + newer.Version + " changes", Preview: d})
}

func hasCode(code string) func(Diagnostic) bool {
	return func(d Diagnostic) bool { return d.Code == code }
}

// fixOf returns the first fix that a rule has for a document, unless the rule speaks here:
// then it is there already.
func (a *actions) fixOf(d *catalogindex.Document, code string) (Fix, bool) {
	if slices.ContainsFunc(a.here, hasCode(code)) {
		return Fix{}, false
	}
	for _, problem := range a.all {
		if problem.Code != code || !concerns(problem, d) {
			continue
		}
		if i := slices.IndexFunc(problem.Fixes, a.s.applies); i >= 0 {
			return problem.Fixes[i], true
		}
	}
	return Fix{}, false
}

// fixAll adds all safe fixes of the file, if there are any.
func (a *actions) fixAll() {
	safe := func(_ Diagnostic, f Fix) bool { return f.Safe }
	if slices.ContainsFunc(a.all, func(d Diagnostic) bool {
		return slices.ContainsFunc(d.Fixes, func(f Fix) bool { return f.Safe && a.s.applies(f) })
	}) {
		a.add(Action{Kind: FixAllAction, Title: "Apply all safe fixes", Edits: func() []Edit { return a.fixed(safe) }})
	}
}

// organize adds what is to be done about the imports, if anything is: those that nothing reads
// go, those that are missing come, and all are put in order.
func (a *actions) organize() {
	after, _ := a.s.FixedIn(a.file.Path, func(d Diagnostic, _ Fix) bool {
		return d.Code == "cue/unused-import" || d.Code == "cue/missing-import"
	})
	if file := after.index.File(a.file.Path); len(file.Problems) == 0 {
		if edits := edit.SortImports(file); len(edits) > 0 {
			after = after.WithText(file.Path, after.edited(file.Path, edits))
		}
	}
	if edits := a.s.editsTo(after); len(edits) > 0 {
		a.add(Action{Kind: OrganizeAction, Title: "Organize imports", Edits: func() []Edit { return edits }})
	}
}

// applies reports whether a fix can be applied and does anything.
func (s *Snapshot) applies(f Fix) bool {
	return len(f.Edits) > 0 && !slices.ContainsFunc(f.Edits, func(e Edit) bool { return !s.takes(nil, e) }) && s.helps(f)
}

// laidOut returns edits that leave files in the form of `cue fmt` that were in it.
func (s *Snapshot) laidOut(edits []Edit) []Edit {
	byFile := make(map[string][]Edit)
	for _, e := range edits {
		byFile[e.Path] = append(byFile[e.Path], e)
	}
	var out []Edit
	for _, path := range slices.Sorted(maps.Keys(byFile)) {
		before, after := s.Text(path).Content(), s.edited(path, byFile[path])
		if after == ApplyEdits(before, byFile[path]) {
			out = append(out, inOrder(byFile[path])...)
		} else {
			out = append(out, s.editsOf(path, lineChanges(before, after))...)
		}
	}
	return out
}

// editsTo returns the edits that make this snapshot the other one, in order of file and
// place.
func (s *Snapshot) editsTo(after *Snapshot) []Edit {
	var out []Edit
	for _, path := range after.Changed(s) {
		out = append(out, s.editsOf(path, lineChanges(s.Text(path).Content(), after.Text(path).Content()))...)
	}
	return out
}
