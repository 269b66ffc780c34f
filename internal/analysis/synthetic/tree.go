package synthetic

import (
	"strings"
)

// A field is one field of a struct that is being written.
type field struct {
	label  string // with its mark and colon, such as "tag?:"; or a guard, or the left side of a let
	doc    string // "" for none
	value  string // "" if it is a struct
	fields []*field
}

// put adds a field at a path; mark is what stands behind the labels of the structs on the
// way. doc and the docs of the structs, by path, may be empty.
func (f *field) put(path, mark, lastMark, value, doc string, docs map[string]string) {
	labels := strings.Split(path, ".")
	at := f
	for i, label := range labels[:len(labels)-1] {
		at = at.child(label, mark, docs[strings.Join(labels[:i+1], ".")])
	}
	at.fields = append(at.fields, &field{label: labels[len(labels)-1] + lastMark + ":", doc: doc, value: value})
}

func (f *field) child(label, mark, doc string) *field {
	for _, c := range f.fields {
		if strings.TrimRight(c.label, "?!:") == label {
			return c
		}
	}
	c := &field{label: label + mark + ":", doc: doc}
	f.fields = append(f.fields, c)
	return c
}

// write writes the fields, each on a line of its own, tabs deep.
func (f *field) write(b *strings.Builder, tabs int) {
	indent := strings.Repeat("\t", tabs)
	for i, c := range f.fields {
		if c.doc != "" {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(indent + "// " + c.doc + "\n")
		}
		if c.fields == nil {
			b.WriteString(indent + c.label + " " + c.value + "\n")
			continue
		}
		b.WriteString(indent + c.label + " {\n")
		c.write(b, tabs+1)
		b.WriteString(indent + "}\n")
	}
}
