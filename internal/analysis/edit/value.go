package edit

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// An Alternative is one operand of a disjunction, as it is written.
type Alternative struct {
	Span    text.Span // with its mark
	Default bool      // it is marked with "*"
	Expr    ast.Expr  // without its mark; offsets in it mean nothing
}

// Alternatives takes the text of a value apart at its outermost "|". A value that is no
// disjunction is its only alternative. The result is nil if the text does not parse.
func Alternatives(file *syntax.File, value text.Span) []Alternative {
	expr, err := parser.ParseExpr("", file.Text.Slice(value))
	if err != nil {
		return nil
	}
	var out []Alternative
	var split func(ast.Expr)
	split = func(x ast.Expr) {
		if b, ok := x.(*ast.BinaryExpr); ok && b.Op == token.OR {
			split(b.X)
			split(b.Y)
			return
		}
		start, end := value.Start+x.Pos().Offset(), value.Start+x.End().Offset()
		a := Alternative{Span: text.Span{Start: start, End: end}, Expr: x}
		if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.MUL {
			a.Default, a.Expr = true, u.X
		}
		out = append(out, a)
	}
	split(expr)
	return out
}

// AddDefault returns the edit that gives a value a default, given as CUE.
func AddDefault(file *syntax.File, value text.Span, standard string) rule.Edit {
	return Insert(file, value.End, " | *"+standard)
}

// SetMark returns the edits that give the field with a label the mark "?", "!" or "", none
// if it has it already.
func SetMark(file *syntax.File, label text.Span, mark string) []rule.Edit {
	at := text.Span{Start: label.End, End: label.End}
	if rest := file.Text.Content()[label.End:]; strings.HasPrefix(rest, "?") || strings.HasPrefix(rest, "!") {
		at.End++
	}
	if file.Text.Slice(at) == mark {
		return nil
	}
	return []rule.Edit{Replace(file, at, mark)}
}

// WithoutDefault returns the edits that take the default out of a disjunction. ok is false
// if there is none in it, or nothing else.
func WithoutDefault(file *syntax.File, value text.Span) (edits []rule.Edit, ok bool) {
	alternatives := Alternatives(file, value)
	var kept []Alternative
	for _, a := range alternatives {
		if !a.Default {
			kept = append(kept, a)
		}
	}
	if len(kept) == 0 || len(kept) == len(alternatives) {
		return nil, false
	}
	// What stands before the first that is kept goes with its bar, and what is between
	// and behind the others with the bar before it.
	at := value.Start
	for i, a := range kept {
		end := a.Span.Start
		if i > 0 {
			end = kept[i-1].Span.End
			if strings.TrimSpace(file.Text.Content()[end:a.Span.Start]) != "|" {
				edits = append(edits, Replace(file, text.Span{Start: end, End: a.Span.Start}, " | "))
			}
		} else if end > at {
			edits = append(edits, Replace(file, text.Span{Start: at, End: end}, ""))
		}
	}
	if last := kept[len(kept)-1].Span.End; last < value.End {
		edits = append(edits, Replace(file, text.Span{Start: last, End: value.End}, ""))
	}
	return edits, true
}
