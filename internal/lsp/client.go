package lsp

import (
	"slices"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A client is what was agreed on with the client: what it can show, and the
// units of its positions. Whatever it did not say it can do, it cannot.
type client struct {
	encoding text.Encoding
	acting
	renaming

	hoverFormat         protocol.MarkupKind
	documentationFormat protocol.MarkupKind

	// LocationLink besides Location, in the answers to these.
	definitionLinks, declarationLinks, typeDefinitionLinks, implementationLinks bool

	outlines     outlines // of what files declare and look like
	besideCueLsp bool     // what the setting was when the client said hello

	snippets          bool                          // in completion items
	labelDetails      bool                          // of completion items
	itemKinds         []protocol.CompletionItemKind // nil for those of LSP's first version
	related           bool                          // DiagnosticRelatedInformation
	codeDescriptions  bool                          // of diagnostics
	unnecessary       bool                          // the tag of diagnostics
	pulls             bool                          // diagnostics of open documents, see pulls
	pullsWorkspace    bool                          // may be told that it can ask for all files at once
	relatedDocuments  bool                          // in answers to textDocument/diagnostic
	progress          bool                          // window/workDoneProgress/create
	registersWatchers bool                          // dynamic registration of didChangeWatchedFiles

	hearsChanges bool // wants opm/changed

	completing
	registersSettings bool // dynamic registration of didChangeConfiguration
	configuration     bool // workspace/configuration
}

// newClient reads a client's capabilities. Its name matters only where what it does is
// not what it declares.
func newClient(capabilities *protocol.ClientCapabilities, name string) *client {
	c := &client{encoding: text.UTF16, hoverFormat: protocol.MarkupKindPlainText, documentationFormat: protocol.MarkupKindPlainText, acting: newActing(capabilities), renaming: newRenaming(capabilities), completing: newCompleting(capabilities)}
	c.outlines = readOutlines(capabilities)
	c.hearsChanges = readsChanged(capabilities)
	if general := capabilities.General; general != nil {
		c.encoding = chooseEncoding(general.PositionEncodings)
	}
	if window := capabilities.Window; window != nil {
		c.progress = isTrue(window.WorkDoneProgress)
	}
	if ws := capabilities.Workspace; ws != nil && ws.DidChangeWatchedFiles != nil {
		c.registersWatchers = isTrue(ws.DidChangeWatchedFiles.DynamicRegistration)
	}
	if ws := capabilities.Workspace; ws != nil {
		c.configuration = isTrue(ws.Configuration)
		c.registersSettings = ws.DidChangeConfiguration != nil && isTrue(ws.DidChangeConfiguration.DynamicRegistration)
	}
	refreshes := false
	if ws := capabilities.Workspace; ws != nil && ws.Diagnostics != nil {
		refreshes = isTrue(ws.Diagnostics.RefreshSupport)
	}
	document := capabilities.TextDocument
	if document == nil {
		return c
	}
	if hover := document.Hover; hover != nil {
		c.hoverFormat = chooseFormat(hover.ContentFormat)
	}
	if definition := document.Definition; definition != nil {
		c.definitionLinks = isTrue(definition.LinkSupport)
	}
	if declaration := document.Declaration; declaration != nil {
		c.declarationLinks = isTrue(declaration.LinkSupport)
	}
	if typeDefinition := document.TypeDefinition; typeDefinition != nil {
		c.typeDefinitionLinks = isTrue(typeDefinition.LinkSupport)
	}
	if implementation := document.Implementation; implementation != nil {
		c.implementationLinks = isTrue(implementation.LinkSupport)
	}
	if diagnostics := document.PublishDiagnostics; diagnostics != nil {
		c.showsDiagnostics(&diagnostics.DiagnosticsCapabilities)
	}
	if diagnostics := document.Diagnostic; diagnostics != nil {
		// Before LSP 3.18 it was under publishDiagnostics alone that a client said what it shows.
		c.showsDiagnostics(&diagnostics.DiagnosticsCapabilities)
		c.pulls = refreshes
		c.pullsWorkspace = refreshes && name != "Neovim"
		c.relatedDocuments = isTrue(diagnostics.RelatedDocumentSupport)
	}
	if completion := document.Completion; completion != nil {
		if kinds := completion.CompletionItemKind; kinds != nil {
			c.itemKinds = kinds.ValueSet
		}
		if item := completion.CompletionItem; item != nil {
			c.snippets = isTrue(item.SnippetSupport)
			c.labelDetails = isTrue(item.LabelDetailsSupport)
			c.documentationFormat = chooseFormat(item.DocumentationFormat)
		}
	}
	return c
}

// showsDiagnostics takes in what a client shows of a diagnostic.
func (c *client) showsDiagnostics(d *protocol.DiagnosticsCapabilities) {
	c.related = c.related || isTrue(d.RelatedInformation)
	c.codeDescriptions = c.codeDescriptions || isTrue(d.CodeDescriptionSupport)
	c.unnecessary = c.unnecessary || slices.Contains(d.TagSupport.ValueSet, protocol.DiagnosticTagUnnecessary)
}

// chooseEncoding returns the first encoding of the client's list that the server
// knows. LSP's default is UTF-16.
func chooseEncoding(offered []protocol.PositionEncodingKind) text.Encoding {
	for _, kind := range offered {
		for _, enc := range []text.Encoding{text.UTF8, text.UTF16, text.UTF32} {
			if string(kind) == enc.String() {
				return enc
			}
		}
	}
	return text.UTF16
}

// chooseFormat returns the first format of the client's list that the server
// can write; plain text where the list has none, because every client shows it.
func chooseFormat(offered []protocol.MarkupKind) protocol.MarkupKind {
	known := []protocol.MarkupKind{protocol.MarkupKindMarkdown, protocol.MarkupKindPlainText}
	for _, kind := range offered {
		if slices.Contains(known, kind) {
			return kind
		}
	}
	return protocol.MarkupKindPlainText
}

// showsItemKind reports whether the client has a symbol for the kind.
func (c *client) showsItemKind(kind protocol.CompletionItemKind) bool {
	if c.itemKinds == nil {
		return kind <= protocol.CompletionItemKindReference // LSP's first version ended here
	}
	return slices.Contains(c.itemKinds, kind)
}

func isTrue(b *bool) bool { return b != nil && *b }
