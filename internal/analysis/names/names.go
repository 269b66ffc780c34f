// Package names tells where the names of plain CUE come from: fields, lets, aliases,
// imports, definitions of other files and packages, OPM's core. It reads syntax and knows
// nothing of layers: what a value of OPM is, and which layer wins, others know.
//
// It stands between opm-lsp and the evaluator of CUE's own language server, which may
// change at any time: nothing else uses that. It may also take as long as it likes: see bound.go.
package names

import (
	"cmp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/unstable/lsp/eval"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// Names answers about the names of the packages of an index. It evaluates what is asked
// for and keeps that, so it is for one question, or a few, and for one goroutine.
type Names struct {
	index      *catalogindex.Index
	guard      *Guard
	lost       bool                       // a question goes on for which nobody waits any more
	evaluators map[string]*eval.Evaluator // by package
	packages   map[string]*catalogindex.Package
	files      map[string]*syntax.File // those evaluated, by path
	// written holds, for each name that an import goes by without stating it, what is
	// written there.
	written map[ast.Node]ast.Node
	alone   bool // who imports a package is not asked for
}

// New returns the names of an index. The guard is that of its workspace.
func New(index *catalogindex.Index, guard *Guard) *Names {
	return &Names{
		index:      index,
		guard:      guard,
		evaluators: make(map[string]*eval.Evaluator),
		packages:   make(map[string]*catalogindex.Package),
		files:      make(map[string]*syntax.File),
		written:    make(map[ast.Node]ast.Node),
	}
}

// Alone returns the names of an index for one who asks only for uses in the package of the
// name itself.
func Alone(index *catalogindex.Index, guard *Guard) *Names {
	n := New(index, guard)
	n.alone = true
	return n
}

// A Mention is one place at which a name stands.
type Mention struct {
	File *syntax.File
	Node ast.Node // the label, the name that a clause binds, or the name that is read
	Span text.Span
}

// Definitions returns the declarations of what a name in a file means; for the label of a
// field all declarations of the field. Those of the workspace hide those of the embedded
// core that are called the same. They are sorted, without what is declared nowhere.
func (n *Names) Definitions(file *syntax.File, name ast.Node) []Mention {
	return about(n, file, name, func(evaluator *eval.FileEvaluator, offset int) []Mention {
		return n.mentions(evaluator.DefinitionsForOffset(offset))
	})
}

// Uses returns the places at which what a name in a file means is read, in all packages
// that see it; with its declarations, if asked for. They are sorted.
func (n *Names) Uses(file *syntax.File, name ast.Node, declarations bool) []Mention {
	return about(n, file, name, func(evaluator *eval.FileEvaluator, offset int) []Mention {
		return n.mentions(evaluator.UsagesForOffset(offset, declarations))
	})
}

// A Doc is the comment on a declaration.
type Doc struct {
	Mention
	Groups []*ast.CommentGroup
}

// Docs returns the comments on the declarations of what a name in a file means, sorted.
func (n *Names) Docs(file *syntax.File, name ast.Node) []Doc {
	return about(n, file, name, func(evaluator *eval.FileEvaluator, offset int) (found []Doc) {
		for node, groups := range evaluator.DocCommentsForOffset(offset) {
			if len(groups) == 0 {
				continue
			}
			for _, m := range n.mentions([]ast.Node{node}) {
				found = append(found, Doc{m, groups})
			}
		}
		slices.SortFunc(found, func(a, b Doc) int { return compare(a.Mention, b.Mention) })
		return found
	})
}

// about answers a question about a name in a file; with nothing, where that takes too long.
func about[T any](n *Names, file *syntax.File, name ast.Node, answer func(evaluator *eval.FileEvaluator, offset int) []T) []T {
	if n.lost || !name.Pos().IsValid() {
		return nil
	}
	found, lost := ask(n.guard, func() []T {
		if evaluator := n.at(file); evaluator != nil {
			return answer(evaluator, name.Pos().Offset())
		}
		return nil
	})
	n.lost = lost
	return found
}

// at returns the evaluator of a file, or nil.
func (n *Names) at(file *syntax.File) *eval.FileEvaluator {
	p := n.index.PackageOf(file.Path)
	if p == nil {
		return nil
	}
	return n.evaluator(p).ForFile(file.Path)
}

// evaluator returns the evaluator of a package. Each package is known to the others by its
// key, whatever path they import it by.
func (n *Names) evaluator(p *catalogindex.Package) *eval.Evaluator {
	if known := n.evaluators[p.Key]; known != nil {
		return known
	}
	n.packages[p.Key] = p
	config := eval.Config{
		IP:                     ast.ImportPath{Path: p.Key},
		ImportCanonicalisation: make(map[string]ast.ImportPath),
		ForPackage: func(path ast.ImportPath) *eval.Evaluator {
			if target := n.packages[path.Path]; target != nil {
				return n.evaluator(target)
			}
			return nil
		},
		PkgImporters: func() []*eval.Evaluator {
			var importers []*eval.Evaluator
			if n.alone {
				return nil
			}
			for _, importer := range n.index.Importers(p) {
				importers = append(importers, n.evaluator(importer))
			}
			return importers
		},
	}
	var trees []*ast.File
	for _, f := range n.filesOf(p) {
		n.files[f.Path] = f
		trees = append(trees, n.named(f, config.ImportCanonicalisation))
	}
	n.evaluators[p.Key] = eval.New(config, trees...)
	return n.evaluators[p.Key]
}

// filesOf returns the files whose names a package sees without importing them: its own,
// those that CUE reads together with them, and OPM's core.
func (n *Names) filesOf(p *catalogindex.Package) []*syntax.File {
	if p.Embedded {
		return withoutRest(p)
	}
	if isTangled(p) {
		return nil
	}
	files := slices.Clone(p.Files)
	for _, joined := range n.index.Joined(p) {
		if !isTangled(joined) {
			files = append(files, joined.Files...)
		}
	}
	return append(files, withoutRest(n.index.Core())...)
}

// withoutRest returns the files of a package of the core without the "..." in them. To who
// follows names, all fields that those let in are one.
func withoutRest(p *catalogindex.Package) []*syntax.File {
	return p.Derived("names without rest", func() any {
		files := make([]*syntax.File, len(p.Files))
		for i, f := range p.Files {
			files[i] = syntax.Parse(f.Path, f.Text.Content()) // one of our own, to change
			ast.Walk(files[i].AST(), func(node ast.Node) bool {
				if s, ok := node.(*ast.StructLit); ok {
					s.Elts = slices.DeleteFunc(s.Elts, func(d ast.Decl) bool {
						_, isRest := d.(*ast.Ellipsis)
						return isRest
					})
				}
				return true
			}, nil)
		}
		return files
	}).([]*syntax.File)
}

// named returns the tree of a file in which each import has the name by which the file
// reads it, and notes which package each import leads to.
func (n *Names) named(f *syntax.File, paths map[string]ast.ImportPath) *ast.File {
	imports := f.Imports()
	if len(imports) == 0 {
		return f.AST()
	}
	tree := *f.AST()
	tree.Decls = slices.Clone(tree.Decls)
	for i, d := range tree.Decls {
		decl, ok := d.(*ast.ImportDecl)
		if !ok {
			continue
		}
		copied := *decl
		copied.Specs = slices.Clone(decl.Specs)
		for j, spec := range decl.Specs {
			at := slices.IndexFunc(imports, func(imp syntax.Import) bool { return imp.Spec() == spec })
			if at < 0 {
				continue
			}
			target := n.index.ResolveImport(f, imports[at].Path)
			if target.Package != nil {
				n.packages[target.Package.Key] = target.Package
				paths[imports[at].Path] = ast.ImportPath{Path: target.Package.Key}
			}
			if spec.Name == nil {
				copied.Specs[j] = n.nameImport(f, spec, imports[at].Name, target.Package)
			}
		}
		tree.Decls[i] = &copied
	}
	return &tree
}

// nameImport returns an import with the name that it goes by. That is what its path says,
// or the name of the package if that is what the file reads.
func (n *Names) nameImport(f *syntax.File, spec *ast.ImportSpec, name string, target *catalogindex.Package) *ast.ImportSpec {
	if target != nil && target.Name != "" && slices.ContainsFunc(f.AST().Unresolved, func(x *ast.Ident) bool { return x.Name == target.Name }) {
		name = target.Name
	}
	copied := *spec
	copied.Name = &ast.Ident{NamePos: spec.Path.Pos(), Name: name}
	n.written[copied.Name] = spec.Path
	return &copied
}

// mentions returns where nodes stand, sorted.
func (n *Names) mentions(nodes []ast.Node) []Mention {
	var out []Mention
	for _, node := range nodes {
		if _, isRest := node.(*ast.Ellipsis); isRest || node == nil || !node.Pos().IsValid() {
			continue // "..." may be anything and says nothing of it
		}
		if written := n.written[node]; written != nil {
			node = written
		}
		file := n.files[node.Pos().Filename()]
		if file == nil {
			continue
		}
		if span := file.Span(node); span.Len() > 0 { // else it exists by repair alone
			out = append(out, Mention{file, node, span})
		}
	}
	slices.SortFunc(out, compare)
	out = slices.CompactFunc(out, func(a, b Mention) bool { return compare(a, b) == 0 })
	isCore := func(m Mention) bool { return strings.HasPrefix(m.File.Path, catalogindex.EmbeddedRoot) }
	if !slices.ContainsFunc(out, func(m Mention) bool { return !isCore(m) }) {
		return out
	}
	return slices.DeleteFunc(out, func(m Mention) bool { return isCore(m) && hides(m, out) })
}

// hides reports whether a definition of the core gives way to one of the workspace.
func hides(core Mention, all []Mention) bool {
	name, ok := core.Node.(*ast.Ident)
	return ok && strings.HasPrefix(name.Name, "#") && slices.ContainsFunc(all, func(m Mention) bool {
		other, ok := m.Node.(*ast.Ident)
		return ok && other.Name == name.Name && !strings.HasPrefix(m.File.Path, catalogindex.EmbeddedRoot)
	})
}

func compare(a, b Mention) int {
	return cmp.Or(cmp.Compare(a.File.Path, b.File.Path), a.Span.Compare(b.Span))
}
