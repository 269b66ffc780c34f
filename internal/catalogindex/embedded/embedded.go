// Package embedded holds the schemas that the server brings along: the core of
// OPM and its traits. They stand in for names that a workspace uses and does not
// define, and their doc comments are what hover shows for them.
package embedded

import (
	"embed"
	"io/fs"
)

//go:embed config.opm.dev core.opm.dev traits.opm.dev
var files embed.FS

// Files returns the embedded schemas. A file's path is the import path of its
// package followed by the file's name, as in "core.opm.dev/v1/module.cue".
func Files() fs.FS {
	return files
}
