package analysis

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// What a project says in its opm-lsp.cue is a cascade like any other: the embedded schema
// is the lowest layer, an editor's settings may stand above it, and the file above both. So
// a wrong line of the file costs that line, and hover and completion know the rest.

// WithEditorSettings returns a snapshot in which an editor's settings, given as JSON, are a
// layer below every opm-lsp.cue. "" is none.
func (s *Snapshot) WithEditorSettings(json string) *Snapshot {
	next := s.with()
	next.editor = nil
	if json != "" {
		next.editor = catalogindex.EditorSettings(json)
	}
	return next.withSources()
}

// EditorSettingsProblems returns a sentence for everything in the editor's settings that
// does not count, in order.
func (s *Snapshot) EditorSettingsProblems() []string {
	if s.editor == nil {
		return nil
	}
	var out []string
	for _, p := range s.editor.File.Problems {
		out = append(out, p.Message)
	}
	r := s.resolveChain(s.withEditor([]*catalogindex.Document{s.index.Schema()}))
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		switch {
		case n.Undefined:
			out = append(out, fmt.Sprintf("opm-lsp has no setting %s.", n.Path))
		case n.Invalid != nil:
			out = append(out, fmt.Sprintf("The setting %s must be %s.", n.Path, r.Tree.Secrets.Describe(n.Path, n.AllowedBelow())))
		}
		return !n.Undefined
	})
	return out
}

// withEditor puts the editor's settings on top of the schema, under what is above it.
func (s *Snapshot) withEditor(chain []*catalogindex.Document) []*catalogindex.Document {
	if s.editor == nil {
		return chain
	}
	return slices.Insert(slices.Clone(chain), 1, s.editor)
}

// settings returns what the project that a package belongs to says in its opm-lsp.cue.
func (s *Snapshot) settings(p *catalogindex.Package) *rule.Settings {
	d := s.configurationFor(p)
	key := s.settingsKey(d)
	s.memo.mu.Lock()
	known := s.memo.settings[key]
	s.memo.mu.Unlock()
	if known != nil {
		return known
	}
	chain := []*catalogindex.Document{s.index.Schema()}
	if d != nil {
		chain = append(chain, d)
	}
	r := s.resolveSettings(s.withEditor(chain))
	settings := &rule.Settings{
		Severities:       severities(r.Tree),
		Namespaces:       texts(r.Tree, "namespaces"),
		PlatformPrefixes: texts(r.Tree, "platformPrefixes"),
		Secrets:          cascade.NewSecrets(texts(r.Tree, "secrets")),
	}
	if d != nil {
		settings.Missing = s.missing[d.File.Path]
		settings.File = d.File
	}
	s.memo.mu.Lock()
	defer s.memo.mu.Unlock()
	if len(s.memo.settings) > maxSettings {
		clear(s.memo.settings) // of texts that are gone
	}
	s.memo.settings[key] = settings
	return settings
}

// configurationFor returns the opm-lsp.cue that counts for a package: that at the top of its
// workspace; nil if there is none.
func (s *Snapshot) configurationFor(p *catalogindex.Package) *catalogindex.Document {
	for _, root := range s.roots {
		if catalogindex.IsBelow(p.Dir, root) {
			return s.index.ConfigurationOf(root)
		}
	}
	return nil
}

// maxSettings bounds how many settings are remembered.
const maxSettings = 64

// A settingsKey stands for all that settings depend on.
type settingsKey [sha256.Size]byte

func (s *Snapshot) settingsKey(d *catalogindex.Document) settingsKey {
	h := sha256.New()
	if s.editor != nil {
		h.Write(s.editor.File.Hash[:])
	}
	if d != nil {
		fmt.Fprintf(h, "%s %x %v", d.File.Path, d.File.Hash, s.missing[d.File.Path])
	}
	return settingsKey(h.Sum(nil))
}

// resolveSettings is resolveChain for the layers of a configuration, which is what that
// asks for the secrets.
func (s *Snapshot) resolveSettings(chain []*catalogindex.Document) *rule.Resolved {
	layers := make([]*cascade.Layer, len(chain))
	for i, d := range chain {
		layers[i] = cascade.ReadLayer(s.source(), d)
	}
	return &rule.Resolved{Document: chain[len(chain)-1], Chain: chain, Complete: true, Tree: cascade.Resolve(layers, len(chain) > 1)}
}

// severities returns what the layers above the schema say of rules and categories. What
// the project says of a category counts more than what an editor says of a rule in it.
func severities(t *cascade.Tree) map[string]rule.Severity {
	out := make(map[string]rule.Severity)
	rules := t.Lookup(cascade.Path{"rules"})
	if rules == nil {
		return out
	}
	for _, n := range rules.Children {
		category, _, _ := strings.Cut(n.Label(), "/")
		around := rules.Child(category)
		switch {
		case n.Value == nil || n.From == 0:
		case around != nil && around.Value != nil && around.From > n.From:
		default:
			if severity, ok := rule.ParseSeverity(n.Value.Text); ok {
				out[n.Label()] = severity
			}
		}
	}
	return out
}

// texts returns the strings of a list.
func texts(t *cascade.Tree, label string) []string {
	n := t.Lookup(cascade.Path{label})
	if n == nil {
		return nil
	}
	var out []string
	if n.Value != nil {
		for _, item := range n.Value.Items {
			out = append(out, item.Text)
		}
		return out
	}
	for _, c := range n.Children {
		if c.Value != nil && c.Value.Kind == cascade.String {
			out = append(out, c.Value.Text)
		}
	}
	return out
}

// Secrets returns which values of a file nobody is shown.
func (s *Snapshot) Secrets(path string) cascade.Secrets {
	if p := s.index.PackageOf(path); p != nil {
		return s.secretsOf(p)
	}
	return cascade.Secrets{}
}

// secretsOf returns those of a package. A configuration says which paths name a secret, and
// holds none.
func (s *Snapshot) secretsOf(p *catalogindex.Package) cascade.Secrets {
	if len(p.Documents) > 0 && p.Documents[0].Dialect.IsConfiguration() {
		return cascade.NoSecrets()
	}
	return s.settings(p).Secrets
}

// configurations returns the opm-lsp.cue files that count.
func (s *Snapshot) configurations() []*catalogindex.Document {
	var out []*catalogindex.Document
	for _, root := range s.roots {
		if d := s.index.ConfigurationOf(root); d != nil {
			out = append(out, d)
		}
	}
	return out
}

// sourcesOf returns the directories that a configuration names as sources, by how they are
// written. Those of the editor are relative to the same directory.
func (s *Snapshot) sourcesOf(d *catalogindex.Document) map[string]string {
	r := s.resolveSettings(s.withEditor([]*catalogindex.Document{s.index.Schema(), d}))
	out := make(map[string]string)
	for _, written := range texts(r.Tree, "sources") {
		dir := filepath.FromSlash(written)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(d.File.Path), dir)
		}
		out[written] = filepath.Clean(dir)
	}
	return out
}
