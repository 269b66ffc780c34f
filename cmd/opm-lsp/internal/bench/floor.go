package main

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// packages are CUE packages by their directory, in memory.
type packages struct {
	files map[string][]synthetic.File
	built map[string]*build.Instance
	ctx   *build.Context
}

func newPackages(files []synthetic.File) *packages {
	p := &packages{files: make(map[string][]synthetic.File), built: make(map[string]*build.Instance)}
	for _, f := range files {
		p.files[path.Dir(f.Path)] = append(p.files[path.Dir(f.Path)], f)
	}
	p.ctx = build.NewContext(build.Loader(func(_ token.Pos, importPath string) *build.Instance {
		dir, _, _ := strings.Cut(importPath, ":")
		// The first element of a path of CUE's own packages has no dot.
		_, dir, ok := strings.Cut(dir, "/plain/")
		if !ok {
			return nil
		}
		return p.load(dir)
	}))
	return p
}

// load returns the package in a directory.
func (p *packages) load(dir string) *build.Instance {
	if known, ok := p.built[dir]; ok {
		return known
	}
	instance := p.ctx.NewInstance(dir, nil)
	instance.ImportPath = dir
	p.built[dir] = instance
	for _, f := range p.files[dir] {
		file, err := parser.ParseFile(f.Path, f.Content, parser.ParseComments)
		if err != nil {
			instance.Err = errors.Append(instance.Err, errors.Promote(err, f.Path))
			continue
		}
		_ = instance.AddSyntax(file) // its error is the instance's, and so is that of Complete
	}
	_ = instance.Complete()
	return instance
}

// floor measures what cannot be avoided for an edit of a release, in this process: parse the file, evaluate
// its values against those of its Module, which stand ready, and validate.
func floor(seed uint64, edits int) (times, error) {
	w := synthetic.New(synthetic.Options{Seed: seed, Modules: 10, Releases: 40})
	plain := newPackages(w.Plain)
	ctx := cuecontext.New()
	type prepared struct {
		content string // with %s for the tag
		values  cue.Value
	}
	var releases []prepared
	for i, f := range w.Releases {
		at := literalTag.FindStringSubmatchIndex(f.Content)
		if at == nil || len(releases) == 5 {
			continue
		}
		module := plain.load(path.Dir(w.Modules[w.ModuleOf[i]].Path))
		values := ctx.BuildInstance(module).LookupPath(cue.ParsePath("#Module.values"))
		if err := values.Err(); err != nil {
			return nil, fmt.Errorf("the Module of %s: %w", f.Path, err)
		}
		releases = append(releases, prepared{strings.ReplaceAll(f.Content[:at[2]], "%", "%%") + "%s" + strings.ReplaceAll(f.Content[at[3]:], "%", "%%"), values})
	}
	var out times
	for i := range edits {
		r := releases[i%len(releases)]
		content := fmt.Sprintf(r.content, "bench-"+strconv.Itoa(i))
		began := time.Now()
		file, err := parser.ParseFile("release.cue", content, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		values := ctx.BuildExpr(valuesOf(file))
		if err := r.values.Unify(values).Validate(cue.Concrete(true)); err != nil {
			return nil, fmt.Errorf("CUE refuses a release: %w", err)
		}
		out = append(out, time.Since(began))
	}
	return out, nil
}

// valuesOf returns the literal of a release's values.
func valuesOf(file *ast.File) (values ast.Expr) {
	ast.Walk(file, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		if name, _, err := ast.LabelName(field.Label); err == nil && name == "values" {
			values = field.Value
		}
		return values == nil
	}, nil)
	return values
}
