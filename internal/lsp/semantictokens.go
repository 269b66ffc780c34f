package lsp

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func semanticTokensFullMethod() method {
	return question(protocol.MethodTextDocumentSemanticTokensFull, semanticTokensFull).
		doing("what each name is, and of values that they are overridden, fixed, immutable or secret").
		concerningOne().
		providing(func(c *client, to *protocol.ServerCapabilities) {
			if legend := c.outlines.tokens; legend != nil {
				to.SemanticTokensProvider = legend.options()
			}
		})
}

func semanticTokensDeltaMethod() method {
	return question(protocol.MethodTextDocumentSemanticTokensFullDelta, semanticTokensDelta).
		doing("only what changed since the last answer").
		concerningOne()
}

func semanticTokensRangeMethod() method {
	return question(protocol.MethodTextDocumentSemanticTokensRange, semanticTokensRange).
		doing("only what is in sight").
		concerningOne()
}

// A tokenLegend is what the client gets to know of tokens. Of what LSP names that is nothing that
// it does not declare. The modifiers that are opm-lsp's own no client can declare: a theme or the
// settings of an editor know them, and who does not passes over their bits.
type tokenLegend struct {
	types     []string // a type is sent as its index
	modifiers []string // a modifier is sent as the bit with its index
	full      bool
	delta     bool
	part      bool // of a document: a range
}

// newTokenLegend returns the legend for a client; nil for one that shows no tokens.
func newTokenLegend(declared *protocol.SemanticTokensClientCapabilities) *tokenLegend {
	legend := &tokenLegend{types: []string{}, modifiers: []string{}}
	for _, t := range analysis.TokenTypes() {
		if slices.Contains(declared.TokenTypes, string(t)) {
			legend.types = append(legend.types, string(t))
		}
	}
	for _, m := range analysis.TokenModifierNames() {
		if m.Own || slices.Contains(declared.TokenModifiers, m.Name) {
			legend.modifiers = append(legend.modifiers, m.Name)
		}
	}
	switch full := declared.Requests.Full.(type) {
	case protocol.Boolean:
		legend.full = bool(full)
	case *protocol.ClientSemanticTokensRequestFullDelta:
		legend.full, legend.delta = true, isTrue(full.Delta)
	}
	switch part := declared.Requests.Range.(type) {
	case protocol.Boolean:
		legend.part = bool(part)
	case *protocol.SemanticTokensOptionsRange:
		legend.part = true
	}
	if !legend.full && !legend.part || len(legend.types) == 0 {
		return nil
	}
	return legend
}

func (l *tokenLegend) options() *protocol.SemanticTokensOptions {
	options := &protocol.SemanticTokensOptions{
		Legend: protocol.SemanticTokensLegend{TokenTypes: l.types, TokenModifiers: l.modifiers},
	}
	switch {
	case l.delta:
		options.Full = &protocol.SemanticTokensFullDelta{Delta: pointer(true)}
	case l.full:
		options.Full = protocol.Boolean(true)
	}
	if l.part {
		options.Range = protocol.Boolean(true)
	}
	return options
}

// encode returns tokens as LSP wants them: five numbers each, places relative to the token
// before. Those whose type is not in the legend are left out.
func (l *tokenLegend) encode(content *text.Text, tokens []analysis.Token, enc text.Encoding) []uint32 {
	names := analysis.TokenModifierNames()
	data := make([]uint32, 0, 5*len(tokens))
	var last text.Position
	for _, token := range tokens {
		kind := slices.Index(l.types, string(token.Type))
		start, end := content.Position(token.Span.Start, enc), content.Position(token.Span.End, enc)
		if kind < 0 || start.Line != end.Line || start.Character >= end.Character {
			continue
		}
		bits := uint32(0)
		for _, m := range names {
			if i := slices.Index(l.modifiers, m.Name); i >= 0 && token.Modifiers&m.Modifier != 0 {
				bits |= 1 << i
			}
		}
		if start.Line != last.Line {
			last.Character = 0
		}
		data = append(data, uint32(start.Line-last.Line), uint32(start.Character-last.Character),
			uint32(end.Character-start.Character), uint32(kind), bits)
		last = start
	}
	return data
}

// semanticTokensFull returns the tokens of a document.
func semanticTokensFull(_ context.Context, q *query, params *protocol.SemanticTokensParams) (any, error) {
	data, path, err := q.tokensOf(params.TextDocument)
	if err != nil || data == nil {
		return nil, err
	}
	result := &protocol.SemanticTokens{Data: data}
	if q.client.outlines.tokens.delta {
		result.ResultID = pointer(q.tokens.keep(path, data))
	}
	return result, nil
}

// semanticTokensDelta returns what changed since an earlier answer, or everything where
// nobody remembers that.
func semanticTokensDelta(_ context.Context, q *query, params *protocol.SemanticTokensDeltaParams) (any, error) {
	data, path, err := q.tokensOf(params.TextDocument)
	if err != nil || data == nil {
		return nil, err
	}
	before, known := q.tokens.get(path, params.PreviousResultID)
	id := q.tokens.keep(path, data)
	if !known {
		return &protocol.SemanticTokens{ResultID: pointer(id), Data: data}, nil
	}
	return &protocol.SemanticTokensDelta{ResultID: pointer(id), Edits: tokenEdits(before, data)}, nil
}

// semanticTokensRange returns the tokens of a part of a document.
func semanticTokensRange(_ context.Context, q *query, params *protocol.SemanticTokensRangeParams) (any, error) {
	path, content, err := q.document(params.TextDocument.URI)
	if err != nil || content == nil || q.client.outlines.tokens == nil {
		return nil, err
	}
	within, err := q.spanOf(content, params.Range)
	if err != nil {
		return nil, err
	}
	tokens := slices.DeleteFunc(q.ws.Tokens(path), func(t analysis.Token) bool {
		return t.Span.End <= within.Start || within.End <= t.Span.Start
	})
	return &protocol.SemanticTokens{Data: q.client.outlines.tokens.encode(content, tokens, q.client.encoding)}, nil
}

// tokensOf returns the tokens of a document, encoded; nil if there is no such document.
func (q *query) tokensOf(document protocol.TextDocumentIdentifier) (data []uint32, path string, err error) {
	path, content, err := q.document(document.URI)
	if err != nil || content == nil || q.client.outlines.tokens == nil {
		return nil, "", err
	}
	data = q.client.outlines.tokens.encode(content, q.ws.Tokens(path), q.client.encoding)
	if c := q.client; c.outlines.refreshesTokens {
		// Whether a value is overridden is decided in other files.
		q.server.shown.keep(q, shownAnswer{kind: shownTokens, path: path, said: string(encodeData(data)), again: func(ws workspace) string {
			return string(encodeData(c.outlines.tokens.encode(ws.Text(path), ws.Tokens(path), c.encoding)))
		}})
	}
	return data, path, nil
}

// tokenEdits returns what makes one list of tokens of another: one edit for all between what
// is the same at the beginning and at the end.
func tokenEdits(before, after []uint32) []protocol.SemanticTokensEdit {
	start := 0
	for start < len(before) && start < len(after) && before[start] == after[start] {
		start++
	}
	start -= start % 5 // whole tokens
	end := 0
	for end < len(before)-start && end < len(after)-start && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	end -= end % 5
	if start+end == len(before) && len(before) == len(after) {
		return []protocol.SemanticTokensEdit{}
	}
	return []protocol.SemanticTokensEdit{{
		Start:       uint32(start),
		DeleteCount: uint32(len(before) - end - start),
		Data:        after[start : len(after)-end],
	}}
}

// maxTokenResults is how many documents' tokens are remembered for a client that asks what
// changed: as many as an editor shows at a time, and more.
const maxTokenResults = 32

// tokenResults are the tokens that the client has, as far as they are remembered: those
// answered last, one list for each document.
type tokenResults struct {
	mu    sync.Mutex
	count uint64        // results so far
	lists []tokenResult // the one used last is last
}

type tokenResult struct {
	path, id string
	data     []uint32
}

// keep remembers the tokens of a document in place of earlier ones, and returns their id.
func (r *tokenResults) keep(path string, data []uint32) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgetLocked(path)
	if len(r.lists) == maxTokenResults {
		r.lists = slices.Delete(r.lists, 0, 1)
	}
	r.count++
	id := strconv.FormatUint(r.count, 10)
	r.lists = append(r.lists, tokenResult{path, id, data})
	return id
}

// get returns the tokens of a document that have an id, if they are remembered.
func (r *tokenResults) get(path, id string) (data []uint32, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, list := range r.lists {
		if list.path == path && list.id == id {
			return list.data, true
		}
	}
	return nil, false
}

// forget drops what is remembered of a document.
func (r *tokenResults) forget(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgetLocked(path)
}

func (r *tokenResults) forgetLocked(path string) {
	r.lists = slices.DeleteFunc(r.lists, func(list tokenResult) bool { return list.path == path })
}
