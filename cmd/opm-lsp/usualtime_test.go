package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// TestUsualTime holds what is asked of a server that has to do with files which would take all
// time and memory there is, and whose workers are killed: in another file every hover is answered
// as ever, what is wrong in the hostile file is told, and when it is mended all is as before. How
// long hovers take before, meanwhile and afterwards is printed.
func TestUsualTime(t *testing.T) {
	all := hostile()
	random := rand.New(rand.NewPCG(1, 2))
	computed := "package hostile\n\nimport \"list\"\n\n#ModuleDefinition & {\n\t#metadata: {name: \"hostile\", version: \"1.0.0\"}\n\tvalues: a?: [...int & <5] | *list.Range(0, %d, 1)\n}\n"
	for _, test := range []struct {
		name, text string
		code       string // that is reported
		edits      int
		kill       bool // the workers, while it is edited
	}{
		{"evaluation that does not end", all["never ends"], "cue/evaluation-stopped", 5, false},
		{"ten choices of structs", all["ten choices of structs"], "", 5, false},
		{"deep nesting", all["nested deep"], "cue/syntax", 5, false},
		{"an import cycle", "package hostile\n\nimport \"example.com/shop/other\"\n\n#ModuleDefinition & {\n\t#metadata: {name: \"hostile\", version: \"1.0.0\"}\n\tvalues: a: other.b\n}\n", "cue/import-cycle", 5, false},
		{"ten megabytes", all["ten megabytes"], "cue/syntax", 5, false},
		{"fifty thousand elements", all["many elements"], "", 3, false},
		{"twenty thousand broken lines", all["broken"], "cue/syntax", 3, false},
		{"killed workers", fmt.Sprintf(computed, 8), "definition/default-invalid", 100, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := small(map[string]string{"right.cue": rightRelease})
			files["cue.mod/module.cue"] = "module: \"example.com/shop@v0\"\nlanguage: version: \"v0.9.0\"\n"
			files["other/other.cue"] = "package other\n\nimport \"example.com/shop/hostile\"\n\nb: hostile.a\n"
			files["hostile/hostile.cue"] = "package hostile\n\na: 1\n"
			root := workspaceOf(t, files)
			file := filepath.Join(root, "hostile", "hostile.cue")
			c := lspclient.Measure(t, binary)
			c.Initialize(initializeParams(root, "utf-16"))
			h := &hoverer{t: t, c: c, over: openedRight(t, c, root)}
			before := h.times(200)
			d := c.Open(file, "package hostile\n\na: 1\n")
			c.WaitForVersion(file, d.Version)
			killed := 0
			reported := func() bool {
				p := c.Published(file)
				return p.Version != nil && *p.Version == d.Version && (test.code == "" || slices.ContainsFunc(p.Diagnostics, func(x lspclient.Diagnostic) bool {
					return fmt.Sprint(x.Code) == test.code
				}))
			}
			var during []time.Duration
			for i := range test.edits {
				d.SetText(test.text + strings.Repeat("// edited\n", i))
				if test.kill {
					d.SetText(fmt.Sprintf(computed, 8+i))
				}
				killAt := random.IntN(5)
				for hovers := 0; hovers == 0 || hovers <= killAt || !reported(); hovers++ {
					during = append(during, h.time())
					if test.kill && hovers == killAt {
						killed += killWorkers(t, c)
					}
				}
			}
			d.SetText("package hostile\n\na: 1\n")
			c.WaitForVersion(file, d.Version)
			if found := c.Published(file).Diagnostics; len(found) > 0 {
				t.Errorf("mended, it has %v", found)
			}
			after := h.times(200)
			t.Logf("hover elsewhere takes before %s, meanwhile %s, afterwards %s", spread(before), spread(during), spread(after))
			if test.kill {
				t.Logf("%d workers were killed", killed)
				if killed < 50 {
					t.Errorf("only %d workers were killed", killed)
				}
			}
		})
	}
}

// A hoverer hovers over one place, and wants the same answer each time.
type hoverer struct {
	t    *testing.T
	c    *lspclient.Client
	over *lspclient.Document
	said string
}

func (h *hoverer) time() time.Duration {
	h.t.Helper()
	start := time.Now()
	var answer json.RawMessage
	h.c.MustCall("textDocument/hover", h.over.At("replicas", 1), &answer)
	took := time.Since(start)
	switch {
	case !strings.Contains(string(answer), "replicas"):
		h.t.Fatalf("hover says %s", answer)
	case h.said == "":
		h.said = string(answer)
	case h.said != string(answer):
		h.t.Fatalf("hover says %s, and said %s", answer, h.said)
	}
	return took
}

func (h *hoverer) times(n int) []time.Duration {
	h.t.Helper()
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = h.time()
	}
	return out
}

// spread tells of times.
func spread(times []time.Duration) string {
	sorted := slices.Sorted(slices.Values(times))
	at := func(i int) time.Duration { return sorted[i].Round(10 * time.Microsecond) }
	return fmt.Sprintf("%v (of %d 99%% within %v, all within %v)", at(len(sorted)/2), len(sorted), at(len(sorted)*99/100), at(len(sorted)-1))
}

// killWorkers kills the workers that a server has at this moment.
func killWorkers(t *testing.T, c *lspclient.Client) (killed int) {
	t.Helper()
	for _, pid := range workersOf(t, c.Process()) {
		if p, err := os.FindProcess(pid); err == nil && p.Kill() == nil {
			killed++
		}
	}
	return killed
}
