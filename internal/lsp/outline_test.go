package lsp

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// What files declare and look like, asked with the real analysis. What the answers say is
// held by the archives of testdata/fixtures; here it is how they are told.

const outlineDefinition = `package web

import "strings"

#ModuleDefinition & {
	#metadata: {
		name:    "web-app"
		version: "1.0.0"
	}
	components: server: #WorkloadComponent & {
		#metadata: workloadType: "stateless"
		image: values.image // 😀
	}
	values: {
		// Deprecated: say "copies".
		replicas?: int | *3
		image?: string | *"nginx"
		region: "eu"
		host?: strings.MinRunes(1) | *"\(image)-a"
	}
}
`

const outlineModule = `package managed

import web "example.com/web-app:1.0.0"

#Module & {
	#metadata: {
		name:    "managed-web"
		version: "1.0.0-platform.1"
	}
	#moduleDefinition: web.#ModuleDefinition
	values: #moduleDefinition.values & {
		image: string | *"registry/nginx"
	}
}
`

const outlineRelease = `package dev

import catalog "example.com/catalog/managed-web:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {
		name:      "web"
		namespace: "dev"
	}
	#module: catalog.#Module
	values: replicas: 1
}
`

// openOutline starts a server on a workspace of three layers, for a client with the given
// capabilities and options (JSON each).
func openOutline(t *testing.T, capabilities, options string) (e *editor, answer message, file func(string) string) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"web.cue": outlineDefinition, "managed.cue": outlineModule, "dev.cue": outlineRelease} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	e = start(t, setup{real: true})
	answer = e.call("initialize", map[string]any{"rootUri": uriOf(root),
		"capabilities": json.RawMessage(capabilities), "initializationOptions": json.RawMessage(options)})
	if answer.Error != nil {
		t.Fatal(answer.Error.Message)
	}
	e.notify("initialized", struct{}{})
	return e, answer, func(name string) string { return filepath.Join(root, name) }
}

func identifier(path string) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": uriOf(path)}}
}

// ask calls a method and decodes its answer.
func ask[T any](t *testing.T, e *editor, method string, params any) T {
	t.Helper()
	m := e.call(method, params)
	if m.Error != nil {
		t.Fatalf("%s: %s", method, m.Error.Message)
	}
	var result T
	if err := json.Unmarshal(m.Result, &result); err != nil {
		t.Fatalf("%s: %v in %s", method, err, m.Result)
	}
	return result
}

type wirePosition struct{ Line, Character int }

func (p wirePosition) before(other wirePosition) bool {
	return p.Line < other.Line || p.Line == other.Line && p.Character < other.Character
}

type wireRange struct{ Start, End wirePosition }

func (r wireRange) covers(inner wireRange) bool {
	return !inner.Start.before(r.Start) && !r.End.before(inner.End)
}

func (r wireRange) String() string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Character, r.End.Line, r.End.Character)
}

type wireSymbol struct {
	Name, Detail, ContainerName string
	Kind                        int
	Tags                        []int
	Range, SelectionRange       wireRange
	Children                    []wireSymbol
	Location                    struct {
		URI   string
		Range *wireRange
	}
	Data json.RawMessage
}

const treeClient = `{"textDocument":{"documentSymbol":{"hierarchicalDocumentSymbolSupport":true,"tagSupport":{"valueSet":[1]},
	"symbolKind":{"valueSet":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26]}}}}`

func TestDocumentSymbolTree(t *testing.T) {
	e, _, file := openOutline(t, treeClient, `{}`)
	symbols := ask[[]wireSymbol](t, e, "textDocument/documentSymbol", identifier(file("web.cue")))
	var lines []string
	var visit func(list []wireSymbol, around *wireSymbol)
	visit = func(list []wireSymbol, around *wireSymbol) {
		for _, s := range list {
			if !s.Range.covers(s.SelectionRange) || around != nil && !around.Range.covers(s.Range) {
				t.Errorf("%s at %v has its name at %v, in %+v", s.Name, s.Range, s.SelectionRange, around)
			}
			lines = append(lines, fmt.Sprintf("%s|%d|%s|%v", s.Name, s.Kind, s.Detail, s.Tags))
			visit(s.Children, &s)
		}
	}
	visit(symbols, nil)
	want := []string{
		"web-app|11|ModuleDefinition 1.0.0|[]", "#metadata|7||[]", `name|15|"web-app"|[]`, `version|15|"1.0.0"|[]`,
		"components|7||[]", "server|5|stateless|[]", "#metadata|7||[]", `workloadType|15|"stateless"|[]`, "image|8|values.image|[]",
		"values|7||[]", "replicas|16|= 3|[1]", `image|15|= "nginx"|[]`, `region|15|= "eu"|[]`, `host|15|= "nginx-a"|[]`,
	}
	if !slices.Equal(lines, want) {
		t.Errorf("the symbols are\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestDocumentSymbolList(t *testing.T) {
	e, _, file := openOutline(t, `{}`, `{}`)
	symbols := ask[[]wireSymbol](t, e, "textDocument/documentSymbol", identifier(file("dev.cue")))
	var lines []string
	for _, s := range symbols {
		if s.Location.URI != uriOf(file("dev.cue")) || s.Location.Range == nil {
			t.Errorf("%s is at %+v", s.Name, s.Location)
		}
		if s.Kind > 18 {
			t.Errorf("%s has the kind %d, which came later", s.Name, s.Kind)
		}
		lines = append(lines, fmt.Sprintf("%s in %q", s.Name, s.ContainerName))
	}
	want := []string{`dev/web in ""`, `#metadata in "dev/web"`, `name in "#metadata"`, `namespace in "#metadata"`, `#module in "dev/web"`, `values in "dev/web"`, `replicas in "values"`}
	if !slices.Equal(lines, want) {
		t.Errorf("the symbols are %q, want %q", lines, want)
	}
}

func TestWorkspaceSymbol(t *testing.T) {
	e, _, file := openOutline(t, `{}`, `{}`)
	found := ask[[]wireSymbol](t, e, "workspace/symbol", map[string]any{"query": "dev/web"})
	if len(found) != 1 || found[0].Name != "dev/web" || found[0].ContainerName != "ModuleRelease of managed-web 1.0.0-platform.1" ||
		found[0].Location.Range == nil || found[0].Location.Range.String() != "6:13-6:18" || found[0].Location.URI != uriOf(file("dev.cue")) {
		t.Errorf("found %+v", found)
	}
}

func TestWorkspaceSymbolResolve(t *testing.T) {
	e, answer, _ := openOutline(t, `{"workspace":{"symbol":{"resolveSupport":{"properties":["location.range"]}}}}`, `{}`)
	if !strings.Contains(string(answer.Result), `"workspaceSymbolProvider":{"resolveProvider":true}`) {
		t.Errorf("the capabilities are %s", answer.Result)
	}
	found := ask[[]json.RawMessage](t, e, "workspace/symbol", map[string]any{"query": "web-app"})
	if len(found) == 0 {
		t.Fatal("nothing is found")
	}
	var symbol wireSymbol
	if err := json.Unmarshal(found[0], &symbol); err != nil || symbol.Location.Range != nil {
		t.Errorf("the symbol has its range already: %s", found[0])
	}
	resolved := ask[wireSymbol](t, e, "workspaceSymbol/resolve", found[0])
	if resolved.Location.Range == nil || resolved.Location.Range.String() != "6:11-6:20" || resolved.Name != "web-app 1.0.0" {
		t.Errorf("resolved to %+v", resolved)
	}
}

func TestTypeHierarchy(t *testing.T) {
	e, _, file := openOutline(t, `{}`, `{}`)
	names := func(items []json.RawMessage) (out []string) {
		for _, item := range items {
			var s wireSymbol
			if err := json.Unmarshal(item, &s); err != nil || !s.Range.covers(s.SelectionRange) {
				t.Errorf("%s: %v", item, err)
			}
			out = append(out, s.Name)
		}
		return out
	}
	items := ask[[]json.RawMessage](t, e, "textDocument/prepareTypeHierarchy", at(file("managed.cue"), 10, 5))
	if got := names(items); !slices.Equal(got, []string{"managed-web"}) {
		t.Fatalf("prepared %q", got)
	}
	for method, want := range map[string]string{"typeHierarchy/supertypes": "web-app", "typeHierarchy/subtypes": "dev/web"} {
		got := ask[[]json.RawMessage](t, e, method, map[string]any{"item": items[0]})
		if !slices.Equal(names(got), []string{want}) {
			t.Errorf("%s gives %q, want %s", method, names(got), want)
		}
	}
	if m := e.call("typeHierarchy/subtypes", map[string]any{"item": json.RawMessage(strings.Replace(string(items[0]), `"data"`, `"dated"`, 1))}); m.answer() != "null" {
		t.Errorf("an item without its data gets %s", m.answer())
	}
}

func TestCallHierarchy(t *testing.T) {
	e, _, file := openOutline(t, `{}`, `{}`)
	type call struct {
		From, To   wireSymbol
		FromRanges []wireRange
	}
	value := ask[[]json.RawMessage](t, e, "textDocument/prepareCallHierarchy", at(file("web.cue"), 16, 3))
	if len(value) != 1 {
		t.Fatalf("prepared %s", value)
	}
	var got []string
	for _, c := range ask[[]call](t, e, "callHierarchy/incomingCalls", map[string]any{"item": value[0]}) {
		got = append(got, fmt.Sprintf("%s %v", c.From.Name, c.FromRanges))
	}
	if want := []string{"server.image [11:9-11:21]", "host [18:35-18:40]"}; !slices.Equal(got, want) {
		t.Errorf("the value feeds %q, want %q", got, want)
	}
	field := ask[[]json.RawMessage](t, e, "textDocument/prepareCallHierarchy", at(file("web.cue"), 11, 3))
	got = nil
	for _, c := range ask[[]call](t, e, "callHierarchy/outgoingCalls", map[string]any{"item": field[0]}) {
		got = append(got, fmt.Sprintf("%s %v", c.To.Name, c.FromRanges))
	}
	if want := []string{"image [11:9-11:21]"}; !slices.Equal(got, want) {
		t.Errorf("the field reads %q, want %q", got, want)
	}
}

func TestDocumentLink(t *testing.T) {
	e, _, file := openOutline(t, `{"textDocument":{"documentLink":{"tooltipSupport":true}}}`, `{}`)
	type link struct {
		Range           wireRange
		Target, Tooltip string
		Data            json.RawMessage
	}
	links := ask[[]json.RawMessage](t, e, "textDocument/documentLink", identifier(file("dev.cue")))
	if len(links) != 1 {
		t.Fatalf("the links are %s", links)
	}
	var l link
	if err := json.Unmarshal(links[0], &l); err != nil {
		t.Fatal(err)
	}
	if l.Range.String() != "2:16-2:64" || l.Target != uriOf(file("managed.cue"))+"#L7" || l.Tooltip != "Module managed-web 1.0.0-platform.1 (catalog, by name and version)" {
		t.Errorf("the link is %+v", l)
	}
	// The Module moves before the link is followed.
	e.open(file("managed.cue"), 1, "// moved\n"+outlineModule)
	if l = ask[link](t, e, "documentLink/resolve", links[0]); l.Target != uriOf(file("managed.cue"))+"#L8" {
		t.Errorf("resolved to %+v", l)
	}
}

func TestFoldingRange(t *testing.T) {
	type fold struct {
		StartLine, EndLine           int
		StartCharacter, EndCharacter *int
		Kind                         string
	}
	e, _, file := openOutline(t, `{"textDocument":{"foldingRange":{"lineFoldingOnly":true}}}`, `{}`)
	got := ask[[]fold](t, e, "textDocument/foldingRange", identifier(file("managed.cue")))
	want := []fold{{StartLine: 4, EndLine: 12}, {StartLine: 5, EndLine: 7}, {StartLine: 10, EndLine: 11}}
	if !slices.Equal(got, want) {
		t.Errorf("folds %v, want %v", got, want)
	}
	e, _, file = openOutline(t, `{"textDocument":{"foldingRange":{"rangeLimit":1}}}`, `{}`)
	got = ask[[]fold](t, e, "textDocument/foldingRange", identifier(file("managed.cue")))
	if len(got) != 1 || got[0].StartLine != 4 || got[0].EndLine != 13 || got[0].StartCharacter == nil || *got[0].StartCharacter != 11 || *got[0].EndCharacter != 0 {
		t.Errorf("of several folds the client gets %+v", got)
	}
}

func TestSelectionRange(t *testing.T) {
	e, _, file := openOutline(t, `{}`, `{}`)
	type selection struct {
		Range  wireRange
		Parent *selection
	}
	params := identifier(file("dev.cue"))
	params["positions"] = []any{map[string]int{"line": 10, "character": 20}, map[string]int{"line": 0, "character": 0}}
	got := ask[[]selection](t, e, "textDocument/selectionRange", params)
	if len(got) != 2 {
		t.Fatalf("%d answers for 2 places", len(got))
	}
	var chain []string
	for s := &got[0]; s != nil; s = s.Parent {
		if s.Parent != nil && (!s.Parent.Range.covers(s.Range) || s.Parent.Range == s.Range) {
			t.Errorf("%v is not larger than %v", s.Parent.Range, s.Range)
		}
		chain = append(chain, s.Range.String())
	}
	if want := []string{"10:19-10:20", "10:9-10:20", "10:1-10:20", "5:1-10:20", "4:17-11:1", "4:0-11:1", "0:0-12:0"}; !slices.Equal(chain, want) {
		t.Errorf("the selection grows %q, want %q", chain, want)
	}
}

// wireTokens puts encoded tokens back in lines.
func wireTokens(t *testing.T, data []int, types, modifiers []string) []string {
	t.Helper()
	var lines []string
	line, character := 0, 0
	for i := 0; i+4 < len(data); i += 5 {
		if data[i] > 0 {
			character = 0
		}
		line, character = line+data[i], character+data[i+1]
		s := fmt.Sprintf("%d:%d+%d %s", line, character, data[i+2], types[data[i+3]])
		for bit, name := range modifiers {
			if data[i+4]&(1<<bit) != 0 {
				s += " " + name
			}
		}
		lines = append(lines, s)
	}
	return lines
}

func tokenClient(modifiers string) string {
	return `{"general":{"positionEncodings":["utf-16"]},"textDocument":{"semanticTokens":{"requests":{"full":{"delta":true},"range":true},
		"formats":["relative"],"tokenTypes":["property","class","struct","namespace"],"tokenModifiers":[` + modifiers + `]}}}`
}

type legendAnswer struct {
	Capabilities struct {
		SemanticTokensProvider *struct {
			Legend struct{ TokenTypes, TokenModifiers []string }
			Full   json.RawMessage
			Range  bool
		}
	}
}

func TestSemanticTokens(t *testing.T) {
	e, answer, file := openOutline(t, tokenClient(`"definition","readonly","deprecated","overridden","fixed"`), `{}`)
	var a legendAnswer
	if err := json.Unmarshal(answer.Result, &a); err != nil || a.Capabilities.SemanticTokensProvider == nil {
		t.Fatal(err, string(answer.Result))
	}
	legend := a.Capabilities.SemanticTokensProvider.Legend
	if want := []string{"namespace", "class", "struct", "property"}; !slices.Equal(legend.TokenTypes, want) {
		t.Errorf("the types are %q, want %q", legend.TokenTypes, want)
	}
	if want := []string{"definition", "readonly", "deprecated", "overridden", "fixed", "immutable", "secret"}; !slices.Equal(legend.TokenModifiers, want) {
		t.Errorf("the modifiers are %q, want %q", legend.TokenModifiers, want)
	}
	type tokens struct {
		ResultID string
		Data     []int
		Edits    *[]struct {
			Start, DeleteCount int
			Data               []int
		}
	}
	full := ask[tokens](t, e, "textDocument/semanticTokens/full", identifier(file("web.cue")))
	lines := wireTokens(t, full.Data, legend.TokenTypes, legend.TokenModifiers)
	for _, want := range []string{"4:0+17 class", "9:13+6 struct definition", "15:2+8 property deprecated overridden", "16:2+5 property overridden", "17:2+6 property readonly fixed"} {
		if !slices.Contains(lines, want) {
			t.Errorf("the tokens lack %q:\n%s", want, strings.Join(lines, "\n"))
		}
	}

	part := identifier(file("web.cue"))
	part["range"] = map[string]any{"start": wirePositionOf(16, 0), "end": wirePositionOf(17, 0)}
	if got := wireTokens(t, ask[tokens](t, e, "textDocument/semanticTokens/range", part).Data, legend.TokenTypes, legend.TokenModifiers); !slices.Equal(got, []string{"16:2+5 property overridden"}) {
		t.Errorf("the tokens of one line are %q", got)
	}

	// Deltas, each on top of the answer before: what comes out is what all tokens are.
	data, id := full.Data, full.ResultID
	for version, content := range []string{
		strings.Replace(outlineDefinition, "region: \"eu\"", "region: \"eu\"\n\t\tzone: 1", 1),
		strings.Replace(outlineDefinition, "#WorkloadComponent & ", "", 1),
		"", outlineDefinition, outlineDefinition + "// more\n",
	} {
		if version == 0 {
			e.open(file("web.cue"), version, content)
		} else {
			e.replace(file("web.cue"), version, content)
		}
		params := identifier(file("web.cue"))
		params["previousResultId"] = id
		delta := ask[tokens](t, e, "textDocument/semanticTokens/full/delta", params)
		if delta.Edits == nil {
			t.Fatalf("version %d: all tokens come again", version)
		}
		for _, edit := range *delta.Edits {
			data = slices.Concat(data[:edit.Start], edit.Data, data[edit.Start+edit.DeleteCount:])
		}
		id = delta.ResultID
		if all := ask[tokens](t, e, "textDocument/semanticTokens/full", identifier(file("web.cue"))); !slices.Equal(all.Data, data) {
			t.Errorf("version %d: the edits make %v, the tokens are %v", version, data, all.Data)
		} else {
			id = all.ResultID
		}
	}
	params := identifier(file("web.cue"))
	params["previousResultId"] = "of another time"
	if again := ask[tokens](t, e, "textDocument/semanticTokens/full/delta", params); again.Edits != nil || len(again.Data) == 0 {
		t.Errorf("a delta to what nobody remembers is %+v", again)
	}
}

// TestTokensAreRefreshed holds that a client hears when another file makes something else of
// what it shows.
func TestTokensAreRefreshed(t *testing.T) {
	capabilities := strings.Replace(tokenClient(`"overridden"`), `{"general"`, `{"workspace":{"semanticTokens":{"refreshSupport":true}},"general"`, 1)
	e, _, file := openOutline(t, capabilities, `{}`)
	overridden := func() int {
		full := ask[struct{ Data []int }](t, e, "textDocument/semanticTokens/full", identifier(file("web.cue")))
		n := 0
		for i := 4; i < len(full.Data); i += 5 {
			n += full.Data[i] & 1 // the first in the legend
		}
		return n
	}
	if n := overridden(); n != 2 {
		t.Fatalf("%d values are overridden", n)
	}
	e.open(file("dev.cue"), 1, strings.Replace(outlineRelease, "replicas: 1", "{}", 1))
	e.take("a refresh", func(m message) bool { return m.Method == "workspace/semanticTokens/refresh" })
	if n := overridden(); n != 1 {
		t.Errorf("%d values are overridden after the release sets none", n)
	}
}

func wirePositionOf(line, character int) map[string]int {
	return map[string]int{"line": line, "character": character}
}

// TestTokenLegend holds that a client gets nothing of LSP's that it does not declare, and what
// LSP has no name for always.
func TestTokenLegend(t *testing.T) {
	_, answer, _ := openOutline(t, `{}`, `{}`)
	if strings.Contains(string(answer.Result), "semanticTokens") {
		t.Errorf("a client without tokens is told of them: %s", answer.Result)
	}
	e, answer, file := openOutline(t, tokenClient(``), `{}`)
	var a legendAnswer
	err := json.Unmarshal(answer.Result, &a)
	legend := a.Capabilities.SemanticTokensProvider.Legend
	if err != nil || !slices.Equal(legend.TokenModifiers, []string{"overridden", "fixed", "immutable", "secret"}) {
		t.Errorf("%v: %s", err, answer.Result)
	}
	full := ask[struct{ Data []int }](t, e, "textDocument/semanticTokens/full", identifier(file("web.cue")))
	lines := wireTokens(t, full.Data, legend.TokenTypes, legend.TokenModifiers)
	for _, want := range []string{"9:13+6 struct", "16:2+5 property overridden", "17:2+6 property fixed"} {
		if !slices.Contains(lines, want) {
			t.Errorf("the tokens lack %q:\n%s", want, strings.Join(lines, "\n"))
		}
	}
}

func TestTokenResultsAreBounded(t *testing.T) {
	var r tokenResults
	var first string
	for i := range 10 * maxTokenResults {
		id := r.keep(fmt.Sprint(i), []uint32{uint32(i)})
		if i == 0 {
			first = id
		}
	}
	if len(r.lists) != maxTokenResults {
		t.Errorf("%d results are kept", len(r.lists))
	}
	if _, known := r.get("0", first); known {
		t.Error("the oldest result is still there")
	}
	r.forget(fmt.Sprint(10*maxTokenResults - 1))
	if len(r.lists) != maxTokenResults-1 {
		t.Errorf("%d results are left of a document that is closed", len(r.lists))
	}
}

func TestTokenEdits(t *testing.T) {
	one, two, three := []uint32{0, 1, 2, 3, 4}, []uint32{1, 1, 2, 3, 4}, []uint32{0, 1, 2, 3, 5}
	for _, test := range []struct{ before, after []uint32 }{
		{nil, nil}, {nil, one}, {one, nil}, {one, one}, {one, two}, {one, three},
		{slices.Concat(one, two, three), slices.Concat(one, three)},
		{slices.Concat(one, one, one), slices.Concat(one, one)},
		{slices.Concat(one, one), slices.Concat(one, two, one)},
	} {
		edits := tokenEdits(test.before, test.after)
		got := slices.Clone(test.before)
		for _, edit := range edits {
			if edit.Start%5 != 0 || edit.DeleteCount%5 != 0 || len(edit.Data)%5 != 0 {
				t.Errorf("the edit %+v cuts a token", edit)
			}
			got = slices.Concat(got[:edit.Start], edit.Data, got[edit.Start+edit.DeleteCount:])
		}
		if !slices.Equal(got, test.after) {
			t.Errorf("%v edited with %+v is %v, want %v", test.before, edits, got, test.after)
		}
	}
}

func TestFormatting(t *testing.T) {
	type edit struct {
		Range   wireRange
		NewText string
	}
	e, answer, file := openOutline(t, `{"textDocument":{"rangeFormatting":{"rangesSupport":true}}}`, `{}`)
	if !strings.Contains(string(answer.Result), `"documentRangeFormattingProvider":{"rangesSupport":true}`) {
		t.Errorf("the capabilities are %s", answer.Result)
	}
	path := file("web.cue")
	e.open(path, 1, "\ufeffa:   1\r\nb: {\r\n  c: \"😀\"   \r\n}\r\n")
	params := identifier(path)
	params["options"] = map[string]any{"tabSize": 2, "insertSpaces": true}
	got := ask[[]edit](t, e, "textDocument/formatting", params)
	want := []edit{
		{wireRange{wirePosition{0, 4}, wirePosition{0, 6}}, ""},
		{wireRange{wirePosition{2, 0}, wirePosition{2, 2}}, "\t"},
	}
	// Trailing blanks are on the same line: one edit for both.
	if len(got) != 2 || got[0] != want[0] || got[1].Range.Start != want[1].Range.Start || !strings.HasPrefix(got[1].NewText, "\t") || strings.Contains(got[1].NewText, "\n") {
		t.Errorf("the edits are %+v", got)
	}
	params["range"] = map[string]any{"start": wirePositionOf(1, 0), "end": wirePositionOf(3, 0)}
	if got := ask[[]edit](t, e, "textDocument/rangeFormatting", params); len(got) != 1 || got[0].Range.Start.Line != 2 {
		t.Errorf("the edits of a range are %+v", got)
	}
	params["ranges"] = []any{params["range"], map[string]any{"start": wirePositionOf(0, 0), "end": wirePositionOf(0, 3)}, params["range"]}
	if got := ask[[]edit](t, e, "textDocument/rangesFormatting", params); len(got) != 2 || got[0].Range.Start.Line != 0 {
		t.Errorf("the edits of ranges are %+v", got)
	}
	e.replace(path, 2, "a:   {\n")
	if got := ask[[]edit](t, e, "textDocument/formatting", params); len(got) != 0 {
		t.Errorf("what does not parse is formatted: %+v", got)
	}
	if shown := e.waiting("window/showMessage"); len(shown) > 0 {
		t.Errorf("and somebody is told: %s", shown[0].Params)
	}
}

// TestBesideCueLsp holds what is left to `cue lsp` where it runs too, and what is not.
func TestBesideCueLsp(t *testing.T) {
	const broken = outlineDefinition + "a: {\n"
	syntax := func(p published) bool {
		for _, d := range p.Diagnostics {
			if d.Code == syntaxCode {
				return true
			}
		}
		return false
	}
	reported := func(e *editor, path string, version int) published {
		for {
			if p := e.published(); p.URI == uriOf(path) && p.Version != nil && *p.Version == version {
				return p
			}
		}
	}

	e, answer, file := openOutline(t, treeClient, `{"opm":{"besideCueLsp":true}}`)
	if strings.Contains(string(answer.Result), "ormattingProvider") {
		t.Errorf("formatting is announced: %s", answer.Result)
	}
	path := file("web.cue")
	e.open(path, 1, broken)
	if p := reported(e, path, 1); syntax(p) {
		t.Errorf("what does not parse is reported: %+v", p.Diagnostics)
	}
	e.replace(path, 2, "a:   1\nb: a\n"+outlineDefinition)
	reported(e, path, 2)
	if got := e.call("textDocument/formatting", map[string]any{"textDocument": map[string]any{"uri": uriOf(path)}, "options": map[string]any{"tabSize": 8, "insertSpaces": false}}).answer(); got != "null" {
		t.Errorf("formatting gives %s", got)
	}
	if got := e.call("textDocument/definition", at(path, 1, 3)).answer(); got != "null" {
		t.Errorf("the definition of a plain name is %s", got)
	}
	if got := e.call("textDocument/hover", at(path, 18, 3)).answer(); got == "null" {
		t.Error("a value has no hover")
	}
	if got := e.call("textDocument/completion", at(path, 1, 4)).answer(); strings.Contains(got, `"label":"a"`) || strings.Contains(got, `"label":"string"`) {
		t.Errorf("names of plain CUE are offered: %s", got)
	}
	if got := e.call("textDocument/completion", at(path, 13, 17)).answer(); !strings.Contains(got, `"label":"image"`) {
		t.Errorf("what a component can read is not offered: %s", got)
	}
	if symbols := ask[[]wireSymbol](t, e, "textDocument/documentSymbol", identifier(path)); len(symbols) == 0 {
		t.Error("a document has no symbols")
	}
	plain := file("plain.cue")
	e.open(plain, 1, "a: s\n")
	if symbols := ask[[]wireSymbol](t, e, "textDocument/documentSymbol", identifier(plain)); len(symbols) != 0 {
		t.Errorf("a file of plain CUE has the symbols %+v", symbols)
	}

	// It can be changed at any time.
	e.replace(path, 3, broken)
	reported(e, path, 3)
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"opm": map[string]any{"besideCueLsp": false}}})
	if got := e.call("textDocument/completion", at(plain, 0, 4)).answer(); !strings.Contains(got, `"label":"string"`) {
		t.Errorf("without the setting no names of plain CUE are offered: %s", got)
	}
	if p := reported(e, path, 3); !syntax(p) {
		t.Errorf("without the setting what does not parse is not reported: %+v", p.Diagnostics)
	}
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"opm": map[string]any{"besideCueLsp": true}}})
	if p := reported(e, path, 3); syntax(p) {
		t.Errorf("with the setting what does not parse is reported again: %+v", p.Diagnostics)
	}
	for _, m := range e.waiting("window/showMessage") {
		t.Errorf("somebody is told: %s", m.Params)
	}
}

func TestReadBeside(t *testing.T) {
	for sent, want := range map[string][2]bool{
		`null`:                             {false, false},
		`{}`:                               {false, false},
		`{"besideCueLsp":true}`:            {true, true},
		`{"opm":{"besideCueLsp":true}}`:    {true, true},
		`{"opm":{"besideCueLsp":false}}`:   {false, true},
		`{"opm":{"besideCueLsp":null}}`:    {false, false},
		`{"opm":{"besideCueLsp":"yes"}}`:   {false, false},
		`{"opm":{"rules":{}}}`:             {false, false},
		`{"opm":1,"besideCueLsp":true}`:    {false, false},
		`[{"opm":{"besideCueLsp":true}}]`:  {false, false},
		`{"server":{"besideCueLsp":true}}`: {false, false},
	} {
		if on, ok := readBeside(protocol.LSPAny(sent)); on != want[0] || ok != want[1] {
			t.Errorf("of %s reads %t, %t", sent, on, ok)
		}
	}
	if got := readSettings(protocol.LSPAny(`{"opm":{"besideCueLsp":true}}`)); got != "" {
		t.Errorf("the setting is taken for one of opm-lsp.cue: %s", got)
	}
}

// TestSymbolKinds holds that every kind has a symbol in every client.
func TestSymbolKinds(t *testing.T) {
	for kind := analysis.FieldSymbol; kind <= analysis.VariableSymbol; kind++ {
		if got := (&outlines{}).symbolKind(kind); got < protocol.SymbolKindFile || got > protocol.SymbolKindArray {
			t.Errorf("the kind %d is %d in LSP's first version", kind, got)
		}
	}
}
