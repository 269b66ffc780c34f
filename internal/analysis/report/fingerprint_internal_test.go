package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// TestLineHashes compares with hashes that GitHub's upload action computes, those in
// src/fingerprints.test.ts of github.com/github/codeql-action.
func TestLineHashes(t *testing.T) {
	greetings := []string{
		"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1",
		"c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1",
	}
	for _, test := range []struct {
		content string
		want    []string
	}{
		{"", []string{"c129715d7a2bc9a3:1"}},
		{" a\nb\n  \t\tc\n d", []string{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"}},
		{" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", greetings},
		{" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", greetings},
		{" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", greetings},
		{" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", greetings},
		{strings.Repeat("Lorem ipsum dolor sit amet.\n", 10), []string{
			"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6",
			"a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1",
		}},
	} {
		if diff := cmp.Diff(test.want, lineHashes(test.content, nil)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.content, diff)
		}
	}
}

// TestLineHashesWithoutSecrets holds that a line has none whose characters reach into a
// secret.
func TestLineHashesWithoutSecrets(t *testing.T) {
	content := strings.Repeat("x", 150) + "\nsecret\n" + strings.Repeat("y", 150) + "\n"
	at := strings.Index(content, "secret")
	got := lineHashes(content, []text.Span{{Start: at, End: at + len("secret")}})
	var has []bool
	for _, hash := range got {
		has = append(has, hash != "")
	}
	if diff := cmp.Diff([]bool{true, false, true, true}, has); diff != "" {
		t.Errorf("%v (-want +got):\n%s", got, diff)
	}
}
