package lsp

import "testing"

func TestFilterText(t *testing.T) {
	for _, test := range []struct{ replaced, label, want string }{
		{"", "replicas", "replicas"},
		{"rep", "replicas", "replicas"},
		{`"rep`, "replicas", `"replicas"`},
		{`"rep"`, "my-key", `"my-key"`},
		{`"rep"`, `"my-key"`, `"my-key"`},
	} {
		if got := filterText(test.replaced, test.label); got != test.want {
			t.Errorf("filterText(%q, %q) = %q, want %q", test.replaced, test.label, got, test.want)
		}
	}
}
