package cascade_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// TestReads finds what reads values, by whatever name. A line of the definition says in its
// comment what is read there; "(…)" where something provides for a value that is not there.
func TestReads(t *testing.T) {
	const source = `package w

#ModuleDefinition & {
	let img = values.image
	let all = values

	components: server: #WorkloadComponent & {
		replicas: values.replicas // replicas
		image:    "\(img.repository):\(img.tag)" // image.repository image.tag
		level:    all.level // level
		whole:    all // everything
		name:     V.name // name
		first:    values.hosts[0] // hosts[0]
		one:      values.hosts[len(values.replicas)] // hosts replicas
		by:       values["dashed-name"] // "dashed-name"
		#hidden:  values.hidden // (hidden)
		_own:     values.own // (own)
		maybe?:   values.maybe // (maybe)
		other:    *values.other | "none" // (other)
		is:       values.is != _|_ // (is)
		sum:      values.a + values.b // a b
		values2: values: values.nested
		let inside = values.inside
		list: [for h in values.hosts {h}, if values.extra != _|_ {values.extra}] // hosts (extra) (extra)
		if values.tls != _|_ { // (tls)
			cert: values.tls.cert // (tls.cert)
			rest: values.rest // rest
		}
		if values.db.on != _|_ && values.db.port > 1 { // (db.on) (db.port)
			host: values.db.host // (db.host)
			name: values.name // name
		}
		if values.debug { // debug
			level: values.level // (level)
		}
		for k, v in values.env { // env
			"\(k)-\(values.suffix)": v // (suffix)
		}
		(values.label): 1 // label
	}
	#Port: {number: int, text: "\(number)"}

	values: X={
		host:    string
		url:     "http://\(host)/\(values.path)" // by url: host path
		path:    V.prefix // by path: prefix
		_helper: url // (by .: url)
		db: {
			name: string
			user: name // by db.user: db.name
		}
		ports: [...{from: int, to: from}] // by ports[*].to: ports[*].from
		labels: [Name=string]: {a: string, b: a} // by labels[*].b: labels[*].a
		in:  #Other
		out: #Other
		#Other: {c: int, d: c} // (out.c) (in.c)
	}
	V=values: {}
}
`
	path := "/w/definition.cue"
	file := syntax.Parse(path, source)
	for _, p := range file.Problems {
		t.Fatal(p.Message, source[p.Span.Start:p.Span.End])
	}
	index := emptyIndex().With(catalogindex.Change{Path: path, File: file})
	got := make(map[int][]string) // by line
	for _, read := range cascade.Reads(index, index.Packages()[0].Documents[0]) {
		words := read.Value.String()
		if len(read.Value) == 0 {
			words = "everything"
		}
		if read.By != nil {
			by := read.By.String()
			if by == "" {
				by = "."
			}
			words = "by " + by + ": " + words
		}
		if read.Guarded {
			words = "(" + words + ")"
		}
		line := file.Text.LineOf(read.Span.Start)
		got[line] = append(got[line], words)
	}
	var want, have strings.Builder
	for i, line := range strings.Split(source, "\n") {
		_, comment, _ := strings.Cut(line, " // ")
		if comment != "" || got[i] != nil {
			fmt.Fprintf(&want, "%d %s\n", i+1, comment)
			words := strings.Join(got[i], " ")
			if strings.Count(words, "by ") > 1 { // once is enough
				by := words[:strings.Index(words, ": ")+2]
				words = by + strings.ReplaceAll(words, by, "")
			}
			fmt.Fprintf(&have, "%d %s\n", i+1, words)
		}
	}
	if diff := cmp.Diff(want.String(), have.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
