package report

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// Scheme is that of the URIs of virtual documents: texts that are in no file and that an
// editor shows read-only.
//
//	opm:/effective/<namespace>/<name>.cue        the final configuration of a release
//	opm:/upgrade/<namespace>/<name>.diff         what the newest version of its Module changes
//	opm:/why/<namespace>/<name>/<path>.md        where a value of it comes from
//	opm:/impact/<kind>/<name>/<version>.md       what becomes of the releases of a Module
//
// Each part is escaped, so a name may hold any character.
const Scheme = "opm"

// EffectiveURI returns the URI of a release's final configuration; "" if the release has no
// name by which it could be found again.
func EffectiveURI(d *catalogindex.Document) string {
	return releaseURI(d, "effective", ".cue")
}

// UpgradeURI returns the URI of what the newest version of its Module changes of a release;
// "" if the release has no name.
func UpgradeURI(d *catalogindex.Document) string {
	return releaseURI(d, "upgrade", ".diff")
}

// WhyURI returns the URI of the explanation of a value of a release; "" if the release has no
// name.
func WhyURI(d *catalogindex.Document, at cascade.Path) string {
	if d.Kind != catalogindex.Release || d.Name.Value == "" {
		return ""
	}
	return virtualURI("why", namespaceOf(d), d.Name.Value, at.String()+".md")
}

// ImpactURI returns the URI of what becomes of the releases that are built on a document; "" if
// that has no name.
func ImpactURI(d *catalogindex.Document) string {
	switch {
	case d.Name.Value == "" || d.Kind > catalogindex.Release:
		return ""
	case d.Kind == catalogindex.Release:
		return virtualURI("impact", d.Kind.Layer(), namespaceOf(d), d.Name.Value+".md")
	}
	return virtualURI("impact", d.Kind.Layer(), d.Name.Value, cmp.Or(d.Version.Value, "any")+".md")
}

func releaseURI(d *catalogindex.Document, what, extension string) string {
	if d.Kind != catalogindex.Release || d.Name.Value == "" {
		return ""
	}
	return virtualURI(what, namespaceOf(d), d.Name.Value+extension)
}

func namespaceOf(d *catalogindex.Document) string {
	return cmp.Or(d.Namespace.Value, catalogindex.DefaultNamespace)
}

func virtualURI(parts ...string) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return Scheme + ":/" + strings.Join(parts, "/")
}

// A Virtual is a virtual document.
type Virtual struct {
	Language string // as editors call it: cue, diff or markdown
	Text     string
}

// ReadVirtual returns the virtual document that a URI names. Where there is nothing to show,
// it says why, as a comment. It is an error if the URI names no such document, with a sentence
// about what does.
func ReadVirtual(s *analysis.Snapshot, uri string) (Virtual, error) {
	parts, err := partsOf(uri)
	if err != nil {
		return Virtual{}, err
	}
	switch {
	case len(parts) == 3 && parts[0] == "effective" && path.Ext(parts[2]) == ".cue":
		return Virtual{"cue", readEffective(s, parts[1], strings.TrimSuffix(parts[2], ".cue"))}, nil
	case len(parts) == 3 && parts[0] == "upgrade" && path.Ext(parts[2]) == ".diff":
		return Virtual{"diff", readUpgrade(s, parts[1], strings.TrimSuffix(parts[2], ".diff"))}, nil
	case len(parts) == 4 && parts[0] == "why" && path.Ext(parts[3]) == ".md":
		return Virtual{"markdown", readWhy(s, parts[1], parts[2], strings.TrimSuffix(parts[3], ".md"))}, nil
	case len(parts) == 4 && parts[0] == "impact" && path.Ext(parts[3]) == ".md":
		return Virtual{"markdown", readImpact(s, parts[1], parts[2], strings.TrimSuffix(parts[3], ".md"))}, nil
	}
	return Virtual{}, errNoVirtual
}

var errNoVirtual = errors.New("opm-lsp has no such document: there are opm:/effective/<namespace>/<name>.cue and opm:/upgrade/<namespace>/<name>.diff")

func partsOf(uri string) ([]string, error) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != Scheme || u.Host != "" {
		return nil, errNoVirtual
	}
	parts := strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	for i, p := range parts {
		if parts[i], err = url.PathUnescape(p); err != nil {
			return nil, errNoVirtual
		}
	}
	return parts, nil
}

// releaseNamed returns the release with a namespace and a name; nil, and why, if there is none.
// Of several it returns the first, and says so.
func releaseNamed(s *analysis.Snapshot, namespace, name string) (*catalogindex.Document, string) {
	found := s.Index().Releases(namespace, name)
	title := namespace + "/" + name
	switch len(found) {
	case 0:
		return nil, fmt.Sprintf("There is no release %s in this workspace.", title)
	case 1:
		return found[0], ""
	}
	return found[0], fmt.Sprintf("%d releases are called %s. This is that of %s.", len(found), title, relative(s.Root(found[0].File.Path), found[0].File.Path))
}

// comment returns sentences as comments.
func comment(mark string, said ...string) string {
	var b strings.Builder
	for _, s := range said {
		for _, line := range strings.Split(s, "\n") {
			if line != "" {
				b.WriteString(mark + " " + Visible(line) + "\n")
			}
		}
	}
	return b.String()
}

func readEffective(s *analysis.Snapshot, namespace, name string) string {
	d, remark := releaseNamed(s, namespace, name)
	if d == nil {
		return comment("//", remark)
	}
	said := []string{fmt.Sprintf("What the release %s comes to. This is not a file: it changes when the release does.", d.Title()), remark}
	e := s.Effective(d)
	var layers []string
	for _, layer := range slices.Backward(e.Layers) {
		layers = append(layers, layer.Kind.Layer()+" "+layer.Title())
	}
	said = append(said, "Layers: "+strings.Join(layers, " ← "))
	if n := len(e.Problems); n > 0 {
		said = append(said, fmt.Sprintf("The release has %s, so this may not be what is deployed:", rule.Plural(n, "error")))
		for _, p := range e.Problems {
			said = append(said, "  "+p.Message)
		}
	}
	body, err := effectiveText(s, e, true)
	if err != nil {
		return comment("//", append(said, "It cannot be shown: "+err.Error())...)
	}
	return comment("//", said...) + "\n" + body
}

// effectiveText prints the values of a final configuration without its secrets.
func effectiveText(s *analysis.Snapshot, e *analysis.Effective, provenance bool) (string, error) {
	var b strings.Builder
	shown := e.WithoutSecrets()
	err := effectiveCUE(&b, shown, EffectiveOptions{Root: s.Root(e.Document.File.Path), Provenance: provenance})
	return b.String(), err
}

func readUpgrade(s *analysis.Snapshot, namespace, name string) string {
	d, remark := releaseNamed(s, namespace, name)
	if d == nil {
		return comment("#", remark)
	}
	u := s.Upgrade(d)
	if u == nil {
		return comment("#", remark, fmt.Sprintf("The release %s refers to the newest version of its Module that this workspace has, or to no exact version: there is nothing to upgrade.", d.Title()))
	}
	said := []string{remark, fmt.Sprintf("What becomes of the release %s when it goes from %s to %s.", d.Title(), u.Used.Title(), u.Newest.Title())}
	if len(u.Impact.Errors) == 0 {
		said = append(said, "Nothing breaks.")
	} else {
		said = append(said, rule.Plural(len(u.Impact.Errors), "new error")+":")
	}
	for _, p := range u.Impact.Errors {
		said = append(said, "  "+p.Message)
	}
	if u.Impact.Unknown {
		said = append(said, "Some values cannot be computed, so there may be more.")
	}
	patch, err := upgradePatch(s, u)
	switch {
	case err != nil:
		said = append(said, "The difference cannot be shown: "+err.Error())
	case patch == "" && len(u.Impact.Changed) == 0:
		said = append(said, "No value changes.")
	case patch == "":
		said = append(said, "Only secrets change.")
	}
	return comment("#", said...) + patch
}

// upgradePatch compares the final values before and after an upgrade.
func upgradePatch(s *analysis.Snapshot, u *analysis.Upgrade) (string, error) {
	before, err := effectiveText(s, s.Effective(u.Release), false)
	if err != nil {
		return "", err
	}
	then := u.Impact.Release
	if then == nil {
		return "", errors.New("the release cannot be read after the upgrade")
	}
	after, err := effectiveText(u.Then, u.Then.Effective(then), false)
	if err != nil {
		return "", err
	}
	return udiff.Unified(u.Used.Title(), u.Newest.Title(), before, after), nil
}

func readWhy(s *analysis.Snapshot, namespace, name, at string) string {
	d, remark := releaseNamed(s, namespace, name)
	if d == nil {
		return remark + "\n"
	}
	valuePath, err := cascade.ParsePath(at)
	if err != nil {
		return err.Error() + "\n"
	}
	explained := s.Why(d, valuePath)
	if explained == nil {
		return fmt.Sprintf("The release %s has no value `%s`.\n", d.Title(), at)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Why `%s` of %s\n", at, Visible(d.Title()))
	for _, e := range explained {
		b.WriteString("\n" + e.Markdown())
	}
	return b.String()
}

func readImpact(s *analysis.Snapshot, kind, name, version string) string {
	if kind == catalogindex.Release.Layer() {
		d, remark := releaseNamed(s, name, version)
		if d == nil {
			return remark + "\n"
		}
		return impactText(s, d)
	}
	for _, d := range s.Index().Named(name) {
		if d.Kind.Layer() == kind && cmp.Or(d.Version.Value, "any") == version {
			return impactText(s, d)
		}
	}
	return fmt.Sprintf("There is no %s %s %s in this workspace.\n", kind, name, version)
}

// impactText says what the texts that are not saved do to the releases built on a document.
func impactText(s *analysis.Snapshot, d *catalogindex.Document) string {
	impacts := s.ImpactOfUnsaved(d)
	var b strings.Builder
	fmt.Fprintf(&b, "# What becomes of the releases of %s\n\n", Visible(d.Title()))
	if d.Kind == catalogindex.Release {
		b.Reset()
		fmt.Fprintf(&b, "# What becomes of %s\n\n", Visible(d.Title()))
	}
	summary := impactSummary(impacts)
	if len(impacts) == 0 {
		summary = "No release of this workspace is built on it."
	}
	fmt.Fprintf(&b, "%s This compares the files as they are saved with what the editor holds.\n", summary)
	for _, i := range impacts {
		fmt.Fprintf(&b, "\n## %s %s\n\n%s\n", Visible(i.Release.Title()), i.Effect, relative(s.Root(i.Release.File.Path), i.Release.File.Path))
		lines := impactLines(i, func(cue string) string { return "`" + cue + "`" })
		if len(lines) > 0 {
			b.WriteByte('\n')
		}
		for _, line := range lines {
			fmt.Fprintf(&b, "- %s\n", line)
		}
	}
	return b.String()
}
