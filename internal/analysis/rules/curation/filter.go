package curation

import (
	"regexp"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

// A filter is a loop over the members of the layer below that carries those of which its
// conditions hold:
//
//	for id, c in #moduleDefinition.components if id != "debug" {(id): c}
type filter struct {
	file       *syntax.File
	expr       *ast.Comprehension
	source     ast.Expr // what it loops over
	key        string   // the name that it binds to the label
	conditions []ast.Expr
	// pure says that it carries the members as they are and does nothing else.
	pure bool

	slot   catalogindex.Field
	around *ast.StructLit
}

// A loopKind is what a loop in a slot does.
type loopKind int

const (
	unreadable loopKind = iota
	carries             // it carries members of the layer below
	lays                // it lays something over members, and carries none
)

// readLoop reads a comprehension in the slot.
func (s *slot) readLoop(file *syntax.File, x *ast.Comprehension) (*filter, loopKind) {
	f := &filter{file: file, expr: x}
	each, ok := x.Clauses[0].(*ast.ForClause)
	if !ok || each.Key == nil || each.Value == nil || !s.isSlotBelow(file, each.Source) || x.Fallback != nil {
		return nil, unreadable
	}
	f.source, f.key = each.Source, each.Key.Name
	body, ok := f.conditionsOf(x, x.Clauses[1:])
	if !ok || len(body.Elts) != 1 {
		return nil, unreadable
	}
	field, ok := body.Elts[0].(*ast.Field)
	if !ok || !isKey(field.Label, f.key) {
		return nil, unreadable
	}
	operands := catalogindex.Operands(file, field.Value)
	kind := lays
	for _, o := range operands {
		switch {
		case isName(o.Expr, each.Value.Name), s.isElementBelow(file, o.Expr, f.key):
			kind = carries
		default:
			if _, ok := o.Expr.(*ast.StructLit); !ok {
				return nil, unreadable
			}
		}
	}
	f.pure = len(operands) == 1
	return f, kind
}

// conditionsOf collects the conditions behind the loop's own clause, also those of an if
// in its body, and returns the struct that it makes.
func (f *filter) conditionsOf(x *ast.Comprehension, clauses []ast.Clause) (*ast.StructLit, bool) {
	for _, c := range clauses {
		condition, ok := c.(*ast.IfClause)
		if !ok {
			return nil, false
		}
		f.conditions = append(f.conditions, condition.Condition)
	}
	body, ok := x.Value.(*ast.StructLit)
	if !ok {
		return nil, false
	}
	if len(body.Elts) == 1 {
		if inner, ok := body.Elts[0].(*ast.Comprehension); ok {
			return f.conditionsOf(inner, inner.Clauses)
		}
	}
	return body, true
}

// leavesOut reports whether the loop surely leaves out the member with a name, and by
// which condition.
func (f *filter) leavesOut(name string) (by ast.Expr, ok bool) {
	for _, c := range f.conditions {
		if f.holds(c, name) == cascade.No {
			return c, true
		}
	}
	return nil, false
}

// holds evaluates a condition on the label.
func (f *filter) holds(condition ast.Expr, name string) cascade.Truth {
	switch x := condition.(type) {
	case *ast.ParenExpr:
		return f.holds(x.X, name)
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return not(f.holds(x.X, name))
		}
	case *ast.BasicLit:
		switch x.Kind {
		case token.TRUE:
			return cascade.Yes
		case token.FALSE:
			return cascade.No
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			return min(f.holds(x.X, name), f.holds(x.Y, name))
		case token.LOR:
			return max(f.holds(x.X, name), f.holds(x.Y, name))
		}
		return f.compares(x, name)
	}
	return cascade.Unknown
}

// compares evaluates id == "x" and its like.
func (f *filter) compares(x *ast.BinaryExpr, name string) cascade.Truth {
	left, leftOK := f.text(x.X, name)
	right, rightOK := f.text(x.Y, name)
	if !leftOK || !rightOK {
		return cascade.Unknown
	}
	switch x.Op {
	case token.EQL:
		return truth(left == right)
	case token.NEQ:
		return truth(left != right)
	case token.MAT, token.NMAT:
		pattern, err := regexp.Compile(right)
		if err != nil {
			return cascade.Unknown
		}
		return truth(pattern.MatchString(left) == (x.Op == token.MAT))
	}
	return cascade.Unknown
}

// text returns the string that an operand of a comparison is.
func (f *filter) text(expr ast.Expr, name string) (string, bool) {
	switch x := expr.(type) {
	case *ast.ParenExpr:
		return f.text(x.X, name)
	case *ast.Ident:
		return name, x.Name == f.key
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			s, err := literal.Unquote(x.Value)
			return s, err == nil
		}
	}
	return "", false
}

func not(t cascade.Truth) cascade.Truth { return cascade.Yes - t }

func truth(b bool) cascade.Truth {
	if b {
		return cascade.Yes
	}
	return cascade.No
}

// isKey reports whether a label is what the loop binds to the labels: (id) or "\(id)".
func isKey(label ast.Label, key string) bool {
	switch x := label.(type) {
	case *ast.ParenExpr:
		return isName(x.X, key)
	case *ast.Interpolation:
		if len(x.Elts) != 3 {
			return false
		}
		first, last := x.Quotes()
		return first.Value == `"\(` && last.Value == `)"` && isName(x.Elts[1], key)
	}
	return false
}

func isName(expr ast.Expr, name string) bool {
	x, ok := expr.(*ast.Ident)
	return ok && x.Name == name
}

// isElementBelow reports whether an expression is #moduleDefinition.components[id].
func (s *slot) isElementBelow(file *syntax.File, expr ast.Expr, key string) bool {
	x, ok := expr.(*ast.IndexExpr)
	return ok && isName(x.Index, key) && s.isSlotBelow(file, x.X)
}
