package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/format"
	"go.yaml.in/yaml/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
)

// An EffectiveFormat is one way to print a final configuration.
type EffectiveFormat struct {
	Name  string
	Print func(io.Writer, *analysis.Effective, EffectiveOptions) error
}

// EffectiveOptions say what to print of a final configuration.
type EffectiveOptions struct {
	Root       string // directory that file names are relative to
	Provenance bool   // say of every value where it comes from
	Components bool   // print the components too, behind the values
	Scopes     bool   // print what the scopes demand, behind that
}

// parts returns what is printed, in order, each with its name as the label.
func parts(e *analysis.Effective, o EffectiveOptions) []*analysis.EffectiveField {
	named := func(f *analysis.EffectiveField, label string) *analysis.EffectiveField {
		copied := *f
		copied.Label = label
		return &copied
	}
	out := []*analysis.EffectiveField{named(e.Values, "values")}
	if o.Components {
		out = append(out, named(e.Components, "components"))
	}
	if o.Scopes {
		out = append(out, named(e.Scopes, "scopes"))
	}
	return out
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
func remark(f *analysis.EffectiveField, o EffectiveOptions) string {
	if f.Gap != "" {
		return f.Gap // it says too what was refused
	}
	var said []string
	if o.Provenance && f.From != nil {
		said = append(said, place(f.From, o.Root))
	}
	return strings.Join(append(said, warnings(f)...), "; ")
}

// warnings returns what is not as it should be about a field that is there.
func warnings(f *analysis.EffectiveField) []string {
	var said []string
	if f.Refused != "" {
		said = append(said, f.Refused)
	}
	if f.Lost {
		said = append(said, lost)
	}
	return said
}

const lost = "some of its fields cannot be computed"

func place(p *analysis.Provenance, root string) string {
	if p.File == nil {
		return p.Layer
	}
	return fmt.Sprintf("%s %s:%d", p.Layer, Visible(relative(root, p.File.Path)), p.Line)
}

func effectiveCUE(w io.Writer, e *analysis.Effective, o EffectiveOptions) error {
	var b strings.Builder
	for _, part := range parts(e, o) {
		b.WriteString(part.Label + ": ")
		writeCUE(&b, part, o)
		writeRemark(&b, part, o)
		b.WriteString("\n")
	}
	formatted, err := format.Source([]byte(b.String()))
	if err != nil {
		return err
	}
	_, err = w.Write(formatted)
	return err
}

func writeCUE(b *strings.Builder, f *analysis.EffectiveField, o EffectiveOptions) {
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
			writeCUE(b, item, o)
			b.WriteString(",")
			writeRemark(b, item, EffectiveOptions{}) // the list says where it comes from
			b.WriteString("\n")
		}
		b.WriteString("]")
	case f.Value != nil:
		b.WriteString(f.Value.String())
	default:
		b.WriteString("{\n")
		for _, c := range f.Fields {
			b.WriteString(cascade.QuoteLabel(c.Label) + ": ")
			writeCUE(b, c, o)
			writeRemark(b, c, o)
			b.WriteString("\n")
		}
		b.WriteString("}")
	}
}

// isLong reports whether an element of a list wants a line of its own.
func isLong(item *analysis.EffectiveField) bool {
	return item.Value == nil || item.Gap != "" || item.Refused != ""
}

func writeRemark(b *strings.Builder, f *analysis.EffectiveField, o EffectiveOptions) {
	if r := remark(f, o); r != "" {
		b.WriteString(" // " + r)
	}
}

func effectiveYAML(w io.Writer, e *analysis.Effective, o EffectiveOptions) error {
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	doc := &yaml.Node{Kind: yaml.MappingNode}
	for _, part := range parts(e, o) {
		label := yamlString(part.Label)
		label.HeadComment = strings.Join(warnings(part), "; ")
		doc.Content = append(doc.Content, label, yamlNode(part, o))
	}
	if err := enc.Encode(doc); err != nil {
		return err
	}
	return enc.Close()
}

func yamlString(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	if otherInOldYAML.MatchString(s) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// otherInOldYAML matches strings that YAML 1.1, which many programs still read, takes for
// a boolean or for a number to the base of 60.
var otherInOldYAML = regexp.MustCompile(`^(?i:y|n|yes|no|on|off)$|^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`)

func yamlNode(f *analysis.EffectiveField, o EffectiveOptions) *yaml.Node {
	var n *yaml.Node
	switch {
	case f.Gap != "":
		n = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	case f.Items != nil:
		n = &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range f.Items {
			n.Content = append(n.Content, yamlNode(item, o))
		}
		return n // a comment behind a sequence would stand on its first element
	case f.Value != nil:
		n = yamlScalar(f.Value)
	default:
		n = &yaml.Node{Kind: yaml.MappingNode}
		for _, c := range f.Fields {
			label := yamlString(c.Label)
			if c.Gap == "" && c.Value == nil {
				label.HeadComment = strings.Join(warnings(c), "; ") // behind it, it would stand on what is below
			}
			n.Content = append(n.Content, label, yamlNode(c, o))
		}
		return n
	}
	n.LineComment = remark(f, o)
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

func effectiveJSON(w io.Writer, e *analysis.Effective, o EffectiveOptions) error {
	document := ordered{}
	origins, gaps, refused := make(map[string]origin), make(map[string]string), make(map[string]string)
	for _, part := range parts(e, o) {
		value := jsonValue(part, cascade.Path{part.Label}, func(path cascade.Path, f *analysis.EffectiveField) {
			switch {
			case f.Gap != "":
				gaps[path.String()] = f.Gap
			case f.Lost:
				gaps[path.String()] = lost
			}
			if f.Refused != "" {
				refused[path.String()] = f.Refused
			}
			if f.From != nil {
				from := origin{Layer: f.From.Layer, Document: f.From.Document}
				if f.From.File != nil {
					line := f.From.Line - 1
					from.File, from.Line = relative(o.Root, f.From.File.Path), &line
				}
				origins[path.String()] = from
			}
		})
		document = append(document, member{part.Label, value})
	}
	if o.Provenance {
		document = append(document, member{"provenance", origins})
	}
	if len(gaps) > 0 {
		document = append(document, member{"gaps", gaps})
	}
	if len(refused) > 0 {
		document = append(document, member{"refused", refused})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(document)
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
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // "<" is as good as any other letter here
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := enc.Encode(m.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := enc.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
