package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAddUp(t *testing.T) {
	const traces = `File: opm-lsp
Type: cpu
Duration: 5s, Total samples = 1.25s (25%)
-----------+-------------------------------------------------------
      10ms   runtime.memmove
             example.com/internal/analysis/rule.Run.func1 (inline)
             example.com/internal/analysis/rule.Run
             example.com/internal/analysis.(*Snapshot).Diagnostics
-----------+-------------------------------------------------------
     1.20s   runtime.scanobject
             runtime.gcAssistAlloc
             example.com/internal/analysis.(*Snapshot).resolve
-----------+-------------------------------------------------------
      30ms   example.com/internal/analysis.(*Snapshot).resolve
-----------+-------------------------------------------------------
      10ms   main.main
`
	want := map[string]time.Duration{
		"the rules":          10 * time.Millisecond,
		"collecting garbage": 1200 * time.Millisecond,
		"its cascade":        30 * time.Millisecond,
		otherStage:           10 * time.Millisecond,
	}
	if diff := cmp.Diff(want, addUp([]byte(traces))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
