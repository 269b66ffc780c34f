package analysis

import (
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// settings returns what the project that a package belongs to says in its opm-lsp.cue.
func (s *Snapshot) settings(*catalogindex.Package) *rule.Settings {
	return &rule.Settings{PlatformPrefixes: []string{"platform-"}}
}

// Secrets returns which values of a file nobody is shown.
func (s *Snapshot) Secrets(path string) cascade.Secrets {
	if p := s.index.PackageOf(path); p != nil {
		return s.settings(p).Secrets
	}
	return cascade.Secrets{}
}
