package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// catalog prints the tree of all documents, each with its health.
func (p printer) catalog(t *testing.T) string {
	t.Helper()
	roots := p.s.Catalog()
	health, err := p.s.HealthOf(context.Background(), roots)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var print func(entries []*analysis.CatalogEntry, indent string)
	print = func(entries []*analysis.CatalogEntry, indent string) {
		for _, e := range entries {
			fmt.Fprintf(&b, "%s%s %s | %s", indent, e.Document.Kind, e.Document.Title(), p.place(e.Name))
			if h := health[e.Document]; h.Worst != rule.Off {
				fmt.Fprintf(&b, " | %d, %d, %s", h.Errors, h.Warnings, h.Worst)
			}
			if e.Newer != "" {
				fmt.Fprintf(&b, " | newer: %s", e.Newer)
			}
			if e.External {
				b.WriteString(" | external")
			}
			if e.Stray != "" {
				fmt.Fprintf(&b, " | %s", e.Stray)
			}
			b.WriteByte('\n')
			print(e.Below, indent+"  ")
		}
	}
	print(roots, "")
	return b.String()
}

// origin prints where the value under the cursor comes from.
func (p printer) origin(path string, offset int) string {
	o := p.s.Origin(path, offset)
	if o == nil {
		return "nothing\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s: %s\n", o.Path, o.Document.Title(), o.Statement)
	if o.Effective != "" {
		fmt.Fprintf(&b, "effective %s\n", o.Effective)
	}
	for _, row := range o.Rows {
		place := "nowhere"
		if row.File != nil {
			place = p.place(analysis.Location{Path: row.File.Path, Span: row.Label})
		}
		fmt.Fprintf(&b, "    %s | %s | %s | %s | %s\n", row.Layer, row.Document.Title(), row.Says, row.Remark(), place)
	}
	for _, v := range o.Values {
		fmt.Fprintf(&b, "    .%s | %s | %s\n", v.Label, v.Is, v.Layer)
	}
	for _, f := range o.Feeds {
		fmt.Fprintf(&b, "feeds %s\n", f)
	}
	for _, g := range o.Governed {
		fmt.Fprintf(&b, "governed by %s\n", g)
	}
	return b.String()
}

// TestHealthCanBeGivenUp asks for the health of a workspace in vain.
func TestHealthCanBeGivenUp(t *testing.T) {
	s, _, err := analysis.Load(context.Background(), []string{"../../testdata/workspace"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.HealthOf(ctx, s.Catalog()); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// TestCatalogIsComplete holds that every document of every archive is in its tree, once.
func TestCatalogIsComplete(t *testing.T) {
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		s, _, err := analysis.Load(context.Background(), []string{f.Write(t)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]int)
		var visit func(entries []*analysis.CatalogEntry)
		visit = func(entries []*analysis.CatalogEntry) {
			for _, e := range entries {
				seen[fmt.Sprintf("%p", e.Document)]++
				visit(e.Below)
			}
		}
		visit(s.Catalog())
		for _, p := range s.Index().Packages() {
			for _, d := range p.Documents {
				if d.Kind <= catalogindex.Release && seen[fmt.Sprintf("%p", d)] != 1 {
					t.Errorf("%s: %s %s is in the tree %d times", f.Name, d.Kind, d.Title(), seen[fmt.Sprintf("%p", d)])
				}
			}
		}
	}
}
