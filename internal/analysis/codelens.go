package analysis

import (
	"context"
	"fmt"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// A LensKind says what a lens is about, and so what it opens.
type LensKind string

// The kinds of lens.
const (
	UsesLens      LensKind = "uses"      // on a definition or a Module: what is built on it
	EffectiveLens LensKind = "effective" // on a release: what it comes to
	UpgradeLens   LensKind = "upgrade"   // on a release: its Module has a newer version
)

// A Lens is a line about a document that editors show above what marks it.
type Lens struct {
	Kind     LensKind
	Span     text.Span // of the mark
	Document *catalogindex.Document
}

// Lenses returns the lenses of a file in order of place. It evaluates nothing: what they say is
// [Snapshot.LensTitle]'s.
func (s *Snapshot) Lenses(path string) []Lens {
	p := s.index.PackageOf(path)
	if p == nil {
		return nil
	}
	var out []Lens
	for _, d := range p.Documents {
		if d.File.Path != path {
			continue
		}
		switch d.Kind {
		case catalogindex.Definition, catalogindex.Module:
			out = append(out, Lens{UsesLens, d.Mark, d})
		case catalogindex.Release:
			out = append(out, Lens{EffectiveLens, d.Mark, d})
			r := &rule.Resolved{Document: d}
			if r.Resolution, r.HasTarget = s.index.Resolve(d); rule.NewerModule(s.index, r) != nil {
				out = append(out, Lens{UpgradeLens, d.Mark, d})
			}
		}
	}
	return out
}

// LensTitle returns what a lens says; "" if there is nothing to say any more, or when ctx ends.
func (s *Snapshot) LensTitle(ctx context.Context, l Lens) string {
	switch l.Kind {
	case UsesLens:
		return s.usesTitle(ctx, l.Document)
	case EffectiveLens:
		return effectiveTitle(s.resolved(l.Document))
	case UpgradeLens:
		if newer := rule.NewerModule(s.index, s.resolved(l.Document)); newer != nil {
			return newer.Version + " is there · show what it changes"
		}
	}
	return ""
}

// usesTitle counts what is built on a definition or a Module, and what of that is wrong.
func (s *Snapshot) usesTitle(ctx context.Context, d *catalogindex.Document) string {
	releases, wrong := 0, 0
	for _, p := range s.readers(d.Package) {
		if ctx.Err() != nil {
			return ""
		}
		for _, release := range p.Documents {
			if !isRelease(release) || !s.isBuiltOn(release, d) {
				continue
			}
			releases++
			if len(s.errorsOf(release)) > 0 {
				wrong++
			}
		}
	}
	var said []string
	if d.Kind == catalogindex.Definition {
		said = append(said, rule.Plural(len(s.index.Curated(d)), "Module"))
	}
	if releases == 0 {
		said = append(said, "no releases")
	} else {
		said = append(said, rule.Plural(releases, "release"))
	}
	switch wrong {
	case 0:
	case 1:
		said = append(said, "1 breaks")
	default:
		said = append(said, fmt.Sprintf("%d break", wrong))
	}
	return strings.Join(said, " · ")
}

// effectiveTitle counts where the values of a release come from.
func effectiveTitle(r *rule.Resolved) string {
	set, inherited, missing, wrong := 0, 0, 0, 0
	top := len(r.Tree.Layers) - 1
	r.Tree.Root.Walk(func(n *cascade.Node) bool {
		switch {
		case n.Missing:
			missing++
		case n.Undefined, n.Invalid != nil && n.Invalid.Layer == top:
			wrong++
		}
		switch {
		case n.Struct:
			return !n.Undefined
		case !n.Present || n.Undefined:
		case n.From == top || n.Layers[top] != nil && n.Unread:
			set++
		default:
			inherited++
		}
		return false
	})
	var said []string
	if below := r.Below(); below != nil && below.Kind == catalogindex.Module {
		said = append(said, below.Title())
	} else {
		said = append(said, "no Module")
	}
	said = append(said, fmt.Sprintf("%d set", set))
	if r.Complete {
		said = append(said, fmt.Sprintf("%d inherited", inherited))
	}
	if missing > 0 {
		said = append(said, fmt.Sprintf("%d missing", missing))
	}
	if wrong > 0 {
		said = append(said, fmt.Sprintf("%d not allowed", wrong))
	}
	return strings.Join(append(said, "show effective"), " · ")
}
