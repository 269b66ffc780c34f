package rules

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

//go:embed base.txtar */*.txtar
var archives embed.FS

// A Page is what is to be read about a rule, and at the same time its tests: an archive
// in txtar format, rules/<category>/<name>.txtar.
//
// Its comment is the text, in Markdown: why the rule is there, and the sentence that it
// enforces. Each file belongs to a case, which its name begins with:
//
//	bad/…              fires this rule and no other; @bad says what it reports
//	fixed/…            what the rule's fix makes of it, where it has one
//	good/…             the same as it ought to be: clean
//	fires TITLE/…      another case that fires; "@fires TITLE" says what it reports
//	silent TITLE/…     a case near it that does not: clean, unless "@silent TITLE" says
//	                   what other rules report
//
// A case is a workspace: the files of base.txtar, with those that the case names put in
// their place or beside them. An empty file takes one away.
type Page struct {
	Rule  *rule.Rule
	Text  string
	Cases []*Case
}

// The kinds of case.
const (
	Bad    = "bad"
	Fixed  = "fixed"
	Good   = "good"
	Fires  = "fires"
	Silent = "silent"
)

// A Case is one example of a page.
type Case struct {
	Kind  string
	Title string // of a case that Fires or is Silent
	Files []txtar.File
	Want  string // what is reported, as the archive says it
}

// name returns how the archive calls the case.
func (c *Case) name() string { return strings.TrimSpace(c.Kind + " " + c.Title) }

// PageOf returns the page of a rule. It is an error if there is none, or if it is not
// written as the comment of Page says.
func PageOf(r *rule.Rule) (*Page, error) {
	content, err := archives.ReadFile(ArchiveOf(r))
	if err != nil {
		return nil, fmt.Errorf("the rule %s has no page: %w", r.Code, err)
	}
	archive := txtar.Parse(content)
	page := &Page{Rule: r, Text: strings.TrimSpace(string(archive.Comment))}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "@"); ok {
			c, err := page.caseOf(name)
			if err != nil {
				return nil, err
			}
			c.Want = string(f.Data)
			continue
		}
		name, file, ok := strings.Cut(f.Name, "/")
		if !ok {
			return nil, fmt.Errorf("the page of %s: the file %q belongs to no case", r.Code, f.Name)
		}
		c, err := page.caseOf(name)
		if err != nil {
			return nil, err
		}
		c.Files = append(c.Files, txtar.File{Name: file, Data: f.Data})
	}
	return page, nil
}

// ArchiveOf returns the path of the archive that holds a rule's page, relative to the
// directory of this package.
func ArchiveOf(r *rule.Rule) string {
	return r.Category() + "/" + strings.ReplaceAll(r.Name(), "-", "_") + ".txtar"
}

// caseOf returns the case with a name, which is new if the page has none such yet.
func (p *Page) caseOf(name string) (*Case, error) {
	kind, title, _ := strings.Cut(name, " ")
	if !slices.Contains([]string{Bad, Fixed, Good, Fires, Silent}, kind) || (title != "") != (kind == Fires || kind == Silent) {
		return nil, fmt.Errorf("the page of %s: %q is no case: begin with bad, fixed, good, fires TITLE or silent TITLE", p.Rule.Code, name)
	}
	if i := slices.IndexFunc(p.Cases, func(c *Case) bool { return c.name() == name }); i >= 0 {
		return p.Cases[i], nil
	}
	c := &Case{Kind: kind, Title: title}
	p.Cases = append(p.Cases, c)
	return c, nil
}

// Of returns the cases of a kind, in order.
func (p *Page) Of(kind string) []*Case {
	return slices.DeleteFunc(slices.Clone(p.Cases), func(c *Case) bool { return c.Kind != kind })
}

// Workspace returns the files of a case, by name.
func (c *Case) Workspace() (map[string]string, error) {
	files, err := Base()
	if err != nil {
		return nil, err
	}
	for _, f := range c.Files {
		files[f.Name] = string(f.Data)
		if len(f.Data) == 0 {
			delete(files, f.Name)
		}
	}
	return files, nil
}

// Base returns the files of the workspace that all examples stand in, by name.
func Base() (map[string]string, error) {
	base, err := baseFiles()
	if err != nil {
		return nil, err
	}
	files := make(map[string]string)
	for _, f := range base {
		files[f.Name] = string(f.Data)
	}
	return files, nil
}

// baseFiles is Base in the order in which the archive has the files.
func baseFiles() ([]txtar.File, error) {
	content, err := archives.ReadFile("base.txtar")
	if err != nil {
		return nil, err
	}
	return txtar.Parse(content).Files, nil
}
