package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
		"looks like one":       {`note: "AKIA` + `IOSFODNN7EXAMPLE", user: "ann"`, `note: "••••••••••••••••••••", user: "ann"`},
		"no quotes":            {`password: hunter2, user: ann`, `password: •••••••, user: ann`},
		"no quotes, dots":      {`token: abc.def.ghi, user: ann`, `token: •••.•••.•••, user: ann`},
		"number":               {`password: 12345, port: 80`, `password: •••••, port: 80`},
		"number as default":    {`password: int | *12345`, `password: int | *•••••`},
		"type and bound":       {`password: string & strings.MinRunes(8), port: 80`, `password: string & strings.MinRunes(8), port: 80`},
		"reference":            {"let user = 1\npassword: values.db.password & user & _p & #P", `password: values.db.password & user & _p & #P`},
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
	in := input(map[string]string{path: source})
	in.Diagnostics = []analysis.Diagnostic{{Location: at, Code: "a/b", Message: "it is wrong", Related: []analysis.Related{{Location: at}}}}
	return printed(t, "pretty", in)
}

// input returns the input of a report about some files in /w, by path.
func input(files map[string]string) report.Input {
	texts := make(map[string]*text.Text)
	for path, content := range files {
		texts[path] = text.New(content)
	}
	return report.Input{
		Root:    "/w",
		Files:   len(files),
		Text:    func(path string) *text.Text { return texts[path] },
		Secrets: func(string) cascade.Secrets { return cascade.NewSecrets([]string{"tls.key"}) },
	}
}

// printed returns a report in a format.
func printed(t *testing.T, format string, in report.Input) string {
	t.Helper()
	for _, f := range report.Formats() {
		if f.Name != format {
			continue
		}
		var out strings.Builder
		if err := f.Print(&out, in); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	t.Fatalf("there is no format %s", format)
	return ""
}

// spanOf returns the only place of a part in a text.
func spanOf(t *testing.T, content, part string) text.Span {
	t.Helper()
	if strings.Count(content, part) != 1 {
		t.Fatalf("%q does not stand once in:\n%s", part, content)
	}
	start := strings.Index(content, part)
	return text.Span{Start: start, End: start + len(part)}
}

// TestNoFormatTellsSecrets reports on lines with secrets on them, with fixes that would
// write one.
func TestNoFormatTellsSecrets(t *testing.T) {
	const path, other = "/w/release.cue", "/w/module.cue"
	source := "values: {\n\tpassword: \"HUSH-1\", user: \"ann\", replcas: 1\n\ttls: key: \"HUSH-2\"\n\tnotes: \"\"\"\n\t\ta\n\t\t\"\"\"\n}\n"
	module := "values: db: {password: string | *\"HUSH-3\"}\n"
	in := input(map[string]string{path: source, other: module})
	at := func(part string) analysis.Location {
		return analysis.Location{Path: path, Span: spanOf(t, source, part)}
	}
	inModule := analysis.Location{Path: other, Span: spanOf(t, module, "password")}
	replace := func(l analysis.Location, with string) analysis.Fix {
		return analysis.Fix{Title: "Write something else", Edits: []analysis.Edit{{Location: l, NewText: with}}}
	}
	in.Diagnostics = []analysis.Diagnostic{{
		Location: at("replcas"), Severity: analysis.Error, Code: "release/unknown-value", Message: "`replcas` is no value.",
		Related: []analysis.Related{{Location: inModule, Message: "A password."}, {Location: at(`key`), Message: "A key."}},
		Fixes: []analysis.Fix{
			replace(at("replcas"), "replicas"),
			replace(at(`replcas: 1`), `token: "HUSH-4"`), // a secret by its name
			replace(at(`"ann"`), `"HUSH-1"`),             // by its value
			replace(at("notes"), `password`),             // tells nothing itself
			replace(at(`"ann"`), `"HUSH-3"`),             // from another file
			{Title: "Move it", Edits: []analysis.Edit{{Location: at("replcas")}, {Location: inModule, NewText: `password: string | *"HUSH-5", other`}}},
		},
	}, {
		Location: at(`password`), Severity: analysis.Warning, Code: "release/invalid-value", Message: "`password` is a secret.",
	}, {
		Location: at(`key`), Severity: analysis.Hint, Code: "release/invalid-value", Message: "`tls.key` is a secret.",
	}}
	for _, f := range report.Formats() {
		if out := printed(t, f.Name, in); strings.Contains(out, "HUSH") || !strings.Contains(out, "invalid-value") {
			for _, line := range strings.Split(out, "\n") {
				if strings.Contains(line, "HUSH") {
					t.Errorf("%s: %s", f.Name, line)
				}
			}
			t.Errorf("%s fails", f.Name)
		}
	}
	out := printed(t, "sarif", in)
	if n := strings.Count(out, `"Write something else"`); n != 2 || !strings.Contains(out, `"text": "replicas"`) || strings.Contains(out, "Move it") {
		t.Errorf("%d fixes are left, want those that rename", n)
	}
	if strings.Contains(out, "primaryLocationLineHash") {
		t.Error("a secret went into a hash")
	}
}

func TestCompact(t *testing.T) {
	source := "a: 1\n\tb: \"東京😀\", c: 2\n"
	in := input(map[string]string{"/w/dir/a b.cue": source, "/elsewhere/x\x1b.cue": source})
	in.Diagnostics = []analysis.Diagnostic{
		{Location: analysis.Location{Path: "/elsewhere/x\x1b.cue", Span: spanOf(t, source, "a")}, Severity: analysis.Hint, Code: "a/b", Message: "One\x1b[31m."},
		{Location: analysis.Location{Path: "/w/dir/a b.cue", Span: spanOf(t, source, "c")}, Severity: analysis.Error, Code: "c/d", Message: "Two."},
		{Location: analysis.Location{Path: "/w/gone.cue"}, Severity: analysis.Warning, Code: "e/f", Message: "Three."},
	}
	in.Fixed = &report.Fixed{Fixes: 1, Files: 1}
	want := `/elsewhere/x\x1b.cue:1:1: hint[a/b]: One\x1b[31m.
dir/a b.cue:2:12: error[c/d]: Two.
gone.cue: warning[e/f]: Three.
Fixed 1 problem in 1 file.
2 files checked: 1 error and 1 warning and 1 note in 3 files.
`
	if diff := cmp.Diff(want, printed(t, "compact", in)); diff != "" {
		t.Error(diff)
	}
}

func TestGitHub(t *testing.T) {
	source := "a: 1\n\tb: \"東京😀\", c: {\n}\n"
	in := input(map[string]string{"/w/sub/a,b:100%.cue": source})
	in.Root, in.Repository = "/w/sub", "/w"
	at := func(part string) analysis.Location {
		return analysis.Location{Path: "/w/sub/a,b:100%.cue", Span: spanOf(t, source, part)}
	}
	in.Diagnostics = []analysis.Diagnostic{
		{Location: at("a"), Severity: analysis.Information, Code: "a/b", Message: "100%\n::error::injected\r"},
		{Location: at(`"東京😀"`), Severity: analysis.Warning, Code: "c/d", Message: "Two, three: four.", Related: []analysis.Related{{Location: at("c"), Message: "See this."}}},
		{Location: at("c: {\n}"), Severity: analysis.Error, Code: "e/f", Message: "Over lines."},
		{Location: analysis.Location{Path: "/w/gone.cue"}, Severity: analysis.Hint, Code: "g/h", Message: "Gone."},
	}
	const name = "sub/a%2Cb%3A100%25.cue"
	want := `::notice file=` + name + `,line=1,endLine=1,col=1,endColumn=2,title=a/b::sub/a,b:100%25.cue:1:1: 100%25\n::error::injected\r
::warning file=` + name + `,line=2,endLine=2,col=5,endColumn=10,title=c/d::sub/a,b:100%25.cue:2:5: Two, three: four.%0Asub/a,b:100%25.cue:2:12: See this.
::error file=` + name + `,line=2,endLine=3,title=e/f::sub/a,b:100%25.cue:2:12: Over lines.
::notice file=gone.cue,title=g/h::gone.cue: Gone.
1 file checked: 1 error and 1 warning and 2 notes in 2 files.
`
	if diff := cmp.Diff(want, printed(t, "github", in)); diff != "" {
		t.Error(diff)
	}
}
