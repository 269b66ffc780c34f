package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	reports "github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// The commands. The first argument of most says what they are about: a name, a URI, or an object
// with textDocument and position.
const (
	effectiveCommand      = "opm.effective"      // a release
	whyCommand            = "opm.why"            // a release, and the path of a value unless the place is at one
	impactCommand         = "opm.impact"         // a definition, a Module or a release
	upgradePreviewCommand = "opm.upgradePreview" // a release
	explainCommand        = "opm.explain"        // the code of a rule
	applyCommand          = "opm.apply"          // the data of an action, for clients without CodeAction
	catalogCommand        = "opm.catalog"        // perhaps catalogOptions; data for clients with views of their own
	originCommand         = "opm.origin"         // a place at a value; likewise
	valuesCommand         = "opm.values"         // a release; likewise
)

// A command is a row of the table of commands.
type command struct {
	name string
	run  func(ctx context.Context, q *invocation) (any, error)
}

// An invocation is what a command is run from.
type invocation struct {
	*query
	arguments []protocol.LSPAny
	// quiet says that the client shows the text of the answer itself: its last argument was
	// {"show": false}, which is none of the arguments any more.
	quiet bool
}

func newInvocation(q *query, arguments []protocol.LSPAny) *invocation {
	if last := len(arguments) - 1; last >= 0 {
		var options struct{ Show *bool }
		if json.Unmarshal(arguments[last], &options) == nil && options.Show != nil {
			return &invocation{q, arguments[:last], !*options.Show}
		}
	}
	return &invocation{query: q, arguments: arguments}
}

func commands() []command {
	return []command{
		{effectiveCommand, runEffective},
		{whyCommand, runWhy},
		{impactCommand, runImpact},
		{upgradePreviewCommand, runUpgradePreview},
		{explainCommand, runExplain},
		{applyCommand, runApply},
		{catalogCommand, runCatalog},
		{originCommand, runOrigin},
		{valuesCommand, runValues},
	}
}

func executeCommandMethod() method {
	return question(protocol.MethodWorkspaceExecuteCommand, executeCommand).
		doing("`opm.effective`, `opm.why`, `opm.impact`, `opm.upgradePreview`: shown as a document where the editor can, else as a message; `opm.catalog`, `opm.origin`: what views show, as data; `opm.values`: the paths of a release's values, for those who complete them").
		providing(
			func(_ *client, to *protocol.ServerCapabilities) {
				for _, c := range commands() {
					to.ExecuteCommandProvider.Commands = append(to.ExecuteCommandProvider.Commands, c.name)
				}
			})
}

// executeCommand shows something, changes something, or answers with data. Where it shows something
// its answer is a [shownText].
func executeCommand(ctx context.Context, q *query, params *protocol.ExecuteCommandParams) (any, error) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == params.Command })
	switch {
	case i < 0:
		var names []string
		for _, c := range all {
			names = append(names, c.name)
		}
		return nil, invalid("opm-lsp has no command %q: it has %s", params.Command, strings.Join(names, ", "))
	case q.ws == nil && params.Command != explainCommand:
		return nil, errNoWorkspace
	}
	return all[i].run(ctx, newInvocation(q, params.Arguments))
}

func invalid(format string, arguments ...any) error {
	return jsonrpc2.Errorf(jsonrpc2.InvalidParams, format, arguments...)
}

func runEffective(ctx context.Context, q *invocation) (any, error) {
	d, err := q.release(effectiveCommand, 1)
	if err != nil {
		return nil, err
	}
	return q.showVirtual(ctx, d, reports.EffectiveURI(d))
}

func runUpgradePreview(ctx context.Context, q *invocation) (any, error) {
	d, err := q.release(upgradePreviewCommand, 1)
	if err != nil {
		return nil, err
	}
	return q.showVirtual(ctx, d, reports.UpgradeURI(d))
}

func runImpact(ctx context.Context, q *invocation) (any, error) {
	if err := q.takes(impactCommand, 1); err != nil {
		return nil, err
	}
	d, err := q.documentArgument(q.arguments[0], "definition, Module or release", func(d *catalogindex.Document) bool { return d.Kind <= catalogindex.Release })
	if err != nil {
		return nil, err
	}
	return q.showVirtual(ctx, d, reports.ImpactURI(d))
}

func runWhy(ctx context.Context, q *invocation) (any, error) {
	d, err := q.release(whyCommand, 2)
	if err != nil {
		return nil, err
	}
	var at cascade.Path
	if len(q.arguments) == 2 {
		var written string
		if json.Unmarshal(q.arguments[1], &written) != nil {
			return nil, invalid("the second argument of %s is the path of a value, such as \"image.tag\"", whyCommand)
		}
		if at, err = cascade.ParsePath(written); err != nil {
			return nil, invalid("%v", err)
		}
	} else if path, offset, ok := q.placeArgument(q.arguments[0]); ok {
		at = q.ws.ValuePathAt(path, offset)
	}
	if len(at) == 0 {
		return nil, invalid("%s needs a value: give its path as the second argument, or a position at one", whyCommand)
	}
	return q.showVirtual(ctx, d, reports.WhyURI(d, at))
}

// runValues answers which values a release has: their paths, as [runWhy] takes them.
func runValues(_ context.Context, q *invocation) (any, error) {
	d, err := q.release(valuesCommand, 1)
	if err != nil {
		return nil, err
	}
	return q.ws.ValuePaths(d), nil
}

// runExplain opens the page of a rule.
func runExplain(ctx context.Context, q *invocation) (any, error) {
	if err := q.takes(explainCommand, 1); err != nil {
		return nil, err
	}
	var code string
	if json.Unmarshal(q.arguments[0], &code) != nil || rules.Named(code) == nil {
		return nil, invalid("the argument of %s is the code of a rule, such as %q", explainCommand, rules.All()[0].Code)
	}
	page, err := rules.PageOf(rules.Named(code))
	if err != nil {
		return nil, err
	}
	shown := shownText{URI: rules.URL(code), Language: "markdown", Text: page.Summary()}
	if q.quiet {
		return shown, nil
	}
	if q.client.showsDocuments {
		shown.Shown = q.showDocument(ctx, &protocol.ShowDocumentParams{URI: uri.URI(shown.URI), External: pointer(true)})
	}
	if !shown.Shown {
		q.tell(ctx, fmt.Sprintf("%s: %s", code, shown.URI))
	}
	return shown, nil
}

// runApply does what an action does, for clients that know only commands.
func runApply(ctx context.Context, q *invocation) (any, error) {
	if err := q.takes(applyCommand, 1); err != nil {
		return nil, err
	}
	if !q.client.appliesEdits {
		return nil, invalid("this editor does not apply edits for a server")
	}
	edit, err := q.editOf(q.arguments[0])
	if err != nil {
		return nil, err
	}
	var result protocol.ApplyWorkspaceEditResult
	if _, err := q.server.conn.Call(ctx, protocol.MethodWorkspaceApplyEdit, &protocol.ApplyWorkspaceEditParams{Edit: *edit}, &result); err != nil {
		return nil, jsonrpc2.Errorf(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), "the editor did not apply the edit: %v", err)
	}
	return nil, nil
}

// takes says what is wrong with the number of arguments of a command that needs one.
func (q *invocation) takes(name string, most int) error {
	switch n := len(q.arguments); {
	case n == 0:
		return invalid("%s needs an argument that says what it is about", name)
	case n > most:
		return invalid("%s takes no more than %d of the %d arguments", name, most, n)
	}
	return nil
}

// release returns the release that the first of at most a number of arguments means.
func (q *invocation) release(name string, most int) (*catalogindex.Document, error) {
	if err := q.takes(name, most); err != nil {
		return nil, err
	}
	return q.documentArgument(q.arguments[0], "release", func(d *catalogindex.Document) bool { return d.Kind == catalogindex.Release })
}

// documentArgument returns the document of a kind that an argument means: by a name, by the
// URI of a file with only one, or by a place in it.
func (q *query) documentArgument(argument protocol.LSPAny, kind string, fits func(*catalogindex.Document) bool) (*catalogindex.Document, error) {
	if path, offset, ok := q.placeArgument(argument); ok {
		if d := q.ws.DocumentAt(path, offset); d != nil && fits(d) {
			return d, nil
		}
		return nil, invalid("there is no %s at this place", kind)
	}
	var name string
	if json.Unmarshal(argument, &name) != nil || name == "" {
		return nil, invalid("the first argument says which %s is meant: a name, the URI of a file, or an object with textDocument and position", kind)
	}
	found := q.ws.Releases(name)
	if path, err := pathOf(name); err == nil {
		found = q.ws.DocumentsIn(path)
	} else {
		found = append(found, q.ws.Curated(name)...)
	}
	found = slices.DeleteFunc(slices.Clone(found), func(d *catalogindex.Document) bool { return !fits(d) })
	switch len(found) {
	case 0:
		return nil, invalid("there is no %s %q in this workspace", kind, name)
	case 1:
		return found[0], nil
	}
	var titles []string
	for _, d := range found {
		titles = append(titles, d.Kind.Layer()+" "+d.Title())
	}
	return nil, invalid("%q means %s: say which", name, strings.Join(titles, ", "))
}

// placeArgument reads an argument that says a place as requests do.
func (q *query) placeArgument(argument protocol.LSPAny) (path string, offset int, ok bool) {
	var place struct {
		TextDocument *struct{ URI string }
		Position     *protocol.Position
	}
	if json.Unmarshal(argument, &place) != nil || place.TextDocument == nil {
		return "", 0, false
	}
	at := protocol.Position{}
	if place.Position != nil {
		at = *place.Position
	}
	path, offset, err := q.position(uri.URI(place.TextDocument.URI), at)
	return path, offset, err == nil && path != ""
}

// placeOf is the argument that says where something begins.
func (q *query) placeOf(path string, span text.Span) protocol.LSPAny {
	return encodeData(map[string]any{
		"textDocument": map[string]any{"uri": q.uri(path)},
		"position":     toPosition(q.ws.Text(path).Position(span.Start, q.client.encoding)),
	})
}
