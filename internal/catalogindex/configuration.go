package catalogindex

import (
	"path/filepath"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// ConfigurationFile is the name of the file at a workspace's top in which a project says
// what opm-lsp is to do.
const ConfigurationFile = "opm-lsp.cue"

// IsConfiguration reports whether a path is that of a configuration file.
func IsConfiguration(path string) bool { return filepath.Base(path) == ConfigurationFile }

// configurationDialect is the form of a configuration: all of it is values.
var configurationDialect = &Dialect{Name: ConfigurationFile}

// schemaPath is the import path of the embedded schema of configurations.
const schemaPath = "config.opm.dev/v1"

// configuration returns the document that the files of a package are as a whole.
func configuration(p *Package, kind Kind) *Document {
	d := &Document{Kind: kind, Dialect: configurationDialect, Package: p, File: p.Files[0]}
	for _, f := range p.Files {
		root := Part{File: f, Decls: f.AST.Decls, Span: text.Span{End: f.Text.Len()}}
		d.Parts = append(d.Parts, root)
		for _, decl := range root.Decls { // all of it in braces, as JSON is
			if embed, ok := decl.(*ast.EmbedDecl); ok {
				d.Parts = append(d.Parts, structParts(Operands(f, embed.Expr))...)
			}
		}
	}
	d.Name.Value = "of " + ConfigurationFile
	return d
}

// Schema returns the embedded schema of configurations.
func (ix *Index) Schema() *Document { return ix.embedded[schemaPath].Documents[0] }

// ConfigurationFor returns the configuration that counts for a directory: that in the
// nearest directory at or above it which has one; nil if there is none.
func (ix *Index) ConfigurationFor(dir string) *Document {
	for !strings.HasPrefix(dir, EmbeddedRoot) {
		if p := ix.PackageOf(filepath.Join(dir, ConfigurationFile)); p != nil {
			return p.Documents[0]
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return nil
}

// EditorSettings returns what an editor's settings, given as JSON, say of the
// configuration. JSON is CUE, so they are a layer of it like any other.
func EditorSettings(json string) *Document {
	const path = EmbeddedRoot + "settings.json"
	f := syntax.Parse(path, json)
	d := configuration(&Package{Key: path, Dir: EmbeddedRoot, Embedded: true, Files: []*syntax.File{f}}, Editor)
	d.Name.Value = "settings"
	return d
}
