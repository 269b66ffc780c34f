package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"cuelang.org/go/cue/format"
	"go.yaml.in/yaml/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
)

// An EffectiveFormat is one way to print a final configuration.
type EffectiveFormat struct {
	Name string
	// Print prints it below the key "values". root is the directory that file names
	// are relative to; with provenance every value says where it comes from.
	Print func(w io.Writer, e *analysis.Effective, root string, withProvenance bool) error
}

// EffectiveFormats returns the formats, the default first.
func EffectiveFormats() []EffectiveFormat {
	return []EffectiveFormat{
		{"cue", effectiveCUE},
		{"yaml", effectiveYAML},
		{"json", effectiveJSON},
	}
}

// remark returns what to say of a field besides its value.
func remark(f *analysis.EffectiveField, root string, withProvenance bool) string {
	switch {
	case f.Gap != "":
		return f.Gap
	case withProvenance && f.From != nil:
		return place(f.From, root)
	}
	return ""
}

func place(p *analysis.Provenance, root string) string {
	if p.File == nil {
		return p.Layer
	}
	return fmt.Sprintf("%s %s:%d", p.Layer, relative(root, p.File.Path), p.Line)
}

func effectiveCUE(w io.Writer, e *analysis.Effective, root string, withProvenance bool) error {
	var b strings.Builder
	b.WriteString("values: ")
	writeCUE(&b, e.Values, root, withProvenance)
	b.WriteString("\n")
	formatted, err := format.Source([]byte(b.String()))
	if err != nil {
		return err
	}
	_, err = w.Write(formatted)
	return err
}

func writeCUE(b *strings.Builder, f *analysis.EffectiveField, root string, withProvenance bool) {
	switch {
	case f.Gap != "":
		b.WriteString("_")
	case f.Items != nil && !slices.ContainsFunc(f.Items, isLong):
		b.WriteString("[")
		for i, item := range f.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(item.Value.String())
		}
		b.WriteString("]")
	case f.Items != nil:
		b.WriteString("[\n")
		for _, item := range f.Items {
			writeCUE(b, item, root, withProvenance)
			b.WriteString(",")
			writeRemark(b, "// ", item, root, false) // the list says where it comes from
			b.WriteString("\n")
		}
		b.WriteString("]")
	case f.Value != nil:
		b.WriteString(f.Value.String())
	default:
		b.WriteString("{\n")
		for _, c := range f.Fields {
			b.WriteString(cascade.QuoteLabel(c.Label) + ": ")
			writeCUE(b, c, root, withProvenance)
			writeRemark(b, "// ", c, root, withProvenance)
			b.WriteString("\n")
		}
		b.WriteString("}")
	}
}

// isLong reports whether an element of a list wants a line of its own.
func isLong(item *analysis.EffectiveField) bool { return item.Value == nil || item.Gap != "" }

func writeRemark(b *strings.Builder, mark string, f *analysis.EffectiveField, root string, withProvenance bool) {
	if r := remark(f, root, withProvenance); r != "" {
		b.WriteString(" " + mark + r)
	}
}

func effectiveYAML(w io.Writer, e *analysis.Effective, root string, withProvenance bool) error {
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	doc := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{yamlString("values"), yamlNode(e.Values, root, withProvenance)}}
	if err := enc.Encode(doc); err != nil {
		return err
	}
	return enc.Close()
}

func yamlString(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func yamlNode(f *analysis.EffectiveField, root string, withProvenance bool) *yaml.Node {
	var n *yaml.Node
	switch {
	case f.Gap != "":
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	case f.Items != nil:
		n = &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range f.Items {
			n.Content = append(n.Content, yamlNode(item, root, withProvenance))
		}
		return n // a comment behind a sequence would stand on its first element
	case f.Value != nil:
		n = yamlScalar(f.Value)
	default:
		n = &yaml.Node{Kind: yaml.MappingNode}
		for _, c := range f.Fields {
			n.Content = append(n.Content, yamlString(c.Label), yamlNode(c, root, withProvenance))
		}
		return n
	}
	n.LineComment = remark(f, root, withProvenance)
	return n
}

func yamlScalar(v *cascade.Value) *yaml.Node {
	switch v.Kind {
	case cascade.String:
		return yamlString(v.Text)
	case cascade.Bytes:
		n := &yaml.Node{}
		n.SetString(v.Text)
		n.Tag = "!!binary"
		return n
	case cascade.Int:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: v.String()}
	case cascade.Float:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: v.String()}
	case cascade.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: v.String()}
	case cascade.List:
		return &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	case cascade.Struct:
		return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	}
}

func effectiveJSON(w io.Writer, e *analysis.Effective, root string, withProvenance bool) error {
	out := struct {
		Values     any               `json:"values"`
		Provenance map[string]origin `json:"provenance,omitempty"`
		Gaps       map[string]string `json:"gaps,omitempty"`
	}{Gaps: make(map[string]string)}
	if withProvenance {
		out.Provenance = make(map[string]origin)
	}
	out.Values = jsonValue(e.Values, nil, func(path cascade.Path, f *analysis.EffectiveField) {
		if f.Gap != "" {
			out.Gaps[path.String()] = f.Gap
		}
		if f.From != nil && withProvenance {
			o := origin{Layer: f.From.Layer, Document: f.From.Document}
			if f.From.File != nil {
				line := f.From.Line - 1
				o.File, o.Line = relative(root, f.From.File.Path), &line
			}
			out.Provenance[path.String()] = o
		}
	})
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// An origin is a provenance in JSON; the line counts from 0, as everywhere there.
type origin struct {
	Layer    string `json:"layer"`
	Document string `json:"document"`
	File     string `json:"file,omitempty"`
	Line     *int   `json:"line,omitempty"`
}

// jsonValue returns the field as encoding/json takes it, with the order of fields
// kept, and calls visit for every field.
func jsonValue(f *analysis.EffectiveField, path cascade.Path, visit func(cascade.Path, *analysis.EffectiveField)) any {
	visit(path, f)
	switch {
	case f.Gap != "":
		return nil
	case f.Items != nil:
		items := make([]any, len(f.Items))
		for i, item := range f.Items {
			items[i] = jsonValue(item, path.Child(cascade.IndexLabel(i)), visit)
		}
		return items
	case f.Value != nil:
		return jsonScalar(f.Value)
	}
	object := ordered{}
	for _, c := range f.Fields {
		if c.Gap != "" {
			visit(path.Child(c.Label), c)
			continue // a field without a value is no field in JSON
		}
		object = append(object, member{c.Label, jsonValue(c, path.Child(c.Label), visit)})
	}
	return object
}

func jsonScalar(v *cascade.Value) any {
	switch v.Kind {
	case cascade.String:
		return v.Text
	case cascade.Bytes:
		return []byte(v.Text)
	case cascade.Int, cascade.Float:
		return json.Number(v.String())
	case cascade.Bool:
		return v.Bool
	case cascade.List:
		return []any{}
	case cascade.Struct:
		return ordered{}
	default:
		return nil
	}
}

// An ordered is a JSON object whose members keep their order.
type ordered []member

type member struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o ordered) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}
