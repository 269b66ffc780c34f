package synthetic

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex/embedded"
)

const plainModulePath = "harbourlane.example/plain"

// plainTop returns the CUE module, and the core and the traits as packages of it.
func plainTop() []File {
	out := []File{{"cue.mod/module.cue", "module: \"" + plainModulePath + "@v0\"\nlanguage: {\n\tversion: \"v0.14.0\"\n}\n"}}
	for _, dir := range []string{"core.opm.dev", "traits.opm.dev"} {
		err := fs.WalkDir(embedded.Files(), dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(embedded.Files(), path)
			out = append(out, File{path, string(content)})
			return err
		})
		if err != nil {
			panic(err) // the files are part of the program
		}
	}
	return out
}

// toPlain makes of a definition's or Module's text one that CUE understands by itself: what OPM
// gives a meaning to by its name is imported, and a Module unifies its definition with
// what it adds.
var toPlain = strings.NewReplacer(
	"import (\n", "import (\n\tcore \""+plainModulePath+"/core.opm.dev/v1\"\n",
	"\"traits.opm.dev/", "\""+plainModulePath+"/traits.opm.dev/",
	"#ModuleDefinition & {", "Definition: {",
	"\n#Module & {", "\n#Module: app.Definition & {",
	"#WorkloadComponent", "core.#WorkloadComponent",
	"#ModuleScope", "core.#ModuleScope",
	"#PlatformScope", "core.#PlatformScope",
	"\t#moduleDefinition: app.#ModuleDefinition\n\n", "",
	"\tcomponents: #moduleDefinition.components\n\n", "",
	"\tscopes: #moduleDefinition.scopes\n\n", "",
	"#moduleDefinition.values & ", "",
)

func (a application) plainDefinition(version int) File {
	text := a.definitionText(version, schema(a.values(version), a.docs(), false))
	return File{fmt.Sprintf("definitions/%s/v%s/definition.cue", a.name, versions[version].definition), toPlain.Replace(text)}
}

func (a application) plainModule(version int) File {
	text := a.moduleText(version, a.own(version, false), schema(a.added(), a.docs(), false))
	path := fmt.Sprintf("\"%s/definitions/%s/v%s:%s\"", plainModulePath, a.name, versions[version].definition, packageName(a.name))
	text = strings.Replace(text, fmt.Sprintf("\"code.harbourlane.example/%s:%s\"", a.name, versions[version].definition), path, 1)
	// A name is bound to its version, which each of the two layers has.
	text = strings.Replace(text, "\t#metadata: {\n\t\tname:", "\t#module: {\n\t\tname:", 1)
	return File{fmt.Sprintf("catalog/%s/v%s/module.cue", a.name, versions[version].module), toPlain.Replace(text)}
}
