package syntax

import (
	"slices"

	"cuelang.org/go/cue/ast"
)

// AST returns the file's syntax tree, never nil. It is of the repaired text: read places with
// Span. That of a file at rest is made when it is first asked for.
func (f *File) AST() *ast.File {
	if f.atRest {
		f.waking.Do(f.wake)
	}
	return f.tree
}

// AtRest returns the same file without its syntax tree, which takes ten times the memory of the
// text: what Parse found out stays at hand, and the tree is made again when somebody asks for
// it. onWake is called then, with the file's path.
func (f *File) AtRest(onWake func(path string)) *File {
	rested := &File{
		Path: f.Path, Text: f.Text, Hash: f.Hash, Problems: f.Problems, IsLink: f.IsLink,
		shifts: f.shifts, imports: slices.Clone(f.imports), packageName: f.packageName,
		isConditional: f.isConditional, leftOut: f.leftOut,
		atRest: true, onWake: onWake,
	}
	for i := range rested.imports {
		rested.imports[i].file = rested
	}
	rested.meaningOnce.Do(func() { rested.meaning = f.Meaning() })
	return rested
}

func (f *File) wake() {
	again := Parse(f.Path, f.Text.Content())
	f.tree, f.specs = again.tree, again.specs
	f.onWake(f.Path)
}
