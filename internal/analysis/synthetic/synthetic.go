// Package synthetic makes up workspaces of any size, for benchmarks. The same
// options always make the same workspace.
//
// What it makes is modelled on testdata/workspace: definitions of about 3 kB whose
// components read their values, each offered by Modules that change defaults, narrow
// constraints and add values and scopes of the platform; and releases of 500 to 1200
// bytes that set five to fifteen values of many types. One release in a hundred has
// a mistake. A good tenth of all releases are of the first Module, so that there is one
// on which much depends; the others are spread evenly, most on the newest versions.
package synthetic

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Options say what is made.
type Options struct {
	Seed     uint64
	Modules  int // at least 1
	Releases int

	// Concrete makes releases that set every value, to a plain literal, and have no mistakes: those
	// that CUE, too, can check to the end. Where a value is missing it cannot, because it
	// knows no defaults below optional fields; and it ends at the first mistake.
	Concrete bool
}

// A File is one file of a workspace.
type File struct {
	Path    string // relative, with forward slashes
	Content string
}

// A Workspace is what was made. The first files of Modules and Releases are those
// of the first Module.
type Workspace struct {
	Top         []File // cue.mod/module.cue, opm-lsp.cue
	Definitions []File
	Modules     []File
	Releases    []File
	ModuleOf    []int // by release, the index of its Module in Modules
	Mistakes    int   // releases with one

	// The same definitions, Modules and releases as CUE alone can check them, a package each, and
	// the core and the traits beside them. The layers of a release are one struct there: components
	// and scopes with the values in place. The constraints have no defaults, since CUE drops those of
	// which there are two.
	Plain []File
}

// versions are those of each Module name, from the newest. Two are made from each
// version of the definition.
var versions = []struct{ definition, module string }{
	{"1.5.0", "1.5.0-platform.2"},
	{"1.5.0", "1.5.0-platform.1"},
	{"1.4.0", "1.4.0-platform.2"},
	{"1.4.0", "1.4.0-platform.1"},
}

// What an application has in its name, so that names read as names.
var (
	subjects = []string{"orders", "prices", "search", "stock", "mail", "maps", "photos", "reports", "billing", "people"}
	kinds    = []string{"api", "worker", "site", "feed", "gate"}
)

// An application is what all definitions and Modules of one name have in common.
type application struct {
	name    string
	groups  []int // in groups; the last is new in the newer definition
	narrows bool
}

// New makes a workspace.
func New(o Options) *Workspace {
	w := &Workspace{
		Top: []File{
			{"cue.mod/module.cue", "module: \"harbourlane.example/platform@v0\"\nlanguage: {\n\tversion: \"v0.14.0\"\n}\n"},
			{"opm-lsp.cue", "rules: {\n\t\"definition/missing-default\": \"off\"\n}\n"},
		},
		Plain: plainTop(),
	}
	var apps []application
	for i := range o.Modules {
		version := i % len(versions)
		if version == 0 {
			apps = append(apps, newApplication(o.Seed, len(apps)))
		}
		app := apps[len(apps)-1]
		if version == 0 || versions[version].definition != versions[version-1].definition {
			w.Definitions = append(w.Definitions, app.definition(version))
			w.Plain = append(w.Plain, app.plainDefinition(version))
		}
		w.Modules = append(w.Modules, app.module(version))
		w.Plain = append(w.Plain, app.plainModule(version))
	}
	for i := range o.Releases {
		random := newRandom(o.Seed, "release", i)
		module := moduleOf(random, i, o.Modules)
		r := newRelease(random, apps[module/len(versions)], module%len(versions), i, o.Concrete)
		if r.isWrong {
			w.Mistakes++
		}
		w.Releases = append(w.Releases, r.file())
		w.ModuleOf = append(w.ModuleOf, module)
		w.Plain = append(w.Plain, r.plainFile())
	}
	return w
}

// moduleOf returns which of n Modules a release is of: most are of the newest version of
// a name.
func moduleOf(random *rand.Rand, release, n int) int {
	if release%10 == 0 {
		return 0
	}
	module := random.IntN(n)
	if random.IntN(10) < 6 {
		module -= module % len(versions)
	}
	return module
}

// newRandom returns the source of one file's chances, so that the file stays as it is
// in a workspace of another size.
func newRandom(seed uint64, what string, i int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(i)<<8|uint64(len(what))))
}

func newApplication(seed uint64, i int) application {
	random := newRandom(seed, "app", i)
	n := len(subjects) * len(kinds)
	name := fmt.Sprintf("%s-%s", subjects[i%len(subjects)], kinds[i/len(subjects)%len(kinds)])
	if i >= n {
		name += fmt.Sprintf("-%d", i/n)
	}
	chosen := random.Perm(len(groups))[:3+random.IntN(2)]
	if last := len(chosen) - 1; groups[chosen[last]].requires() { // a newer version must not break a release
		chosen[0], chosen[last] = chosen[last], chosen[0]
	}
	return application{name: name, groups: chosen, narrows: i%3 == 0}
}

// requires reports whether a value of the group has no default.
func (g group) requires() bool {
	return slices.ContainsFunc(g.values, func(v value) bool { return v.preset == "" })
}

// All returns the files of the workspace, those of CUE alone not among them.
func (w *Workspace) All() []File {
	return slices.Concat(w.Top, w.Definitions, w.Modules, w.Releases)
}

// Write writes files below a directory.
func Write(dir string, files []File) error {
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(f.Content), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// values returns the values of a version of the application's definition, with their
// whole paths.
func (a application) values(version int) []value {
	out := slices.Clone(basic)
	chosen := a.groups
	if versions[version].definition != versions[0].definition {
		chosen = chosen[:len(chosen)-1]
	}
	for _, g := range chosen {
		for _, v := range groups[g].values {
			v.path = groups[g].name + "." + v.path
			out = append(out, v)
		}
	}
	for i := range out {
		out[i] = out[i].named(a.name)
	}
	return out
}

// added returns the values that the application's Modules add.
func (a application) added() []value {
	out := slices.Clone(extension)
	for i := range out {
		out[i] = out[i].named(a.name)
	}
	return out
}

// named returns the value with a name in place of NAME.
func (v value) named(name string) value {
	in := strings.NewReplacer("NAME", name)
	v.preset, v.offers, v.wrong = in.Replace(v.preset), in.Replace(v.offers), in.Replace(v.wrong)
	v.sets = slices.Clone(v.sets)
	for i := range v.sets {
		v.sets[i] = in.Replace(v.sets[i])
	}
	return v
}

// packageName returns a name that a package clause may have.
func packageName(name string) string { return strings.ReplaceAll(name, "-", "") }
