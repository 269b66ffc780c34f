package cue

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/open-platform-model/opm-lsp/internal/analysis/edit"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// MissingImport reports the use of one of CUE's own packages in a file that does not
// import it, once for each package and file.
var MissingImport = &rule.Rule{
	Code:     "cue/missing-import",
	Severity: rule.Error,
	Finds:    "a package of CUE that is used and not imported, such as `strings`",
	Fix:      "adds the import",
	Check: func(p *rule.Pass) {
		if len(p.Package.Documents) == 0 {
			return // a CUE package that has nothing to do with OPM
		}
		scope := scopeOf(p)
		for _, f := range p.Package.Files {
			byPath := make(map[string][]use)
			var paths []string // in order of the first use
			for _, u := range scope.undefined(f) {
				if builtin := builtinOf(u); builtin != "" {
					if byPath[builtin] == nil {
						paths = append(paths, builtin)
					}
					byPath[builtin] = append(byPath[builtin], u)
				}
			}
			for _, builtin := range paths {
				reportMissingImport(p, builtin, byPath[builtin])
			}
		}
	},
}

func reportMissingImport(p *rule.Pass, builtin string, uses []use) {
	first := uses[0]
	finding := rule.Finding{
		File:    first.file,
		Span:    first.span(),
		Message: fmt.Sprintf("`%s` is a package of CUE that this file does not import: add import %q.", first.name(), builtin),
		Fixes: []rule.Fix{{
			Title: fmt.Sprintf("Import %q", builtin),
			Edits: []rule.Edit{edit.AddImport(first.file, builtin)},
			Safe:  true,
		}},
	}
	for _, u := range uses[1:min(len(uses), 1+maxAlso)] {
		finding.Related = append(finding.Related, rule.Related{Location: rule.At(u.file, u.span()), Message: "Also used here"})
	}
	p.Report(finding)
}

// builtinOf returns the import path of the package of CUE that a use means; "" if it means
// none. What a package has begins with a capital letter. Those for CUE's own commands are
// of no use in a document.
func builtinOf(u use) string {
	if len(u.names) < 2 || !isExported(u.names[1]) {
		return ""
	}
	for _, builtin := range catalogindex.BuiltinPackages() {
		if path.Base(builtin) == u.name() && builtin != "tool" && !strings.HasPrefix(builtin, "tool/") {
			return builtin
		}
	}
	return ""
}

func isExported(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return unicode.IsUpper(first) || name == "ns" // uuid.ns.DNS
}
