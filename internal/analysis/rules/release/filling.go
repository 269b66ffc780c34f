package release

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// filling returns a fix that sets every value that is missing, each in the innermost struct
// around it that the release writes. A secret is nobody's to make up: it stays missing, and
// so does a value for which no sample is found.
func filling(r *rule.Resolved, missing []*cascade.Node) []rule.Fix {
	var all []*filledPart
	n, last := 0, ""
	for _, m := range missing {
		sample := m.Allowed.Sample()
		if sample == nil || r.Tree.Secrets.Names(m.Path) {
			continue
		}
		part, rest, ok := placeFor(r, m)
		if !ok {
			continue
		}
		i := slices.IndexFunc(all, func(f *filledPart) bool { return f.part.File == part.File && f.part.Span == part.Span })
		if i < 0 {
			i = len(all)
			all = append(all, &filledPart{part: part})
		}
		all[i].add(rest, sample.String())
		n, last = n+1, m.Path.String()
	}
	if n == 0 {
		return nil
	}
	fix := rule.Fix{Title: fmt.Sprintf("Set %s", last)}
	if n > 1 {
		fix.Title = fmt.Sprintf("Set all %d required values", n)
	}
	for _, f := range all {
		fix.Edits = append(fix.Edits, edit.InsertField(f.part, f.source())...)
	}
	return []rule.Fix{fix}
}

// placeFor returns the struct literal to which a value is to be added, and the labels that
// lead to it from there.
func placeFor(r *rule.Resolved, n *cascade.Node) (part catalogindex.Part, rest []string, ok bool) {
	d := r.Document
	parts := d.OwnParts()
	file, _, value, depth, ok := surrounding(r, n)
	if ok {
		rest = n.Path[depth:]
		parts = slices.DeleteFunc(valueParts(parts, d, n.Path[:depth]), func(p catalogindex.Part) bool {
			return p.File != file || !value.Covers(p.Span)
		})
	} else {
		rest = append([]string{d.ValuesLabel()}, n.Path...)
	}
	if len(parts) == 0 {
		return part, nil, false
	}
	part = parts[len(parts)-1]
	inList := slices.ContainsFunc(rest, func(label string) bool {
		_, ok := indexOf(label)
		return ok
	})
	return part, rest, !inList
}

// A filledPart is a struct literal with the fields that are to be added to it.
type filledPart struct {
	part catalogindex.Part
	newField
}

// A newField is a field that is to be added, or the struct to which some are.
type newField struct {
	label  string
	value  string // of a field that is no struct, as CUE
	fields []*newField
}

func (f *newField) add(path []string, value string) {
	i := slices.IndexFunc(f.fields, func(below *newField) bool { return below.label == path[0] })
	if i < 0 {
		i = len(f.fields)
		f.fields = append(f.fields, &newField{label: path[0]})
	}
	if len(path) == 1 {
		f.fields[i].value = value
		return
	}
	f.fields[i].add(path[1:], value)
}

// source returns the fields as CUE, each on a line of its own where the struct has lines.
func (f *filledPart) source() string {
	text := f.part.File.Text.Slice(f.part.Span)
	onLine := strings.HasPrefix(text, "{") && !strings.Contains(text, "\n")
	return f.lines(onLine)
}

func (f *newField) lines(onLine bool) string {
	out := make([]string, len(f.fields))
	for i, below := range f.fields {
		out[i] = below.one(onLine)
	}
	if onLine {
		return strings.Join(out, ", ")
	}
	return strings.Join(out, "\n")
}

func (f *newField) one(onLine bool) string {
	label := cascade.QuoteLabel(f.label) + ": "
	switch {
	case len(f.fields) == 0:
		return label + f.value
	case len(f.fields) == 1:
		return label + f.fields[0].one(onLine)
	case onLine:
		return label + "{" + f.lines(onLine) + "}"
	}
	return label + "{\n\t" + strings.ReplaceAll(f.lines(onLine), "\n", "\n\t") + "\n}"
}
