package lsp

import (
	"context"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func documentSymbolMethod() method {
	return question(protocol.MethodTextDocumentDocumentSymbol, documentSymbol).
		doing("documents with kind and version, their metadata, components, scopes and values with what is effective; any other fields of CUE").
		concerningOne().
		providing(func(_ *client, to *protocol.ServerCapabilities) { to.DocumentSymbolProvider = protocol.Boolean(true) })
}

// documentSymbol returns what a document declares, as a tree for clients that show one.
func documentSymbol(_ context.Context, q *query, params *protocol.DocumentSymbolParams) (any, error) {
	path, content, err := q.document(params.TextDocument.URI)
	if err != nil || content == nil {
		return nil, err
	}
	var found []analysis.Symbol
	if !q.besideCueLsp || q.ws.HasDocuments(path) {
		found = q.ws.DocumentSymbols(path)
	}
	if q.client.outlines.hierarchical {
		return q.symbolTree(content, found), nil
	}
	return q.symbolList(path, content, found, "", protocol.SymbolInformationSlice{}), nil
}

func (q *query) symbolTree(content *text.Text, found []analysis.Symbol) protocol.DocumentSymbolSlice {
	out := make(protocol.DocumentSymbolSlice, 0, len(found))
	for _, s := range found {
		symbol := protocol.DocumentSymbol{
			Name:           s.Name,
			Kind:           q.client.outlines.symbolKind(s.Kind),
			Range:          toRange(content, s.Span, q.client.encoding),
			SelectionRange: toRange(content, s.Focus, q.client.encoding),
		}
		if s.Detail != "" {
			symbol.Detail = pointer(s.Detail)
		}
		if s.Deprecated && q.client.outlines.symbolTags {
			symbol.Tags = []protocol.SymbolTag{protocol.SymbolTagDeprecated}
		}
		if len(s.Below) > 0 {
			symbol.Children = q.symbolTree(content, s.Below)
		}
		out = append(out, symbol)
	}
	return out
}

// symbolList is symbolTree for clients that show a list: of each symbol it says what it
// belongs to.
func (q *query) symbolList(path string, content *text.Text, found []analysis.Symbol, container string, out protocol.SymbolInformationSlice) protocol.SymbolInformationSlice {
	for _, s := range found {
		symbol := protocol.SymbolInformation{}
		symbol.Name = s.Name
		symbol.Kind = q.client.outlines.symbolKind(s.Kind)
		symbol.Location = protocol.Location{URI: uri.URI(q.uri(path)), Range: toRange(content, s.Span, q.client.encoding)}
		if container != "" {
			symbol.ContainerName = pointer(container)
		}
		if s.Deprecated && q.client.outlines.symbolTags {
			symbol.Tags = []protocol.SymbolTag{protocol.SymbolTagDeprecated}
		}
		out = q.symbolList(path, content, s.Below, s.Name, append(out, symbol))
	}
	return out
}

// outlines is what a client can show of what files declare and look like.
type outlines struct {
	hierarchical  bool                  // symbols of a document as a tree
	symbolKinds   []protocol.SymbolKind // nil for those of LSP's first version
	symbolTags    bool                  // deprecated
	resolvesRange bool                  // of symbols of the workspace, later
	linkTooltips  bool
	wholeLines    bool // of folding ranges
	foldLimit     int  // how many folding ranges it wants, 0 for all
	manyRanges    bool // textDocument/rangesFormatting
	tokens        *tokenLegend

	refreshesTokens bool // workspace/semanticTokens/refresh
}

// readOutlines reads a client's capabilities.
func readOutlines(capabilities *protocol.ClientCapabilities) outlines {
	var o outlines
	if ws := capabilities.Workspace; ws != nil && ws.Symbol != nil {
		o.resolvesRange = slices.Contains(ws.Symbol.ResolveSupport.Properties, "location.range")
	}
	if ws := capabilities.Workspace; ws != nil && ws.SemanticTokens != nil {
		o.refreshesTokens = isTrue(ws.SemanticTokens.RefreshSupport)
	}
	document := capabilities.TextDocument
	if document == nil {
		return o
	}
	if symbols := document.DocumentSymbol; symbols != nil {
		o.hierarchical = isTrue(symbols.HierarchicalDocumentSymbolSupport)
		o.symbolTags = slices.Contains(symbols.TagSupport.ValueSet, protocol.SymbolTagDeprecated)
		if symbols.SymbolKind != nil {
			o.symbolKinds = symbols.SymbolKind.ValueSet
		}
	}
	if links := document.DocumentLink; links != nil {
		o.linkTooltips = isTrue(links.TooltipSupport)
	}
	if folds := document.FoldingRange; folds != nil {
		o.wholeLines = isTrue(folds.LineFoldingOnly)
		if folds.RangeLimit != nil {
			o.foldLimit = int(*folds.RangeLimit)
		}
	}
	if formatting := document.RangeFormatting; formatting != nil {
		o.manyRanges = isTrue(formatting.RangesSupport)
	}
	o.tokens = newTokenLegend(&document.SemanticTokens)
	return o
}

// symbolKind returns the symbol for a kind, or the nearest one that the client has.
func (o *outlines) symbolKind(kind analysis.SymbolKind) protocol.SymbolKind {
	wanted, older := protocol.SymbolKindField, protocol.SymbolKindField
	switch kind {
	case analysis.DefinitionSymbol:
		wanted, older = protocol.SymbolKindInterface, protocol.SymbolKindInterface
	case analysis.ModuleSymbol:
		wanted, older = protocol.SymbolKindModule, protocol.SymbolKindModule
	case analysis.ReleaseSymbol:
		wanted, older = protocol.SymbolKindObject, protocol.SymbolKindPackage
	case analysis.ConfigurationSymbol:
		wanted, older = protocol.SymbolKindFile, protocol.SymbolKindFile
	case analysis.ComponentSymbol:
		wanted, older = protocol.SymbolKindClass, protocol.SymbolKindClass
	case analysis.ScopeSymbol:
		wanted, older = protocol.SymbolKindNamespace, protocol.SymbolKindNamespace
	case analysis.SchemaSymbol:
		wanted, older = protocol.SymbolKindTypeParameter, protocol.SymbolKindInterface
	case analysis.SlotSymbol:
		wanted, older = protocol.SymbolKindProperty, protocol.SymbolKindProperty
	case analysis.StructSymbol:
		wanted, older = protocol.SymbolKindStruct, protocol.SymbolKindNamespace
	case analysis.ListSymbol:
		wanted, older = protocol.SymbolKindArray, protocol.SymbolKindArray
	case analysis.StringSymbol:
		wanted, older = protocol.SymbolKindString, protocol.SymbolKindString
	case analysis.NumberSymbol:
		wanted, older = protocol.SymbolKindNumber, protocol.SymbolKindNumber
	case analysis.BoolSymbol:
		wanted, older = protocol.SymbolKindBoolean, protocol.SymbolKindBoolean
	case analysis.NullSymbol:
		wanted, older = protocol.SymbolKindNull, protocol.SymbolKindConstant
	case analysis.VariableSymbol:
		wanted, older = protocol.SymbolKindVariable, protocol.SymbolKindVariable
	}
	if o.symbolKinds == nil && wanted <= protocol.SymbolKindArray || slices.Contains(o.symbolKinds, wanted) {
		return wanted
	}
	return older
}
