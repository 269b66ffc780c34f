package analysis_test

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
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
