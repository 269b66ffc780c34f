package analysis

import (
	"strconv"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// An Upgrade is what the newest version of its Module does to a release.
type Upgrade struct {
	Release *catalogindex.Document
	Used    *catalogindex.Document // the Module that it refers to
	Newest  *catalogindex.Document
	Version string // of Newest, without a leading "v"
	Edit    Edit   // that makes the release refer to it
	Impact  Impact
	Then    *Snapshot // after the edit
}

// Upgrade returns what there is to know before a release goes to the newest version of its
// Module; nil if it refers to the newest already, or to no exact version.
func (s *Snapshot) Upgrade(d *catalogindex.Document) *Upgrade {
	r := s.resolved(d)
	newer := rule.NewerModule(s.index, r)
	if newer == nil {
		return nil
	}
	u := &Upgrade{Release: d, Used: r.Below(), Newest: newer.Module, Version: newer.Version, Edit: upgradeEdit(r, newer)}
	u.Then = s.WithText(u.Edit.Path, s.edited(u.Edit.Path, []Edit{u.Edit}))
	if then := u.Then.counterpart(s, d); then != nil {
		u.Impact = impactOn(s, u.Then, d, then)
	}
	return u
}

// upgradeEdit makes a release refer to a newer version of its Module.
func upgradeEdit(r *rule.Resolved, newer *rule.Newer) Edit {
	return Edit{Location: rule.At(r.Resolution.File, r.Resolution.Import.Span), NewText: strconv.Quote(newer.ImportPath)}
}
