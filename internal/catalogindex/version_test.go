package catalogindex_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

func TestParseCatalogPath(t *testing.T) {
	for _, test := range []struct {
		path string
		want catalogindex.CatalogPath
	}{
		{"platform.example.com/catalog/web-app:1.0.0", catalogindex.CatalogPath{Prefix: "platform.example.com/catalog/", Name: "web-app", Separator: ":", Version: "1.0.0"}},
		{"x.com/web:1.0.0-platform.1", catalogindex.CatalogPath{Prefix: "x.com/", Name: "web", Separator: ":", Version: "1.0.0-platform.1"}},
		{"x.com/web:1.0.0-platform.1+build.5", catalogindex.CatalogPath{Prefix: "x.com/", Name: "web", Separator: ":", Version: "1.0.0-platform.1+build.5"}},
		{"x.com/web:v1.0.0", catalogindex.CatalogPath{Prefix: "x.com/", Name: "web", Separator: ":v", Version: "1.0.0"}},
		{"x.com/web/v1.0.0", catalogindex.CatalogPath{Prefix: "x.com/", Name: "web", Separator: "/v", Version: "1.0.0"}},
		{"x.com/web@v1.0.0", catalogindex.CatalogPath{Prefix: "x.com/", Name: "web", Separator: "@v", Version: "1.0.0"}},
		{"x.com/web/v1.0.0:webapp", catalogindex.CatalogPath{Prefix: "x.com/", Name: "web", Separator: "/v", Version: "1.0.0", Package: "webapp"}},
		{"x.com/web@v1.0.0:webapp", catalogindex.CatalogPath{Prefix: "x.com/", Name: "web", Separator: "@v", Version: "1.0.0", Package: "webapp"}},
		{"x.com/web:1.0.0:webapp", catalogindex.CatalogPath{Prefix: "x.com/", Name: "web", Separator: ":", Version: "1.0.0", Package: "webapp"}},
		{"x.com/vault/v1.0.0", catalogindex.CatalogPath{Prefix: "x.com/", Name: "vault", Separator: "/v", Version: "1.0.0"}},
		{"x.com:8080/web:1.0.0", catalogindex.CatalogPath{Prefix: "x.com:8080/", Name: "web", Separator: ":", Version: "1.0.0"}},
		{"web:1.0.0", catalogindex.CatalogPath{Name: "web", Separator: ":", Version: "1.0.0"}},
	} {
		got, ok := catalogindex.ParseCatalogPath(test.path)
		if !ok || got != test.want {
			t.Errorf("%s: got %+v, %v", test.path, got, ok)
		}
		if got.String() != test.path {
			t.Errorf("%s becomes %s", test.path, got)
		}
	}
	for _, path := range []string{
		"", "/", ":", "strings", "x.com/web", "x.com/web/v1", "x.com/web@v1", "x.com/web:webapp", "x.com/web:1", "x.com/web:1.0",
		"x.com/web:latest", "x.com/web/1.0.0", "x.com/web@1.0.0", "x.com/:1.0.0", ":1.0.0", "/v1.0.0", "x.com/web:01.0.0",
		"x.com/web:1.0.0-", "x.com/web:1.0.0:", "x.com/web:1.0.0:2", "x.com/web/v1.0.0/sub", "x.com/vault",
	} {
		if got, ok := catalogindex.ParseCatalogPath(path); ok || got != (catalogindex.CatalogPath{}) {
			t.Errorf("%s: got %+v, %v", path, got, ok)
		}
	}
}

func FuzzParseCatalogPath(f *testing.F) {
	f.Add("x.com/web:v1.0.0:app")
	f.Add("x@v1.0.0/v2.0.0")
	f.Fuzz(func(t *testing.T, path string) {
		if c, ok := catalogindex.ParseCatalogPath(path); ok && c.String() != path {
			t.Errorf("%q becomes %q", path, c)
		}
	})
}

// TestCompareVersions holds the order in which versions are listed, oldest first.
// Those on one line are equal.
func TestCompareVersions(t *testing.T) {
	order := [][]string{
		{""}, {"1"}, {"1.0"}, {"latest"}, {"x1.0.0"},
		{"0.0.1"}, {"0.9.0"},
		{"1.0.0-0"}, {"1.0.0-alpha"}, {"1.0.0-alpha.1"}, {"1.0.0-beta.2"}, {"1.0.0-beta.11"}, {"1.0.0-rc.1"}, {"1.0.0-rc1"},
		{"1.0.0", "v1.0.0"}, {"1.0.0+build.1"}, {"1.0.0+build.2"},
		{"1.0.0-enterprise.3"}, {"1.0.0-platform.1", "v1.0.0-platform.1"}, {"1.0.0-platform.2"}, {"1.0.0-platform.10"},
		{"1.0.1-rc.1"}, {"1.0.1"},
		{"1.2.0"}, {"1.10.0"}, {"2.0.0"}, {"10.0.0"},
	}
	for i, left := range order {
		for j, right := range order {
			for _, a := range left {
				for _, b := range right {
					if got, want := sign(catalogindex.CompareVersions(a, b)), sign(i-j); got != want {
						t.Errorf("%q against %q: got %d, want %d", a, b, got, want)
					}
				}
			}
		}
	}
}

func sign(n int) int { return max(-1, min(1, n)) }

// TestCompareVersionsIsAnOrder compares random versions, three at a time.
func TestCompareVersionsIsAnOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	words := []string{"alpha", "beta", "rc", "platform", "enterprise", "dev", "0", "1", "2", "10", "99999999999999999999999", "100000000000000000000000", "1a", "-", "x-y", ""}
	random := func() string {
		if r.IntN(10) == 0 {
			return pick(r, []string{"", "latest", "1", "1.0", "v1", "1.0.0-", "01.0.0", "1.0.0-01", "99999999999999999999999.0.0"})
		}
		v := pick(r, []string{"", "v"}) + fmt.Sprintf("%d.%d.%d", r.IntN(2), r.IntN(2), r.IntN(2))
		separator := "-"
		for range r.IntN(4) {
			v += separator + pick(r, words)
			separator = "."
		}
		if r.IntN(4) == 0 {
			v += "+" + pick(r, words)
		}
		return v
	}
	for range 60_000 {
		a, b, c := random(), random(), random()
		if sign(catalogindex.CompareVersions(a, b)) != -sign(catalogindex.CompareVersions(b, a)) {
			t.Fatalf("%q and %q each come first", a, b)
		}
		if catalogindex.CompareVersions(a, a) != 0 {
			t.Fatalf("%q differs from itself", a)
		}
		three := []string{a, b, c}
		slices.SortFunc(three, catalogindex.CompareVersions)
		if catalogindex.CompareVersions(three[0], three[2]) > 0 || catalogindex.CompareVersions(three[0], three[1]) > 0 {
			t.Fatalf("no order among %q, %q, %q", a, b, c)
		}
		if catalogindex.CompareVersions(a, b) <= 0 && catalogindex.CompareVersions(b, c) <= 0 && catalogindex.CompareVersions(a, c) > 0 {
			t.Fatalf("%q ≤ %q ≤ %q, but not the first and the last", a, b, c)
		}
	}
}
