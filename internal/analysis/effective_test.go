package analysis_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/token"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// TestEffectiveIsValid prints the final configuration of every right release of the
// example workspace, and of the specification's own examples where those are there, and
// asks CUE: nothing in it is incomplete, and it meets the constraint of every layer.
func TestEffectiveIsValid(t *testing.T) {
	workspaces := map[string]string{"example": "../../testdata/workspace"}
	if dir := seeds(t); dir != "" {
		workspaces["seeds"] = dir
	}
	for name, dir := range workspaces {
		t.Run(name, func(t *testing.T) {
			dir, err := filepath.Abs(dir)
			if err != nil {
				t.Fatal(err)
			}
			s := load(t, dir)
			checked := 0
			for _, p := range s.Index().Packages() {
				for _, d := range p.Documents {
					if d.Kind != catalogindex.Release {
						continue
					}
					e := s.Effective(d)
					if len(e.Problems) > 0 {
						continue
					}
					checked++
					t.Run(d.Title(), func(t *testing.T) { checkEffective(t, e) })
				}
			}
			if checked < 2 {
				t.Errorf("only %d right releases", checked)
			}
		})
	}
}

func checkEffective(t *testing.T, e *analysis.Effective) {
	var out bytes.Buffer
	if err := report.EffectiveFormats()[0].Print(&out, e, report.EffectiveOptions{Components: true}); err != nil {
		t.Fatal(err)
	}
	printed := cuecontext.New().CompileBytes(out.Bytes())
	if err := printed.Validate(cue.Concrete(true)); err != nil {
		t.Errorf("not concrete: %v\n%s", err, out.String())
	}
	for _, layer := range e.Layers[:len(e.Layers)-1] {
		src := "import \"strings\"\n_use: strings.MinRunes\n" + constraint(t, layer) + out.String()
		if err := cuecontext.New().CompileString(src).LookupPath(cue.ParsePath("values")).Validate(cue.Concrete(true)); err != nil {
			t.Errorf("%s refuses it: %v\n%s", layer.Title(), err, out.String())
		}
	}
}

// constraint returns a document's values with the default marks taken away and what
// they take over from the layer below left open.
func constraint(t *testing.T, d *catalogindex.Document) string {
	var b strings.Builder
	for _, f := range catalogindex.Fields(d.Parts(), d.ValuesLabel()) {
		source, err := format.Node(f.Field.Value)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("values: ")
		b.Write(source)
		b.WriteString("\n")
	}
	for _, name := range []string{"units"} { // the example's own package of schemas
		if strings.Contains(b.String(), name+".#") {
			return "values: _\n" // what it demands is in another package
		}
	}
	return stripMarks(t, strings.ReplaceAll(b.String(), "#moduleDefinition.values &", ""))
}

// stripMarks takes away the default marks of a source.
func stripMarks(t *testing.T, source string) string {
	t.Helper()
	expr := cuecontext.New().CompileString(source).Source()
	if expr == nil {
		t.Fatalf("does not compile:\n%s", source)
	}
	stripped := astutil.Apply(expr, nil, func(c astutil.Cursor) bool {
		if mark, ok := c.Node().(*ast.UnaryExpr); ok && mark.Op == token.MUL {
			c.Replace(mark.X)
		}
		return true
	})
	out, err := format.Node(stripped)
	if err != nil {
		t.Fatal(err)
	}
	return string(out) + "\n"
}

// seeds writes the specification's examples, where they lie beside the repository, and
// the definitions that fit them into a directory; "" if they are not there.
func seeds(t *testing.T) string {
	texts, _ := filepath.Glob("../../../shared/seeds/*.txt")
	if len(texts) == 0 {
		return ""
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```cue\n(package (\\w+)\n.*?)```")
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range texts {
		content, err := os.ReadFile(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllStringSubmatch(string(content), -1) {
			write(m[2]+".cue", m[1])
		}
	}
	definitions, _ := filepath.Glob("testdata/seeds/definitions/*.cue")
	for _, path := range definitions {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write("definition-"+filepath.Base(path), string(content))
	}
	return dir
}

// TestOneErrorLeavesTheRest breaks one value of a right release after the other. Every
// other path must keep its layers and its value.
func TestOneErrorLeavesTheRest(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, dir)
	path := filepath.Join(dir, "releases", "dev", "web.cue")
	content := s.Text(path).Content()
	leaf := regexp.MustCompile(`(?m)^(\t+)(\w+): +("[^"]*"|\d+|true|false)`)
	whole := explanations(s, path)
	broken := 0
	for _, at := range leaf.FindAllStringSubmatchIndex(content, -1) {
		if at[0] < strings.Index(content, "values:") {
			continue
		}
		edited := s.WithText(path, content[:at[6]]+"[null]"+content[at[7]:])
		if len(edited.Diagnostics(path)) == 0 {
			t.Errorf("%s: [null] is taken", content[at[4]:at[5]])
		}
		broken++
		label := content[at[4]:at[5]]
		after := explanations(edited, path)
		for name, before := range whole {
			if strings.HasSuffix(name, label) {
				continue
			}
			if after[name] != before {
				t.Errorf("%s is wrong, and %s changed:\n%s\nwas:\n%s", label, name, after[name], before)
			}
		}
	}
	if broken < 5 {
		t.Errorf("only %d values were broken", broken)
	}
}

// explanations returns what is said of every path of the only release of a file.
func explanations(s *analysis.Snapshot, path string) map[string]string {
	out := make(map[string]string)
	for _, e := range s.Why(s.Releases(path)[0], nil) {
		var b strings.Builder
		fmt.Fprintln(&b, e.Statement)
		for _, row := range e.Rows {
			fmt.Fprintln(&b, row.Layer, row.Says, row.Remark())
		}
		out[e.Path] = b.String()
	}
	return out
}

// TestPositionsHold writes the files of every fixture in other ways: with a byte order
// mark, with other line ends, with letters before everything on the line that take
// several bytes and UTF-16 units. What the diagnostics say and the text that they stand
// on must stay.
func TestPositionsHold(t *testing.T) {
	field := regexp.MustCompile(`(?m)^(\t+)("?[\w-]+"?[?!]?:)`)
	number := 0
	ways := map[string]func(string) string{
		"byte order mark": func(s string) string { return "\ufeff" + s },
		"CRLF":            func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"wide letters": func(s string) string {
			return field.ReplaceAllStringFunc(s, func(m string) string {
				number++
				indent := len(m) - len(strings.TrimLeft(m, "\t"))
				return fmt.Sprintf("%s_w%d: \"e\u0301 🚀 ß 𝄞\", %s", m[:indent], number, m[indent:])
			})
		},
	}
	dir, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	workspaces := map[string]string{"the example": dir}
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		if slices.ContainsFunc(f.Wants(), func(name string) bool { return strings.HasPrefix(name, "check") }) {
			workspaces[f.Name] = f.Write(t)
		}
	}
	for name, dir := range workspaces {
		s := load(t, dir)
		want := said(t, s)
		for way, change := range ways {
			t.Run(name+"/"+way, func(t *testing.T) {
				changed := s
				for _, path := range s.Files() {
					if content := s.Text(path).Content(); content != "" && !strings.Contains(path, "cue.mod") {
						changed = changed.WithText(path, change(content))
					}
				}
				if diff := gocmp.Diff(want, said(t, changed)); diff != "" {
					t.Errorf("(-as it was +changed)\n%s", diff)
				}
			})
		}
	}
}

// said returns what is wrong in a workspace with the text that it stands on. Each place is
// taken through all encodings and back.
func said(t *testing.T, s *analysis.Snapshot) []string {
	t.Helper()
	words := func(l analysis.Location) string {
		content := s.Text(l.Path)
		for _, enc := range []text.Encoding{text.UTF8, text.UTF16, text.UTF32} {
			if back, err := content.Span(content.Range(l.Span, enc), enc); err != nil || back != l.Span {
				t.Errorf("%s %v becomes %v in %s (%v)", l.Path, l.Span, back, enc, err)
			}
		}
		return strings.Join(strings.Fields(wide.ReplaceAllString(content.Slice(l.Span), "")), " ")
	}
	var out []string
	for _, d := range s.AllDiagnostics() {
		if d.Code == "definition/undocumented-value" {
			continue // what is written before a field parts it from its comment
		}
		line := fmt.Sprintf("%s %q %s %s", filepath.Base(d.Path), words(d.Location), d.Code, d.Message)
		for _, r := range d.Related {
			line += fmt.Sprintf(" | %q %s", words(r.Location), r.Message)
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// wide matches what TestPositionsHold writes before fields.
var wide = regexp.MustCompile(`_w\d+: "[^"]*", `)
