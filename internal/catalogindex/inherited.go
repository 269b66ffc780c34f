package catalogindex

import (
	"path/filepath"
	"slices"
)

// Joined returns the packages of which CUE reads the files together with those of p, in
// order of their keys: those with its clause in the directories above it, up to the top of
// its CUE module, and files of its own directory that are read under a condition. Files
// that CUE reads only for its commands join nobody.
//
// Source: https://cuelang.org/docs/concept/modules-packages-instances, "Instances".
func (ix *Index) Joined(p *Package) []*Package {
	if p.Name == "" || p.Embedded {
		return nil
	}
	var out []*Package
	add := func(dir string, all bool) {
		for _, other := range ix.packagesCalled(dir, p.Name) {
			if other != p && !isForCommands(other.Files[0].Path) && (all || other.Files[0].IsConditional()) {
				out = append(out, other)
			}
		}
	}
	add(p.Dir, p.isAside())
	for dir := range ix.dirsAbove(p) {
		add(dir, true)
	}
	slices.SortFunc(out, comparePackages)
	return out
}

// Joins returns the packages that p is Joined to, in order of their keys.
func (ix *Index) Joins(p *Package) []*Package {
	if p.Name == "" {
		return nil
	}
	candidates := ix.packagesCalled(p.Dir, p.Name)
	if ix.below.has(p.Dir) { // nearly no package has others below it
		candidates = ix.packagesOf(ix.clauses, p.Name)
	}
	candidates = slices.DeleteFunc(candidates, func(other *Package) bool {
		return other == p || !IsBelow(other.Dir, p.Dir) || !slices.Contains(ix.Joined(other), p)
	})
	slices.SortFunc(candidates, comparePackages)
	return candidates
}

// packagesCalled returns the packages of a directory that have a package clause, in no order. It
// goes through what is fewer, the packages of the directory or those with the clause: there may be
// thousands of the other.
func (ix *Index) packagesCalled(dir, name string) []*Package {
	keys, _ := ix.dirs.get(dir)
	if all, _ := ix.clauses.get(name); all.length < keys.length {
		keys = all
	}
	var out []*Package
	for key := range keys.all {
		if p := ix.Package(key); p.Dir == dir && p.Name == name {
			out = append(out, p)
		}
	}
	return out
}

// isAside reports whether the package is a file that is no part of the package whose
// clause it has, though it reads that.
func (p *Package) isAside() bool {
	return p.Files[0].IsConditional() || isForCommands(p.Files[0].Path)
}

// dirsAbove yields the directories above a package up to the top of its CUE module,
// nearest first; none for a package outside of one.
func (ix *Index) dirsAbove(p *Package) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		i := slices.IndexFunc(ix.modules, func(m cueModule) bool { return IsBelow(p.Dir, m.dir) })
		if i < 0 {
			return
		}
		for dir := p.Dir; dir != ix.modules[i].dir; {
			if dir = filepath.Dir(dir); !yield(dir) {
				return
			}
		}
	}
}
