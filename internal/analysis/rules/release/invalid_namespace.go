package release

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// InvalidNamespace reports a namespace that cannot be one, or that the project does not have.
var InvalidNamespace = &rule.Rule{
	Code:     "release/invalid-namespace",
	Severity: rule.Error,
	Finds:    "a namespace that is no DNS label, or none that the project allows",
	Fix:      "the nearest one that is allowed",
	Settings: []string{"namespaces"},
	Check: func(p *rule.Pass) {
		for _, r := range p.Releases() {
			if n := r.Document.Namespace; n.File != nil && !isNamespace(n.Value, p.Settings.Namespaces) {
				reportNamespace(p, n)
			}
		}
	},
}

// dnsLabel matches what RFC 1123 takes for a label; of its length see maxLabel.
var dnsLabel = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

// maxLabel is the greatest length of a DNS label, in characters.
const maxLabel = 63

// isNamespace reports whether a name is a DNS label and matches one of the patterns, if there
// are any.
func isNamespace(name string, allowed []string) bool {
	return dnsLabel.MatchString(name) && len(name) <= maxLabel &&
		(len(allowed) == 0 || slices.ContainsFunc(allowed, func(pattern string) bool { return matches(pattern, name) }))
}

// matches reports whether a name matches a pattern in which "*" stands for any characters.
func matches(pattern, name string) bool {
	pieces := strings.Split(pattern, "*")
	for i, piece := range pieces {
		pieces[i] = regexp.QuoteMeta(piece)
	}
	ok, err := regexp.MatchString("^"+strings.Join(pieces, ".*")+"$", name)
	return ok && err == nil
}

func reportNamespace(p *rule.Pass, n catalogindex.Literal) {
	allowed := p.Settings.Namespaces
	message := fmt.Sprintf("%s cannot be a namespace: it must be 1 to %d small letters, digits and dashes, with no dash at either end", strconv.Quote(n.Value), maxLabel)
	if isNamespace(n.Value, nil) {
		message = fmt.Sprintf("%s is no namespace of this project, which has %s", strconv.Quote(n.Value), strings.Join(allowed, ", "))
	}
	finding := rule.Finding{File: n.File, Span: n.Span, Message: message + "."}
	if near := nearestNamespace(n.Value, allowed); near != "" {
		finding.Message = fmt.Sprintf("%s. Did you mean %q?", message, near)
		finding.Fixes = rule.Replace(n.File, n.Span, strconv.Quote(near), fmt.Sprintf("Change to %q", near))
	}
	p.Report(finding)
}

// nearestNamespace returns the namespace that was most likely meant, or "".
func nearestNamespace(name string, allowed []string) string {
	label := toLabel(name)
	if isNamespace(label, allowed) {
		return label
	}
	full := slices.DeleteFunc(slices.Clone(allowed), func(pattern string) bool { return !isNamespace(pattern, nil) })
	return rule.Nearest(name, full)
}

// toLabel returns the DNS label that is most like a name; "" if nothing of it can be one.
func toLabel(name string) string {
	label := notInLabel.ReplaceAllString(strings.ToLower(name), "-")
	return strings.Trim(label[:min(len(label), maxLabel)], "-")
}

var notInLabel = regexp.MustCompile(`[^a-z0-9-]+`)
