package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// moduleEdits are what edits of the first Module came to.
type moduleEdits struct {
	dependents       int   // releases of the Module
	open, all        times // a default changes, until its open releases are told, and until all are
	evaluated        int64 // releases by one such edit, at most
	comment          times // a comment changes, until nothing is left to do
	commentEvaluated int64 // releases by all such edits
}

// openReleases is how many releases of the Module stand open beside it.
const openReleases = 5

// editModule changes a default of the first Module, and then a comment, as often as is said.
func editModule(s *server, edits int) moduleEdits {
	out := moduleEdits{}
	var open []*lspclient.Document
	for i, f := range s.w.Releases {
		if s.w.ModuleOf[i] != 0 {
			continue
		}
		out.dependents++
		if len(open) < openReleases && literalTag.MatchString(f.Content) {
			// They set what the Module's default is at every other edit: that gives a hint.
			f.Content = literalTag.ReplaceAllString(f.Content, "\ttag: \"same\"\n")
			open = append(open, s.open(f))
		}
	}
	module := s.open(s.w.Modules[0])
	s.settled()
	initial := `*"1.5.0-platform.2"`
	current := initial
	change := func(to string) {
		module.Replace(current, to)
		current = to
	}
	for i := range edits {
		next := fmt.Sprintf(`*"same" // %d`, i)
		if i%2 == 1 {
			next = fmt.Sprintf(`*"other-%d"`, i)
		}
		before := s.counts().Releases
		b := s.barrier()
		began := time.Now()
		change(next)
		all := b.reached()
		out.all = append(out.all, all.Sub(began))
		out.evaluated = max(out.evaluated, s.counts().Releases-before)
		var last time.Time
		for _, d := range open {
			if arrived := s.Published(d.Path).Arrived; arrived.After(last) {
				last = arrived
			}
		}
		if last.Before(began) {
			s.t.Fatalf("no open release was told of the default %s", next)
		}
		out.open = append(out.open, last.Sub(began))
	}
	s.settled()

	before := s.counts().Releases
	head, _, _ := strings.Cut(module.Text, "\n")
	for i := range edits {
		b := s.barrier()
		began := time.Now()
		next := fmt.Sprintf("// A comment, %d.", i)
		module.Replace(head, next)
		head = next
		out.comment = append(out.comment, b.reached().Sub(began))
	}
	out.commentEvaluated = s.counts().Releases - before
	for _, d := range append(open, module) {
		d.Close()
	}
	s.settled()
	return out
}
