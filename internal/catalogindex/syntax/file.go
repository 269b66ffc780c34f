// Package syntax parses CUE files, also those that somebody is typing right now.
//
// CUE's own parser gives up early at a dangling colon, an open brace or a label
// with an unquoted dash, and drops what stands around it. So a file that does not
// parse is repaired first (see repair.go): a copy of its bytes gets the few that
// are missing, and is parsed instead. Places in that copy are translated back, so
// whoever reads a [File] only ever sees offsets of the text as it was written.
package syntax

import (
	"crypto/sha256"
	pathpkg "path"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A File is one parsed CUE file. It is immutable.
type File struct {
	Path     string // absolute
	Text     *text.Text
	Hash     [sha256.Size]byte // of the content
	Problems []Problem         // what does not parse, in order of place
	// IsLink says that the path is a symbolic link: the file is there under another path too.
	IsLink bool

	shifts        []shift // how places in the AST differ from places in Text
	imports       []Import
	packageName   string
	isConditional bool
	leftOut       bool // too large, nested too deep, or broken in too many places, to be read at all

	tree   *ast.File         // see AST
	specs  []*ast.ImportSpec // of the imports
	atRest bool              // see AtRest: then tree and specs are read when somebody asks
	waking sync.Once
	onWake func(path string)

	movableOnce sync.Once
	movable     []text.Span // the lines, once Moved has asked for them
	meaningOnce sync.Once
	meaning     [sha256.Size]byte // see Meaning
}

// A Problem is one place at which the file does not parse.
type Problem struct {
	Span    text.Span
	Message string // a sentence: what is wrong and what to do
	// Replacement is what to write at Span instead; empty where no mend is known.
	Replacement string
	// Extent says how much of what stands around is not to be trusted.
	Extent Extent
}

// An Extent is how far a problem reaches.
type Extent int

// The extents of a problem.
const (
	InStruct Extent = iota // fields of the struct around it may be lost
	InField                // only the value of the field that it stands in
	InFile                 // it is not known which struct anything belongs to
)

// A shift says that AST offsets from at on are delta bytes larger than the
// offsets of the text. Those between from and at were put in place of what stands
// at origin in the text.
type shift struct {
	from, at int // AST offsets: the replacement is [from, at)
	delta    int // bytes
	origin   int // offset in the text
}

// Parse parses a file. It never fails: what cannot be parsed is in Problems, and
// the rest of the file is in AST all the same.
func Parse(path, content string) *File {
	f := &File{Path: path, Text: text.New(content), Hash: sha256.Sum256([]byte(content))}
	if len(content) > maxSize {
		return f.leaveOut(text.Span{}, "This file is larger than 2 MB, so opm-lsp leaves it out: split it up.")
	}
	if span, deep := tooDeep(content); deep {
		return f.leaveOut(span, "This is nested so deep that opm-lsp leaves the file out: split it up.")
	}
	at := invalidUTF8(content)
	if at >= 0 {
		content = onlyUTF8(content)
	}
	tree, err := parse(path, content)
	if err == nil && !mayDangle(tree) {
		f.tree = tree
	} else {
		f.repair(content)
	}
	f.takeBareValues()
	if at >= 0 { // one cause, one problem
		f.Problems = []Problem{{
			Span:    text.Span{Start: at, End: at + 1},
			Message: "This file is not UTF-8, so it cannot be read as CUE: save it in UTF-8.",
		}}
	}
	f.readHead()
	return f
}

// maxSize is the size of the largest text, in bytes, that is read: parsing a larger one at every
// keystroke would hold up all others.
const maxSize = 2 << 20

// leaveOut makes the file one of which nothing is read, and says why.
func (f *File) leaveOut(span text.Span, why string) *File {
	f.leftOut = true
	f.tree = &ast.File{Filename: f.Path}
	f.Problems = []Problem{{Span: span, Message: why, Extent: InFile}}
	return f
}

// onlyUTF8 replaces each byte that is not UTF-8 by one that is, so that offsets
// stay true.
func onlyUTF8(content string) string {
	out := []byte(content)
	for i := 0; i < len(content); {
		r, size := utf8.DecodeRuneInString(content[i:])
		if r == utf8.RuneError && size == 1 {
			out[i] = '_'
		}
		i += size
	}
	return string(out)
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(content string) int {
	if utf8.ValidString(content) {
		return -1
	}
	for i, r := range content {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(content[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}

func parse(path, content string) (*ast.File, error) {
	if err := hopeless(path, content); err != nil {
		return nil, err
	}
	return parser.ParseFile(path, content, parser.ParseComments)
}

const (
	// surelyShort is the size of a text, in bytes, that has no place for more mistakes than
	// CUE's parser takes.
	surelyShort = 16 << 10
	// maxMistakes is how many characters and literals may be wrong: CUE's parser compares
	// each mistake with all before it.
	maxMistakes = 1000
)

// hopeless returns the first mistake of a text that has too many of them for CUE's parser.
func hopeless(path, content string) error {
	if len(content) <= surelyShort {
		return nil
	}
	var first errors.Error
	mistakes := 0
	var s scanner.Scanner
	s.Init(token.NewFile(path, -1, len(content)), []byte(content), func(pos token.Pos, message string, args []any) {
		if first == nil {
			first = errors.Newf(pos, message, args...)
		}
		mistakes++
	}, scanner.ScanComments)
	for mistakes <= maxMistakes {
		if _, tok, _ := s.Scan(); tok == token.EOF {
			return nil
		}
	}
	return first
}

// firstError returns the offset and the text of the first parse error.
func firstError(err error) (offset int, message string) {
	first := -1
	for _, e := range errors.Errors(err) {
		if at := e.Position().Offset(); e.Position().IsValid() && (first < 0 || at < first) {
			format, args := e.Msg()
			first, message = at, sprintf(format, args)
		}
	}
	return first, message
}

// offset translates an offset of the AST to one of the text.
func (f *File) offset(at int) int {
	// They are in order: the last one that begins before the offset counts.
	behind := sort.Search(len(f.shifts), func(i int) bool { return at < f.shifts[i].at && at <= f.shifts[i].from })
	if behind == 0 {
		return at
	}
	if s := f.shifts[behind-1]; at < s.at {
		return s.origin
	}
	return at - f.shifts[behind-1].delta
}

// Span returns the bytes of the text that the node was parsed from, without the
// comments around it. A node that exists by repair alone has an empty span.
func (f *File) Span(n ast.Node) text.Span {
	start, end := n.Pos(), n.End()
	if !start.IsValid() {
		return text.Span{}
	}
	s := text.Span{Start: f.offset(start.Offset()), End: f.offset(start.Offset())}
	if end.IsValid() {
		s.End = max(s.Start, f.offset(end.Offset()))
	}
	// CUE gives the last operand of x != _|_ a length of one.
	if end := s.End; end > s.Start && strings.HasPrefix(f.Text.Content()[min(end-1, f.Text.Len()):], "_|_") {
		s.End += len("|_")
	}
	s.End = min(s.End, f.Text.Len())
	return s
}

// Source returns the text of a node as it was written.
func (f *File) Source(n ast.Node) string { return f.Text.Slice(f.Span(n)) }

// PackageName returns the name in the package clause, or "" if there is none.
func (f *File) PackageName() string { return f.packageName }

// IsConditional reports whether CUE reads the file only if it is told to: it says @if,
// or never: it says @ignore.
func (f *File) IsConditional() bool { return f.isConditional }

// readHead reads what a file says of itself before its fields.
func (f *File) readHead() {
	if name := f.tree.PackageName(); name != "_" {
		f.packageName = name
	}
	f.isConditional = isConditional(f.tree)
	f.readImports()
}

func isConditional(tree *ast.File) bool {
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.Attribute:
			if key, _ := d.Split(); key == "if" || key == "ignore" {
				return true
			}
		case *ast.Package:
			return false
		}
	}
	return false
}

// An Import is one import of a file.
type Import struct {
	Name string // the name by which the file refers to it
	Path string // as written, without quotes
	Span text.Span

	file  *File
	index int // among those of the file
}

// Spec returns the import as it was parsed.
func (imp *Import) Spec() *ast.ImportSpec {
	imp.file.AST()
	return imp.file.specs[imp.index]
}

// Imports returns the file's imports in order. The caller must not change them.
func (f *File) Imports() []Import { return f.imports }

func (f *File) readImports() {
	for _, d := range f.tree.Decls {
		decl, ok := d.(*ast.ImportDecl)
		if !ok {
			continue
		}
		for _, spec := range decl.Specs {
			if spec.Path == nil || spec.Path.Value == "" {
				continue
			}
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil || path == "" {
				continue
			}
			imp := Import{Name: DefaultImportName(path), Path: path, Span: f.Span(spec.Path), file: f, index: len(f.imports)}
			if spec.Name != nil {
				imp.Name = spec.Name.Name
			}
			f.imports = append(f.imports, imp)
			f.specs = append(f.specs, spec)
		}
	}
}

// DefaultImportName returns the name that an import without an alias binds: what
// stands behind a colon, else the last path element that is not a version.
func DefaultImportName(path string) string {
	if i := strings.LastIndexByte(path, ':'); i >= 0 && ast.IsValidIdent(path[i+1:]) {
		return path[i+1:]
	}
	path, _, _ = strings.Cut(path, ":")
	path, _, _ = strings.Cut(path, "@")
	dir, last := pathpkg.Split(path)
	if isVersionElement(last) && dir != "" {
		last = pathpkg.Base(dir)
	}
	return last
}

// isVersionElement reports whether a path element is a full version such as
// v1.2.0. "v1" alone is none: CUE's own packages may be called so, as the core is.
func isVersionElement(element string) bool {
	rest, ok := strings.CutPrefix(element, "v")
	return ok && rest != "" && isDigit(rest[0]) && strings.Count(rest, ".") >= 2
}

// LabelName returns the name of a field's label: the identifier (with its # or
// _), or the unquoted string. ok is false for patterns and computed labels.
func LabelName(l ast.Label) (name string, ok bool) {
	switch x := l.(type) {
	case *ast.Ident:
		return x.Name, true
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return "", false
		}
		s, err := literal.Unquote(x.Value)
		return s, err == nil
	case *ast.Alias: // a=b: …
		if label, isLabel := x.Expr.(ast.Label); isLabel {
			return LabelName(label)
		}
	}
	return "", false
}
