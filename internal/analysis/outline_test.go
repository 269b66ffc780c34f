package analysis_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// The answers about what a file declares and looks like, as archives hold them.

func (p printer) file(name string) string {
	return filepath.Join(p.root, filepath.FromSlash(name))
}

// lines returns a span as "line:character-line:character" from 1.
func (p printer) span(path string, span text.Span) string {
	_, place, _ := strings.Cut(p.place(analysis.Location{Path: path, Span: span}), ":")
	return place
}

var symbolKinds = map[analysis.SymbolKind]string{
	analysis.FieldSymbol: "field", analysis.DefinitionSymbol: "definition", analysis.ModuleSymbol: "module",
	analysis.ReleaseSymbol: "release", analysis.ConfigurationSymbol: "configuration", analysis.ComponentSymbol: "component",
	analysis.ScopeSymbol: "scope", analysis.SchemaSymbol: "schema", analysis.SlotSymbol: "slot", analysis.StructSymbol: "struct",
	analysis.ListSymbol: "list", analysis.StringSymbol: "string", analysis.NumberSymbol: "number", analysis.BoolSymbol: "bool",
	analysis.NullSymbol: "null", analysis.VariableSymbol: "variable",
}

func (p printer) symbols(name string) string {
	path := p.file(name)
	var b strings.Builder
	var print func(list []analysis.Symbol, indent string)
	print = func(list []analysis.Symbol, indent string) {
		for _, s := range list {
			fmt.Fprintf(&b, "%s%s %s", indent, symbolKinds[s.Kind], s.Name)
			if s.Detail != "" {
				fmt.Fprintf(&b, " | %s", s.Detail)
			}
			if s.Deprecated {
				b.WriteString(" | deprecated")
			}
			fmt.Fprintf(&b, " (%s, name %s)\n", p.span(path, s.Span), p.span(path, s.Focus))
			print(s.Below, indent+"\t")
		}
	}
	print(p.s.DocumentSymbols(path), "")
	return orNothing(b.String())
}

func orNothing(s string) string {
	if s == "" {
		return "nothing\n"
	}
	return s
}

func (p printer) search(query string) string {
	var b strings.Builder
	for _, s := range p.s.WorkspaceSymbols(query, 100) {
		fmt.Fprintf(&b, "%s %s | %s | %s\n", symbolKinds[s.Kind], s.Name, s.Container, p.place(s.Location))
	}
	return orNothing(b.String())
}

func (p printer) family(path string, offset int) string {
	at := p.s.Family(path, offset)
	if at == nil {
		return "nothing\n"
	}
	var b strings.Builder
	print := func(word string, r *analysis.Relative) {
		fmt.Fprintf(&b, "%s%s %s | %s | %s\n", word, symbolKinds[r.Kind], r.Name, r.Detail, p.place(analysis.Location{Path: r.Path, Span: r.Focus}))
	}
	print("", at)
	for _, r := range p.s.Ancestors(at.Path, at.Labels) {
		print("\tfrom ", r)
	}
	for _, r := range p.s.Descendants(at.Path, at.Labels) {
		print("\tinto ", r)
	}
	return b.String()
}

func (p printer) calls(path string, offset int) string {
	at := p.s.StopAt(path, offset)
	if at == nil {
		return "nothing\n"
	}
	var b strings.Builder
	print := func(word string, s analysis.Stop) {
		fmt.Fprintf(&b, "%s%s %s | %s | %s\n", word, symbolKinds[s.Kind], s.Name, s.Detail, p.place(analysis.Location{Path: s.Path, Span: s.Focus}))
	}
	print("", *at)
	for _, way := range p.s.Readers(at.Path, at.Focus.Start) {
		print("\tread by ", way.To)
		for _, read := range way.Reads {
			fmt.Fprintf(&b, "\t\tat %s %s\n", p.span(way.To.Path, read), p.s.Text(way.To.Path).Slice(read))
		}
	}
	for _, way := range p.s.Sources(at.Path, at.Focus.Start) {
		print("\treads ", way.To)
		for _, read := range way.Reads {
			fmt.Fprintf(&b, "\t\tat %s %s\n", p.span(at.Path, read), p.s.Text(at.Path).Slice(read))
		}
	}
	return b.String()
}

func (p printer) imports(name string) string {
	var b strings.Builder
	for _, l := range p.s.ImportLinks(p.file(name)) {
		target := l.Page
		if l.Path != "" {
			target, _, _ = strings.Cut(p.place(analysis.Location{Path: l.Path}), ":1:1")
			target += fmt.Sprintf(":%d", l.Line+1)
		}
		fmt.Fprintf(&b, "%s %s | %s | %s\n", p.span(p.file(name), l.Span), p.s.Text(p.file(name)).Slice(l.Span), target, l.Tooltip)
	}
	return orNothing(b.String())
}

func (p printer) folds(name string) string {
	path := p.file(name)
	var b strings.Builder
	for _, f := range p.s.Folds(path) {
		first, last := p.s.Text(path).LineOf(f.Inside.Start), p.s.Text(path).LineOf(f.Inside.End)
		fmt.Fprintf(&b, "%s %s %q … %q\n", []string{"code", "comment", "imports"}[f.Kind], p.span(path, f.Inside),
			p.s.Text(path).Slice(p.s.Text(path).Line(first)), p.s.Text(path).Slice(p.s.Text(path).Line(last)))
	}
	return orNothing(b.String())
}

func (p printer) selections(path string, offset int) string {
	var b strings.Builder
	for _, span := range p.s.Selections(path, offset) {
		source := p.s.Text(path).Slice(span)
		if runes := []rune(source); len(runes) > 60 {
			source = string(runes[:28]) + " … " + string(runes[len(runes)-28:])
		}
		fmt.Fprintf(&b, "%s %q\n", p.span(path, span), source)
	}
	return b.String()
}

func (p printer) tokens(name string) string {
	path := p.file(name)
	var b strings.Builder
	for _, t := range p.s.Tokens(path) {
		fmt.Fprintf(&b, "%s %s %s", p.span(path, t.Span), p.s.Text(path).Slice(t.Span), t.Type)
		for _, m := range analysis.TokenModifierNames() {
			if t.Modifiers&m.Modifier != 0 {
				fmt.Fprintf(&b, " %s", m.Name)
			}
		}
		b.WriteByte('\n')
	}
	return orNothing(b.String())
}

// format prints the edits of a file, or of those of its lines that the arguments name: first
// and last, from 1.
func (p printer) format(arguments string) string {
	fields := strings.Fields(arguments)
	path := p.file(fields[0])
	t := p.s.Text(path)
	edits := p.s.Formatting(path)
	if len(fields) == 3 {
		first, _ := strconv.Atoi(fields[1])
		last, _ := strconv.Atoi(fields[2])
		edits = p.s.RangeFormatting(path, text.Span{Start: t.Line(first - 1).Start, End: t.Line(last - 1).End})
	}
	var b strings.Builder
	for _, e := range edits {
		fmt.Fprintf(&b, "%s %q -> %q\n", p.span(path, e.Span), t.Slice(e.Span), e.NewText)
	}
	return orNothing(b.String())
}

// TestNoSecretInOutlines reads the answers of the archives about files whose secrets all
// begin with a word of their own.
func TestNoSecretInOutlines(t *testing.T) {
	asked := 0
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		for _, name := range f.Wants() {
			question, _, _ := strings.Cut(name, " ")
			if !slices.Contains([]string{"symbols", "search", "family", "calls", "tokens", "imports"}, question) {
				continue
			}
			asked++
			if want, _ := f.Want(name); strings.Contains(want, "HUSH") {
				t.Errorf("%s: @%s shows a secret", f.Name, name)
			}
		}
	}
	if asked < 20 {
		t.Errorf("only %d questions were asked", asked)
	}
}

// eachFile calls f for every file of every archive and of the example workspace. Many
// archives have a file in common: of each text it takes one.
func eachFile(t *testing.T, f func(t *testing.T, s *analysis.Snapshot, path string)) {
	seen := make(map[string]bool)
	eachWorkspace(t, func(t *testing.T, s *analysis.Snapshot) {
		for _, path := range s.Files() {
			if content := s.Text(path).Content(); !seen[content] {
				seen[content] = true
				f(t, s, path)
			}
		}
	})
}

// eachWorkspace calls f for the workspace of every archive and for the example workspace.
func eachWorkspace(t *testing.T, f func(t *testing.T, s *analysis.Snapshot)) {
	for _, archive := range fixture.All(t, "../../testdata/fixtures") {
		t.Run(archive.Name, func(t *testing.T) {
			s, _, err := analysis.Load(context.Background(), []string{archive.Write(t)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			f(t, s)
		})
	}
	t.Run("example", func(t *testing.T) {
		dir, err := filepath.Abs("../../testdata/workspace")
		if err != nil {
			t.Fatal(err)
		}
		f(t, load(t, dir))
	})
}

// variants returns a text as it is, with other line endings, behind a byte order mark, and
// as a typing hand leaves it: cut off, and with a character taken away here and there.
func variants(content string) []string {
	out := []string{content, strings.ReplaceAll(content, "\n", "\r\n"), "\ufeff" + content, "// 😀 " + content}
	step := max(len(content)/6, 1)
	for at := 0; at < len(content); at += step {
		out = append(out, content[:at], content[:at]+content[at+1:])
	}
	return out
}

// TestOutlineHolds asks about every file of every workspace, also while it is broken: what
// LSP demands of the answers holds.
func TestOutlineHolds(t *testing.T) {
	eachFile(t, func(t *testing.T, s *analysis.Snapshot, path string) {
		for i, variant := range variants(s.Text(path).Content()) {
			if testing.Short() && i > 4 {
				break
			}
			after := s.WithText(path, variant)
			checkSymbols(t, path, after.DocumentSymbols(path), text.Span{End: len(variant)})
			checkTokens(t, after, path)
			checkFolds(t, after, path)
			checkFormatting(t, after, path)
			after.ImportLinks(path)
		}
	})
}

func checkSymbols(t *testing.T, path string, symbols []analysis.Symbol, within text.Span) {
	t.Helper()
	for i, s := range symbols {
		switch {
		case !within.Covers(s.Span):
			t.Errorf("%s: %s at %v is not in %v", path, s.Name, s.Span, within)
		case !s.Span.Covers(s.Focus):
			t.Errorf("%s: the name of %s at %v is not in %v", path, s.Name, s.Focus, s.Span)
		case strings.TrimSpace(s.Name) == "":
			t.Errorf("%s: a symbol at %v has no name", path, s.Span)
		case i > 0 && s.Span.Start < symbols[i-1].Span.End:
			t.Errorf("%s: %s at %v begins in %s at %v", path, s.Name, s.Span, symbols[i-1].Name, symbols[i-1].Span)
		}
		checkSymbols(t, path, s.Below, s.Span)
	}
}

func checkTokens(t *testing.T, s *analysis.Snapshot, path string) {
	t.Helper()
	end := 0
	for _, token := range s.Tokens(path) {
		source := s.Text(path).Slice(token.Span)
		if token.Span.Start < end || token.Span.Len() <= 0 || token.Span.End > s.Text(path).Len() || strings.ContainsAny(source, "\r\n") {
			t.Errorf("%s: the token %q at %v comes behind %d", path, source, token.Span, end)
		}
		if !slices.Contains(analysis.TokenTypes(), token.Type) {
			t.Errorf("%s: the type %q is not announced", path, token.Type)
		}
		end = token.Span.End
	}
}

func checkFolds(t *testing.T, s *analysis.Snapshot, path string) {
	t.Helper()
	start := 0
	for _, f := range s.Folds(path) {
		if f.Inside.Start < start || f.Inside.End < f.Inside.Start || f.Inside.End > s.Text(path).Len() {
			t.Errorf("%s: the fold %v is not in order or not in the text", path, f.Inside)
		}
		start = f.Inside.Start
	}
}

// checkFormatting holds that the edits make what cue fmt makes, in order and apart, and
// that there is nothing to do afterwards.
func checkFormatting(t *testing.T, s *analysis.Snapshot, path string) {
	t.Helper()
	edits := s.Formatting(path)
	if len(edits) == 0 {
		return
	}
	content := s.Text(path).Content()
	after := s.WithText(path, edited(t, content, edits))
	if again := after.Formatting(path); len(again) > 0 {
		t.Errorf("%s: formatted twice, the second time does %v", path, again)
	}
	if strings.Count(content, "\n") > 0 && strings.Count(content, "\r\n") == strings.Count(content, "\n") {
		now := after.Text(path).Content()
		if strings.Count(now, "\r\n") != strings.Count(now, "\n") {
			t.Errorf("%s: other line endings", path)
		}
	}
}

// TestRangeFormattingOfEachLine takes the example workspace out of form. Each line that
// formatting changes is changed by formatting that line alone, and no other is.
func TestRangeFormattingOfEachLine(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, dir)
	mess := strings.NewReplacer("\t\t", "   ", ":  ", ": ", "}, {", "},\n  {")
	lines := 0
	for _, path := range s.Files() {
		after := s.WithText(path, mess.Replace(s.Text(path).Content()))
		content := after.Text(path)
		for _, e := range after.Formatting(path) {
			line := content.Line(content.LineOf(e.Span.Start))
			edits := after.RangeFormatting(path, line)
			lines++
			if !slices.Contains(edits, e) {
				t.Errorf("%s: alone, the line %q gets %v and not %v", path, content.Slice(line), edits, e)
			}
			for _, other := range edits {
				if content.LineOf(other.Span.Start) != content.LineOf(line.Start) {
					t.Errorf("%s: formatting the line %q changes another: %v", path, content.Slice(line), other)
				}
			}
		}
	}
	if lines < 300 {
		t.Errorf("only %d lines were out of form", lines)
	}
}

func edited(t *testing.T, content string, edits []analysis.Edit) string {
	t.Helper()
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.Span.Start < at || e.Span.End < e.Span.Start || e.Span.End > len(content) {
			t.Fatalf("the edit at %v comes behind %d", e.Span, at)
		}
		b.WriteString(content[at:e.Span.Start])
		b.WriteString(e.NewText)
		at = e.Span.End
	}
	return b.String() + content[at:]
}

// TestOutlineAtEveryOffset asks what belongs to a place at every byte of every file.
func TestOutlineAtEveryOffset(t *testing.T) {
	eachFile(t, func(t *testing.T, s *analysis.Snapshot, path string) {
		length := s.Text(path).Len()
		asked := make(map[string]bool) // of the same document or stop once
		for offset := 0; offset <= length; offset++ {
			checkSelections(t, s, path, offset)
			checkFamily(t, s, path, offset, asked)
			checkWays(t, s, path, offset, asked)
		}
	})
}

func checkSelections(t *testing.T, s *analysis.Snapshot, path string, offset int) {
	t.Helper()
	spans := s.Selections(path, offset)
	for i, span := range spans {
		if !span.Contains(offset) {
			t.Errorf("%s: the selection %v is not around %d", path, span, offset)
		}
		if i > 0 && (!span.Covers(spans[i-1]) || span == spans[i-1]) {
			t.Errorf("%s: %v is not larger than %v at %d", path, span, spans[i-1], offset)
		}
	}
	if len(spans) == 0 || spans[len(spans)-1] != (text.Span{End: s.Text(path).Len()}) {
		t.Errorf("%s: the selections at %d do not end with the file: %v", path, offset, spans)
	}
}

func checkFamily(t *testing.T, s *analysis.Snapshot, path string, offset int, asked map[string]bool) {
	t.Helper()
	r := s.Family(path, offset)
	if r == nil {
		return
	}
	if !r.Span.Covers(r.Focus) || r.Span.End > s.Text(r.Path).Len() {
		t.Errorf("%s: the document at %d has its name at %v, outside of %v", path, offset, r.Focus, r.Span)
	}
	if key := fmt.Sprint(r.Path, r.Labels); !asked[key] {
		asked[key] = true
		for _, relative := range slices.Concat(s.Ancestors(r.Path, r.Labels), s.Descendants(r.Path, r.Labels)) {
			if relative.Path == r.Path && relative.Span == r.Span {
				t.Errorf("%s: the document at %d is made from itself", path, offset)
			}
		}
	}
}

func checkWays(t *testing.T, s *analysis.Snapshot, path string, offset int, asked map[string]bool) {
	t.Helper()
	stop := s.StopAt(path, offset)
	if stop == nil {
		return
	}
	key := fmt.Sprint(stop.Path, stop.Focus)
	if asked[key] {
		return
	}
	asked[key] = true
	check := func(stop analysis.Stop) {
		if !stop.Span.Covers(stop.Focus) || stop.Span.End > s.Text(stop.Path).Len() {
			t.Errorf("%s: the stop %s at %d has its name at %v, outside of %v", path, stop.Name, offset, stop.Focus, stop.Span)
		}
		if again := s.StopAt(stop.Path, stop.Focus.Start); again == nil || again.Focus != stop.Focus {
			t.Errorf("%s: the stop %s at %d is not found again at its own name", path, stop.Name, offset)
		}
	}
	check(*stop)
	for _, way := range slices.Concat(s.Readers(path, offset), s.Sources(path, offset)) {
		check(way.To)
	}
}
