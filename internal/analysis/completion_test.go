package analysis_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// TestCompletionKeepsSyntax accepts every item that is offered at random places
// inside the values of the example workspace's releases. None may make a text that
// parses into one that does not.
func TestCompletionKeepsSyntax(t *testing.T) {
	const places = 300
	root, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, root)
	var releases []string
	for _, path := range s.Files() {
		inside := strings.HasPrefix(path, filepath.Join(root, "releases")+string(filepath.Separator))
		if inside && strings.Contains(s.Text(path).Content(), "values:") {
			releases = append(releases, path)
		}
	}
	if len(releases) == 0 {
		t.Fatal("no releases")
	}
	random := rand.New(rand.NewPCG(1, 2))
	accepted := 0
	for range places {
		path := releases[random.IntN(len(releases))]
		content := s.Text(path).Content()
		first := strings.Index(content, "values:") + len("values:")
		offset := first + random.IntN(len(content)-first+1)
		before := len(syntax.Parse(path, content).Problems)
		for _, item := range s.Completion(path, offset) {
			if offset < item.Replace.Start || item.Replace.End < offset {
				t.Fatalf("the item %s replaces %v, which does not hold the cursor at %d", item.Label, item.Replace, offset)
			}
			for _, written := range accept(item) {
				after := content[:item.Replace.Start] + written + content[item.Replace.End:]
				if problems := syntax.Parse(path, after).Problems; len(problems) > before {
					t.Errorf("%s: %s‸%s: %q in place of %q breaks the text: %s", filepath.Base(path),
						lastLine(content[:offset]), firstLine(content[offset:]), written, s.Text(path).Slice(item.Replace), problems[0].Message)
				}
				accepted++
			}
		}
	}
	if accepted < places {
		t.Errorf("only %d items are offered at %d places", accepted, places)
	}
}

// accept returns what an item may leave in the text. A label waits for its value,
// and "_" stands for that.
func accept(item analysis.Completion) []string {
	plain := item.NewText
	if strings.HasSuffix(plain, ": ") {
		plain += "_"
	}
	if item.Snippet == "" {
		return []string{plain}
	}
	unescape := strings.NewReplacer("$0", "", `\\`, `\`, `\$`, "$", `\}`, "}")
	return []string{plain, unescape.Replace(item.Snippet)}
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// completeHead prints the first n items.
func (p printer) completeHead(t *testing.T, path string, offset int, n string) string {
	t.Helper()
	count, err := strconv.Atoi(n)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(p.complete(path, offset), "\n")
	return strings.Join(lines[:min(count, len(lines))], "")
}

// completion returns the item with a label, or an empty one.
func (p printer) completion(path string, offset int, label string) analysis.Completion {
	for _, c := range p.s.Completion(path, offset) {
		if c.Label == label {
			return c
		}
	}
	return analysis.Completion{}
}

// TestCompletionInValues accepts, at the beginning, the end and in the middle of all that is
// written in the values of the releases of the example workspace and of the archives about
// completion, every item that is offered. None is offered twice,
// each replaces text of one line around the offset, and none makes the text unreadable or
// something wrong that was right.
func TestCompletionInValues(t *testing.T) {
	if slowness > 1 || testing.Short() {
		t.Skip("too slow")
	}
	root, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	checkCompletions(t, load(t, root))
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		switch f.Name {
		case "complete_values_unclosed", "complete_values_dangling_colon", "complete_values_middle_of_word":
			continue // what the repair makes of the lines behind the place is another matter
		}
		if strings.HasPrefix(f.Name, "complete_values") {
			checkCompletions(t, load(t, f.Write(t)))
		}
	}
}

func checkCompletions(t *testing.T, s *analysis.Snapshot) {
	for _, path := range s.Files() {
		content := s.Text(path).Content()
		accepted := make(map[string]bool)
		for offset := range len(content) + 1 {
			if !isEdge(content, offset) {
				continue
			}
			seen := make(map[string]bool)
			inValues := isInValues(s, path, offset)
			for _, item := range s.Completion(path, offset) {
				if seen[item.Label] {
					t.Errorf("%s:%d: %s is offered twice", path, offset, item.Label)
				}
				seen[item.Label] = true
				replaced := s.Text(path).Slice(item.Replace)
				if offset < item.Replace.Start || item.Replace.End < offset || strings.ContainsAny(replaced, "\r\n") {
					t.Fatalf("%s:%d: %s replaces %q", path, offset, item.Label, replaced)
				}
				edit := fmt.Sprint(item.Replace, item.NewText)
				if !inValues || accepted[edit] {
					continue
				}
				accepted[edit] = true
				checkAccepted(t, s, path, item)
			}
		}
	}
}

// TestCompletionOffersNoErrors accepts items that are offered in the example workspace outside of the
// values of releases: in imports, references, metadata, components, scopes and schemas. Nothing
// that is accepted is an error itself. A struct's name is the beginning of a longer one, and a
// document that becomes one of another kind lacks what that needs.
func TestCompletionOffersNoErrors(t *testing.T) {
	if slowness > 1 || testing.Short() {
		t.Skip("too slow")
	}
	root, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, root)
	accepted := make(map[string]bool)
	for _, path := range s.Files() {
		for offset := range s.Text(path).Len() + 1 {
			if !isEdge(s.Text(path).Content(), offset) || isInValues(s, path, offset) {
				continue
			}
			for _, item := range s.Completion(path, offset) {
				edit := fmt.Sprint(strings.TrimPrefix(path, root), item.Replace, item.NewText)
				if !accepted[edit] && len(edit)%8 == offset%8 { // each takes a while
					checkOffered(t, s, path, item)
				}
				accepted[edit] = true
			}
		}
	}
	if len(accepted) < 1000 {
		t.Errorf("only %d items are offered", len(accepted))
	}
}

// checkOffered accepts an item and holds that no error stands on it that was not there before.
func checkOffered(t *testing.T, s *analysis.Snapshot, path string, item analysis.Completion) {
	t.Helper()
	content := s.Text(path).Content()
	put := func(written string, more []analysis.Edit) *analysis.Snapshot {
		edits := append([]analysis.Edit{{Location: analysis.Location{Path: path, Span: item.Replace}, NewText: written}}, more...)
		return s.WithText(path, analysis.ApplyEdits(content, edits))
	}
	known := make(map[string]bool)
	for _, before := range []*analysis.Snapshot{s, put("_", nil)} {
		for _, d := range before.Diagnostics(path) {
			known[d.Code+d.Message] = true
		}
	}
	after := put(accept(item)[0], item.Imports)
	for _, d := range after.Diagnostics(path) {
		switch {
		case d.Severity != analysis.Error || known[d.Code+d.Message]:
		case d.Code == "catalog/missing-provenance" || d.Code == "release/unknown-module" && item.Kind == analysis.SchemaItem:
		case d.Code == "cue/conflict" && strings.Contains(d.Message, ", a struct") || strings.Contains(d.Message, "is a struct"):
		case strings.Contains(after.Text(path).Slice(d.Span), strings.Trim(strings.Fields(item.NewText)[0], `":,`)):
			t.Errorf("%s: %q in place of %q: %s", strings.TrimSpace(s.Text(path).Slice(s.Text(path).Line(s.Text(path).LineOf(item.Replace.Start)))), item.NewText, s.Text(path).Slice(item.Replace), d.Message)
		}
	}
}

// isEdge reports whether an offset is where something begins or ends, or in the middle of it.
func isEdge(content string, offset int) bool {
	isWord := func(i int) bool {
		return i >= 0 && i < len(content) && (content[i] >= 'a' && content[i] <= 'z' || content[i] >= 'A' && content[i] <= 'Z')
	}
	return isWord(offset-1) != isWord(offset) || isWord(offset) && !isWord(offset-2) || offset > 0 && content[offset-1] == '\n'
}

// isInValues reports whether an offset is in the values of a release.
func isInValues(s *analysis.Snapshot, path string, offset int) bool {
	d := s.DocumentAt(path, offset)
	if d == nil || d.Kind != catalogindex.Release {
		return false
	}
	at := s.Index().File(path).CursorAt(offset).Path
	return len(at) > len(d.Path) && at[len(d.Path)] == d.ValuesLabel()
}

// checkAccepted accepts an item in the values of a release. A label waits for its value, so
// nothing that is said of that counts.
func checkAccepted(t *testing.T, s *analysis.Snapshot, path string, item analysis.Completion) {
	content := s.Text(path).Content()
	put := func(written string) []analysis.Diagnostic {
		return s.WithText(path, content[:item.Replace.Start]+written+content[item.Replace.End:]).Diagnostics(path)
	}
	known := make(map[string]bool)
	for _, before := range [][]analysis.Diagnostic{s.Diagnostics(path), put("_")} {
		for _, d := range before {
			known[d.Code+d.Message] = true
		}
	}
	written := item.NewText
	if strings.HasSuffix(written, ": ") {
		written += "_"
	}
	was := s.Index().File(path).Problems
	if now := syntax.Parse(path, content[:item.Replace.Start]+written+content[item.Replace.End:]).Problems; len(now) > len(was) {
		t.Errorf("%s in place of %q: %s", item.NewText, s.Text(path).Slice(item.Replace), now[0].Message)
	}
	for _, d := range put(written) {
		if d.Code == "cue/syntax" { // it says what a label lacks by the name of that
			continue
		}
		if d.Severity == analysis.Error && !known[d.Code+d.Message] && d.Code != "release/missing-value" {
			t.Errorf("%s: %s in place of %q: %s", s.Text(path).Slice(s.Text(path).Line(s.Text(path).LineOf(item.Replace.Start))), item.NewText, s.Text(path).Slice(item.Replace), d.Message)
		}
	}
}

// TestCompletionAnywhere asks at every offset of the archives about completion, and of each
// with the rest of the file cut off, as while somebody types: nothing may panic.
func TestCompletionAnywhere(t *testing.T) {
	if slowness > 1 || testing.Short() {
		t.Skip("too slow")
	}
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		if f.Name != "complete_component_fields" && f.Name != "complete_import_names" && f.Name != "complete_dialect" && f.Name != "complete_root" && f.Name != "complete_metadata_label" {
			continue
		}
		s := load(t, f.Write(t))
		for _, path := range s.Files() {
			content := s.Text(path).Content()
			for offset := 0; offset <= len(content); offset++ {
				s.Completion(path, offset)
				if offset%5 == 0 {
					s.WithText(path, "\ufeff"+strings.ReplaceAll(content[:offset], "\n", "\r\n")).Completion(path, offset+len("\ufeff")+strings.Count(content[:offset], "\n"))
				}
			}
		}
	}
}
