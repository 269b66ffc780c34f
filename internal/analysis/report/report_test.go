package report_test

import (
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// TestPrettyHidesSecrets prints the last line of a source as the line of a diagnostic
// and as that of a related place.
func TestPrettyHidesSecrets(t *testing.T) {
	for name, test := range map[string]struct{ source, want string }{
		"short label":          {`password: "hunter2"`, `password: "•••••••"`},
		"no secret":            {`user: "ann"`, `user: "ann"`},
		"marks of a field":     {`token?: "abc"`, `token?: "•••"`},
		"required":             {`token!: "abc"`, `token!: "•••"`},
		"quoted label":         {`"api-token": "abc", "user-name": "ann"`, `"api-token": "•••", "user-name": "ann"`},
		"escaped label":        {`"pass\u0077ord": "abc"`, `"pass\u0077ord": "•••"`},
		"two fields":           {`{user: "ann", password: "abc"}`, `{user: "ann", password: "•••"}`},
		"two fields, reversed": {`{password: "abc", user: "ann"}`, `{password: "•••", user: "ann"}`},
		"short form":           {`database: password: "abc"`, `database: password: "•••"`},
		"label below a secret": {`secret: "the name": "abc"`, `secret: "the name": "•••"`},
		"struct on the line":   {`secret: {a: "x", b: ["y", 1]}, c: "z"`, `secret: {a: "•", b: ["•", 1]}, c: "z"`},
		"default mark":         {`password: string | *"abc"`, `password: string | *"•••"`},
		"pattern":              {`password: =~"^[a-z]+$"`, `password: =~"••••••••"`},
		"pattern as label":     {`[=~"password"]: "abc"`, `[=~"password"]: "•••"`},
		"bytes":                {`password: 'abc'`, `password: '•••'`},
		"raw string":           {`password: #"a"b"#`, `password: #"•••"#`},
		"empty":                {`password: "", user: "ann"`, `password: "", user: "ann"`},
		"interpolation":        {`password: "ab\(user)cd", user: "ann"`, `password: "••\(user)••", user: "ann"`},
		"interpolated string":  {`password: "a\(x + "b\("c")d")e"`, `password: "•\(x + "•\("•")•")•"`},
		"interpolated label":   {`"\(x)-token": "abc"`, `"\(x)-token": "•••"`},
		"half typed":           {`password: "abc`, `password: "•••`},
		"wide letters":         {`password: "東京é"`, `password: "•••••"`},
		"alias":                {`let password = "abc"`, `let password = "•••"`},
		"list over lines":      {"passwords: [\n\"abc\",", `"•••",`},
		"struct over lines":    {"secret: {\nuser: \"abc\"", `user: "•••"`},
		"behind that struct":   {"secret: {\nuser: \"abc\"\n}\nuser: \"ann\"", `user: "ann"`},
		"open bracket":         {"a: {\npassword: f(\n}\nuser: \"ann\"", `user: "ann"`},
		"bracket too many":     {"}\npassword: \"abc\"", `password: "•••"`},
		"many lines":           {"password: \"\"\"\nabc", `•••`},
	} {
		t.Run(name, func(t *testing.T) {
			out := pretty(t, "/w/a.cue", test.source+"\nafter: true\n")
			if n := strings.Count(out, "| "+test.want+"\n"); n != 2 {
				t.Errorf("want %s twice:\n%s", test.want, out)
			}
		})
	}
}

// TestPrettyKeepsColumns marks a field behind a secret.
func TestPrettyKeepsColumns(t *testing.T) {
	source := `{password: "東京	x", replicas: 99}`
	start := strings.Index(source, "99")
	out := prettyAt(t, "/w/a.cue", source, text.Span{Start: start, End: start + 2})
	const want = `
  | {password: "••••    •", replicas: 99}
  |                                   ^^
`
	if got := strings.ReplaceAll(out, "1 |", "  |"); !strings.Contains(got, want) {
		t.Errorf("got:\n%s\nwant:%s", out, want)
	}
}

// TestPrettyShowsControls holds that a file's name commands no terminal.
func TestPrettyShowsControls(t *testing.T) {
	out := pretty(t, "/w/\x1b[31m\u202e\u009bü\xff.cue", "a: 1")
	if !strings.Contains(out, `--> \x1b[31m\u202e\u009bü\xff.cue:1:1`) || strings.ContainsAny(out, "\x1b\u202e\u009b") {
		t.Errorf("%q", out)
	}
}

// pretty prints one diagnostic that stands on the line before the last.
func pretty(t *testing.T, path, source string) string {
	t.Helper()
	start := 0
	if lines := strings.Split(source, "\n"); len(lines) > 2 {
		start = len(strings.Join(lines[:len(lines)-3], "\n"))
		if start > 0 {
			start++
		}
	}
	return prettyAt(t, path, source, text.Span{Start: start, End: start})
}

func prettyAt(t *testing.T, path, source string, span text.Span) string {
	t.Helper()
	at := analysis.Location{Path: path, Span: span}
	in := report.Input{
		Root: "/w", Files: 1,
		Text:        func(string) *text.Text { return text.New(source) },
		Secrets:     func(string) cascade.Secrets { return cascade.Secrets{} },
		Diagnostics: []analysis.Diagnostic{{Location: at, Code: "a/b", Message: "it is wrong", Related: []analysis.Related{{Location: at}}}},
	}
	var out strings.Builder
	if err := report.Formats()[0].Print(&out, in); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
