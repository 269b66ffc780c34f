package edit

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// AddImport returns the edit that imports a path.
func AddImport(file *syntax.File, importPath string) rule.Edit {
	return AddNamedImport(file, syntax.DefaultImportName(importPath), importPath)
}

// AddNamedImport returns the edit that imports a path by a name.
func AddNamedImport(file *syntax.File, name, importPath string) rule.Edit {
	nl := NewLine(file)
	spec := strconv.Quote(importPath)
	if name != syntax.DefaultImportName(importPath) {
		spec = name + " " + spec
	}
	clause, block, single, last := preamble(file)
	switch {
	case block != nil:
		return addToBlock(file, block, importPath, spec)
	case single != nil:
		return makeBlock(file, single, importPath, spec)
	case last != nil:
		return Insert(file, lineEnd(file, last), nl+"import "+spec)
	case clause != nil:
		at := lineEnd(file, clause)
		return Insert(file, at, nl+nl+"import "+spec+separation(file, at))
	}
	at := bodyStart(file)
	return Insert(file, at, "import "+spec+nl+nl)
}

// preamble returns what stands at the top of a file: the package clause, or attributes of
// the file; the last import declaration in parentheses that is not empty; the only one, if
// it has none; and the last one, whatever it is.
func preamble(file *syntax.File) (clause ast.Decl, block, single, last *ast.ImportDecl) {
	for _, d := range file.AST().Decls {
		switch d := d.(type) {
		case *ast.ImportDecl:
			single = nil
			switch {
			case d.Lparen.IsValid() && len(d.Specs) > 0:
				block = d
			case last == nil && len(d.Specs) == 1:
				single = d
			}
			last = d
		case *ast.Package:
			clause = d
		case *ast.Attribute:
			if last == nil && clause == nil {
				clause = d
			}
		}
	}
	return clause, block, single, last
}

// makeBlock puts an import and the only one that there is into parentheses.
func makeBlock(file *syntax.File, single *ast.ImportDecl, importPath, spec string) rule.Edit {
	nl := NewLine(file)
	old := file.Span(single.Specs[0])
	whole := text.Span{Start: file.Span(single).Start, End: old.End}
	if endsLine(file, whole.End) { // with its comment
		whole.End = lineEnd(file, single)
	}
	lines := []string{file.Text.Slice(text.Span{Start: old.Start, End: whole.End}), spec}
	if path, err := strconv.Unquote(single.Specs[0].Path.Value); err == nil && path > importPath {
		slices.Reverse(lines)
	}
	return Replace(file, whole, "import ("+nl+"\t"+strings.Join(lines, nl+"\t")+nl+")")
}

// addToBlock adds an import in order of the paths, as cue fmt leaves them.
func addToBlock(file *syntax.File, block *ast.ImportDecl, importPath, spec string) rule.Edit {
	final := file.Span(block.Specs[len(block.Specs)-1])
	if line := file.Text.LineOf(final.End); line == file.Text.LineOf(file.Span(block).Start) {
		return Insert(file, final.End, ", "+spec) // all on one line
	}
	nl := NewLine(file)
	for _, other := range block.Specs {
		if path, err := strconv.Unquote(other.Path.Value); err == nil && path > importPath {
			at := file.Span(other).Start
			first := file.Text.Line(aboveComments(file, file.Text.LineOf(at)))
			return Insert(file, first.Start, indentOf(file, at)+spec+nl)
		}
	}
	at := final.End
	if endsLine(file, at) {
		at = file.Text.Line(file.Text.LineOf(at)).End
	}
	return Insert(file, at, nl+indentOf(file, final.Start)+spec)
}

// lineEnd returns the end of the line on which a declaration ends.
func lineEnd(file *syntax.File, d ast.Decl) int {
	return file.Text.Line(file.Text.LineOf(file.Span(d).End)).End
}

// separation returns what keeps an import apart from what stands on the line behind an
// offset: an empty line, unless there is one.
func separation(file *syntax.File, at int) string {
	if kind := lineAt(file, file.Text.LineOf(at)+1); kind == blankLine || kind == edgeBelow {
		return ""
	}
	return NewLine(file)
}

// bodyStart returns where the first declaration of a file begins that has no package
// clause and no imports, with the comments that belong to it. A comment about the file,
// with an empty line behind it, stays above.
func bodyStart(file *syntax.File) int {
	const bom = "\ufeff"
	start := 0
	if strings.HasPrefix(file.Text.Content(), bom) {
		start = len(bom)
	}
	if len(file.AST().Decls) == 0 {
		return start
	}
	line := aboveComments(file, file.Text.LineOf(file.Span(file.AST().Decls[0]).Start))
	return max(start, file.Text.Line(line).Start)
}

// RemoveImport returns the edit that takes an import away, and its declaration if
// nothing else stands in that.
func RemoveImport(file *syntax.File, imp syntax.Import) rule.Edit {
	for _, d := range file.AST().Decls {
		if decl, ok := d.(*ast.ImportDecl); ok && len(decl.Specs) == 1 && decl.Specs[0] == imp.Spec() {
			return removeDecl(file, file.Span(decl))
		}
	}
	return removeDecl(file, file.Span(imp.Spec()))
}
