package catalogindex

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
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

// IsConfiguration reports whether the form is that of a configuration, not of an OPM
// document.
func (d *Dialect) IsConfiguration() bool { return d == configurationDialect }

// schemaPath is the import path of the embedded schema of configurations.
const schemaPath = "config.opm.dev/v1"

// configuration returns the document that the files of a package are as a whole.
func configuration(p *Package, kind Kind) *Document {
	d := &Document{Kind: kind, Dialect: configurationDialect, Package: p, File: p.Files[0], written: &written{}}
	for _, f := range p.Files {
		root := Part{File: f, Decls: f.AST().Decls, Span: text.Span{End: f.Text.Len()}}
		d.written.parts = append(d.written.parts, root)
		for _, decl := range root.Decls { // all of it in braces, as JSON is
			if embed, ok := decl.(*ast.EmbedDecl); ok {
				d.written.parts = append(d.written.parts, structParts(Operands(f, embed.Expr))...)
			}
		}
	}
	d.Name.Value = "of " + ConfigurationFile
	return d
}

// Schema returns the embedded schema of configurations.
func (ix *Index) Schema() *Document { return ix.embedded[schemaPath].Documents[0] }

// ConfigurationOf returns the configuration at the top of a workspace; nil if it has none.
func (ix *Index) ConfigurationOf(root string) *Document {
	if p := ix.PackageOf(filepath.Join(root, ConfigurationFile)); p != nil {
		return p.Documents[0]
	}
	return nil
}

// EditorSettings returns what an editor's settings, given as a JSON object, say of the
// configuration. They are a layer of it like any other; each of their values is a default,
// so that the project's file may say something else.
func EditorSettings(settings string) *Document {
	const path = EmbeddedRoot + "settings"
	f := syntax.Parse(path, asDefaults(json.RawMessage(settings)))
	d := configuration(&Package{Key: path, Dir: EmbeddedRoot, Embedded: true, Files: []*syntax.File{f}}, Editor)
	d.Name.Value = "settings"
	return d
}

// asDefaults returns a JSON value as CUE, with everything in it that is no object marked
// as a default: {"rules": {"cue": "hint"}} becomes {"rules": {"cue": *"hint" | _}}.
func asDefaults(value json.RawMessage) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(value, &fields) != nil || fields == nil {
		return "*" + string(value) + " | _"
	}
	var b strings.Builder
	b.WriteString("{")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		label, err := json.Marshal(name)
		if err == nil { // which a string always can be
			fmt.Fprintf(&b, "%s: %s\n", label, asDefaults(fields[name]))
		}
	}
	b.WriteString("}")
	return b.String()
}
