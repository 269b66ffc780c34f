package lsp

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func TestApplyChanges(t *testing.T) {
	for _, test := range []struct {
		name, before, changes string
		enc                   text.Encoding
		want                  string // "" for an error
	}{
		{"whole document", "a", `[{"text":"b"}]`, text.UTF16, "b"},
		{"whole document, range null", "a", `[{"range":null,"text":"b"}]`, text.UTF16, "b"},
		{"insert", "ac", `[{"range":{"start":{"line":0,"character":1},"end":{"line":0,"character":1}},"text":"b"}]`, text.UTF16, "abc"},
		{"rangeLength is of no interest", "ac", `[{"range":{"start":{"line":0,"character":1},"end":{"line":0,"character":1}},"rangeLength":77,"text":"b"}]`, text.UTF16, "abc"},
		{"after an emoji, UTF-16", "😀c", `[{"range":{"start":{"line":0,"character":2},"end":{"line":0,"character":3}},"text":"b"}]`, text.UTF16, "😀b"},
		{"after an emoji, UTF-8", "😀c", `[{"range":{"start":{"line":0,"character":4},"end":{"line":0,"character":5}},"text":"b"}]`, text.UTF8, "😀b"},
		{"after an emoji, UTF-32", "😀c", `[{"range":{"start":{"line":0,"character":1},"end":{"line":0,"character":2}},"text":"b"}]`, text.UTF32, "😀b"},
		{"one after the other", "abc", `[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"text":""},
			{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"text":""}]`, text.UTF16, "c"},
		{"no changes", "a", `[]`, text.UTF16, "a"},
		{"join lines", "a\r\nb", `[{"range":{"start":{"line":0,"character":1},"end":{"line":1,"character":0}},"text":""}]`, text.UTF16, "ab"},
		{"behind the line's end", "a\nb", `[{"range":{"start":{"line":0,"character":9},"end":{"line":0,"character":9}},"text":"!"}]`, text.UTF16, "a!\nb"},
		{"behind the last line", "a\nb", `[{"range":{"start":{"line":1000,"character":7},"end":{"line":1000,"character":9}},"text":"!"}]`, text.UTF16, "a\nb!"},
		{"behind the last line, which is empty", "a\n", `[{"range":{"start":{"line":2,"character":0},"end":{"line":2,"character":0}},"text":"!"}]`, text.UTF8, "a\n!"},
		{"all, with an end that no text reaches", "a\nb\n", `[{"range":{"start":{"line":0,"character":0},"end":{"line":2147483648,"character":0}},"text":"c\nd"}]`, text.UTF16, "c\nd"},
		{"all, with an end one line behind", "a\n😀b", `[{"range":{"start":{"line":0,"character":0},"end":{"line":2,"character":0}},"text":"c"}]`, text.UTF32, "c"},
		{"one line behind what the first left", "a\nb", `[{"text":"x"},{"range":{"start":{"line":1,"character":0},"end":{"line":1,"character":0}},"text":"!"}]`, text.UTF16, "x!"},
		{"ends in a line before", "a\nb", `[{"range":{"start":{"line":1,"character":0},"end":{"line":0,"character":1}},"text":"!"}]`, text.UTF16, ""},
		{"ends before it starts, both behind the last line", "a\nb", `[{"range":{"start":{"line":9,"character":0},"end":{"line":8,"character":0}},"text":"!"}]`, text.UTF16, ""},
		{"ends before it starts", "abc", `[{"range":{"start":{"line":0,"character":2},"end":{"line":0,"character":1}},"text":"!"}]`, text.UTF16, ""},
		{"the second is wrong", "abc", `[{"text":"x"},{"range":{"start":{"line":0,"character":1},"end":{"line":0,"character":0}},"text":"!"}]`, text.UTF16, ""},
		{"no text", "abc", `[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}]`, text.UTF16, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var changes []contentChange
			if err := json.Unmarshal([]byte(test.changes), &changes); err != nil {
				t.Fatal(err)
			}
			got, _, err := applyChanges(text.New(test.before), changes, test.enc)
			switch {
			case test.want == "" && err == nil:
				t.Errorf("gives %q, want an error", got.Content())
			case test.want != "" && err != nil:
				t.Errorf("gives the error %v, want %q", err, test.want)
			case err == nil && got.Content() != test.want:
				t.Errorf("gives %q, want %q", got.Content(), test.want)
			}
		})
	}
}

// FuzzApplyChanges applies random edits with the server's code and with a
// reference that knows neither bytes nor lines as the server does: it keeps the
// document as a list of units of the encoding.
func FuzzApplyChanges(f *testing.F) {
	for seed, content := range []string{
		"", "a", "package a\n\nvalues: replicas: 3\n", "a\r\nb\rc\n\r", "😀\n👩\u200d🚀 e\u0301\r\n\ufeffx", "\t\"ü\": \"€\"\n",
	} {
		f.Add(content, uint64(seed))
	}
	f.Fuzz(func(t *testing.T, content string, seed uint64) {
		content = strings.ToValidUTF8(content, "\ufffd") // JSON carries nothing else
		for _, enc := range []text.Encoding{text.UTF8, text.UTF16, text.UTF32} {
			random := rand.New(rand.NewPCG(seed, uint64(enc)))
			document, reference := text.New(content), content
			for range 8 {
				var batch []contentChange
				for range 1 + random.IntN(3) {
					var change contentChange
					reference, change = randomEdit(random, reference, enc)
					batch = append(batch, change)
				}
				next, _, err := applyChanges(document, batch, enc)
				if err != nil {
					t.Fatalf("%v: %v", enc, err)
				}
				document = next
				if document.Content() != reference {
					t.Fatalf("%v: the text is %q, want %q", enc, document.Content(), reference)
				}
			}
		}
	})
}

// randomEdit makes an edit of the text, and returns the text after it, computed
// from characters, and the edit as an editor would describe it.
func randomEdit(random *rand.Rand, before string, enc text.Encoding) (string, contentChange) {
	insertions := []string{"", "a", "\n", "\r\n", "\r", "😀", "e\u0301", "x: {\n\ty: 1\n}\n", "€"}
	inserted := insertions[random.IntN(len(insertions))]
	if random.IntN(12) == 0 {
		return inserted, contentChange{Text: &inserted}
	}
	runes := []rune(before)
	start := random.IntN(len(runes) + 1)
	end := start + random.IntN(min(len(runes)-start, 12)+1)
	// No position lies between CR and LF.
	between := func(i int) bool { return i > 0 && i < len(runes) && runes[i-1] == '\r' && runes[i] == '\n' }
	if between(start) {
		start--
	}
	if between(end) {
		end++
	}
	raw := fmt.Sprintf(`{"range":{"start":%s,"end":%s}}`, countPosition(runes[:start], enc), countPosition(runes[:end], enc))
	var change contentChange
	if err := json.Unmarshal([]byte(raw), &change); err != nil {
		panic(err)
	}
	change.Text = &inserted
	return string(runes[:start]) + inserted + string(runes[end:]), change
}

// countPosition returns the position behind the runes, as JSON.
func countPosition(runes []rune, enc text.Encoding) string {
	line, character := 0, 0
	for i, r := range runes {
		switch {
		case r == '\n' || r == '\r' && (i+1 == len(runes) || runes[i+1] != '\n'):
			line, character = line+1, 0
		case r == '\r':
		case enc == text.UTF8:
			character += len(string(r))
		case enc == text.UTF16:
			character += len(utf16.Encode([]rune{r}))
		default:
			character++
		}
	}
	return fmt.Sprintf(`{"line":%d,"character":%d}`, line, character)
}

// TestPipelined sends many edits with questions between them, without waiting.
// Each answer has to be about the text at its place in the stream.
func TestPipelined(t *testing.T) {
	e := start(t, setup{})
	e.initialize(`{"general":{"positionEncodings":["utf-8"]}}`)
	e.open("/ws/a.cue", 0, "")
	want := map[string]string{}
	for i := 1; i <= 2000; i++ {
		e.notify("textDocument/didChange", map[string]any{
			"textDocument": map[string]any{"uri": "file:///ws/a.cue", "version": i},
			"contentChanges": []any{map[string]any{
				"range": map[string]any{
					"start": map[string]any{"line": 0, "character": 0},
					"end":   map[string]any{"line": 0, "character": 99},
				},
				"text": fmt.Sprint(i),
			}}})
		if i%7 == 0 {
			want[e.send("textDocument/hover", at("/ws/a.cue", 0, 0))] = fmt.Sprint(i)
		}
	}
	for id, text := range want {
		if got := between(string(e.answer(id).Result), `"value":"`, `"`); got != text {
			t.Errorf("the question after edit %s is answered for the text %s", text, got)
		}
	}
}

func TestStrangeChanges(t *testing.T) {
	e := start(t, setup{world: newWorld(map[string]string{"/ws/closed.cue": "on disk"})})
	e.initialize(`{}`)
	e.open("/ws/a.cue", 5, "one\ntwo\n")
	change := func(path string, version any, changes string) {
		e.notify("textDocument/didChange", map[string]any{
			"textDocument":   map[string]any{"uri": "file://" + path, "version": version},
			"contentChanges": json.RawMessage(changes)})
	}
	expect := func(what, want string) {
		t.Helper()
		if got := e.text("/ws/a.cue"); got != want {
			t.Errorf("after %s the text is %q, want %q", what, got, want)
		}
	}
	change("/ws/a.cue", 6, `[{"range":{"start":{"line":9,"character":0},"end":{"line":9,"character":1}},"text":"three"}]`)
	expect("a change behind the last line", "one\ntwo\nthree")
	if !strings.Contains(e.log.String(), "behind the end of the document") {
		t.Error("a change behind the last line is not logged")
	}
	change("/ws/a.cue", 6, `[{"range":{"start":{"line":0,"character":0},"end":{"line":2147483648,"character":0}},"text":"one\ntwo\n"}]`)
	expect("a change of all that there may be", "one\ntwo\n")
	change("/ws/a.cue", 6, `[{"range":{"start":{"line":9,"character":0},"end":{"line":1,"character":1}},"text":"x"}]`)
	expect("a change that ends before it starts", "one\ntwo\n")
	change("/ws/a.cue", 7, `[{"range":{"start":{"line":0,"character":-1},"end":{"line":0,"character":1}},"text":"x"}]`)
	expect("a negative character", "one\ntwo\n")
	change("/ws/a.cue", 7, `[{"range":{"start":{"line":0.5,"character":0},"end":{"line":0,"character":1}},"text":"x"}]`)
	expect("half a line", "one\ntwo\n")
	change("/ws/a.cue", 7, `[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"text":null}]`)
	expect("no text", "one\ntwo\n")
	change("/ws/a.cue", 7, `{}`)
	expect("changes that are no list", "one\ntwo\n")
	change("/ws/a.cue", "seven", `[{"text":"x"}]`)
	expect("a version in words", "one\ntwo\n")
	change("/ws/a.cue", 1e12, `[{"text":"x"}]`)
	expect("a version beyond all numbers", "one\ntwo\n")
	change("/ws/closed.cue", 2, `[{"text":"x"}]`)
	if got := e.text("/ws/closed.cue"); got != "on disk" {
		t.Errorf("a change of a document that is not open makes it %q", got)
	}
	change("/ws/a.cue", 3, `[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":3}},"text":"1"}]`)
	expect("a version that went back", "1\ntwo\n")
	e.open("/ws/a.cue", 1, "again")
	expect("a second didOpen", "again")
	e.close("/ws/closed.cue") // is not open
	e.close("/ws/a.cue")
	e.close("/ws/a.cue")
	if got := e.call("textDocument/hover", at("/ws/a.cue", 0, 0)).answer(); got != "null" {
		t.Errorf("a file that is only in the editor is still there after it is closed: %s", got)
	}
	for _, secret := range []string{"one", "two", "again"} {
		if strings.Contains(e.log.String(), secret) {
			t.Errorf("the log quotes the document: %q", secret)
		}
	}
}

func TestOtherSchemes(t *testing.T) {
	e := start(t, setup{})
	e.initialize(`{}`)
	for _, uri := range []string{
		"untitled:Untitled-1", "git:/ws/a.cue?ref", "http://example.com/a.cue", "file://server/share/a.cue", "file:///", "", "::",
		"file:///a%00b.cue", "a.cue%", "vscode-notebook-cell:/ws/a.cue#1",
	} {
		document := map[string]any{"uri": uri, "version": 1, "text": "bad", "languageId": "cue"}
		e.notify("textDocument/didOpen", map[string]any{"textDocument": document})
		e.notify("textDocument/didChange", map[string]any{"textDocument": document, "contentChanges": []any{map[string]any{"text": "bad"}}})
		m := e.call("textDocument/hover", map[string]any{"textDocument": document, "position": map[string]any{"line": 0, "character": 0}})
		if got := m.answer(); got != "null" && got != "error -32602" {
			t.Errorf("hover in %q: %s", uri, got)
		}
		e.notify("textDocument/didSave", map[string]any{"textDocument": document})
		e.notify("textDocument/didClose", map[string]any{"textDocument": document})
	}
	e.open("/ws/a.cue", 1, "bad")
	e.expect("/ws/a.cue@1: 1")
}

// TestURISpelling holds that the client gets back its own spelling of a URI.
func TestURISpelling(t *testing.T) {
	e := start(t, setup{})
	e.initialize(`{}`)
	for _, spelled := range []string{"file:///ws/a%20b.cue", "file:///ws/a b.cue", "file:///ws/%61%20b.cue", "file:///ws/x@1.cue", "file:///ws/x%401.cue"} {
		e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": spelled, "version": 1, "text": "bad"}})
		if got := e.published().URI; got != spelled {
			t.Errorf("diagnostics of %s are published for %s", spelled, got)
		}
		e.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": spelled}})
		if got := e.published(); got.URI != spelled || len(got.Diagnostics) != 0 {
			t.Errorf("after closing %s, %s is published", spelled, got.summary())
		}
	}
}
