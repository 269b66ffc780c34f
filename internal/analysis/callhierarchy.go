package analysis

import (
	"cmp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A Stop is a place on the way of a value: the value, as a document declares it, or a field
// of a component.
type Stop struct {
	Symbol        // Below is empty
	Path   string // of the file
}

// A Way is what leads from one stop to another: the references by which the one that reads
// reads the other. They are in the file of the reader.
type Way struct {
	To    Stop // the other end
	Reads []text.Span
}

// StopAt returns the value, or the field of a component, that a byte offset is on; nil if it
// is on neither.
func (s *Snapshot) StopAt(path string, offset int) *Stop {
	if at := s.PlaceAt(path, offset); at != nil && (at.Kind == ValuePlace || at.Kind == ReadPlace) {
		if at.Node == nil || len(at.Path) == 0 {
			return nil
		}
		return valueStop(at.Document, at.Node, path, at.Span)
	}
	f := s.outlines().componentField(path, text.Span{Start: offset, End: offset})
	if f == nil || f.label.Len() == 0 || !f.label.Contains(offset) {
		return nil
	}
	return componentStop(path, f)
}

// Readers returns what reads the value that a byte offset is on: the fields of components
// that it feeds, and the values that are made from it.
func (s *Snapshot) Readers(path string, offset int) []Way {
	at := s.PlaceAt(path, offset)
	if at == nil || at.Kind != ValuePlace && at.Kind != ReadPlace || at.Node == nil || len(at.Path) == 0 {
		return nil
	}
	var w ways
	files := s.outlines()
	for _, d := range s.readersOf(at.Document) {
		r := s.resolved(d)
		for _, read := range s.readsOf(r) {
			if !overlaps(read.Value, at.Path) {
				continue
			}
			if stop := files.readerOf(r, read); stop != nil {
				w.add(*stop, read.Span)
			}
		}
	}
	return w.sorted()
}

// Sources returns the values that are read at a byte offset: by the field of a component, or
// by a value.
func (s *Snapshot) Sources(path string, offset int) []Way {
	var inside text.Span
	var r *rule.Resolved
	if at := s.PlaceAt(path, offset); at != nil && at.Kind == ValuePlace && at.Node != nil && len(at.Path) > 0 {
		r, inside = at.Document, fieldSpan(s.index.File(path), at.Span)
	} else if f := s.outlines().componentField(path, text.Span{Start: offset, End: offset}); f != nil {
		r, inside = f.r, f.span
	}
	if r == nil {
		return nil
	}
	var w ways
	for _, read := range s.readsOf(r) {
		n := r.Tree.Lookup(read.Value)
		if read.File.Path != path || !inside.Covers(read.Span) || n == nil || len(n.Path) == 0 {
			continue
		}
		if stop := valueStop(r, n, "", text.Span{}); stop != nil {
			w.add(*stop, read.Span)
		}
	}
	return w.sorted()
}

// readsOf returns the places at which a document reads its values.
func (s *Snapshot) readsOf(r *rule.Resolved) []cascade.Read {
	return cascade.Reads(s.index, r.Document)
}

// readersOf returns the documents that may read the values of one: itself, those below and
// those above. Releases above read nothing but their own.
func (s *Snapshot) readersOf(r *rule.Resolved) []*catalogindex.Document {
	out := slices.Clone(r.Chain)
	if current := s.documentAt(r.Document.File.Path, r.Document.Path); current != nil {
		for _, d := range s.builtOn(current) {
			if d.Kind == catalogindex.Module {
				out = append(out, d)
			}
		}
	}
	return out
}

// overlaps reports whether one of the paths leads through the other: who reads a struct
// reads what is in it.
func overlaps(a, b cascade.Path) bool {
	n := min(len(a), len(b))
	return n > 0 && slices.Equal(a[:n], b[:n])
}

// readerOf returns what a reference to a value belongs to: a value or the field of a
// component; nil if it is anything else.
func (o outlines) readerOf(r *rule.Resolved, read cascade.Read) *Stop {
	if len(read.By) > 0 {
		if n := r.Tree.Lookup(read.By); n != nil {
			return valueStop(r, n, read.File.Path, read.Span)
		}
		return nil
	}
	if f := o.componentField(read.File.Path, read.Span); f != nil {
		return componentStop(read.File.Path, f)
	}
	return nil
}

// outlines are those of the files of a snapshot, each made when it is asked for.
type outlines struct {
	s    *Snapshot
	made map[string][]*outlined // by file
}

func (s *Snapshot) outlines() outlines { return outlines{s, make(map[string][]*outlined)} }

func (o outlines) of(path string) []*outlined {
	made, ok := o.made[path]
	if file := o.s.index.File(path); !ok && file != nil {
		made = o.s.outline(file)
		o.made[path] = made
	}
	return made
}

// componentField returns the innermost field of a component that covers a span, or nil.
func (o outlines) componentField(path string, span text.Span) *outlined {
	var best *outlined
	eachOutlined(o.of(path), func(f *outlined) {
		_, isField := f.decl.(*ast.Field)
		if isField && f.region == inComponent && f.member != nil && f.span.Start <= span.Start && span.End <= f.span.End {
			best = f
		}
	})
	return best
}

func componentStop(path string, f *outlined) *Stop {
	at := f.path()[len(f.r.Document.Path):] // components.server.replicas
	return &Stop{Path: path, Symbol: Symbol{
		Name:   at[min(1, len(at)-1):].String(),
		Detail: f.r.Document.Kind.Layer() + " " + f.r.Document.Title(),
		Kind:   FieldSymbol,
		Span:   f.span,
		Focus:  f.label,
	}}
}

// valueStop returns a value as one layer declares it: at the declaration in a file that a
// span is in, else where the highest layer does.
func valueStop(r *rule.Resolved, n *cascade.Node, path string, near text.Span) *Stop {
	for n.Parent != nil && strings.HasPrefix(n.Label(), "[") {
		n = n.Parent // an element of a list has no name of its own
	}
	var best *cascade.Decl
	layer := 0
	for i, f := range n.Layers {
		if f == nil {
			continue
		}
		for j := range f.Decls {
			d := &f.Decls[j]
			if near.Len() > 0 && best != nil && best.File.Path == path && best.Field.Covers(near) {
				continue
			}
			best, layer = d, i
		}
	}
	if best == nil {
		return nil
	}
	document := r.Tree.Layers[layer].Document
	stop := &Stop{Path: best.File.Path, Symbol: Symbol{
		Name:  n.Path.String(),
		Span:  hull(best.Field, best.Label),
		Focus: best.Label,
	}}
	stop.Kind, stop.Detail = valueSymbol(r, n)
	if stop.Detail != "" {
		stop.Detail += " · "
	}
	stop.Detail += document.Kind.Layer() + " " + document.Title()
	return stop
}

// fieldSpan returns the whole field of which a span is the label or in which it is.
func fieldSpan(file *syntax.File, span text.Span) text.Span {
	for _, n := range slices.Backward(nodesAt(file, span.Start)) {
		if _, ok := n.(*ast.Field); ok && file.Span(n).Covers(span) {
			return file.Span(n)
		}
	}
	return span
}

// ways collects references by the stop that they lead to.
type ways struct{ found []Way }

func (w *ways) add(to Stop, read text.Span) {
	i := slices.IndexFunc(w.found, func(other Way) bool { return other.To.Path == to.Path && other.To.Focus == to.Focus })
	if i < 0 {
		i = len(w.found)
		w.found = append(w.found, Way{To: to})
	}
	if !slices.Contains(w.found[i].Reads, read) {
		w.found[i].Reads = append(w.found[i].Reads, read)
	}
}

func (w *ways) sorted() []Way {
	for _, way := range w.found {
		slices.SortFunc(way.Reads, text.Span.Compare)
	}
	slices.SortStableFunc(w.found, func(a, b Way) int {
		return cmp.Or(cmp.Compare(a.To.Path, b.To.Path), a.To.Focus.Compare(b.To.Focus))
	})
	return w.found
}
