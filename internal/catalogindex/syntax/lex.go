package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A lexeme is one token of a CUE file, as far as repairing needs to know it. CUE's
// scanner cannot serve here: inside an interpolation it depends on its parser.
type lexeme struct {
	kind       lexKind
	start, end int // byte offsets
	line       int // line on which it starts, from 0
	column     int // bytes from the start of that line
	first      bool
	closed     bool // for strings: the closing quote is there
	quote      string
}

type lexKind int

const (
	lexWord lexKind = iota // identifier, keyword, attribute
	lexNumber
	lexString
	lexOpen  // ( [ {
	lexClose // ) ] }
	lexComma
	lexColon
	lexOperator
	lexEllipsis
	lexIllegal
)

// lex splits the content into lexemes, leaving out white space and comments.
func lex(content string) []lexeme {
	lexemes, _ := lexWithComments(content)
	return lexemes
}

// lexWithComments splits the content into lexemes and the spans of its comments.
func lexWithComments(content string) (out []lexeme, comments []text.Span) {
	out = make([]lexeme, 0, len(content)/6+1) // most lexemes are longer
	line, lineStart := 0, 0
	lastLine := -1
	emit := func(kind lexKind, start, end int) *lexeme {
		out = append(out, lexeme{kind: kind, start: start, end: end, line: line, column: start - lineStart, first: line != lastLine, closed: true})
		lastLine = line
		return &out[len(out)-1]
	}
	for i := 0; i < len(content); {
		c := content[i]
		switch {
		case c == '\n':
			line++
			i++
			lineStart = i
		case c == ' ' || c == '\t' || c == '\r' || strings.HasPrefix(content[i:], bom):
			if c != bom[0] {
				i++
				continue
			}
			i += len(bom)
			if i == len(bom) { // columns count from behind it
				lineStart = i
			}
		case strings.HasPrefix(content[i:], "//"):
			n := len(strings.TrimSuffix(content[i:i+lineLength(content[i:])], "\r"))
			comments = append(comments, text.Span{Start: i, End: i + n})
			i += n
		case c == '"' || c == '\'' || c == '#' && isRawString(content[i:]):
			end, quote, closed := stringEnd(content, i, 0)
			l := emit(lexString, i, end)
			l.quote, l.closed = quote, closed
			if n := strings.Count(content[i:end], "\n"); n > 0 {
				line += n
				lineStart = i + strings.LastIndexByte(content[i:end], '\n') + 1
				lastLine = line
			}
			i = end
		case c == '@': // an attribute is one word, parentheses included
			end := attributeEnd(content, i)
			emit(lexWord, i, end)
			i = end
		case isWordStart(content[i:]):
			end := i + wordLength(content[i:])
			emit(lexWord, i, end)
			i = end
		case c >= '0' && c <= '9' || c == '.' && i+1 < len(content) && isDigit(content[i+1]):
			end := i + 1
			for end < len(content) && (isDigit(content[end]) || content[end] == '.' || content[end] == '_' || isLetter(content[end])) {
				end++
			}
			emit(lexNumber, i, end)
			i = end
		case strings.HasPrefix(content[i:], "..."):
			emit(lexEllipsis, i, i+3)
			i += 3
		case c == '{' || c == '[' || c == '(':
			emit(lexOpen, i, i+1)
			i++
		case c == '}' || c == ']' || c == ')':
			emit(lexClose, i, i+1)
			i++
		case c == ',':
			emit(lexComma, i, i+1)
			i++
		case c == ':':
			emit(lexColon, i, i+1)
			i++
		default:
			if n := operatorLength(content[i:]); n > 0 {
				emit(lexOperator, i, i+n)
				i += n
				continue
			}
			_, size := utf8.DecodeRuneInString(content[i:])
			emit(lexIllegal, i, i+size)
			i += size
		}
	}
	return out, comments
}

// bom is the byte order mark that some editors put before the first character.
const bom = "\ufeff"

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func lineLength(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

func isWordStart(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r == '_' || r == '$' || r == '#' || unicode.IsLetter(r)
}

func wordLength(s string) int {
	for i, r := range s {
		if r != '_' && r != '$' && r != '#' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return i
		}
	}
	return len(s)
}

var operators = []string{"=~", "!~", "==", "!=", "<=", ">=", "&&", "||", "&", "|", "+", "-", "*", "/", "<", ">", "=", "!", "?", ".", ";", "~"}

func operatorLength(s string) int {
	for _, op := range operators {
		if strings.HasPrefix(s, op) {
			return len(op)
		}
	}
	return 0
}

// maxStringDepth bounds how many strings are looked for inside each other's
// interpolations. Nobody writes more than two.
const maxStringDepth = 32

func isRawString(s string) bool {
	s = strings.TrimLeft(s, "#")
	return s != "" && (s[0] == '"' || s[0] == '\'')
}

// stringEnd returns the offset behind the string literal that starts at start, its
// closing delimiter, and whether that is there. A string that is not closed ends
// at the end of its line, or of the file if it is a multi-line one. depth counts
// the strings around it, each in an interpolation of the next.
func stringEnd(content string, start, depth int) (end int, quote string, closed bool) {
	i := start
	for content[i] == '#' {
		i++
	}
	hashes := content[start:i]
	q := content[i : i+1]
	multi := strings.HasPrefix(content[i:], q+q+q)
	if multi {
		q += q[:1] + q[:1]
	}
	quote = q + hashes
	escape := `\` + hashes
	for i += len(q); i < len(content); {
		switch {
		case strings.HasPrefix(content[i:], quote):
			return i + len(quote), quote, true
		case content[i] == '\n' && !multi:
			return trimCR(content, start, i), quote, false
		case strings.HasPrefix(content[i:], escape+"(") && depth < maxStringDepth:
			i = interpolationEnd(content, i+len(escape)+1, multi, depth+1)
		case strings.HasPrefix(content[i:], escape) && i+len(escape) < len(content) && content[i+len(escape)] != '\n':
			i += len(escape) + 1
		default:
			i++
		}
	}
	return len(content), quote, false
}

func trimCR(content string, start, end int) int {
	if end > start && content[end-1] == '\r' {
		return end - 1
	}
	return end
}

// interpolationEnd returns the offset behind the parenthesis that closes an
// interpolation, or the end of the line if nothing does.
func interpolationEnd(content string, i int, multi bool, depth int) int {
	open := 1
	for i < len(content) {
		switch c := content[i]; {
		case c == '\n' && !multi:
			return i
		case c == '(':
			open++
		case c == ')':
			open--
			if open == 0 {
				return i + 1
			}
		case c == '"' || c == '\'':
			i, _, _ = stringEnd(content, i, depth)
			continue
		}
		i++
	}
	return i
}

func attributeEnd(content string, i int) int {
	end := i + 1 + wordLength(content[i+1:])
	if end >= len(content) || content[end] != '(' {
		return end
	}
	for depth := 0; end < len(content) && content[end] != '\n'; end++ {
		switch content[end] {
		case '(':
			depth++
		case ')':
			depth--
			if depth == 0 {
				return end + 1
			}
		}
	}
	return end
}
