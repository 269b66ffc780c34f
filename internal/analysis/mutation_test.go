package analysis_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// mutantsPerKind is how many mutants each kind of mutation makes. The race detector, which
// looks for something else, gets some of them.
const mutantsPerKind = 28 / slowness

// A mutation is one way to break one rule in a world where all is well.
type mutation struct {
	rule string
	what string
	// apply changes the files of the world. It returns the file in which the rule has to
	// fire, and a text on the line where it has to.
	apply func(w *world) (file, at string)
	// also are the rules that fire as a consequence, anywhere.
	also []string
}

// TestMutations breaks each rule in worlds where all is well. The rule fires at the place
// that was changed, and nothing else fires but what the kind of mutation says.
func TestMutations(t *testing.T) {
	tested := make(map[string]bool)
	for kind, m := range waysToBreak {
		tested[m.rule] = true
		t.Run(m.rule+" "+m.what, func(t *testing.T) {
			t.Parallel()
			for i := range mutantsPerKind {
				seed := uint64(kind*1000 + i)
				w := newWorld(seed)
				file, at := m.apply(w)
				if problem := judge(m, workspaceOf(t, w.files), file, at); problem != "" {
					t.Fatalf("seed %d: %s\n%s", seed, problem, w.files[file])
				}
			}
		})
	}
	for _, r := range rules.All() {
		if !tested[r.Code] {
			t.Errorf("no mutation breaks %s", r.Code)
		}
	}
	if n := len(waysToBreak) * mutantsPerKind; n < 2000/slowness || len(waysToBreak) < 40 {
		t.Errorf("%d kinds of mutation, %d mutants", len(waysToBreak), n)
	}
}

// TestWorldsAreClean holds that before a mutation nothing fires.
func TestWorldsAreClean(t *testing.T) {
	for seed := range uint64(200) {
		w := newWorld(seed)
		if got := workspaceOf(t, w.files).check(); got != "" {
			t.Fatalf("seed %d: %s\n%s", seed, got, w.files[moduleFile])
		}
	}
}

// judge says what is wrong with what a mutant gives, "" if nothing is.
func judge(m mutation, p printer, file, at string) string {
	all := p.check()
	for _, secret := range worldSecrets {
		if strings.Contains(all, secret) {
			return "a secret is shown:\n" + all
		}
	}
	fired := false
	for _, d := range p.s.AllDiagnostics() {
		if d.Code == m.rule && here(p, d, file, at) {
			fired = true
		} else if !slices.Contains(m.also, d.Code) {
			return fmt.Sprintf("%s fires too: %s: %s\nall:\n%s", d.Code, p.place(d.Location), d.Message, all)
		}
	}
	if !fired {
		return fmt.Sprintf("%s does not fire at %s, %q\nall:\n%s", m.rule, file, at, all)
	}
	return ""
}

// here reports whether a diagnostic stands in a file, on a line with a text.
func here(p printer, d analysis.Diagnostic, file, at string) bool {
	t := p.s.Text(d.Path)
	line := t.Slice(t.Line(t.LineOf(d.Span.Start)))
	return filepath.Base(d.Path) == file && strings.Contains(line, at)
}

// replace puts one text in place of another, which has to be there.
func (w *world) replace(file, old, text string) {
	if !strings.Contains(w.files[file], old) {
		panic(fmt.Sprintf("%s holds no %q:\n%s", file, old, w.files[file]))
	}
	w.files[file] = strings.Replace(w.files[file], old, text, 1)
}

// behind puts a line behind the first one that holds a text.
func (w *world) behind(file, line, text string) {
	content := w.files[file]
	at := strings.Index(content, line)
	if at < 0 {
		panic(fmt.Sprintf("%s holds no %q:\n%s", file, line, content))
	}
	end := at + strings.IndexByte(content[at:], '\n') + 1
	w.files[file] = content[:end] + text + "\n" + content[end:]
}

// in puts a line into the struct that the first line with a text opens.
func (w *world) in(file, opening, text string) { w.behind(file, opening, text) }

// remove takes away the first line that holds a text.
func (w *world) remove(file, text string) {
	lines := strings.SplitAfter(w.files[file], "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, text) })
	w.files[file] = strings.Join(slices.Delete(lines, i, i+1), "")
}

// someValue returns a value of the definition of which the test holds.
func (w *world) someValue(test func(worldValue) bool) worldValue {
	return pick(w, slices.DeleteFunc(slices.Clone(w.values), func(v worldValue) bool { return !test(v) }))
}

func isNumber(v worldValue) bool { return v.number }
func isText(v worldValue) bool   { return v.constraint == "string" }
func anyValue(worldValue) bool   { return true }
