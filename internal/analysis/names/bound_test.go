package names

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// lines returns n lines and the last one.
func lines(n int, line func(i int) string, last string) string {
	var b strings.Builder
	b.WriteString("package a\n\n")
	for i := range n {
		b.WriteString(line(i) + "\n")
	}
	return b.String() + last + "\n"
}

// tangles are texts that would take from minutes to years to follow.
func tangles() map[string]string {
	return map[string]string{
		"declared again and again": lines(20_000, func(int) string { return "a: a" }, "b: a"),
		"nested, again and again":  lines(10_000, func(int) string { return "a: b: a.b" }, "c: a"),
		"one long chain":           lines(1, func(int) string { return "a: a" }, "b: a"+strings.Repeat(".a", 50_000)),
		"many names":               lines(100_000, func(i int) string { return fmt.Sprintf("a%d: a%d", i+1, i) }, "b: a100000"),
		"each other's fields": lines(5_000, func(i int) string {
			return fmt.Sprintf("a%d: a%d.x & {x: a%d.y, y: a%d.x}", i, (i*7+1)%5000, (i*13+5)%5000, (i*3+2)%5000)
		}, "b: a1"),
		"few names": lines(1_000, func(i int) string { return fmt.Sprintf("n%d: n%d.n%d & n%d", i%20, i*7%20, i*13%20, i*3%20) }, "b: n1"),
		"texts":     lines(1_000, func(i int) string { return fmt.Sprintf(`"n%d": n%d.n%d & n%d`, i%20, i*7%20, i*13%20, i*3%20) }, "b: n1"),
	}
}

// TestTangles holds that no text makes a question take long.
func TestTangles(t *testing.T) {
	for name, content := range tangles() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.cue")
			file := syntax.Parse(path, content)
			other := syntax.Parse(filepath.Join(filepath.Dir(path), "other", "b.cue"), "package b\n\nx: 1\ny: x\n")
			index := catalogindex.New().With(catalogindex.Change{Path: path, File: file}, catalogindex.Change{Path: other.Path, File: other})
			var guard Guard
			n := New(index, &guard)
			decls := file.AST().Decls
			name := decls[len(decls)-1].(*ast.Field).Label.(*ast.Ident)
			n.Uses(file, name, true)
			n.Docs(file, name)
			if found := n.Definitions(file, name); len(found) > 0 {
				t.Errorf("it is followed, to %d places", len(found))
			}
			y := other.AST().Decls[2].(*ast.Field)
			if found := n.Definitions(other, y.Value); len(found) != 1 {
				t.Errorf("in another file there are %d definitions", len(found))
			}
			if guard.lost.Load() > 0 {
				t.Error("a question goes on")
			}
		})
	}
}

// TestNotTangled holds that what people write is far below the bound.
func TestNotTangled(t *testing.T) {
	files := 0
	for _, root := range []string{"../../../testdata", "../../catalogindex/embedded"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".cue" {
				return err
			}
			content, err := os.ReadFile(path)
			files++
			f := syntax.Parse(path, string(content))
			if tangled([]*syntax.File{f, f, f}) { // which is more than three times as much
				t.Errorf("%s is tangled", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 10 {
		t.Errorf("only %d files were looked at", files)
	}
}

// TestLost holds that a question which does not end is left alone, keeps others from being asked,
// and that all is as before when it has ended.
func TestLost(t *testing.T) {
	guard := Guard{patience: 1}
	hold := make(chan struct{})
	found, lost := ask(&guard, func() []int {
		<-hold
		return []int{1}
	})
	if found != nil || !lost {
		t.Errorf("got %v, %v", found, lost)
	}
	if found, lost := ask(&guard, func() []int { return []int{2} }); found != nil || lost {
		t.Errorf("meanwhile: got %v, %v", found, lost)
	}
	close(hold)
	for guard.lost.Load() > 0 {
		runtime.Gosched()
	}
	guard.patience = 0
	if found, lost := ask(&guard, func() []int { return []int{3} }); len(found) != 1 || lost {
		t.Errorf("after it: got %v, %v", found, lost)
	}
	if found, lost := ask(&guard, func() []int { panic("a fault of the library") }); found != nil || lost {
		t.Errorf("after a panic: got %v, %v", found, lost)
	}
	if found, _ := ask(&guard, func() []int { return []int{4} }); len(found) != 1 {
		t.Errorf("after the panic: got %v", found)
	}
}
