// Package rename finds every place at which a name of OPM or of CUE is written: the label of
// a value, a component or a scope in all layers, and whatever reads it under whatever name
// leads there. It reads syntax alone, so it is there for broken files, too, and says where
// it cannot be sure.
//
// The text is read as a graph. A [Spot] is a place at which a field may be: its path from
// the root of a package, or a name such as that of a let, an alias or an import. What a field
// is unified with is an edge:
//
//	image: #Image           image ──▶ #Image
//	#Image: tag: string
//	full: image.tag         a use of image.tag
//
// A field below image is a field of #Image with the same label, so image.tag and #Image.tag
// have one name, and are renamed together. Layers are edges as well: the values of a release
// lead to those of its Module, and these to those of the definition.
package rename

import (
	"slices"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// Labels that no field has.
const (
	anyField = "\x00any"     // what a pattern says of all fields, and a computed label of one
	someOne  = "\x00some"    // a field that is selected by a computed name, or met in a loop
	element  = "\x00element" // of a list
	quoted   = "\x00quoted " // begins the key of a label in quotes that is no plain name
)

// A Spot is a place at which a field may be, or a name that stands for one.
type Spot struct {
	pkg      *catalogindex.Package // of a root; nil for all others
	parent   *Spot                 // nil for roots and for names that are no fields
	label    string
	children map[string]*Spot
	order    []*Spot // of children, as they were met
	labels   []site  // where it is declared
	uses     []site  // where it is read
	from     []*Spot // what it is unified with
	into     []*Spot // what is unified with it
	loose    []site  // where a field of it is declared or read by a name that is computed
	escapes  []site  // where it is handed over as a whole, with the names of its fields
	patterns []site  // the labels of patterns for its fields
	keysOf   *Spot   // of the key of a loop: what the loop goes through
}

// A site is a node of a file.
type site struct {
	file *syntax.File
	node ast.Node
}

func newRoot(p *catalogindex.Package) *Spot { return &Spot{pkg: p} }

func newName(name string) *Spot { return &Spot{label: name} }

// child returns the field with a label, which need not be declared.
func (s *Spot) child(label string) *Spot {
	if c := s.children[label]; c != nil {
		return c
	}
	c := &Spot{parent: s, label: label}
	if s.children == nil {
		s.children = make(map[string]*Spot)
	}
	s.children[label] = c
	s.order = append(s.order, c)
	return c
}

// below returns the field at a path.
func (s *Spot) below(path []string) *Spot {
	for _, label := range path {
		s = s.child(label)
	}
	return s
}

// isName reports whether the spot is a name that no other spot has: that of a let, an
// alias, an import or a loop.
func (s *Spot) isName() bool { return s.parent == nil }

func unify(s, with *Spot) {
	if s != with && !slices.Contains(s.from, with) {
		s.from = append(s.from, with)
		with.into = append(with.into, s)
	}
}

// keyOf returns the key of a label, and false if it is computed. A label in quotes is never
// a definition or a hidden field.
func keyOf(label ast.Node) (string, bool) {
	l, ok := label.(ast.Label)
	if !ok {
		return "", false
	}
	name, ok := syntax.LabelName(l)
	if _, isLiteral := label.(*ast.BasicLit); ok && isLiteral && isSpecial(name) {
		return quoted + name, true
	}
	return name, ok
}

// isSpecial reports whether a name is that of a definition or of a hidden field.
func isSpecial(name string) bool { return name != "" && (name[0] == '#' || name[0] == '_') }
