package names

import (
	"sync/atomic"
	"time"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// The library cannot be told to stop, and what it does grows with the fourth power of what is
// wound up in each other: a few hundred lines of
//
//	a: b.c
//	b: a.b & c
//	c: b.a
//
// keep it busy for hours. So there are two bounds. Packages that are tangled like that are left
// out, which are few: of the packages that come with CUE none has a twentieth part of what is
// allowed. And nobody waits for an answer longer than patience. What goes on beyond that has no
// company: as long as it does nothing else is asked.

const (
	// maxTangle is how tangled a package may be, see tangle; maxNames how many names it may read.
	maxTangle = 3_000
	maxNames  = 20_000
	// surelyQuick is the size of the files of a package, in bytes, that are not looked at: however
	// tangled, they take no time.
	surelyQuick = 2 << 10
	// patience is how long anybody waits.
	patience = time.Second
)

// A Guard keeps the questions about the names of a workspace from taking the whole machine. The
// zero value is ready for use.
type Guard struct {
	lost     atomic.Int32  // questions that go on though nobody waits any more
	patience time.Duration // for tests; 0 for the usual
}

// ask returns what answer returns, or nothing if that takes too long or panics. lost says that it
// goes on: nobody may touch what it uses.
func ask[T any](g *Guard, answer func() []T) (found []T, lost bool) {
	if g.lost.Load() > 0 {
		return nil, false
	}
	answers := make(chan []T, 1)
	const waiting, answered, left = 0, 1, 2
	var state atomic.Int32
	go func() {
		var found []T
		defer func() {
			if recover() != nil { // a fault of the library costs one answer
				found = nil
			}
			if !state.CompareAndSwap(waiting, answered) {
				g.lost.Add(-1)
			}
			answers <- found
		}()
		found = answer()
	}()
	wait := g.patience
	if wait == 0 {
		wait = patience
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case found := <-answers:
		return found, false
	case <-timer.C:
	}
	g.lost.Add(1)
	if state.CompareAndSwap(waiting, left) {
		return nil, true
	}
	g.lost.Add(-1) // it was answered at the last moment
	return <-answers, false
}

// isTangled reports whether the names of a package would take too long to follow.
func isTangled(p *catalogindex.Package) bool {
	size := 0
	for _, f := range p.Files {
		size += f.Text.Len()
	}
	if p.Embedded || size <= surelyQuick {
		return false
	}
	return p.Derived("names are tangled", func() any { return tangled(p.Files) }).(bool)
}

// tangled reports whether files are too tangled. Each declaration of a name counts with each place
// that reads the name, save the first; and each chain of selectors with its length squared.
func tangled(files []*syntax.File) bool {
	declared, read := make(map[string]int), make(map[string]int)
	chains := make(map[ast.Node]int) // a selector's operand → the selectors around it
	reads, tangle := 0, 0
	count := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if name, ok := syntax.LabelName(n.Label); ok {
				declared[name]++
			}
			if label, ok := n.Label.(*ast.Ident); ok { // which is counted below, and reads nothing
				read[label.Name]--
			}
		case *ast.LetClause:
			declared[n.Ident.Name]++
		case *ast.Alias:
			declared[n.Ident.Name]++
		case *ast.ForClause:
			for _, ident := range []*ast.Ident{n.Key, n.Value} {
				if ident != nil {
					declared[ident.Name]++
				}
			}
		case *ast.Ident:
			read[n.Name]++
			reads++
		case *ast.SelectorExpr:
			around := chains[n]
			tangle += 2*around + 1
			chains[n.X] = around + 1
		}
		return true
	}
	for _, f := range files {
		ast.Walk(f.AST(), count, nil)
	}
	for name, n := range declared {
		tangle += (n - 1) * max(read[name], 0)
	}
	return tangle > maxTangle || reads > maxNames
}
