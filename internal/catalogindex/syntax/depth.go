package syntax

import (
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// The bounds of what is parsed. Everything that reads a file calls itself once for
// each level of its nesting, and a stack that overflows cannot be recovered from.
// Files that people write stay far below both.
const (
	maxNesting = 1_000  // brackets and labels around one place
	maxChain   = 50_000 // operators, selectors and calls in one expression
)

// tooDeep reports whether the content is nested beyond the bounds, and where.
func tooDeep(content string) (text.Span, bool) {
	if !mayBeDeep(content) {
		return text.Span{}, false
	}
	type level struct{ labels, chain int }
	stack := []level{{}}
	nesting := 0 // brackets and labels around the current lexeme
	lexemes := lex(content)
	for i, l := range lexemes {
		top := &stack[len(stack)-1]
		if l.kind == lexComma || l.first && i > 0 && endsDeclaration(lexemes[i-1]) {
			nesting -= top.labels
			*top = level{}
		}
		switch l.kind {
		case lexColon:
			top.labels++
			nesting++
		case lexOpen:
			top.chain++
			nesting++
			stack = append(stack, level{})
		case lexClose:
			if len(stack) > 1 {
				nesting -= top.labels + 1
				stack = stack[:len(stack)-1]
			}
		case lexOperator:
			top.chain++
		case lexString:
			// Strings in each other's interpolations are one lexeme; CUE reads
			// what is left of the file again for each.
			if strings.Count(content[l.start:l.end], "(") > maxNesting && strings.Count(content[l.start:l.end], `\`) > maxNesting {
				return text.Span{Start: l.start, End: l.start + 1}, true
			}
		}
		if nesting > maxNesting || stack[len(stack)-1].chain > maxChain {
			return text.Span{Start: l.start, End: l.end}, true
		}
	}
	return text.Span{}, false
}

// endsDeclaration reports whether a new line behind the lexeme ends the declaration.
func endsDeclaration(l lexeme) bool {
	return l.kind != lexColon && l.kind != lexOperator && l.kind != lexOpen && l.kind != lexComma
}

// mayBeDeep reports whether the content has enough of the characters that nest to
// reach a bound. Hardly any file has, and then nothing more needs to be looked at.
func mayBeDeep(content string) bool {
	nesting, chain := 0, 0
	for i := 0; i < len(content); i++ {
		switch content[i] {
		case '(', '[', '{', ':':
			nesting++
		case '&', '|', '+', '-', '*', '/', '<', '>', '=', '!', '.', '?':
			chain++
		}
	}
	return nesting > maxNesting || nesting+chain > maxChain
}
