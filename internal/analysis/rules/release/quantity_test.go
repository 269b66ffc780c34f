package release

import (
	"math/big"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
)

func TestParseQuantity(t *testing.T) {
	for text, want := range map[string]string{
		"1": "1", "0": "0", "1.5": "3/2", ".5": "1/2", "2.": "2", "+3": "3", "-1": "-1", "007": "7",
		"500m": "1/2", "1500m": "3/2", "1u": "1/1000000", "1n": "1/1000000000",
		"1k": "1000", "1M": "1000000", "2G": "2000000000", "1T": "1000000000000", "1P": "1000000000000000", "1E": "1000000000000000000",
		"1Ki": "1024", "512Mi": "536870912", "1Gi": "1073741824", "1.5Gi": "1610612736", "1Ti": "1099511627776",
		"1e3": "1000", "1E3": "1000", "5e-1": "1/2", "1.5e+2": "150", "0.1": "1/10",

		"": "", "m": "", "Mi": "", "1K": "", "1mi": "", "1 Gi": "", "1GiB": "", "1e": "", "1e3m": "", "--1": "", "1,5": "", "x": "", "1.2.3": "", "1e999": "",
	} {
		got, ok := parseQuantity(text)
		if ok != (want != "") || ok && got.RatString() != want {
			t.Errorf("parseQuantity(%q) = %v, want %q", text, got, want)
		}
	}
}

func TestAtMost(t *testing.T) {
	text, number := &cascade.Value{Kind: cascade.String}, &cascade.Value{Kind: cascade.Int}
	for _, test := range []struct {
		q    string
		unit string
		like *cascade.Value
		want string
	}{
		{"3/2", "m", text, `"1500m"`}, {"3/2", "", text, `"1"`}, {"1/2", "", text, ""},
		{"1610612736", "Mi", text, `"1536Mi"`}, {"1610612736", "Gi", text, `"1Gi"`}, {"7/2", "Mi", number, "3"},
	} {
		q, _ := new(big.Rat).SetString(test.q)
		got := ""
		if v := atMost(q, test.unit, test.like); v != nil {
			got = v.String()
		}
		if got != test.want {
			t.Errorf("atMost(%s, %q) = %s, want %s", test.q, test.unit, got, test.want)
		}
	}
}
